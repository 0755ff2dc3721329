"""What a device may be: stored apart, shown, accepted; never told for a fact."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from api.compose.wiring import App
from collectors.facts import Clue, Observation, System
from discovery.identity.identification import RuleIdentification
from discovery.identity.identify import build_knowledge
from discovery.observations.apply import apply_visit
from discovery.observations.visit import make_visit
from inventory.network.tables import Device
from inventory.storage.rows import col, table_of
from inventory.storage.tables import AuditEntry
from inventory.storage.work import UnitOfWork
from tests.api.conftest import calling
from tests.api.test_devices import SEEN

API = "/api/v1"
TABLES = {
    "enterprises": "number\torganisation\n64999\tAcme Networks\n",
    "trade": "word\ttype\ttrust\twhere\nswitch\tswitch\t42\ttext\n",
    "reliability": "field\tweight\tright\tcases\nmodel\t20\t45\t20\n",
}
"""Little is known: a model by its form alone is right in 45 of a hundred cases."""


@pytest.fixture
async def it(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client after a scan that read one weak sign of a model."""
    visited(app, "GX5200-28T")
    async with calling(app, "it") as client:
        yield client


def visited(app: App, model: str, hours: int = 0) -> None:
    """Scan a device that shows a weak sign of its model."""
    at = SEEN + timedelta(hours=hours)
    with UnitOfWork(app.engine, actor="scan:1", clock=lambda: at) as work:
        visit(work, model, at)
        work.commit()


def visit(work: UnitOfWork, model: str, at: datetime) -> None:
    """Apply what was read of a device."""
    seen = Observation(
        address="192.0.2.9",
        collector="snmp",
        seen_at=at,
        system=System(descr="Ethernet switch", object_id="1.3.6.1.4.1.64999.1"),
        clues=(
            Clue("enterprise", "64999", "snmp enterprises"),
            Clue("object", model, "snmp 1.3.6.1.4.1.64999.2.1.0"),
        ),
    )
    identify = RuleIdentification(build_knowledge([], tables=TABLES))
    apply_visit(work, make_visit([seen], identify), identify)


async def test_a_suggestion_is_shown_as_one_and_is_no_fact(
    it: httpx.AsyncClient, app: App
) -> None:
    [row] = (await it.get(f"{API}/suggestions")).json()["items"]
    assert (row["field"], row["value"], row["confidence"]) == (
        "model",
        "GX5200-28T",
        0.45,
    )
    device = (await it.get(f"{API}/devices/{row['device_id']}")).json()
    assert (device["type"], device["model"]) == ("switch", None)
    for asked, count in (("true", 1), ("false", 0)):
        listed = await it.get(f"{API}/devices", params={"suggested": asked})
        assert len(listed.json()["items"]) == count


async def test_what_a_person_accepts_is_a_fact_and_waits_no_more(
    it: httpx.AsyncClient, app: App
) -> None:
    [row] = (await it.get(f"{API}/suggestions")).json()["items"]
    answer = await it.post(f"{API}/suggestions/{row['id']}:accept", json={})
    assert answer.status_code == 200, answer.text
    assert answer.json()["value"] == "GX5200-28T"
    assert (await it.get(f"{API}/suggestions")).json()["items"] == []
    device = table_of(Device)
    with app.engine.connect() as connection:
        assert connection.execute(select(device.c.model)).scalar() == "GX5200-28T"


async def test_what_a_person_rejects_is_not_suggested_again(
    it: httpx.AsyncClient, app: App
) -> None:
    [row] = (await it.get(f"{API}/suggestions")).json()["items"]
    for _ in range(2):
        answer = await it.post(f"{API}/suggestions/{row['id']}:reject", json={})
        assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "device_id": row["device_id"],
        "field": "model",
        "value": "GX5200-28T",
    }
    visited(app, "GX5200-28T", 1)
    assert (await it.get(f"{API}/suggestions")).json()["items"] == []
    listed = await it.get(f"{API}/devices", params={"suggested": "true"})
    assert listed.json()["items"] == []
    device = (await it.get(f"{API}/devices/{row['device_id']}")).json()
    assert device["model"] is None
    with app.engine.connect() as connection:
        action = col(AuditEntry.action)
        trail = connection.execute(select(action).where(action.like("reject%")))
        assert trail.scalars().all() == ["reject-suggestion"], "once, not twice"


async def test_another_suggestion_waits_though_one_was_rejected(
    it: httpx.AsyncClient, app: App
) -> None:
    [row] = (await it.get(f"{API}/suggestions")).json()["items"]
    await it.post(f"{API}/suggestions/{row['id']}:reject", json={})
    visited(app, "GX7400-10S", 1)
    [other] = (await it.get(f"{API}/suggestions")).json()["items"]
    assert other["value"] == "GX7400-10S"
    accepted = await it.post(f"{API}/suggestions/{other['id']}:accept", json={})
    assert accepted.status_code == 200
    device = (await it.get(f"{API}/devices/{row['device_id']}")).json()
    assert device["model"] == "GX7400-10S"
