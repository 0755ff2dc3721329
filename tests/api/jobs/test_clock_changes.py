"""What recurs, from where it is asked for to its jobs, while clocks are changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from api.compose.wiring import App
from api.jobs.timekeeping import look
from inventory.jobs.tables import Job
from inventory.storage.rows import table_of
from tests.api import test_cli
from tests.api.conftest import calling
from tests.api.jobs.test_recurring import RECURRING, Clock, end, named
from tests.api.test_cli import Terminal

purser, ready = test_cli.purser, test_cli.ready
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    # Nobody changes clocks there; the days of Berlin are days like others.
    "Asia/Jakarta": (date(2026, 3, 29), date(2026, 10, 25)),
}
LOST = {"Europe/Berlin": "03:00+02:00", "America/New_York": "03:00-04:00"}
"""When 02:30 is done on the day on which it does not exist."""
TWICE = {("Europe/Berlin", 2), ("America/New_York", 1)}
"""The hours that come twice."""
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


async def plan(app: App, name: str, rule: str, zone: str, *closed: str) -> None:
    wanted = {"name": name, "kind": "prune-jobs", "rule": rule, "time_zone": zone}
    async with calling(app, "it") as it:
        made = await it.post(RECURRING, json=wanted | {"closed": list(closed)})
    assert made.status_code == 201, made.text


async def switch_off(app: App, name: str) -> None:
    async with calling(app, "it") as it:
        off = await it.patch(f"{RECURRING}/{name}", json={"enabled": False})
    assert off.json()["next_at"] is None, off.text


def live(
    app: App, clock: Clock, until: datetime, step: timedelta, zone: str
) -> list[str]:
    """Let time pass; return when jobs were made, as clocks of the place show it."""
    shown = []
    for job in begun(app, clock, until, step):
        local = job["created_at"].astimezone(ZoneInfo(zone))
        shown.append(local.isoformat(" ", "minutes")[5:])
    return shown


def begun(
    app: App, clock: Clock, until: datetime, step: timedelta
) -> Iterator[dict[str, Any]]:
    """Yield the jobs that are made while time passes; each ends at once."""
    jobs = table_of(Job)
    while clock.now < until:
        clock.now += step
        for job_id in look(app):
            with app.engine.connect() as connection:
                query = select(jobs).where(jobs.c.id == job_id)
                yield dict(connection.execute(query).mappings().one())
            end(app, job_id)


@pytest.mark.parametrize("hour", [1, 2])
@pytest.mark.parametrize("zone", CHANGES)
async def test_a_time_at_night_comes_once_a_day(
    app: App, clock: Clock, zone: str, hour: int
) -> None:
    step = timedelta(minutes=30)
    for season, day in zip(("spring", "autumn"), CHANGES[zone], strict=True):
        clock.now = midnight(day - DAY, zone)
        await plan(app, season, f"30 {hour} * * *", zone)
        runs = live(app, clock, midnight(day + 2 * DAY, zone), step, zone)
        assert [run[:5] for run in runs] == [
            f"{each:%m-%d}" for each in (day - DAY, day, day + DAY)
        ]
        odd = LOST.get(zone) if (season, hour) == ("spring", 2) else None
        if odd is not None:
            assert runs.pop(1)[6:] == odd
        assert {run[6:11] for run in runs} == {f"0{hour}:30"}
        if season == "autumn" and (zone, hour) in TWICE:
            before, at, after = (run[11:] for run in runs)
            assert before == at != after, "it is the first of both"
        await switch_off(app, season)


@pytest.mark.parametrize("zone", CHANGES)
async def test_intervals_are_of_time_that_passes(
    app: App, clock: Clock, zone: str
) -> None:
    spring, autumn = CHANGES[zone]
    clock.now = midnight(spring - DAY, zone)
    await plan(app, "often", "every 6 hours", zone)
    moments = []
    for day in (spring, autumn):
        clock.now = max(clock.now, midnight(day - DAY, zone))
        until, step = midnight(day + 2 * DAY, zone), timedelta(hours=1)
        made = [job["created_at"] for job in begun(app, clock, until, step)]
        # The first one after half a year of silence makes up for what was missed.
        moments.append(made[1:])
    for some in moments:
        assert {b - a for a, b in pairwise(some)} == {timedelta(hours=6)}
        assert len(some) >= 10
    hours = {at.hour % 6 for some in moments for at in some}
    assert len(hours) == 1, "it counts from where it began"


@pytest.mark.parametrize("season", [0, 1])
async def test_a_week_of_outage_over_a_change_is_made_up_for_once(
    app: App, ready: Terminal, clock: Clock, season: int
) -> None:
    zone = "Europe/Berlin"
    day = CHANGES[zone][season]
    clock.now = midnight(day - 4 * DAY, zone)
    await plan(app, "night", "30 2 * * *", zone)
    await plan(app, "often", "every 6 hours", zone)
    due = {name: named(app, name)["next_at"] for name in ("night", "often")}
    # Nobody is there for a week, and then somebody again.
    clock.now = midnight(day + 3 * DAY, zone) + timedelta(hours=12)
    made = look(app)
    assert len(made) == 2
    assert look(app) == []
    told = ready("job-finding", "list", "--json").json["items"]
    assert {each["detail"] for each in told} == {
        f"8 runs since {due['night']:%Y-%m-%d %H:%M} UTC were missed; one makes up"
        " for them.",
        f"{29 + (0, 1)[season]} runs since {due['often']:%Y-%m-%d %H:%M} UTC were"
        " missed; one makes up for them.",
    }
    for job_id in made:
        end(app, job_id)
    runs = live(app, clock, midnight(day + 5 * DAY, zone), timedelta(minutes=30), zone)
    nights = [run for run in runs if run[6:11] == "02:30"]
    assert [run[:5] for run in nights] == [f"{day + 4 * DAY:%m-%d}"]


async def test_a_closed_night_opens_once_on_each_day(app: App, clock: Clock) -> None:
    zone = "Europe/Berlin"
    for name, day in zip(("spring", "autumn"), CHANGES[zone], strict=True):
        clock.now = midnight(day - DAY, zone)
        await plan(app, name, "30 2 * * *", zone, "01:00-04:15")
        until, step = midnight(day + 2 * DAY, zone), timedelta(minutes=15)
        runs = live(app, clock, until, step, zone)
        assert [run[:11] for run in runs] == [
            f"{each:%m-%d} 04:15" for each in (day - DAY, day, day + DAY)
        ]
        await switch_off(app, name)


async def test_nothing_begins_in_a_closed_window_that_comes_twice(
    app: App, clock: Clock
) -> None:
    zone = "Europe/Berlin"
    day = CHANGES[zone][1]
    clock.now = midnight(day, zone)
    await plan(app, "short", "*/15 * * * *", zone, "02:00-02:45")
    until, step = midnight(day, zone) + timedelta(hours=5), timedelta(minutes=15)
    assert live(app, clock, until, step, zone) == [
        *(f"10-25 {at}+02:00" for at in ("00:15", "00:30", "00:45", "01:00")),
        *(f"10-25 {at}+02:00" for at in ("01:15", "01:30", "01:45", "02:45")),
        *(f"10-25 {at}+01:00" for at in ("02:45", "03:00", "03:15", "03:30")),
        *(f"10-25 {at}+01:00" for at in ("03:45", "04:00")),
    ]
