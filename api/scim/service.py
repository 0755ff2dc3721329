"""The steps of the protocol that differ from the library's.

A PUT replaces what its sender owns. Identity providers send the attributes they map
and no others, so what one leaves out of the work data (number, cost centre,
department, manager, days) stays; an explicit null clears it. RFC 7644, section 3.5.1,
leaves that to the service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from scim2_models import (
    BaseModel,
    Context,
    Extension,
    InvalidFilterException,
    InvalidSyntaxException,
    PatchOp,
    PayloadTooLargeException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimProvider,
    SearchRequest,
)
from scim2_server.conditions import Conditions
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ModelT, ScimService

from api.scim.filter_rewrites import (
    named_in_full,
    refuse_excessive,
    with_full_names,
)
from api.scim.group_members import apply_to_members, only_members
from api.scim.models import MAX_BODY

MAX_CHANGES = 1000
"""Operations of one PATCH."""

_KEPT = ("external_id", "active")
"""Who the record is, and whether it is in use: never changed by silence."""

log = structlog.get_logger("purser.scim")


class DirectoryService(ScimService):
    """The protocol for one identity provider.

    Args:
        provider: Models, policy and what is announced.
        secret: Seals cursors.
        owns_work_data: Its PUT clears the work data it leaves out.
    """

    def __init__(
        self, provider: ScimProvider, *, secret: bytes, owns_work_data: bool = False
    ) -> None:
        super().__init__(provider, secret=secret)
        self._owns_work_data = owns_work_data

    def max_body_size(self, request: ScimRequest) -> int | None:
        """Return the largest body, for every request."""
        limit = super().max_body_size(request)
        return MAX_BODY if limit is None else min(limit, MAX_BODY)

    def read_body(
        self,
        model: type[ModelT],
        body: bytes,
        content_type: str | None,
        scim_ctx: Context,
    ) -> ModelT:
        """Read a body that is not too large, and note what was dropped from it."""
        _check_size(body)
        read = super().read_body(model, body, content_type, scim_ctx)
        _note_dropped(read)
        return read

    def decode_body(self, body: bytes, content_type: str | None) -> Any:  # noqa: ANN401
        """Read the JSON of a body that is not too large."""
        _check_size(body)
        return super().decode_body(body, content_type)

    def read_search(
        self,
        resource_types: list[ResourceType],
        payload: Any,  # noqa: ANN401 - whatever JSON holds
    ) -> tuple[SearchRequest[Any], Any]:
        """Read a search whose filter can be meant."""
        if isinstance(payload, Mapping):
            payload = {name: _filter(name, value) for name, value in payload.items()}
        return super().read_search(resource_types, payload)

    def read_patch(
        self, resource_type: ResourceType, body: bytes, content_type: str | None
    ) -> PatchOp[Any]:
        """Read a PATCH whose paths can be meant."""
        _check_size(body)
        raw = super().decode_body(body, content_type)
        changes = raw.get("Operations") if isinstance(raw, dict) else None
        if isinstance(changes, list):
            if len(changes) > MAX_CHANGES:
                raise InvalidSyntaxException(
                    detail=f"A PATCH may have {MAX_CHANGES} operations."
                )
            for each in changes:
                path = each.get("path") if isinstance(each, dict) else None
                if isinstance(path, str):
                    refuse_excessive(path)
            if resource_type.name == "User":
                told = [named_in_full(c) if isinstance(c, dict) else c for c in changes]
                if told != changes:
                    body = json.dumps(raw | {"Operations": told}).encode()
        return super().read_patch(resource_type, body, content_type)

    def apply_patch(
        self, current: Resource[Any], patch_op: PatchOp[Any], conditions: Conditions
    ) -> Resource[Any] | None:
        """Apply a PATCH; members of a group in one go."""
        if "members" in type(current).model_fields and only_members(patch_op):
            self.check_preconditions(current, "PATCH", conditions)
            return current if apply_to_members(current, patch_op) else None
        return super().apply_patch(current, patch_op, conditions)

    def patch_response(
        self,
        base_url: str,
        resource: Resource[Any],
        response_parameters: ResponseParameters[Any],
    ) -> ScimResponse:
        """Answer a PATCH; nothing is written out for an answer without a body."""
        asked = response_parameters
        if asked.attributes or asked.excluded_attributes:
            return super().patch_response(base_url, resource, response_parameters)
        version = resource.meta.version if resource.meta else None
        headers = {"ETag": version} if version else {}
        return ScimResponse(HTTPStatus.NO_CONTENT, None, headers)

    def apply_replacement(
        self,
        current: Resource[Any],
        replacement: Resource[Any],
        conditions: Conditions,
    ) -> Resource[Any] | None:
        """Replace what the sender owns; what else it left out stays."""
        for name in _KEPT:
            _keep(name, current, replacement)
        if not self._owns_work_data:
            for name in _extensions(current):
                _keep_extension(name, current, replacement)
        return super().apply_replacement(current, replacement, conditions)


def _filter(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a parameter of a search; a filter as it is meant."""
    if name.casefold() != "filter" or not isinstance(value, str):
        return value
    refuse_excessive(value)
    try:
        return with_full_names(value)
    except ValueError as error:
        raise InvalidFilterException(detail="The filter cannot be read.") from error


def _extensions(resource: Resource[Any]) -> list[str]:
    models = type(resource).get_extension_models().values()
    return [model.__name__ for model in models]


def _keep(name: str, current: BaseModel, replacement: BaseModel) -> None:
    if name not in type(current).model_fields or name in replacement.model_fields_set:
        return
    held = getattr(current, name)
    if held is not None:
        setattr(replacement, name, held)


def _keep_extension(name: str, current: Any, replacement: Any) -> None:  # noqa: ANN401
    held: Extension | None = getattr(current, name)
    sent: Extension | None = getattr(replacement, name)
    if held is None:
        return
    if sent is None:
        if name not in replacement.model_fields_set:
            setattr(replacement, name, held.model_copy(deep=True))
        return
    for field in type(held).model_fields:
        if field != "schemas":
            _keep(field, held, sent)


def _check_size(body: bytes) -> None:
    if len(body) > MAX_BODY:
        raise PayloadTooLargeException(detail=f"A body may have {MAX_BODY} bytes.")


def _note_dropped(read: BaseModel) -> None:
    dropped = getattr(read, "unknown_attributes", None)
    if dropped:
        log.info("unknown attributes dropped", names=sorted(map(str, dropped)))
