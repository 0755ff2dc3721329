"""A resource as the rows that filters and sorts look at.

The form of each value is the one comparisons in SCIM use (`AttributeBinding`), so
that the database compares as the library's own evaluator does.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from scim2_models import InvalidValueException, Path, Resource
from scim2_models.path import AttributeBinding
from scim2_models.path.resolution import attribute_host

from inventory.directory.tables import KEY_LENGTH
from inventory.kernel.clean_text import cleaned

LONGEST_NAME = 255
LONGEST_VALUE = 65_536
"""Of one value; the longest that are sent are pictures as data URIs."""
"""Characters of what must be unique: it is kept in an index in full."""

_COMMON = ("id", "schemas", "meta.resourceType", "meta.created", "meta.lastModified")
_COMMON_VERSION = "meta.version"
UNSEEN = frozenset({"password", "groups"})
"""Never kept, or worked out from the groups."""

_BINDINGS: dict[type, tuple[AttributeBinding, ...]] = {}
_COMMON_BINDINGS: dict[type, tuple[AttributeBinding, ...]] = {}


def attr_of(binding: AttributeBinding) -> str:
    """Return the name under which an attribute's rows are kept."""
    return binding.urn.rpartition(".")[0] if _dotted(binding) else binding.urn


def _dotted(binding: AttributeBinding) -> bool:
    return binding.sub_field_name is not None


def sub_of(binding: AttributeBinding) -> str:
    """Return the name under which a sub-attribute's rows are kept."""
    return binding.sub_field_name or ""


def bindings(model: type[Resource[Any]]) -> tuple[AttributeBinding, ...]:
    """Return every attribute and sub-attribute that can be asked for."""
    if model not in _BINDINGS:
        typed = Path[model]  # type: ignore[valid-type]
        found = (path.resolve() for path in typed.iter_paths())
        _BINDINGS[model] = _common(model) + tuple(
            each for each in found if each and each.field_name not in UNSEEN
        )
    return _BINDINGS[model]


def _common(model: type[Resource[Any]]) -> tuple[AttributeBinding, ...]:
    if model not in _COMMON_BINDINGS:
        typed = Path[model]  # type: ignore[valid-type]
        found = (typed(name).resolve() for name in (*_COMMON, _COMMON_VERSION))
        _COMMON_BINDINGS[model] = tuple(each for each in found if each)
    return _COMMON_BINDINGS[model]


def comparable(binding: AttributeBinding, value: object) -> str:
    """Return a value as text that compares as the value does.

    Raises:
        InvalidValueException: It holds a character that cannot be stored.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Enum):
        value = value.value
    text = str(binding.comparable(str(value)))
    refuse_unstorable(text)
    return text


def refuse_unstorable(text: str) -> None:
    """Refuse what is refused of any text that comes in (`kernel.clean_text`).

    Raises:
        InvalidValueException: The text holds U+0000 or another control character, half
            a surrogate or one that turns the direction of writing, or is endless.
    """
    if len(text) > LONGEST_VALUE:
        raise InvalidValueException(
            detail=f"A value may have {LONGEST_VALUE} characters."
        )
    try:
        cleaned(text)
    except ValueError as error:
        raise InvalidValueException(detail=str(error)) from None


def rows(resource: Resource[Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of what is said of a resource; `common_rows` has the rest."""
    model = type(resource)
    yield from _rows(resource, bindings(model)[len(_common(model)) :])


def common_rows(resource: Resource[Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of id, schemas and meta."""
    yield from _rows(resource, _common(type(resource)))


def _rows(
    resource: Resource[Any], asked: Iterable[AttributeBinding]
) -> Iterator[dict[str, Any]]:
    for binding in asked:
        host = attribute_host(resource, binding)
        held = None if host is None else getattr(host, binding.field_name, None)
        if held is None:
            continue
        if isinstance(held, list):
            yield from _of_list(binding, held)
        else:
            yield from _of_one(binding, held, 0, lead=True)


def _of_list(binding: AttributeBinding, held: list[Any]) -> Iterator[dict[str, Any]]:
    first = next(
        (n for n, entry in enumerate(held) if getattr(entry, "primary", None)), 0
    )
    for number, entry in enumerate(held):
        yield from _of_one(binding, entry, number, lead=number == first)


def _of_one(
    binding: AttributeBinding, held: object, entry: int, *, lead: bool
) -> Iterator[dict[str, Any]]:
    sub = binding.sub_field_name
    value = held if sub is None else getattr(held, sub, None)
    if value is None:
        return
    whole = sub is None and hasattr(type(held), "model_fields")
    text = None if whole else comparable(binding, value)
    yield {
        "attr": attr_of(binding),
        "sub": sub_of(binding),
        "entry": entry,
        "lead": lead,
        "key": None if text is None else text[:KEY_LENGTH],
        "value": text,
    }
