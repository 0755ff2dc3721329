"""All rows of a company file, checked against themselves. Pure.

What only the database can tell (is that reference there, is that serial taken) comes
later; see `inventory.bulk.company_file`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.assets.custody.allocation_rules import Shares, shares_from_percent
from inventory.bulk.files.sections import HOLDERS, SECTIONS, FileRow, read_row
from inventory.kernel.errors import Invalid, RowProblem
from inventory.kernel.money import MoneyError, minor_digits, parse_money
from inventory.kernel.texts import N_
from inventory.people.rules import check_email

NAMED = tuple(name for name in SECTIONS if name not in {"placements", "custody"})
"""Sections whose first field must be unique (allocations: with their `from`)."""


@dataclass(frozen=True, slots=True)
class CompanySheet:
    """Rows by section, in the order of the file."""

    lines: Mapping[str, Sequence[FileRow]]

    def names(self, section: str) -> set[str]:
        """Return what the rows of a section are named by."""
        first = SECTIONS[section][0].name
        return {line.values[first] for line in self.lines[section]}

    def references(self) -> Iterator[tuple[FileRow, str, str, str]]:
        """Return (row, field, section referred to, name) of every reference."""
        for section, lines in self.lines.items():
            columns = [column for column in SECTIONS[section] if column.refers]
            for line in lines:
                for column in columns:
                    if column.name in line.values:
                        name = line.values[column.name]
                        yield line, column.name, column.refers, name


def read_sheet(document: Mapping[str, Any]) -> tuple[CompanySheet, list[RowProblem]]:
    """Return the rows of a file and everything that is wrong with them."""
    problems = [
        RowProblem(
            str(name),
            0,
            "",
            N_("There is no such section."),
            N_("Use one of {choices}."),
            {"choices": ", ".join(SECTIONS)},
        )
        for name in document
        if name not in SECTIONS
    ]
    lines: dict[str, list[FileRow]] = {name: [] for name in SECTIONS}
    for section in SECTIONS:
        rows = document.get(section) or []
        if not isinstance(rows, list):
            problems.append(
                RowProblem(
                    section,
                    0,
                    "",
                    N_("It is not a list."),
                    N_("Begin each row with -."),
                )
            )
            continue
        for number, raw in enumerate(rows, 1):
            line, wrong = read_row(section, number, raw)
            problems += wrong
            if not wrong:
                problems += _row_problems(line)
                lines[section].append(line)
    sheet = CompanySheet(lines)
    return sheet, problems + _repeated(sheet) + _shares_off(sheet)


def shares_of(lines: Sequence[FileRow], ids: Mapping[str, int]) -> Shares:
    """Return the shares that rows of one allocation say.

    Args:
        lines: The rows.
        ids: Code of a cost centre to its id.

    Raises:
        Invalid: They do not sum to 100 %.
    """
    return shares_from_percent(
        (ids[line.values["cost_centre"]], line.values["percent"]) for line in lines
    )


def grouped(lines: Sequence[FileRow]) -> dict[tuple[Any, Any], list[FileRow]]:
    """Return rows of allocations by asset and `from`, which belong together."""
    groups: dict[tuple[Any, Any], list[FileRow]] = defaultdict(list)
    for line in lines:
        groups[line.values["asset"], line.values["from"]].append(line)
    return groups


def _row_problems(line: FileRow) -> list[RowProblem]:
    values = line.values
    problems = []
    start, end = values.get("from"), values.get("to")
    if start and end and end < start:
        problems.append(
            line.problem(
                "to",
                N_("It lies before {start}."),
                N_("Correct one of them."),
                start=start,
            )
        )
    holders = [name for name in HOLDERS if name in values]
    if line.section in {"assets", "custody"} and len(holders) > 1:
        problems.append(
            line.problem(
                holders[1],
                N_("It has a {holder} already."),
                N_("Keep one of them."),
                holder=holders[0],
            )
        )
    if line.section == "custody" and not holders:
        problems.append(
            line.problem(
                "",
                N_("Nobody holds it."),
                N_("Fill in one of {choices}."),
                choices=", ".join(HOLDERS),
            )
        )
    return problems + _SPECIAL.get(line.section, _nothing)(line)


def _nothing(line: FileRow) -> list[RowProblem]:
    return []


def _entity(line: FileRow) -> list[RowProblem]:
    try:
        minor_digits(line.values["currency"])
    except MoneyError as error:
        return [
            line.problem("currency", f"{error}.", N_("Write three capital letters."))
        ]
    return []


def _person(line: FileRow) -> list[RowProblem]:
    values = line.values
    problems = []
    try:
        check_email(values.get("email"))
    except Invalid as error:
        problems.append(line.failed("email", error))
    work = ("number", "legal_entity", "from")
    if any(name in values for name in (*work, "to", "department", "cost_centre")):
        problems += [
            line.problem(
                name,
                N_("It is missing."),
                N_("An employment has number, entity and from."),
            )
            for name in work
            if name not in values
        ]
    return problems


def _asset(line: FileRow) -> list[RowProblem]:
    values = line.values
    problems = []
    if "since" not in values and "purchased_on" not in values:
        if "held_from" not in values:
            problems.append(
                line.problem(
                    "since", N_("It is missing."), N_("Or fill in purchased_on.")
                )
            )
    if "cost" in values:
        if "currency" not in values and "legal_entity" not in values:
            problems.append(
                line.problem(
                    "currency", N_("It is missing."), N_("Or fill in legal_entity.")
                )
            )
        elif "currency" in values:
            try:
                parse_money(values["cost"], values["currency"])
            except MoneyError as error:
                problems.append(line.problem("cost", f"{error}.", N_("Correct it.")))
        if values["cost"] < 0:
            problems.append(
                line.problem("cost", N_("It is below zero."), N_("Correct it."))
            )
    return problems


_SPECIAL = {"legal_entities": _entity, "persons": _person, "assets": _asset}


def _repeated(sheet: CompanySheet) -> list[RowProblem]:
    problems = []
    for section in NAMED:
        names = [SECTIONS[section][0].name]
        if section == "allocations":
            names += ["from", "cost_centre"]
        seen: dict[tuple[Any, ...], int] = {}
        for line in sheet.lines[section]:
            key = tuple(line.values[name] for name in names)
            first = seen.setdefault(key, line.row)
            if first != line.row:
                problems.append(
                    line.problem(
                        names[0],
                        N_("{value!r} is in row {first} already."),
                        N_("Keep one of the rows."),
                        value=key[0],
                        first=first,
                    )
                )
    return problems


def _shares_off(sheet: CompanySheet) -> list[RowProblem]:
    problems = []
    for lines in grouped(sheet.lines["allocations"]).values():
        codes = {line.values["cost_centre"] for line in lines}
        ids = {code: number for number, code in enumerate(sorted(codes))}
        ends = {line.values.get("to") for line in lines}
        if len(ends) > 1:
            problems.append(
                lines[0].problem(
                    "to", N_("Its parts end differently."), N_("Give one day.")
                )
            )
        elif len(codes) == len(lines):
            try:
                shares_of(lines, ids)
            except Invalid as error:
                problems.append(lines[0].failed("percent", error))
    return problems
