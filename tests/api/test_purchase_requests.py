"""From the shortage to the hand-over: what a line waits for is bought for that line."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.compose.wiring import App, build
from config.settings import Settings
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.people.organisation import ensure
from tests.api.conftest import calling
from tests.api.test_cli import PURSER, Terminal, purser, ready

__all__ = ["purser", "ready"]

API = "/api/v1"
Row = dict[str, Any]


@pytest.fixture
async def caller(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """IT and HR of a company that has nothing in stock, and two joiners."""
    with app.work("test") as work:
        ensure(work, "legal_entity", "100", name="Example", currency="EUR")
        work.commit()
    async with calling(app, "it", "hr") as client:
        for number, day in (("1", "2026-04-01"), ("2", "2026-04-20")):
            answer = await client.post(f"{API}/hr/events", json=hire(number, day))
            assert answer.status_code == 201, answer.text
        yield client


def hire(number: str, day: str) -> Row:
    return {
        "specversion": "1.0",
        "source": "sap",
        "id": number,
        "type": "hire",
        "subject": f"0000{number}",
        "time": "2026-03-01T09:00:00Z",
        "data": {
            "effective_on": day,
            "given_name": "Tia",
            "family_name": f"Number {number}",
            "legal_entity": "100",
        },
    }


async def laptops(client: httpx.AsyncClient) -> list[Row]:
    """The requests for laptops, the most urgent first."""
    answer = await client.get(f"{API}/purchase-requests?kind=laptop&sort=needed_by")
    assert answer.status_code == 200, answer.text
    rows: list[Row] = answer.json()["items"]
    return rows


async def done(client: httpx.AsyncClient, path: str, **body: Any) -> Row:  # noqa: ANN401
    answer = await client.post(f"{API}/{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    found: Row = answer.json()
    return found


BUY = {"supplier": "Bechtle", "price": "1200.00", "currency": "EUR"}


async def test_what_is_bought_for_a_line_is_reserved_for_it_and_handed_over(
    app: App, caller: httpx.AsyncClient
) -> None:
    first, second = await laptops(caller)
    assert (first["state"], second["state"]) == ("open", "open")
    ordered = await done(
        caller, f"purchase-requests/{second['id']}:order", number="PO-1", **BUY
    )
    assert (ordered["state"], ordered["order_number"]) == ("ordered", "PO-1")
    # What comes by itself is for whom nothing is on its way.
    with app.work("test") as work:
        register_asset(work, NewAsset(kind="laptop", since=app.clock().date()))
        work.commit()
    first, second = await laptops(caller)
    assert (first["state"], second["state"]) == ("filled", "ordered")
    assert first["received_on"] is None

    came = await done(caller, "orders/PO-1:receive", serials=["SN-1"])
    first, second = await laptops(caller)
    assert second["state"] == "filled"
    assert second["asset_id"] == came["asset_ids"][0]
    case = (await caller.get(f"{API}/cases/{second['case_id']}")).json()
    (line,) = [one for one in case["lines"] if one["id"] == second["line_id"]]
    assert (line["state"], line["asset_id"]) == ("reserved", second["asset_id"])

    for step in ("prepare", "deliver"):
        case = await done(
            caller, f"cases/{case['id']}:step", line=line["id"], step=step
        )
    (chain,) = [one for one in case["purchases"] if one["line_id"] == line["id"]]
    today = app.clock().date().isoformat()
    assert chain["state"] == "filled"
    assert (chain["order_number"], chain["supplier"]) == ("PO-1", "Bechtle")
    days = "ordered_on received_on closed_on handed_over_on".split()
    assert [chain[day] for day in days] == [today] * 4


async def test_an_order_is_for_the_most_urgent_requests_that_it_fits(
    caller: httpx.AsyncClient,
) -> None:
    order = {"number": "PO-2", "supplier": "Bechtle", "currency": "EUR"}
    await done(caller, "orders", **order, lines=["1; laptop; ; ; 900.00"])
    assert [one["order_number"] for one in await laptops(caller)] == ["PO-2", None]
    await done(caller, "orders/PO-2:cancel")
    assert [one["state"] for one in await laptops(caller)] == ["open", "open"]

    order["number"] = "PO-3"
    await done(caller, "orders", **order, lines=["3; laptop; ; ; 900.00"])
    first, second = await laptops(caller)
    assert (first["order_line"], second["order_line"]) == (1, 1)
    taken = f"purchase-requests/{first['id']}"
    answer = await caller.post(f"{API}/{taken}:order", json={"number": "PO-4"} | BUY)
    assert answer.status_code == 409
    assert "ordered for it already" in answer.text
    await done(caller, f"{taken}:unlink")
    await done(caller, f"{taken}:order", number="PO-4", **BUY)
    # Two come of three: one is for the second joiner, the other for nobody.
    came = await done(caller, "orders/PO-3:receive", without_serial=2)
    first, second = await laptops(caller)
    assert second["asset_id"] == came["asset_ids"][0]
    # It would wait for its order, but nobody else needs what is here.
    assert first["asset_id"] == came["asset_ids"][1]


async def test_requests_that_are_chosen_together_are_lines_of_one_order(
    caller: httpx.AsyncClient,
) -> None:
    chosen = [one["id"] for one in await laptops(caller)]
    rows = [{"ref": one, "number": "PO-5"} | BUY for one in chosen]
    answer = await caller.post(f"{API}/purchase-requests:order", json=rows)
    assert answer.status_code == 200, answer.text
    lines = (await caller.get(f"{API}/order-lines?order=PO-5")).json()["items"]
    assert [(one["quantity"], one["kind"]) for one in lines] == [(2, "laptop")]
    other = {"number": "PO-5"} | BUY | {"supplier": "Somebody else"}
    first = chosen[0]
    await done(caller, f"purchase-requests/{first}:unlink")
    answer = await caller.post(f"{API}/purchase-requests/{first}:order", json=other)
    assert answer.status_code == 409
    assert "another supplier" in answer.text


async def test_who_does_not_come_needs_nothing(caller: httpx.AsyncClient) -> None:
    _first, second = await laptops(caller)
    await done(caller, f"purchase-requests/{second['id']}:order", number="PO-6", **BUY)
    cancelled = hire("9", "2026-04-20") | {
        "type": "hire.cancelled",
        "subject": "00002",
        "time": "2026-03-02T09:00:00Z",
        "data": {"effective_on": "2026-04-20"},
    }
    await done(caller, "hr/events", **cancelled)
    first, second = await laptops(caller)
    assert (first["state"], second["state"]) == ("open", "withdrawn")
    # Its order comes all the same, and the other one gets it.
    await done(caller, "orders/PO-6:receive", serials=["SN-9"])
    first, _second = await laptops(caller)
    assert (first["state"], first["order_number"]) == ("filled", None)


async def test_accounting_orders_and_employees_see_nothing(
    app: App, caller: httpx.AsyncClient
) -> None:
    first, _second = await laptops(caller)
    path = f"{API}/purchase-requests/{first['id']}:order"
    async with calling(app, "hr") as client:
        assert (await client.post(path, json={"number": "X"} | BUY)).status_code == 403
    async with calling(app, "employee") as client:
        assert (await client.get(f"{API}/purchase-requests")).status_code == 403
    async with calling(app, "accounting") as client:
        assert (await client.post(path, json={"number": "X"} | BUY)).status_code == 200


def test_the_command_orders_in_a_process_of_its_own(
    ready: Terminal, database_url: str
) -> None:
    app = build(Settings())
    with app.work("test") as work:
        ensure(work, "legal_entity", "100", name="Example", currency="EUR")
        work.commit()
    app.close()
    file = Path("hr.csv")
    head = "source,type,subject,effective_on,id,time,given_name,family_name"
    row = "csv,hire,00099,2099-03-01,1,2026-01-05T09:00:00Z,Tia,Anggraini"
    file.write_text(f"{head},legal_entity\n{row},100\n", "utf-8")
    assert ready("hr", "import", str(file)).code == 0
    listed = ready("purchase-request", "list", "--kind", "laptop", "--json").json
    (asked,) = listed["items"]
    bought = ("--supplier", "Bechtle", "--price", "900", "--currency", "EUR")
    number = ("order", str(asked["id"]), "--number", "PO-7")
    told = subprocess.run(
        [*PURSER, "purchase-request", *number, *bought, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    shown = ready("purchase-request", "show", str(asked["id"]), "--json").json
    assert (shown["state"], shown["order_number"]) == ("ordered", "PO-7")
