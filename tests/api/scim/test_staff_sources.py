"""Sources of staff are shown and changed by API and command, and hold at once."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.compose.wiring import App, build
from config.settings import Settings
from inventory.people.organisation import ensure
from inventory.storage import upgrade
from tests.api.conftest import calling
from tests.api.scim.test_employments import Company, company
from tests.api.test_cli import PURSER

FIELDS = {
    "joining": ["number", "email + family name", "login + family name"],
    "order": [],
    "most_leavers": 10,
    "separate": True,
}
"""Some of what an empty installation begins with."""


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[App]:
    """An installation that nothing was set in."""
    told = {"data_dir": tmp_path, "database_url": database_url}
    app = build(Settings.model_validate(told), check=False)
    upgrade.upgrade(app.engine)
    with app.work("test") as work:
        ensure(work, "legal_entity", "100", name="Acme", currency="EUR")
        work.commit()
    yield app
    app.close()


def command(app: App, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401
    """Run a command in a process of its own; return what it printed as JSON."""
    told = {
        "PURSER_DATA_DIR": str(app.settings.data_dir),
        "PURSER_DATABASE_URL": app.engine.url.render_as_string(hide_password=False),
    }
    done = subprocess.run(
        [*PURSER, "staff-source", *arguments, "--json"],
        env=os.environ | told,
        cwd=app.settings.data_dir,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if not code else done.stderr


async def in_force(acme: Company) -> dict[str, Any]:
    """Return the version that is in force."""
    (row,) = await acme.items("staff-sources", in_force=True)
    return await acme.get(f"staff-sources/{row['name']}")


async def test_rules_are_changed_by_field_and_kept_by_version(app: App) -> None:
    async with company(app) as acme:
        first = await in_force(acme)
        assert (first["name"], first | FIELDS) == ("file", first)
        assert await acme.post("hr-sources", {"name": "workday"}, 201)
        given = {"order": ["workday"], "most_leavers": 3, "remark": "new HR system"}
        assert await acme.post("staff-sources:set", given) == {"name": "v1"}
        now = await in_force(acme)
        # What was not given stays as it was.
        assert now["joining"] == FIELDS["joining"]
        assert (now["order"], now["most_leavers"]) == (["workday"], 3)
        assert now["remark"] == "new HR system"
        # The same once more is no version.
        assert await acme.post("staff-sources:set", given) == {"name": "v1"}
        field = {"field_order": {"department": "workday, scim:okta"}}
        assert await acme.post("staff-sources:set", field) == {"name": "v2"}
        assert (await in_force(acme))["field_order"] == field["field_order"]
        names = [row["name"] for row in await acme.items("staff-sources")]
        assert names == ["v2", "v1", "file"]
        assert await acme.post("staff-sources/v1:restore", {}) == {"name": "v3"}
        assert (await in_force(acme))["field_order"] == {}
        assert await acme.post("staff-sources/file:restore", {}) == {"name": "file"}
        assert (await in_force(acme))["order"] == []
        trail = await acme.items("audit-trail", entity="provisioning_rules")
        assert len(trail) == 4
        assert "new HR system" in str(trail)


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("set", {"joining": ["shoe_size"]}, "joining"),
    ("set", {"joining": [" + "]}, "joining"),
    ("set", {"order": ["sap-typo"]}, "order"),
    ("set", {"field_order": {"department": "sap-typo"}}, "field_order"),
    ("set", {"field_order": {"shoe_size": "scim:okta"}}, "field_order"),
    ("set", {"bridge": -1}, "bridge"),
    ("set", {"absence_days": 10**9}, "absence_days"),
    ("set", {"approve_up_to": "much"}, "approve_up_to"),
    ("set-provider", {"provider": "okta"}, "provider"),
    ("set-provider", {"provider": "scim:a", "legal_entity": "9"}, "legal_entity"),
    ("set-provider", {"provider": "scim:a", "attributes": {"shoe": "x"}}, "attributes"),
    ("set-provider", {"provider": "scim:a", "create": ["people"]}, "create"),
    ("load", {"file": "separate: ["}, "file"),
    ("load", {"file": "- a list"}, "file"),
    ("load", {"file": "separat: true"}, "file"),
    ("load", {"file": "separate: 'no'"}, "file"),
    ("load", {"file": "joining: [1]"}, "file"),
    ("load", {"file": "leavers: {most: many}"}, "most_leavers"),
    ("load", {"file": "leavers: {moost: 1}"}, "file"),
    ("load", {"file": "bridge: true"}, "bridge"),
    ("load", {"file": "joining: [[number, ['x']]]"}, "file"),
    ("load", {"file": "joining: [[number, shoe]]"}, "joining"),
    ("load", {"file": "authority: {others: sap}"}, "file"),
    ("load", {"file": "authority: {fields: {department: sap}}"}, "file"),
    ("load", {"file": "a: &a [x]\njoining: [*a, *a]"}, "file"),
    ("load", {"file": "[" * 5000}, "file"),
    ("load", {"file": "remind: {before: !!python/name:os.system x}"}, "file"),
    ("load", {"file": 'suspend: ["\\0"]'}, "file"),
    ("load", {"file": "employments: {okta: {}}"}, "employments"),
    ("load", {"file": "employments: {'scim:a': {create: x}}"}, "employments"),
    ("load", {"file": "employments: {'scim:a': [x]}"}, "employments"),
    ("load", {"file": "x" * 200_000}, "file"),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_wrong_is_refused_where_it_is(app: App) -> None:
    async with company(app) as acme:
        for verb, given, where in WRONG:
            answer = await acme.client.post(f"/api/v1/staff-sources:{verb}", json=given)
            assert answer.status_code == 422, given
            told = answer.json()
            places = told.get("where") or str(told.get("errors"))
            assert where in places, (given, told)
        assert await acme.items("audit-trail", entity="provisioning_rules") == []
        gone = {"provider": "scim:none"}
        await acme.post("staff-sources:remove-provider", gone, 404)
        await acme.post("staff-sources/7:restore", {}, 404)
    async with calling(app, "it") as client:
        answer = await client.post("/api/v1/staff-sources:set", json={"bridge": 1})
        assert answer.status_code == 403
        assert (await client.get("/api/v1/staff-sources")).status_code == 200


async def test_a_provider_is_set_by_a_command_and_holds_in_a_running_server(
    app: App, tmp_path: Path
) -> None:
    async with company(app) as acme:
        ina = await acme.add("ina")
        assert await acme.employed(ina) == []
        set_ = ("set-provider", "--provider", "scim:okta", "--legal-entity", "100")
        assert command(app, *set_) == {"name": "v1"}
        bo = await acme.add("bo")
        assert [number for _, number, *_ in await acme.employed(bo)] == ["n-bo"]
        told = await acme.post("hr-sources:read-users", {})
        assert told["followed"] == 2
        assert len(await acme.employed(ina)) == 1
        (source,) = await acme.items("hr-sources")
        assert "employer: 100" in source["employments"]
        shown = command(app, "show", "v1")
        assert shown["providers"][0].startswith("scim:okta: ")
        file = tmp_path / "kept.yaml"
        file.write_text(shown["file"].replace("most: 10", "most: 4"))
        assert command(app, "load", "--file", str(file)) == {"name": "v2"}
        assert (await in_force(acme))["most_leavers"] == 4
        wrong = command(app, "set", "--joining", "shoe_size", code=2)
        assert "A rule of joining names fields that agree." in wrong
        gone = ("remove-provider", "--provider", "scim:okta", "--yes")
        assert command(app, *gone) == {"name": "v3"}
        cy = await acme.add("cy")
        assert await acme.employed(cy) == []


async def test_leavers_are_held_by_the_number_that_is_in_force(app: App) -> None:
    async with company(app) as acme:
        await acme.post("staff-sources:set", {"most_leavers": 0})
        hire = {"family_name": "One", "legal_entity": "100"}
        verdicts = []
        for number, kind, data in (("1", "hire", hire), ("2", "termination", {})):
            event = {"source": "sap", "id": number, "type": kind, "subject": "7"}
            data = {"effective_on": "2026-04-01", **data}
            told = await acme.post("hr/events", event | {"data": data}, 201)
            verdicts.append(told["event"]["verdict"])
        assert verdicts == ["applied", "held"]
