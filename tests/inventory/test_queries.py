from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from inventory.assets.custody.allocation import allocate, follow_holder
from inventory.assets.custody.allocation_rules import shares_from_percent
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_out
from inventory.kernel.spans import Span
from inventory.people.employments import end_employment, transfer
from inventory.people.rules import EmploymentTerms
from inventory.queries.money.cost_allocation import allocations
from inventory.queries.money.cost_centres import cost_centre_detail, list_cost_centres
from inventory.queries.people.people import (
    PersonFilter,
    count_people,
    list_people,
    person_detail,
)
from inventory.queries.register.assets import (
    AssetFilter,
    asset_choices,
    asset_detail,
    count_assets,
    list_assets,
)
from inventory.queries.register.audit_trail import list_trail
from tests.inventory.world import BOUGHT, Clock, World, build, work_on

MARCH = date(2026, 3, 3)
TODAY = date(2026, 3, 17)


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        check_out(work, world.laptop, Holder(HolderKind.PERSON, world.sari), MARCH)
        check_out(work, world.monitor, Holder(HolderKind.ASSET, world.laptop), MARCH)
        work.commit()
    return world


def test_list_of_assets_names_the_holder(engine: Engine, world: World) -> None:
    with engine.connect() as connection:
        rows = list_assets(connection).rows
    assert [(row["tag"], row["holder_kind"], row["holder"]) for row in rows] == [
        ("IT-00001", "person", "Sari Wijaya"),
        ("IT-00002", "asset", "IT-00001"),
    ]
    assert rows[0]["manufacturer"] == "Lenovo"
    assert rows[0]["held_from"] == MARCH


def test_list_of_assets_is_searched_filtered_counted_and_paged(
    engine: Engine, world: World
) -> None:
    with engine.connect() as connection:
        found = list_assets(connection, AssetFilter(search="lenovo pf3")).rows
        assert [row["tag"] for row in found] == ["IT-00001"]
        assert list_assets(connection, AssetFilter(search="100%")).rows == []
        mine = AssetFilter(person_id=world.sari)
        assert count_assets(connection, mine) == 1
        assert count_assets(connection, AssetFilter(held=False)) == 0
        first = list_assets(connection, limit=1)
        second = list_assets(connection, limit=1, after=first.next)
        assert [row["tag"] for row in first.rows + second.rows] == [
            "IT-00001",
            "IT-00002",
        ]
        assert second.next is None
        assert asset_choices(connection) == {
            "kind": ["laptop", "monitor"],
            "state": ["in_use"],
        }
        assert count_assets(connection, most=1) == count_assets(connection) == 2
        assert count_assets(connection, most=0) == 1


def test_detail_of_an_asset_tells_its_whole_story(engine: Engine, world: World) -> None:
    with engine.connect() as connection:
        assert asset_detail(connection, 999, TODAY) is None
        row = asset_detail(connection, world.laptop, TODAY)
        before = asset_detail(connection, world.laptop, BOUGHT)
    assert row is not None
    assert before is not None
    assert [one["state"] for one in row["states"]] == ["in_stock", "in_use"]
    assert row["holder_on_day"]["holder"] == "Sari Wijaya"
    assert [part["tag"] for part in row["parts"]] == ["IT-00002"]
    assert [share["code"] for share in row["bearing"]["shares"]] == ["4100"]
    steps = {step["name"]: step for step in row["steps"]}
    assert steps["take_back"]["allowed"]
    assert steps["hand_out"]["reasons"]
    assert before["holder_on_day"] is None
    assert before["state_on_day"] == "in_stock"
    assert before["bearing"]["source"] is None


def test_list_of_people_shows_work_and_holdings_of_a_day(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        end_employment(work, world.budi_job, date(2026, 3, 1), "left")
        work.commit()
    with engine.connect() as connection:
        rows = list_people(connection, TODAY).rows
        there = count_people(connection, TODAY, PersonFilter(employed=True))
        holding = list_people(connection, TODAY, PersonFilter(holding=True)).rows
        once = list_people(connection, BOUGHT, PersonFilter(search="budi")).rows
    budi, sari = rows
    assert (budi["employment_id"], budi["holdings"]) == (None, 0)
    assert (sari["cost_centre"], sari["holdings"]) == ("4100", 1)
    assert there == 1
    assert [row["id"] for row in holding] == [world.sari]
    assert [row["cost_centre"] for row in once] == ["4200"]


def test_detail_of_a_person_keeps_the_past(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        transfer(
            work, world.sari_job, EmploymentTerms(cost_centre_id=world.research), TODAY
        )
        check_out(work, world.laptop, Holder(HolderKind.PERSON, world.budi), TODAY)
        work.commit()
    with engine.connect() as connection:
        row = person_detail(connection, world.sari, TODAY)
        then = person_detail(connection, world.sari, TODAY - timedelta(days=1))
        assert person_detail(connection, 999, TODAY) is None
    assert row is not None
    assert then is not None
    assert row["cost_centre"] == "4200"
    assert row["holdings"] == []
    assert [one["tag"] for one in row["custody"]] == ["IT-00001"]
    assert [one["tag"] for one in then["holdings"]] == ["IT-00001"]
    places = row["employments"][0]["placements"]
    assert [one["cost_centre"] for one in places] == ["4100", "4200"]


def test_cost_centre_bears_what_its_people_hold_and_its_share_of_the_rest(
    engine: Engine, clock: Clock, world: World
) -> None:
    shares = shares_from_percent(
        [(world.sales, "33.3333"), (world.research, "66.6667")]
    )
    with work_on(engine, clock) as work:
        allocate(work, world.monitor, shares, TODAY)
        work.commit()
    with engine.connect() as connection:
        sales = cost_centre_detail(connection, world.sales, TODAY)
        research = cost_centre_detail(connection, world.research, TODAY)
        listed = list_cost_centres(connection, TODAY).rows
        found = list_cost_centres(connection, TODAY, search="RES").rows
    assert sales is not None
    assert research is not None
    assert [(row["tag"], row["source"]) for row in sales["assets"]] == [
        ("IT-00001", "holder"),
        ("IT-00002", "allocation"),
    ]
    assert sales["cost"] == {"EUR": 100_001 + 33_334}
    assert research["cost"] == {"EUR": 66_667}
    assert [(row["code"], row["people"]) for row in listed] == [
        ("4100", 1),
        ("4200", 1),
    ]
    assert [row["code"] for row in found] == ["4200"]
    assert [row["login"] for row in sales["people"]] == ["sari"]


def test_bearing_follows_holder_move_and_override_day_by_day(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        transfer(
            work, world.sari_job, EmploymentTerms(cost_centre_id=world.research), TODAY
        )
        allocate(
            work,
            world.laptop,
            shares_from_percent([(world.sales, 50), (world.research, 50)]),
            date(2026, 3, 5),
        )
        follow_holder(work, world.laptop, date(2026, 3, 10))
        work.commit()
    window = Span(date(2026, 3, 1), date(2026, 4, 1))
    with engine.connect() as connection:
        said = allocations(connection, [world.laptop, world.monitor], window)
    expected = [
        ("2026-03-01", None, {}),
        ("2026-03-03", "holder", {world.sales: 1_000_000}),
        ("2026-03-05", "allocation", {world.sales: 500_000, world.research: 500_000}),
        ("2026-03-10", "holder", {world.sales: 1_000_000}),
        ("2026-03-17", "holder", {world.research: 1_000_000}),
    ]
    for asset_id, source in ((world.laptop, "allocation"), (world.monitor, "holder")):
        told = [
            (
                str(one.span.start),
                one.source,
                {share.cost_centre_id: share.ppm for share in one.shares},
            )
            for one in said[asset_id]
        ]
        # The monitor is a part of the laptop and follows it in everything.
        assert told == [
            (day, source if kind == "allocation" else kind, shares)
            for day, kind, shares in expected
        ]


def test_trail_of_one_thing_is_read_newest_first(engine: Engine, world: World) -> None:
    with engine.connect() as connection:
        rows = list_trail(connection, entity="asset", entity_id=world.laptop).rows
    assert [row["action"] for row in rows] == ["hand_out", "create"]
    assert rows[0]["before"] == {"state": "in_stock"}
    assert rows[1]["after"]["serial"] == "PF3ABCDE"
