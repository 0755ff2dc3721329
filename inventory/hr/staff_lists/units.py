"""Names and codes of a list in the register; new units are added if that is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from inventory.hr.context import CaseContext
from inventory.hr.staff_lists.profile import StaffProfile
from inventory.hr.staff_lists.rows import StaffRow
from inventory.kernel.texts import N_
from inventory.people import tables as people
from inventory.people.organisation import ensure
from inventory.storage.rows import table_of

UNITS: Mapping[str, tuple[Any, str]] = {
    "legal_entity": (people.LegalEntity, "legal_entities"),
    "department": (people.Department, "departments"),
    "cost_centre": (people.CostCentre, "cost_centres"),
    "location": (people.Location, "locations"),
}
_CODE_FIRST = re.compile(r"^\s*([\w./-]{1,20})\s+(?:[-\u2013:|]\s*)?\S")
_CODE_LAST = re.compile(r"\(([\w./-]{1,20})\)\s*$")
LONGEST_CODE = 40


@dataclass(slots=True)
class ListedUnits:
    """Units of the register by what a list may call them.

    Attributes:
        codes: (field, code or name without case) -> code.
        new: (field, code) -> name of those to be added.
    """

    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    new: dict[tuple[str, str], str] = field(default_factory=dict)

    def count(self, unit: str) -> int:
        """Return how many units of a field there are, or will be."""
        return len({code for (of, _), code in self.codes.items() if of == unit})


def units_of_list(
    connection: Connection, rows: Iterable[StaffRow], profile: StaffProfile
) -> ListedUnits:
    """Put codes in place of what rows call their units; note those that are unknown."""
    found = ListedUnits(_known(connection))
    creates = set(profile.create)
    if not any(unit == "legal_entity" for unit, _ in found.codes):
        # Nothing is there yet: the list of the first company names it.
        creates.add("legal_entities")
    for row in rows:
        for unit, (_, plural) in UNITS.items():
            told = row.values.get(unit)
            if told is None:
                continue
            code = _code(found, unit, told)
            if code is None and plural in creates:
                code = _fresh_code(found, unit, told)
                found.new[unit, code] = told
                found.codes[unit, told.casefold()] = code
            if code is None:
                row.wrong(
                    unit,
                    N_("There is no {unit} {told!r}."),
                    N_("Add it first, correct the cell, or let the import add it."),
                    unit=unit.replace("_", " "),
                    told=told,
                )
                continue
            row.values[unit] = code
    return found


def _known(connection: Connection) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for unit, (model, _) in UNITS.items():
        table = table_of(model)
        rows = connection.execute(select(table.c.code, table.c.name)).all()
        names: dict[str, set[str]] = {}
        for code, name in rows:
            names.setdefault(name.casefold(), set()).add(code)
        # A name that two have says nothing.
        found |= {(unit, n): next(iter(c)) for n, c in names.items() if len(c) == 1}
        found |= {(unit, code.casefold()): code for code, _ in rows}
    return found


def _code(found: ListedUnits, unit: str, told: str) -> str | None:
    """Return the code of what a cell says: `4100`, `Sales`, `4100 - Sales`."""
    exact = found.codes.get((unit, told.casefold()))
    if exact is not None:
        return exact
    for pattern in (_CODE_FIRST, _CODE_LAST):
        part = pattern.search(told)
        if part and (unit, part[1].casefold()) in found.codes:
            code = found.codes[unit, part[1].casefold()]
            return code if code.casefold() == part[1].casefold() else None
    return None


def _fresh_code(found: ListedUnits, unit: str, told: str) -> str:
    """Return a code for a new unit: the text itself, if it is short enough."""
    code = told[:LONGEST_CODE].strip()
    taken = {known.casefold() for (of, _), known in found.codes.items() if of == unit}
    number = 2
    while code.casefold() in taken:
        code, number = f"{told[: LONGEST_CODE - 4].strip()} {number}", number + 1
    return code


def add_units(
    context: CaseContext,
    found: ListedUnits,
    wanted: set[tuple[str, str]],
    currency: str,
) -> None:
    """Add the new units that are wanted, legal entities first."""
    for unit in UNITS:
        for (of, code), name in found.new.items():
            if of != unit or (of, code) not in wanted:
                continue
            more: dict[str, Any] = {"name": name}
            if unit == "legal_entity":
                more["currency"] = currency
            if unit == "location":
                more["kind"] = "site"
            ensure(context.work, unit, code, **more)
