"""A process that takes in HR events, to be killed.

`python -m tests.inventory.hr.hr_process URL FIRST COUNT`: hires, moves and lets go of
COUNT people, numbered from FIRST, and prints each event's id before it takes it in.
"""

from __future__ import annotations

import sys
from datetime import timedelta

from api.compose.outbox_hook import telling
from inventory.storage.engine import make_engine
from inventory.storage.rows import Row
from tests.inventory.hr.company import DAY, Company


def events(company: Company, first: int, count: int) -> list[Row]:
    """Return the events; the same ones each time."""
    found = []
    for number in range(first, first + count):
        who = f"{number:05}"
        time = company.now() - timedelta(days=3)
        for kind, days in (("hire", 5), ("transfer", 40), ("termination", 90)):
            on = company.day + days * DAY
            more = {"department": "LAB"} if kind == "transfer" else {}
            name = f"{who}-{kind}"
            found.append(company.event(kind, on, who, id=name, time=time, **more))
    return found


def main(url: str, first: int, count: int) -> None:
    company = Company(make_engine(url))
    company.engine = telling(company.engine, lambda _reading: company.rules)
    for event in events(company, first, count):
        print(event["id"], flush=True)
        company.hear(event)
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
