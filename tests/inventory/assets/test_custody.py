from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_in, check_out, custody_on, holdings
from inventory.assets.register.service import find_by_tag
from inventory.assets.register.transitions import state_on, take_step
from inventory.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inventory.storage.audit import verify
from tests.inventory.world import Clock, World, build, work_on

MARCH = date(2026, 3, 3)
LATER = date(2026, 3, 10)


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    return build(engine, clock)


def person(number: int) -> Holder:
    return Holder(HolderKind.PERSON, number)


def hand_out(engine: Engine, clock: Clock, asset: int, to: Holder, on: date) -> bool:
    with work_on(engine, clock) as work:
        changed = check_out(work, asset, to, on)
        work.commit()
        return changed


def test_what_she_held_on_a_day_is_a_query(
    engine: Engine, clock: Clock, world: World
) -> None:
    assert hand_out(engine, clock, world.laptop, person(world.sari), MARCH)
    assert hand_out(engine, clock, world.laptop, person(world.budi), LATER)
    with engine.connect() as connection:
        before = holdings(connection, person(world.sari), date(2026, 3, 9))
        after = holdings(connection, person(world.sari), LATER)
        now = holdings(connection, person(world.budi), LATER)
        nobody = custody_on(connection, world.laptop, date(2026, 3, 2))
    assert [row["tag"] for row in before] == ["IT-00001"]
    assert after == []
    assert [(row["tag"], row["held_from"]) for row in now] == [("IT-00001", LATER)]
    assert nobody is None


def test_giving_it_again_to_the_holder_changes_nothing(
    engine: Engine, clock: Clock, world: World
) -> None:
    assert hand_out(engine, clock, world.laptop, person(world.sari), MARCH)
    assert not hand_out(engine, clock, world.laptop, person(world.sari), LATER)


def test_handing_out_and_taking_back_move_the_state(
    engine: Engine, clock: Clock, world: World
) -> None:
    hand_out(engine, clock, world.laptop, person(world.sari), MARCH)
    with work_on(engine, clock) as work:
        assert check_in(work, world.laptop, LATER)
        assert not check_in(work, world.laptop, LATER)
        work.commit()
    with engine.connect() as connection:
        days = (date(2026, 1, 9), date(2026, 3, 2), MARCH, LATER)
        states = [state_on(connection, world.laptop, day) for day in days]
        asset = find_by_tag(connection, "IT-00001")
    assert states == [None, "in_stock", "in_use", "in_stock"]
    assert asset is not None
    assert asset["state"] == "in_stock"
    assert verify(engine) == []


def test_custody_before_a_recorded_one_is_refused(
    engine: Engine, clock: Clock, world: World
) -> None:
    hand_out(engine, clock, world.laptop, person(world.sari), LATER)
    with pytest.raises(Conflict, match=r"person .* holds it 2026-03-10"):
        hand_out(engine, clock, world.laptop, person(world.budi), MARCH)


def test_a_day_in_the_future_is_refused(
    engine: Engine, clock: Clock, world: World
) -> None:
    with pytest.raises(Invalid, match="lies in the future"):
        hand_out(engine, clock, world.laptop, person(world.sari), date(2026, 4, 1))


def test_unknown_holders_and_assets_are_named(
    engine: Engine, clock: Clock, world: World
) -> None:
    with pytest.raises(NotFound, match="person 999"):
        hand_out(engine, clock, world.laptop, person(999), MARCH)
    with pytest.raises(NotFound, match="asset 999"):
        hand_out(engine, clock, 999, person(world.sari), MARCH)


def test_lost_things_cannot_be_handed_out(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        take_step(work, world.laptop, "lose", on=MARCH, reason="taxi")
        work.commit()
    with pytest.raises(NotAllowed, match=r"Possible now: .*find"):
        hand_out(engine, clock, world.laptop, person(world.sari), LATER)


def test_retiring_ends_custody(engine: Engine, clock: Clock, world: World) -> None:
    hand_out(engine, clock, world.laptop, person(world.sari), MARCH)
    with work_on(engine, clock) as work:
        take_step(work, world.laptop, "repair", on=MARCH)
        take_step(work, world.laptop, "retire", on=LATER, reason="board is dead")
        work.commit()
    with engine.connect() as connection:
        assert holdings(connection, person(world.sari), date(2026, 3, 9)) != []
        assert holdings(connection, person(world.sari), LATER) == []


def test_a_thing_cannot_hold_itself(engine: Engine, clock: Clock, world: World) -> None:
    inside = Holder(HolderKind.ASSET, world.laptop)
    hand_out(engine, clock, world.monitor, inside, MARCH)
    with pytest.raises(Conflict, match="cannot hold itself"):
        hand_out(
            engine,
            clock,
            world.laptop,
            Holder(HolderKind.ASSET, world.monitor),
            MARCH,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO custody (asset_id, person_id, valid_from, note, recorded_at)"
        " VALUES (:asset, :budi, '2026-03-05', '', '2026-03-05')",
        "INSERT INTO custody (asset_id, person_id, valid_from, valid_to, note,"
        " recorded_at) VALUES (:asset, :budi, '2026-02-01', '2026-03-04', '',"
        " '2026-03-05')",
        "UPDATE custody SET valid_from = '2026-03-03' WHERE person_id = :budi"
        " AND asset_id = :asset",
        "INSERT INTO custody (asset_id, valid_from, valid_to, note, recorded_at)"
        " VALUES (:asset, '2026-01-01', '2026-01-02', '', '2026-03-05')",
        "INSERT INTO custody (asset_id, person_id, team_id, valid_from, valid_to,"
        " note, recorded_at) VALUES (:asset, :budi, 1, '2026-01-01', '2026-01-02',"
        " '', '2026-03-05')",
    ],
    ids=["open", "closed", "moved", "no-holder", "two-holders"],
)
def test_plain_sql_cannot_store_overlapping_or_ownerless_custody(
    engine: Engine, clock: Clock, world: World, statement: str
) -> None:
    hand_out(engine, clock, world.laptop, person(world.sari), MARCH)
    hand_out(engine, clock, world.laptop, person(world.budi), LATER)
    values = {"asset": world.laptop, "budi": world.budi}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(statement), values)


def test_plain_sql_can_store_custody_that_began_and_ended_on_one_day(
    engine: Engine, clock: Clock, world: World
) -> None:
    hand_out(engine, clock, world.laptop, person(world.sari), MARCH)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO custody (asset_id, person_id, valid_from, valid_to, note,"
                " recorded_at) VALUES (:asset, :budi, '2026-03-05', '2026-03-05', '',"
                " '2026-03-05')"
            ),
            {"asset": world.laptop, "budi": world.budi},
        )
