"""Splitting, merging and handing over: nothing is gained, lost or forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest

from api.compose.wiring import App
from inventory.accounting.books.periods import create_book
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.kernel.periods import fiscal_calendar
from inventory.people.tables import LegalEntity
from inventory.storage.rows import add
from tests.api.books import Filled, by_period, found, in_books
from tests.api.conftest import calling
from tests.api.test_accounting import V1, posted
from tests.api.test_accounting_reports import event, report
from tests.api.test_frame import assert_problem
from tests.prepared import prepared

NEW_YEAR = date(2026, 1, 1)

database_url = prepared(in_books)


@pytest.fixture
def filled(app: App) -> Filled:
    """Assets in books, and two new ones in the register."""
    filled = found(app)
    with app.work("test") as work:
        new = {
            tag: register_asset(
                work,
                NewAsset(
                    kind="switch", tag=tag, state="in_stock", since=date(2026, 1, 1)
                ),
            )
            for tag in ("SW-1A", "SW-1B")
        }
        work.commit()
    return Filled(filled.books, {**filled.assets, **new})


@pytest.fixture
async def accounting(app: App, filled: Filled) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role accounting."""
    async with calling(app, "accounting") as client:
        yield client


async def rows(client: httpx.AsyncClient, asset: int, book: str = "IFRS") -> Any:  # noqa: ANN401
    """Return the rows of an asset by period."""
    answer = await client.get(f"{V1}/assets/{asset}/schedule", params={"book": book})
    assert answer.status_code == 200, answer.text
    return by_period(answer.json()["rows"])


def cents(text: str) -> int:
    """Return an amount in minor units."""
    return round(float(text) * 100)


async def test_the_parts_of_a_split_sum_to_the_whole_in_every_row(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    whole, one, two = (filled.assets[tag] for tag in ("IT-2", "SW-1A", "SW-1B"))
    before = await rows(accounting, whole)
    await posted(accounting, filled.books["IFRS"], "2026-01", "2026-02")
    parts = [{"asset_id": one, "weight": 1}, {"asset_id": two, "weight": 2}]
    asked = {"day": "2026-03-31", "parts": parts}
    answer = await accounting.post(f"{V1}/assets/{whole}:split", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["books"] == ["IFRS", "TAX"]
    left = await rows(accounting, whole)
    # It leaves when its parts come in: on every day the balance sheet has them once.
    assert left["2026-03"] == before["2026-03"]
    assert (left["2026-04"]["closing"], max(left)) == ("0.00", "2026-04")
    assert left["2026-04"]["depreciation"] == "0.00"
    first, second = await rows(accounting, one), await rows(accounting, two)
    assert first.keys() == second.keys() == {p for p in before if p > "2026-03"}
    for period, row in before.items():
        if period > "2026-03":
            for name in ("depreciation", "accumulated", "closing", "cost"):
                summed = cents(first[period][name]) + cents(second[period][name])
                assert summed == cents(row[name]), (period, name)
    await posted(accounting, filled.books["IFRS"], "2026-03", "2026-04")
    ties = await report(accounting, "reconciliation")
    assert all(row["ties"] for row in ties)
    forward = await report(accounting, "roll-forward", to="2026-04")
    assert all(row["foots"] and row["difference"] == "0.00" for row in forward)
    assert await report(accounting, "disposals") == []
    values = {}
    for day in ("2026-03-31", "2026-04-15"):
        register = await report(accounting, "register", as_of=day)
        mine = [row for row in register if row["tag"] in ("IT-2", "SW-1A", "SW-1B")]
        values[day] = sum(cents(row["book_value"]) for row in mine)
    assert values == dict.fromkeys(values, cents(before["2026-03"]["closing"]))


async def test_a_part_goes_its_own_way(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    whole, one, two = (filled.assets[tag] for tag in ("SW-1", "SW-1A", "SW-1B"))
    asked = {
        "day": "2026-01-31",
        "parts": [{"asset_id": one, "weight": 1}, {"asset_id": two, "weight": 3}],
    }
    answer = await accounting.post(f"{V1}/assets/{whole}:split", json=asked)
    assert answer.status_code == 200, answer.text
    given = {"type": "dispose", "effective": "2026-06-30", "proceeds": "500.00"}
    await event(accounting, one, **given)
    sold, asset = await rows(accounting, one), await rows(accounting, two)
    # A quarter of 4,800 less four months of 80, no charge in the month it is sold.
    assert (sold["2026-05"]["closing"], max(sold)) == ("1100.00", "2026-06")
    assert sold["2026-06"]["disposed"] == "1100.00"
    assert asset["2026-12"]["closing"] == "2880.00"
    book = filled.books["IFRS"]
    await posted(accounting, book, *(f"2026-0{n}" for n in range(1, 8)))
    assert all(row["ties"] for row in await report(accounting, "reconciliation"))


async def test_a_merged_asset_brings_its_balances(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    one, two = filled.assets["IT-1"], filled.assets["IT-2"]
    asked = {"into": one, "day": "2026-03-31"}
    answer = await accounting.post(f"{V1}/assets/{two}:merge", json=asked)
    assert answer.status_code == 200, answer.text
    made = await rows(accounting, one)
    april = made["2026-04"]
    assert (april["cost"], april["transferred_cost"]) == ("2199.99", "999.99")
    assert april["transferred_accumulated"] == "41.67"
    # 25.00, and 958.32 over the 45 months that are left of the first one.
    assert april["depreciation"] == "46.30"
    assert made[max(made)]["closing"] == "0.00"
    book = filled.books["IFRS"]
    await posted(accounting, book, "2026-01", "2026-02", "2026-03", "2026-04")
    assert all(row["ties"] for row in await report(accounting, "reconciliation"))


async def test_another_legal_entity_goes_on_where_the_first_stopped(
    app: App, accounting: httpx.AsyncClient, filled: Filled
) -> None:
    with app.work("test") as work:
        entity = add(
            work, LegalEntity, {"code": "200", "name": "Other", "currency": "EUR"}
        )
        create_book(
            work,
            code="IFRS",
            name="Other",
            legal_entity_id=entity,
            currency="EUR",
            calendar=fiscal_calendar(2025, 2034),
        )
        work.commit()
    asset = filled.assets["SW-1"]
    before = await rows(accounting, asset, "100/IFRS")
    asked = {"book": "100/IFRS", "to_book": "200/IFRS", "day": "2026-06-30"}
    answer = await accounting.post(f"{V1}/assets/{asset}:transfer", json=asked)
    assert answer.status_code == 200, answer.text
    here = await rows(accounting, asset, "100/IFRS")
    there = await rows(accounting, asset, "200/IFRS")
    assert here["2026-06"] == before["2026-06"]
    assert here["2026-07"]["closing"] == "0.00"
    assert here["2026-07"]["disposed"] == "0.00"
    assert there["2026-07"]["transferred_cost"] == "4800.00"
    assert there["2026-07"]["transferred_accumulated"] == "480.00"
    for period, row in there.items():
        assert row["depreciation"] == before[period]["depreciation"]
    same = {**asked, "to_book": "100/TAX", "day": "2026-07-31"}
    answer = await accounting.post(f"{V1}/assets/{asset}:transfer", json=same)
    body = assert_problem(answer, 422, "invalid")
    assert "one legal entity" in str(body["detail"])


async def test_an_impossible_move_is_refused_and_nothing_is_written(
    accounting: httpx.AsyncClient, filled: Filled
) -> None:
    asset = filled.assets["IT-1"]
    one, two = filled.assets["SW-1A"], filled.assets["SW-1B"]
    parts = [{"asset_id": number, "weight": 1} for number in (one, two)]
    end = "2026-03-31"
    asked: list[tuple[str, dict[str, Any], str]] = [
        ("split", {"day": "2026-03-15", "parts": parts}, "inside period"),
        ("split", {"day": "2025-12-31", "parts": parts}, "not in book"),
        ("split", {"day": end, "parts": [parts[0], parts[0]]}, "different"),
        ("merge", {"day": end, "into": asset}, "itself"),
    ]
    for path, body, words in asked:
        answer = await accounting.post(f"{V1}/assets/{asset}:{path}", json=body)
        problem = assert_problem(answer, 422, "invalid")
        assert words in str(problem["detail"])
        assert max(await rows(accounting, asset)) == "2029-12"
