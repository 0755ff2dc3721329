"""A resource as the record that is kept of it. Pure: rows in, rows out."""

from __future__ import annotations

from typing import Any

from scim2_models import InvalidValueException, Path, Resource

from api.scim.models import ENTERPRISE
from api.scim.values import LONGEST_NAME, refuse_unstorable
from inventory.directory.records import RecordContent

_LEFT_OUT = frozenset({"id", "meta", "password", "groups"})


def stored_document(resource: Resource[Any], *, new: bool) -> dict[str, Any]:
    """Return what is kept: as it was sent, without id, meta and secrets.

    Empty lists are no values (RFC 7643, section 2.5); a new user who is not said to
    be inactive is active.

    Raises:
        InvalidValueException: A value cannot be kept.
    """
    dumped = resource.model_dump(mode="json")
    document = {
        name: value
        for name, value in dumped.items()
        if name not in _LEFT_OUT and value not in ([], {}, None)
    }
    if new and "active" in type(resource).model_fields:
        document.setdefault("active", True)
    _check(document)
    return document


def record_content(
    resource: Resource[Any], document: dict[str, Any], links: dict[str, Any]
) -> RecordContent:
    """Return the record of a resource.

    Raises:
        InvalidValueException: It has no name, or one that is too long.
    """
    binding = "userName" if "user_name" in type(resource).model_fields else None
    name = document.get(binding or "displayName", "")
    name_key = _unique(name, binding or "displayName", resource)
    extension = document.get(ENTERPRISE) or {}
    return RecordContent(
        name_key=name_key,
        external_id=_short(document.get("externalId"), "externalId"),
        number=_short(extension.get("employeeNumber"), "employeeNumber"),
        document=document,
        active=bool(document.get("active", True)),
        links=links,
    )


def _unique(name: str, attribute: str, resource: Resource[Any]) -> str:
    if not name.strip():
        raise InvalidValueException(detail=f"{attribute} is empty.")
    _short(name, attribute)
    typed: Any = Path.__class_getitem__(type(resource))
    bound = typed(attribute).resolve()
    assert bound is not None
    return str(bound.comparable(name))


def _short(value: str | None, attribute: str) -> str | None:
    if value is not None and len(value) > LONGEST_NAME:
        raise InvalidValueException(
            detail=f"{attribute} may have {LONGEST_NAME} characters."
        )
    return value or None


def _check(value: object) -> None:
    if isinstance(value, str):
        refuse_unstorable(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check(name)
            _check(item)
    elif isinstance(value, list):
        for item in value:
            _check(item)
