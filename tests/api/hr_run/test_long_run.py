"""What HR of two companies says of thirty people ends well, in any order."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inventory.storage.engine import make_engine
from tests.api.hr_run import laws
from tests.api.hr_run.lives import DAY, Said, statements
from tests.api.hr_run.office import BEGINS, Office
from tests.api.hr_run.states import end_state

ROOT = Path(__file__).resolve().parents[3]
PLENTY = {"laptop": 70, "phone": 70, "monitor": 70}
"""So many that nobody waits: who gets the last one depends on who comes first."""
SLOW_SEEDS = [int(one) for one in os.environ.get("HR_RUN_SEEDS", "1,2").split(",")]


async def told(engine: Engine, folder: Path, said: list[Said]) -> Office:
    """Let everything be said on one day; return the office."""
    office = Office(engine, folder, BEGINS + 200 * DAY)
    office.found(**PLENTY)
    office.listen()
    async with office.open():
        for one in said:
            await office.hear(one)
    assert not office.faults, office.faults
    laws.check(office)
    return office


async def same_in_any_order(
    engine: Engine, template: Path, folder: Path, said: list[Said], orders: int
) -> None:
    """Say all in the order of time, and shuffled; compare what is left."""
    (folder / "first").mkdir()
    first = await told(engine, folder / "first", said)
    state = end_state(first)
    first.close()
    for number in range(orders):
        mixed = list(said)
        random.Random(number).shuffle(mixed)
        place = folder / f"mixed-{number}"
        place.mkdir()
        path = place / "purser.sqlite"
        shutil.copyfile(template, path)
        other = make_engine(f"sqlite:///{path}")
        office = await told(other, place, mixed)
        assert end_state(office) == state
        office.close()
        other.dispose()


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_same_is_left_whatever_comes_first(
    engine: Engine, sqlite_template: Path, tmp_path: Path, seed: int
) -> None:
    said = statements(seed, people=3, count=36, begins=BEGINS)
    await same_in_any_order(engine, sqlite_template, tmp_path, said, 1)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", SLOW_SEEDS)
async def test_two_thousand_statements_in_any_order(
    engine: Engine, sqlite_template: Path, tmp_path: Path, seed: int
) -> None:
    said = statements(seed, people=30, count=2000, begins=BEGINS)
    await same_in_any_order(engine, sqlite_template, tmp_path, said, 1)


class Played:
    """Processes that say everything, killed now and then."""

    def __init__(self, url: str, folder: Path, seed: int) -> None:
        self.url, self.folder, self.seed = url, folder, seed
        self.faults: list[str] = []
        self.answers: Counter[str] = Counter()
        self.reached = 0

    def start(self, people: int, count: int) -> subprocess.Popen[str]:
        """Start a process that goes on with the last statement that was begun."""
        module = "tests.api.hr_run.chaos"
        numbers = map(str, (self.seed, people, count, self.reached))
        return subprocess.Popen(
            [sys.executable, "-m", module, self.url, str(self.folder), *numbers],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, process: subprocess.Popen[str], until: int | None) -> bool:
        """Read what a process says until it has begun a statement; whether it ended."""
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("fault"):
                self.faults.append(line)
            elif line.startswith("done"):
                self.answers.update(json.loads(line.removeprefix("done")))
                return True
            else:
                self.reached = int(line)
                if until is not None and self.reached >= until:
                    return False
        raise AssertionError(f"it ended by itself at statement {self.reached}")


def play(played: Played, people: int, count: int, kills: int) -> None:
    """Let everything be said, with so many kills at random moments."""
    chance = random.Random(played.seed)
    for until in sorted(chance.sample(range(1, count), kills)):
        with played.start(people, count) as process:
            if not played.read(process, max(until, played.reached)):
                # In the middle of a statement, or of what an officer does.
                asyncio.run(asyncio.sleep(chance.uniform(0, 0.2)))
                process.kill()
    with played.start(people, count) as process:
        assert played.read(process, None)


def check_played(played: Played) -> None:
    """Check that nothing failed and all laws hold."""
    assert not played.faults, played.faults
    engine = make_engine(played.url)
    last = statements(played.seed, 30, 2000, BEGINS)[-1].on
    office = Office(engine, played.folder, last)
    laws.check(office)
    office.close()
    engine.dispose()


def test_killed_processes_leave_what_is_whole(
    database_url: str, tmp_path: Path
) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("kills on the second database are in the slow run")
    played = Played(database_url, tmp_path, 7)
    play(played, people=4, count=24, kills=1)
    check_played(played)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", SLOW_SEEDS)
def test_two_thousand_statements_with_officers_and_kills(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    played = Played(database_url, tmp_path, seed)
    play(played, people=30, count=2000, kills=8)
    check_played(played)
    print(f"\nseed {seed}: answers {dict(played.answers)} of the last process")
