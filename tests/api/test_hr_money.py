"""What a lost thing was worth comes from the books, and a person decides."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from api.compose.wiring import App
from inventory.accounting.tables import BookEvent
from inventory.storage.rows import table_of
from tests.api.books import fill
from tests.api.conftest import calling

EVENTS = "/api/v1/hr/events"


async def test_a_stolen_laptop_is_proposed_at_its_book_value_and_a_person_decides(
    app: App,
) -> None:
    assets = fill(app).assets
    today = app.clock().date()
    async with calling(app, "hr", "it", "accounting") as client:
        told = await client.post(
            EVENTS,
            json={
                "source": "sap",
                "id": "1",
                "type": "termination",
                "subject": "77",
                "data": {
                    "effective_on": (today + timedelta(days=5)).isoformat(),
                    "person": "p1",
                    "legal_entity": "100",
                },
            },
        )
        assert told.status_code == 201, told.text
        number = told.json()["case_id"]
        lines = told.json()["cases"][-1]["lines"]
        assert {line["tag"] for line in lines} == {"IT-1", "IT-2", "SW-1"}
        line = next(line for line in lines if line["tag"] == "IT-1")
        stolen = {"line": line["id"], "step": "steal", "note": "police 4711"}
        done = await client.post(f"/api/v1/cases/{number}:step", json=stolen)
        assert done.status_code == 200, done.text
        (proposal,) = (await client.get("/api/v1/write-offs")).json()["items"]
        schedule = await client.get(
            f"/api/v1/assets/{assets['IT-1']}/schedule"
            f"?book={proposal['book']}&as_of={today}"
        )
        assert schedule.status_code == 200, schedule.text
        value = schedule.json()["as_of"]["book_value"]
        assert f"{proposal['value_minor'] / 100:.2f}" == value
        assert proposal["value_minor"] > 0
        before = disposals(app)
        async with calling(app, "accounting") as others:
            decided = await others.post(
                f"/api/v1/write-offs/{proposal['id']}:approve",
                json={"remark": "insurance paid"},
            )
        assert decided.json()["state"] == "approved", decided.text
        assert disposals(app) > before
        again = await client.post(
            f"/api/v1/write-offs/{proposal['id']}:refuse", json={"remark": "no"}
        )
        assert again.status_code == 409


def disposals(app: App) -> int:
    event = table_of(BookEvent)
    with app.engine.connect() as connection:
        query = select(func.count()).select_from(event)
        return int(connection.execute(query).scalar_one())
