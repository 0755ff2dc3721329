"""A process to be killed while HR speaks, officers act and days pass.

`python -m tests.api.hr_run.chaos URL FOLDER SEED PEOPLE COUNT FIRST`: prints the number
of each statement before it is sent, so that the next process goes on from there, and at
the end `done` with the answers by status; faults are lines that begin with `fault`.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import sys
from pathlib import Path

from api.compose import logs
from inventory.storage.engine import make_engine
from tests.api.hr_run.lives import statements
from tests.api.hr_run.office import BEGINS, Office


async def play(office: Office, seed: int, people: int, count: int, first: int) -> None:
    """Say everything from a statement on."""
    said = statements(seed, people, count, BEGINS)
    async with office.open():
        for number in range(first, len(said)):
            print(number, flush=True)
            chance = random.Random(seed * 100_000 + number)
            await office.pass_to(max(office.day, said[number].on))
            await office.hear(said[number])
            if chance.random() < 0.5:
                await office.act(chance)
            while office.faults:
                print("fault", office.faults.pop(), flush=True)
    print("done", json.dumps(office.answers), flush=True)


def main(url: str, folder: str, seed: int, people: int, count: int, first: int) -> None:
    logs.configure("critical", as_json=True, stream=io.StringIO())
    said = statements(seed, people, count, BEGINS)
    begins = said[first - 1].on if first else BEGINS
    engine = make_engine(url)
    office = Office(engine, Path(folder), begins)
    if not first:
        office.found(laptop=people, phone=people // 3, monitor=people // 3)
        office.listen()
    asyncio.run(play(office, seed, people, count, first))
    office.close()
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7]))
