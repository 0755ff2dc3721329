"""Many requests at once: one case for one hire, one laptop for one person."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.compose.wiring import App
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.people.organisation import ensure
from tests.api.conftest import calling

EVENTS = "/api/v1/hr/events"
Answer = dict[str, Any]


@pytest.fixture
def company(app: App) -> App:
    with app.work("test") as work:
        ensure(work, "legal_entity", "100", name="Example", currency="EUR")
        today = app.clock().date()
        register_asset(work, NewAsset(kind="laptop", since=today, purchased_on=today))
        work.commit()
    return app


def hire(source: str, number: str, who: str = "00042") -> Answer:
    return {
        "specversion": "1.0",
        "source": source,
        "id": number,
        "type": "hire",
        "subject": who,
        "time": "2026-03-01T09:00:00Z",
        "data": {
            "effective_on": "2026-04-01",
            "given_name": "Tia",
            "family_name": f"Person {who}",
            "legal_entity": "100",
        },
    }


def count(app: App, table: str, where: str = "1 = 1") -> int:
    with app.engine.connect() as connection:
        query = text(f"SELECT count(*) FROM {table} WHERE {where}")
        return int(connection.execute(query).scalar_one())


async def together(
    client: httpx.AsyncClient, bodies: list[Answer], **headers: str
) -> list[httpx.Response]:
    return await asyncio.gather(
        *(client.post(EVENTS, json=body, headers=headers) for body in bodies)
    )


async def test_one_hire_from_two_systems_in_twenty_requests_is_one_case(
    company: App,
) -> None:
    bodies = [hire("sap" if n % 2 else "payroll", "1") for n in range(20)]
    async with calling(company, "hr") as client:
        answers = await together(client, bodies)
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert {answer.json()["case_id"] for answer in answers} == {
        answers[0].json()["case_id"]
    }
    assert count(company, "provisioning_case") == 1
    assert count(company, "person") == 1
    assert count(company, "hr_event") == 2


async def test_two_hires_and_one_laptop_are_one_reservation_and_one_shortage(
    company: App,
) -> None:
    async with calling(company, "hr") as client:
        await together(client, [hire("sap", who, who) for who in ("00001", "00002")])
    laptops = "kind = 'laptop' AND state = "
    assert count(company, "case_line", f"{laptops}'reserved'") == 1
    assert count(company, "case_line", f"{laptops}'shortage'") == 1
    assert count(company, "purchase_request", "kind = 'laptop'") == 1
    # The next laptop that is registered goes to whoever waits.
    with company.work("test") as work:
        register_asset(work, NewAsset(kind="laptop", since=company.clock().date()))
        work.commit()
    assert count(company, "case_line", f"{laptops}'reserved'") == 2
    assert (
        count(company, "purchase_request", "kind='laptop' AND closed_on IS NULL") == 0
    )


async def test_a_key_has_one_effect_and_belongs_to_one_request(company: App) -> None:
    key = {"Idempotency-Key": '"8e03978e"'}
    async with calling(company, "hr") as client:
        answers = await together(client, [hire("sap", "1")] * 5, **key)
        codes = {answer.status_code for answer in answers}
        assert codes <= {201, 409}
        assert 201 in codes
        refused = [a.json() for a in answers if a.status_code == 409]
        assert all(
            each["type"] == "urn:purser:problem:idempotency-key-in-flight"
            for each in refused
        )
        again = await client.post(EVENTS, json=hire("sap", "1"), headers=key)
        assert again.status_code == 201
        assert again.headers["Idempotency-Replayed"] == "true"
        other = await client.post(EVENTS, json=hire("sap", "2"), headers=key)
        assert other.status_code == 422
        assert other.json()["type"] == "urn:purser:problem:idempotency-key-reused"
    assert count(company, "hr_event") == 1


async def test_a_case_that_was_changed_meanwhile_is_not_changed_by_an_old_view(
    company: App,
) -> None:
    async with calling(company, "hr") as client:
        number = (await client.post(EVENTS, json=hire("sap", "1"))).json()["case_id"]
        path = f"/api/v1/cases/{number}"
        seen = await client.get(path)
        line = next(x for x in seen.json()["lines"] if not x["tracked"])
        steps = f"{path}:step"
        match = {"If-Match": seen.headers["ETag"]}
        done = await client.post(
            steps, json={"line": line["id"], "step": "deliver"}, headers=match
        )
        assert done.status_code == 200
        assert done.headers["ETag"] != seen.headers["ETag"]
        late = await client.post(
            steps,
            json={"line": line["id"], "step": "accept", "note": "Tia"},
            headers=match,
        )
        assert late.status_code == 412
        assert late.json()["type"] == "urn:purser:problem:stale"


async def test_a_step_that_is_not_possible_says_which_are(company: App) -> None:
    async with calling(company, "hr") as client:
        number = (await client.post(EVENTS, json=hire("sap", "1"))).json()["case_id"]
        lines = (await client.get(f"/api/v1/cases/{number}")).json()["lines"]
        step = {"line": lines[0]["id"], "step": "restock"}
        answer = await client.post(f"/api/v1/cases/{number}:step", json=step)
        assert answer.status_code == 409
        assert "prepare" in answer.json()["remedy"]


UNREADABLE: list[tuple[Answer, str]] = [
    ({"type": "promoted"}, "type"),
    ({"subject": ""}, "subject"),
    ({"data": {"effective_on": "1 April"}}, "data.effective_on"),
    ({"data": {"effective_on": "2026-04-01", "departmnt": "X"}}, "data.departmnt"),
    ({"data": {"effective_on": "2026-04-01", "department": "X"}}, "data.department"),
    ({"data": {"effective_on": "9999-12-31"}}, "data.effective_on"),
    ({"time": "yesterday"}, "time"),
    ({"specversion": "0.3"}, "specversion"),
]


async def test_what_cannot_be_read_is_told_with_its_place(company: App) -> None:
    async with calling(company, "hr") as client:
        for change, where in UNREADABLE:
            answer = await client.post(EVENTS, json=hire("sap", "1") | change)
            assert answer.status_code in (404, 422)
            assert answer.json()["where"] == where
            assert answer.json()["remedy"]
    assert count(company, "hr_event") == 0


async def test_a_batch_tells_what_became_of_each_event(company: App) -> None:
    kind = {"Content-Type": "application/cloudevents-batch+json"}
    bad = hire("sap", "3", "00003") | {"type": "promoted"}
    async with calling(company, "hr") as client:
        answer = await client.post(
            EVENTS,
            json=[hire("sap", "1"), hire("sap", "1"), bad],
            headers=kind,
        )
        assert answer.status_code == 200
        first, second, third = answer.json()["items"]
        assert (first["new"], second["new"]) == (True, False)
        assert third["problem"]["where"] == "type"
        odd = await client.post(
            EVENTS, content=b"<hire/>", headers={"Content-Type": "text/xml"}
        )
        assert odd.status_code == 415


async def test_a_stopped_source_has_no_effect_until_it_runs_again(
    company: App,
) -> None:
    async with calling(company, "hr") as client:
        await client.post("/api/v1/hr-sources", json={"name": "sap"})
        stop = await client.post(
            "/api/v1/hr-sources/sap:stop", json={"remark": "wrong data"}
        )
        assert stop.json()["stop_reason"] == "wrong data"
        answer = await client.post(EVENTS, json=hire("sap", "1"))
        assert answer.status_code == 201, answer.text
        assert answer.json()["event"]["verdict"] == "held"
        assert count(company, "provisioning_case") == 0
        started = await client.post("/api/v1/hr-sources/sap:start", json={})
        assert len(started.json()["items"]) == 1
    assert count(company, "provisioning_case") == 1
