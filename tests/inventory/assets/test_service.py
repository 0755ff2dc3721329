from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text

from inventory.assets.register.manufacturers import ensure_manufacturer, manufacturer_id
from inventory.assets.register.registration import (
    NewAsset,
    check_tag,
    manufacturer_key,
    serial_key,
)
from inventory.assets.register.service import (
    find_by_serial,
    find_by_tag,
    register_asset,
    update_asset,
)
from inventory.assets.register.tags import next_tag
from inventory.assets.register.transitions import state_on, take_step
from inventory.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inventory.kernel.money import Money
from inventory.storage.audit import verify
from tests.inventory.world import BOUGHT, Clock, World, build, work_on

MARCH = date(2026, 3, 3)


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    return build(engine, clock)


def laptop(
    tag: str = "", serial: str | None = None, manufacturer: str | None = None
) -> NewAsset:
    return NewAsset(
        kind="laptop", since=BOUGHT, tag=tag, serial=serial, manufacturer=manufacturer
    )


def add(engine: Engine, clock: Clock, new: NewAsset) -> int:
    with work_on(engine, clock) as work:
        asset_id = register_asset(work, new)
        work.commit()
        return asset_id


def test_registering_the_same_again_changes_nothing(
    engine: Engine, clock: Clock
) -> None:
    new = laptop("IT-00009", "A-1", manufacturer="HP")
    first = add(engine, clock, new)
    with work_on(engine, clock) as work:
        assert register_asset(work, new) == first
        assert work.pending == 0


def test_a_tag_belongs_to_one_asset(engine: Engine, clock: Clock, world: World) -> None:
    with pytest.raises(Conflict, match="The tag 'IT-00001' is taken"):
        add(engine, clock, laptop("IT-00001", "other"))


def test_a_serial_is_unique_per_manufacturer_however_it_is_written(
    engine: Engine, clock: Clock, world: World
) -> None:
    with pytest.raises(Conflict, match="serial 'pf3-abcde' already"):
        add(engine, clock, laptop("IT-9", "pf3-abcde", manufacturer="LENOVO"))
    assert add(engine, clock, laptop("IT-9", "pf3-abcde", manufacturer="HP"))
    assert add(engine, clock, laptop("IT-10", "To be filled by O.E.M."))
    assert add(engine, clock, laptop("IT-11", "To be filled by O.E.M."))


def test_tags_are_numbered_with_leading_zeros_and_taken_ones_are_left_out(
    engine: Engine, clock: Clock, world: World
) -> None:
    added = add(engine, clock, laptop())
    with work_on(engine, clock) as work:
        assert next_tag(work, "PH-", width=3) == "PH-001"
        assert next_tag(work, "PH-") == "PH-002"
        work.commit()
    with engine.connect() as connection:
        row = find_by_tag(connection, "IT-00003")
        assert find_by_tag(connection, "IT-99999") is None
    assert row is not None
    assert row["id"] == added


def test_assets_are_found_by_serial(engine: Engine, clock: Clock, world: World) -> None:
    unknown_maker = add(engine, clock, laptop("IT-9", "PF3ABCDE"))
    with engine.connect() as connection:
        every = find_by_serial(connection, " pf3 abcde")
        lenovo = find_by_serial(connection, "PF3ABCDE", "lenovo")
        dell = find_by_serial(connection, "PF3ABCDE", "Dell")
        nothing = find_by_serial(connection, "0000000")
    assert [row["id"] for row in every] == [world.laptop, unknown_maker]
    assert [row["id"] for row in lenovo] == [world.laptop, unknown_maker]
    assert [row["id"] for row in dell] == [unknown_maker]
    assert nothing == []


def test_describing_an_asset_keeps_its_search_text(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        changed = update_asset(
            work,
            world.laptop,
            model="T14 Gen 5",
            manufacturer="Dell",
            cost=Money(5, "JPY"),
        )
        assert changed
        assert not update_asset(work, world.laptop, model="T14 Gen 5")
        work.commit()
    with engine.connect() as connection:
        row = find_by_tag(connection, "IT-00001")
    assert row is not None
    assert row["search"] == "it-00001 pf3abcde t14 gen 5 dell"
    assert (row["cost_minor"], row["currency"]) == (5, "JPY")
    assert verify(engine) == []


def test_what_cannot_be_described_is_refused(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        with pytest.raises(Invalid, match="state cannot be described"):
            update_asset(work, world.laptop, state="lost")
        with pytest.raises(Invalid, match="no kind 'spaceship'"):
            update_asset(work, world.laptop, kind="spaceship")
        with pytest.raises(Invalid, match="keeps a tag"):
            update_asset(work, world.laptop, tag="")
        with pytest.raises(Conflict, match="'IT-00002' is taken"):
            update_asset(work, world.laptop, tag="IT-00002")


def test_bad_assets_are_refused() -> None:
    for tag in (" IT-1", "IT\n1", "x" * 65):
        with pytest.raises(Invalid, match="label"):
            check_tag(tag)
    with pytest.raises(Invalid, match="below zero"):
        NewAsset(kind="laptop", since=BOUGHT, cost=Money(-1, "EUR"))


def test_a_step_is_recorded_with_its_day_and_reason(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        take_step(work, world.laptop, "lose", on=MARCH, reason="left in a taxi")
        work.commit()
        with pytest.raises(Invalid, match="lost since 2026-03-03"):
            take_step(work, world.laptop, "find", on=BOUGHT)
        with pytest.raises(NotAllowed, match="it is lost"):
            take_step(work, world.laptop, "repair", on=MARCH)
        with pytest.raises(NotFound, match="asset 999"):
            take_step(work, 999, "lose", on=MARCH, reason="so")
        with pytest.raises(Invalid, match="future"):
            take_step(work, world.laptop, "find", on=date(2026, 4, 1))
    with engine.connect() as connection:
        assert state_on(connection, world.laptop, MARCH) == "lost"
        assert state_on(connection, world.laptop, BOUGHT) == "in_stock"
        reason = connection.execute(
            text("SELECT reason FROM asset_state WHERE state = 'lost'")
        ).scalar_one()
    assert reason == "left in a taxi"


def test_manufacturers_are_known_by_any_of_their_names(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        hp = ensure_manufacturer(work, "HP", ["Hewlett-Packard", "HPE", "hp"])
        assert ensure_manufacturer(work, "hewlett packard") == hp
        assert ensure_manufacturer(work, "Dell") != hp
        with pytest.raises(Conflict, match="another manufacturer"):
            ensure_manufacturer(work, "Dell", ["HPE"])
        with pytest.raises(Invalid, match="is not a name"):
            ensure_manufacturer(work, "---")
        assert manufacturer_id(work.connection, "Hpe") == hp
        assert manufacturer_id(work.connection, "Acme") is None


def test_serials_are_compared_by_letters_and_digits() -> None:
    assert serial_key(" cn-0abc/12 ") == "CN0ABC12"
    for placeholder in (None, "", "N/A", "none", "0000", "Default string", "XXXXXXX"):
        assert serial_key(placeholder) is None
    assert manufacturer_key("Hewlett-Packard (HP)") == "hewlettpackardhp"
