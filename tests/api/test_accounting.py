"""Books, postings and schedules over HTTP."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from api.compose.wiring import App
from api.models import journals as journal_models
from api.models import schedules as schedule_models
from api.resources.listing import page_model
from api.resources.money.in_books.asset_book_acts import RecordedEvent
from api.resources.money.periods import Posted
from api.resources.money.schedules import ScheduleDetail
from api.resources.registry import resource
from inventory.queries.money import schedules
from tests.api.books import Filled, by_period, found, in_books
from tests.api.conftest import calling
from tests.api.test_frame import assert_problem
from tests.prepared import prepared

V1 = "/api/v1"


database_url = prepared(in_books)


@pytest.fixture
def filled(app: App) -> Filled:
    """Assets in books."""
    return found(app)


@pytest.fixture
async def accounting(app: App, filled: Filled) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role accounting."""
    async with calling(app, "accounting") as client:
        yield client


async def posted(accounting: httpx.AsyncClient, book: int, *keys: str) -> list[int]:
    """Post periods; return the numbers of the postings."""
    numbers = []
    for key in keys:
        path = f"{V1}/periods/{book}:{key}:post"
        answer = await accounting.post(path, json={"early": key >= "2026-03"})
        assert answer.status_code == 200, answer.text
        numbers.append(answer.json()["posting_id"])
    return numbers


async def test_books_say_what_is_posted_and_what_is_next(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    await posted(accounting, filled.books["IFRS"], "2026-01")
    answer = await accounting.get(f"{V1}/books")
    page_model(resource("books")).model_validate_json(answer.text, strict=True)
    books = {book["code"]: book for book in answer.json()["items"]}
    ifrs = books["IFRS"]
    assert (ifrs["assets"], ifrs["last_posted"], ifrs["next_to_post"]) == (
        3,
        "2026-01",
        "2026-02",
    )
    tax = books["TAX"]
    assert (tax["last_posted"], tax["next_to_post"]) == (None, "2026-01")


async def test_a_period_is_posted_once_and_shows_in_the_list(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    book = filled.books["IFRS"]
    path = f"{V1}/periods/{book}:2026-01:post"
    first = Posted.model_validate_json(
        (await accounting.post(path, json={})).text, strict=True
    )
    # 1200 / 48 + 4800 / 60
    assert (first.assets, first.depreciation, first.currency) == (2, "105.00", "EUR")
    again = (await accounting.post(path, json={})).json()
    assert again["already"] is True
    assert again["posting_id"] == first.posting_id
    wanted = {"book": "IFRS", "year": "2026"}
    listed = await accounting.get(f"{V1}/periods", params=wanted | {"limit": "2"})
    page = listed.json()
    assert [period["key"] for period in page["items"]] == ["2026-01", "2026-02"]
    assert page["items"][0]["posting_id"] == first.posting_id
    assert page["items"][0]["depreciation"] == "105.00"
    assert page["items"][0]["last_day"] == "2026-01-31"
    more = await accounting.get(
        f"{V1}/periods", params=wanted | {"limit": "100", "after": page["next"]}
    )
    assert next(p["key"] for p in more.json()["items"]) == "2026-03"


async def test_periods_are_posted_in_order_and_the_rule_is_named(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    book = filled.books["IFRS"]
    answer = await accounting.post(f"{V1}/periods/{book}:2026-02:post", json={})
    body = assert_problem(answer, 409, "not-allowed")
    assert "2026-01" in str(body["detail"])
    answer = await accounting.post(f"{V1}/periods/{book}:2026-99:post", json={})
    assert_problem(answer, 404, "not-found")
    answer = await accounting.post(f"{V1}/periods/999:2026-01:post", json={})
    assert_problem(answer, 404, "not-found")


async def test_closing_locking_and_reopening_follow_their_rules(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    path = f"{V1}/periods/{filled.books['IFRS']}"
    for key in ("2025-01", "2025-02"):
        await accounting.post(f"{path}:{key}:close", json={})
    answer = await accounting.post(f"{path}:2025-02:reopen", json={"reason": " "})
    assert_problem(answer, 422, "invalid")
    answer = await accounting.post(f"{path}:2025-02:reopen", json={"reason": "late"})
    assert (answer.json()["key"], answer.json()["status"]) == ("2025-02", "open")
    answer = await accounting.post(f"{path}:2025-01:lock", json={"reason": "audit"})
    assert answer.json()["status"] == "locked"
    answer = await accounting.post(f"{path}:2025-01:reopen", json={"reason": "x"})
    assert_problem(answer, 409, "not-allowed")


async def test_a_posting_is_reversed_and_booked_anew(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    book = filled.books["IFRS"]
    (number,) = await posted(accounting, book, "2026-01")
    answer = await accounting.post(f"{V1}/postings/{number}:reverse", json={})
    assert_problem(answer, 422, "invalid")
    answer = await accounting.post(
        f"{V1}/postings/{number}:reverse", json={"reason": "wrong class"}
    )
    assert answer.json()["reverses_id"] == number
    (again,) = await posted(accounting, book, "2026-01")
    listed = await accounting.get(f"{V1}/postings", params={"book": "IFRS"})
    items = listed.json()["items"]
    assert [posting["version"] for posting in items] == [3, 2, 1]
    assert items[2]["reversed_by"] == items[1]["id"]
    assert items[0]["id"] == again
    answer = await accounting.get(f"{V1}/postings/{again}")
    assert answer.json()["depreciation"] == "105.00"


async def test_an_auditor_reads_and_does_not_write(app: App, filled: Filled) -> None:
    book, asset = filled.books["IFRS"], filled.assets["IT-1"]
    async with calling(app, "auditor") as auditor:
        for path in ("books", "postings", "periods", "schedules", "reports"):
            assert (await auditor.get(f"{V1}/{path}")).status_code == 200
        answer = await auditor.get(f"{V1}/assets/{asset}/schedule?book=IFRS")
        assert answer.status_code == 200
        assert_problem(
            await auditor.post(f"{V1}/periods/{book}:2026-01:post", json={}),
            403,
            "forbidden",
        )
        event = {"type": "cancel", "of": "x", "effective": "2026-01-01"}
        answer = await auditor.post(f"{V1}/assets/{asset}:record-event", json=event)
        assert_problem(answer, 403, "forbidden")
    async with calling(app, "it", "hr") as other:
        assert_problem(await other.get(f"{V1}/books"), 403, "forbidden")


async def test_the_journal_comes_as_entries_that_balance(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    (number,) = await posted(accounting, filled.books["IFRS"], "2026-01")
    answer = await accounting.get(f"{V1}/postings/{number}/journal")
    journal = journal_models.Journal.model_validate_json(answer.text, strict=True)
    assert len(journal.items) == 4
    for entry in journal.items:
        cents = [
            int(line.debit.replace(".", "")) - int(line.credit.replace(".", ""))
            for line in entry.lines
        ]
        assert sum(cents) == 0
    charge = next(e for e in journal.items if e.memo == "Depreciation")
    assert charge.lines[0].account_name == "Depreciation"
    assert (charge.tag, charge.lines[0].debit) == ("IT-1", "25.00")


async def test_the_journal_as_csv_and_xlsx_says_the_same(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    (number,) = await posted(accounting, filled.books["IFRS"], "2026-01")
    path = f"{V1}/postings/{number}/journal"
    answer = await accounting.get(path, params={"format": "csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert ".csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert sum(float(row["debit"]) for row in rows) == 105 + 1200 + 4800
    answer = await accounting.get(path, params={"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = list(sheet.values)
    assert len(cells) == len(rows) + 1
    debit = cells[0].index("Debit")
    assert [float(str(row[debit])) for row in cells[1:]] == [
        float(row["debit"]) for row in rows
    ]


@pytest.mark.parametrize("kind", ["beancount", "hledger"])
async def test_plain_text_accounting_is_accepted_by_its_program(
    accounting: httpx.AsyncClient, filled: Filled, kind: str, tmp_path: Path
) -> None:
    program = {"beancount": "bean-check", "hledger": "hledger"}[kind]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    book = filled.books["IFRS"]
    await posted(accounting, book, "2026-01", "2026-02")
    answer = await accounting.get(
        f"{V1}/books/{book}/journal",
        params={"from": "2026-01-01", "to": "2026-02-28", "format": kind},
    )
    file = tmp_path / f"journal.{kind}"
    file.write_text(answer.text, "utf-8")
    if kind == "beancount":
        subprocess.run([program, str(file)], check=True, capture_output=True)
        assert "IT-2" in answer.text or "2026-02" in answer.text
        return
    checked = ["hledger", "-f", str(file)]
    subprocess.run([*checked, "check"], check=True, capture_output=True)
    told = subprocess.run(
        [*checked, "balance", "Expenses:A4500", "-O", "csv"],
        check=True,
        capture_output=True,
        text=True,
    )
    # January 25 + 80; February the same and 999.99 / 48.
    assert "230.83" in told.stdout


async def test_a_schedule_explains_every_figure(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    (number,) = await posted(accounting, filled.books["IFRS"], "2026-01")
    answer = await accounting.get(
        f"{V1}/assets/{filled.assets['IT-1']}/schedule",
        params={"book": "IFRS", "to": "2026-12-31", "as_of": "2026-02-28"},
    )
    schedule = schedule_models.WholeSchedule.model_validate_json(
        answer.text, strict=True
    )
    january, february = schedule.rows[:2]
    assert (january.posted, january.posting_id) == (True, number)
    assert (february.posted, february.posting_id) == (False, None)
    assert (february.depreciation, february.closing) == ("25.00", "1150.00")
    why = february.why
    assert (why.method, why.basis, why.numerator, why.denominator, why.days) == (
        "straight-line",
        "months",
        1,
        12,
        28,
    )
    assert (why.rate, why.residue_minor) == ("0.25", "0")
    assert schedule.as_of is not None
    assert (schedule.as_of.book_value, schedule.as_of.status) == ("1150.00", "in use")
    assert len(schedule.rows) == 12
    assert schedule.total == "1200.00"


async def test_an_asset_in_several_books_needs_a_book(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    path = f"{V1}/assets/{filled.assets['IT-1']}/schedule"
    body = assert_problem(await accounting.get(path), 422, "invalid")
    assert "IFRS" in str(body["detail"])
    assert_problem(await accounting.get(f"{path}?book=NONE"), 404, "not-found")
    answer = await accounting.get(f"{V1}/assets/{filled.assets['IT-9']}/schedule")
    assert_problem(answer, 404, "not-found")


async def test_rows_of_schedules_come_in_pages_and_as_a_file(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    paged: list[dict[str, Any]] = []
    wanted = {"book": "IFRS", "to_day": "2027-12-31"}
    params: dict[str, Any] = wanted | {"limit": 10}
    while True:
        answer = await accounting.get(f"{V1}/schedule-rows", params=params)
        assert answer.status_code == 200, answer.text
        paged += answer.json()["items"]
        if answer.json()["next"] is None:
            break
        params["after"] = answer.json()["next"]
    places = [(row["schedule_id"], row["first_day"]) for row in paged]
    assert places == sorted(set(places))
    assert list(dict.fromkeys(row["tag"] for row in paged)) == ["IT-1", "IT-2", "SW-1"]
    # 24 months of two assets, 23 of the one that is in service since February.
    assert len(paged) == 24 + 23 + 24
    assert (paged[0]["depreciation"], paged[0]["closing"]) == ("25.00", "1175.00")
    back = wanted | {"sort": "-schedule_id", "limit": "1000"}
    answer = await accounting.get(f"{V1}/schedule-rows", params=back)
    assert answer.json()["items"] == paged[::-1]
    answer = await accounting.get(
        f"{V1}/schedule-rows", params=wanted | {"format": "jsonl"}
    )
    assert [json.loads(line) for line in answer.text.splitlines()] == paged
    answer = await accounting.get(
        f"{V1}/schedule-rows", params=wanted | {"format": "csv"}
    )
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["depreciation"] for row in rows] == [r["depreciation"] for r in paged]


async def test_posted_rows_are_told_from_planned_ones(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    (number,) = await posted(accounting, filled.books["IFRS"], "2026-01")
    wanted = {"book": "IFRS", "posted": "true"}
    answer = await accounting.get(f"{V1}/schedule-rows", params=wanted)
    rows = answer.json()["items"]
    assert [(row["tag"], row["period"]) for row in rows] == [
        ("IT-1", "2026-01"),
        ("SW-1", "2026-01"),
    ]
    assert {row["posting_id"] for row in rows} == {number}


async def test_schedules_are_filtered(
    accounting: httpx.AsyncClient, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tags(path: str, **params: str) -> list[str]:
        asked = {"book": "IFRS", "limit": "1000", **params}
        answer = await accounting.get(f"{V1}/{path}", params=asked)
        assert answer.status_code == 200, answer.text
        return list(dict.fromkeys(one["tag"] for one in answer.json()["items"]))

    for path in ("schedules", "schedule-rows"):
        assert await tags(path, asset_class="network") == ["SW-1"]
        assert await tags(path, asset="IT-2") == ["IT-2"]
        since = "2026-03-17T09:30:00Z"
        assert await tags(path, updated_since=since) == ["IT-1", "IT-2", "SW-1"]
        assert await tags(path, updated_since="2026-03-17T09:30:01Z") == []
    # Where many changed, each schedule is asked; what is found is the same.
    await posted(accounting, filled.books["IFRS"], "2026-01")
    for few in (5000, 0):
        monkeypatch.setattr(schedules, "_FEW", few)
        changed = await tags("schedules", updated_since=since)
        assert changed == ["IT-1", "IT-2", "SW-1"]
        assert await tags("schedules", updated_since="2026-03-17T09:30:01Z") == []
    month = {"from_day": "2026-01-01", "to_day": "2026-01-31"}
    charged = await tags("schedule-rows", cost_centre="4100", **month)
    assert charged == ["IT-1", "SW-1"]
    assert await tags("schedule-rows", cost_centre="4200", **month) == []
    assert await tags("schedules", in_service__gte="2026-02-01") == ["IT-2"]


async def test_earlier_bearers_of_a_schedule_are_not_forgotten(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    async def rows(path: str, centre: str, **more: str) -> list[dict[str, Any]]:
        asked = {"book": "IFRS", "cost_centre": centre, "limit": "1000", **more}
        answer = await accounting.get(f"{V1}/{path}", params=asked)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    # Who has IT-1 moved from 4100 to 4200 in the middle of February.
    before, after = await rows("schedules", "4100"), await rows("schedules", "4200")
    assert "IT-1" in [row["tag"] for row in before]
    assert "IT-1" in [row["tag"] for row in after]
    asked = {"book": "IFRS", "cost_centre": "4100", "limit": "1"}
    first = (await accounting.get(f"{V1}/schedules", params=asked)).json()
    assert first["items"] == before[:1]
    assert await rows("schedules", "4100", after=first["next"]) == before[1:]
    mine = {"asset": "IT-1"}
    borne = [row["period"] for row in await rows("schedule-rows", "4100", **mine)]
    later = [row["period"] for row in await rows("schedule-rows", "4200", **mine)]
    assert borne[-1] == later[0] == "2026-02"
    assert "2026-01" in borne
    assert later[1] == "2026-03"


async def test_a_what_if_writes_nothing(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asset = filled.assets["IT-1"]
    asked = {
        "book": "IFRS",
        "asset": asset,
        "events": [
            {
                "type": "change-estimate",
                "effective": "2026-07-01",
                "remaining_months": 6,
            }
        ],
    }
    answer = await accounting.post(f"{V1}/schedules:preview", json=asked)
    schedule_models.WholeSchedule.model_validate_json(answer.text, strict=True)
    rows = by_period(answer.json()["rows"])
    # 1200 less six months of 25.00, over six months.
    assert rows["2026-07"]["depreciation"] == "175.00"
    booked = await accounting.get(f"{V1}/assets/{asset}/schedule?book=IFRS")
    assert by_period(booked.json()["rows"])["2026-07"]["depreciation"] == "25.00"


async def test_a_preview_needs_no_asset_in_the_register(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asked = {
        "book": "IFRS",
        "terms": {
            "cost": "1000.00",
            "residual_value": "100.00",
            "in_service": "2026-01-01",
            "life_months": 60,
            "method": "declining-balance",
            "params": {"factor": "2"},
        },
    }
    answer = await accounting.post(f"{V1}/schedules:preview", json=asked)
    body = answer.json()
    assert body["total"] == "900.00"
    assert body["rows"][0]["why"]["rate"] == "0.4"
    by_class = {
        "book": "IFRS",
        "asset_class": "computer",
        "cost": "480.00",
        "in_service": "2026-05-01",
    }
    answer = await accounting.post(f"{V1}/schedules:preview", json=by_class)
    assert answer.json()["rows"][0]["depreciation"] == "10.00"


async def test_a_preset_gives_the_terms_of_a_law(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asked = {
        "book": "TAX",
        "preset": "id-kelompok-1-declining",
        "cost": "1200.00",
        "in_service": "2026-01-15",
    }
    answer = await accounting.post(f"{V1}/schedules:preview", json=asked)
    rows = by_period(answer.json()["rows"])
    assert (rows["2026-12"]["closing"], rows["2027-12"]["closing"]) == (
        "600.00",
        "300.00",
    )
    assert rows["2029-12"]["closing"] == "0.00"
    asked["preset"] = "de-afa-degressive"
    answer = await accounting.post(
        f"{V1}/schedules:preview", json=asked | {"in_service": "2025-02-01"}
    )
    body = assert_problem(answer, 422, "invalid")
    assert "no degressive AfA" in str(body["detail"])
    listed = (await accounting.get(f"{V1}/asset-classes")).json()
    assert {"computer", "network"} <= {one["name"] for one in listed["items"]}
    presets = (await accounting.get(f"{V1}/presets")).json()["items"]
    assert "us-macrs-5" in {one["name"] for one in presets}


async def test_a_macrs_table_is_found_by_convention_and_quarter(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    terms = {
        "cost": "10000.00",
        "in_service": "2026-11-15",
        "life_months": 60,
        "method": "macrs",
        "params": {"mode": "table", "factor": "2"},
        "conventions": {"start": "mid-quarter", "disposal": "mid-quarter"},
    }
    answer = await accounting.post(
        f"{V1}/schedules:preview", json={"book": "TAX", "terms": terms}
    )
    body = answer.json()
    assert body["terms"]["params"]["rates"][0] == "1/20"
    first = [row for row in body["rows"] if row["year"] == "2026"]
    assert first[-1]["accumulated"] == "500.00"
    assert first[-1]["why"]["rate"] == "0.05"


BAD_TERMS: list[tuple[dict[str, Any], str]] = [
    ({"residual_value": "2000.00"}, "above cost"),
    ({"life_months": 0}, "must be above 0"),
    ({"life_months": 10**9}, "200 years"),
    ({"cost": "9" * 5000}, "more than a book can hold"),
    ({"depreciate_from": "9999-12-31"}, "outside the calendar"),
    ({"cost": "12.345"}, "finer"),
    ({"cost": {"amount": "12.00", "currency": "USD"}}, "kept in EUR"),
    ({"method": "magic"}, "unknown depreciation method"),
    ({"params": {"colour": "red"}}, "no parameter colour"),
    ({"conventions": {"start": "noon"}}, "noon"),
    ({"in_service": "1999-01-01"}, "calendar"),
]
"""What is wrong with terms, and words of the rule."""


async def test_impossible_terms_are_refused_by_their_rule(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    terms = {"cost": "1000.00", "in_service": "2026-01-01", "life_months": 12}
    for change, words in BAD_TERMS:
        asked = {"book": "IFRS", "terms": terms | change}
        answer = await accounting.post(f"{V1}/schedules:preview", json=asked)
        body = assert_problem(answer, 422, "invalid")
        assert words in str(body["detail"])


async def test_an_asset_is_added_to_a_book_with_terms_of_its_own(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asset, path = filled.assets["IT-9"], f"{V1}/schedules"
    answer = await accounting.post(path, json={"asset": "IT-9", "book": "IFRS"})
    assert_problem(answer, 422, "invalid")
    asked = {
        "asset": "IT-9",
        "book": "IFRS",
        "asset_class": "computer",
        "terms": {"cost": "600.00", "in_service": "2026-03-01", "life_months": 24},
    }
    answer = await accounting.post(path, json=asked)
    assert answer.status_code == 201, answer.text
    added = ScheduleDetail.model_validate_json(answer.text, strict=True)
    assert added.terms["cost"] == "600.00"
    assert (await accounting.post(path, json=asked)).json() == answer.json()
    asked["terms"] = {**asked["terms"], "cost": "601.00"}  # type: ignore[dict-item]
    assert_problem(await accounting.post(path, json=asked), 409, "conflict")
    shown = await accounting.get(f"{V1}/assets/{asset}/schedule")
    assert shown.json()["rows"][0]["depreciation"] == "25.00"
    named = await accounting.get(f"{V1}/schedules/IT-9:IFRS")
    assert named.json()["rows"] == shown.json()["rows"]


async def test_an_unknown_account_is_refused(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    answer = await accounting.post(
        f"{V1}/schedules",
        json={
            "asset": filled.assets["IT-9"],
            "book": "IFRS",
            "asset_class": "computer",
            "cost": "600.00",
            "in_service": "2026-03-01",
            "accounts": {"gain": "9999"},
        },
    )
    body = assert_problem(answer, 422, "invalid")
    assert "9999" in str(body["detail"])


async def test_an_event_is_recorded_once_and_changes_the_schedule(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asset = filled.assets["IT-1"]
    path = f"{V1}/assets/{asset}:record-event"
    sale = {
        "book": "*",
        "type": "dispose",
        "id": "sale",
        "effective": "2026-03-31",
        "proceeds": "1000.00",
    }
    answer = await accounting.post(path, json=sale)
    assert answer.status_code == 200, answer.text
    recorded = RecordedEvent.model_validate_json(answer.text, strict=True)
    assert (recorded.books, recorded.event["proceeds"]) == (["IFRS", "TAX"], "1000.00")
    assert (await accounting.post(path, json=sale)).json() == answer.json()
    shown = (await accounting.get(f"{V1}/assets/{asset}/schedule?book=IFRS")).json()
    assert shown["disposals"][0]["gain"] == "-150.00"
    assert shown["rows"][-1]["closing"] == "0.00"
    again = {**sale, "id": "sale-2"}
    body = assert_problem(await accounting.post(path, json=again), 422, "invalid")
    assert "after the asset left" in str(body["detail"])


BAD_EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"type": "explode"}, "unknown type of event"),
    ({"type": "add-cost"}, "incomplete"),
    ({"type": "add-cost", "amount": 5}, "amount in text"),
    ({"type": "add-cost", "amount": "5.00", "effective": "2025-01-01"}, "before"),
    ({"type": "suspend", "until": "2026-09-01"}, "stand still"),
    ({"type": "dispose", "share": "3/2"}, "up to 1"),
    ({"type": "dispose", "quantity": 1}, "quantity and out_of"),
    ({"type": "dispose", "effective": "9999-12-31"}, "outside the calendar"),
    ({"type": "resume-use", "recoverable": "1.00"}, "not held for sale"),
    ({"type": "revalue", "fair_value": "1.00", "colour": "red"}, "colour"),
]
"""What is wrong with an event, and words of the rule."""


async def test_an_impossible_event_is_refused_by_its_rule(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    path = f"{V1}/assets/{filled.assets['IT-1']}:record-event"
    for event, words in BAD_EVENTS:
        given = {"book": "IFRS", "effective": "2026-06-01", **event}
        body = assert_problem(await accounting.post(path, json=given), 422, "invalid")
        assert words in str(body["detail"])


async def test_what_was_known_then_is_still_known(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asset = filled.assets["IT-1"]
    path = f"{V1}/assets/{asset}"
    event = {"book": "IFRS", "type": "add-cost", "effective": "2026-06-01"}
    await accounting.post(f"{path}:record-event", json=event | {"amount": "350.00"})
    now = await accounting.get(f"{path}/schedule?book=IFRS")
    then = await accounting.get(
        f"{path}/schedule?book=IFRS&known_at=2026-03-17T09:29:00Z"
    )
    assert now.json()["total"] == "1550.00"
    assert then.json()["total"] == "1200.00"


async def test_events_and_lines_of_journals_are_listed(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    event = {"type": "add-cost", "effective": "2026-02-01", "amount": "350.00"}
    path = f"{V1}/schedules/IT-1:IFRS:record-event"
    answer = await accounting.post(path, json=event)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == "1550.00"
    listed = (
        await accounting.get(f"{V1}/book-events", params={"asset": "IT-1"})
    ).json()
    assert [one["event"]["amount"] for one in listed["items"]] == ["350.00"]
    await posted(accounting, filled.books["IFRS"], "2026-01")
    lines = await accounting.get(
        f"{V1}/journal-lines", params={"account": "4500", "asset": "IT-1"}
    )
    assert [one["debit"] for one in lines.json()["items"]] == ["25.00"]
    whole = (
        await accounting.get(f"{V1}/journal-lines", params={"book": "IFRS"})
    ).json()
    assert sum(one["amount_minor"] for one in whole["items"]) == 0
    missing = await accounting.get(f"{V1}/unallocated-costs")
    without = await accounting.get(
        f"{V1}/journal-lines",
        params={"cost_centre__isnull": "true", "account": "4500"},
    )
    assert missing.json()["items"] == without.json()["items"]


async def test_a_posting_is_tried_before_it_is_made(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    path = f"{V1}/periods/IFRS:2026-01"
    answer = await accounting.post(f"{path}:post", params={"preview": "true"}, json={})
    assert answer.json()["depreciation"] == "105.00"
    assert (await accounting.get(path)).json()["posting_id"] is None


async def test_a_book_is_opened_and_renamed(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asked = {
        "code": "LOCAL",
        "name": "Local rules",
        "legal_entity": "100",
        "first_year": 2026,
        "last_year": 2027,
        "months_per_period": 3,
    }
    answer = await accounting.post(f"{V1}/books", json=asked)
    assert answer.status_code == 201, answer.text
    assert answer.json()["currency"] == "EUR"
    answer = await accounting.patch(f"{V1}/books/LOCAL", json={"name": "HGB"})
    assert answer.json()["name"] == "HGB"
    periods = await accounting.get(f"{V1}/periods", params={"book": "LOCAL"})
    assert len(periods.json()["items"]) == 8
