"""What JumpCloud and authentik send, from what they publish of their requests."""

from __future__ import annotations

from typing import Any

from api.compose.wiring import App
from tests.api.scim.provider import GROUP, LIST, USER, WORK, IdentityProvider, speaking


def jumpcloud_user(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A user as JumpCloud exports it: work data in the enterprise extension."""
    given, family = name.split()
    address = f"{given.lower()}@example.com"
    return {
        "schemas": [USER, WORK],
        "userName": address,
        "externalId": f"jc-{given.lower()}",
        "name": {"givenName": given, "familyName": family, "formatted": name},
        "displayName": name,
        "emails": [{"value": address, "type": "work", "primary": True}],
        "active": True,
        "title": "",
        WORK: {"employeeNumber": "2001", "department": "Sales", "costCenter": "4100"},
        **more,
    }


async def test_the_sequence_of_jumpcloud(app: App) -> None:
    async with speaking(app, "scim") as client:
        idp = IdentityProvider(client)
        # Activating the connector: a user and a group are made and removed again.
        found = await idp.send("GET", "/Users?startIndex=1&count=1")
        idp.check((found["schemas"], found["totalResults"]), ([LIST], 0))
        probe = await idp.send("POST", "/Users", jumpcloud_user("Test Connection"))
        idp.status(201)
        await idp.send("DELETE", f"/Users/{probe['id']}")
        idp.status(204)
        # A user: looked for by name, made, changed by PUT, suspended, back again.
        found = await idp.find("Users", 'userName eq "tia@example.com"')
        idp.check(found["totalResults"], 0)
        tia = await idp.send("POST", "/Users", jumpcloud_user("Tia Anggraini"))
        idp.status(201)
        path = f"/Users/{tia['id']}"
        changed = jumpcloud_user("Tia Anggraini", title="Buyer") | {"id": tia["id"]}
        now = await idp.send("PUT", path, changed)
        idp.status(200)
        idp.check((now["title"], now[WORK]["costCenter"]), ("Buyer", "4100"))
        for active in (False, True):
            now = await idp.send("PUT", path, changed | {"active": active})
            idp.check(now["active"], active)
        # Groups: by name without members, pushed, filled and renamed.
        found = await idp.find(
            "Groups", 'displayName eq "Sales"', excludedAttributes="members"
        )
        idp.check(found["totalResults"], 0)
        body = {"schemas": [GROUP], "displayName": "Sales", "externalId": "jc-g"}
        group = await idp.send("POST", "/Groups", body | {"members": []})
        idp.status(201)
        of_it = f"/Groups/{group['id']}"
        member = {"value": tia["id"], "display": "Tia Anggraini"}
        for _ in range(2):
            await idp.patch(of_it, {"op": "add", "path": "members", "value": [member]})
            idp.check(idp.answer.status_code in (200, 204), True)
        seen = await idp.send("GET", of_it)
        idp.check([one["value"] for one in seen["members"]], [tia["id"]])
        await idp.send("PUT", of_it, body | {"displayName": "Buyers"})
        idp.check(idp.body["displayName"], "Buyers")
        selected = f'members[value eq "{tia["id"]}"]'
        await idp.patch(of_it, {"op": "remove", "path": selected})
        seen = await idp.send("GET", of_it)
        idp.check(seen.get("members", []), [])
        await idp.send("DELETE", of_it)
        idp.status(204)


def authentik_user(name: str) -> dict[str, Any]:
    """A user as the default mapping of authentik has it."""
    given, _, family = name.partition(" ")
    return {
        "schemas": [USER],
        "userName": given.lower(),
        "externalId": f"{given.lower()}-6f1ed002ab559585",
        "name": {"formatted": name, "givenName": given, "familyName": family},
        "displayName": name,
        "photos": [],
        "locale": "en",
        "emails": [
            {"value": f"{given.lower()}@example.com", "type": "other", "primary": True}
        ],
        "active": True,
    }


async def test_the_sequence_of_authentik(app: App) -> None:
    async with speaking(app, "scim") as client:
        idp = IdentityProvider(client)
        config = await idp.send("GET", "/ServiceProviderConfig")
        idp.check(config["patch"]["supported"], True)
        users = []
        for name in ("Tia Anggraini", "Budi Santoso"):
            made = await idp.send("POST", "/Users", authentik_user(name))
            idp.status(201)
            users.append(made["id"])
        # A sync that lost what it knew: 409, looked for, written over.
        await idp.send("POST", "/Users", authentik_user("Tia Anggraini"))
        idp.refused(409, "uniqueness")
        found = await idp.find("Users", 'userName eq "tia"')
        idp.check(found["Resources"][0]["id"], users[0])
        whole = authentik_user("Tia Anggraini") | {"id": users[0]}
        await idp.send("PUT", f"/Users/{users[0]}", whole)
        idp.status(200)
        body = {"schemas": [GROUP], "displayName": "crew", "externalId": "4a1f"}
        group = await idp.send("POST", "/Groups", body)
        idp.status(201)
        path = f"/Groups/{group['id']}"
        named = body | {"id": group["id"], "displayName": "The crew"}
        await idp.patch(path, {"op": "replace", "value": named})
        idp.check(idp.answer.status_code in (200, 204), True, idp.answer.text)
        members = [{"value": one} for one in users]
        await idp.patch(path, {"op": "add", "path": "members", "value": members})
        await idp.patch(path, {"op": "remove", "path": "members", "value": members[:1]})
        seen = await idp.send("GET", path)
        idp.check(seen["displayName"], "The crew")
        idp.check([one["value"] for one in seen["members"]], users[1:])
        for one in users:
            await idp.send("DELETE", f"/Users/{one}")
            idp.status(204)
        await idp.send("DELETE", path)
        idp.status(204)
