"""Lists that filter, search and sort by another table: each way finds the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from api.http.callers import Caller, Role
from api.resources import joins
from api.resources.declare import PageRequest, Viewer
from api.resources.network.parts.interfaces import INTERFACES
from api.resources.people.holdings import HOLDINGS
from inventory.network.tables import Device, Interface
from inventory.storage.engine import writing
from inventory.storage.rows import table_of

TODAY = date(2026, 3, 17)
VIEWER = Viewer(Caller("test", "test", frozenset(Role)), TODAY, TODAY)
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
DEVICES = {"sw-floor1": "hq", "sw-floor2": "hq", "printer": "north", "core": "hq"}
PORTS = {"Gi0/1": "uplink to core", "Gi0/2": None, "Vlan7": "100% printers"}


@pytest.fixture(params=[500, 1, 0], ids=["few", "one", "none"])
def reading(
    engine: Engine, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """Four devices of three ports; whatever counts as few."""
    monkeypatch.setattr(joins, "FEW", request.param)
    with writing(engine) as connection:
        for number, (name, site) in enumerate(DEVICES.items(), 1):
            row = {"id": number, "name": name, "site": site, "type": "switch"}
            row |= {"first_seen": MOMENT, "last_seen": MOMENT, "search": name}
            connection.execute(insert(table_of(Device)).values(row))
            for at, (port, alias) in enumerate(PORTS.items()):
                mac = f"02:00:00:00:0{number}:0{at}"
                of = {"device_id": number, "name": port, "alias": alias, "mac": mac}
                of |= {"first_seen": MOMENT}
                connection.execute(insert(table_of(Interface)).values(of))
    with engine.connect() as connection:
        yield connection


def listed(
    reading: Connection, sort: str = "id", limit: int = 5, **asked: object
) -> list[Mapping[str, Any]]:
    """Return all rows, page by page."""
    question = INTERFACES.question.model_validate(asked)
    found: list[Mapping[str, Any]] = []
    page = PageRequest(sort=sort, limit=limit)
    while True:
        read = INTERFACES.source.read(reading, question, VIEWER, page)
        found += read.rows
        if read.next is None:
            break
        page = PageRequest(sort=sort, after=read.next, limit=limit)
    assert INTERFACES.source.count(reading, question, VIEWER) == len(found)
    return found


def named(rows: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(row["device_name"], row["name"]) for row in rows]


def test_a_filter_on_another_table_finds_what_a_join_finds(reading: Connection) -> None:
    expected = [(d, p) for d, site in DEVICES.items() if site == "hq" for p in PORTS]
    assert named(listed(reading, site="hq")) == expected
    assert named(listed(reading, "-id", site="hq")) == expected[::-1]
    assert named(listed(reading, device_name="core", name="Gi0/2")) == [
        ("core", "Gi0/2")
    ]
    assert listed(reading, site="nowhere") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("core", {("core", p) for p in PORTS} | {(d, "Gi0/1") for d in DEVICES}),
        ("floor1 vlan", {("sw-floor1", "Vlan7")}),
        ("03:02", {("printer", "Vlan7")}),
        ("00% printer", {(d, "Vlan7") for d in DEVICES}),
        ("gi", {(d, p) for d in DEVICES for p in ("Gi0/1", "Gi0/2")}),
        ("no-such", set()),
    ],
)
def test_words_are_found_in_the_row_and_in_its_device(
    reading: Connection, words: str, expected: set[tuple[str, str]]
) -> None:
    found = named(listed(reading, search=words))
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("removed", [{}, {"name": "Gi0/2"}])
def test_a_list_is_sorted_by_another_table(
    reading: Connection, removed: dict[str, Any]
) -> None:
    ports = [removed["name"]] if removed else list(PORTS)
    expected = [(device, port) for device in sorted(DEVICES) for port in ports]
    assert named(listed(reading, "device_name", **removed)) == expected
    assert named(listed(reading, "-device_name", **removed)) == expected[::-1]


def test_rows_of_a_query_are_told_apart_by_no_key_of_the_tables_it_reads() -> None:
    joined = HOLDINGS.source.table  # type: ignore[attr-defined]
    assert joined.c.asset_id.primary_key
    assert joins.key_of(joined) is None
    assert joins.key_of(table_of(Device)) is table_of(Device).c.id
    named = table_of(Device).alias("named")
    assert joins.key_of(named) is named.c.id
    assert joins.key_of(None) is None
