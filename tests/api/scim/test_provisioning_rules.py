"""Kits, calendars, lines and notices are shown and changed by API and command."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from api.compose.keys import Seal
from api.compose.wiring import App, build, compose
from config.settings import Settings
from inventory.people.organisation import ensure
from inventory.storage import upgrade
from tests.api.conftest import calling
from tests.api.scim.test_employments import Company, company
from tests.api.test_cli import PURSER

KITS = """\
# What people get.
currency: EUR
items:
  laptop: {kind: laptop, cost: "900.00"}
  badge: {kind: badge, tracked: false}
kits:
  - {name: everybody, items: [laptop, badge]}
"""
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[App]:
    """An installation that nothing was set in, on a day that is always the same."""
    told = {"data_dir": tmp_path, "database_url": database_url}
    settings = Settings.model_validate(told)
    first = build(settings, check=False)
    upgrade.upgrade(first.engine)
    app = composed(first.engine, settings)
    with app.work("test") as work:
        ensure(work, "legal_entity", "100", name="Acme", currency="EUR")
        work.commit()
    yield app
    app.close()
    first.close()


def composed(engine: Engine, settings: Settings) -> App:
    """Return a process of its own on a database; a second one has its own rules."""
    return compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))


def command(app: App, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401
    """Run a command in a process of its own; return what it printed as JSON."""
    told = {
        "PURSER_DATA_DIR": str(app.settings.data_dir),
        "PURSER_DATABASE_URL": app.engine.url.render_as_string(hide_password=False),
    }
    done = subprocess.run(
        [*PURSER, *arguments],
        env=os.environ | told,
        cwd=app.settings.data_dir,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    if code:
        return done.stderr
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


async def hired(acme: Company, number: str, start: str = "2026-04-01") -> int:
    """Say that somebody joins; return the number of the case."""
    data = {"family_name": number, "legal_entity": "100", "effective_on": start}
    event = {"source": "hr", "id": number, "type": "hire", "subject": number}
    told = await acme.post("hr/events", event | {"data": data}, 201)
    return int(told["case_id"])


async def items_of(acme: Company, case: int) -> list[str]:
    found = await acme.get(f"cases/{case}")
    return sorted(line["item"] for line in found["lines"])


async def due(acme: Company, case: int, item: str) -> str:
    """Return when a line of a case is due."""
    found = await acme.get(f"cases/{case}")
    return str(next(one["due_on"] for one in found["lines"] if one["item"] == item))


async def test_a_joiner_gets_the_kit_that_is_in_force_and_old_cases_keep_theirs(
    app: App, tmp_path: Path
) -> None:
    async with company(app) as acme:
        old = await hired(acme, "1")
        before = await items_of(acme, old)
        assert "badge" not in before
        file = tmp_path / "own.yaml"
        file.write_text(KITS)
        change = ("change", "kits", "--file", str(file), "--remark", "badges", "--json")
        tried = command(app, "provisioning-rule", *change, "--preview")
        assert (tried["in_force"], tried["cases_kept"]) == ("v1", 1)
        assert (await acme.get("provisioning-rules/kits"))["in_force"] == "file"
        done = command(app, "provisioning-rule", *change)
        assert (done["in_force"], done["cases_kept"]) == ("v1", 1)
        # This process has read the rules before; another one changed them.
        new = await hired(acme, "2")
        assert await items_of(acme, new) == ["badge", "laptop"]
        assert await items_of(acme, old) == before
        kits = await acme.items("kits")
        assert [row["name"] for row in kits] == ["everybody"]
        applied = await acme.post("kits:apply", {})
        assert [one["case_id"] for one in applied["items"]] == [old]
        assert await items_of(acme, old) != before
        trail = await acme.items("audit-trail", entity="provisioning_rules")
        assert "badges" in str(trail[0])


async def test_versions_are_told_apart_and_one_is_in_force_again(app: App) -> None:
    async with company(app) as acme:
        files = await acme.get("provisioning-rules/kits")
        same = (await acme.client.get("/api/v1/provisioning-rules/kits/file")).text
        # What says nothing new is no version.
        told = await acme.post("provisioning-rules/kits:change", {"file": same})
        assert (told["in_force"], told["changed_lines"]) == ("file", 0)
        await acme.post("provisioning-rules/kits:change", {"file": KITS})
        dearer = KITS.replace("900.00", "950.00")
        told = await acme.post("provisioning-rules/kits:change", {"file": dearer})
        assert (told["in_force"], told["changed_lines"]) == ("v2", 2)
        path = "provisioning-rules/kits/difference"
        lines = (await acme.get(path, version="v2"))["lines"]
        assert [one["sign"] for one in lines] == ["-", "+"]
        assert "950.00" in lines[1]["line"]
        shown = await acme.get("provisioning-rules/kits")
        (kit,) = shown["kits"]
        assert (kit["for_whom"], kit["cost"]) == ("everybody", "950.00")
        assert kit["currency"] == "EUR"
        assert kit["gets"] == ["laptop", "badge"]
        assert [one["name"] for one in shown["versions"]] == ["v2", "v1", "file"]
        answer = await acme.client.get("/api/v1/provisioning-rules/kits/file")
        assert answer.text == dearer  # with its comments
        assert "kits.yaml" in answer.headers["content-disposition"]
        back = {"version": "v1", "remark": "too dear"}
        told = await acme.post("provisioning-rules/kits:restore", back)
        assert told["in_force"] == "v3"
        assert "900.00" in str((await acme.get("provisioning-rules/kits"))["kits"])
        told = await acme.post("provisioning-rules/kits:restore", {"version": "file"})
        assert told["in_force"] == "file"
        assert (await acme.get("provisioning-rules/kits"))["kits"] == files["kits"]
        await acme.post("provisioning-rules/kits:restore", {"version": "v9"}, 404)
        rows = await acme.items("provisioning-rules")
        kinds = ["calendars", "kits", "lines", "notices", "sources"]
        assert [row["name"] for row in rows] == kinds


async def test_holidays_of_indonesia_move_the_dates_of_new_cases(app: App) -> None:
    calendars = """\
default:
  - zone: Asia/Jakarta
    weekend: [saturday, sunday]
"""
    async with company(app) as acme:
        path = "provisioning-rules/calendars:change"
        await acme.post(path, {"file": calendars})
        old = await hired(acme, "1", "2026-03-30")
        # Two weeks of working days before the first day.
        assert await due(acme, old, "mail account") == "2026-03-16"
        with_holidays = calendars + "    country: ID\n"
        closed = "    closed: [{from: 2026-03-23, to: 2026-03-24, why: cuti bersama}]\n"
        told = await acme.post(path, {"file": with_holidays + closed})
        assert told["dates_kept"] > 0
        new = await hired(acme, "2", "2026-03-30")
        # Nyepi, Idul Fitri and the days between are not worked.
        assert await due(acme, new, "mail account") < "2026-03-13"
        assert await due(acme, old, "mail account") == "2026-03-16"
        shown = await acme.get("provisioning-rules/calendars")
        assert shown["closed"][0]["why"] == "cuti bersama"
        names = {one["name"] for one in shown["holidays"]}
        assert "Hari Kemerdekaan Republik Indonesia" in names


async def test_lines_and_notices_are_in_the_words_of_the_site(app: App) -> None:
    async with company(app) as acme:
        kind = "provisioning-rules/lines"
        text = (await acme.client.get(f"/api/v1/{kind}/file")).text
        said = text.replace('"signed for"', '"with signature"')
        await acme.post(f"{kind}:change", {"file": said})
        states = (await acme.get(kind))["states"]
        assert "with signature" in [one["meaning"] for one in states]
        kind = "provisioning-rules/notices"
        text = (await acme.client.get(f"/api/v1/{kind}/file")).text
        said = text.replace('{person} joins on {day}"', 'Welcome {person}"')
        await acme.post(f"{kind}:change", {"file": said})
        subjects = [one["subject"] for one in (await acme.get(kind))["texts"]]
        assert "Welcome {person}" in subjects


ITEMS = "items:\n  laptop: {kind: laptop}\n"
ZONE = "default:\n  - {zone: Asia/Jakarta}\n"
WRONG = (
    ("kits", f"{ITEMS}kits:\n  - {{name: a, items: [sofa]}}", 4, "no item 'sofa'"),
    ("kits", "items:\n  laptop:\n    kind: no", 3, "quotation marks"),
    ("kits", f"{ITEMS}kits: sofa", 3, "is not a list"),
    ("kits", f"{ITEMS}colour: red", 3, "no key colour"),
    ("kits", "items:\n  laptop: {kind: laptop, cost: dear}", 2, "not an amount"),
    ("kits", "items:\n  laptop: {kind: laptop, cost: 1.234}", 2, "decimal"),
    ("kits", "items:\n  laptop: {kind: laptop, overlap: 1.5}", 2, "whole number"),
    ("kits", "items:\n  laptop: {}", 2, "kind is missing"),
    ("kits", f"{ITEMS}items: {{}}", 3, "written twice"),
    ("kits", f"{ITEMS}kits: [", 3, "not YAML"),
    ("kits", f"{ITEMS}kits:\n- {{name: a, from: 2026-02-31}}", 4, "not a date"),
    ("kits", f"{ITEMS}kits:\n- name: a\n- name: a", 5, "Two kits"),
    ("kits", f"{ITEMS}kits:\n- name: a\n  when: {{shoe: [x]}}", 5, "no key shoe"),
    ("calendars", "default: []", 1, "default is missing"),
    ("calendars", "default:\n  - zone: Asia/Nowhere", 1, "No time zone"),
    ("calendars", "default:\n  - zone: UTC\n    country: NO-X", 1, "NO-X"),
    ("calendars", "default:\n  - zone: UTC\n    country: no", 3, "quotation marks"),
    ("calendars", f"{ZONE}sites:\n  x: []", 4, "no calendar"),
    (
        "calendars",
        f"{ZONE}    closed: [{{from: 2026-02-02, to: 2026-02-01}}]".replace(
            "}\n", "\n", 1
        ).replace("{zone", "zone", 1),
        3,
        "after the last one",
    ),
    ("lines", "states: {}\nsteps: {}", 1, "states is missing"),
    (
        "lines",
        "states:\n  a: {meaning: x, owner: it}\nsteps:\n  go: {from: [a], to: a}",
        2,
        "No way leads",
    ),
    ("notices", "notices:\n  a: {when: opened, to: [all]}", 2, "Use person"),
    ("notices", "notices:\n  a: {when: opened, to: [it]}", 2, "no English text"),
    (
        "notices",
        "notices:\n  a: {when: never, to: [it]}\n"
        "texts: {en: {a: {subject: x, body: y}}}",
        2,
        "does not happen",
    ),
    (
        "notices",
        "notices: {}\ntexts:\n  en:\n    a: {subject: x, body: '{salary}'}",
        4,
        "known names",
    ),
    ("sources", "bridge: -1", 1, "whole number"),
    ("kits", "a: &a [x]\nb: *a", 0, "alias"),
    ("kits", "[" * 5000, 0, "nested"),
    ("kits", "- a list", 0, "not a mapping"),
    ("kits", "x" * 300_000, 0, ""),
    ("kits", "a: !!python/name:os.system x", 1, "not YAML"),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_bad_document_is_refused_with_its_line_and_changes_nothing(
    app: App, tmp_path: Path
) -> None:
    async with company(app) as acme:
        for kind, text, line, told in WRONG:
            url = f"/api/v1/provisioning-rules/{kind}:change"
            answer = await acme.client.post(url, json={"file": text})
            assert answer.status_code == 422, (text, answer.text)
            said = json.dumps(answer.json(), ensure_ascii=False)
            assert told in said, (text, said)
            assert not line or f"Line {line}" in said, (text, said)
        assert await acme.items("audit-trail", entity="provisioning_rules") == []
        file = tmp_path / "wrong.yaml"
        file.write_text(KITS.replace("[laptop, badge]", "[laptop, sofa]"))
        change = ("provisioning-rule", "change", "kits", "--file", str(file))
        said = command(app, *change, code=1)
        assert "Line 7" in said
        assert "Use one of `items`: laptop, badge." in said
    async with calling(app, "it") as client:
        given = {"file": KITS}
        answer = await client.post("/api/v1/provisioning-rules/kits:change", json=given)
        assert answer.status_code == 403
        answer = await client.get("/api/v1/provisioning-rules/kits")
        assert answer.status_code == 200


async def test_a_state_that_lines_are_in_is_not_taken_away(app: App) -> None:
    async with company(app) as acme:
        kind = "provisioning-rules/lines"
        text = (await acme.client.get(f"/api/v1/{kind}/file")).text
        own = '  waiting: {owner: it, days: 2, meaning: "waits"}\n'
        more = text.replace("states:\n", f"states:\n{own}")
        more += "  wait: {from: [shortage, requested], to: waiting}\n"
        more += "  go_on: {from: [waiting], to: shortage}\n"
        await acme.post(f"{kind}:change", {"file": more})
        case = await hired(acme, "1")
        (line, *_) = (await acme.get(f"cases/{case}"))["lines"]
        step = {"line": line["id"], "step": "wait"}
        await acme.post(f"cases/{case}:step", step)
        answer = await acme.client.post(f"/api/v1/{kind}:change", json={"file": text})
        assert answer.status_code == 422
        assert "1 open lines are in the state waiting" in answer.text
        await acme.post(f"cases/{case}:step", step | {"step": "go_on"})
        await acme.post(f"{kind}:restore", {"version": "file"})


async def test_who_changes_what_was_changed_since_is_told(app: App) -> None:
    async with company(app) as acme:
        answer = await acme.client.get("/api/v1/provisioning-rules/kits")
        seen = {"If-Match": answer.headers["etag"]}
        await acme.post("provisioning-rules/kits:change", {"file": KITS})
        url, other = "/api/v1/provisioning-rules/kits:change", {"file": f"{KITS}\n# x"}
        late = await acme.client.post(url, json=other, headers=seen)
        assert late.status_code == 412


async def test_two_processes_decide_by_the_same_rules(app: App) -> None:
    second = composed(app.engine, app.settings)
    async with company(app) as acme, company(second) as other:
        # Both have read the rules before they are changed.
        await hired(acme, "1")
        await hired(other, "2")
        await acme.post("provisioning-rules/kits:change", {"file": KITS})
        case = await hired(other, "3", (NOW + timedelta(days=90)).date().isoformat())
        assert await items_of(other, case) == ["badge", "laptop"]
