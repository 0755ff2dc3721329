"""Cells of a list of staff as fields, as a profile reads them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inventory.bulk.files.cells import CellTable, heading
from inventory.bulk.files.listed_days import read_listed_day, ways_of
from inventory.hr.staff_lists.profile import StaffProfile
from inventory.kernel.errors import Invalid, InventoryError, RowProblem
from inventory.kernel.texts import N_
from inventory.provisioning.statements.event_format import LONGEST, YEARS

DAYS = ("start", "last", "last_working_day", "contract_end", "effective_on")
NEVER = frozenset(
    {"9999-12-31", "31.12.9999", "12/31/9999", "31/12/9999", "2999-12-31"}
)
"""How HR systems write that a day is not known."""
_NOTHING = frozenset(
    "- -- n/a none null false no_manager 0000-00-00 00.00.0000".split()
)
"""How exports write that there is nothing: Odoo False, SuccessFactors NO_MANAGER."""
_FILE = "list"
_TITLES = 20
"""Rows that may stand above the heading."""
BELOW = N_("below the list: no employee id, no name and no day")
"""Why a row is left out."""
_ENDING = 2
"""Cells that may be filled in a row below a list."""
_PERSONAL = frozenset({"given_name", "family_name", "full_name", "email", "login"})
_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\"[^\"]*\")\s*")
"""What stands with a name and is none: a nickname, `On Leave`, an employee id."""
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_NAMED = 3
"""Fields that a heading names at least."""


@dataclass(slots=True)
class StaffRow:
    """One row.

    Attributes:
        row: Its number in the file.
        values: Fields of the profile that are filled.
        blank: Fields whose cells are there and empty.
        unsure: Fields that name somebody nobody knows yet.
        problems: What is wrong with it.
    """

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    blank: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The employee id; empty if there is none."""
        return str(self.values.get("number", ""))

    @property
    def name(self) -> str:
        """The name as a person reads it."""
        parts = (self.values.get(one, "") for one in ("given_name", "family_name"))
        return " ".join(filter(None, parts))

    def wrong(self, name: str, text: str, advice: str, /, **values: object) -> None:
        """Note what is wrong."""
        self.problems.append(RowProblem(_FILE, self.row, name, text, advice, values))

    def failed(self, name: str, error: InventoryError) -> None:
        """Note what an error says of a field, or of the row."""
        self.problems.append(RowProblem.of(error, _FILE, self.row, name))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is none of the list.

    Attributes:
        row: Its number in the file.
        text: What it says.
        reason: Why it is left out.
    """

    row: int
    text: str
    reason: str


def below_titles(table: CellTable, profile: StaffProfile) -> CellTable:
    """Return a table that begins with its heading: above it there may be titles.

    People write the name of the company and the day above a list; the heading is the
    first row that names the employee id and two fields more. It may be two rows, of
    which the upper one has cells that are merged over some below, or down to them.
    """
    top = [(1, table.header), *table.rows[:_TITLES]]
    for place, (_, cells) in enumerate(top):
        below = table.rows[place][1] if place < len(table.rows) else ()
        both = _merged(cells, below)
        named, more = _named(cells, profile), _named(both, profile)
        if "number" in more and len(more) >= max(_NAMED, len(named) + 1):
            if not {"number"} <= _named(below, profile) or len(named) >= _NAMED:
                return CellTable(both, table.rows[place + 1 :])
        elif "number" in named and len(named) >= _NAMED:
            return CellTable(cells, table.rows[place:])
    return table


def _named(cells: Sequence[str], profile: StaffProfile) -> set[str]:
    found = profile.fields_of([cell for cell in cells if cell.strip()])
    return {name for name in found if name is not None}


def _merged(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return the heading of two rows: what stands lower, or else above."""
    width = max(len(upper), len(lower))
    above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return [
        low if low.strip() else high for high, low in zip(above, below, strict=True)
    ]


def above_ending(
    table: CellTable, profile: StaffProfile
) -> tuple[CellTable, list[LeftOut]]:
    """Return a table without what a report writes below it: totals, when it was made.

    That is one or two cells in a row, with no day and no name among them, and words
    where employee ids stand.

    Returns:
        The table, and the rows that are left out and say something, from the top.
    """
    targets = profile.fields_of(table.header)
    rows, ending = list(table.rows), []
    while rows and _ends(rows[-1][1], targets):
        ending.append(rows.pop())
    left = [
        LeftOut(number, " ".join(filled), BELOW)
        for number, cells in reversed(ending)
        for filled in [[cell.strip() for cell in cells if cell.strip()]]
        if filled
    ]
    return CellTable(table.header, rows), left


def _ends(cells: Sequence[str], targets: Sequence[str | None]) -> bool:
    if sum(bool(cell.strip()) for cell in cells) > _ENDING:
        return False
    for cell, target in zip(cells, targets, strict=False):
        text = cell.strip()
        named = target in _PERSONAL and any(c.isalpha() for c in text)
        digits = any(c.isdigit() for c in text)
        if named or (text and target in DAYS):
            return False
        if target == "number" and digits and not any(c.isspace() for c in text):
            return False
    return True


def read_staff_rows(
    table: CellTable, profile: StaffProfile
) -> tuple[list[StaffRow], list[LeftOut]]:
    """Return the rows of a list, and those below it that are none.

    Raises:
        Invalid: No column is the employee id.
    """
    table, left = above_ending(table, profile)
    targets = profile.fields_of(table.header)
    if "number" not in targets:
        raise Invalid(
            N_("The profile {title!r} finds no employee id among the columns."),
            where="columns",
            remedy=N_("Choose another profile, or map a column to number."),
            title=profile.title,
        )
    days = [
        cell
        for _, cells in table.rows
        for target, cell in zip(targets, cells, strict=False)
        if target in DAYS
    ]
    ways = ways_of(days, profile.dates)
    rows = [
        _read(number, targets, cells, profile, ways) for number, cells in table.rows
    ]
    _refuse_twice(rows)
    return rows, left


def _read(
    number: int,
    targets: Sequence[str | None],
    cells: Sequence[str],
    profile: StaffProfile,
    ways: Sequence[str],
) -> StaffRow:
    row = StaffRow(number)
    texts: dict[str, str] = {}
    for target, cell in zip(targets, cells, strict=False):
        if target is not None and not texts.get(target):
            nothing = (
                " ".join(cell.split()).casefold() in _NOTHING and target != "status"
            )
            texts[target] = "" if nothing else cell
    for name in profile.defaults:
        texts[name] = texts.get(name) or profile.defaults[name]
    for name, text in texts.items():
        if not text or (name in DAYS and text in NEVER):
            row.blank.add(name)
            continue
        try:
            row.values[name] = _value(name, text, profile, ways)
        except Invalid as error:
            row.failed(name, error)
    _split_name(row, profile)
    if not row.values.get("number") and "number" not in {p.field for p in row.problems}:
        row.wrong("number", N_("It is missing."), N_("Fill the cell."))
    return row


def _value(name: str, text: str, profile: StaffProfile, ways: Sequence[str]) -> Any:  # noqa: ANN401
    if name in DAYS:
        return _day(text, ways)
    if name == "status":
        return profile.statuses.get(heading(text), "active")
    if name == "worker_type":
        return profile.worker_types.get(heading(text), text)
    plain = " ".join(text.split())
    if name == "number" and _ROUNDED.fullmatch(plain):
        raise Invalid(
            N_("A spreadsheet has rounded it to {number}."),
            where=name,
            remedy=N_("Export it once more, and open it with that column as text."),
            number=plain,
        )
    if name in ("given_name", "family_name", "full_name"):
        plain = bare_name(plain)
    if len(plain) > LONGEST or not plain.isprintable():
        raise Invalid(
            N_("It is not a text of one line, up to {longest} characters."),
            where=name,
            longest=LONGEST,
        )
    return plain


def bare_name(text: str) -> str:
    """Return a name without what stands with it in parentheses or quotes."""
    bare = " ".join(_ASIDE.sub(" ", text).split()).replace(" ,", ",").strip(" ,")
    return bare or text


def _day(text: str, ways: Sequence[str]) -> date:
    day = read_listed_day(text, ways)
    if day.year not in YEARS:
        raise Invalid(
            N_("{day} is not a day from {first} to {last}."),
            where="day",
            day=day,
            first=YEARS[0],
            last=YEARS[-1],
        )
    return day


def _split_name(row: StaffRow, profile: StaffProfile) -> None:
    """Take given and family name from a full one; `Family, Given` is always known."""
    full = row.values.pop("full_name", None) or row.values.get("given_name")
    if not full or row.values.get("family_name"):
        return
    row.values.pop("given_name", None)
    if "," in full:
        family, _, given = full.partition(",")
    elif profile.names == "family-first":
        family, _, given = full.partition(" ")
    else:
        given, _, family = full.rpartition(" ")
    # Somebody of one name, as in Indonesia, has it as family name.
    row.values["family_name"] = family.strip() or given.strip()
    if family.strip() and given.strip():
        row.values["given_name"] = given.strip()


def _refuse_twice(rows: Sequence[StaffRow]) -> None:
    """Mark rows of one employee id that begin on the same day: which one holds?"""
    seen: dict[tuple[str, Any, Any], int] = {}
    for row in rows:
        values = row.values
        key = (row.number, values.get("start"), values.get("legal_entity"))
        if row.number and key in seen:
            row.wrong(
                "number",
                N_("Row {first} is of the same employment."),
                N_("Export one row for each employment."),
                first=seen[key],
            )
        seen.setdefault(key, row.row)
