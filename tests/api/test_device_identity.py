"""Why a device is taken for what it is, and corrections by hand, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.compose.rulebooks import knowledge, local_rules
from api.compose.wiring import App
from api.resources.network.device_acts import Corrected
from api.resources.network.identity import IdentityOut
from collectors.facts import Observation, System
from discovery.identity.identify import identify
from discovery.observations.fact_rows import write_observation
from inventory.storage.engine import writing
from tests.api.conftest import calling
from tests.api.test_devices import sample_devices
from tests.api.test_frame import assert_problem
from tests.prepared import prepared

SEEN = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
SWITCH = Observation(
    address="192.0.2.1",
    collector="snmp",
    seen_at=SEEN,
    site="hq",
    system=System(
        descr="Mystery 9000 managed switch, version 1.2.3",
        object_id="1.3.6.1.4.1.64999.1.5",
    ),
)
HERE = "/api/v1/devices/1/identity"
CORRECT = "/api/v1/devices/1:correct"

database_url = prepared(sample_devices)


@pytest.fixture
async def it(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role it; device 1 has answered SNMP."""
    with writing(app.engine) as connection:
        write_observation(connection, SWITCH, row=None, device_id=1, identifiers=())
    async with calling(app, "it") as client:
        yield client
    knowledge.cache_clear()


def audited(app: App) -> list[str]:
    with app.engine.connect() as connection:
        query = text(
            "SELECT action FROM audit_entry WHERE entity = 'device' ORDER BY seq"
        )
        return list(connection.execute(query).scalars())


async def test_the_answer_lays_clues_statements_and_verdicts_open(
    it: httpx.AsyncClient,
) -> None:
    answer = await it.get(HERE)
    found = IdentityOut.model_validate_json(answer.text, strict=True)
    fields = {each.field: each for each in found.fields}
    assert fields["type"].value == "switch"
    assert fields["version"].value == "1.2.3"
    assert fields["type"].statements[0].weight >= fields["type"].statements[-1].weight
    assert fields["serial"].value is None
    assert any("settles it" in advice for advice in fields["serial"].settle)
    assert ("sysObjectID", "1.3.6.1.4.1.64999.1.5") in {
        (clue.kind, clue.value) for clue in found.clues
    }


async def test_a_correction_shows_on_the_device_and_in_the_audit_trail(
    app: App, it: httpx.AsyncClient
) -> None:
    said = {"fields": {"type": "ups", "vendor": "Rempah"}, "note": "read the label"}
    answer = await it.post(CORRECT, json=said)
    assert Corrected.model_validate_json(answer.text).rule is None
    device = (await it.get("/api/v1/devices/1")).json()
    assert (device["type"], device["subtype"]) == ("power", "ups")
    assert device["vendor"] == "Rempah"
    assert audited(app).count("correct") == 3
    assert "remark" in audited(app)
    await it.post(CORRECT, json={"fields": {"vendor": None}})
    assert (await it.get("/api/v1/devices/1")).json()["vendor"] != "Rempah"


async def test_a_rule_says_the_same_of_every_device_that_looks_like_it(
    app: App, it: httpx.AsyncClient
) -> None:
    said = {"fields": {"type": "ups", "model": "M-9"}, "rule": True, "note": "label"}
    answer = await it.post(CORRECT, json=said)
    assert answer.json()["rule"] == "correction-1.yaml"
    folder = local_rules(app.settings)
    assert [file.name for file in folder.iterdir()] == ["correction-1.yaml"]
    again = identify([SWITCH], knowledge(folder))
    assert (again.kind, again.value("model")) == ("ups", "M-9")
    assert "rule" in audited(app)
    shown = IdentityOut.model_validate_json((await it.get(HERE)).text)
    reasons = {each.field: each.reasons for each in shown.fields}
    assert "label" in reasons["model"][0]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("/api/v1/devices/1:correct", {"fields": {"colour": "red"}}),
    ("/api/v1/devices/1:correct", {"fields": {"type": "toaster"}}),
    ("/api/v1/devices/1:correct", {"fields": {"model": "a" * 300}}),
    ("/api/v1/devices/1:correct", {"fields": {"model": "\u202eevil"}}),
    ("/api/v1/devices/1:correct", {"fields": {}}),
    ("/api/v1/devices/1:correct", {"fields": {"serial": "S1"}, "rule": True}),
    ("/api/v1/devices/2:correct", {"fields": {"model": "X"}, "rule": True}),
]


async def test_what_cannot_be_corrected_is_refused_and_nothing_is_written(
    app: App, it: httpx.AsyncClient
) -> None:
    for path, said in REFUSED:
        assert_problem(await it.post(path, json=said), 422, "invalid")
    assert audited(app) == []
    assert not list(local_rules(app.settings).glob("*"))


async def test_only_it_may_correct_and_a_device_must_exist(
    app: App, it: httpx.AsyncClient
) -> None:
    nowhere, body = "/api/v1/devices/999999/identity", {"fields": {"type": "ups"}}
    assert_problem(await it.get(nowhere), 404, "not-found")
    nowhere = "/api/v1/devices/999999:correct"
    assert_problem(await it.post(nowhere, json=body), 404, "not-found")
    async with calling(app, "auditor") as auditor:
        assert (await auditor.get(HERE)).status_code == 200
        assert_problem(await auditor.post(CORRECT, json=body), 403, "forbidden")
