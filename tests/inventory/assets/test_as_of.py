"""Random histories of custody, asked day by day, against a model in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_in, check_out, custody_on, holdings
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.assets.register.tables import Custody
from inventory.kernel.errors import InventoryError
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.storage.audit import verify
from inventory.storage.rows import col
from tests.inventory.world import BOUGHT, Clock, World, build, work_on

HORIZON = 50
_numbers = count(1)

acts = st.lists(
    st.tuples(st.integers(0, HORIZON - 1), st.sampled_from(["sari", "budi", "R", ""])),
    max_size=8,
)


def day(number: int) -> date:
    return BOUGHT + timedelta(days=number)


def holders(engine: Engine, clock: Clock) -> dict[str, Holder]:
    with work_on(engine, clock) as work:
        people = {
            name: Holder(
                HolderKind.PERSON,
                add_person(work, NewPerson(key=name, family_name=name)),
            )
            for name in ("sari", "budi")
        }
        room = ensure(work, "location", "R", name="Room")
        work.commit()
    return people | {"R": Holder(HolderKind.LOCATION, room)}


def act(engine: Engine, clock: Clock, asset: int, to: Holder | None, on: date) -> bool:
    """Hand over or take back; return whether the register accepted it."""
    try:
        with work_on(engine, clock) as work:
            if to is None:
                check_in(work, asset, on)
            else:
                check_out(work, asset, to, on)
            work.commit()
    except InventoryError:
        return False
    return True


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=acts)
def test_who_had_it_on_any_day_agrees_with_a_model(
    engine: Engine, clock: Clock, history: list[tuple[int, str]]
) -> None:
    who = holders(engine, clock)
    with work_on(engine, clock) as work:
        tag = f"T-{next(_numbers)}"
        asset = register_asset(work, NewAsset(kind="laptop", tag=tag, since=BOUGHT))
        work.commit()
    model: dict[int, str] = {}
    last = 0
    for number, name in history:
        accepted = act(engine, clock, asset, who.get(name), day(number))
        if name and number >= last:
            assert accepted, "nothing later is recorded, so it must be possible"
        if accepted:
            last = max(last, number)
            model = {one: had for one, had in model.items() if one < number}
            if name:
                model |= {one: name for one in range(number, HORIZON)}
    with engine.connect() as connection:
        for number in range(HORIZON):
            row = custody_on(connection, asset, day(number))
            told = None if row is None else (row["person_id"] or row["location_id"])
            expected = model.get(number)
            assert told == (who[expected].id if expected else None)
            for name, holder in who.items():
                mine = [one["id"] for one in holdings(connection, holder, day(number))]
                assert (asset in mine) == (expected == name)
    assert verify(engine) == []


def test_parallel_handovers_leave_one_holder(engine: Engine, clock: Clock) -> None:
    world: World = build(engine, clock)
    both = [Holder(HolderKind.PERSON, one) for one in (world.sari, world.budi)]

    def hand(number: int) -> bool:
        return act(engine, clock, world.laptop, both[number % 2], day(20))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(hand, range(16)))
    with engine.connect() as connection:
        still = connection.execute(
            select(func.count()).where(col(Custody.valid_to).is_(None))
        ).scalar_one()
    assert still == 1
    assert verify(engine) == []
