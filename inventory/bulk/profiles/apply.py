"""Rows of a table as fields of assets, as a profile reads them. Pure.

What needs the register (is there such a person, who has that serial) comes later, in
`planning`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from inventory.assets.identifiers.rules import IdentifierKind, canonical_identifier
from inventory.assets.register.details import DAYS
from inventory.assets.register.lifecycle import DEFAULT, KINDS
from inventory.assets.register.registration import check_tag
from inventory.bulk.files.cells import (
    CellTable,
    currency_in,
    mark_of,
    read_amount,
    read_whole_number,
    read_word,
)
from inventory.bulk.files.listed_days import read_listed_day, ways_of
from inventory.bulk.files.sections import split_names
from inventory.bulk.profiles.profile import AUTO, Profile
from inventory.kernel.clean_text import BAD_CHARACTER, RETYPE, cleaned
from inventory.kernel.errors import Invalid, InventoryError, RowProblem
from inventory.kernel.months import add_months
from inventory.kernel.texts import N_

_DAYS = DAYS | {"since", "held_from", "expected_return"}
IDENTIFIERS = {
    "macs": IdentifierKind.MAC,
    "imei": IdentifierKind.IMEI,
    "uuid": IdentifierKind.UUID,
}


@dataclass(slots=True)
class ImportRow:
    """One row.

    Attributes:
        row: Its number in the file.
        values: Fields of `profiles.FIELDS` that are filled; free ones in `fields`.
        blank: Fields whose cell is there and empty.
        problems: What is wrong with it.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    blank: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)

    def wrong(self, name: str, text: str, advice: str, /, **values: object) -> None:
        """Note what is wrong."""
        self.problems.append(RowProblem("table", self.row, name, text, advice, values))

    def failed(self, name: str, error: InventoryError) -> None:
        """Note what an error says of a field."""
        self.problems.append(RowProblem.of(error, "table", self.row, name))


def read_rows(table: CellTable, profile: Profile) -> list[ImportRow]:
    """Return the rows of a table.

    Raises:
        Invalid: The heading has a column that the profile refuses, or none it knows.
    """
    targets = [profile.field_of(head) for head in table.header]
    if not any(targets):
        raise Invalid(
            N_("The profile {title!r} knows none of its columns."),
            where="columns",
            remedy=N_("Choose another profile, or map the columns."),
            title=profile.title,
        )
    profile = _as_written(table, targets, profile)
    return [_read(number, targets, cells, profile) for number, cells in table.rows]


def _as_written(
    table: CellTable, targets: Sequence[str | None], profile: Profile
) -> Profile:
    """Return a profile with what the columns themselves tell of days and amounts."""

    def cells_of(names: Collection[str]) -> Iterator[str]:
        for _, cells in table.rows:
            for target, cell in zip(targets, cells, strict=False):
                if target in names and cell.strip():
                    yield cell

    decimal = profile.decimal
    if decimal == AUTO:
        decimal = mark_of(cells_of(("cost",)))
    return replace(
        profile, decimal=decimal, dates=ways_of(cells_of(_DAYS), profile.dates)
    )


def _read(
    number: int, targets: Sequence[str | None], cells: Sequence[str], profile: Profile
) -> ImportRow:
    intake = ImportRow(number)
    texts: dict[str, str] = {}
    for target, cell in zip(targets, cells, strict=False):
        if target is not None and not texts.get(target):
            texts[target] = _cleaned(intake, target, cell)
    if len(cells) > len(targets) and any(cells[len(targets) :]):
        intake.wrong(
            "", N_("It has more cells than the heading."), N_("Check its quotes.")
        )
    free: dict[str, str] = {}
    for name, text in texts.items():
        if not text:
            intake.blank.add(name)
        elif name.startswith("fields."):
            free[name.removeprefix("fields.")] = text
        else:
            _take(intake, name, partial(_value, name, text, profile))
    if free:
        intake.values["fields"] = free
    _currency(intake, texts.get("cost", ""))
    _warranty(intake)
    return intake


def _currency(intake: ImportRow, cost: str) -> None:
    """Take the currency from beside the amount, if no other column tells it."""
    beside = currency_in(cost)
    if beside is None:
        return
    told = intake.values.setdefault("currency", beside)
    if told != beside:
        intake.wrong(
            "currency",
            N_("It is {told}, but beside the cost stands {beside}."),
            N_("Correct one of them."),
            told=told,
            beside=beside,
        )


def _cleaned(intake: ImportRow, name: str, cell: str) -> str:
    try:
        return str(cleaned(cell))
    except ValueError:
        intake.wrong(name, BAD_CHARACTER, RETYPE)
        return ""


def _take(intake: ImportRow, name: str, read: Callable[[], Any]) -> None:
    try:
        intake.values[name] = read()
    except Invalid as error:
        intake.failed(name, error)


def _value(name: str, text: str, profile: Profile) -> Any:  # noqa: ANN401
    if name in _DAYS:
        return read_listed_day(text, profile.dates)
    if name == "cost":
        return read_amount(text, profile.decimal)
    if name == "warranty_months":
        return read_whole_number(text)
    if name == "kind":
        return read_word(text, profile.kinds, KINDS)
    if name == "state":
        return read_word(text, profile.states, DEFAULT.states)
    if name == "tag":
        return check_tag(text)
    if name in IDENTIFIERS:
        kind = IDENTIFIERS[name]
        return list(
            dict.fromkeys(canonical_identifier(kind, one) for one in _parts(text))
        )
    return text


def _parts(text: str) -> Iterable[str]:
    return split_names(text.replace(",", ";").replace("|", ";"))


def _warranty(intake: ImportRow) -> None:
    values = intake.values
    months = values.pop("warranty_months", None)
    purchased_on: date | None = values.get("purchased_on")
    if months is None or "warranty_until" in values:
        return
    # Some programs write -1 for a warranty without end.
    if months > 0 and purchased_on is not None:
        values["warranty_until"] = add_months(purchased_on, months)
