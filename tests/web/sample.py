"""A few devices, written straight into the tables, for the pages to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Table, insert

from api.wiring import App
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
        insert(tables["interface"]).values(
            id=1,
            device_id=1,
            name="Gi1/0/14",
            alias="Desk 14",
            oper_up=True,
            speed=10**9,
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
