"""What leaves the register leaves the books, and the reverse, once somebody says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from api.compose.wiring import App
from inventory.accounting.catalogue.templates import as_json
from tests.api.conftest import calling
from tests.api.keeping_books import Books

PLAN = {
    "template": "indonesia",
    "legal_entity": "100",
    "name": "PT Contoh",
    "begins_on": date(2026, 1, 1),
    "default_cost_centre": "9000",
}
LAPTOP = {
    "kind": "laptop",
    "asset_class": "computer",
    "cost": "12000000",
    "currency": "IDR",
    "legal_entity": "100",
    "since": "2026-01-01",
    "purchased_on": "2026-01-01",
}


@pytest.fixture
async def books(app: App) -> AsyncIterator[Books]:
    """An empty installation with two books and a laptop in each, posted once."""
    async with calling(app, "accounting", "it", "hr") as client:
        found = Books(client, "PSAK")
        await found.post("books:open", **as_json(PLAN))
        await found.post("people", key="p1", family_name="Sari")
        for tag in ("L1", "L2"):
            await found.post("assets", **LAPTOP, tag=tag)
        held = {"holder": "p1", "assets": ["L1"], "on": "2026-01-01"}
        await found.post("assets:check-out", **held)
        await found.booked("2026-01")
        yield found


async def proposed(books: Books, **asked: str) -> dict[str, dict[str, Any]]:
    rows = await books.items("book-proposals", state="proposed", **asked)
    return {row["book"]: row for row in rows}


async def lines(books: Books) -> list[tuple[str, str]]:
    rows = await books.items("schedule-rows", book="PSAK", asset="L1", limit=500)
    return [(row["period"], row["closing"]) for row in rows]


async def test_what_is_lost_leaves_the_books_and_comes_back(books: Books) -> None:
    before = await lines(books)
    await books.post("assets/L1:lose", reason="train", on="2026-02-10")
    ghosts = {"book": "PSAK", "as_of": "2026-02-28"}
    assert [row["tag"] for row in await books.rows("ghosts", **ghosts)] == ["L1"]
    found = await proposed(books)
    assert {(one["kind"], one["cause"]) for one in found.values()} == {
        ("dispose", "lost")
    }
    assert set(found) == {"PSAK", "FISKAL"}
    refused = await books.client.post(
        f"/api/v1/book-proposals/{found['FISKAL']['id']}:decline", json={"remark": ""}
    )
    assert refused.status_code == 422
    done = await books.post(
        f"book-proposals/{found['FISKAL']['id']}:decline", remark="insured"
    )
    assert (done["state"], done["remark"]) == ("declined", "insured")
    path = f"book-proposals/{found['PSAK']['id']}:accept"
    await books.post(path, proceeds="1000000")
    (event,) = await books.items("book-events", asset="L1", kind="dispose")
    assert event["event"]["kind"] == "loss"
    assert event["event"]["proceeds"] == "1000000.00"
    assert await books.rows("ghosts", **ghosts) == []
    assert await proposed(books) == {}
    # It turns up again: the disposal is taken back, the schedule goes on as before.
    await books.post("assets/L1:find", on="2026-03-01")
    (back,) = (await proposed(books)).values()
    assert (back["book"], back["kind"]) == ("PSAK", "bring-back")
    await books.post(f"book-proposals/{back['id']}:accept")
    assert await lines(books) == before


async def test_what_a_book_sold_leaves_the_register(books: Books) -> None:
    sale = {"type": "dispose", "effective": "2026-02-20", "proceeds": "5000000"}
    await books.post("assets/L1:record-event", book="PSAK", **sale)
    (found,) = (await proposed(books)).values()
    assert (found["kind"], found["cause"]) == ("leave-register", "sale")
    await books.post(f"book-proposals/{found['id']}:accept", remark="sold to Budi")
    asset = (await books.client.get("/api/v1/assets/L1")).json()
    assert asset["state"] == "disposed"
    # The other book has yet to follow.
    assert {one["kind"] for one in (await proposed(books)).values()} == {"dispose"}
    assert set(await proposed(books)) == {"FISKAL"}
    again = f"/api/v1/book-proposals/{found['id']}:accept"
    assert "already" in (await books.client.post(again, json={})).json()["detail"]


async def test_reports_tell_where_register_and_books_differ(books: Books) -> None:
    (unbooked,) = await books.rows("unbooked-purchases")
    assert (unbooked["tag"], unbooked["cost"]) == ("L2", "12000000.00")
    held = {"type": "hold-for-sale", "effective": "2026-02-01"}
    fair = {"fair_value_less_costs": "9000000"}
    await books.post("assets/L1:record-event", book="PSAK", **held, **fair)
    asked = {"book": "PSAK", "as_of": "2026-02-28"}
    (row,) = await books.rows("held-for-sale", **asked)
    assert (row["tag"], row["book_value"]) == ("L1", "9000000.00")
    assert await books.rows("held-for-sale", book="FISKAL", as_of="2026-02-28") == []
    # Four years of life: from 2030 on it is used without being depreciated.
    late = {"book": "FISKAL", "as_of": "2030-01-31"}
    (row,) = await books.rows("fully-depreciated", **late)
    assert (row["tag"], row["status"]) == ("L1", "fully depreciated")
