"""An API that HR speaks to, officers who act, and a clock that is set by hand."""

from __future__ import annotations

import base64
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, MetaData, insert, select

from api.compose.keys import Seal
from api.compose.rulebooks import provisioning_of
from api.compose.wiring import App, compose
from api.jobs.housekeeping import follow_day
from config.settings import Settings
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.people.organisation import ensure
from inventory.storage.all_tables import load_tables
from inventory.storage.rows import Row
from tests.api.conftest import calling
from tests.api.hr_run.lives import DAY, PLACES, UNITS, Said

API = "/api/v1"
ROLES = ("hr", "it", "accounting")
BEGINS = date(2026, 1, 5)
KITS = """
currency: EUR
items:
  laptop: {kind: laptop, overlap: 3}
  phone: {kind: phone, benefit: true}
  monitor: {kind: monitor}
  headset: {kind: accessory, tracked: false}
kits:
  - {name: everybody, items: [laptop]}
  - {name: sales, when: {department: [SAL]}, items: [phone]}
  - {name: laboratory, when: {department: [LAB, OPS]}, items: [monitor, headset]}
"""
SOURCES = "leavers: {most: 100000, days: 1}\nbridge: 30\n"
STEPS_OF_A_DAY = 3


def write_rules(folder: Path) -> None:
    """Write kits and sources into a data folder."""
    rules = folder / "provisioning"
    rules.mkdir(exist_ok=True)
    (rules / "kits.yaml").write_text(KITS)
    (rules / "sources.yaml").write_text(SOURCES)


class Office:
    """Two companies; what was answered is counted.

    Attributes:
        day: The present day.
        answers: Status code -> how many.
        faults: Requests that were answered with 500 or more.
    """

    def __init__(self, engine: Engine, folder: Path, day: date = BEGINS) -> None:
        self.day = day
        write_rules(folder)
        # Always the same key: what one process has sealed, the next one reads.
        seal = Seal(base64.urlsafe_b64encode(bytes(32)), 12)
        self.app: App = compose(Settings(data_dir=folder), engine, self.now, seal)
        self.tables: MetaData = load_tables()
        self.answers: Counter[int] = Counter()
        self.faults: list[str] = []
        self._client: httpx.AsyncClient | None = None

    def now(self) -> datetime:
        """Return the present moment: noon of the day."""
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Let requests be made."""
        async with calling(self.app, *ROLES) as client:
            self._client = client
            yield

    def found(self, **stock: int) -> None:
        """Make the companies, and so many things of each kind in stock."""
        with self.app.work("test") as work:
            for entity, departments in UNITS.items():
                owner = ensure(
                    work, "legal_entity", entity, name=entity, currency="EUR"
                )
                of = {"legal_entity_id": owner}
                for code in departments:
                    centre = ensure(work, "cost_centre", f"C-{code}", name=code, **of)
                    paid = {"cost_centre_id": centre, **of}
                    ensure(work, "department", code, name=code, **paid)
            for place in PLACES:
                ensure(work, "location", place, name=place, kind="site")
            work.commit()
        self.buy(**stock)

    def buy(self, **stock: int) -> None:
        """Register so many new things of each kind."""
        with self.app.work("test") as work:
            for kind, count in stock.items():
                for _ in range(count):
                    new = NewAsset(kind=kind, since=BEGINS, purchased_on=BEGINS)
                    register_asset(work, new)
            work.commit()

    def listen(self) -> None:
        """Let somebody want to know of every case."""
        values = {
            "name": "all",
            "url": "https://hook.example/",
            "events": ["*"],
            "sites": [],
            "legal_entities": [],
            "roles": ["it", "hr", "accounting", "auditor"],
            "owner": "test",
            "send_own": True,
            "created_at": self.now(),
        }
        with self.app.engine.begin() as connection:
            connection.execute(insert(self.tables.tables["webhook"]).values(values))

    def rows(self, name: str, **where: Any) -> list[Row]:  # noqa: ANN401
        """Return rows of a table in the order of their ids."""
        table = self.tables.tables[name]
        query = select(table).filter_by(**where).order_by(table.c.id)
        with self.app.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def trail(self, entity: str, action: str) -> list[Row]:
        """Return what the audit trail says was done to things of a kind."""
        table = self.tables.tables["audit_entry"]
        query = select(table).filter_by(entity=entity, action=action)
        with self.app.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    async def post(self, path: str, body: Row) -> httpx.Response:
        """Send a request and count its answer."""
        assert self._client is not None
        answer = await self._client.post(f"{API}/{path}", json=body)
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            self.faults.append(f"{path} {body}: {answer.text}")
        return answer

    async def hear(self, said: Said) -> httpx.Response:
        """Let a system of HR say something."""
        return await self.post("hr/events", said.body)

    async def pass_to(self, day: date) -> None:
        """Let time pass to a day, with the daily work of each ten days."""
        while self.day < day:
            self.day = min(day, self.day + 10 * DAY)
            follow_day(self.app)

    async def act(self, chance: random.Random) -> None:
        """Let officers of IT, HR and accounting do something of what they may."""
        for _ in range(chance.randint(1, STEPS_OF_A_DAY)):
            await chance.choice([self._step, self._step, self._settle, self._decide])(
                chance
            )

    async def _step(self, chance: random.Random) -> None:
        lines = [row for row in self.rows("case_line") if row["closed_on"] is None]
        if not lines:
            return
        line = chance.choice(lines)
        machine = provisioning_of(self.app.settings).machine
        offers = machine.offers(line["state"], line["action"], tracked=line["tracked"])
        people = self.rows("person")
        body: Row = {"line": line["id"], "step": chance.choice(offers), "note": "seen"}
        body["to"] = str(chance.choice(people)["id"])
        await self.post(f"cases/{line['case_id']}:step", body)

    async def _settle(self, chance: random.Random) -> None:
        """HR corrects, withdraws, forces or assigns a statement."""
        events = self.rows("hr_event")
        waiting = [row for row in events if row["verdict"] in ("parked", "conflict")]
        event = chance.choice(waiting or events)
        people = self.rows("person")
        day = (self.day + chance.randint(-10, 30) * DAY).isoformat()
        acts: list[tuple[str, Row]] = [
            ("withdraw", {"remark": "a mistake"}),
            ("force", {"remark": "it is so"}),
            ("retry", {}),
            ("correct", {"effective_on": day}),
            ("assign", {"person": str(chance.choice(people)["id"])}),
        ]
        name, body = chance.choice(acts)
        await self.post(f"hr-events/{event['id']}:{name}", body)

    async def _decide(self, chance: random.Random) -> None:
        """Accounting decides a write-off; HR closes a task; somebody buys."""
        proposed = self.rows("write_off_proposal", state="proposed")
        tasks = [row for row in self.rows("task") if row["closed_at"] is None]
        what = chance.random()
        if proposed and what < 0.4:
            name = chance.choice(["approve", "refuse"])
            path = f"write-offs/{chance.choice(proposed)['id']}:{name}"
            await self.post(path, {"remark": "looked at"})
        elif tasks and what < 0.6:
            path = f"tasks/{chance.choice(tasks)['id']}:close"
            await self.post(path, {"remark": "done"})
        elif what < 0.8:
            self.buy(**{chance.choice(["laptop", "phone", "monitor"]): 1})

    def close(self) -> None:
        """Let go of the composition."""
        self.app.close()
