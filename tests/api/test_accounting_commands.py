"""Books, periods, reports and exports on the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.api.books import in_books
from tests.api.test_cli import Terminal, purser, ready
from tests.prepared import prepared

__all__ = ["purser", "ready"]


database_url = prepared(in_books)


@pytest.fixture
def filled(ready: Terminal) -> Terminal:
    """Commands on a database with books."""
    return ready


def test_a_period_is_posted_closed_reopened_and_locked(filled: Terminal) -> None:
    books = filled("book", "list", "--json").json["items"]
    assert {row["code"]: row["next_to_post"] for row in books} == {
        "IFRS": "2026-01",
        "TAX": "2026-01",
    }
    said = filled("book", "post", "IFRS", "2026-02")
    assert said.code == 1
    assert "2026-01 before it is open and not posted" in said.err
    said = filled("book", "post", "IFRS", "2026-02", "--through")
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        "2026-01 is posted: 2 assets, 105.00 EUR.",
        "2026-02 is posted: 3 assets, 125.83 EUR.",
    ]
    again = filled("period", "post", "IFRS:2026-02", "--json").json
    assert (again["already"], again["depreciation"]) == (True, "125.83")
    wanted = ("period", "list", "--book", "100/IFRS", "--year", "2026")
    rows = filled(*wanted, "--json").json["items"]
    assert [row["depreciation"] for row in rows[:3]] == ["105.00", "125.83", None]
    assert "2026-01" in filled(*wanted).out
    said = filled("period", "close", "IFRS:2025-01", "--reason", "old", "--json")
    assert (said.json["status"], said.json["reason"]) == ("closed", "old")
    assert filled("period", "reopen", "IFRS:2025-01").code == 2
    said = filled("period", "reopen", "IFRS:2025-01", "--reason", "late", "--json")
    assert said.json["status"] == "open"
    assert filled("period", "lock", "IFRS:2025-01", "--yes").code == 0
    said = filled("period", "reopen", "IFRS:2025-01", "--reason", "x")
    assert "locked" in said.err


def test_reports_are_listed_shown_and_written(filled: Terminal, tmp_path: Path) -> None:
    listed = filled("report", "list", "--json").json["items"]
    assert {"register", "roll-forward", "reconciliation"} <= {r["name"] for r in listed}
    given = ("make", "register", "book=IFRS", "as_of=2026-03-31")
    rows = filled("report", *given, "--json").json["items"]
    assert [row["tag"] for row in rows] == ["IT-1", "IT-2", "SW-1"]
    assert "IT-2" in filled("report", *given).out
    table = filled("report", *given, "--format", "csv").out
    assert [r["cost"] for r in csv.DictReader(io.StringIO(table))] == [
        row["cost"] for row in rows
    ]
    file = tmp_path / "register.xlsx"
    said = filled("report", *given, "--format", "xlsx", "-o", str(file))
    assert said.code == 0, said.err
    assert str(file) in said.err
    assert load_workbook(file).active is not None
    assert filled("report", *given, "--format", "xlsx").code == 2
    assert filled("report", *given, "--format", "pdf").code == 2
    assert filled("report", "make", "register", "IFRS").code == 2
    said = filled("report", "make", "register", "book=IFRS", "colour=red")
    assert said.code == 2
    assert "colour" in said.err


def test_the_journal_is_exported(filled: Terminal, tmp_path: Path) -> None:
    filled("book", "post", "IFRS", "2026-01")
    given = ("book", "journal", "IFRS", "--from", "2026-01", "--to", "2026-12")
    table = filled(*given, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(table)))
    entries = filled(*given).json["items"]
    assert len(rows) == sum(len(entry["lines"]) for entry in entries)
    assert "open Assets:A0650" in filled(*given, "--format", "beancount").out
    assert "Expenses:A4500  25.00 EUR" in filled(*given, "--format", "hledger").out
    file = tmp_path / "journal.xlsx"
    assert filled(*given, "--format", "xlsx", "-o", str(file)).code == 0
    assert file.exists()
    assert filled(*given, "--format", "pdf").code == 2


def test_what_an_event_is_about_is_given_by_its_own_fields(filled: Terminal) -> None:
    asset = ("--kind", "other", "--legal-entity", "100", "--asset-class", "server")
    assert filled("asset", "create", "--tag", "N1", *asset).code == 0
    terms = ("--cost", "1200.10", "--in-service", "2026-01-05")
    made = filled("schedule", "create", "--asset", "N1", "--book", "IFRS", *terms)
    assert made.code == 0, made.err
    event = ["record-event", "N1:IFRS", "--type", "add-cost"]
    event += ["--effective", "2026-01-20", "--set", "amount=99.90", "--json"]
    for _ in range(2):
        said = filled("schedule", *event)
        assert said.code == 0, said.err
    sold = ["record-event", "N1", "--book", "IFRS", "--type", "dispose"]
    sold += ["--effective", "2026-02-10", "--set", "proceeds=500"]
    said = filled("asset", *sold, "--set", "quantity=1", "--set", "out-of=4", "--json")
    assert said.code == 0, said.err
    assert (said.json["event"]["proceeds"], said.json["event"]["quantity"]) == (
        "500.00",
        1,
    )
    rows = filled("schedule", "show", "N1:IFRS", "--json").json["rows"]
    assert rows[0]["additions"] == "1300.00"
    said = filled("schedule", *event[:-1], "--set", "colour=red")
    assert said.code != 0
    assert "colour" in said.err
