"""Ports of switches: who is on them, in the order they stand, and which are free."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from api.compose.wiring import App
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import writing
from tests.api import test_cli
from tests.api.conftest import calling
from tests.api.test_cli import Terminal
from tests.pages.sample import fill
from tests.prepared import prepared

# Fixtures are found by their names in a module.
purser, ready = test_cli.purser, test_cli.ready

PORTS = "/api/v1/ports"
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=400)


def ports_of_a_switch(app: App) -> None:
    """Fill in empty ports, a phone with a laptop behind it, and an uplink."""
    fill(app, NOW)
    tables = load_tables().tables
    port: dict[str, Any] = {"device_id": 1, "type": 6, "physical": True}
    port |= {"oper_up": False, "first_seen": LONG_AGO, "position": ""}
    rows = [
        {"name": "Gi1/0/2", "position": "b2", "changed_at": LONG_AGO},
        {"name": "Gi1/0/10", "position": "b3", "changed_at": NOW},
        {"name": "Gi1/0/15", "position": "b4", "oper_up": True, "pvid": 10},
        {"name": "Te1/1/1", "position": "c1", "oper_up": True},
        {"name": "Vlan1", "position": "~", "physical": False, "oper_up": True},
        {"name": "Gi1/0/3", "position": "b0", "admin_up": False},
    ]
    rows[2] |= {"voice_vlan": 20, "poe_delivering": True, "poe_milliwatts": 6300}
    rows[3] |= {"tagged_vlans": ",10,20,30,"}
    blank = {"changed_at": None, "pvid": None, "voice_vlan": None, "admin_up": True}
    blank |= {"poe_delivering": None, "poe_milliwatts": None, "tagged_vlans": None}
    seen: dict[str, Any] = {"site": "hq", "device_id": 1, "interface_id": 4}
    seen |= {"first_seen": NOW, "last_seen": NOW, "ip": "", "via": ""}
    with writing(app.engine) as connection:
        connection.execute(
            insert(tables["interface"]),
            [port | blank | row | {"id": n} for n, row in enumerate(rows, 2)],
        )
        connection.execute(
            insert(tables["sighting"]),
            [
                seen | {"mac": "00:00:5e:00:53:02", "endpoint_id": 2},
                seen | {"mac": "00:00:5e:00:53:04", "endpoint_id": 4, "via": "phone"},
            ],
        )
        connection.execute(
            insert(tables["neighbour"]).values(
                device_id=1,
                port="Te1/1/1",
                key="a",
                protocol="lldp",
                sys_name="core",
                port_id="Te1/0/7",
            )
        )


database_url = prepared(ports_of_a_switch)


@pytest.fixture
async def it(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role it, on a database with a switch."""
    async with calling(app, "it") as client:
        yield client


async def listed(it: httpx.AsyncClient, **asked: object) -> list[dict[str, Any]]:
    answer = await it.get(PORTS, params={"device": "sw-1", **asked})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


async def names(it: httpx.AsyncClient, **asked: object) -> list[str]:
    return [row["name"] for row in await listed(it, **asked)]


async def test_every_port_stands_where_it_is_also_the_empty_ones(
    it: httpx.AsyncClient,
) -> None:
    every = await names(it)
    assert every == [
        "Gi1/0/14",
        "Gi1/0/3",
        "Gi1/0/2",
        "Gi1/0/10",
        "Gi1/0/15",
        "Te1/1/1",
    ]
    turned = await names(it, sort="-name", limit=2)
    assert turned == ["Te1/1/1", "Gi1/0/15"]


async def test_a_port_says_who_is_on_it_and_whose_that_is(
    it: httpx.AsyncClient,
) -> None:
    (row,) = await listed(it, vlan=20, state="up", poe_delivering="true")
    assert row["on_it"] == "phone-<b>2</b>, pc-004"
    assert (row["asset"], row["holder"]) == ("T-001", "Ada Berg")
    assert [one["via"] for one in row["occupants"]] == ["", "phone"]
    (uplink,) = await listed(it, vlan=30)
    assert uplink["tagged_vlans"] == [10, 20, 30]
    assert uplink["leads_to"] == {
        "device_id": None,
        "device": "core",
        "type": None,
        "port": "Te1/0/7",
    }
    assert await names(it, vlan=3) == []


async def test_free_ports_are_those_that_nobody_used_for_long(
    it: httpx.AsyncClient,
) -> None:
    assert await names(it, unused_for=30) == ["Gi1/0/3", "Gi1/0/2"]
    assert await names(it, unused_for=30, state="down") == ["Gi1/0/2"]
    assert await names(it, unused_for=500) == []
    assert "Gi1/0/10" in await names(it, unused_for=0)
    assert await names(it, occupied="true") == ["Gi1/0/14", "Gi1/0/15"]
    answer = await it.get(PORTS, params={"unused_for": -1})
    assert answer.status_code == 422


async def test_one_port_has_its_history(it: httpx.AsyncClient) -> None:
    whole = (await it.get(f"{PORTS}/4")).json()
    assert {row["device"] for row in whole["history"]} == {"phone-<b>2</b>", "pc-004"}
    assert whole["state"] == "up"


async def test_computers_have_no_ports_of_a_switch(it: httpx.AsyncClient) -> None:
    answer = await it.get(PORTS, params={"device": "pc-003"})
    assert answer.json()["items"] == []


def test_the_same_on_the_command_line(ready: Terminal, app: App) -> None:
    listed = ready("port", "list", "--device", "sw-1", "--unused-for", "30", "--json")
    assert [row["name"] for row in listed.json["items"]] == ["Gi1/0/3", "Gi1/0/2"]
    shown = ready("port", "show", "sw-1 gi1/0/15")
    assert "Ada Berg" in shown.out
    assert "pc-004" in shown.out
