"""Since when a port is up or down, its VLANs and its power; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from collectors.facts import Interface, Observation, Poe, System, Vlan
from inventory.network.port_order import positions
from inventory.network.tables import Interface as StoredInterface
from inventory.storage.audit import verify
from inventory.storage.rows import table_of
from tests.discovery.fakes import T0, box
from tests.discovery.snapshots import snapshot
from tests.discovery.test_apply import visit

Clock = Callable[[], datetime]
DAY = timedelta(days=1)
HOURS_UP = 100 * 86400.0


def switch(
    *,
    at: datetime = T0,
    uptime: float | None = HOURS_UP,
    up: bool = True,
    changed: float | None = 50 * 86400.0,
    milliwatts: int | None = 6300,
) -> Observation:
    """A switch with two ports; the first goes up and down."""
    ports = tuple(
        Interface(
            if_index=n,
            name=f"Gi1/0/{n}",
            type=6,
            physical=True,
            oper_up=up if n == 1 else False,
            last_change=changed if n == 1 else 0.0,
        )
        for n in (1, 2)
    )
    return replace(
        box(serial="SW1", at=at),
        system=System(name="sw", uptime=uptime),
        interfaces=ports,
        vlans=(Vlan(vlan=10, tagged=(1,)), Vlan(vlan=7, tagged=(1,), untagged=(2,))),
        poe=(
            Poe(
                port="1.1",
                if_index=1,
                enabled=True,
                delivering=True,
                milliwatts=milliwatts,
            ),
        ),
        reads=frozenset(("interfaces", "vlans", "poe")),
    )


def ports(engine: Engine) -> dict[str, dict[str, object]]:
    table = table_of(StoredInterface)
    with engine.connect() as connection:
        rows = connection.execute(select(table)).mappings()
        return {row["name"]: dict(row) for row in rows}


def test_what_a_port_says_is_kept(engine: Engine, clock: Clock) -> None:
    visit(engine, clock, switch())
    first, second = ports(engine).values()
    assert first["changed_at"] == T0 - 50 * DAY
    assert second["changed_at"] == T0 - 100 * DAY
    assert (first["tagged_vlans"], second["tagged_vlans"]) == (",7,10,", "")
    assert (first["poe_delivering"], first["poe_milliwatts"]) == (True, 6300)
    assert second["poe_delivering"] is None


def test_a_second_reading_changes_nothing(engine: Engine, clock: Clock) -> None:
    visit(engine, clock, switch())
    before = snapshot(engine)
    later = switch(at=T0 + DAY, uptime=HOURS_UP + 86400.0 + 3.0)
    assert visit(engine, clock, later).outcome == "same"
    assert snapshot(engine) == before


def test_power_and_a_flap_between_two_readings_are_noted_without_an_audit_row(
    engine: Engine, clock: Clock
) -> None:
    visit(engine, clock, switch())
    entries = len(snapshot(engine)["audit_entry"])
    uptime = HOURS_UP + 86400.0
    later = switch(
        at=T0 + DAY, uptime=uptime, changed=uptime - 3600.0, milliwatts=12_000
    )
    visit(engine, clock, later)
    port = ports(engine)["Gi1/0/1"]
    assert port["changed_at"] == T0 + DAY - timedelta(hours=1)
    assert port["poe_milliwatts"] == 12_000
    assert len(snapshot(engine)["audit_entry"]) == entries
    assert verify(engine) == []


def test_a_restart_does_not_make_an_empty_port_look_used(
    engine: Engine, clock: Clock
) -> None:
    visit(engine, clock, switch(up=False))
    restarted = switch(at=T0 + DAY, uptime=3600.0, up=False, changed=20.0)
    visit(engine, clock, restarted)
    assert ports(engine)["Gi1/0/1"]["changed_at"] == T0 - 50 * DAY


def test_without_a_word_of_the_device_our_own_readings_count(
    engine: Engine, clock: Clock
) -> None:
    visit(engine, clock, switch(changed=None))
    assert ports(engine)["Gi1/0/1"]["changed_at"] is None
    visit(engine, clock, switch(at=T0 + DAY, changed=None, up=False))
    assert ports(engine)["Gi1/0/1"]["changed_at"] == T0 + DAY
    visit(engine, clock, switch(at=T0 + 2 * DAY, changed=None, up=False))
    assert ports(engine)["Gi1/0/1"]["changed_at"] == T0 + DAY


def test_time_ticks_that_began_anew(engine: Engine, clock: Clock) -> None:
    wrap = 2**32 / 100
    visit(engine, clock, switch(uptime=wrap + 86400.0, changed=wrap - 86400.0))
    assert ports(engine)["Gi1/0/1"]["changed_at"] == T0 - 2 * DAY


def test_a_change_after_the_time_it_runs_says_nothing(
    engine: Engine, clock: Clock
) -> None:
    visit(engine, clock, switch(uptime=60.0, changed=86400.0))
    assert ports(engine)["Gi1/0/1"]["changed_at"] is None


def test_ports_stand_by_unit_slot_and_number() -> None:
    for standing in (
        ["Gi1/0/1", "Gi1/0/2", "Gi1/0/10", "Te1/1/1", "Gi2/0/1"],
        ["Fa0/1", "Fa0/2", "Fa0/24", "Gi0/1", "Gi0/2"],
        ["1", "2", "10", "A1", "A2", "B1"],
        ["ge-0/0/2", "ge-0/0/2.0", "ge-0/0/10", "xe-0/1/0", "ge-1/0/0"],
        ["10GE1/0/1", "10GE1/0/2", "100GE1/0/1", "10GE2/0/1"],
        ["1:1", "1:2", "1:10", "2:1"],
        ["ether1", "ether2", "ether10", "sfp-sfpplus1", "lo"],
        ["Slot: 0 Port: 1 Gigabit", "Slot: 0 Port: 10 Gigabit"],
    ):
        order = positions({name: n for n, name in enumerate(standing)})
        assert sorted(reversed(standing), key=order.__getitem__) == standing
