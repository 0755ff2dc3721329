"""What Entra ID sends, with the oddities of it that are documented or reported.

Requests follow Microsoft's "Develop a SCIM endpoint" and, for the forms without a
path, its `aadOptscim062020` flag: creation by POST, every change by PATCH, deletion
30 days after the user is gone.
"""

from __future__ import annotations

from typing import Any

from api.compose.wiring import App
from tests.api.conftest import bearer, make_token
from tests.api.scim.provider import GROUP, LIST, USER, WORK, IdentityProvider, speaking
from tests.api.scim.test_okta import tasks

ADSCIM = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
NAME = "Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1"


def user(name: str = NAME, /, **more: object) -> dict[str, Any]:
    """Return a user as Entra sends one."""
    return {
        "schemas": [USER, WORK],
        "externalId": f"{name}-object",
        "userName": name,
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": f"{name}@testuser.com"}],
        "meta": {"resourceType": "User"},
        "name": {
            "formatted": "givenName familyName",
            "familyName": "familyName",
            "givenName": "givenName",
        },
        "roles": [],
        **more,
    }


async def entra_of(app: App, client: Any) -> IdentityProvider:  # noqa: ANN401
    client.headers.update(bearer(make_token(app, "scim", name="Entra")))
    return IdentityProvider(client)


async def test_the_published_sequence_for_users(app: App) -> None:
    async with speaking(app) as client:
        entra = await entra_of(app, client)
        page = await entra.find("Users", 'userName eq "00000000-test-connection"')
        entra.status(200)
        entra.check((page["schemas"], page["totalResults"]), ([LIST], 0))
        entra.check(page.get("Resources", []), [])
        made = await entra.send("POST", "/Users", user())
        entra.status(201)
        entra.check(made["externalId"], f"{NAME}-object")
        entra.check(made["userName"], NAME)
        entra.check(made["name"]["formatted"], "givenName familyName")
        entra.check(made["meta"]["resourceType"], "User")
        await entra.send("POST", "/Users", user())
        entra.refused(409, "uniqueness")
        path = f"/Users/{made['id']}"
        await found(entra, made["id"])
        await changed(entra, path)
        await disabled_and_deleted(entra, app, path)
    print(f"Entra's users: {entra.checks} assertions")
    assert entra.checks >= 45


async def found(entra: IdentityProvider, uid: str) -> None:
    for condition in (
        f'userName eq "{NAME}"',
        f'userName eq "{NAME.upper()}"',
        f'externalId eq "{NAME}-object"',
        f'emails[type eq "work"].value eq "{NAME}@testuser.com"',
        f'id eq "{uid}" and userName eq "{NAME}"',
    ):
        page = await entra.find("Users", condition)
        entra.status(200)
        entra.check([one["id"] for one in page["Resources"]], [uid], condition)
    page = await entra.find("Users", f'externalId eq "{NAME}-OBJECT"')
    entra.check(page["totalResults"], 0, "externalId is case-exact")
    await entra.send("GET", "/Users/00000000-0000-0000-0000-000000000000")
    entra.refused(404)


async def changed(entra: IdentityProvider, path: str) -> None:
    mail = "updatedEmail@microsoft.com"
    await entra.patch(
        path,
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": mail},
        {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
    )
    entra.check(entra.answer.status_code in (200, 204), True)
    got = await entra.send("GET", path)
    entra.check(got["emails"][0]["value"], mail)
    entra.check(got["name"]["familyName"], "updatedFamilyName")
    entra.check(got["name"]["givenName"], "givenName")
    name = "5b50642d-79fc-4410-9e90-4c077cdd1a59@testuser.com"
    await entra.patch(path, {"op": "Replace", "path": "userName", "value": name})
    got = await entra.send("GET", path)
    entra.check(got["userName"], name)
    entra.check(got["emails"][0]["value"], mail)


async def disabled_and_deleted(entra: IdentityProvider, app: App, path: str) -> None:
    await entra.patch(path, {"op": "Replace", "path": "active", "value": "False"})
    entra.check(entra.answer.status_code in (200, 204), True)
    got = await entra.send("GET", path)
    entra.status(200)
    entra.check(got["active"], False, "the text False is false")
    entra.check([(k, o) for k, _, o in tasks(app)], [("confirm-leaver", True)])
    page = await entra.find("Users", "active eq false")
    entra.check(page["totalResults"], 1)
    await entra.send("DELETE", path)
    entra.status(204)
    await entra.send("GET", path)
    entra.refused(404)
    await entra.patch(path, {"op": "Replace", "path": "active", "value": "True"})
    entra.refused(404)
    again = await entra.send("POST", "/Users", user())
    entra.status(201)
    entra.check(path.endswith(again["id"]), False, "an id is never used again")


async def test_oddities_of_entra_in_patches(app: App) -> None:
    async with speaking(app) as client:
        entra = await entra_of(app, client)
        boss = await entra.send("POST", "/Users", user("boss"))
        made = await entra.send(
            "POST", "/Users", user(**{WORK: {"manager": boss["id"]}})
        )
        entra.status(201)
        entra.check(made[WORK]["manager"]["value"], boss["id"], "manager as text")
        path = f"/Users/{made['id']}"
        await without_a_path(entra, path)
        await entries_made_by_path(entra, path)
        await manager(entra, path, made["id"], boss["id"])
        await refusals(entra, path)
    print(f"Entra's oddities: {entra.checks} assertions")
    assert entra.checks >= 30


async def without_a_path(entra: IdentityProvider, path: str) -> None:
    await entra.patch(
        path,
        {
            "op": "Add",
            "value": {
                "name.givenName": "Dotted",
                f"{WORK}:costCenter": "0815",
                f"{WORK}:department": "Finance",
                "active": "True",
                "nickName": None,
                "urn:ietf:params:scim:schemas:extension:acme:2.0:User:thing": "odd",
            },
        },
    )
    entra.check(entra.answer.status_code in (200, 204), True)
    got = await entra.send("GET", path)
    entra.check(got["name"]["givenName"], "Dotted")
    entra.check(got[WORK]["costCenter"], "0815", "leading zeros stay")
    entra.check(got[WORK]["department"], "Finance")
    entra.check(got["active"], True)
    await entra.patch(
        path, {"op": "Replace", "path": f"{WORK}:employeeNumber", "value": "007"}
    )
    page = await entra.find("Users", f'{WORK}:employeeNumber eq "007"')
    entra.check(page["totalResults"], 1)


async def entries_made_by_path(entra: IdentityProvider, path: str) -> None:
    await entra.patch(
        path,
        {"op": "Add", "path": 'emails[type eq "other"].value', "value": "o@x.example"},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+1 5"},
    )
    got = await entra.send("GET", path)
    other = [e["value"] for e in got["emails"] if e["type"] == "other"]
    entra.check(other, ["o@x.example"])
    entra.check(got["phoneNumbers"], [{"value": "+1 5", "type": "mobile"}], "as sent")
    await entra.patch(path, {"op": "Remove", "path": 'emails[type eq "other"]'})
    got = await entra.send("GET", path)
    entra.check([e["type"] for e in got["emails"]], ["work"])
    page = await entra.find("Users", 'phoneNumbers[type eq "mobile" and value co "5"]')
    entra.check(page["totalResults"], 1)


async def manager(entra: IdentityProvider, path: str, uid: str, boss: str) -> None:
    page = await entra.find("Users", f'id eq "{uid}" and manager eq "{boss}"')
    entra.check(page["totalResults"], 1, "the reference check of Entra")
    version = (await entra.send("GET", path))["meta"]["version"]
    await entra.patch(path, {"op": "Add", "path": f"{WORK}:manager", "value": boss})
    got = await entra.send("GET", path)
    entra.check(got["meta"]["version"], version, "the same again changes nothing")
    for nobody in ("", None, {"value": ""}):
        await entra.patch(path, {"op": "Add", "path": f"{WORK}:manager", "value": boss})
        operation = {"op": "Replace", "path": f"{WORK}:manager", "value": nobody}
        await entra.patch(path, operation)
        got = await entra.send("GET", path)
        entra.check("manager" in got.get(WORK, {}), False, f"cleared by {nobody!r}")
    await entra.patch(path, {"op": "Add", "path": f"{WORK}:manager", "value": boss})
    await entra.patch(path, {"op": "Remove", "path": f"{WORK}:manager"})
    entra.check("manager" in (await entra.send("GET", path))[WORK], False)


async def test_a_manager_in_a_list_is_the_manager(app: App) -> None:
    """azure-docs#42220: `manager` as a list of one `$ref` and `value`."""
    async with speaking(app) as client:
        entra = await entra_of(app, client)
        boss = (await entra.send("POST", "/Users", user("boss")))["id"]
        path = f"/Users/{(await entra.send('POST', '/Users', user()))['id']}"
        told = [{"$ref": f"http://purser.example/scim/v2/Users/{boss}", "value": boss}]
        for named in ("manager", f"{WORK}:manager"):
            await entra.patch(path, {"op": "Add", "path": named, "value": told})
            entra.check(entra.answer.status_code in (200, 204), True)
            got = await entra.send("GET", path)
            entra.check(got[WORK]["manager"]["value"], boss, named)
            page = await entra.find("Users", f'{WORK}:manager.value eq "{boss}"')
            entra.check(page["totalResults"], 1, "it is stored")
            await entra.patch(path, {"op": "Remove", "path": f"{WORK}:manager"})
        two = [*told, {"value": "another"}]
        await entra.patch(path, {"op": "Add", "path": "manager", "value": two})
        entra.refused(400, "invalidValue")
        got = await entra.send("GET", path)
        entra.check("manager" in got.get(WORK, {}), False)


async def test_null_removes_an_attribute(app: App) -> None:
    """sentry#84941: a PATCH whose value is null, with a path and without."""
    async with speaking(app) as client:
        entra = await entra_of(app, client)
        more: dict[str, Any] = {"title": "Clerk", "nickName": "Tia"}
        work = {"department": "Sales", "costCenter": "4100"}
        made = await entra.send("POST", "/Users", user(**more, **{WORK: work}))
        path = f"/Users/{made['id']}"
        await entra.patch(path, {"op": "replace", "path": "title", "value": None})
        await entra.patch(path, {"op": "replace", "value": {"nickName": None}})
        by_path = {"path": f"{WORK}:department", "value": None}
        by_value = {"value": {f"{WORK}:costCenter": None}}
        for one in (by_path, by_value):
            await entra.patch(path, {"op": "replace", **one})
            entra.check(entra.answer.status_code in (200, 204), True)
        got = await entra.send("GET", path)
        entra.check({"title", "nickName"} & got.keys(), set())
        entra.check({"department", "costCenter"} & got.get(WORK, {}).keys(), set())
        for condition in ("title pr", "nickName pr", f"{WORK}:department pr"):
            page = await entra.find("Users", condition)
            entra.check(page["totalResults"], 0, f"nothing is stored: {condition}")


async def refusals(entra: IdentityProvider, path: str) -> None:
    before = await entra.send("GET", path)
    await entra.patch(
        path,
        {"op": "Replace", "path": "title", "value": "half"},
        {"op": "Replace", "path": "userName", "value": ""},
    )
    entra.refused(400, "invalidValue")
    entra.check(await entra.send("GET", path), before, "all or nothing")
    await entra.patch(path, {"op": "Replace", "path": "no[such", "value": 1})
    entra.refused(400, "invalidPath")
    await entra.find("Users", "userName xx 1")
    entra.refused(400, "invalidFilter")


async def test_the_published_sequence_for_groups(app: App) -> None:
    async with speaking(app) as client:
        entra = await entra_of(app, client)
        one = (await entra.send("POST", "/Users", user("one")))["id"]
        two = (await entra.send("POST", "/Users", user("two")))["id"]
        new = {
            "schemas": [GROUP, ADSCIM],
            "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
            "displayName": "displayName",
            "meta": {"resourceType": "Group"},
        }
        made = await entra.send("POST", "/Groups", new)
        entra.status(201)
        path = f"/Groups/{made['id']}"
        await entra.send("POST", "/Groups", new | {"externalId": "other"})
        entra.refused(409, "uniqueness")
        await members(entra, path, one, two)
        await entra.patch(
            path, {"op": "Replace", "path": "displayName", "value": "renamed"}
        )
        entra.check(entra.answer.status_code in (200, 204), True)
        page = await entra.find(
            "Groups", 'displayName eq "renamed"', excludedAttributes="members"
        )
        entra.check(page["Resources"][0]["displayName"], "renamed")
        entra.check("members" in page["Resources"][0], False)
        page = await entra.find(
            "Groups", f'id eq "{made["id"]}" and members eq "{one}"'
        )
        entra.check(page["totalResults"], 1)
        await entra.send("DELETE", path)
        entra.status(204)
    print(f"Entra's groups: {entra.checks} assertions")
    assert entra.checks >= 18


async def members(entra: IdentityProvider, path: str, one: str, two: str) -> None:
    def naming(*uids: str) -> list[dict[str, Any]]:
        return [{"$ref": None, "value": uid} for uid in uids]

    async def now() -> list[str]:
        got = await entra.send("GET", path)
        return sorted(member["value"] for member in got.get("members", []))

    await entra.patch(path, {"op": "Add", "path": "members", "value": naming(one)})
    entra.check(entra.answer.status_code in (200, 204), True)
    entra.check(await now(), [one])
    await entra.patch(path, {"op": "Add", "path": "members", "value": naming(one, two)})
    entra.check(await now(), sorted([one, two]), "nobody twice")
    await entra.patch(path, {"op": "Remove", "path": "members", "value": naming(two)})
    entra.check(await now(), [one], "removal by value")
    await entra.patch(path, {"op": "Add", "path": "members", "value": naming(two)})
    by_filter = {"op": "Remove", "path": f'members[value eq "{two}"]'}
    await entra.patch(path, by_filter)
    entra.check(await now(), [one], "removal by filter")
