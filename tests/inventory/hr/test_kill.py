"""A process that is killed while it takes in events leaves whole events or none."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from inventory.storage.audit import verify
from tests.inventory.hr import laws
from tests.inventory.hr.company import Company
from tests.inventory.hr.hr_process import events

ROOT = Path(__file__).resolve().parents[3]


def start(url: str, first: int, count: int) -> subprocess.Popen[str]:
    module = "tests.inventory.hr.hr_process"
    return subprocess.Popen(
        [sys.executable, "-m", module, url, str(first), str(count)],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )


def check_whole(company: Company) -> None:
    """Event, case, lines, reservations and messages agree."""
    laws.check(company)
    assert verify(company.engine) == []
    cases = {row["id"] for row in company.rows("provisioning_case")}
    lines = company.rows("case_line")
    for event in company.rows("hr_event"):
        assert event["verdict"] == "applied"
        assert event["case_id"] in cases
    assert {line["case_id"] for line in lines} <= cases
    told = company.rows("outbox_message")
    opened = [row for row in told if row["type"].startswith("case.")]
    assert len(opened) >= len(cases)
    assert len(company.rows("webhook_delivery")) == len(told)
    reserved = {row["asset_id"] for row in company.rows("reservation", ended_at=None)}
    assert reserved == {
        line["asset_id"] for line in lines if line["state"] == "reserved"
    }


def listen(company: Company) -> None:
    """Let somebody want to know of everything."""
    with company.engine.begin() as connection:
        connection.execute(
            insert(company.table("webhook")).values(
                name="all",
                url="https://hook.example/",
                events=["*"],
                sites=[],
                legal_entities=[],
                roles=["it", "hr", "accounting", "auditor"],
                owner="test",
                send_own=True,
                created_at=company.now(),
            )
        )


def kill_and_complete(engine: Engine, url: str, kills: int) -> None:
    company = Company(engine)
    company.found(laptop=kills, phone=kills, monitor=kills)
    listen(company)
    rng, killed = random.Random(kills), 0
    for number in range(kills):
        with start(url, number * 4, 4) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0.0, 0.4))
            process.kill()
            killed += process.wait() == -9
        check_whole(company)
    assert killed
    with start(url, 0, kills * 4) as process:
        output, _ = process.communicate(timeout=250)
    assert output.split()[-1] == "done"
    check_whole(company)
    assert len(company.rows("hr_event")) == len(events(company, 0, kills * 4))


def test_a_killed_event_is_whole_or_absent_and_taken_in_once_when_sent_again(
    engine: Engine, database_url: str
) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip("kills on the second database are in the slow run")
    kill_and_complete(engine, database_url, kills=1)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_kills_of_hr_events_at_random_moments(
    engine: Engine, database_url: str
) -> None:
    kill_and_complete(engine, database_url, kills=10)
