"""What Okta sends: its published test of the protocol, then a user's life.

Steps follow developer.okta.com (SCIM 2.0 reference, "Okta SCIM 2.0 SPEC test"):
deactivation by PATCH, every other change by PUT of what is mapped, no DELETE.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from api.compose.wiring import App
from inventory.kernel.spans import Span
from inventory.people.employments import NewEmployment, employ
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.people.rules import EmploymentTerms
from inventory.people.tables import Person
from inventory.provisioning.tables import Task
from inventory.storage.rows import id_of, table_of
from tests.api.conftest import bearer, make_token
from tests.api.scim.provider import GROUP, LIST, USER, WORK, IdentityProvider, speaking

RANDOM = "00ujl29u0le5T6Aj10h7"


def user(name: str = "test.user@okta.local", /, **more: object) -> dict[str, Any]:
    """Return a user as Okta sends one."""
    return {
        "schemas": [USER],
        "userName": name,
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": True, "value": name, "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": RANDOM,
        "groups": [],
        "password": "1mz050nq",
        "active": True,
        **more,
    }


async def test_the_published_protocol_test_of_okta(app: App) -> None:
    async with speaking(app) as client:
        client.headers.update(bearer(make_token(app, "scim", name="Okta")))
        okta = IdentityProvider(client)
        await okta.send("POST", "/Users", user("seed@okta.local", externalId="seed"))
        await first_page(okta)
        await by_id_and_by_name(okta)
        await creation(okta)
        await okta.send("GET", "/Groups")
        okta.status(200)
    print(f"Okta's protocol test: {okta.checks} assertions")
    assert okta.checks >= 50


async def first_page(okta: IdentityProvider) -> None:
    page = await okta.send("GET", "/Users?count=1&startIndex=1")
    okta.status(200)
    okta.check(page["schemas"], [LIST])
    okta.check(page["itemsPerPage"], 1)
    okta.check(page["startIndex"], 1)
    okta.check(page["totalResults"], 1)
    first = page["Resources"][0]
    okta.check(bool(first["id"]), True)
    okta.check(first["name"]["familyName"], "User")
    okta.check(first["name"]["givenName"], "Test")
    okta.check(first["userName"], "seed@okta.local")
    okta.check(first["active"], True)
    okta.check(first["emails"][0]["value"], "seed@okta.local")
    okta.check("password" in first, False)


async def by_id_and_by_name(okta: IdentityProvider) -> None:
    first = (await okta.send("GET", "/Users?startIndex=1&count=2"))["Resources"][0]
    one = await okta.send("GET", f"/Users/{first['id']}")
    okta.status(200)
    okta.check(one["userName"], first["userName"])
    okta.check(bool(one["name"]["familyName"]), True)
    okta.check(one["meta"]["resourceType"], "User")
    okta.check(one["meta"]["location"].endswith(f"/scim/v2/Users/{one['id']}"), True)
    page = await okta.find("Users", 'userName eq "abcdefgh@atko.example"')
    okta.status(200)
    okta.check(page["schemas"], [LIST])
    okta.check(page["totalResults"], 0)
    await okta.send("GET", "/Users/010101001010101011001010101011")
    okta.refused(404)


async def creation(okta: IdentityProvider) -> None:
    made = await okta.send("POST", "/Users", user())
    okta.status(201)
    okta.check(made["active"], True)
    okta.check(bool(made["id"]), True)
    okta.check(made["name"], {"givenName": "Test", "familyName": "User"})
    okta.check(made["userName"], "test.user@okta.local")
    okta.check(USER in made["schemas"], True)
    okta.check(okta.answer.headers["location"], made["meta"]["location"])
    await okta.send("GET", f"/Users/{made['id']}")
    okta.status(200)
    okta.check(okta.body["name"]["familyName"], "User")
    await okta.send("POST", "/Users", user())
    okta.refused(409, "uniqueness")
    page = await okta.find("Users", 'userName eq "TEST.USER@okta.local"')
    okta.status(200)
    okta.check(page["totalResults"], 1)
    okta.check(page["Resources"][0]["userName"], "test.user@okta.local")


def employed(app: App) -> int:
    """Put somebody into the register as HR does; return his id."""
    with app.work("test") as work:
        entity = ensure(work, "legal_entity", "DE", name="Acme GmbH", currency="EUR")
        person = add_person(
            work, NewPerson(key="hr:0042", family_name="Meyer", given_name="Ina")
        )
        new = NewEmployment(
            legal_entity_id=entity,
            number="0042",
            source="hr:sap",
            span=Span(date(2026, 1, 1), None),
        )
        employ(work, person, new, EmploymentTerms())
        work.commit()
    return person


def tasks(app: App) -> list[tuple[str, int | None, bool]]:
    """Return kind, person and state of the tasks there are."""
    table = table_of(Task)
    with app.engine.connect() as connection:
        rows = connection.execute(select(table).order_by(id_of(Task)))
        return [(r.kind, r.person_id, r.closed_at is None) for r in rows]


def person_row(app: App, person_id: int) -> Any:  # noqa: ANN401
    """Return a person."""
    table = table_of(Person)
    with app.engine.connect() as connection:
        return connection.execute(
            select(table).where(id_of(Person) == person_id)
        ).one_or_none()


async def test_a_user_of_okta_lives_and_keeps_what_okta_does_not_own(app: App) -> None:
    person = employed(app)
    async with speaking(app) as client:
        client.headers.update(bearer(make_token(app, "scim", name="Okta")))
        okta = IdentityProvider(client)
        work = {"employeeNumber": "0042", "department": "R&D", "costCenter": "0815"}
        page = await okta.find("Users", 'userName eq "ina@okta.local"')
        okta.check(page["totalResults"], 0)
        made = await okta.send("POST", "/Users", user("ina@okta.local", **{WORK: work}))
        okta.status(201)
        path = f"/Users/{made['id']}"
        await okta.send("GET", path)
        await put_erases_nothing_else(okta, path, work)
        known = person_row(app, person)
        okta.check((known.given_name, known.family_name), ("Ina", "Meyer"))
        okta.check((known.email, known.login), ("ina@okta.local",) * 2)
        await deactivated_and_back(okta, app, path, person)
    print(f"A user's life at Okta: {okta.checks} assertions")
    assert okta.checks >= 24


async def put_erases_nothing_else(
    okta: IdentityProvider, path: str, work: dict[str, str]
) -> None:
    changed = user("ina@okta.local", nickName="Ini", title="Engineer")
    put = await okta.send("PUT", path, changed)
    okta.status(200)
    okta.check(put["nickName"], "Ini")
    okta.check(put[WORK], work, "what Okta does not send stays")
    del changed["title"]
    put = await okta.send("PUT", path, changed)
    okta.check("title" in put, False, "what Okta owns and leaves out goes")
    version = put["meta"]["version"]
    put = await okta.send("PUT", path, changed)
    okta.check(put["meta"]["version"], version, "the same again changes nothing")
    cleared = changed | {WORK: {"department": None}}
    put = await okta.send("PUT", path, cleared)
    kept = {name: work[name] for name in ("employeeNumber", "costCenter")}
    okta.check(put[WORK], kept, "an explicit null clears")


async def deactivated_and_back(
    okta: IdentityProvider, app: App, path: str, person: int
) -> None:
    await okta.patch(path, {"op": "replace", "value": {"active": False}})
    okta.check(okta.answer.status_code in (200, 204), True)
    gone = await okta.send("GET", path)
    okta.status(200)
    okta.check(gone["active"], False)
    okta.check(tasks(app), [("confirm-leaver", person, True)])
    await okta.send("PUT", path, user("ina@okta.local", active=False, nickName="I"))
    okta.check(okta.body["active"], False)
    okta.check(tasks(app), [("confirm-leaver", person, True)], "asked once")
    back = await okta.send("POST", "/Users", user("ina@okta.local"))
    okta.status(201)
    okta.check(okta.body["meta"]["location"].endswith(path), True, "the same record")
    okta.check(back["active"], True)
    okta.check(tasks(app), [("confirm-leaver", person, False)], "settled")


async def test_groups_pushed_by_okta(app: App) -> None:
    async with speaking(app) as client:
        client.headers.update(bearer(make_token(app, "scim", name="Okta")))
        okta = IdentityProvider(client)
        one = await okta.send("POST", "/Users", user())
        two = await okta.send("POST", "/Users", user("two@okta.local", externalId="2"))
        new = {"schemas": [GROUP], "displayName": "Test SCIMv2", "members": []}
        group = await okta.send("POST", "/Groups", new)
        okta.status(201)
        okta.check(bool(group["id"]), True)
        path = f"/Groups/{group['id']}"
        await okta.patch(
            path, {"op": "replace", "value": {"id": group["id"], "displayName": "Ops"}}
        )
        okta.check(okta.answer.status_code in (200, 204), True)
        okta.check((await okta.send("GET", path))["displayName"], "Ops")
        member = [{"value": one["id"], "display": "Test User"}]
        await okta.patch(
            path,
            {"op": "remove", "path": f'members[value eq "{two["id"]}"]'},
            {"op": "add", "path": "members", "value": member},
        )
        got = await okta.send("GET", path)
        okta.check([m["value"] for m in got["members"]], [one["id"]])
        seen = await okta.send("GET", f"/Users/{one['id']}")
        okta.check([g["value"] for g in seen["groups"]], [group["id"]])
        put = await okta.send(
            "PUT", path, new | {"displayName": "Ops", "members": [{"value": two["id"]}]}
        )
        okta.status(200)
        okta.check([m["value"] for m in put["members"]], [two["id"]])
        page = await okta.send("GET", "/Groups?startIndex=1&count=100")
        okta.check(page["totalResults"], 1)
        await okta.send("DELETE", path)
        okta.status(204)
        await okta.send("GET", path)
        okta.refused(404)
    print(f"Okta's groups: {okta.checks} assertions")
    assert okta.checks >= 17
