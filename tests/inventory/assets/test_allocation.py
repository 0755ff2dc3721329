from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from inventory.assets.custody.allocation import allocate, allocations, follow_holder
from inventory.assets.custody.allocation_rules import (
    WHOLE,
    Share,
    check_shares,
    equal_shares,
    shares_from_percent,
    slices,
    split_money,
    whole_share,
)
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.money import Money
from inventory.kernel.spans import Span
from tests.inventory.world import Clock, World, build, work_on

JANUARY = date(2026, 1, 10)
MARCH = date(2026, 3, 1)


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    return build(engine, clock)


def test_shares_must_sum_to_one() -> None:
    assert check_shares([Share(2, 400_000), Share(1, 600_000)]) == (
        Share(1, 600_000),
        Share(2, 400_000),
    )
    for wrong, match in (
        ([Share(1, 999_999)], r"sum to 99.9999 %"),
        ([], "sum to 0 %"),
        ([Share(1, 500_000), Share(1, 500_000)], "twice"),
        ([Share(1, WHOLE), Share(2, 0)], "above zero"),
    ):
        with pytest.raises(Invalid, match=match):
            check_shares(wrong)


def test_percentages_are_taken_exactly_or_not_at_all() -> None:
    assert shares_from_percent([(1, "33.3333"), (2, Decimal("66.6667"))]) == (
        Share(1, 333_333),
        Share(2, 666_667),
    )
    for wrong in ("33.33333", "ten", "NaN", "Infinity", ""):
        with pytest.raises(Invalid, match=r"percentage|finer"):
            shares_from_percent([(1, wrong), (2, 50)])


@given(st.sets(st.integers(1, 1000), min_size=1, max_size=60))
def test_even_shares_differ_by_a_millionth_at_most(centres: set[int]) -> None:
    parts = [share.ppm for share in equal_shares(centres)]
    assert sum(parts) == WHOLE
    assert max(parts) - min(parts) <= 1


@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=20),
)
def test_no_cent_is_lost_by_splitting(minor: int, weights: list[int]) -> None:
    shares = [Share(number, weight) for number, weight in enumerate(weights)]
    parts = split_money(Money(minor, "EUR"), shares)
    assert sum(part.minor for part in parts.values()) == minor


def test_slices_lie_side_by_side() -> None:
    parts = slices(equal_shares([1, 2, 3]))
    assert [
        (part.previous_upper_ppm, part.lower_ppm, part.upper_ppm) for part in parts
    ] == [
        (None, 0, 333_333),
        (333_333, 333_333, 666_667),
        (666_667, 666_667, WHOLE),
    ]


def test_a_new_allocation_ends_the_one_before(
    engine: Engine, clock: Clock, world: World
) -> None:
    both = shares_from_percent([(world.sales, 50), (world.research, 50)])
    with work_on(engine, clock) as work:
        assert allocate(work, world.laptop, whole_share(world.sales), JANUARY)
        assert not allocate(work, world.laptop, whole_share(world.sales), JANUARY)
        assert allocate(work, world.laptop, both, MARCH)
        work.commit()
    with engine.connect() as connection:
        said = allocations(connection, world.laptop)
    assert [(one.span, one.value[1]) for one in said] == [
        (Span(JANUARY, MARCH), whole_share(world.sales)),
        (Span(MARCH), both),
    ]


def test_an_asset_can_follow_its_holder_again(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        allocate(work, world.laptop, whole_share(world.sales), JANUARY)
        assert follow_holder(work, world.laptop, MARCH)
        assert not follow_holder(work, world.laptop, MARCH)
        work.commit()
    with engine.connect() as connection:
        [one] = allocations(connection, world.laptop)
    assert one.span == Span(JANUARY, MARCH)


def test_unknown_cost_centres_are_refused(
    engine: Engine, clock: Clock, world: World
) -> None:
    with (
        work_on(engine, clock) as work,
        pytest.raises(NotFound, match="cost centre"),
    ):
        allocate(work, world.laptop, whole_share(999), JANUARY)


def insert(*rows: tuple[int, int, int | None, str]) -> list[str]:
    """Return statements for an allocation 1 with (lower, upper, after, centre)."""
    allocation = (
        "INSERT INTO allocation (id, asset_id, whole, valid_from, reason, recorded_at)"
        f" VALUES (1, :asset, {WHOLE}, '2026-01-01', '', '2026-01-01')"
    )
    return [
        allocation,
        *(
            "INSERT INTO allocation_share (allocation_id, lower_ppm, upper_ppm,"
            " previous_upper_ppm, cost_centre_id)"
            f" VALUES (1, {lower}, {upper}, {after or 'NULL'}, :{to})"
            for lower, upper, after, to in rows
        ),
    ]


def run(engine: Engine, world: World, statements: list[str]) -> None:
    values = {"asset": world.laptop, "a": world.sales, "b": world.research}
    with engine.begin() as connection:
        for statement in statements:
            used = {
                name: one for name, one in values.items() if f":{name}" in statement
            }
            connection.execute(text(statement), used)


def test_plain_sql_can_store_shares_that_sum_to_one(
    engine: Engine, world: World
) -> None:
    run(engine, world, insert((0, 400_000, None, "a"), (400_000, WHOLE, 400_000, "b")))


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(0, 400_000, None, "a")],
        [(0, 400_000, None, "a"), (500_000, WHOLE, 500_000, "b")],
        [(0, 400_000, None, "a"), (400_000, 900_000, 400_000, "b")],
        [(400_000, WHOLE, None, "b")],
        [(400_000, WHOLE, 300_000, "b"), (0, 300_000, None, "a")],
        [(0, WHOLE, None, "a"), (0, 500_000, None, "b")],
        [(0, WHOLE, None, "a"), (500_000, WHOLE, 500_000, "b")],
        [(0, WHOLE + 1, None, "a")],
        [(0, 500_000, None, "a"), (500_000, WHOLE, 500_000, "a")],
    ],
    ids=[
        "none",
        "too-little",
        "gap",
        "short",
        "no-start",
        "wrong-joint",
        "two-starts",
        "two-ends",
        "too-much",
        "centre-twice",
    ],
)
def test_plain_sql_cannot_store_shares_that_do_not_sum_to_one(
    engine: Engine, world: World, rows: list[tuple[int, int, int | None, str]]
) -> None:
    with pytest.raises(IntegrityError):
        run(engine, world, insert(*rows))
    with engine.connect() as connection:
        assert allocations(connection, world.laptop) == []


def test_plain_sql_cannot_change_shares_so_that_they_do_not_sum_to_one(
    engine: Engine, world: World
) -> None:
    run(engine, world, insert((0, 400_000, None, "a"), (400_000, WHOLE, 400_000, "b")))
    for statement in (
        "UPDATE allocation_share SET upper_ppm = 300000 WHERE lower_ppm = 0",
        "DELETE FROM allocation_share WHERE lower_ppm = 0",
        "DELETE FROM allocation_share",
        "UPDATE allocation SET whole = 400000",
    ):
        with pytest.raises(IntegrityError):
            run(engine, world, [statement])


def test_plain_sql_cannot_store_overlapping_allocations(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        allocate(work, world.laptop, whole_share(world.sales), JANUARY)
        work.commit()
    with pytest.raises(IntegrityError, match="overlap"):
        run(engine, world, [insert()[0].replace("(1,", "(77,")])
