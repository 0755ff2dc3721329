"""Requests that change a resource: worked out first, then written if still true.

What a PUT or PATCH makes of a resource is worked out from what is stored, without a
lock. If somebody else has written it meanwhile, and the sender named no version, it is
worked out once more from what is there now, which nobody changes any more.
"""

from __future__ import annotations

from typing import Any

from scim2_models import PatchOp, PreconditionFailedException, Resource, ResourceType
from scim2_server.conditions import Conditions
from scim2_server.handler import ScimHandler


class DirectoryHandler(ScimHandler):
    """The handler of the library, for a storage that takes its lock late."""

    def patch_resource(
        self,
        resource_type: ResourceType,
        resource_id: str,
        patch_op: PatchOp[Any],
        conditions: Conditions,
    ) -> Resource[Any]:
        """Apply a PATCH, once more if somebody else was faster."""
        asked = (resource_type, resource_id, patch_op, conditions)
        try:
            return super().patch_resource(*asked)
        except PreconditionFailedException:
            if _named_version(conditions):
                raise
            return super().patch_resource(*asked)

    def replace_resource(
        self,
        resource_type: ResourceType,
        current: Resource[Any],
        replacement: Resource[Any],
        conditions: Conditions,
    ) -> Resource[Any]:
        """Apply a PUT, once more if somebody else was faster."""
        sent = replacement.model_copy(
            deep="members" not in replacement.model_fields_set
        )
        try:
            return super().replace_resource(
                resource_type, current, replacement, conditions
            )
        except PreconditionFailedException:
            if _named_version(conditions):
                raise
            now = self.storage.get(resource_type, str(current.id))
            return super().replace_resource(resource_type, now, sent, conditions)

    def delete_resource(
        self, resource_type: ResourceType, resource_id: str, conditions: Conditions
    ) -> None:
        """Delete a resource, whoever was faster."""
        try:
            super().delete_resource(resource_type, resource_id, conditions)
        except PreconditionFailedException:
            if _named_version(conditions):
                raise
            super().delete_resource(resource_type, resource_id, conditions)


def _named_version(conditions: Conditions) -> bool:
    """Whether the sender said which version it has seen."""
    return bool(conditions.if_match or conditions.if_none_match)
