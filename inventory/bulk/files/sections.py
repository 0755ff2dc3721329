"""Sections and fields of a company file, as data, and the values of one row. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from inventory.assets.register.details import DAYS, DETAILS
from inventory.assets.register.lifecycle import DEFAULT, KINDS
from inventory.kernel.errors import Invalid, InventoryError, RowProblem
from inventory.kernel.texts import N_
from inventory.people.rules import LOCATION_KINDS


class BadValue(Invalid):
    """A field cannot be read."""


@dataclass(frozen=True, slots=True)
class SectionField:
    """A field of a section.

    Attributes:
        name: As in the file.
        read: Turns what is in the file into a value, or raises `BadValue`.
        required: It must not be empty.
        refers: Section whose rows it names by their first field; empty if none.
    """

    name: str
    read: Callable[[Any], Any]
    required: bool = False
    refers: str = ""


def read_text(value: Any) -> str:  # noqa: ANN401
    """Read text; whole numbers are taken as they are written."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadValue(
            N_("{value!r} is not a text."), remedy=N_("Put it in quotes."), value=value
        )
    return str(value).strip()


def read_day(value: Any) -> date:  # noqa: ANN401
    """Read a day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(read_text(value))
    except (ValueError, BadValue):
        raise BadValue(
            N_("{value!r} is not a date."),
            remedy=N_("Write it as YYYY-MM-DD, such as 2026-03-17."),
            value=value,
        ) from None


def read_number(value: Any) -> Decimal:  # noqa: ANN401
    """Read a decimal number; binary floats are refused, since 0.1 is none of them."""
    if isinstance(value, float):
        raise BadValue(
            N_("{value!r} is not exact."),
            remedy=N_('Put it in quotes: "{value}".'),
            value=value,
        )
    try:
        read = Decimal(read_text(value))
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite():
        raise BadValue(
            N_("{value!r} is not a number."),
            remedy=N_("Write digits, such as 1234.50."),
            value=value,
        )
    return read


def split_names(value: Any) -> list[str]:  # noqa: ANN401
    """Read a list, or text separated by semicolons."""
    parts = value if isinstance(value, list) else read_text(value).split(";")
    return [part for part in map(read_text, parts) if part]


def one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    """Return a reader of one of some words."""

    def read(value: Any) -> str:  # noqa: ANN401
        word = read_text(value)
        if word not in choices:
            raise BadValue(
                N_("{value!r} is unknown."),
                remedy=N_("Use one of {choices}."),
                value=word,
                choices=", ".join(choices),
            )
        return word

    return read


def _columns(described: str) -> tuple[SectionField, ...]:
    """Read `name*`, `name:reader` and `name>section`, in this order of marks."""
    return tuple(_column(word) for word in described.split())


def _column(word: str) -> SectionField:
    word, _, refers = word.partition(">")
    word, _, reader = word.partition(":")
    return SectionField(
        word.rstrip("*"), _READERS[reader or "text"], word.endswith("*"), refers
    )


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": read_text,
    "day": read_day,
    "number": read_number,
    "names": split_names,
    "kind": one_of(tuple(KINDS)),
    "state": one_of(tuple(DEFAULT.states)),
    "place": one_of(LOCATION_KINDS),
}

_WORK = (
    "department>departments cost_centre>cost_centres manager>persons "
    "location>locations title"
)
_HOLDER = "person>persons team>teams place>locations holder_asset>assets"

_DETAILS = "".join(f"{name}:day " if name in DAYS else f"{name} " for name in DETAILS)

SECTIONS: Mapping[str, tuple[SectionField, ...]] = {
    name: _columns(described)
    for name, described in {
        "legal_entities": "code* name* currency* country",
        "cost_centres": "code* name* legal_entity>legal_entities parent>cost_centres "
        "from:day to:day",
        "departments": "code* name* legal_entity>legal_entities parent>departments "
        "cost_centre>cost_centres",
        "locations": "code* name* kind:place parent>locations cost_centre>cost_centres",
        "teams": "code* name* department>departments cost_centre>cost_centres",
        "manufacturers": "name* aliases:names",
        "persons": "key* family_name* given_name email login number "
        "legal_entity>legal_entities from:day to:day contract_end:day end_reason "
        + _WORK,
        "placements": "person*>persons from*:day " + _WORK,
        "assets": "tag* kind*:kind name manufacturer serial state:state since:day "
        "legal_entity>legal_entities location>locations parent>assets "
        "cost:number currency macs:names imei:names held_from:day "
        + _DETAILS
        + "cost_centre>cost_centres "
        + _HOLDER,
        "custody": "asset*>assets from*:day to:day expected_return:day note " + _HOLDER,
        "allocations": "asset*>assets from*:day cost_centre*>cost_centres "
        "percent*:number to:day",
    }.items()
}
"""Section to fields; the first field of a section is what its rows are named by."""

HOLDERS = ("person", "team", "place", "holder_asset")
"""Fields that name a holder; a row has at most one."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file.

    Attributes:
        section: Where it is.
        row: Its number in the section, from 1.
        values: Fields that are not empty.
    """

    section: str
    row: int
    values: Mapping[str, Any]

    def problem(
        self, field: str, text: str, advice: str, /, **values: object
    ) -> RowProblem:
        """Return a problem of this row."""
        return RowProblem(self.section, self.row, field, text, advice, values)

    def failed(self, field: str, error: InventoryError) -> RowProblem:
        """Return what an error says of this row."""
        return RowProblem.of(error, self.section, self.row, field)


def read_row(
    section: str,
    row: int,
    raw: Any,  # noqa: ANN401
) -> tuple[FileRow, list[RowProblem]]:
    """Return the values of a row and what is wrong with it."""
    line = FileRow(section, row, {})
    if not isinstance(raw, Mapping):
        return line, [
            line.problem("", N_("It has no fields."), N_("Write field: value."))
        ]
    columns = {column.name: column for column in SECTIONS[section]}
    problems = [
        line.problem(
            str(name),
            N_("There is no such field."),
            N_("Use one of {choices}."),
            choices=", ".join(columns),
        )
        for name in raw
        if name not in columns
    ]
    values: dict[str, Any] = {}
    for column in columns.values():
        value = raw.get(column.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if column.required:
                problems.append(
                    line.problem(column.name, N_("It is missing."), N_("Fill it in."))
                )
            continue
        try:
            values[column.name] = column.read(value)
        except BadValue as error:
            problems.append(line.failed(column.name, error))
    return FileRow(section, row, values), problems
