"""Fields of a form from the input of an act, with values and errors. Pure.

A form has what was typed until it is right: it is drawn again with the same values and
the error at its field. Nothing typed is ever lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from api.compose.wiring import App
from api.pages.acts import form_parts
from api.pages.words import Words
from api.resources.annotations import row_in, types_in, words_in
from api.resources.declare import FILE_KINDS, Input, Part
from api.resources.references import refs_in
from api.resources.registry import all_resources
from inventory.bulk.files.named_rows import rows_of_file, rows_of_text, text_of_rows
from inventory.kernel.clean_text import parsed
from inventory.kernel.errors import InvalidRows, InventoryError
from inventory.kernel.texts import N_


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it is drawn.

    Attributes:
        name: Of the input.
        title: Label, in English.
        kind: text, area, lines, several, pairs, rows, json, day, number, choose, pick,
            secret, file, text-file or tick.
        hint: Below it.
        group: Heading of the fields it stands with.
        value: As text.
        required: It must be filled in.
        most: Characters; None without a limit.
        options: What there is to choose from; of rows, their columns.
        pick: Resource to pick from.
        error: What is wrong with it.
        by: A field that decides whether it is asked for.
        only: Values of that field for which it is, between blanks.
    """

    name: str
    title: str
    kind: str
    hint: str
    group: str
    value: str
    required: bool
    most: int | None
    options: Sequence[str]
    pick: str
    error: str
    by: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is drawn.

    Attributes:
        action: Where it is sent.
        button: What the button says.
        groups: Heading -> fields.
        cancel: Path to go back to.
        hidden: Values that go along.
        problem: What is wrong with the whole.
        danger: It destroys or ends something.
        plain: The browser sends it, for what answers with a file.
    """

    action: str
    button: str
    groups: Mapping[str, Sequence[Field]]
    cancel: str
    hidden: Sequence[tuple[str, str]] = ()
    problem: str = ""
    danger: bool = False
    plain: bool = False

    @property
    def with_files(self) -> bool:
        """Whether it is sent with files."""
        each = (one for fields in self.groups.values() for one in fields)
        return any(one.kind in (*FILE_KINDS, "rows") for one in each)

    @property
    def errors(self) -> list[Field]:
        """The fields with an error, for the summary above."""
        return [one for fields in self.groups.values() for one in fields if one.error]


def fields_of(
    model: type[BaseModel],
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    app: App | None = None,
    leave_out: Sequence[str] = (),
    titles: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, list[Field]]:
    """Return heading -> fields of the input of an act.

    Args:
        model: The input.
        values: What is, or what was typed.
        errors: Field -> what is wrong.
        app: Knows the values of fields that no type names.
        leave_out: Fields that are known and not asked for.
        titles: Labels, where they are others than the input says.
    """
    groups: dict[str, list[Field]] = {}
    for name, one in model.model_fields.items():
        if name in leave_out:
            continue
        asked = _asked(one)
        if asked is not None and asked.parts:
            groups.setdefault(asked.group, []).extend(
                _part(name, asked, part, values, errors)
                for part in form_parts.parts_for(model, asked, values)
            )
            continue
        made = _field(model, name, one, values.get(name), errors.get(name, ""))
        if app is not None and asked is not None and asked.known is not None:
            known = [*([] if one.is_required() else [""]), *asked.known(app)]
            had = [made.value] if made.value and made.value not in known else []
            made = replace(made, kind="choose", options=[*known, *had])
        if name in titles:
            made = replace(made, title=titles[name])
        groups.setdefault(made.group, []).append(made)
    # What stands under no heading comes first, wherever it was declared.
    first = {"": groups.pop("")} if "" in groups else {}
    return first | groups


def _field(
    model: type[BaseModel], name: str, one: FieldInfo, value: object, error: str
) -> Field:
    asked = _asked(one) or Input(name.replace("_", " ").strip().capitalize())
    options = words_in(one.annotation)
    several = _several(types_in(one.annotation))
    kind = asked.kind or _kind(model, name, one.annotation, options)
    ref = refs_in(model).get(name)
    if kind == "choose" and not one.is_required():
        options = ["", *options]
    return Field(
        name=name,
        title=asked.title,
        kind=kind,
        hint=asked.hint or one.description or _hint(one.annotation, kind),
        group=asked.group,
        value="" if name in _SECRETS else _text(value, kind),
        required=one.is_required() and kind != "tick",
        most=next(
            (m.max_length for m in one.metadata if hasattr(m, "max_length")), None
        )
        if kind in ("text", "area")
        else None,
        options=options or several or _columns(one.annotation, kind),
        pick=asked.pick or _list_of(ref[0].reference.noun if ref else ""),
        error=error,
    )


def _part(
    name: str,
    asked: Input,
    part: Part,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Field:
    optional = ("", *part.options) if part.options else ()
    return Field(
        name=part.label(name),
        title=part.title,
        kind=part.kind,
        hint=part.hint,
        group=asked.group,
        value=form_parts.value_of(name, part, values),
        required=False,
        most=None,
        options=optional,
        pick="",
        error=errors.get(part.name, ""),
        by=asked.by,
        only=" ".join(part.only),
    )


def _asked(one: FieldInfo) -> Input | None:
    return next((each for each in one.metadata if isinstance(each, Input)), None)


def _kind(
    model: type[BaseModel],
    name: str,
    annotation: Any,  # noqa: ANN401
    options: Sequence[str],
) -> str:
    if options:
        return "choose"
    inside = types_in(annotation)
    ref = refs_in(model).get(name)
    if ref is not None:
        return "lines" if ref[1] else "pick"
    if name in _SECRETS:
        return "pairs" if _of_values(inside) else "secret"
    if bool in inside:
        return "tick"
    if date in inside:
        return "day"
    if _several(inside):
        return "several"
    if any(get_origin(one) in (list, tuple) or one in (list, tuple) for one in inside):
        return (
            "lines" if _of_texts(inside) else "rows" if row_in(annotation) else "json"
        )
    if any(get_origin(one) is dict or one is dict for one in inside):
        return "pairs" if _of_values(inside) else "json"
    if any(isinstance(one, type) and issubclass(one, BaseModel) for one in inside):
        return "pairs"
    return "number" if int in inside and str not in inside else "text"


def _several(inside: Sequence[Any]) -> list[str]:
    """Return the values that a list may hold, if they are few."""
    return [
        value
        for one in inside
        if get_origin(one) in (list, tuple)
        for part in get_args(one)
        if part is not Ellipsis
        for value in words_in(part)
    ]


def _of_texts(inside: Sequence[Any]) -> bool:
    return all(
        set(types_in(part)) <= {str, int}
        for one in inside
        if get_origin(one) in (list, tuple)
        for part in get_args(one)
        if part is not Ellipsis
    )


def _of_values(inside: Sequence[Any]) -> bool:
    """Whether it maps names to values of one line."""
    return any(
        get_origin(one) is dict
        and not any(
            isinstance(part, type) and issubclass(part, BaseModel)
            for part in types_in(get_args(one)[1])
        )
        for one in inside
    )


def _columns(annotation: Any, kind: str) -> list[str]:  # noqa: ANN401
    """Return the fields of a row, where rows are asked for."""
    row = row_in(annotation) if kind == "rows" else None
    return list(row.model_fields) if row else []


def _hint(annotation: Any, kind: str) -> str:  # noqa: ANN401
    if kind == "pairs":
        parts = [one for one in types_in(annotation) if isinstance(one, type)]
        names = [
            n for one in parts if issubclass(one, BaseModel) for n in one.model_fields
        ]
        return "; ".join(f"{n} = …" for n in names) or N_("One a line: name = value.")
    return ""


@cache
def _list_of(noun: str) -> str:
    """Return the list that a thing is picked from, by what one is called."""
    for one in all_resources():
        if one.reference is not None and one.reference.noun == noun:
            return one.name
    return ""


_SECRETS = ("password", "secret", "secrets")
"""Fields that are never shown again, not even to who typed them."""


BOX = "_box."
"""Stands before the names of boxes that a form has, ticked or not."""


def given(
    model: type[BaseModel],
    form: Mapping[str, Sequence[str]],
    begun: Mapping[str, Any],
    *,
    change: bool = False,
) -> dict[str, Any]:
    """Return what was typed, for the input of an act.

    Args:
        model: The input.
        form: Texts by field.
        begun: What the form began with.
        change: Fields that were not changed are left out, and emptied ones are None.
    """
    groups = fields_of(model, begun, {})
    found = form_parts.typed(model, form, begun, change=change)
    for one in (each for fields in groups.values() for each in fields):
        if one.by:
            continue
        text = "\n".join(form.get(one.name, ())).strip().replace("\r\n", "\n")
        # A browser sends no box that is not ticked; the form tells which it has.
        there = one.name in form or f"{BOX}{one.name}" in form
        if one.kind == "tick":
            if not change or (there and text != one.value):
                found[one.name] = text == "true"
            continue
        if change and text == one.value.strip():
            continue
        if text:
            found[one.name] = _value(text, one)
        elif change and there:
            found[one.name] = None
    return found


def texts(sent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what was sent as the form shows it again; boxes left empty, too."""
    empty = {n.removeprefix(BOX): "" for n in sent if n.startswith(BOX)}
    return empty | {name: "\n".join(lines) for name, lines in sent.items()}


def of_files(
    model: type[BaseModel], files: Mapping[str, bytes]
) -> dict[str, list[str]]:
    """Return the files that were sent, as the fields of an input take them.

    Rows become the text of a table, which stays in the form until it is right.

    Raises:
        Invalid: A table cannot be read.
    """
    found = {}
    for name, one in model.model_fields.items():
        asked = _asked(one)
        sent = files.get(name) or files.get(f"{name}.file")
        if asked is not None and asked.kind in FILE_KINDS and sent:
            found[name] = [asked.of_file(sent)]
        columns = _columns(one.annotation, "rows")
        if columns and (data := files.get(f"{name}.file")):
            found[name] = [text_of_rows(rows_of_file(data, columns), columns)]
    return found


def _value(text: str, one: Field) -> Any:  # noqa: ANN401
    kind = one.kind
    if kind in ("lines", "several"):
        return [part.strip() for part in re.split(r"\n|,", text) if part.strip()]
    if kind == "pairs":
        return pairs(text.split("\n"))
    if kind == "rows":
        rows = rows_of_text(text, one.options)
        lines = text.split("\n") if rows is None else ()
        return rows or [pairs(line.split(";")) for line in lines if line.strip()]
    if kind == "json":
        try:
            return parsed(text)
        except ValueError:
            return text
    return text


def pairs(parts: Sequence[str]) -> dict[str, str]:
    """Return `name = value`, once a part, as a mapping."""
    found = {}
    for part in parts:
        name, sign, value = part.partition("=")
        if name.strip():
            found[name.strip()] = value.strip() if sign else ""
    return found


def wrong(
    error: ValidationError | InventoryError, model: type[BaseModel], words: Words
) -> dict[str, str]:
    """Return field -> what is wrong; `""` for what is wrong with the whole."""
    known = set(model.model_fields)
    for asked in form_parts.with_parts(model).values():
        known |= {part.name for part in asked.parts}
    if isinstance(error, InvalidRows):
        found: dict[str, list[str]] = {}
        for row in error.problems:
            place = row.field if row.field in known else ""
            found.setdefault(place, []).append(words.error(row))
        return {place: " ".join(texts) for place, texts in found.items()}
    if isinstance(error, InventoryError):
        place = error.where if error.where in known else ""
        return {place: words.error(error)}
    told: dict[str, str] = {}
    for each in error.errors():
        place = str(each["loc"][0]) if each["loc"] else ""
        text = PLAIN.get(each["type"]) or str(each["msg"]).removeprefix("Value error, ")
        told.setdefault(place, words.text(text))
    return told


PLAIN = {
    "missing": N_("This is needed."),
    "date_from_datetime_parsing": N_("This is not a date (YYYY-MM-DD)."),
    "date_parsing": N_("This is not a date (YYYY-MM-DD)."),
    "int_parsing": N_("This is not a whole number."),
    "string_too_long": N_("This is too long."),
    "string_too_short": N_("This is too short."),
}
"""What pydantic says, as a person says it."""


def _text(value: object, kind: str) -> str:
    match value:
        case None:
            return ""
        case str() if kind in ("pairs", "rows"):
            return value
        case Mapping() if kind == "pairs":
            return "\n".join(f"{n} = {v}" for n, v in value.items() if v is not None)
        case list() | tuple() if kind == "rows":
            return "\n".join(
                "; ".join(f"{n} = {v}" for n, v in one.items() if v is not None)
                for one in value
            )
        case bool():
            return "true" if value else ""
        case date():
            return value.isoformat()
        case list() | tuple() if kind in ("lines", "several"):
            return "\n".join(map(str, value))
        case list() | tuple() | dict():
            return json.dumps(value, ensure_ascii=False) if value else ""
        case _:
            return str(value)
