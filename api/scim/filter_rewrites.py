"""Filters and paths as they are meant, and none that cannot be meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scim2_models import InvalidFilterException, ScimFilter
from scim2_models.path import (
    AttrPath,
    Comparison,
    FilterNode,
    LogicalExpr,
    Not,
    Present,
)

from api.scim.models import ENTERPRISE

LONGEST_FILTER = 4000
"""Characters of a filter; longer ones are no question but an attack."""
DEEPEST_FILTER = 40
"""Levels of brackets of a filter."""


def refuse_excessive(text: str) -> None:
    """Refuse filters that are too long or too deep to be meant.

    Raises:
        InvalidFilterException: It is too long, or its brackets are too deep.
    """
    if len(text) > LONGEST_FILTER:
        raise InvalidFilterException(
            detail=f"A filter may have {LONGEST_FILTER} characters."
        )
    depth = deepest = 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        deepest = max(deepest, depth)
    if deepest > DEEPEST_FILTER:
        raise InvalidFilterException(
            detail=f"A filter may have {DEEPEST_FILTER} levels of brackets."
        )


def with_full_names(text: str) -> str:
    """Return a filter with the work data named in full.

    Entra asks for `manager eq "id"`, without the schema, and means the value.

    Raises:
        InvalidFilterException: It is no filter.
    """
    if not _WORK.search(text):
        return text
    return str(_with_full_names(ScimFilter(text).ast))


_WORK = re.compile(
    r"(?<![.\w])(manager|employeeNumber|costCenter|department|division|organization)\b",
    re.IGNORECASE,
)


def named_in_full(change: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation of a PATCH of a user with the work data named in full.

    Entra sends `manager` without the schema; what has no place would be dropped.
    """
    path, value = change.get("path"), change.get("value")
    told = dict(change)
    if isinstance(path, str):
        told["path"] = _path_in_full(path)
    elif isinstance(value, Mapping):
        told["value"] = {_path_in_full(name): each for name, each in value.items()}
    return told


def _path_in_full(path: str) -> str:
    return f"{ENTERPRISE}:{path}" if _WORK.match(path) else path


def _with_full_names(node: FilterNode) -> FilterNode:
    match node:
        case Not():
            return Not(_with_full_names(node.expr))
        case LogicalExpr():
            return LogicalExpr(
                node.op, tuple(_with_full_names(term) for term in node.terms)
            )
        case Comparison():
            return Comparison(_in_full(node.attr_path, node.value), node.op, node.value)
        case Present():
            return Present(_in_full(node.attr_path, None))
    return node


def _in_full(path: AttrPath, value: object) -> AttrPath:
    if path.uri not in (None, ENTERPRISE) or not _WORK.fullmatch(path.attr):
        return path
    sub = path.sub_attr
    if sub is None and value is not None and path.attr.lower() == "manager":
        sub = "value"
    return AttrPath(path.attr, sub, ENTERPRISE)
