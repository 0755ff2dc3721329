"""A stock-take: outcomes as rules, a campaign from its beginning to its corrections."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_out
from inventory.assets.register import tables as assets
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import find_by_tag, register_asset
from inventory.assets.register.transitions import take_step
from inventory.assets.stocktake.rules import (
    CountOutcome,
    ExpectedItem,
    LabelScan,
    count_results,
    propose_corrections,
    tag_on_label,
)
from inventory.assets.stocktake.service import (
    cancel_stock_take,
    close_stock_take,
    decide_corrections,
    open_stock_take,
    record_scan,
)
from inventory.assets.stocktake.tables import StockTake
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.network.tables import Device, Reconciliation
from inventory.people.organisation import ensure
from inventory.queries.register.stocktakes import (
    StockTakeStatus,
    corrections_proposed,
    expected_items,
    list_corrections,
    stock_take_status,
)
from inventory.storage.audit import verify
from inventory.storage.rows import add, get
from inventory.storage.work import UnitOfWork
from tests.inventory.world import BOUGHT, Clock, World, build, work_on

HOUSE, ROOM, OTHER = 1, 2, 3
INSIDE = {HOUSE: {HOUSE}, ROOM: {ROOM, HOUSE}, OTHER: {OTHER}}


def outcome(
    item: ExpectedItem, *scans: LabelScan, network: tuple[int, ...] = ()
) -> CountOutcome:
    (one,) = count_results([item], scans, homes={}, inside=INSIDE, on_network=network)
    return one.outcome


def seen(place: int | None, *, how: str = "wedge", denied: bool = False) -> LabelScan:
    return LabelScan("T-1", 7, place, how, denied)


def test_where_a_thing_is_seen_decides_whether_it_is_misplaced() -> None:
    at_room = ExpectedItem(7, ROOM)
    assert outcome(at_room) is CountOutcome.MISSING
    assert outcome(at_room, seen(None)) is CountOutcome.FOUND
    assert outcome(at_room, seen(ROOM)) is CountOutcome.FOUND
    assert outcome(at_room, seen(HOUSE)) is CountOutcome.FOUND
    assert outcome(ExpectedItem(7, HOUSE), seen(ROOM)) is CountOutcome.FOUND
    assert outcome(at_room, seen(OTHER)) is CountOutcome.MISPLACED
    assert outcome(at_room, seen(OTHER), seen(ROOM)) is CountOutcome.FOUND
    assert outcome(at_room, seen(OTHER), seen(None)) is CountOutcome.MISPLACED
    assert (
        outcome(ExpectedItem(7, ROOM, person_id=4), seen(OTHER)) is CountOutcome.FOUND
    )


def test_the_network_counts_where_nobody_looked_and_nobody_denied() -> None:
    item = ExpectedItem(7, ROOM, person_id=4)
    denied = seen(None, how="person", denied=True)
    assert outcome(item, network=(7,)) is CountOutcome.FOUND
    assert outcome(item, denied, network=(7,)) is CountOutcome.MISSING
    assert outcome(item, denied, seen(None)) is CountOutcome.FOUND


@given(
    st.lists(st.integers(1, 6), unique=True),
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(1, 9)), st.sampled_from([None, 1, 2, 3])
        )
    ),
)
def test_everything_expected_and_everything_scanned_has_one_outcome(
    expected: list[int], scanned: list[tuple[int | None, int | None]]
) -> None:
    items = [ExpectedItem(number, ROOM) for number in expected]
    scans = [LabelScan(f"T-{n}", n, place, "wedge") for n, place in scanned]
    said = count_results(items, scans, homes={}, inside=INSIDE)
    told = [one.asset_id for one in said if one.asset_id is not None]
    assert sorted(told) == sorted({*expected, *(n for n, _ in scanned if n)})
    missing = {one.asset_id for one in said if one.outcome is CountOutcome.MISSING}
    assert missing == set(expected) - {n for n, _ in scanned}
    unknown = [one for one in said if one.outcome is CountOutcome.UNKNOWN]
    assert len(unknown) == any(n is None for n, _ in scanned)
    lost = propose_corrections(said, dict.fromkeys(told, "in_stock"), {"in_stock"})
    assert {one.asset_id for one in lost if one.kind == "lose"} == missing


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (" IT-1 ", "IT-1"),
        ("https://purser.example/a/IT-00001", "IT-00001"),
        ("http://10.0.0.1:8080/purser/a/A%2F1%20b", "A/1 b"),
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
    ],
)
def test_a_label_is_its_tag(text: str, tag: str) -> None:
    assert tag_on_label(text) == tag


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    """A laptop with Sari, a monitor and a dock at the office, and a lost phone."""
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        check_out(work, world.laptop, Holder(HolderKind.PERSON, world.sari), BOUGHT)
        for tag, kind in (("D-1", "dock"), ("P-1", "phone"), ("S-1", "switch")):
            new = NewAsset(tag=tag, kind=kind, since=BOUGHT, location_id=world.office)
            register_asset(work, new)
        take_step(work, phone(work), "lose", on=BOUGHT, reason="gone")
        work.commit()
    return world


def phone(work: UnitOfWork) -> int:
    found = find_by_tag(work.connection, "P-1")
    assert found is not None
    return int(found["id"])


def begin(work: UnitOfWork, evidence_days: int = 30) -> int:
    day = work.clock().date()
    return open_stock_take(
        work,
        "Spring",
        expected_items(work.connection, day),
        evidence_days=evidence_days,
    )


def seen_by_a_scan(work: UnitOfWork, tag: str, at: datetime) -> None:
    row = find_by_tag(work.connection, tag)
    assert row is not None
    device = add(work, Device, {"name": "sw-1", "first_seen": at, "last_seen": at})
    match = {"state": "matched", "device_id": device, "asset_id": row["id"]}
    add(work, Reconciliation, match | {"since": at})


def scan_all(work: UnitOfWork, take: int, place: int) -> None:
    for tag in ("D-1", "P-1", "X-99"):
        row = find_by_tag(work.connection, tag)
        number = row["id"] if row else None
        record_scan(work, take, tag, number, "wedge", location_id=place)


def test_a_campaign_finds_proposes_and_corrects(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        stock = ensure(work, "location", "ST", name="Stock", kind="stock")
        take = begin(work)
        seen_by_a_scan(work, "S-1", clock() - timedelta(days=5))
        scan_all(work, take, stock)
        state = stock_take_status(work.connection, take, clock())
        assert state.counts == {
            "expected": 4,
            "found": 1,
            "misplaced": 2,
            "missing": 2,
            "unknown": 1,
        }
        assert close(work, take, state) == 5
        with pytest.raises(NotAllowed, match="closed"):
            record_scan(work, take, "D-1", None, "wedge")
        rows = list_corrections(work.connection, take)
        assert sorted(row["kind"] for row in rows) == [
            "find",
            "lose",
            "lose",
            "move",
            "register",
        ]
        rejected = [row["id"] for row in rows if row["asset_id"] == world.laptop]
        decide_corrections(work, rejected, approve=False, why="she is on leave")
        counts = decide_corrections(work, [row["id"] for row in rows], approve=True)
        assert counts == {"applied": 4, "rejected": 0, "failed": 0}
        assert get(work.connection, StockTake, take)["state"] == "applied"
        work.commit()
    after(engine, world, stock)
    assert verify(engine) == []


def close(work: UnitOfWork, take: int, state: StockTakeStatus) -> int:
    by_network = [
        (one.asset_id or 0, state.network[one.asset_id or 0])
        for one in state.results
        if one.how == "network"
    ]
    wanted = corrections_proposed(work.connection, state)
    count = close_stock_take(work, take, wanted, by_network)
    again = stock_take_status(work.connection, take, work.clock() + timedelta(days=900))
    assert again.counts == state.counts
    return count


def after(engine: Engine, world: World, stock: int) -> None:
    with engine.connect() as reading:
        states = {
            tag: (row["state"], row["location_id"])
            for tag in ("D-1", "P-1", "S-1", "X-99")
            if (row := find_by_tag(reading, tag))
        }
        assert states == {
            "D-1": ("in_stock", stock),
            "P-1": ("in_stock", stock),
            "S-1": ("in_stock", world.office),
            "X-99": ("in_stock", stock),
        }
        laptop = get(reading, assets.Asset, world.laptop)
        monitor = get(reading, assets.Asset, world.monitor)
        assert (laptop["state"], monitor["state"]) == ("in_use", "lost")


def test_a_correction_that_is_no_more_possible_fails_alone(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        take = begin(work, evidence_days=0)
        state = stock_take_status(work.connection, take, clock())
        close(work, take, state)
        today = clock().date()
        take_step(work, world.monitor, "retire", on=today, reason="old")
        rows = list_corrections(work.connection, take)
        counts = decide_corrections(work, [row["id"] for row in rows], approve=True)
        assert (counts["failed"], counts["applied"]) == (1, len(rows) - 1)
        (failed,) = [
            row
            for row in list_corrections(work.connection, take)
            if row["state"] == "failed"
        ]
        assert "retired" in failed["remark"]
        work.commit()


def test_a_campaign_needs_a_name_of_its_own_and_something_to_expect(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        with pytest.raises(Invalid, match="Nothing is expected"):
            open_stock_take(work, "Spring", [])
        take = begin(work)
        cancel_stock_take(work, take)
        with pytest.raises(NotAllowed, match="cancelled"):
            cancel_stock_take(work, take)
        with pytest.raises(Conflict, match="Spring"):
            begin(work)
