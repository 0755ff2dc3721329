"""Extensions and numbers over HTTP and on the command line."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from api import cli
from api.compose.wiring import App
from api.diagnose.doctor import examine
from api.models import telephony as models
from api.models.register import PersonDetail
from api.resources.listing import page_model
from api.resources.registry import resource
from config.settings import Settings
from config.telephony import Pbx
from discovery.telephony.apply import apply_reading
from tests.api.conftest import calling
from tests.api.test_frame import assert_problem
from tests.discovery.test_telephony import MAC, MONDAY, READING
from tests.inventory.world import build

LINES = "/api/v1/extensions"


@pytest.fixture
async def it(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role it, where a telephone system was read."""
    build(app.engine, app.clock)
    with app.work("scan:1") as work:
        apply_reading(work, READING, region="NL")
        work.commit()
    async with calling(app, "it") as client:
        yield client


async def test_a_page_of_extensions_is_as_described(it: httpx.AsyncClient) -> None:
    answer = await it.get(LINES, params={"as_of": "2026-03-16"})
    assert answer.status_code == 200, answer.text
    page_model(resource("extensions")).model_validate_json(answer.text, strict=True)
    first = answer.json()["items"][0]
    assert (first["number"], first["person"], first["numbers"]) == (
        "2001",
        "Sari Wijaya",
        ["+31104144188"],
    )
    assert first["phones"][0]["mac"] == MAC


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({"search": "meeting"}, ["2003"]),
    ({"search": "sari"}, ["2001"]),
    ({"free": "true"}, ["2003"]),
    ({"person": "id:2"}, ["2002"]),
    ({"system": "main", "number__in": "2001,2002"}, ["2001", "2002"]),
    ({"as_of": "2026-03-01", "free": "false"}, []),
    ({"sort": "-number", "limit": "1"}, ["2003"]),
]


async def test_filters_narrow_the_list(it: httpx.AsyncClient) -> None:
    for params, numbers in FILTERS:
        answer = await it.get(LINES, params=params)
        found = [row["number"] for row in answer.json()["items"]]
        assert found == numbers, params


async def test_an_extension_is_shown_with_its_history(it: httpx.AsyncClient) -> None:
    answer = await it.get(f"{LINES}/1")
    detail = models.ExtensionDetail.model_validate_json(answer.text, strict=True)
    assert [p.valid_from for p in detail.persons] == [MONDAY.date()]
    assert [p.mac for p in detail.phone_history] == [MAC]
    assert_problem(await it.get(f"{LINES}/99"), 404, "not-found")


async def test_a_person_has_the_extensions_of_the_day(it: httpx.AsyncClient) -> None:
    (row,) = (await it.get(LINES, params={"search": "2001"})).json()["items"]
    path = f"/api/v1/people/{row['person_id']}"
    answer = await it.get(path, params={"as_of": "2026-03-16"})
    person = PersonDetail.model_validate_json(answer.text, strict=True)
    (line,) = person.extensions
    assert (line.number, line.phones[0].mac) == ("2001", MAC)
    before = await it.get(path, params={"as_of": "2026-03-15"})
    assert before.json()["extensions"] == []


async def test_a_person_is_given_by_hand_and_no_system_overrules_it(
    it: httpx.AsyncClient, app: App
) -> None:
    given = {"person": "id:2", "on": "2026-03-17"}
    answer = await it.post(f"{LINES}/1:assign", json=given)
    assert answer.json()["person_id"] == 2
    with app.work("scan:2") as work:
        apply_reading(work, READING, region="NL")
        work.commit()
    rows = (await it.get(LINES, params={"search": "2001"})).json()["items"]
    assert (rows[0]["person_id"], rows[0]["person_evidence"]) == (2, "hand")
    again = {"person": 99}
    assert_problem(await it.post(f"{LINES}/1:assign", json=again), 404, "not-found")
    other = await it.get(LINES, params={"system": "other"})
    assert_problem(other, 404, "not-found")


async def test_numbers_and_systems_are_as_described(it: httpx.AsyncClient) -> None:
    answer = await it.get("/api/v1/numbers", params={"search": "414 41"})
    page_model(resource("numbers")).model_validate_json(answer.text, strict=True)
    found = [(n["e164"], n["extension"], n["state"]) for n in answer.json()["items"]]
    assert found == [("+31104144188", "2001", "assigned")]
    answer = await it.get("/api/v1/phone-systems")
    page_model(resource("phone-systems")).model_validate_json(answer.text, strict=True)
    (system,) = answer.json()["items"]
    assert system["name"] == "main"
    assert datetime.fromisoformat(system["last_seen"]) == MONDAY


async def test_accounting_may_see_numbers_but_not_whose_they_are(app: App) -> None:
    async with calling(app, "accounting") as client:
        assert (await client.get("/api/v1/numbers")).status_code == 200
        assert_problem(await client.get(LINES), 403, "forbidden")


async def test_hr_may_look_but_not_assign(it: httpx.AsyncClient, app: App) -> None:
    async with calling(app, "hr") as client:
        assert (await client.get(LINES)).status_code == 200
        answer = await client.post(f"{LINES}/1:assign", json={"person": None})
        assert_problem(answer, 403, "forbidden")


def test_a_csv_list_is_read_and_shown_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tmp_path / "lines.csv"
    rows.write_text("extension,name,mac\n2001,Anna,80:5e:c0:11:22:33\n", "utf-8")
    config = tmp_path / "purser.toml"
    config.write_text(
        f'data_dir = "{tmp_path}/data"\n[[pbx]]\nname = "old"\nkind = "csv"\n'
        f'path = "{rows}"\n',
        "utf-8",
    )

    def purser(*arguments: str) -> tuple[int, str]:
        code = cli.run(["--config", str(config), *arguments])
        return code, capsys.readouterr().out

    assert purser("db", "upgrade")[0] == 0
    code, told = purser("pbx", "old", "--json")
    assert (code, json.loads(told)["systems"][0]["phones"]) == (0, 1)
    code, told = purser("extension", "list", "--json")
    (row,) = json.loads(told)["items"]
    assert (row["number"], row["phones"][0]["mac"]) == ("2001", MAC)
    assert purser("extension", "show", "1")[0] == 0
    assert purser("pbx", "older")[0] == 2
    rows.write_text("extension\nnobody\n", "utf-8")
    code, told = purser("pbx", "--json")
    assert code == 1
    assert "row 2" in json.loads(told)["systems"][0]["problems"][0]


def test_the_doctor_tells_what_is_unsafe_about_a_telephone_system(
    tmp_path: Path,
) -> None:
    clear = {"name": "clear", "kind": "asterisk", "host": "h", "user": "u"}
    unchecked = {**clear, "name": "unchecked", "tls": True, "verify": False}
    gone = {"name": "gone", "kind": "csv", "path": str(tmp_path / "no.csv")}
    good = {**clear, "name": "good", "tls": True}
    systems = [
        Pbx.model_validate({"secret": "s", **each})
        for each in (clear, unchecked, gone, good)
    ]
    settings = Settings(data_dir=tmp_path, pbx=tuple(systems))
    found = {
        check.subject.rpartition(" ")[2]: check.state
        for check in examine(settings, None)
        if check.subject.startswith("telephone system")
    }
    assert found == {
        "clear": "missing",
        "unchecked": "missing",
        "gone": "failed",
        "good": "ok",
    }
