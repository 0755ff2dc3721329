"""What recurs: defaults, the file, the faces; outages, overlong runs, two processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from api.compose.wiring import App, fixed_settings
from api.jobs.timekeeping import look, set_up
from inventory.jobs.recurring import replan
from inventory.jobs.tables import Job, JobFinding, RecurringJob
from inventory.kernel.errors import Invalid
from inventory.storage.engine import writing
from inventory.storage.rows import table_of
from tests.api import test_cli
from tests.api.conftest import calling
from tests.api.test_cli import Terminal
from tests.api.test_frame import assert_problem

purser, ready = test_cli.purser, test_cli.ready
RECURRING = "/api/v1/recurring-jobs"
MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
SITE = {"name": "HQ", "networks": ["192.0.2.0/28"], "time_zone": "Europe/Berlin"}


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def with_file(app: App, tmp_path: Path, *recurring: Mapping[str, Any]) -> App:
    values = {"data_dir": tmp_path, "sites": [SITE], "recurring": list(recurring)}
    return replace(app, settings=fixed_settings(values))


def all_of(app: App, model: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    table = table_of(model)
    with app.engine.connect() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).mappings()
        return [dict(row) for row in found]


def named(app: App, name: str) -> dict[str, Any]:
    return next(row for row in all_of(app, RecurringJob) if row["name"] == name)


def end(app: App, job_id: int, state: str = "done", **values: object) -> None:
    job = table_of(Job)
    with writing(app.engine) as connection:
        connection.execute(
            update(job).where(job.c.id == job_id).values(state=state, **values)
        )


def test_a_site_has_what_usually_recurs(app: App, tmp_path: Path, clock: Clock) -> None:
    app = with_file(app, tmp_path)
    set_up(app)
    night = named(app, "collect HQ")
    assert (night["site"], night["time_zone"]) == ("HQ", "Europe/Berlin")
    assert night["next_at"] == datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    assert named(app, "whereabouts HQ")["next_at"] == MONDAY + timedelta(minutes=30)
    # What the house needs is done at once, and then at its time.
    begun = look(app)
    made = {row["kind"] for row in all_of(app, Job) if row["id"] in begun}
    assert made == {
        *("follow-day", "expire-places", "back-up", "prune-jobs"),
        *("verify-audit", "remind-posting", "send-mail"),
    }
    assert look(app) == []
    # What a person switched off stays so.
    with app.work("user:1") as work:
        replan(work, night["id"], {"enabled": False})
        work.commit()
    set_up(app)
    assert named(app, "collect HQ")["next_at"] is None


def test_a_week_of_outage_is_made_up_for_once(
    app: App, tmp_path: Path, clock: Clock
) -> None:
    app = with_file(
        app,
        tmp_path,
        {"name": "night", "kind": "collect", "when": "30 2 * * *", "site": "HQ"},
    )
    set_up(app)
    look(app)
    before = len(all_of(app, Job))
    clock.now = MONDAY + timedelta(days=7)
    made = look(app)
    jobs = [row for row in all_of(app, Job)[before:] if row["kind"] == "collect"]
    night = next(row for row in jobs if row["requested_by"] == "recurring:1")
    assert night["id"] in made
    assert night["arguments"] == {"site": "HQ", "targets": []}
    missed = next(row for row in all_of(app, JobFinding) if row["recurring_id"] == 1)
    assert (missed["kind"], missed["detail"]) == (
        "missed",
        "7 runs since 2026-06-02 00:30 UTC were missed; one makes up for them.",
    )
    assert named(app, "night")["next_at"] == datetime(2026, 6, 9, 0, 30, tzinfo=UTC)
    assert look(app) == []


def test_what_still_runs_is_not_begun_twice(
    app: App, tmp_path: Path, clock: Clock
) -> None:
    hourly = {"name": "hourly", "kind": "back-up", "when": "every 1 hour"}
    app = with_file(app, tmp_path, hourly | {"longest_minutes": 30})
    app = replace(app, settings=app.settings.model_copy(update={"sites": ()}))
    set_up(app)
    look(app)
    clock.now += timedelta(hours=1)
    (job_id,) = look(app)
    end(app, job_id, "running", started_at=clock.now)
    clock.now += timedelta(minutes=31)
    assert look(app) == []
    found = [row for row in all_of(app, JobFinding) if row["recurring_id"] == 1]
    assert [(row["kind"], row["detail"]) for row in found] == [
        ("overlong", f"Job {job_id} takes longer than 30 minutes.")
    ]
    clock.now += timedelta(minutes=29)
    assert look(app) == []
    end(app, job_id, "failed", error="The folder is full.")
    clock.now += timedelta(hours=1)
    assert len(look(app)) == 1
    kinds = [r["kind"] for r in all_of(app, JobFinding) if r["recurring_id"] == 1]
    assert kinds == ["overlong"]


def test_within_a_closed_window_nothing_begins(
    app: App, tmp_path: Path, clock: Clock
) -> None:
    closed = {"closed": ["mon-fri 08:00-18:00"], "time_zone": "UTC"}
    app = with_file(
        app,
        tmp_path,
        {"name": "often", "kind": "back-up", "when": "0 * * * *"} | closed,
    )
    set_up(app)
    assert named(app, "often")["next_at"] == datetime(2026, 6, 1, 18, tzinfo=UTC)
    # It was due before the window opened, and nobody looked until it had.
    with writing(app.engine) as connection:
        table = table_of(RecurringJob)
        early = datetime(2026, 6, 1, 7, tzinfo=UTC)
        connection.execute(
            update(table).where(table.c.name == "often").values(next_at=early)
        )
    made = look(app)
    assert not [r for r in all_of(app, Job) if r["requested_by"] == "recurring:1"]
    clock.now = datetime(2026, 6, 1, 18, 0, 1, tzinfo=UTC)
    made = look(app)
    (mine,) = [r for r in all_of(app, Job) if r["requested_by"] == "recurring:1"]
    assert mine["id"] in made


def test_the_file_is_followed_and_its_mistakes_are_named(
    app: App, tmp_path: Path, clock: Clock
) -> None:
    wanted = {"name": "mine", "kind": "sweep", "when": "every 2 hours", "site": "HQ"}
    set_up(with_file(app, tmp_path, wanted))
    assert named(app, "mine")["origin"] == "file"
    set_up(with_file(app, tmp_path, wanted | {"when": "every 3 hours"}))
    assert named(app, "mine")["rule"] == "every 3 hours"
    set_up(with_file(app, tmp_path))
    assert named(app, "mine")["enabled"] is False
    for wrong, said in (
        ({"when": "sometimes"}, "no rule"),
        ({"kind": "scam"}, "no jobs 'scam'"),
        ({"kind": "scan"}, "does not recur"),
        ({"site": "Moon"}, "no site 'Moon'"),
        ({"time_zone": "Mars"}, "no time zone"),
        ({"closed": ["noon"]}, "no window"),
    ):
        with pytest.raises(Invalid, match=said):
            set_up(with_file(app, tmp_path, wanted | wrong))


async def test_it_is_planned_changed_and_done_at_once(
    app: App, ready: Terminal, clock: Clock
) -> None:
    wanted = {"name": "often", "kind": "back-up", "rule": "every 6 hours"}
    wanted |= {"time_zone": "Asia/Jakarta"}
    async with calling(app, "it") as it:
        made = await it.post(RECURRING, json=wanted)
        assert made.status_code == 201, made.text
        assert made.json()["next_at"] == "2026-06-01T18:00:00Z"
        assert_problem(await it.post(RECURRING, json=wanted), 409, "conflict")
        bad = await it.post(RECURRING, json=wanted | {"name": "x", "rule": "now"})
        assert_problem(bad, 422, "invalid")
        changed = await it.patch(f"{RECURRING}/often", json={"rule": "0 1 * * *"})
        assert changed.json()["next_at"] == "2026-06-01T18:00:00Z"
        assert (await it.post(f"{RECURRING}/often:run", json={})).status_code == 200
        (job_id,) = look(app)
        end(app, job_id, "failed", error="The folder is full.")
        look(app)
        found = (await it.get("/api/v1/job-findings?open=true")).json()["items"]
        assert [(each["kind"], each["detail"]) for each in found] == [
            ("failed", "The folder is full.")
        ]
        path = f"/api/v1/job-findings/{found[0]['id']}:close"
        assert (await it.post(path, json={})).json()["closed_at"] is not None
        assert_problem(await it.post(path, json={}), 409, "not-allowed")
    assert ready("recurring", "edit", "often", "--no-enabled").code == 0
    assert ready("recurring", "show", "often", "--json").json["next_at"] is None
    assert ready("recurring", "run", "often").code == 1


async def test_a_site_that_no_file_names_is_scanned_by_itself(
    app: App, ready: Terminal, clock: Clock
) -> None:
    wanted = {"site": "Depot", "networks": ["192.0.2.0/28"]}
    wanted |= {"time_zone": "Asia/Jakarta"}
    path = f"{RECURRING}:plan-site"
    async with calling(app, "it") as it:
        made = await it.post(path, json=wanted)
        assert made.status_code == 200, made.text
        assert made.json()["names"] == [
            *("sweep Depot", "whereabouts Depot", "collect Depot", "crawl Depot")
        ]
        assert_problem(await it.post(path, json=wanted), 409, "not-allowed")
        bad = {"site": "X", "networks": ["192.0.2.0/99"], "time_zone": "UTC"}
        assert_problem(await it.post(path, json=bad), 422, "invalid")
    # 00:30 in Jakarta; nobody has changed the clock there.
    assert named(app, "collect Depot")["next_at"] == datetime(
        2026, 6, 1, 17, 30, tzinfo=UTC
    )
    clock.now += timedelta(hours=6)
    look(app)
    night = next(row for row in all_of(app, Job) if row["kind"] == "collect")
    assert night["arguments"] == {"site": "Depot", "targets": ["192.0.2.0/28"]}
    told = ready(
        *("recurring", "plan-site", "--site", "Kiosk", "--networks", "192.0.2.0/29"),
        *("--time-zone", "UTC", "--json"),
    )
    assert "collect Kiosk" in told.json["names"]
