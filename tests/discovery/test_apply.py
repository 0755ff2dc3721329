"""Visits into the database, on both engines."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine, select

from collectors.facts import Observation
from discovery.observations.apply import Outcome, apply_visit
from discovery.observations.visit import make_visit
from inventory.network.identity_tables import IdentityConflict
from inventory.network.queries.devices import device_detail, list_devices
from inventory.network.tables import Device
from inventory.storage.audit import verify
from inventory.storage.rows import col, table_of
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import HOUR, T0, PlainIdentify, box, mac
from tests.discovery.snapshots import snapshot

Clock = Callable[[], datetime]
IDENTIFY = PlainIdentify()


def visit(engine: Engine, clock: Clock, *observations: Observation) -> Outcome:
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        outcome = apply_visit(work, make_visit(observations, IDENTIFY), IDENTIFY)
        work.commit()
    return outcome


def devices(engine: Engine) -> list[dict[str, object]]:
    with engine.connect() as connection:
        return list_devices(connection).rows


def test_a_new_device_has_its_parts_and_an_audit_row(
    engine: Engine, clock: Clock
) -> None:
    seen = box(serial="AX17", name="core", macs=[mac(1), mac(2)])
    outcome = visit(engine, clock, seen)
    assert outcome.outcome == "new"
    assert outcome.device_id is not None
    with engine.connect() as connection:
        detail = device_detail(connection, outcome.device_id)
    assert detail is not None
    assert (detail["name"], detail["serial"], detail["vendor"]) == (
        "core",
        "AX17",
        "Acme",
    )
    assert [row["name"] for row in detail["interfaces"]] == ["eth1", "eth2"]
    assert {(i["kind"], i["value"]) for i in detail["identifiers"]} >= {
        ("serial", "AX17"),
        ("mac", mac(1)),
    }
    assert verify(engine) == []


def test_a_second_visit_moves_the_times_and_nothing_else(
    engine: Engine, clock: Clock
) -> None:
    seen = box(serial="AX17", name="core", macs=[mac(1)])
    visit(engine, clock, seen)
    before = snapshot(engine)
    later = replace(seen, seen_at=T0 + HOUR)
    assert visit(engine, clock, later).outcome == "same"
    assert snapshot(engine) == before
    assert devices(engine)[0]["last_seen"] == T0 + HOUR


def test_the_same_box_at_another_address_is_the_same_device(
    engine: Engine, clock: Clock
) -> None:
    first = visit(engine, clock, box("10.0.0.1", serial="AX17"))
    second = visit(engine, clock, box("10.0.0.2", serial="AX17", at=T0 + HOUR))
    assert second.outcome == "same"
    assert second.device_id == first.device_id
    assert second.reasons[0] == "same serial AX17"


def test_an_empty_or_broken_table_erases_nothing(engine: Engine, clock: Clock) -> None:
    seen = box(serial="AX17", macs=[mac(1), mac(2)])
    visit(engine, clock, seen)
    empty = replace(seen, interfaces=(), seen_at=T0 + HOUR)
    visit(engine, clock, empty)
    broken = replace(
        seen, interfaces=seen.interfaces[:1], reads=frozenset(), seen_at=T0 + 2 * HOUR
    )
    outcome = visit(engine, clock, broken)
    with engine.connect() as connection:
        detail = device_detail(connection, outcome.device_id or 0)
    assert detail is not None
    assert [row["name"] for row in detail["interfaces"]] == ["eth1", "eth2"]


def test_a_complete_table_ends_what_is_gone_and_it_can_come_back(
    engine: Engine, clock: Clock
) -> None:
    seen = box(serial="AX17", macs=[mac(1), mac(2)])
    outcome = visit(engine, clock, seen)

    def names() -> list[str]:
        with engine.connect() as connection:
            detail = device_detail(connection, outcome.device_id or 0)
        assert detail is not None
        return [row["name"] for row in detail["interfaces"]]

    fewer = replace(seen, interfaces=seen.interfaces[:1], seen_at=T0 + HOUR)
    visit(engine, clock, fewer)
    assert names() == ["eth1"]
    visit(engine, clock, replace(seen, seen_at=T0 + 2 * HOUR))
    assert names() == ["eth1", "eth2"]


def test_a_missing_serial_keeps_the_one_read_before(
    engine: Engine, clock: Clock
) -> None:
    visit(engine, clock, box(serial="AX17", macs=[mac(1)]))
    visit(engine, clock, box(serial=None, macs=[mac(1)], at=T0 + HOUR))
    assert devices(engine)[0]["serial"] == "AX17"


def test_two_devices_that_turn_out_to_be_one_are_merged(
    engine: Engine, clock: Clock
) -> None:
    one = visit(engine, clock, box("10.0.0.1", macs=[mac(1)]))
    visit(engine, clock, box("10.0.0.2", macs=[mac(2)]))
    both = visit(engine, clock, box("10.0.0.3", serial="AX17", macs=[mac(1), mac(2)]))
    assert both.device_id == one.device_id
    assert len(devices(engine)) == 1
    with engine.connect() as connection:
        merged = connection.execute(
            select(col(Device.merged_into)).where(col(Device.merged_at).is_not(None))
        ).scalars()
        assert list(merged) == [one.device_id]


def test_what_fits_two_devices_waits_for_a_person(engine: Engine, clock: Clock) -> None:
    visit(engine, clock, box("10.0.0.1", serial="AX17", macs=[mac(1)]))
    visit(engine, clock, box("10.0.0.2", serial="BX18", macs=[mac(2)]))
    outcome = visit(engine, clock, box("10.0.0.3", macs=[mac(1), mac(2)]))
    assert outcome.outcome == "conflict"
    assert outcome.device_id is None
    assert len(devices(engine)) == 2
    again = visit(engine, clock, box("10.0.0.3", macs=[mac(1), mac(2)], at=T0 + HOUR))
    assert again.outcome == "conflict"
    with engine.connect() as connection:
        table = table_of(IdentityConflict)
        assert len(connection.execute(select(table)).all()) == 1


SCENE = (
    box("10.0.0.1", serial="AX17", macs=[mac(1)], name="a"),
    box("10.0.0.2", serial="BX18", macs=[mac(2), mac(9)], name="b"),
    box("10.0.0.3", macs=[mac(1), mac(3)], collector="ssh"),
    box("10.0.0.3", collector="sip"),
    box("10.0.0.4", macs=[mac(9)]),
    box("10.0.0.5", macs=[mac(3)], at=T0 + HOUR),
)


@pytest.mark.parametrize("order", range(0, 720, 45))
def test_any_order_gives_the_same_inventory(
    engine: Engine, clock: Clock, order: int
) -> None:
    if engine.dialect.name == "postgresql" and order % 180:
        pytest.skip("every fourth order suffices on the second database")
    shuffled = list(itertools.permutations(SCENE))[order]
    for seen in shuffled:
        visit(engine, clock, seen)
    assert inventory(engine) == [
        ("AX17", ["10.0.0.1", "10.0.0.3", "10.0.0.5"], [mac(1), mac(3)]),
        ("BX18", ["10.0.0.2", "10.0.0.4"], [mac(2), mac(9)]),
    ]


def inventory(engine: Engine) -> list[tuple[object, list[str], list[str]]]:
    found = []
    with engine.connect() as connection:
        for row in list_devices(connection).rows:
            detail = device_detail(connection, row["id"])
            assert detail is not None
            addresses = sorted(a["ip"] for a in detail["addresses"])
            macs = [i["value"] for i in detail["identifiers"] if i["kind"] == "mac"]
            found.append((row["serial"], addresses, sorted(macs)))
    return sorted(found, key=str)


def test_a_device_that_others_told_of_is_read_for_the_first_time_once(
    engine: Engine, clock: Clock
) -> None:
    told = replace(box(serial="AX17", macs=[mac(1)]), collector="heard")
    assert visit(engine, clock, told).outcome == "new"
    read = box(serial="AX17", macs=[mac(1)], at=T0 + HOUR)
    first = visit(engine, clock, read)
    assert first.outcome == "first-read"
    again = visit(engine, clock, replace(read, seen_at=T0 + 2 * HOUR))
    assert (again.outcome, again.device_id) == ("same", first.device_id)
