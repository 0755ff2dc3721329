"""Reports over HTTP: figures, ties, formats, mistakes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from api.compose.wiring import App
from api.routes.report_rows import page_of
from inventory.kernel.clean_text import safe
from inventory.reports import report_named, reports
from inventory.reports.base import Column, Kind
from inventory.reports.sheets import csv_lines, write_xlsx
from tests.api.books import Filled, found, in_books
from tests.api.conftest import calling
from tests.api.test_accounting import posted
from tests.api.test_frame import assert_problem
from tests.prepared import prepared

V1 = "/api/v1"
Rows = list[dict[str, Any]]
ANSWERS = {
    "book": "IFRS",
    "tax_book": "TAX",
    "from": "2026-01",
    "to": "2026-12",
    "year": "2026",
}


database_url = prepared(in_books)


@pytest.fixture
def filled(app: App) -> Filled:
    """Assets in books."""
    return found(app)


@pytest.fixture
async def accounting(app: App, filled: Filled) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role accounting; January and February are posted."""
    async with calling(app, "accounting") as client:
        await posted(client, filled.books["IFRS"], "2026-01", "2026-02")
        yield client


async def report(client: httpx.AsyncClient, name: str, **given: Any) -> Rows:  # noqa: ANN401
    """Return the rows of a report."""
    wanted = {one.name for one in report_named(name).parameters if one.required}
    params = {key: ANSWERS[key] for key in wanted} | given
    answer = await client.get(f"{V1}/reports/{name}/rows", params=params)
    assert answer.status_code == 200, answer.text
    page_of(report_named(name)).model_validate_json(answer.text, strict=True)
    rows: Rows = answer.json()["items"]
    columns = {column.name for column in report_named(name).columns}
    assert all(row.keys() == columns for row in rows)
    return rows


async def event(client: httpx.AsyncClient, asset: int, **given: Any) -> None:  # noqa: ANN401
    """Record an event in the IFRS book."""
    body = {"book": "IFRS", **given}
    answer = await client.post(f"{V1}/assets/{asset}:record-event", json=body)
    assert answer.status_code == 200, answer.text


async def test_all_reports_are_listed_and_all_can_be_made(
    accounting: httpx.AsyncClient,
) -> None:
    answer = await accounting.get(f"{V1}/reports")
    names = [one["name"] for one in answer.json()["items"]]
    assert names == sorted(reports())
    for name in names:
        await report(accounting, name)


async def test_the_register_shows_each_asset_as_of_a_day(
    accounting: httpx.AsyncClient,
) -> None:
    january = await report(accounting, "register", as_of="2026-01-31")
    assert [row["tag"] for row in january] == ["IT-1", "SW-1"]
    assert january[0]["book_value"] == "1175.00"
    assert january[0]["cost_centres"] == "4100"
    assert january[0]["holder"] == "Sari Wijaya"
    # Inside a period its charge does not count yet, but what came in does.
    inside = await report(accounting, "register", as_of="2026-02-20")
    assert {row["tag"]: row["book_value"] for row in inside} == {
        "IT-1": "1175.00",
        "IT-2": "999.99",
        "SW-1": "4720.00",
    }
    end = await report(accounting, "register", as_of="2029-12-31")
    assert {row["status"] for row in end if row["tag"] != "SW-1"} == {
        "fully depreciated",
        "in use",
    }
    only = await report(
        accounting, "register", as_of="2026-03-31", **{"class": "network"}
    )
    assert [row["tag"] for row in only] == ["SW-1"]


async def test_what_is_fully_depreciated_is_found(
    accounting: httpx.AsyncClient,
) -> None:
    rows = await report(accounting, "fully-depreciated", as_of="2029-12-31")
    assert [row["tag"] for row in rows] == ["IT-1"]
    assert rows[0]["depreciated_until"] == "2029-12-31"


async def test_the_roll_forward_foots_and_ties_to_the_journal(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    sale = {"type": "dispose", "effective": "2026-02-28", "proceeds": "5000.00"}
    await event(accounting, filled.assets["SW-1"], **sale)
    await posted(accounting, filled.books["IFRS"], "2026-03")
    rows = await report(accounting, "roll-forward", to="2026-03")
    assert all(row["foots"] for row in rows)
    assert all(row["difference"] == "0.00" for row in rows)
    by_class = {row["asset_class"]: row for row in rows}
    assert by_class["network"]["cost_closing"] == "0.00"
    assert by_class["network"]["cost_disposals"] == "-4800.00"
    total = by_class["total"]
    assert total["additions"] == "6999.99"
    # 3 x 25.00 and 2 x 20.83: what was booked of the switch in February is undone.
    assert total["depreciation"] == "196.67"  # 75.00 + 41.67 + 80.00
    ahead = await report(accounting, "roll-forward", to="2026-04")
    assert ahead[-1]["foots"]
    assert ahead[-1]["difference"] == "-45.83"


async def test_depreciation_is_summed_by_any_grouping(
    accounting: httpx.AsyncClient,
) -> None:
    rows = await report(accounting, "depreciation", to="2026-03")
    assert {row["group"] for row in rows} == {"4100", "4200"}
    total = sum(float(row["total"]) for row in rows)
    for by in ("class", "legal_entity", "period", "asset"):
        other = await report(accounting, "depreciation", to="2026-03", by=by)
        assert sum(float(row["total"]) for row in other) == pytest.approx(total)
    months = {row["group"]: row for row in other} if by == "period" else {}
    assert not months
    periods = await report(accounting, "depreciation", to="2026-03", by="period")
    march = next(row for row in periods if row["period"] == "2026-03")
    assert (march["posted"], march["planned"]) == ("0.00", "125.84")
    mine = await report(
        accounting, "depreciation", to="2026-03", by="class", cost_centre="4200"
    )
    assert [row["group"] for row in mine] == ["computer", "network"]


async def test_a_projection_adds_planned_purchases(
    accounting: httpx.AsyncClient,
) -> None:
    plain = await report(accounting, "projection", periods="3")
    assert [row["period"] for row in plain] == ["2026-03", "2026-04", "2026-05"]
    assert {row["total"] for row in plain} == {"125.83", "125.84"}
    more = await report(
        accounting, "projection", periods="3", plan=["computer 480.00 2026-04-10 x10"]
    )
    assert [row["planned"] for row in more] == ["0.00", "100.00", "100.00"]
    grown = float(more[-1]["book_value"]) - float(plain[-1]["book_value"])
    assert grown == pytest.approx(4800 - 200)
    answer = await accounting.get(
        f"{V1}/reports/projection/rows", params={"book": "IFRS", "plan": "a lot"}
    )
    body = assert_problem(answer, 422, "invalid")
    assert "CLASS COST DAY" in str(body["remedy"])


async def test_additions_transfers_and_disposals_are_told(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asset = filled.assets["IT-1"]
    await event(
        accounting, asset, type="add-cost", effective="2026-04-01", amount="350.00"
    )
    await event(
        accounting,
        asset,
        type="reclassify",
        effective="2026-05-01",
        asset_class="server",
    )
    await event(
        accounting,
        asset,
        type="dispose",
        effective="2026-06-30",
        proceeds="2000.00",
        costs="10.00",
    )
    rows = await report(accounting, "additions")
    assert [(r["tag"], r["period"], r["amount"]) for r in rows][1] == (
        "IT-1",
        "2026-04",
        "350.00",
    )
    (gone,) = await report(accounting, "disposals")
    assert (gone["kind"], gone["proceeds"]) == ("sale", "1990.00")
    assert float(gone["gain"]) == pytest.approx(1990 - float(gone["book_value"]))
    moved = await report(accounting, "transfers")
    told = {(r["tag"], r["kind"], r["from"], r["to"]) for r in moved}
    assert ("IT-1", "class", "computer", "server") in told
    assert ("IT-1", "cost centre", "4100", "4200") in told


async def test_book_and_tax_differ_by_what_is_deferred(
    accounting: httpx.AsyncClient,
) -> None:
    rows = await report(accounting, "book-tax", as_of="2026-12-31", rate="25")
    laptop = next(row for row in rows if row["tag"] == "IT-1")
    # IFRS 48 months; tax 60 months to a tenth of cost.
    assert (laptop["book_value"], laptop["tax_value"]) == ("900.00", "984.00")
    assert (laptop["difference"], laptop["kind"]) == ("-84.00", "deductible")
    assert laptop["deferred_tax"] == "21.00"
    assert (laptop["depreciation_book"], laptop["depreciation_tax"]) == (
        "300.00",
        "216.00",
    )
    assert laptop["correction"] == "84.00"


async def test_the_mid_quarter_test_looks_at_the_whole_year(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    def terms(cost: str, day: str) -> dict[str, Any]:
        return {
            "cost": cost,
            "in_service": day,
            "life_months": 60,
            "method": "macrs",
            "params": {"factor": "2"},
            "conventions": {"start": "half-year", "disposal": "half-year"},
        }

    asked = {"book": "TAX", "asset_class": "computer"}
    answer = await accounting.post(
        f"{V1}/schedules",
        json={**asked, "asset": "IT-9", "terms": terms("5000.00", "2026-11-02")},
    )
    assert answer.status_code == 201, answer.text
    rows = await report(accounting, "mid-quarter", book="TAX")
    assert [row["basis"] for row in rows] == [
        "0.00",
        "0.00",
        "0.00",
        "5000.00",
        "5000.00",
    ]
    assert rows[-1]["applies"] is True


async def test_the_register_is_reconciled_with_the_journal(
    accounting: httpx.AsyncClient,
) -> None:
    rows = await report(accounting, "reconciliation")
    assert all(row["ties"] for row in rows)
    assert {row["as_of"] for row in rows} == {"2026-02-28"}
    cost = next(row for row in rows if row["account"] == "0650")
    assert (cost["register"], cost["journal"]) == ("6999.99", "6999.99")
    ahead = await report(accounting, "reconciliation", as_of="2026-03-31")
    written = next(row for row in ahead if row["account"] == "0651")
    assert (written["ties"], written["difference"]) == (False, "-125.84")


async def test_changes_of_estimates_show_their_effect(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asset = filled.assets["IT-1"]
    await event(
        accounting,
        asset,
        type="change-estimate",
        effective="2026-07-01",
        remaining_months=6,
    )
    await event(
        accounting, asset, type="impair", effective="2026-09-30", recoverable="100.00"
    )
    shorter, impaired = await report(accounting, "estimates")
    assert (shorter["kind"], shorter["effect"]) == ("change of estimate", "900.00")
    assert (impaired["amount"], impaired["effect"]) == ("-425.00", "-425.00")
    assert "recoverable 100.00" in impaired["change"]


BAD: list[tuple[str, dict[str, str], str]] = [
    ("register", {}, "book"),
    ("register", {"book": "IFRS", "colour": "red"}, "colour"),
    ("register", {"book": "IFRS", "as_of": "soon"}, "soon"),
    ("register", {"book": "IFRS", "as_of": "1999-01-01"}, "calendar"),
    ("register", {"book": "IFRS", "include": "some"}, "include"),
    (
        "roll-forward",
        {"book": "IFRS", "from": "2026-02", "to": "2026-01"},
        "before",
    ),
    ("roll-forward", {"book": "IFRS", "from": "May", "to": "2026-01"}, "May"),
    ("book-tax", {"book": "IFRS", "tax_book": "TAX", "rate": "high"}, "high"),
    ("mid-quarter", {"book": "TAX", "year": "1999"}, "1999"),
]
"""A report, its parameters, and what is said about them."""


async def test_a_bad_parameter_is_named(accounting: httpx.AsyncClient) -> None:
    for name, params, words in BAD:
        answer = await accounting.get(f"{V1}/reports/{name}/rows", params=params)
        body = assert_problem(answer, 422, "invalid")
        assert words in str(body["detail"])


async def test_an_unknown_report_is_not_found(accounting: httpx.AsyncClient) -> None:
    body = assert_problem(await accounting.get(f"{V1}/reports/x"), 404, "not-found")
    assert "roll-forward" in str(body["remedy"])


async def test_a_report_is_the_same_in_every_format(
    accounting: httpx.AsyncClient,
) -> None:
    params = {"book": "IFRS", "as_of": "2026-02-28"}
    path = f"{V1}/reports/register/rows"
    rows = await report(accounting, "register", as_of="2026-02-28")
    lines = await accounting.get(path, params=params | {"format": "jsonl"})
    assert [json.loads(line) for line in lines.text.splitlines()] == rows
    sheet = await accounting.get(path, params=params | {"format": "csv"})
    table = list(csv.DictReader(io.StringIO(sheet.text)))
    assert [row["book_value"] for row in table] == [row["book_value"] for row in rows]
    assert table[1]["name"] == "'=1+1"
    book = await accounting.get(path, params=params | {"format": "xlsx"})
    cells = load_workbook(io.BytesIO(book.content)).active
    assert cells is not None
    titles = [cell.value for cell in cells[1]]
    name = cells.cell(3, titles.index("Name") + 1)
    assert (name.value, name.data_type) == ("=1+1", "s")
    value = cells.cell(3, titles.index("Book value") + 1)
    assert (value.data_type, value.number_format) == ("n", "#,##0.00")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=x"])
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_negative_amounts_stay_numbers_and_yen_have_no_decimals() -> None:
    columns = (
        Column("what", "What"),
        Column("amount", "Amount", Kind.AMOUNT),
        Column("day", "Day", Kind.DAY),
        Column("currency", "Currency"),
    )
    rows: Rows = [
        {"what": "-5", "amount": -1250, "day": date(2026, 3, 1), "currency": "EUR"},
        {"what": None, "amount": -1250, "day": None, "currency": "JPY"},
    ]
    text = "".join(csv_lines(columns, rows))
    assert text.splitlines()[1:] == ["'-5,-12.50,2026-03-01,EUR", ",-1250,,JPY"]
    file = io.BytesIO()
    write_xlsx(columns, rows, "A [bad] name: of a sheet that is too long", file)
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [sheet.cell(2, 2).value, sheet.cell(3, 2).value] == [-12.5, -1250]
    assert sheet.cell(3, 2).number_format == "#,##0"
