"""Seven cases of practice that a program once got wrong, through the whole of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from api.compose.wiring import App
from tests.api.conftest import calling

V1 = "/api/v1"


class Clerk:
    """Enters one case into books of its own, over HTTP.

    Args:
        client: May do everything.
        entity: Code of the legal entity of the case.
    """

    def __init__(self, client: httpx.AsyncClient, entity: str) -> None:
        self.client, self.entity = client, entity
        self.book = f"{entity}:IFRS"

    async def post(self, path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.post(f"{V1}/{path}", json=body)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
        return answer.json()

    async def get(self, path: str, **given: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await self.client.get(f"{V1}/{path}", params=given)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    async def open(self, begins_on: str) -> None:
        await self.post(
            "books:open",
            template="ifrs",
            legal_entity=self.entity,
            name=self.entity,
            currency="EUR",
            begins_on=begins_on,
        )

    async def thing(self, tag: str, since: str) -> str:
        """Register a thing; return its tag."""
        named = f"{self.entity}-{tag}"
        made = {"tag": named, "since": since, "legal_entity": self.entity}
        await self.post("assets", kind="other", **made)
        return named

    async def buy(self, **terms: Any) -> str:  # noqa: ANN401 - fields of terms
        """Register a thing and add it to the book; return its tag."""
        tag = await self.thing("1", terms["in_service"])
        await self.post(
            "schedules",
            asset=tag,
            book=self.book,
            asset_class="furniture",
            terms=terms,
        )
        return tag

    async def event(self, tag: str, type_: str, day: str, **fields: Any) -> None:  # noqa: ANN401
        number = (await self.get("schedules", search=tag))["items"][0]["id"]
        path = f"schedules/{number}:record-event"
        await self.post(path, type=type_, effective=day, **fields)

    async def book_periods(self, *keys: str) -> None:
        for key in keys:
            await self.post(f"periods/{self.entity}:IFRS:{key}:post", early=True)

    async def charges(self, tag: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a schedule by period."""
        number = (await self.get("schedules", search=tag))["items"][0]["id"]
        rows = (await self.get(f"schedules/{number}"))["rows"]
        return {row["period"]: row for row in rows}

    async def report(self, name: str, **given: str) -> list[dict[str, Any]]:
        book = f"{self.entity}/IFRS"
        items = (await self.get(f"reports/{name}/rows", book=book, **given))["items"]
        return list(items)


def months(year: int, first: int, last: int) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(first, last + 1)]


def depreciation(rows: dict[str, dict[str, Any]], *keys: str) -> list[str]:
    return [rows[key]["depreciation"] for key in keys]


async def posting_date(clerk: Clerk) -> dict[str, Any]:
    await clerk.open("2026-11-01")
    terms = {"cost": "600.00", "in_service": "2026-11-02", "life_months": 60}
    tag = await clerk.buy(**terms)
    await clerk.book_periods("2026-11")
    dated = {"posting": "2026-12-05", "amount": "300.00"}
    await clerk.event(tag, "add-cost", "2026-11-05", **dated)
    keys = ("2026-12", *months(2027, 1, 3))
    await clerk.book_periods(*keys)
    rows = await clerk.charges(tag)
    return {
        "charges": depreciation(rows, *keys),
        "cost": rows["2027-03"]["cost"],
        "journal": await balance(clerk, "0660"),
    }


async def late_capitalisation(clerk: Clerk) -> dict[str, Any]:
    await clerk.open("2026-01-01")
    await clerk.buy(cost="120.00", in_service="2026-01-01", life_months=12)
    await clerk.book_periods(*months(2026, 1, 12))
    before = await clerk.report("roll-forward", **{"from": "2026", "to": "2026"})
    tag = await clerk.thing("late", "2026-10-05")
    terms = {
        "cost": "4800.00",
        "residual_value": "240.00",
        "in_service": "2026-10-05",
        "life_months": 48,
    }
    named = {"asset": tag, "book": clerk.book, "asset_class": "furniture"}
    await clerk.post("schedules", **named, terms=terms)
    years = []
    for _ in range(2):  # before the posting, and after it
        for year in ("2026", "2027"):
            span = {"from": year, "to": year}
            rows = await clerk.report("roll-forward", **span)
            years.append((rows[0]["additions"], rows[0]["foots"]))
            assert year != "2026" or rows == before
        await clerk.book_periods("2027-01")
    first = (await clerk.charges(tag))["2027-01"]
    return {"additions": years, "charge": first["depreciation"]}


async def spread(clerk: Clerk) -> dict[str, Any]:
    await clerk.open("2024-01-01")
    terms = {"cost": "12000.00", "in_service": "2024-01-01", "life_months": 24}
    tag = await clerk.buy(**terms, conventions={"deviation": "spread"})
    await clerk.book_periods(*months(2024, 1, 6))
    await clerk.event(tag, "add-cost", "2024-05-01", amount="2000.00")
    await clerk.book_periods(*months(2024, 7, 8))
    rows = await clerk.charges(tag)
    return {
        "charges": depreciation(rows, "2024-07", "2024-08"),
        "last": rows["2025-12"]["closing"],
    }


async def split(clerk: Clerk) -> dict[str, Any]:
    await clerk.open("2026-11-01")
    terms = {"cost": "9600.00", "in_service": "2026-11-01", "life_months": 60}
    tag = await clerk.buy(**terms)
    parts = [await clerk.thing(name, "2026-11-01") for name in ("a", "b")]
    ids = [(await clerk.get(f"assets/{part}"))["id"] for part in parts]
    weighed = [
        {"asset_id": number, "weight": weight}
        for number, weight in zip(ids, (1, 2), strict=True)
    ]
    await clerk.post(f"assets/{tag}:split", parts=weighed, day="2027-03-31")
    values = []
    for keys in (("2026-11", "2026-12", *months(2027, 1, 3)), ("2027-04",)):
        await clerk.book_periods(*keys)
        rows = await clerk.report("register", as_of="2027-03-31")
        values.append(sum(float(row["book_value"]) for row in rows))
        ties = await clerk.report("reconciliation")
        assert all(row["ties"] for row in ties)
    return {"values": values, "received": await balance(clerk, "1600")}


async def first_month(clerk: Clerk) -> dict[str, Any]:
    await clerk.open("2026-11-01")
    await clerk.post("cost-centres", code="4000", name="IT", legal_entity=clerk.entity)
    terms = {"cost": "1200.00", "in_service": "2026-11-17", "life_months": 48}
    tag = await clerk.buy(**terms)
    await clerk.post(f"assets/{tag}:allocate", shares=["4000=100"], on="2026-11-17")
    await clerk.book_periods("2026-11")
    asked = {"book": clerk.book, "account": "4500"}
    lines = (await clerk.get("journal-lines", **asked))["items"]
    return {line["cost_centre"]: line["debit"] for line in lines}


async def sammelposten(clerk: Clerk) -> dict[str, Any]:
    await clerk.open("2024-01-01")
    tag = await clerk.thing("1", "2024-08-05")
    bought = {"cost": "500.00", "in_service": "2024-08-05", "preset": "de-sammelposten"}
    named = {"asset": tag, "book": clerk.book, "asset_class": "furniture"}
    await clerk.post("schedules", **named, **bought)
    await clerk.event(tag, "dispose", "2025-05-10", kind="scrap")
    rows = await clerk.charges(tag)
    years: dict[str, float] = {}
    for row in rows.values():
        years[row["year"]] = years.get(row["year"], 0) + float(row["depreciation"])
    year = {"from": "2025", "to": "2025"}
    return {
        "years": list(years.values()),
        "lost": await clerk.report("disposals", **year),
    }


async def last_residue(clerk: Clerk) -> dict[str, Any]:
    await clerk.open("2026-01-01")
    tag = await clerk.buy(
        cost="1000.00",
        residual_value="100.00",
        in_service="2026-01-01",
        life_months=24,
        conventions={"residue": "last", "disposal": "month"},
    )
    await clerk.event(tag, "add-cost", "2026-04-01", amount="100.00")
    await clerk.event(tag, "dispose", "2026-06-30", kind="sale", proceeds="900.00")
    await clerk.book_periods(*months(2026, 1, 6))
    row = (await clerk.charges(tag))["2026-06"]
    return {"charge": row["depreciation"], "value": row["disposed"]}


async def balance(clerk: Clerk, account: str) -> float:
    """Return the balance of an account by the journal."""
    asked = {"book": clerk.book, "account": account, "limit": 1000}
    lines = (await clerk.get("journal-lines", **asked))["items"]
    return float(sum(line["amount_minor"] for line in lines)) / 100


CASES = (
    (
        posting_date,
        {
            "charges": ["20.00", "15.00", "15.00", "15.00"],
            "cost": "900.00",
            "journal": 900.0,
        },
    ),
    (
        late_capitalisation,
        {
            "additions": [("120.00", True), ("4800.00", True)] * 2,
            "charge": "380.00",
        },
    ),
    (spread, {"charges": ["611.11", "611.11"], "last": "0.00"}),
    (split, {"values": [8800.0, 8800.0], "received": -9600.0}),
    (first_month, {"4000": "25.00"}),
    (sammelposten, {"years": [100.0] * 5, "lost": []}),
    (last_residue, {"charge": "42.26", "value": "860.72"}),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_cases_come_out_right_through_the_whole_program(app: App) -> None:
    found: dict[str, Any] = {}
    async with calling(app, "accounting", "it", "hr") as client:
        for number, (case, _) in enumerate(CASES, 1):
            found[case.__name__] = await case(Clerk(client, f"C{number}"))
    assert found == {case.__name__: right for case, right in CASES}
