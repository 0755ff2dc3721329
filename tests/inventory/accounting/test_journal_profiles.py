"""Journals in the columns of accounting systems."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest

from api.compose.rulebooks import journal_profiles_of
from api.compose.wiring import fixed_settings
from inventory.accounting.model.journal import Entry, Line
from inventory.reports.journal_profiles import profile_lines

PROFILES = journal_profiles_of(fixed_settings({}))
ENTRY = Entry(
    day=date(2026, 4, 30),
    period="2026-04",
    memo="Depreciation",
    reference="7/IFRS/2026-04/depreciation",
    lines=(
        Line(account="4500", amount=12_50, currency="EUR", cost_centre="4100"),
        Line(account="0651", amount=-12_50, currency="EUR"),
    ),
)
ORIGIN = {"id": 3, "posting_id": 1, "asset_id": 7, "tag": "IT-7", "asset_class": "x"}


def rows_of(name: str) -> list[dict[str, Any]]:
    profile = PROFILES[name]
    text = "".join(profile_lines([(ORIGIN, ENTRY)], {"4500": "Wear"}, profile))
    delimiter = profile.get("separator", ",")
    return list(csv.DictReader(text.splitlines(), delimiter=delimiter))


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_profile_writes_each_line(name: str) -> None:
    first, second = rows_of(name)
    assert "4500" in first.values() or "Wear" in first.values()
    assert first != second


def test_datev_has_sides_a_comma_and_short_days() -> None:
    debit, credit = rows_of("datev")
    assert debit["Umsatz (ohne Soll/Haben-Kz)"] == "12,50"
    assert (debit["Soll/Haben-Kennzeichen"], debit["Belegdatum"]) == ("S", "3004")
    assert credit["Soll/Haben-Kennzeichen"] == "H"


def test_xero_has_signed_amounts() -> None:
    assert [row["*Amount"] for row in rows_of("xero")] == ["12.50", "-12.50"]
