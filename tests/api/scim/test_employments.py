"""A company without an HR system: its identity provider alone says who works there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
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
from inventory.people.organisation import ensure
from tests.api.conftest import bearer, calling, make_token
from tests.api.scim.provider import USER, WORK, IdentityProvider

ROLES = ("hr", "it", "accounting")
HIRED = "urn:ietf:params:scim:schemas:extension:purser:2.0:User"
KITS = """
currency: EUR
items:
  laptop: {kind: laptop}
  phone: {kind: phone}
kits:
  - {name: everybody, items: [laptop]}
  - {name: sales, when: {department: [SAL]}, items: [phone]}
"""
SOURCES = """
leavers: {most: 3, days: 1}
employments:
  scim:okta: {legal_entity: "100"}
"""
Answer = dict[str, Any]


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 8, 3, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def day(self, month: int, day: int) -> None:
        self.now = datetime(2026, month, day, 9, tzinfo=UTC)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def app(engine: Engine, hands: Hands, tmp_path: Path) -> Iterator[App]:
    rules = tmp_path / "provisioning"
    rules.mkdir()
    (rules / "kits.yaml").write_text(KITS)
    (rules / "sources.yaml").write_text(SOURCES)
    settings = Settings(data_dir=tmp_path)
    app = compose(settings, engine, hands, Seal(Fernet.generate_key(), 12))
    with app.work("test") as work:
        ids = {
            code: ensure(
                work, "legal_entity", code, name=f"Acme {code}", currency="EUR"
            )
            for code in ("100", "200")
        }
        of = {"legal_entity_id": ids["100"]}
        for code, name in (("SAL", "Sales"), ("LAB", "Laboratory")):
            centre = ensure(work, "cost_centre", f"C-{code}", name=name, **of)
            ensure(work, "department", code, name=name, cost_centre_id=centre, **of)
        bought = date(2026, 1, 5)
        for kind in ("laptop", "laptop", "phone"):
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


class Company:
    """What the provider sends, and what the register shows then."""

    def __init__(self, app: App, client: httpx.AsyncClient) -> None:
        self.client = client
        self.scim = IdentityProvider(client)
        self.token = bearer(make_token(app, "scim", name="Okta"))

    async def add(self, name: str, status: int = 201, **work: object) -> str:
        """Send a new user; return its id."""
        day = work.pop("hireDate", None)
        active = work.pop("active", True)
        body = {
            "schemas": [USER, WORK],
            "userName": f"{name}@acme.example",
            "externalId": f"x-{name}",
            "name": {"givenName": name.title(), "familyName": "Okta"},
            "emails": [{"primary": True, "value": f"{name}@acme.example"}],
            "displayName": f"{name.title()} Okta",
            "active": active,
            WORK: {"employeeNumber": f"n-{name}", **work},
        }
        if day:
            body |= {HIRED: {"hireDate": day}, "schemas": [USER, WORK, HIRED]}
        made = await self.scim.send("POST", "/Users", body, **self.token)
        self.scim.status(status)
        return str(made["id"])

    async def change(self, uid: str, path: str, value: object) -> None:
        """Send a PATCH of one attribute."""
        body = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}],
        }
        await self.scim.send("PATCH", f"/Users/{uid}", body, **self.token)
        assert self.scim.answer.status_code in (200, 204), self.scim.answer.text

    async def get(self, path: str, **query: Any) -> Answer:  # noqa: ANN401
        answer = await self.client.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def items(self, path: str, **query: Any) -> list[Answer]:  # noqa: ANN401
        return list((await self.get(path, **query))["items"])

    async def post(self, path: str, body: object, status: int = 200) -> Answer:
        answer = await self.client.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def person(self, uid: str) -> int:
        (user,) = await self.items("directory-users", uid=uid)
        return int(user["person_id"])

    async def said(self, uid: str) -> list[tuple[str, str, str]]:
        """Return kind, day and verdict of what was said of the person of a user."""
        rows = await self.items("hr-events", person=await self.person(uid), limit=100)
        rows.sort(key=lambda row: row["id"])
        return [(r["kind"], r["effective_on"], r["verdict"]) for r in rows]

    async def cases(self, uid: str) -> list[tuple[str, str, list[str]]]:
        """Return kind, state and what is on the lines of a person's cases."""
        found = []
        rows = await self.items("cases", person=await self.person(uid))
        for row in sorted(rows, key=lambda one: one["id"]):
            lines = (await self.get(f"cases/{row['id']}"))["lines"]
            kinds = sorted(x["kind"] for x in lines if x["state"] != "cancelled")
            found.append((row["kind"], row["state"], kinds))
        return found

    async def employed(self, uid: str) -> list[tuple[Any, ...]]:
        """Return entity, number, days and placements of a person's employments."""
        found = await self.get(f"people/{await self.person(uid)}")
        return [
            (
                one["legal_entity"],
                one["number"],
                one["valid_from"],
                one["valid_to"],
                [
                    (p["valid_from"], p["department"])
                    for p in one["placements"]
                    if p["valid_to"] != p["valid_from"]
                ],
            )
            for one in found["employments"]
            if one["valid_to"] != one["valid_from"]
        ]

    async def tasks(self) -> list[str]:
        return sorted(row["kind"] for row in await self.items("tasks", open="true"))


@asynccontextmanager
async def company(app: App) -> AsyncIterator[Company]:
    async with calling(app, *ROLES) as client:
        yield Company(app, client)


async def test_a_new_user_is_hired_and_gets_the_kit(app: App) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", department="Sales", title="Clerk")
        assert await acme.employed(uid) == [
            ("100", "n-ina", "2026-08-03", None, [("2026-08-03", "Sales")])
        ]
        assert await acme.cases(uid) == [("joining", "open", ["laptop", "phone"])]
        assert await acme.tasks() == []
        (source,) = await acme.items("hr-sources")
        assert source["name"] == "scim:okta"
        assert "employer: 100" in source["employments"]
        assert "department: department" in source["employments"]
        # The same again is no news.
        await acme.change(uid, "displayName", "Ina O.")
        assert await acme.said(uid) == [("hire", "2026-08-03", "applied")]


async def test_a_first_day_to_come_is_taken_from_the_attribute(app: App) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", department="LAB", hireDate="2026-09-01")
        assert await acme.said(uid) == [("hire", "2026-09-01", "applied")]
        await acme.change(uid, f"{HIRED}:hireDate", "2026-09-15")
        (employed,) = await acme.employed(uid)
        assert employed[2] == "2026-09-15"
        assert await acme.cases(uid) == [("joining", "open", ["laptop"])]
        # Out of use before the first day: it never comes to be.
        await acme.change(uid, "active", False)
        assert await acme.employed(uid) == []
        ((_, state, _),) = await acme.cases(uid)
        assert state != "open"


async def test_another_department_is_a_move(app: App, hands: Hands) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", department="LAB", costCenter="C-LAB")
        hands.day(9, 1)
        await acme.change(uid, f"{WORK}:department", "Sales")
        assert (await acme.said(uid))[1:] == [("transfer", "2026-09-01", "applied")]
        (employed,) = await acme.employed(uid)
        assert employed[4] == [("2026-08-03", "Laboratory"), ("2026-09-01", "Sales")]
        (_, moving) = await acme.cases(uid)
        assert (moving[0], "phone" in moving[2]) == ("moving", True)
        # The user still names the cost centre: that pays, not the new department's.
        row = await acme.get(f"people/{await acme.person(uid)}")
        assert row["cost_centre"] == "C-LAB"
        await acme.change(uid, f"{WORK}:costCenter", "C-SAL")
        row = await acme.get(f"people/{await acme.person(uid)}")
        assert row["cost_centre"] == "C-SAL"


async def test_who_is_deactivated_leaves_once_and_comes_back(
    app: App, hands: Hands
) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", department="LAB")
        (case,) = await acme.items("cases", person=await acme.person(uid))
        (line,) = (await acme.get(f"cases/{case['id']}"))["lines"]
        for step in ("prepare", "deliver", "accept"):
            body = {"line": line["id"], "step": step, "note": "here"}
            answer = await acme.client.post(
                f"/api/v1/cases/{case['id']}:step", json=body
            )
        assert answer.status_code == 200, answer.text
        hands.day(10, 1)
        await acme.change(uid, "active", False)
        await acme.change(uid, "active", False)
        await acme.change(uid, "displayName", "gone")
        leaving = [one for one in await acme.cases(uid) if one[0] == "leaving"]
        assert leaving == [("leaving", "open", ["laptop"])]
        assert [kind for kind, _, _ in await acme.said(uid)] == ["hire", "termination"]
        assert await acme.tasks() == [], "nobody is asked whether it is a leaver"
        # On the same day it was a mistake; weeks later it is a rehire.
        await acme.change(uid, "active", True)
        (employed,) = await acme.employed(uid)
        assert employed[3] is None
        await acme.change(uid, "active", False)
        hands.day(11, 2)
        await acme.change(uid, "active", True)
        days = [(one[2], one[3]) for one in await acme.employed(uid)]
        assert days == [("2026-08-03", "2026-10-02"), ("2026-11-02", None)]
        assert {verdict for _, _, verdict in await acme.said(uid)} <= {
            "applied",
            "joined",
            "superseded",
        }


async def test_who_is_deleted_and_created_again_is_rehired(
    app: App, hands: Hands
) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", department="LAB")
        person = await acme.person(uid)
        hands.day(9, 1)
        await acme.scim.send("DELETE", f"/Users/{uid}", **acme.token)
        acme.scim.status(204)
        hands.day(9, 20)
        again = await acme.add("ina", department="LAB")
        assert await acme.person(again) == person
        assert await acme.items("tasks", open="true") == []
        assert [kind for kind, _, _ in await acme.said(again)] == [
            "hire",
            "termination",
            "rehire",
        ]
        days = [(one[2], one[3]) for one in await acme.employed(again)]
        assert days == [("2026-08-03", "2026-09-02"), ("2026-09-20", None)]


async def test_a_manager_who_comes_later_leads_then(app: App) -> None:
    async with company(app) as acme:
        first = await acme.add("boss", department="LAB")
        boss = await acme.person(first)
        uid = await acme.add("ina", department="LAB", manager={"value": first})
        (row,) = await acme.items("people", manager=boss)
        assert row["id"] == await acme.person(uid)
        # An id nobody has yet leaves the manager before, and is told.
        await acme.change(uid, f"{WORK}:manager", {"value": "not-there-yet"})
        (task,) = await acme.items("tasks", open="true")
        assert task["kind"] == "unknown-manager"
        assert "not-there-yet" in task["subject"]
        assert len(await acme.items("people", manager=boss)) == 1
        await acme.change(uid, f"{WORK}:manager", {"value": first})
        assert await acme.tasks() == []
        # Another one that nobody has is asked about instead; without one nobody is.
        for name in ("nobody-1", "nobody-2"):
            await acme.change(uid, f"{WORK}:manager", {"value": name})
            (task,) = await acme.items("tasks", open="true")
            assert (task["kind"], name in task["subject"]) == ("unknown-manager", True)
        await acme.change(uid, f"{WORK}:manager", None)
        assert await acme.tasks() == []
        # Called by the provider's own id, the manager leads once the user comes.
        new = await acme.add("bob", department="LAB", manager={"value": "x-tia"})
        assert await acme.tasks() == ["unknown-manager"]
        await acme.change(new, "displayName", "Robert")
        assert [kind for kind, _, _ in await acme.said(new)] == ["hire"]
        late = await acme.person(await acme.add("tia", department="LAB"))
        (row,) = await acme.items("people", manager=late)
        assert row["id"] == await acme.person(new)
        assert await acme.tasks() == []


async def test_what_cannot_be_taken_is_a_task_and_no_refusal(app: App) -> None:
    async with company(app) as acme:
        uid = await acme.add(
            "ina", department="Moon", organization="Nobody", hireDate="2026-08-10"
        )
        (employed,) = await acme.employed(uid)
        assert (employed[0], employed[2]) == ("100", "2026-08-10")
        assert employed[4] == [("2026-08-10", None)]
        (task,) = await acme.items("tasks", open="true")
        assert task["kind"] == "directory-employment"
        assert "'Moon'" in task["detail"]
        assert "'Nobody'" in task["detail"]
        await acme.change(uid, WORK, {"department": "LAB", "organization": "Acme 100"})
        assert await acme.tasks() == []
        (employed,) = await acme.employed(uid)
        assert employed[4] == [("2026-08-10", "Laboratory")]


async def test_many_leavers_wait_and_who_is_active_again_stays(app: App) -> None:
    async with company(app) as acme:
        uids = [await acme.add(name) for name in ("ann", "bob", "cid", "dan", "eva")]
        for uid in uids:
            await acme.change(uid, "active", False)
        left = [(await acme.employed(uid))[0][3] is not None for uid in uids]
        assert left == [True, True, True, False, False]
        assert "mass-leavers" in await acme.tasks()
        await acme.change(uids[3], "active", True)
        await acme.post("hr-sources/scim:okta:start", {})
        left = [(await acme.employed(uid))[0][3] is not None for uid in uids]
        assert left == [True, True, True, False, True]


async def test_hr_that_joins_later_decides(app: App, hands: Hands) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", department="LAB")
        hands.day(9, 1)
        await acme.change(uid, f"{WORK}:department", "SAL")
        hands.day(10, 1)
        event = {
            "source": "sap",
            "id": "1",
            "type": "hire",
            "subject": "n-ina",
            "time": "2026-10-01T09:00:00Z",
            "data": {
                "effective_on": "2019-04-01",
                "given_name": "Ina",
                "family_name": "Okta",
                "legal_entity": "100",
                "department": "LAB",
                "already_here": True,
            },
        }
        told = await acme.post("hr/events", event, 201)
        assert told["event"]["person_id"] == await acme.person(uid)
        assert told["event"]["verdict"] in ("applied", "joined")
        assert await acme.employed(uid) == [
            ("100", "n-ina", "2019-04-01", None, [("2019-04-01", "Laboratory")])
        ]
        # From now on the account says nothing of the employment.
        said = await acme.said(uid)
        await acme.change(uid, f"{WORK}:department", "Sales")
        await acme.change(uid, "active", False)
        assert await acme.said(uid) == said
        (employed,) = await acme.employed(uid)
        assert employed[3] is None
        assert "confirm-leaver" in await acme.tasks()


async def test_hr_joins_who_has_no_number_by_mail(app: App, hands: Hands) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", employeeNumber=None)
        hands.day(8, 10)
        event = {
            "source": "sap",
            "id": "1",
            "type": "hire",
            "subject": "0042",
            "time": "2026-08-10T09:00:00Z",
            "data": {
                "effective_on": "2026-08-01",
                "given_name": "Ina",
                "family_name": "Okta",
                "email": "ina@acme.example",
                "legal_entity": "100",
            },
        }
        told = await acme.post("hr/events", event, 201)
        assert told["event"]["person_id"] == await acme.person(uid)
        ((_, number, start, _, _),) = await acme.employed(uid)
        assert (number, start) == ("0042", "2026-08-01")


async def test_other_providers_employ_nobody(app: App) -> None:
    async with company(app) as acme:
        acme.token = bearer(make_token(app, "scim", name="Entra"))
        uid = await acme.add("ina", department="LAB")
        await acme.change(uid, "active", False)
        assert await acme.said(uid) == []
        assert await acme.employed(uid) == []
        assert await acme.items("hr-sources") == []
        assert await acme.tasks() == ["confirm-leaver"]


async def test_nobody_leaves_who_has_another_account_in_use(app: App) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", department="LAB")
        other = await acme.add("ina-admin", employeeNumber="n-ina", department="SAL")
        assert await acme.person(other) == await acme.person(uid)
        await acme.change(other, "active", False)
        assert await acme.said(uid) == [("hire", "2026-08-03", "applied")]
        await acme.change(other, "active", True)
        await acme.change(uid, "active", False)
        assert [kind for kind, _, _ in await acme.said(uid)] == ["hire"]
        await acme.change(other, "active", False)
        assert [kind for kind, _, _ in await acme.said(uid)] == ["hire", "termination"]


async def test_a_stopped_source_of_hr_decides_no_more(app: App) -> None:
    async with company(app) as acme:
        uid = await acme.add("ina", active=False)
        assert await acme.said(uid) == []
        event = {
            "source": "sap",
            "id": "1",
            "type": "hire",
            "subject": "n-ina",
            "data": {
                "effective_on": "2026-08-01",
                "person": (await acme.get(f"people/{await acme.person(uid)}"))["key"],
                "legal_entity": "100",
            },
        }
        await acme.post("hr/events", event, 201)
        await acme.change(uid, "active", True)
        await acme.change(uid, f"{WORK}:department", "Sales")
        assert [kind for kind, _, _ in await acme.said(uid)] == ["hire"]
        await acme.post("hr-sources/sap:stop", {"remark": "it is gone"})
        await acme.change(uid, f"{WORK}:department", "Laboratory")
        assert (await acme.said(uid))[1:] == [("transfer", "2026-08-03", "applied")]


async def test_units_are_added_and_those_who_were_here_get_no_kit(
    app: App, hands: Hands
) -> None:
    rules = app.settings.data_dir / "provisioning" / "sources.yaml"
    rules.write_text(
        "employments:\n"
        "  scim:\n"
        "    legal_entity: '100'\n"
        "    create: [departments]\n"
        "    here_before: 2026-09-01\n"
        "    attributes: {department: division}\n"
    )
    provisioning_rules.cache_clear()
    async with company(app) as acme:
        uid = await acme.add("ina", division="Harbour")
        (employed,) = await acme.employed(uid)
        assert employed[4] == [("2026-08-03", "Harbour")]
        assert "laptop" not in [x for one in await acme.cases(uid) for x in one[2]]
        hands.day(9, 1)
        uid = await acme.add("bob", division="Harbour")
        assert await acme.cases(uid) == [("joining", "open", ["laptop"])]
