"""One person on the office's data: hired, moved, gone, back. Told by API calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, select

from api.compose.keys import Seal
from api.compose.rulebooks import office_document
from api.compose.wiring import App, compose
from config.settings import Settings
from inventory.assets.register.tables import Asset, Custody
from inventory.bulk.company_file import load
from inventory.storage.rows import col, id_of, table_of
from tests.api.conftest import calling

EVENTS = "/api/v1/hr/events"
Answer = dict[str, Any]


class Today:
    """A clock that is set by hand."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)


@pytest.fixture
def today() -> Today:
    return Today(date(2026, 8, 3))


@pytest.fixture
def office(engine: Engine, today: Today, tmp_path: Path) -> Iterator[App]:
    """The office, with the spare laptop in stock."""
    app = compose(
        Settings(data_dir=tmp_path), engine, today, Seal(Fernet.generate_key(), 12)
    )
    with app.work("test") as work:
        load(work, office_document("company"))
        work.commit()
    yield app
    app.close()


class Hr:
    """Sends events as an HR system does."""

    def __init__(self, client: httpx.AsyncClient, today: Today) -> None:
        self.client = client
        self.today = today
        self.sent = 0

    async def say(self, kind: str, on: str, **data: str) -> Answer:
        self.sent += 1
        body = self.event(kind, on, **data) | {"id": f"e-{self.sent}"}
        answer = await self.client.post(EVENTS, json=body)
        assert answer.status_code == 201, answer.text
        found: Answer = answer.json()
        return found

    def event(self, kind: str, on: str, **data: str) -> Answer:
        return {
            "specversion": "1.0",
            "source": "sap",
            "type": f"hr.{kind}",
            "subject": "00099",
            "time": self.today().isoformat(),
            "data": {"effective_on": on, **data},
        }

    async def step(self, line: Answer, step: str, **more: str) -> Answer:
        path = f"/api/v1/cases/{line['case_id']}:step"
        body = {"line": line["id"], "step": step, **more}
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        found: Answer = answer.json()
        return next(one for one in found["lines"] if one["id"] == line["id"])

    async def case(self, number: int) -> Answer:
        found: Answer = (await self.client.get(f"/api/v1/cases/{number}")).json()
        return found


def line_of(case: Answer, slot: str) -> Answer:
    return next(line for line in case["lines"] if line["slot"] == slot)


async def test_from_hire_to_leaver_to_rehire(office: App, today: Today) -> None:
    async with calling(office, "hr", "it") as client:
        hr = Hr(client, today)

        # HR announces Tia for 1 September; the only spare laptop is reserved for her.
        told = await hr.say(
            "hire",
            "2026-09-01",
            given_name="Tia",
            family_name="Anggraini",
            legal_entity="RBN",
            department="SAL",
            location="RTM-H-2",
            manager="p-007",
        )
        (joining,) = told["cases"]
        laptop = line_of(joining, "laptop")
        assert (laptop["state"], laptop["tag"]) == ("reserved", "IT-00060")
        # Five working days before the first day; she is told nothing she cannot have.
        assert laptop["due_on"] == "2026-08-25"
        assert line_of(joining, "dock")["state"] == "shortage"
        assert line_of(joining, "headset")["state"] == "requested"

        # The start moves by a week: open deadlines follow, the reservation stays.
        told = await hr.say("hire.changed", "2026-09-08", previous="2026-09-01")
        assert told["case_id"] == joining["id"]
        laptop = line_of(told["cases"][0], "laptop")
        assert (laptop["state"], laptop["due_on"]) == ("reserved", "2026-09-01")

        # IT sets it up and hands it out; she signs.
        today.day = date(2026, 9, 7)
        await hr.step(laptop, "prepare")
        await hr.step(laptop, "deliver")
        assert holder_of(office, "IT-00060") == told["event"]["person_id"]
        accepted = await hr.step(laptop, "accept", note="Tia Anggraini")
        assert (accepted["state"], accepted["closed_on"]) == ("accepted", "2026-09-07")
        await hr.step(line_of(told["cases"][0], "headset"), "deliver")

        # She moves to finance: no headset there, and the cost centre changes that day.
        today.day = date(2026, 10, 1)
        told = await hr.say("transfer", "2026-11-01", department="FIN")
        moving = await hr.case(told["case_id"])
        assert line_of(moving, "keep:laptop")["state"] == "kept"
        assert line_of(moving, "drop:headset")["state"] == "due"
        person = told["event"]["person_id"]
        assert await centre(client, person, "2026-10-31") == "3000"
        assert await centre(client, person, "2026-11-01") == "2000"

        # She resigns; the last working day is before the last day of the contract.
        told = await hr.say(
            "termination",
            "2027-01-31",
            last_working_day="2027-01-15",
            reason="resigned",
        )
        leaving = await hr.case(told["case_id"])
        back = line_of(leaving, f"asset:{laptop['asset_id']}")
        assert (back["state"], back["due_on"]) == ("due", "2027-01-15")

        # She left; nothing came back. Custody is hers until it is received.
        today.day = date(2027, 2, 2)
        still = (await client.get("/api/v1/case-lines?watch=still-holding")).json()[
            "items"
        ]
        assert [row["tag"] for row in still if row["person_id"] == person] == [
            "IT-00060"
        ]
        assert holder_of(office, "IT-00060") == person
        await hr.step(back, "send_back", carrier="PostNL", tracking="3S1")
        assert holder_of(office, "IT-00060") == person
        await hr.step(back, "receive")
        assert holder_of(office, "IT-00060") is None
        assert state_of(office, "IT-00060") == "reserved"
        await hr.step(back, "evaluate", note="clean, wiped")
        done = await hr.step(back, "restock")
        assert done["state"] == "restocked"
        assert state_of(office, "IT-00060") == "in_stock"

        # She comes back as a developer: the same person, found by her employee id.
        told = await hr.say("rehire", "2027-03-01", department="ICT", role="developer")
        assert told["event"]["person_id"] == person
        again = line_of(await hr.case(told["case_id"]), "laptop")
        assert (again["state"], again["tag"]) == ("reserved", "IT-00060")


async def test_a_preview_tells_lines_dates_and_costs_and_writes_nothing(
    office: App, today: Today
) -> None:
    async with calling(office, "hr") as client:
        hr = Hr(client, today)
        body = hr.event("hire", "2026-09-01", family_name="Anggraini", department="SAL")
        answer = await client.post(f"{EVENTS}?preview=true", json=body)
        assert answer.status_code == 200, answer.text
        (case,) = answer.json()["cases"]
        assert len(case["lines"]) == 7
        assert case["costs"]["EUR"] > 100_000
        assert (await client.get("/api/v1/cases")).json()["items"] == []
        assert (await client.get("/api/v1/hr-events")).json()["items"] == []
        assert state_of(office, "IT-00060") == "in_stock"


async def centre(client: httpx.AsyncClient, person: int, day: str) -> str:
    found = (await client.get(f"/api/v1/people/{person}?as_of={day}")).json()
    return str(found["cost_centre"])


def holder_of(app: App, tag: str) -> int | None:
    asset = table_of(Asset)
    query = (
        select(col(Custody.person_id))
        .join(asset, id_of(Asset) == col(Custody.asset_id))
        .where(col(Asset.tag) == tag, col(Custody.valid_to).is_(None))
    )
    with app.engine.connect() as connection:
        return connection.execute(query).scalar()


def state_of(app: App, tag: str) -> str:
    with app.engine.connect() as connection:
        query = select(col(Asset.state)).where(col(Asset.tag) == tag)
        return str(connection.execute(query).scalar_one())
