"""Members of a group added and removed by PATCH, each looked at once. Pure.

The library reads and compares all members anew for each operation and each value;
identity providers send hundreds at once, of groups of thousands. Who is a member is
told by `value` alone (RFC 7643, section 4.2): `display` and `$ref` describe the member,
so that adding one again changes nothing, whatever stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scim2_models import GroupMember, InvalidValueException, PatchOp, Resource

_NAME = r"(?:urn:ietf:params:scim:schemas:core:2\.0:group:)?members"
_ALL = re.compile(_NAME, re.IGNORECASE)
_ONE = re.compile(_NAME + r'\[\s*value\s+eq\s+"([^"\\]*)"\s*\]', re.IGNORECASE)


def only_members(patch: PatchOp[Any]) -> bool:
    """Whether a PATCH only says who is a member, in a form that is read here."""
    return bool(patch.operations) and all(map(_is_of_members, patch.operations or ()))


def _is_of_members(operation: Any) -> bool:  # noqa: ANN401 - of the library
    path, value = str(operation.path or ""), operation.value
    if _verb(operation) == "remove":
        if _ONE.fullmatch(path):
            return value is None
        return bool(_ALL.fullmatch(path)) and (value is None or bool(_named(value)))
    if not path and isinstance(value, Mapping):
        names = list(value)
        return (
            len(names) == 1
            and bool(_ALL.fullmatch(str(names[0])))
            and _named(value[names[0]]) is not None
        )
    return bool(_ALL.fullmatch(path)) and _named(value) is not None


def _verb(operation: Any) -> str:  # noqa: ANN401 - of the library
    return str(getattr(operation.op, "value", operation.op)).casefold()


def _named(value: Any) -> list[Mapping[str, Any]] | None:  # noqa: ANN401 - JSON
    """Return members as they were sent, each with a `value`; None if they are not."""
    entries = value if isinstance(value, list) else [value]
    found = [entry for entry in entries if isinstance(entry, Mapping)]
    whole = all(isinstance(entry.get("value"), str) for entry in found)
    return found if whole and len(found) == len(entries) else None


def apply_to_members(group: Resource[Any], patch: PatchOp[Any]) -> bool:
    """Apply a PATCH of `only_members`; return whether anything changed.

    Raises:
        InvalidValueException: What was sent is no member.
    """
    held: list[GroupMember] = list(getattr(group, "members", None) or ())
    members = {str(member.value): member for member in held}
    before = list(members)
    for operation in patch.operations or ():
        path, value = str(operation.path or ""), operation.value
        one = _ONE.fullmatch(path)
        if one:
            members.pop(one[1], None)
            continue
        if not path and isinstance(value, Mapping):
            (value,) = value.values()
        sent = [] if value is None else _named(value) or []
        if _verb(operation) == "remove":
            _remove(members, sent if value is not None else None)
            continue
        if _verb(operation) == "replace":
            kept = {str(each["value"]) for each in sent}
            members = {key: one for key, one in members.items() if key in kept}
        _add(members, sent)
    if list(members) == before and len(held) == len(before):
        return False
    group.members = list(members.values())  # type: ignore[attr-defined]
    return True


def _remove(
    members: dict[str, GroupMember], sent: Iterable[Mapping[str, Any]] | None
) -> None:
    if sent is None:
        members.clear()
        return
    for each in sent:
        members.pop(str(each["value"]), None)


def _add(members: dict[str, GroupMember], sent: Iterable[Mapping[str, Any]]) -> None:
    for each in sent:
        key = str(each["value"])
        if key in members:
            continue
        try:
            members[key] = GroupMember.model_validate(dict(each))
        except ValueError as error:
            raise InvalidValueException(detail=f"{key!r} is no member.") from error
