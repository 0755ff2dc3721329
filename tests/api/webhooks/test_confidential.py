"""A leave that is HR's alone is told to no program of IT, also not when called off."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, text

from api.compose.wiring import App
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.outbox.tables import Webhook
from inventory.people.organisation import ensure
from inventory.storage.rows import Row, table_of
from tests.api.conftest import calling

API = "/api/v1"
NUMBERS = count(1)
TOLD = """SELECT m.body FROM webhook_delivery d
JOIN outbox_message m ON m.id = d.message_id JOIN webhook w ON w.id = d.webhook_id
WHERE w.name = :name ORDER BY d.id"""


@pytest.fixture
def company(app: App) -> App:
    """Something in stock, and two programs that want to know everything."""
    with app.work("test") as work:
        ensure(work, "legal_entity", "100", name="Example", currency="EUR")
        register_asset(work, NewAsset(kind="laptop", since=app.clock().date()))
        work.commit()
    common: Row = {"url": "https://hook.example/", "events": ["*"], "owner": "test"}
    common |= {"sites": [], "legal_entities": [], "send_own": True}
    with app.engine.begin() as connection:
        for name in ("it", "hr"):
            values = {**common, "created_at": app.clock(), "name": name}
            connection.execute(
                insert(table_of(Webhook)).values({**values, "roles": [name]})
            )
    return app


async def say(client: httpx.AsyncClient, kind: str, on: str, **data: Any) -> None:  # noqa: ANN401
    number = next(NUMBERS)
    body = {
        "specversion": "1.0",
        "source": "sap",
        "id": str(number),
        "type": kind,
        "subject": "00042",
        "time": f"2026-03-01T09:{number:02}:00Z",
        "data": {"effective_on": on, **data},
    }
    answer = await client.post(f"{API}/hr/events", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["event"]["verdict"] in ("applied", "joined"), answer.text


def told(app: App, name: str) -> set[str]:
    """What a program was told since the last time, by type."""
    forget = "DELETE FROM webhook_delivery WHERE webhook_id IN"
    with app.engine.begin() as connection:
        rows = connection.execute(text(TOLD), {"name": name}).scalars().all()
        of_it = "(SELECT id FROM webhook WHERE name = :name)"
        connection.execute(text(f"{forget} {of_it}"), {"name": name})
    return {json.loads(row)["type"] for row in rows}


async def test_a_confidential_leave_is_told_to_hr_alone(company: App) -> None:
    name = {"given_name": "Tia", "family_name": "Anggraini", "legal_entity": "100"}
    async with calling(company, "hr") as client:
        await say(client, "hire", "2026-03-02", **name)
        given = {"line": 1, "step": "deliver"}
        answer = await client.post(f"{API}/cases/1:step", json=given)
        assert answer.status_code == 200, answer.text
        assert "line.changed" in told(company, "it")
        told(company, "hr")

        await say(client, "termination", "2026-09-30", quiet=True, reason="dismissal")
        assert told(company, "it") == set()
        assert told(company, "hr") >= {
            "employment.ended",
            "case.changed",
            "line.changed",
        }
        await say(client, "termination.cancelled", "2026-09-30")
        assert not told(company, "it") & {"employment.ended", "line.changed"}
        assert "line.changed" in told(company, "hr")
        # One that is not confidential is told to everybody whom it concerns.
        await say(client, "termination", "2026-10-31", reason="resignation")
        assert told(company, "it") >= {"employment.ended", "line.changed"}
