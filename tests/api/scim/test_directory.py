"""What identity providers brought, as lists: records, teams, kits, differences."""

from __future__ import annotations

from datetime import date

from api.compose.wiring import App
from api.resources.people.directory.differences import DirectoryDifferenceRow
from api.resources.people.directory.users import DirectoryUserRow
from inventory.kernel.spans import Span
from inventory.people.employments import NewEmployment, employ
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.people.rules import EmploymentTerms
from tests.api.conftest import bearer, calling, make_token
from tests.api.scim.provider import GROUP, WORK, IdentityProvider
from tests.api.scim.test_okta import user


def staff(app: App) -> int:
    """Employ somebody in research; return his id."""
    with app.work("test") as work:
        entity = ensure(work, "legal_entity", "DE", name="Acme GmbH", currency="EUR")
        centre = ensure(work, "cost_centre", "4200", name="Research")
        unit = ensure(work, "department", "R", name="Research")
        person = add_person(
            work, NewPerson(key="hr:7", family_name="Meyer", given_name="Ina")
        )
        span = Span(date(2026, 1, 1), None)
        new = NewEmployment(legal_entity_id=entity, number="7", source="hr", span=span)
        terms = EmploymentTerms(department_id=unit, cost_centre_id=centre)
        employ(work, person, new, terms)
        work.commit()
    return person


async def test_lists_of_users_groups_and_differences(app: App) -> None:
    person = staff(app)
    work = {"employeeNumber": "7", "department": "research", "costCenter": "4100"}
    async with calling(app, "hr") as client:
        scim = IdentityProvider(client)
        token = bearer(make_token(app, "scim", name="Okta"))
        one = await scim.send("POST", "/Users", user("ina", **{WORK: work}), **token)
        two = user("gone", externalId="2", active=False)
        await scim.send("POST", "/Users", two, **token)
        group = {
            "schemas": [GROUP],
            "displayName": "Support",
            "members": [{"value": one["id"]}],
        }
        await scim.send("POST", "/Groups", group, **token)
        page = (await client.get("/api/v1/directory-users?limit=1")).json()
        (first,) = map(DirectoryUserRow.model_validate, page["items"])
        assert (first.name, first.person_id, first.number) == ("ina", person, "7")
        rest = await client.get(f"/api/v1/directory-users?after={page['next']}")
        assert [item["name"] for item in rest.json()["items"]] == ["gone"]
        idle = await client.get("/api/v1/directory-users?active=false&source=scim:okta")
        assert [item["name"] for item in idle.json()["items"]] == ["gone"]
        groups = (await client.get("/api/v1/directory-groups")).json()
        assert groups["items"][0]["team"] == "Support"
        found = (await client.get("/api/v1/directory-differences")).json()
    items = [DirectoryDifferenceRow.model_validate(one) for one in found["items"]]
    told = {(item.field, item.known, item.said) for item in items}
    assert told == {
        ("given_name", "Ina", "Test"),
        ("family_name", "Meyer", "User"),
        ("cost_centre", "4200", "4100"),
    }, "the same department in other letters is not a difference"
    assert {item.person_id for item in items} == {person}


async def test_who_works_and_has_no_account_is_a_difference(app: App) -> None:
    staff(app)
    work = {WORK: {"employeeNumber": "7"}}
    async with calling(app, "hr") as client:
        scim = IdentityProvider(client)
        token = bearer(make_token(app, "scim", name="Okta"))
        await scim.send("POST", "/Users", user("ina", active=False, **work), **token)
        found = (await client.get("/api/v1/directory-differences")).json()
    assert ("active", "employed", "out of use") in {
        (item["field"], item["known"], item["said"]) for item in found["items"]
    }
