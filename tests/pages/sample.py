"""A few devices, written straight into the tables, and two people with laptops."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, Table, insert, text

from api.compose.rulebooks import rules_of
from api.compose.wiring import App
from inventory.bulk.company_file import load
from inventory.fixed_assets.register_books import load_books
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import writing

COMPUTERS = 120


def fill(app: App, now: datetime) -> None:
    """Write a switch, a phone, computers behind both, and one scan."""
    tables = load_tables().tables

    def row(id_: int, name: str, kind: str, **more: object) -> dict[str, object]:
        base: dict[str, object] = {"id": id_, "site": "hq", "name": name}
        base |= {"type": kind, "managed": True}
        base |= {"first_seen": now, "last_seen": now, "address": f"192.0.2.{id_}"}
        base |= more
        words = [name, kind, str(base["address"]), *map(str, more.values())]
        return base | {"search": " ".join(words).lower()}

    devices = [
        row(1, "sw-1", "switch", vendor="Cisco", model="C9300-48P", serial="FOC1"),
        row(2, "phone-<b>2</b>", "phone", vendor="Yealink", model="T46U", serial="Y2"),
    ]
    devices += [
        row(
            number,
            f"pc-{number:03}",
            "computer",
            vendor="Dell",
            model="Latitude 5440",
            serial=f"D{number:04}",
            address=f"192.0.2.{number}",
        )
        for number in range(3, 3 + COMPUTERS)
    ]
    with writing(app.engine) as connection:
        for device in devices:
            connection.execute(insert(tables["device"]).values(device))
        _details(connection, tables, now)
    _company(app, now)


COMPANY: Mapping[str, list[dict[str, str]]] = {
    "legal_entities": [
        {"code": "100", "name": "Example GmbH", "country": "DE", "currency": "EUR"}
    ],
    "cost_centres": [{"code": "4100", "name": "Sales", "legal_entity": "100"}],
    "persons": [
        {
            "key": "p-1",
            "given_name": "Ada",
            "family_name": "Berg",
            "number": "1",
            "legal_entity": "100",
            "from": "2020-01-01",
            "cost_centre": "4100",
        },
        {
            "key": "p-2",
            "given_name": "Ben",
            "family_name": "Oak",
            "number": "2",
            "legal_entity": "100",
            "from": "2020-01-01",
            "to": "2025-07-01",
            "end_reason": "left",
            "cost_centre": "4100",
        },
    ],
    "assets": [
        {
            "tag": "T-001",
            "kind": "laptop",
            "name": "laptop-1",
            "serial": "D0004",
            "legal_entity": "100",
            "purchased_on": "2024-02-20",
            "cost": "1249.00",
            "asset_class": "computer",
            "person": "p-1",
            "held_from": "2024-03-01",
        },
        {
            "tag": "T-002",
            "kind": "laptop",
            "name": "laptop-2",
            "legal_entity": "100",
            "purchased_on": "2024-02-20",
            "person": "p-2",
            "held_from": "2024-03-01",
        },
    ],
}


POSTED_UNTIL = date(2026, 11, 20)
"""Whatever the day is: in a January there would be nothing to post this year."""


def _company(app: App, now: datetime) -> None:
    """Write two people with a laptop each; one is device 4, the other was not seen."""
    with app.work("test") as work:
        load(work, COMPANY)
        tags = work.connection.execute(text("SELECT tag, id FROM asset"))
        ids = {tag: number for tag, number in tags}
        table = load_tables().tables["reconciliation"]
        rows: list[dict[str, object]] = [
            {"state": "matched", "asset_id": ids["T-001"], "device_id": 4},
            {"state": "missing", "asset_id": ids["T-002"], "device_id": None},
        ]
        for row in rows:
            work.connection.execute(insert(table).values(row | {"since": now}))
        today = min(now.date(), POSTED_UNTIL)
        load_books(work, rules_of(app.settings), today)
        work.commit()


def _details(
    connection: Connection, tables: Mapping[str, Table], now: datetime
) -> None:
    connection.execute(
        insert(tables["device_field"]).values(
            device_id=1,
            field="model",
            origin="fused",
            value="C9300-48P",
            source="ENTITY-MIB",
            confidence=0.98,
            reasons=["entPhysicalModelName says C9300-48P"],
            observed_at=now,
            chosen=True,
        )
    )
    connection.execute(
        insert(tables["device_field"]).values(
            device_id=1,
            field="version",
            origin="suggested",
            value="17.9.4",
            source="sysDescr",
            confidence=0.75,
            reasons=["sysDescr, by its form"],
            observed_at=now,
            chosen=False,
        )
    )
    connection.execute(
        insert(tables["interface"]).values(
            id=1,
            device_id=1,
            name="Gi1/0/14",
            alias="Desk 14",
            oper_up=True,
            speed=10**9,
            first_seen=now,
        )
    )
    connection.execute(
        insert(tables["sighting"]).values(
            site="hq",
            mac="00:00:5e:00:53:01",
            ip="192.0.2.3",
            device_id=1,
            interface_id=1,
            vlan=10,
            via="phone",
            endpoint_id=3,
            first_seen=now,
            last_seen=now,
        )
    )
    connection.execute(
        insert(tables["reconciliation"]).values(
            state="unregistered", device_id=3, reason="no-asset", since=now
        )
    )
