"""Rows that go in together are those that SQLAlchemy would have put in one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select
from sqlmodel import SQLModel

from inventory.kernel.texts import Said
from inventory.network.tables import Device, DeviceField, Interface
from inventory.network.topology_tables import DeviceNeighbour, Sighting
from inventory.storage.engine import writing
from inventory.storage.rows import insert_rows, table_of

AT = datetime(2026, 3, 17, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
SAID = Said("learned at {count} places: {names}", count=2, names="a, b")
ODD = "quotes ' \" %s :x \\ \n tab\t Büro 事務所 😀"
ROWS: list[tuple[type[SQLModel], dict[str, Any]]] = [
    (Interface, {"name": ODD, "position": "", "speed": 10**11, "admin_up": True}),
    (Interface, {"name": "a", "position": "", "oper_up": False, "changed_at": AT}),
    (
        DeviceNeighbour,
        {"port": "1", "key": "k", "protocol": "lldp", "capabilities": ["bridge", ODD]}
        | {"chassis_id_type": "mac", "port_id_type": "mac", "addresses": []}
        | {"med": {"policies": [[1, 20]], "serial": None, "model": ODD}},
    ),
    (
        DeviceField,
        {"field": "name", "origin": "snmp", "value": ODD, "source": ODD}
        | {"confidence": 0.1, "reasons": [SAID, ODD], "observed_at": AT}
        | {"chosen": True},
    ),
    (
        Sighting,
        {"site": "", "ip": "", "mac": "a", "via": "", "reason": SAID, "vlan": None}
        | {"last_seen": AT},
    ),
]


KEYS: dict[type[SQLModel], str] = {
    Interface: "name",
    DeviceNeighbour: "key",
    DeviceField: "field",
    Sighting: "mac",
}


def stored(connection: Connection, model: type[SQLModel]) -> list[dict[str, Any]]:
    """Return the rows without their numbers, and take them out again."""
    table = table_of(model)
    found = connection.execute(select(table).order_by(table.c.id)).mappings()
    rows = [{n: v for n, v in row.items() if n != "id"} for row in found]
    connection.execute(delete(table))
    return rows


@pytest.mark.parametrize(("model", "row"), ROWS)
def test_a_row_is_stored_alike(
    engine: Engine, model: type[SQLModel], row: dict[str, Any]
) -> None:
    table = table_of(model)
    seen = {"first_seen": AT.astimezone(UTC), "last_seen": AT}
    with writing(engine) as connection:
        device = {"name": "", "site": "", "managed": True, "search": ""} | seen
        connection.execute(insert(table_of(Device)), device | {"id": 7})
        full = {"device_id": 7} | row
        full |= {"first_seen": AT} if "first_seen" in table.c else {}
        connection.execute(insert(table), full)
        one_by_one = stored(connection, model)
        other = full | {KEYS[model]: "other"}
        insert_rows(connection, table, [full, other])
        (row_1, row_2), (alone,) = stored(connection, model), one_by_one
        assert row_1 == alone
        assert row_2 == alone | {KEYS[model]: "other"}


def test_no_rows_are_no_statement(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_rows(connection, table_of(Interface), [])
        assert stored(connection, Interface) == []
