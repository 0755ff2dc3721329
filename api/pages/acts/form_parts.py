"""Mappings whose entries a form asks for one by one, as those of a credential. Pure.

Which entries there are depends on another field, as the kind of a credential does.
Without a script all of them are drawn; what does not belong to the kind is not taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from api.resources.declare import Input, Part, inputs_of

SECRET = ("secret", "secret-area")
"""Kinds of parts that are never shown again, not even to who typed them."""


def with_parts(model: type[BaseModel]) -> dict[str, Input]:
    """Return field -> what it asks for, of fields that are asked for by parts."""
    return {name: one for name, one in inputs_of(model).items() if one.parts}


def parts_for(
    model: type[BaseModel], asked: Input, values: Mapping[str, Any]
) -> Iterator[Part]:
    """Yield the parts a form draws: all, if the deciding field is in the form too."""
    for part in asked.parts:
        if asked.by in model.model_fields or values.get(asked.by) in part.only:
            yield part


def value_of(name: str, part: Part, values: Mapping[str, Any]) -> str:
    """Return what a part begins with: as it was typed, or as it is."""
    if part.kind in SECRET:
        return ""
    if part.label(name) in values:
        return str(values[part.label(name)])
    had = values.get(name)
    value = had.get(part.name) if isinstance(had, Mapping) else None
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def typed(
    model: type[BaseModel],
    form: Mapping[str, Sequence[str]],
    begun: Mapping[str, Any],
    *,
    change: bool = False,
) -> dict[str, Any]:
    """Return field -> mapping of what was typed in its parts.

    Args:
        model: The input.
        form: Texts by field.
        begun: What the form began with.
        change: Parts that were not changed are left out, and emptied ones are empty.
    """
    found: dict[str, Any] = {}
    for name, asked in with_parts(model).items():
        decided = form.get(asked.by, [begun.get(asked.by)])[0]
        entries: dict[str, Any] = {}
        for part in asked.parts:
            if decided not in part.only:
                continue
            text = "\n".join(form.get(part.label(name), ())).replace("\r\n", "\n")
            text = text if part.kind == "secret" else text.strip()
            if text and (not change or text != value_of(name, part, begun)):
                entries[part.name] = _read(text, part.kind)
            elif change and not text and value_of(name, part, begun):
                entries[part.name] = False if part.kind == "tick" else ""
        if entries or not change:
            found[name] = entries
    return found


def _read(text: str, kind: str) -> Any:  # noqa: ANN401
    if kind == "tick":
        return text == "true"
    if kind == "number":
        return int(text) if text.isascii() and text.isdigit() else text
    if kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text
