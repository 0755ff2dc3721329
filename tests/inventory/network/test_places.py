"""Sightings and links are intervals: moves close one and open another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from inventory.network.queries.topology import (
    links_of,
    on_port,
    where_was,
)
from inventory.network.write_topology import (
    LinkRow,
    SightingRow,
    expire_sightings,
    write_links,
    write_sightings,
)
from inventory.storage.work import UnitOfWork

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
TUESDAY, FRIDAY = MONDAY + DAY, MONDAY + 4 * DAY
MAC = "3c:d9:2b:00:00:01"


class Site:
    """Two switches with two ports each, and a computer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        tables = SQLModel.metadata.tables
        with engine.begin() as connection:
            for number in (1, 2, 3):
                connection.execute(
                    insert(tables["device"]).values(
                        id=number,
                        site="north",
                        name=f"d{number}",
                        managed=True,
                        search=f"d{number}",
                        first_seen=MONDAY,
                        last_seen=MONDAY,
                    )
                )
            for number in (11, 12, 21, 22):
                connection.execute(
                    insert(tables["interface"]).values(
                        id=number,
                        device_id=number // 10,
                        name=f"p{number}",
                        first_seen=MONDAY,
                    )
                )

    def see(self, *rows: SightingRow) -> tuple[int, int]:
        with UnitOfWork(self.engine, actor="test", clock=lambda: MONDAY) as work:
            counts = write_sightings(work, "north", rows)
            work.commit()
        return counts

    def link(
        self, *rows: LinkRow, read: dict[int, datetime] | None = None
    ) -> tuple[int, int]:
        with UnitOfWork(self.engine, actor="test", clock=lambda: MONDAY) as work:
            counts = write_links(
                work, "north", rows, heard_at=read or {}, learned_at=read or {}
            )
            work.commit()
        return counts

    def where(self, at: datetime | None = None, **of: str) -> list[tuple[Any, ...]]:
        mac = None if "ip" in of else MAC
        span = (at, at + timedelta(microseconds=1)) if at else None
        with self.engine.connect() as connection:
            rows = where_was(connection, mac=mac, ip=of.get("ip"), during=span)
        return [(row["port"], row["ip"]) for row in rows]


@pytest.fixture
def site(engine: Engine) -> Site:
    return Site(engine)


def seen(port: int | None, at: datetime, *ips: str, **more: Any) -> SightingRow:  # noqa: ANN401
    base = SightingRow(
        mac=MAC,
        ips=ips,
        device_id=port // 10 if port else None,
        interface_id=port,
        behind_id=None,
        vlan=10,
        ssid=None,
        via="",
        reason=None,
        endpoint_id=3,
        seen_at=at,
    )
    return replace(base, **more)


def test_what_is_seen_again_only_moves_the_time(site: Site) -> None:
    assert site.see(seen(11, MONDAY, "10.0.0.5")) == (1, 0)
    assert site.see(seen(11, TUESDAY, "10.0.0.5")) == (0, 0)
    with site.engine.connect() as connection:
        (row,) = where_was(connection, mac=MAC)
    assert (row["first_seen"], row["last_seen"]) == (MONDAY, TUESDAY)


def test_a_move_closes_one_place_and_opens_another(site: Site) -> None:
    site.see(seen(11, MONDAY, "10.0.0.5"))
    assert site.see(seen(22, FRIDAY, "10.0.0.5")) == (1, 1)
    assert site.where(at=TUESDAY) == [("p11", "10.0.0.5")]
    assert site.where(at=FRIDAY + DAY) == [("p22", "10.0.0.5")]
    assert site.where(ip="10.0.0.5") == [("p22", "10.0.0.5"), ("p11", "10.0.0.5")]


def test_who_was_behind_a_switch_and_is_seen_on_it_did_not_move(site: Site) -> None:
    site.see(seen(11, MONDAY, "10.0.0.5", behind_id=2, via="neighbour"))
    assert site.see(seen(22, FRIDAY, "10.0.0.5")) == (0, 0)
    assert site.where(at=TUESDAY) == [("p22", "10.0.0.5")]
    assert site.see(
        seen(11, FRIDAY + DAY, "10.0.0.5", behind_id=2, via="neighbour")
    ) == (0, 0)
    assert site.where(at=FRIDAY + 2 * DAY) == [("p22", "10.0.0.5")]


def test_what_was_on_a_port_on_a_day_is_known(site: Site) -> None:
    site.see(seen(11, MONDAY, "10.0.0.5"))
    site.see(seen(22, FRIDAY, "10.0.0.5"))
    with site.engine.connect() as connection:
        before = on_port(connection, 1, 11, during=(TUESDAY, TUESDAY + DAY))
        after = on_port(connection, 1, 11, during=(FRIDAY + DAY, FRIDAY + 2 * DAY))
    assert [row["mac"] for row in before] == [MAC]
    assert after == []


def test_another_address_is_history_too(site: Site) -> None:
    site.see(seen(11, MONDAY, "10.0.0.5"))
    assert site.see(seen(11, TUESDAY, "10.0.0.9")) == (1, 1)
    assert site.where(at=FRIDAY) == [("p11", "10.0.0.9")]
    assert site.where(at=MONDAY) == [("p11", "10.0.0.5")]


def test_a_missing_address_table_does_not_end_a_known_address(site: Site) -> None:
    site.see(seen(11, MONDAY, "10.0.0.5"))
    assert site.see(seen(11, TUESDAY)) == (0, 0)
    assert site.where(at=FRIDAY) == [("p11", "10.0.0.5")]


def test_an_unknown_place_does_not_end_a_known_one(site: Site) -> None:
    site.see(seen(11, MONDAY, "10.0.0.5"))
    lost = seen(None, TUESDAY, "10.0.0.5", reason="learned on 2 edge ports")
    assert site.see(lost) == (0, 0)
    assert site.where(at=FRIDAY) == [("p11", "10.0.0.5")]


def test_an_unknown_place_has_its_reason_until_it_is_known(site: Site) -> None:
    site.see(seen(None, MONDAY, reason="learned on 2 edge ports"))

    def unplaced() -> list[str]:
        with site.engine.connect() as connection:
            rows = where_was(connection, mac=MAC)
        return [
            row["reason"]
            for row in rows
            if row["interface_id"] is None and row["closed_at"] is None
        ]

    assert unplaced() == ["learned on 2 edge ports"]
    site.see(seen(11, TUESDAY))
    assert unplaced() == []
    assert site.where(at=FRIDAY) == [("p11", "")]


def test_who_is_in_between_is_corrected_in_place(site: Site) -> None:
    site.see(seen(11, MONDAY))
    assert site.see(seen(11, TUESDAY, via="phone", behind_id=2)) == (0, 0)
    with site.engine.connect() as connection:
        (row,) = where_was(connection, mac=MAC)
    assert (row["via"], row["behind_id"]) == ("phone", 2)


def test_a_silent_endpoint_stays_until_it_expires(site: Site) -> None:
    site.see(seen(11, MONDAY))
    site.see()
    assert site.where(at=FRIDAY) == [("p11", "")]
    with UnitOfWork(site.engine, actor="test", clock=lambda: FRIDAY) as work:
        assert len(expire_sightings(work, "north", before=TUESDAY)) == 1
        work.commit()
    assert site.where(at=FRIDAY) == []
    assert site.where() == [("p11", "")]


def link(at: datetime, **more: Any) -> LinkRow:  # noqa: ANN401
    base = LinkRow(
        a_device_id=1,
        a_interface_id=11,
        b_device_id=2,
        b_interface_id=21,
        kind="direct",
        evidence=("lldp a",),
        members=(),
        seen_at=at,
    )
    return replace(base, **more)


def open_links(site: Site) -> list[tuple[str, str, list[str]]]:
    with site.engine.connect() as connection:
        rows = links_of(connection, 1)
    return [(row["a_port"], row["b_port"], row["evidence"]) for row in rows]


def test_a_link_found_again_keeps_its_row_and_learns_evidence(site: Site) -> None:
    assert site.link(link(MONDAY)) == (1, 0)
    both = link(TUESDAY, evidence=("lldp a", "lldp b"))
    assert site.link(both) == (0, 0)
    assert open_links(site) == [("p11", "p21", ["lldp a", "lldp b"])]


def test_a_link_is_closed_only_when_one_of_its_ends_was_read_since(site: Site) -> None:
    site.link(link(MONDAY))
    assert site.link(read={1: MONDAY, 2: MONDAY}) == (0, 0)
    assert len(open_links(site)) == 1
    assert site.link(read={1: TUESDAY}) == (0, 1)
    assert open_links(site) == []


def test_a_recabled_link_is_a_new_one(site: Site) -> None:
    site.link(link(MONDAY))
    moved = link(TUESDAY, a_interface_id=12)
    assert site.link(moved, read={1: TUESDAY}) == (1, 1)
    assert [ports[:2] for ports in open_links(site)] == [("p12", "p21")]
