"""Where an asset was and who bore it on any day, against a model day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_in, check_out
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset, update_asset
from inventory.kernel.spans import Span
from inventory.people.employments import transfer
from inventory.people.rules import EmploymentTerms
from inventory.queries.register.as_of import (
    asset_between,
    charged_between,
    held_between,
    in_place_between,
)
from inventory.queries.register.timeline import timeline
from inventory.storage.work import UnitOfWork
from tests.inventory.world import BOUGHT, Clock, World, build, work_on

HORIZON = 30
_numbers = count(1)

acts = st.lists(
    st.tuples(
        st.integers(1, HORIZON - 1),
        st.sampled_from(["sari", "room", "back", "home office", "home R1", "move"]),
    ),
    max_size=8,
).map(sorted)


def day(number: int) -> date:
    return BOUGHT + timedelta(days=number)


def on(engine: Engine, number: int) -> UnitOfWork:
    noon = datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=12)
    return UnitOfWork(engine, actor="user:1", clock=lambda: noon)


class Model:
    """What should be so at the end of each day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.holder: str | None = None
        self.home: int | None = world.office
        self.works_at: int | None = None
        self.days: list[tuple[str | None, int | None]] = []

    def where(self) -> int | None:
        if self.holder == "sari":
            return self.works_at
        return self.world.room if self.holder == "room" else self.home

    def end_day(self) -> None:
        self.days.append((self.holder, self.where()))


def act(work: UnitOfWork, model: Model, asset: int, what: str, on_day: date) -> None:
    world = model.world
    if what.startswith("home"):
        model.home = world.room if what == "home R1" else world.office
        update_asset(work, asset, location_id=model.home)
    elif what == "move":
        model.works_at = world.office if model.works_at != world.office else world.room
        terms = EmploymentTerms(None, world.sales, None, model.works_at)
        transfer(work, world.sari_job, terms, on_day)
    elif what == "back":
        if model.holder:
            check_in(work, asset, on_day)
        model.holder = None
    else:
        person = what == "sari"
        kind = HolderKind.PERSON if person else HolderKind.LOCATION
        check_out(
            work, asset, Holder(kind, world.sari if person else world.room), on_day
        )
        model.holder = what


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=acts)
def test_every_day_is_answered_as_the_model_says(
    engine: Engine, clock: Clock, history: list[tuple[int, str]]
) -> None:
    number = next(_numbers)
    with work_on(engine, clock) as work:
        known = work.connection.exec_driver_sql("SELECT id FROM person").first()
        work.rollback()
    world = build(engine, clock) if known is None else World(*_IDS)
    model = Model(world)
    with on(engine, 0) as work:
        transfer(work, world.sari_job, EmploymentTerms(None, world.sales), day(0))
        asset = register_asset(
            work,
            NewAsset(
                tag=f"T-{number}",
                kind="laptop",
                since=BOUGHT,
                location_id=world.office,
            ),
        )
        work.commit()
    play(engine, model, asset, history)
    check(engine, model, asset)


_IDS = (1, 1, 2, 1, 2, 1, 1, 2, 2, 1, 2)
"""Ids of the small company after it was made once."""


def play(
    engine: Engine, model: Model, asset: int, history: list[tuple[int, str]]
) -> None:
    for number in range(HORIZON):
        for when, what in history:
            if when == number:
                with on(engine, number) as work:
                    act(work, model, asset, what, day(number))
                    work.commit()
        model.end_day()


def check(engine: Engine, model: Model, asset: int) -> None:
    world = model.world
    window = Span(day(0), day(HORIZON))
    with engine.connect() as reading:
        whole = asset_between(reading, asset, window)
        rooms = in_place_between(reading, [world.room], window)
        sari = held_between(reading, HolderKind.PERSON, world.sari, window)
        borne = charged_between(reading, world.sales, window)
        for number, (holder, place) in enumerate(model.days):
            today = day(number)
            one = asset_between(reading, asset, Span(today, today + timedelta(days=1)))
            assert [row["location_id"] for row in one["places"]] == [place], today
            assert [row["location_id"] for row in at(whole["places"], today)] == [place]
            mine = [row for row in at(sari, today) if row["asset_id"] == asset]
            assert bool(mine) == (holder == "sari"), today
            here = [row for row in at(rooms, today) if row["asset_id"] == asset]
            assert bool(here) == (place == world.room), today
            state = "in_use" if holder else "in_stock"
            assert [row["state"] for row in one["states"]] == [state], today
            pays = [row for row in at(borne, today) if row["asset_id"] == asset]
            told = [share["code"] for row in one["bearing"] for share in row["shares"]]
            assert bool(pays) == ("4100" in told), today
            assert bool(holder) <= bool(pays), today


def at(rows: list[dict[str, object]], today: date) -> list[dict[str, object]]:
    """Return the rows in force on a day."""
    found = []
    for row in rows:
        start, end = row["from"], row["to"]
        assert isinstance(start, date)
        assert end is None or isinstance(end, date)
        if start <= today and (end is None or today < end):
            found.append(row)
    return found


def test_the_timeline_tells_who_did_what(engine: Engine, clock: Clock) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        check_out(work, world.laptop, Holder(HolderKind.PERSON, world.sari), day(3))
        update_asset(work, world.laptop, note="dented")
        work.commit()
    with engine.connect() as reading:
        entries = timeline(reading, world.laptop)
    assert {one["actor"] for one in entries} == {"user:1"}
    custody = [one for one in entries if one["kind"] == "custody"]
    assert custody[0]["day"] == day(3)
    assert custody[0]["after"]["holder"] == {"kind": "person", "name": "Sari Wijaya"}
    states = [one for one in entries if one["kind"] == "state"]
    changes = [(one["before"]["state"], one["after"]["state"]) for one in states]
    assert ("in_stock", "in_use") in changes
    assert any(one["after"].get("note") == "dented" for one in entries)


def test_nothing_is_known_of_a_day_before_it_came(engine: Engine, clock: Clock) -> None:
    world = build(engine, clock)
    before = Span(day(-9), day(-8))
    with engine.connect() as reading:
        told = asset_between(reading, world.laptop, before)
    assert (told["states"], told["custody"], told["places"]) == ([], [], [])
