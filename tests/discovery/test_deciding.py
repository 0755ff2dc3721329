"""What a person decides about identity and fields holds, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

from collectors.facts import Component, Observation
from discovery.observations.apply import Outcome, apply_visit
from discovery.observations.identity_decisions import (
    merge_devices,
    revoke,
    split_device,
)
from discovery.observations.visit import make_visit
from discovery.reconciliation.adopt import adopt
from inventory.kernel.errors import Invalid, NotFound
from inventory.network.queries.devices import (
    DeviceFilter,
    device_detail,
    device_of_asset,
    list_devices,
)
from inventory.network.worklist_decisions import (
    acknowledge,
    correct_field,
    link_asset,
    reopen,
    unlink_asset,
)
from inventory.storage.audit import verify
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import HOUR, T0, PlainIdentify, box, mac

Clock = Callable[[], datetime]
IDENTIFY = PlainIdentify()


class Register:
    """The database with the verbs of the tests."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self._clock = clock

    def work(self) -> UnitOfWork:
        return UnitOfWork(self.engine, actor="person:7", clock=self._clock)

    def visit(self, *observations: Observation) -> Outcome:
        with self.work() as work:
            outcome = apply_visit(work, make_visit(observations, IDENTIFY), IDENTIFY)
            work.commit()
        return outcome

    def do(self, what: Callable[..., Any], *args: Any, **more: Any) -> Any:  # noqa: ANN401
        with self.work() as work:
            result = what(work, *args, **more)
            work.commit()
        return result

    def devices(self) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return list_devices(connection, sort="id").rows

    def detail(self, device_id: int) -> dict[str, Any]:
        with self.engine.connect() as connection:
            found = device_detail(connection, device_id)
        assert found is not None
        return found

    def rows(self, name: str) -> list[dict[str, Any]]:
        table = SQLModel.metadata.tables[name]
        with self.engine.connect() as connection:
            found = connection.execute(select(table).order_by(table.c.id)).mappings()
            return [dict(row) for row in found]


@pytest.fixture
def register(engine: Engine, clock: Clock) -> Register:
    return Register(engine, clock)


def test_merged_by_hand_stays_merged_after_the_next_scan(register: Register) -> None:
    one = box("10.0.0.1", serial="AX17", name="a")
    two = box("10.0.0.2", serial="BX18", name="b")
    first, second = register.visit(one).device_id, register.visit(two).device_id
    kept = register.do(merge_devices, first, second, IDENTIFY, note="one chassis")
    assert (kept.id, kept.gone, kept.readings) == (first, second, 1)
    assert [row["id"] for row in register.devices()] == [first]
    later = register.visit(replace(two, seen_at=T0 + HOUR))
    assert later.device_id == first


def test_a_merge_taken_back_gives_both_devices_back(register: Register) -> None:
    first = register.visit(box("10.0.0.1", serial="AX17", name="a")).device_id
    second = register.visit(box("10.0.0.2", serial="BX18", name="b")).device_id
    register.do(merge_devices, first, second, IDENTIFY)
    (decision,) = register.rows("identity_decision")
    register.do(revoke, decision["id"], IDENTIFY)
    assert [(row["id"], row["name"]) for row in register.devices()] == [
        (first, "a"),
        (second, "b"),
    ]
    assert verify(register.engine) == []


def ups(number: int) -> Observation:
    """One of five whose maker gave all of them the same serial number."""
    card = mac(7000 + number)
    return box(f"10.0.1.{number}", serial="UPS-1000", name=f"ups{number}", macs=[card])


def test_one_serial_on_five_boxes_is_no_identity_and_is_asked_about(
    register: Register,
) -> None:
    for number in range(1, 6):
        register.visit(ups(number))
    assert [row["name"] for row in register.devices()] == [
        f"ups{number}" for number in range(1, 6)
    ]
    (asked,) = register.rows("identity_conflict")
    assert asked["candidates"] == [1, 2, 3, 4, 5]
    assert asked["reasons"] == [
        "serial UPS1000 is borne by 5 devices that are not the same"
    ]


def test_what_a_shared_serial_had_joined_comes_apart_when_a_third_box_bears_it(
    register: Register,
) -> None:
    """The first two told nothing but the serial number."""
    first, second = replace(ups(1), interfaces=()), replace(ups(2), interfaces=())
    nameless = [replace(seen, system=None) for seen in (first, second)]
    assert (
        register.visit(nameless[0]).device_id == register.visit(nameless[1]).device_id
    )
    register.visit(ups(1))
    register.visit(ups(2))
    register.visit(ups(3))
    assert len(register.devices()) == 3


def test_a_merge_by_hand_joins_the_two_named_and_no_third(register: Register) -> None:
    for number in range(1, 6):
        register.visit(ups(number))
    merged = register.do(merge_devices, 2, 4, IDENTIFY)
    assert (merged.id, merged.gone) == (2, 4)
    assert set(merged.because) == {f"mac {mac(7002)}", f"mac {mac(7004)}"}
    assert [row["id"] for row in register.devices()] == [1, 2, 3, 5]
    (decision,) = register.rows("identity_decision")
    register.do(revoke, decision["id"], IDENTIFY)
    assert [row["id"] for row in register.devices()] == [1, 2, 3, 4, 5]


def test_split_by_hand_stays_split(register: Register) -> None:
    one = box("10.0.0.1", macs=[mac(1)], name="left")
    two = box("10.0.0.2", macs=[mac(1)], name="right", collector="ssh")
    device = register.visit(one).device_id
    assert register.visit(two).device_id == device
    register.do(split_device, device, ("name", "left"), ("name", "right"), IDENTIFY)
    assert sorted(row["name"] for row in register.devices()) == ["left", "right"]
    register.visit(replace(one, seen_at=T0 + HOUR))
    register.visit(replace(two, seen_at=T0 + HOUR))
    assert sorted(row["name"] for row in register.devices()) == ["left", "right"]


def test_a_split_needs_identifiers_the_device_has(register: Register) -> None:
    device = register.visit(box(macs=[mac(1)], name="left")).device_id
    with pytest.raises(NotFound, match="does not have name nobody"):
        register.do(
            split_device, device, ("name", "left"), ("name", "nobody"), IDENTIFY
        )


def test_a_correction_is_shown_and_no_scan_overwrites_it(register: Register) -> None:
    seen = box(serial="AX17", name="sw1", macs=[mac(1)])
    device = register.visit(seen).device_id or 0
    register.do(correct_field, device, "vendor", "Rempah")
    renamed = replace(seen, seen_at=T0 + HOUR, interfaces=())
    register.visit(replace(renamed, hardware=replace_model(seen, "M2")))
    detail = register.detail(device)
    assert (detail["vendor"], detail["model"]) == ("Rempah", "M2")
    said = {
        (f["origin"], f["value"], f["chosen"])
        for f in detail["fields"]
        if f["field"] == "vendor"
    }
    assert said == {("person", "Rempah", True), ("fused", "Acme", False)}


def replace_model(seen: Observation, model: str) -> Any:  # noqa: ANN401
    assert seen.hardware is not None
    return replace(seen.hardware, model=model)


def test_a_correction_taken_back_shows_what_was_read(register: Register) -> None:
    device = register.visit(box(serial="AX17", name="sw1")).device_id or 0
    register.do(correct_field, device, "name", "Core")
    assert register.detail(device)["name"] == "Core"
    with register.engine.connect() as connection:
        found = list_devices(connection).rows
    assert found[0]["name"] == "Core"
    register.do(correct_field, device, "name", None)
    assert register.detail(device)["name"] == "sw1"


def test_a_device_is_found_by_every_serial_on_its_labels(register: Register) -> None:
    """Also after a person's word has changed what is searched."""
    members = tuple(
        Component(index=number, kind="chassis", name=f"member {number}", serial=serial)
        for number, serial in ((1, "AX17"), (2, "BX18"))
    )
    stack = replace(box(serial="AX17", name="sw1"), components=members)
    device = register.visit(stack).device_id or 0
    register.visit(box("10.0.0.9", serial="CX19", name="sw2"))
    for name in (None, "Core"):
        if name:
            register.do(correct_field, device, "name", name)
        with register.engine.connect() as connection:
            for word in ("ax17", "BX18"):
                found = list_devices(connection, DeviceFilter(search=word)).rows
                assert [row["id"] for row in found] == [device]


def test_an_unknown_field_cannot_be_corrected(register: Register) -> None:
    device = register.visit(box(serial="AX17")).device_id
    with pytest.raises(Invalid, match="not a field that can be corrected"):
        register.do(correct_field, device, "colour", "red")


def test_adopting_makes_an_asset_of_a_device(register: Register) -> None:
    device = register.visit(box(serial="AX17", name="sw1")).device_id or 0
    asset = register.do(adopt, device, tag="IT-9", kind="switch")
    (row,) = register.rows("asset")
    assert (row["tag"], row["kind"], row["serial_key"]) == ("IT-9", "switch", "AX17")
    with register.engine.connect() as connection:
        assert device_of_asset(connection, asset) == device
    assert register.devices()[0]["state"] == "matched"


def test_a_link_by_hand_can_be_made_and_taken_back(register: Register) -> None:
    device = register.visit(box(serial="AX17")).device_id or 0
    other = register.visit(box("10.0.0.2", serial="BX18")).device_id or 0
    asset = register.do(adopt, device, tag="IT-9", kind="switch")
    register.do(unlink_asset, device, asset)
    register.do(link_asset, other, asset, "label read")
    with register.engine.connect() as connection:
        assert device_of_asset(connection, asset) == other
    with pytest.raises(NotFound, match="not linked by hand"):
        register.do(unlink_asset, device, asset)


def test_a_difference_is_acknowledged_with_a_reason_only(register: Register) -> None:
    device = register.visit(box(serial="AX17")).device_id or 0
    register.do(adopt, device, tag="IT-9", kind="switch")
    (row,) = register.rows("reconciliation")
    with pytest.raises(Invalid, match="reason"):
        register.do(acknowledge, row["id"], " ")
    register.do(acknowledge, row["id"], "test rig")
    (row,) = register.rows("reconciliation")
    assert (row["note"], row["acknowledged_by"]) == ("test rig", "person:7")
    register.do(reopen, row["id"])
    assert register.rows("reconciliation")[0]["acknowledged_at"] is None
