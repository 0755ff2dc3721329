"""A small company with stock, kits and a clock that is set by hand, for tests of HR."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, Table, select

from config import catalog
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.handlers import dispatcher
from inventory.hr.cases.steps import StepRequest, take_line_step
from inventory.hr.context import CaseContext
from inventory.hr.events.receive import Outcome, receive
from inventory.hr.triggers.daily import (
    open_contract_end_tasks,
    persons_with_current_cases,
    send_reminders,
    update_cases_of_person,
)
from inventory.kernel.money import Money
from inventory.people.organisation import ensure
from inventory.provisioning.rules import Rules, read_rules
from inventory.provisioning.statements.event_format import read_event
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from inventory.storage.rows import Row
from inventory.storage.work import UnitOfWork

T = TypeVar("T")
DAY = timedelta(days=1)
BOUGHT = date(2025, 1, 1)
KITS: Row = {
    "currency": "EUR",
    "items": {
        "laptop": {"kind": "laptop", "cost": "1200.00", "overlap": 3},
        "phone": {"kind": "phone", "benefit": True},
        "monitor": {"kind": "monitor"},
        "headset": {"kind": "accessory", "tracked": False},
    },
    "kits": [
        {"name": "all", "items": ["laptop"]},
        {"name": "sales", "when": {"department": ["SAL"]}, "items": ["phone"]},
        {
            "name": "laboratory",
            "when": {"department": ["LAB"]},
            "items": ["monitor", "headset"],
        },
    ],
}
SOURCES: Row = {"leavers": {"most": 10_000, "days": 1}, "bridge": 30}


def rules(kits: Row = KITS, sources: Row = SOURCES) -> Rules:
    """Return rules with these kits, and states and calendars as shipped."""
    return read_rules(
        catalog.provisioning("lines"), kits, catalog.provisioning("calendars"), sources
    )


class Company:
    """Does what people do, on a database.

    Attributes:
        day: The present day.
        actor: Who acts.
    """

    def __init__(
        self, engine: Engine, day: date = date(2026, 1, 5), known: Rules | None = None
    ) -> None:
        self.engine = engine
        self.day = day
        self.rules = known or rules()
        self.tables = load_tables().tables
        self.actor = "test"
        self._sent = 0

    @classmethod
    def on_file(cls, template: Path, path: Path) -> Company:
        """Return a company on a copy of a SQLite file with all tables."""
        shutil.copyfile(template, path)
        return cls(make_engine(f"sqlite:///{path}"))

    def now(self) -> datetime:
        """Return the present moment: nine o'clock."""
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)

    def do(self, act: Callable[[CaseContext], T]) -> T:
        """Carry out a change and commit it."""
        with UnitOfWork(
            self.engine,
            actor=self.actor,
            clock=self.now,
            dispatch=dispatcher(lambda _reading: self.rules),
        ) as work:
            found = act(CaseContext(work, self.rules))
            work.commit()
        return found

    def found(self, **stock: int) -> None:
        """Make the organisation, and so many things of each kind in stock."""

        def act(context: CaseContext) -> None:
            work = context.work
            ensure(work, "legal_entity", "100", name="Example", currency="EUR")
            for code in ("SAL", "LAB"):
                centre = ensure(work, "cost_centre", f"C-{code}", name=code)
                ensure(work, "department", code, name=code, cost_centre_id=centre)

        self.do(act)
        self.stock(**stock)

    def stock(self, **kinds: int) -> None:
        """Put so many new things of each kind into stock."""

        def act(context: CaseContext) -> None:
            for kind, number in kinds.items():
                for _ in range(number):
                    new = NewAsset(
                        kind=kind,
                        since=BOUGHT,
                        purchased_on=BOUGHT,
                        cost=Money(100_000, "EUR"),
                    )
                    register_asset(context.work, new)

        self.do(act)

    def event(self, kind: str, on: date, who: str = "007", **more: Any) -> Row:  # noqa: ANN401
        """Return an event as an HR system sends it."""
        self._sent += 1
        attributes: Row = {"source": "sap", "id": f"e{self._sent}", "time": self.now()}
        attributes |= {
            name: more.pop(name) for name in ("source", "id", "time") if name in more
        }
        data = {"effective_on": on.isoformat(), **more}
        if kind in ("hire", "rehire"):
            data.setdefault("family_name", f"Person {who}")
            data.setdefault("department", "SAL")
        attributes["time"] = attributes["time"].isoformat()
        return {**attributes, "type": kind, "subject": who, "data": data}

    def say(self, kind: str, on: date, who: str = "007", **more: Any) -> Outcome:  # noqa: ANN401
        """Let an HR system say something."""
        return self.hear(self.event(kind, on, who, **more))

    def hear(self, event: Row) -> Outcome:
        """Take in an event."""
        return self.do(lambda context: receive(context, read_event(event)))

    def step(self, line_id: int, name: str, note: str = "because", **more: Any) -> Row:  # noqa: ANN401
        """Take a step of a line."""
        step_request = StepRequest(name=name, note=note, **more)
        return self.do(lambda context: take_line_step(context, line_id, step_request))

    def wait(self, days: int) -> None:
        """Let days pass; the daily run comes once, at the end."""
        self.day += days * DAY
        for person in self.do(persons_with_current_cases):
            self.do(lambda context, who=person: update_cases_of_person(context, who))  # type: ignore[misc]
        self.do(send_reminders)
        self.do(open_contract_end_tasks)

    def table(self, name: str) -> Table:
        """Return a table."""
        return self.tables[name]

    def rows(self, name: str, **where: Any) -> list[Row]:  # noqa: ANN401
        """Return rows of a table in the order of their ids."""
        table = self.tables[name]
        query = select(table).filter_by(**where).order_by(table.c.id)
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def lines(self, case_id: int | None = None) -> dict[str, Row]:
        """Return the lines of a case, or of the last one, by slot."""
        number = case_id or self.rows("provisioning_case")[-1]["id"]
        return {row["slot"]: row for row in self.rows("case_line", case_id=number)}
