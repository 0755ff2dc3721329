"""What HR says of one person in two companies, late, wrongly or doubled; over HTTP.

Each test names the kind of the case, and asks what is stored by what is listed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine

from api.compose.keys import Seal
from api.compose.rulebooks import provisioning_rules
from api.compose.wiring import App, compose
from config.settings import Settings
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.kernel.events import NetworkCompared
from inventory.people.organisation import ensure
from inventory.storage.engine import make_engine
from tests.api.conftest import calling
from tests.inventory.hr.company import Company
from tests.inventory.hr.test_witness import seen

Answer = dict[str, Any]
API = "/api/v1"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ROLES = ("hr", "it", "accounting")
KITS = """
currency: EUR
items:
  laptop: {kind: laptop}
  phone: {kind: phone}
kits:
  - {name: everybody, items: [laptop]}
  - {name: sales, when: {department: [SAL]}, items: [phone]}
"""


class Office:
    """A group of two companies, and what HR, IT and accounting do there."""

    def __init__(self, app: App, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client
        self.day = date(2026, 8, 3)
        self.sent = 0

    async def hr(self, kind: str, on: str, who: str = "007", **data: Any) -> Answer:  # noqa: ANN401
        """Send an event; return what became of it."""
        self.sent += 1
        body = {
            "source": data.pop("source", "sap"),
            "id": data.pop("id", f"e{self.sent}"),
            "type": kind,
            "subject": who,
            "time": (
                datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=self.sent)
            ).isoformat(),
            "data": {"effective_on": on, **data},
        }
        if kind in ("hire", "rehire"):
            body["data"] = {
                "given_name": "Tia",
                "family_name": f"Person {who}",
                "legal_entity": "100",
                **body["data"],
            }
        answer = await self.client.post(f"{API}/hr/events", json=body)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    async def get(self, path: str, **query: Any) -> Answer:  # noqa: ANN401
        answer = await self.client.get(f"{API}/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def items(self, path: str, **query: Any) -> list[Answer]:  # noqa: ANN401
        return list((await self.get(path, **query))["items"])

    async def post(self, path: str, status: int = 200, **body: Any) -> Answer:  # noqa: ANN401
        answer = await self.client.post(f"{API}/{path}", json=body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def step(self, line: Answer, step: str, note: str = "because") -> Answer:
        path = f"cases/{line['case_id']}:step"
        found = await self.post(path, line=line["id"], step=step, note=note)
        return next(one for one in found["lines"] if one["id"] == line["id"])

    async def employed(self, person: int, day: str) -> list[tuple[str, str | None]]:
        """Return legal entity and department of the employments on a day."""
        found = await self.get(f"people/{person}")

        def held(row: Answer) -> bool:
            return bool(row["valid_from"] <= day < (row["valid_to"] or "9999"))

        return sorted(
            (one["legal_entity"], placed["department"])
            for one in found["employments"]
            if held(one)
            for placed in one["placements"]
            if held(placed)
        )


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "provisioning"
    folder.mkdir()
    (folder / "kits.yaml").write_text(KITS)
    return tmp_path


class Today:
    """A clock that is set by hand."""

    day = date(2026, 8, 3)

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)


@pytest.fixture
def today() -> Today:
    return Today()


@pytest.fixture
def app(engine: Engine, data_dir: Path, today: Today) -> Iterator[App]:
    """The group of two companies, on each database."""
    with running(engine, data_dir, today) as app:
        yield app


@pytest.fixture
def embedded_app(sqlite_template: Path, data_dir: Path, today: Today) -> Iterator[App]:
    """The same on the embedded database alone."""
    path = data_dir / "office.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with running(engine, data_dir, today) as app:
        yield app
    engine.dispose()


@contextmanager
def running(engine: Engine, data_dir: Path, today: Today) -> Iterator[App]:
    """Yield two companies with three laptops and a telephone."""
    settings = Settings(data_dir=data_dir)
    app = compose(settings, engine, today, Seal(Fernet.generate_key(), 12))
    with app.work("test") as work:
        ids = {
            code: ensure(work, "legal_entity", code, name=code, currency="EUR")
            for code in ("100", "200")
        }
        for code, entity in (("SAL", "100"), ("LAB", "100"), ("OPS", "200")):
            of = {"legal_entity_id": ids[entity]}
            centre = ensure(work, "cost_centre", f"C-{code}", name=code, **of)
            ensure(work, "department", code, name=code, cost_centre_id=centre, **of)
        bought = date(2026, 1, 5)
        for kind in ("laptop", "laptop", "laptop", "phone"):
            new = NewAsset(
                kind=kind,
                since=bought,
                purchased_on=bought,
                legal_entity_id=ids["100"],
            )
            register_asset(work, new)
        work.commit()
    yield app
    app.close()


def line_of(case: Answer, slot: str) -> Answer:
    return dict(next(line for line in case["lines"] if line["slot"] == slot))


async def test_a_move_is_dated_anew_and_called_off(app: App) -> None:
    """A transfer, and the same for a later day with `replaces`; called off."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.hr("hire", "2026-08-10", department="SAL")
        first = await office.hr("transfer", "2026-09-01", id="m1", department="LAB")
        moved = await office.hr(
            "transfer", "2026-10-01", replaces="m1", department="LAB"
        )
        assert moved["event"]["verdict"] == "applied"
        # One case: what replaces an event carries its case on.
        assert moved["case_id"] == first["case_id"]
        case = await office.get(f"cases/{moved['case_id']}")
        assert (case["state"], case["effective_on"]) == ("open", "2026-10-01")
        person = moved["event"]["person_id"]
        assert await office.employed(person, "2026-09-15") == [("100", "SAL")]

        moved = await office.hr("transfer.changed", "2026-11-01", previous="2026-10-01")
        assert moved["case_id"] == first["case_id"]
        assert await office.employed(person, "2026-10-15") == [("100", "SAL")]
        gone = await office.hr("transfer.cancelled", "2026-11-01")
        assert gone["event"]["verdict"] == "applied"
        case = await office.get(f"cases/{first['case_id']}")
        assert case["state"] == "cancelled"
        assert await office.employed(person, "2026-12-01") == [("100", "SAL")]


async def test_leave_and_extension_are_called_off(app: App) -> None:
    """A leave, and the extension of a contract, that are cancelled."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.hr("hire", "2026-08-10", contract_end="2026-12-31")
        away = await office.hr("leave_of_absence", "2026-09-01", until="2026-10-01")
        later = await office.hr("leave.changed", "2026-09-15", until="2026-10-15")
        assert later["case_id"] == away["case_id"]
        gone = await office.hr("leave.cancelled", "2026-09-15")
        assert gone["event"]["verdict"] == "applied"
        assert (await office.get(f"cases/{away['case_id']}"))["state"] == "cancelled"
        await office.hr("contract.extended", "2027-06-30")
        await office.hr("contract.extension.cancelled", "2027-06-30")
        person = gone["event"]["person_id"]
        found = await office.get(f"people/{person}", as_of="2026-09-01")
        assert [one["contract_end"] for one in found["employments"]] == ["2026-12-31"]


async def test_two_companies_employ_one_person_at_a_time(app: App) -> None:
    """A second hire with another legal entity: the first stays as it is."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.hr("hire", "2026-08-10", department="SAL")
        second = await office.hr(
            "hire", "2026-09-01", legal_entity="200", department="OPS", number="B7"
        )
        person = second["event"]["person_id"]
        assert await office.employed(person, "2026-08-20") == [("100", "SAL")]
        both = [("100", "SAL"), ("200", "OPS")]
        assert await office.employed(person, "2026-09-02") == both
        first, other = (await office.get(f"people/{person}"))["employments"]
        assert (first["valid_from"], first["valid_to"]) == ("2026-08-10", None)
        assert [one["cost_centre"] for one in first["placements"]] == ["C-SAL"]
        assert (other["number"], other["valid_from"]) == ("B7", "2026-09-01")
        # Which one ends is not said: a person settles it, nothing is guessed.
        unclear = await office.hr("termination", "2026-10-31")
        assert unclear["event"]["verdict"] == "parked"
        assert await office.employed(person, "2026-11-02") == both
        event = unclear["event"]["id"]
        (task,) = await office.items("tasks", open="true", event=event)
        assert "several legal entities" in task["detail"]
        corrected = await office.post(f"hr-events/{event}:correct", legal_entity="200")
        assert corrected["verdict"] == "applied"
        assert await office.employed(person, "2026-11-02") == [("100", "SAL")]
        assert await office.items("tasks", open="true", event=event) == []


async def test_a_move_to_another_company_is_a_change_of_employer(app: App) -> None:
    """A transfer to another legal entity, with a cost centre of the old one."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-08-01", department="SAL")
        laptop = line_of(hired["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        foreign = await office.hr("transfer", "2026-10-01", cost_centre="C-OPS")
        assert foreign["event"]["verdict"] == "parked"
        assert "belongs to 200" in foreign["event"]["verdict_reason"]
        await office.post(
            f"hr-events/{foreign['event']['id']}:withdraw", remark="superseded"
        )
        moved = await office.hr(
            "transfer", "2026-10-01", legal_entity="200", department="OPS"
        )
        person = moved["event"]["person_id"]
        assert await office.employed(person, "2026-09-30") == [("100", "SAL")]
        assert await office.employed(person, "2026-10-01") == [("200", "OPS")]
        (proposal,) = await office.items("entity-transfers", state="proposed")
        assert (proposal["tag"], proposal["from_entity"], proposal["to_entity"]) == (
            laptop["tag"],
            "100",
            "200",
        )
        await office.post(f"entity-transfers/{proposal['id']}:approve", remark="yes")
        asset = await office.get(f"assets/{laptop['tag']}")
        assert asset["legal_entity"] == "200"


async def test_units_of_another_company_are_asked_for(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        await office.hr("hire", "2026-08-10", department="SAL")
        moved = await office.hr("transfer", "2026-10-01", legal_entity="200")
        person = moved["event"]["person_id"]
        assert await office.employed(person, "2026-10-01") == [("200", None)]
        (task,) = await office.items("tasks", open="true", kind="department-wanted")
        assert task["person_id"] == person
        await office.hr("transfer", "2026-10-01", department="OPS")
        assert await office.employed(person, "2026-10-01") == [("200", "OPS")]
        assert await office.items("tasks", open="true", kind="department-wanted") == []


async def test_a_manager_nobody_knows_leaves_the_one_before(app: App) -> None:
    """An unknown manager is a finding; who led before leads until it is settled."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        boss = await office.hr("hire", "2026-08-01", "001")
        told = await office.hr("hire", "2026-08-02", "007", manager="001")
        person = told["event"]["person_id"]
        await office.hr("transfer", "2026-08-20", manager="099", title="Clerk")
        (task,) = await office.items("tasks", open="true", kind="unknown-manager")
        assert "099" in task["subject"]
        (row,) = await office.items(
            "people", as_of="2026-08-20", manager=boss["event"]["person_id"]
        )
        assert (row["id"], row["title"]) == (person, "Clerk")
        # Announced at last, the manager is in place from the day that was said.
        late = await office.hr("hire", "2026-08-01", "099")
        (row,) = await office.items(
            "people", as_of="2026-08-20", manager=late["event"]["person_id"]
        )
        assert row["id"] == person
        assert await office.items("tasks", open="true", kind="unknown-manager") == []


async def test_a_mistyped_id_is_a_task_and_is_put_right(app: App) -> None:
    """A termination with a mistyped employee id."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-08-01")
        person = hired["event"]["person_id"]
        wrong = await office.hr("termination", "2026-09-30", "070")
        assert wrong["event"]["verdict"] == "parked"
        (task,) = await office.items("tasks", open="true")
        assert "070" in task["subject"]
        event = wrong["event"]["id"]
        await office.post(f"hr-events/{event}:assign", person=person)
        assert await office.items("tasks", open="true") == []
        assert await office.employed(person, "2026-10-01") == []
        # Withdrawn, it never was.
        await office.post(f"hr-events/{event}:withdraw", remark="another person")
        assert await office.employed(person, "2026-10-01") == [("100", None)]
        # An event of one person that HR replaces by one of another ends nothing.
        await office.hr("termination", "2026-09-30", id="t1")
        await office.hr("hire", "2026-08-01", "008")
        await office.hr("termination", "2026-09-30", "008", replaces="t1")
        assert await office.employed(person, "2026-10-01") == [("100", None)]


async def test_a_second_hire_waits_until_a_person_forces_it(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-08-01", department="SAL")
        again = await office.hr("hire", "2026-10-01", department="LAB")
        assert again["event"]["verdict"] == "parked"
        later = await office.hr("transfer", "2026-09-01", title="Clerk")
        assert later["event"]["verdict"] == "applied"
        path = f"hr-events/{again['event']['id']}:force"
        await office.post(path, remark="two contracts in a row")
        person = hired["event"]["person_id"]
        assert await office.employed(person, "2026-09-30") == [("100", "SAL")]
        assert await office.employed(person, "2026-10-01") == [("100", "LAB")]


async def test_kits_of_a_case_stay_until_a_person_applies_new_ones(
    app: App, data_dir: Path
) -> None:
    """Kits are edited after a case was closed, and while one is open."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        told = await office.hr("hire", "2026-09-01", department="SAL")
        (case,) = told["cases"]
        assert sorted(line["slot"] for line in case["lines"]) == ["laptop", "phone"]
        for slot in ("laptop", "phone"):
            await office.step(line_of(case, slot), "deliver")
            await office.step(line_of(case, slot), "accept", "Tia")
        other = await office.hr("hire", "2026-09-01", "008")
        (data_dir / "provisioning" / "kits.yaml").write_text(
            KITS.replace("  laptop: {kind", "  notebook: {kind").replace(
                "[laptop]", "[notebook]"
            )
        )
        provisioning_rules.cache_clear()
        await office.hr("hire.changed", "2026-09-03")
        after = await office.get(f"cases/{case['id']}")
        assert after["state"] == "closed"
        assert {line["slot"] for line in after["lines"]} == {"laptop", "phone"}
        answer = await client.post(f"{API}/kits:apply?preview=true", json={})
        tried = answer.json()
        assert [(row["added"], row["called_off"]) for row in tried["items"]] == [
            (["notebook"], ["laptop"])
        ]
        still = await office.get(f"cases/{other['case_id']}")
        assert [line["slot"] for line in still["lines"]] == ["laptop"]
        done = await office.post("kits:apply")
        assert done["count"] == 1
        now = await office.get(f"cases/{other['case_id']}")
        assert line_of(now, "laptop")["state"] == "cancelled"
        assert line_of(now, "notebook")["state"] == "reserved"


async def test_what_came_back_is_handed_out_once_it_was_looked_at(app: App) -> None:
    """Returned and not yet wiped."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-08-01")
        other = await office.hr("hire", "2026-08-01", "008", legal_entity="200")
        laptop = line_of(hired["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        left = await office.hr("termination", "2026-08-02")
        back = line_of(left["cases"][-1], f"asset:{laptop['asset_id']}")
        # By the register or by the line: it is not in stock before somebody looked.
        tags = [laptop["tag"]]
        await office.post("assets:check-in", assets=tags, on="2026-08-03")
        case = await office.get(f"cases/{back['case_id']}")
        assert line_of(case, back["slot"])["state"] == "received"
        given: Answer = {"assets": tags, "holder": "sap:008", "on": "2026-08-03"}
        refused = await client.post(f"{API}/assets:check-out", json=given)
        assert refused.status_code == 422, refused.text
        assert "not looked at" in refused.json()["errors"][0]["problem"]
        await office.step(back, "evaluate", "wiped")
        await office.step(back, "restock")
        await office.post("assets:check-out", **given)
        who = await office.get(f"people/{other['event']['person_id']}")
        assert [row["tag"] for row in who["holdings"]] == tags


async def test_lost_written_off_found_and_in_stock_again(app: App) -> None:
    """Lost, written off, found, restocked."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-08-01")
        laptop = line_of(hired["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        left = await office.hr("termination", "2026-08-02")
        back = line_of(left["cases"][-1], f"asset:{laptop['asset_id']}")
        await office.step(back, "lose")
        (proposal,) = await office.items("write-offs", state="proposed")
        path = f"write-offs/{proposal['id']}:approve"
        async with calling(app, "accounting") as others:
            await Office(app, others).post(path, remark="gone")
        assert (await office.get(f"assets/{laptop['tag']}"))["state"] == "disposed"
        await office.step(back, "find")
        (task,) = await office.items("tasks", open="true", kind="found-again")
        assert task["owner"] == "accounting"
        await office.step(back, "evaluate")
        await office.step(back, "restock")
        assert (await office.get(f"assets/{laptop['tag']}"))["state"] == "in_stock"


async def test_the_identity_provider_may_come_first(app: App) -> None:
    """A SCIM user, then a hire with the same number and address."""
    async with calling(app, "scim", "hr", "it") as client:
        office = Office(app, client)
        user = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "userName": "tia",
            "name": {"givenName": "Tia", "familyName": "Person 007"},
            "emails": [{"value": "tia@example.com", "type": "work"}],
            ENTERPRISE: {"employeeNumber": "007"},
        }
        made = await client.post("/scim/v2/Users", json=user)
        assert made.status_code == 201, made.text
        (known,) = await office.items("people")
        told = await office.hr("hire", "2026-08-10", email="tia@example.com")
        assert told["event"]["person_id"] == known["id"]
        # Without a number, an address and the name do; the name alone does not.
        other = user | {
            "userName": "tia2",
            "name": {"givenName": "Tia", "familyName": "Person 008"},
            "emails": [{"value": "t8@example.com", "type": "work"}],
            ENTERPRISE: {},
        }
        await client.post("/scim/v2/Users", json=other)
        told = await office.hr("hire", "2026-08-10", "008", email="t8@example.com")
        assert len(await office.items("people")) == 2
        await office.hr("hire", "2026-08-10", "009", family_name="Person 008")
        assert len(await office.items("people")) == 3
        # One address, two names: both are there, and somebody is asked.
        told = await office.hr("hire", "2026-08-10", "010", email="t8@example.com")
        assert len(await office.items("people")) == 4
        (task,) = await office.items("tasks", open="true", kind="join-persons")
        assert task["person_id"] == told["event"]["person_id"]


async def test_every_joiner_is_listed_with_what_is_missing(app: App) -> None:
    """Many joiners at once: the list has each of them, page by page."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        events = [
            {
                "source": "sap",
                "id": f"h{number}",
                "type": "hire",
                "subject": f"{number:05}",
                "data": {
                    "effective_on": "2026-08-20",
                    "family_name": f"Person {number}",
                    "legal_entity": "100",
                    "department": "SAL",
                },
            }
            for number in range(60)
        ]
        answer = await client.post(f"{API}/hr/events", json=events)
        assert answer.status_code == 200, answer.text
        rows, after = [], None
        while True:
            asked = {"kind": "joining", "ahead": 30, "limit": 25}
            query = asked | ({"after": after} if after else {})
            page = await office.get("cases", **query)
            rows += page["items"]
            after = page["next"]
            if not after:
                break
        assert len(rows) == 60
        assert all({"laptop", "phone"} == set(row["missing"]) for row in rows)


async def test_two_persons_turn_out_to_be_one_and_two_again(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        mine = await office.hr("hire", "2026-08-10", department="SAL")
        await office.hr(
            "hire",
            "2026-08-12",
            "P7",
            source="payroll",
            family_name="Persson",
            email="tia@example.com",
        )
        people = await office.items("people")
        one = mine["event"]["person_id"]
        (other,) = [row["id"] for row in people if row["id"] != one]
        given = {"into": one, "remark": "a typing mistake"}
        tried = await client.post(
            f"{API}/people/{other}:merge?preview=true", json=given
        )
        assert tried.json()["moved"]["hr_event.person_id"] == 1
        assert len(await office.items("people")) == 2, "a preview writes nothing"
        done = await office.post(f"people/{other}:merge", **given)
        (left,) = await office.items("people")
        assert (left["id"], left["email"]) == (one, "tia@example.com")
        # One hire told twice is one employment and one kit.
        assert await office.employed(one, "2026-08-20") == [("100", "SAL")]
        lines = await office.items("case-lines", open="true", item="laptop")
        assert [line["person_id"] for line in lines] == [one]
        # What comes from payroll later is of who remains.
        later = await office.hr(
            "transfer", "2026-09-01", "P7", source="payroll", title="Clerk"
        )
        assert later["event"]["person_id"] == one
        await office.post(f"person-merges/{done['merge_id']}:undo")
        people = await office.items("people")
        assert sorted(row["id"] for row in people) == sorted([one, other])
        assert await office.employed(other, "2026-08-20") == [("100", None)]
        assert await office.employed(one, "2026-08-20") == [("100", "SAL")]


async def test_a_leaver_stays_on_the_lists_until_custody_ends(app: App) -> None:
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-07-01")
        person = hired["event"]["person_id"]
        laptop = line_of(hired["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        made = {"key": "cad", "product": "CAD", "seats": 2, "starts_on": "2026-01-01"}
        licence = await office.post("licences", 201, **made)
        await office.post(
            f"licences/{licence['id']}:assign", person=person, on="2026-07-02"
        )
        left = await office.hr("termination", "2026-07-31")
        held = await office.items("holdings", left="true")
        assert sorted((row["what"], row["left_on"]) for row in held) == [
            ("asset", "2026-08-01"),
            ("seat", "2026-08-01"),
        ]
        # The seat is a line of the case, and is freed by it.
        case = left["cases"][-1]
        (seat,) = [line for line in case["lines"] if line["kind"] == "licence"]
        await office.step(seat, "receive")
        (row,) = await office.items("holdings", left="true")
        assert row["tag"] == laptop["tag"]
        assert await office.items("holdings", what="seat", person=person) == []
        # Withdrawn from the case by hand, the thing is with the leaver all the same.
        back = line_of(case, f"asset:{laptop['asset_id']}")
        await office.step(back, "keep")
        assert [row["tag"] for row in await office.items("holdings", overdue="true")]
        exported = await client.get(f"{API}/holdings?left=true&format=csv")
        assert laptop["tag"] in exported.text
        await office.post("assets:check-in", assets=[laptop["tag"]], on="2026-08-03")
        assert await office.items("holdings", left="true") == []


async def test_a_hire_that_was_cancelled_does_not_count(app: App) -> None:
    """Hired, cancelled, hired for later, and that moved to the first day."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        first = await office.hr("hire", "2026-09-01", department="SAL")
        await office.hr("hire.cancelled", "2026-09-01")
        await office.hr("hire", "2026-10-01", department="SAL")
        moved = await office.hr("hire.changed", "2026-09-01", previous="2026-10-01")
        assert moved["event"]["verdict"] == "applied"
        person = moved["event"]["person_id"]
        assert person == first["event"]["person_id"]
        assert await office.employed(person, "2026-08-31") == []
        assert await office.employed(person, "2026-09-01") == [("100", "SAL")]
        assert await office.employed(person, "2026-11-01") == [("100", "SAL")]
        (case,) = await office.items("cases", person=person, state="open")
        assert case["effective_on"] == "2026-09-01"
        lines = await office.items("case-lines", person=person, open="true")
        assert sorted(row["item"] for row in lines) == ["laptop", "phone"]


async def test_a_move_that_tells_nothing_blocks_nobody(app: App) -> None:
    """A transfer with `effective_on` only, then one with a new name only."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-08-01", department="SAL")
        person = hired["event"]["person_id"]
        empty = await office.hr("transfer", "2026-08-20")
        assert empty["event"]["verdict"] == "parked"
        (task,) = await office.items("tasks", open="true")
        assert (task["kind"], task["event_id"]) == (
            "parked-event",
            empty["event"]["id"],
        )
        named = await office.hr("transfer", "2026-08-20", given_name="Sri")
        assert named["event"]["verdict"] == "applied"
        assert (await office.get(f"people/{person}"))["given_name"] == "Sri"
        moved = await office.hr("transfer", "2026-08-25", department="LAB")
        assert moved["event"]["verdict"] == "applied"
        assert await office.employed(person, "2026-08-24") == [("100", "SAL")]
        assert await office.employed(person, "2026-08-25") == [("100", "LAB")]
        still = await office.items("tasks", open="true")
        assert [row["id"] for row in still] == [task["id"]]


async def test_the_address_of_a_leaver_is_the_next_ones(app: App) -> None:
    """A leaver's mail address is given to a joiner."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        old = await office.hr("hire", "2026-06-01", email="desk@example.com")
        await office.hr("termination", "2026-07-31")
        new = await office.hr("hire", "2026-08-10", "008", email="Desk@example.com")
        assert new["event"]["verdict"] == "applied"
        ids = [one["event"]["person_id"] for one in (old, new)]
        assert ids[0] != ids[1]
        told = [(await office.get(f"people/{one}"))["email"] for one in ids]
        assert told == [None, "desk@example.com"]
        assert await office.items("tasks", open="true") == []


async def test_what_the_network_sees_of_a_leaver_is_still_asked_back(
    app: App, today: Today
) -> None:
    """A leaver's device is seen: its holder stays on the lists of what is held."""
    async with calling(app, *ROLES) as client:
        office = Office(app, client)
        hired = await office.hr("hire", "2026-06-01")
        person = hired["event"]["person_id"]
        laptop = line_of(hired["cases"][0], "laptop")
        await office.step(laptop, "deliver")
        left = await office.hr("termination", "2026-08-05")
        back = line_of(left["cases"][-1], f"asset:{laptop['asset_id']}")
        today.day = date(2026, 8, 10)
        seen(Company(app.engine, today.day), laptop["asset_id"], today())
        with app.work("scan:1") as work:
            work.emit(NetworkCompared(site="hq"))
            work.commit()
        case = await office.get(f"cases/{back['case_id']}")
        assert line_of(case, back["slot"])["state"] == "sighted"
        for asked in ({"left": "true"}, {"overdue": "true"}):
            (row,) = await office.items("holdings", **asked)
            assert (row["person_id"], row["tag"]) == (person, laptop["tag"])
        (risk,) = await office.items("returns-at-risk")
        assert risk["person_id"] == person
