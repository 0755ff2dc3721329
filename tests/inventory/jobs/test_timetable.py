"""Fixed times come once a day whatever clocks do; closed windows wait; cron is cron."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.jobs.timetable import parse_rule, parse_window, timetable
from inventory.kernel.errors import Invalid

START = datetime(2026, 1, 1, tzinfo=UTC)


def moments(when: str, after: str, count: int, **more: object) -> list[str]:
    """Return the next moments as Berlin's clocks show them, with their offset."""
    table = timetable(when, "Europe/Berlin", anchor=START, **more)  # type: ignore[arg-type]
    at: datetime | None = datetime.fromisoformat(after).astimezone(UTC)
    found = []
    for _ in range(count):
        assert at is not None
        at = table.next_after(at)
        assert at is not None
        found.append(at.astimezone(table.zone).isoformat(" ", "minutes"))
    return found


def test_a_time_that_does_not_exist_is_the_first_moment_after_it() -> None:
    assert moments("30 2 * * *", "2026-03-28 00:00+01:00", 3) == [
        "2026-03-28 02:30+01:00",
        "2026-03-29 03:00+02:00",
        "2026-03-30 02:30+02:00",
    ]
    # Two of them become one moment.
    assert moments("0,30 2 * * *", "2026-03-29 00:00+01:00", 2) == [
        "2026-03-29 03:00+02:00",
        "2026-03-30 02:00+02:00",
    ]


def test_a_time_that_comes_twice_is_the_first_of_both() -> None:
    assert moments("30 2 * * *", "2026-10-24 12:00+02:00", 2) == [
        "2026-10-25 02:30+02:00",
        "2026-10-26 02:30+01:00",
    ]


def test_what_follows_the_clock_comes_in_each_hour_there_is() -> None:
    assert moments("0 * * * *", "2026-10-25 01:30+02:00", 3) == [
        "2026-10-25 02:00+02:00",
        "2026-10-25 02:00+01:00",
        "2026-10-25 03:00+01:00",
    ]
    assert moments("0 * * * *", "2026-03-29 00:30+01:00", 3) == [
        "2026-03-29 01:00+01:00",
        "2026-03-29 03:00+02:00",
        "2026-03-29 04:00+02:00",
    ]
    assert moments("every 6 hours", "2026-03-28 20:00+01:00", 3) == [
        "2026-03-29 01:00+01:00",
        "2026-03-29 08:00+02:00",
        "2026-03-29 14:00+02:00",
    ]


def test_what_falls_into_a_closed_window_waits_for_its_end() -> None:
    closed = ("mon-fri 08:00-18:00",)
    # 2026-06-05 is a Friday.
    assert moments("0 7-9 * * *", "2026-06-05 00:00+02:00", 3, closed=closed) == [
        "2026-06-05 07:00+02:00",
        "2026-06-05 18:00+02:00",
        "2026-06-06 07:00+02:00",
    ]
    night = ("22:00-06:00", "05:00-06:30")
    assert moments("30 2 * * *", "2026-06-05 00:00+02:00", 2, closed=night) == [
        "2026-06-05 06:30+02:00",
        "2026-06-06 06:30+02:00",
    ]
    # It ends at a time that does not exist.
    assert moments(
        "0 1 29 3 *", "2026-03-28 12:00+01:00", 1, closed=("00:30-02:30",)
    ) == ["2026-03-29 03:00+02:00"]
    with pytest.raises(Invalid, match="never be done"):
        moments("0 9 * * *", "2026-06-05 00:00+02:00", 1, closed=("00:00-00:00",))


def test_a_week_of_outage_counts_its_runs() -> None:
    table = timetable("30 2 * * *", "Europe/Berlin", anchor=START)
    due = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
    assert table.missed(due, due) == 1
    assert table.missed(due, due + timedelta(days=7)) == 8
    assert table.missed(due, due - timedelta(seconds=1)) == 0


def test_cron_is_read_as_cron_reads_it() -> None:
    assert moments("0 0 29 2 *", "2026-01-01 00:00+01:00", 1) == [
        "2028-02-29 00:00+01:00"
    ]
    # Day of month and weekday: either suffices. 2026-06-05 is a Friday.
    assert moments("0 0 13 * fri", "2026-06-01 00:00+02:00", 3) == [
        "2026-06-05 00:00+02:00",
        "2026-06-12 00:00+02:00",
        "2026-06-13 00:00+02:00",
    ]
    assert parse_rule("*/15 8-10/2 * jan-mar,12 7") == parse_rule(
        "0,15,30,45 8,10 * 1,2,3,dec sun"
    )
    assert parse_window("fri-mon 1:30-2:00").weekdays == {5, 6, 0, 1}


@pytest.mark.parametrize(
    "text",
    [
        *("", "every", "every 0 minutes", "every 5 seconds", "daily", "* * * *"),
        *("60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"),
        *("5-1 * * * *", "*/0 * * * *", "a * * * *", "- * * * *", "0 0 30 2 *"),
        *("1,,2 * * * *", "*/x * * * *", "0 0 * foo *"),
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_rule(text)


@pytest.mark.parametrize("text", ["", "8-18", "mon 25:00-26:00", "foo 08:00-09:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_window(text)


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Jakarta"]
    ),
    day=st.integers(0, 364),
)
def test_a_time_of_day_comes_once_a_day(
    hour: int, minute: int, zone: str, day: int
) -> None:
    table = timetable(f"{minute} {hour} * * *", zone, anchor=START)
    after: datetime | None = START + timedelta(days=day)
    days = []
    for _ in range(4):
        assert after is not None
        after = table.next_after(after)
        assert after is not None
        days.append(after.astimezone(table.zone).date())
    assert all(b - a == timedelta(days=1) for a, b in pairwise(days))
