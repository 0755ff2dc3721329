"""A kit asks for a mobile line: reserved, given, ported or put into quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from api.compose.keys import Seal
from api.compose.wiring import App, compose
from api.jobs.housekeeping import follow_telecom
from config.settings import Settings
from inventory.bulk.company_file import load
from tests.api.conftest import calling
from tests.api.telecom.estate import Caller, iccid

ACCOUNT = "5012345"
Row = dict[str, Any]


class Today:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.day = date(2026, 8, 3)

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)


@pytest.fixture
def today() -> Today:
    return Today()


@pytest.fixture
def company(engine: Engine, today: Today, tmp_path: Path) -> Iterator[App]:
    """Two legal entities with a sales department each; nobody and nothing else."""
    app = compose(
        Settings(data_dir=tmp_path), engine, today, Seal(Fernet.generate_key(), 12)
    )
    entities = [
        {"code": code, "name": code, "country": "DE", "currency": "EUR"}
        for code in ("100", "200")
    ]
    centres = [
        {"code": code, "name": code, "legal_entity": code[:3]}
        for code in ("100-S", "200-S")
    ]
    department = {"code": "SAL", "name": "Sales", "cost_centre": "100-S"}
    with app.work("test") as work:
        load(
            work,
            {
                "legal_entities": entities,
                "cost_centres": centres,
                "departments": [department],
            },
        )
        work.commit()
    yield app
    app.close()


class Office(Caller):
    """Announces people, and takes steps of their lines."""

    def __init__(self, client: httpx.AsyncClient, today: Today) -> None:
        super().__init__(client)
        self.today = today
        self.said = 0

    async def estate(self) -> None:
        """Make an account of each legal entity, and twenty mobile numbers of one."""
        await self.post("telecom-providers", name="Netz AG", country="DE")
        for number, entity in ((ACCOUNT, "100"), ("777", "200")):
            await self.post(
                "telecom-accounts",
                provider="Netz AG",
                number=number,
                legal_entity=entity,
                currency="EUR",
                cost_centre=f"{entity}-S",
            )
        await self.post(
            "number-ranges",
            account=ACCOUNT,
            first="+49 171 2340000",
            last="+49 171 2340019",
        )

    async def say(self, who: str, kind: str, on: str, **data: Any) -> Row:  # noqa: ANN401
        self.said += 1
        event = {
            "specversion": "1.0",
            "id": f"e-{self.said}",
            "source": "sap",
            "type": f"hr.{kind}",
            "subject": who,
            "time": self.today().isoformat(),
            "data": {"effective_on": on, **data},
        }
        answer = await self.client.post("/api/v1/hr/events", json=event)
        assert answer.status_code == 201, answer.text
        found: Row = answer.json()
        return found

    async def hire(self, who: str, on: str = "2026-09-01", entity: str = "100") -> Row:
        """Hire somebody in sales; return the line of the kit that is a mobile line."""
        said = await self.say(
            who,
            "hire",
            on,
            given_name=who,
            family_name="Example",
            legal_entity=entity,
            department="SAL",
        )
        return await self.line(said["case_id"], "mobile line")

    async def line(self, case: int, slot: str) -> Row:
        found = await self.get(f"cases/{case}")
        return next(one for one in found["lines"] if one["slot"].startswith(slot))

    async def step(self, line: Row, step: str, **more: Any) -> Row:  # noqa: ANN401
        path = f"cases/{line['case_id']}:step"
        found = await self.post(path, line=line["id"], step=step, **more)
        return next(one for one in found["lines"] if one["id"] == line["id"])

    async def state(self, line_id: int) -> str:
        return str((await self.get(f"telecom-lines/{line_id}"))["state"])


async def test_a_line_from_the_stock_of_sims_to_quarantine(
    company: App, today: Today
) -> None:
    async with calling(company, "it", "hr", "accounting") as client:
        office = Office(client, today)
        await office.estate()
        await office.post("sims", iccid=iccid(1), account=ACCOUNT)
        promised = await office.hire("ann")
        line_id = promised["telecom_line_id"]
        assert promised["state"] == "reserved"
        assert promised["telecom_line"] == "+491712340000"
        assert await office.state(line_id) == "ordered"

        # Nothing is in stock for the second one: she waits, and gets the next SIM.
        waits = await office.hire("bea")
        assert (waits["state"], waits["telecom_line_id"]) == ("shortage", None)

        today.day = date(2026, 9, 1)
        await office.step(promised, "prepare")
        given = await office.step(promised, "deliver")
        assert given["state"] == "delivered"
        assert await office.state(line_id) == "active"
        (assigned,) = await office.items("line-assignments", line=line_id)
        assert (assigned["role"], assigned["person"]) == ("person", "ann Example")

        # The leaver gives the line back with the rest, and it rests for a while.
        gone = await office.say("ann", "termination", "2026-12-31")
        back = await office.line(gone["case_id"], "line:")
        assert (back["state"], back["due_on"]) == ("due", "2026-12-31")
        today.day = date(2027, 1, 4)
        assert follow_telecom(company)["quarantined"] == 1
        assert await office.state(line_id) == "quarantine"
        back = await office.line(gone["case_id"], "line:")
        assert back["state"] == "received"

        # Looked at and back in stock, it goes to who waits, before any new one.
        await office.step(back, "evaluate")
        done = await office.step(back, "restock")
        assert done["state"] == "restocked"
        waits = await office.line(waits["case_id"], "mobile line")
        assert (waits["state"], waits["telecom_line_id"]) == ("reserved", line_id)


async def test_a_leaver_takes_the_number_along(company: App, today: Today) -> None:
    async with calling(company, "it", "hr", "accounting") as client:
        office = Office(client, today)
        await office.estate()
        await office.post(
            "telecom-lines",
            name="Mobile 1",
            account=ACCOUNT,
            number="+49 171 9999999",
            active_from="2026-01-01",
        )
        promised = await office.hire("ann")
        assert promised["telecom_line"] == "Mobile 1"
        today.day = date(2026, 9, 1)
        await office.step(promised, "deliver")
        gone = await office.say("ann", "termination", "2026-09-30")
        back = await office.line(gone["case_id"], "line:")
        kept = await office.step(back, "keep", note="takes the number along")
        assert kept["state"] == "kept"
        assert await office.state(promised["telecom_line_id"]) == "porting-out"


async def test_who_was_promised_a_line_that_is_gone_gets_another(
    company: App, today: Today
) -> None:
    async with calling(company, "it", "hr", "accounting") as client:
        office = Office(client, today)
        await office.estate()
        for name in ("Mobile 1", "Mobile 2"):
            line: dict[str, Any] = {"name": name, "account": ACCOUNT}
            line |= {"number": f"+49 171 999999{name[-1]}"}
            await office.post("telecom-lines", active_from="2026-01-01", **line)
        promised = await office.hire("ann")
        assert promised["telecom_line"] == "Mobile 1"
        step: dict[str, Any] = {"step": "quarantine", "reason": "SIM is broken"}
        await office.post("telecom-lines/Mobile 1:step", on="2026-08-03", **step)
        promised = await office.line(promised["case_id"], "mobile line")
        assert (promised["state"], promised["telecom_line"]) == ("reserved", "Mobile 2")
        await office.post("telecom-lines/Mobile 2:step", on="2026-08-03", **step)
        promised = await office.line(promised["case_id"], "mobile line")
        assert (promised["state"], promised["telecom_line"]) == ("shortage", None)


async def test_nobody_gets_a_line_that_another_company_pays(
    company: App, today: Today
) -> None:
    async with calling(company, "it", "hr", "accounting") as client:
        office = Office(client, today)
        await office.estate()
        await office.post("sims", iccid=iccid(1), account=ACCOUNT)
        theirs = await office.hire("carl", entity="200")
        assert theirs["state"] == "shortage"

        # Who is not coming after all lets go of it, and another one gets the same.
        first = await office.hire("ann")
        line_id = first["telecom_line_id"]
        assert first["state"] == "reserved"
        second = await office.hire("bea")
        assert second["state"] == "shortage"
        await office.say("ann", "hire.cancelled", "2026-09-01")
        gone = await office.line(first["case_id"], "mobile line")
        assert (gone["state"], gone["telecom_line_id"]) == ("cancelled", None)
        second = await office.line(second["case_id"], "mobile line")
        assert (second["state"], second["telecom_line_id"]) == ("reserved", line_id)
