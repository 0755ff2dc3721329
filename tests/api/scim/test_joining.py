"""Which person a user of a provider is: by number or id, then by rules."""

from __future__ import annotations

from api.compose.wiring import App
from inventory.kernel.spans import Span
from inventory.people.employments import NewEmployment, employ
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.people.rules import EmploymentTerms
from tests.api.conftest import bearer, make_token
from tests.api.scim.provider import WORK, IdentityProvider, speaking
from tests.api.scim.test_okta import employed, person_row, tasks, user


async def test_two_providers_do_not_see_each_other_and_share_a_person(app: App) -> None:
    person = employed(app)
    async with speaking(app) as client:
        work = {WORK: {"employeeNumber": "0042"}}
        providers = []
        for name in ("Okta", "Entra"):
            token = bearer(make_token(app, "scim", name=name))
            providers.append((IdentityProvider(client), token))
        (okta, first), (entra, second) = providers
        made = await okta.send("POST", "/Users", user("ina", **work), **first)
        okta.status(201)
        await entra.send("GET", f"/Users/{made['id']}", **second)
        entra.refused(404)
        other = user("ina.meyer", externalId="other", **work)
        await entra.send("POST", "/Users", other, **second)
        entra.status(201)
    row = person_row(app, person)
    assert row.login == "ina", "who told first decides the log-in"
    assert person_row(app, person + 1) is None, "nobody was added"


def known_by_mail(app: App) -> int:
    with app.work("test") as work:
        known = add_person(
            work,
            NewPerson(
                key="hr:1",
                family_name="User",
                given_name="Test",
                email="test.user@okta.local",
                login="test.user@okta.local",
            ),
        )
        work.commit()
    return known


async def test_who_has_the_name_and_the_mail_is_joined_by_the_rules(app: App) -> None:
    known = known_by_mail(app)
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        await scim.send("POST", "/Users", user())
        scim.status(201)
    assert person_row(app, known + 1) is None, "nobody was added"


async def test_rules_of_the_site_decide_who_is_joined(app: App) -> None:
    folder = app.settings.data_dir / "provisioning"
    folder.mkdir(parents=True)
    (folder / "sources.yaml").write_text("joining: [[number]]\n")
    known = known_by_mail(app)
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        await scim.send("POST", "/Users", user())
        scim.status(201)
    other = person_row(app, known + 1)
    assert (other.family_name, other.email) == ("User", None)
    assert ("directory-email", known + 1, True) in tasks(app)
    assert ("join-persons", known + 1, True) in tasks(app)
    assert person_row(app, known).email == "test.user@okta.local"


async def test_a_number_of_several_people_joins_none_of_them(app: App) -> None:
    person = employed(app)
    with app.work("test") as work:
        entity = ensure(work, "legal_entity", "AT", name="Acme AG", currency="EUR")
        other = add_person(work, NewPerson(key="hr:at", family_name="Huber"))
        new = NewEmployment(
            legal_entity_id=entity,
            number="0042",
            source="hr:sap",
            span=Span(app.clock().date(), None),
        )
        employ(work, other, new, EmploymentTerms())
        work.commit()
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        await scim.send(
            "POST", "/Users", user("x", **{WORK: {"employeeNumber": "0042"}})
        )
        scim.status(201)
        assert [kind for kind, _, _ in tasks(app)] == ["directory-ambiguous"]
        told = {"employeeNumber": "0042", "organization": "Acme AG"}
        await scim.send("POST", "/Users", user("y", externalId="y", **{WORK: told}))
        scim.status(201)
    assert person_row(app, other).login == "y"
    assert person_row(app, person).login is None


async def test_who_was_deleted_and_comes_back_is_the_same_person(app: App) -> None:
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        made = await scim.send("POST", "/Users", user())
        await scim.send("DELETE", f"/Users/{made['id']}")
        scim.status(204)
        ((kind, person, is_open),) = tasks(app)
        assert (kind, is_open) == ("confirm-leaver", True)
        assert person is not None
        renamed = user("married@okta.local")
        again = await scim.send("POST", "/Users", renamed)
        assert again["id"] != made["id"]
    assert person_row(app, person).login == "married@okta.local"
    assert person_row(app, person + 1) is None
