from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.kernel.spans import Dated, Layered, Span, layer, overlap

FIRST = date(2026, 1, 1)
DAYS = 40


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, DAYS))
    length = draw(st.one_of(st.none(), st.integers(0, 15)))
    return Span(day(start), None if length is None else day(start + length))


def days_of(span: Span) -> set[int]:
    return {number for number in range(DAYS + 30) if day(number) in span}


def test_the_end_is_the_first_day_no_more() -> None:
    span = Span(day(1), day(3))
    assert [day(number) in span for number in range(5)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert not Span(day(1), day(1))


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="first day no more"):
        Span(day(3), day(2))


@given(spans(), spans())
def test_spans_meet_on_the_days_both_cover(one: Span, other: Span) -> None:
    met = one.meet(other)
    common = days_of(one) & days_of(other)
    assert (days_of(met) if met else set()) == common
    assert one.overlaps(other) == bool(common)


@given(st.lists(spans(), max_size=5))
def test_overlap_is_found_if_a_day_is_covered_twice(many: list[Span]) -> None:
    covered = [number for span in many for number in days_of(span)]
    assert (overlap(many) is not None) == (len(covered) != len(set(covered)))


@pytest.mark.parametrize("end", [5, 9, None])
def test_what_reaches_the_end_of_the_window_leaves_nothing_behind_it(
    end: int | None,
) -> None:
    window = Span(day(1), day(5))
    items = [Dated(Span(day(3), None if end is None else day(end)), "a")]
    assert layer([items], window) == [
        Layered(Span(day(1), day(3)), None, None),
        Layered(Span(day(3), day(5)), "a", 0),
    ]


def test_neighbours_that_say_the_same_are_one_part_and_others_are_not() -> None:
    window = Span(day(0), day(9))
    items = [
        Dated(Span(day(n), day(n + 3)), value) for n, value in ((0, "a"), (3, "a"))
    ]
    weaker = [Dated(Span(day(0)), "a")]
    assert layer([items, weaker], window) == [
        Layered(Span(day(0), day(6)), "a", 0),
        Layered(Span(day(6), day(9)), "a", 1),
    ]


@given(
    st.lists(
        st.lists(st.builds(Dated, spans(), st.sampled_from("abc")), max_size=4),
        max_size=3,
    ),
    spans().filter(bool),
)
def test_layers_agree_with_asking_day_by_day(
    layers: list[list[Dated[str]]], window: Span
) -> None:
    parts = layer(layers, window)
    assert parts[0].span.start == window.start
    assert parts[-1].span.end == window.end
    for left, right in pairwise(parts):
        assert left.span.end == right.span.start
        assert (left.value, left.layer) != (right.value, right.layer)
    for number in days_of(window):
        told = next(part for part in parts if day(number) in part.span)
        expected = next(
            (
                (item.value, rank)
                for rank, items in enumerate(layers)
                for item in items
                if day(number) in item.span
            ),
            (None, None),
        )
        assert (told.value, told.layer) == expected
