"""SCIM beyond the published sequences: rights, limits, versions, pages, joining."""

from __future__ import annotations

from typing import Any

import httpx

from api.compose.wiring import App
from api.scim.admission import Pace, source_of
from api.scim.application import ScimSite
from api.scim.models import MAX_BODY
from inventory.storage.audit import verify
from inventory.storage.rows import id_of
from tests.api.conftest import bearer, make_token
from tests.api.scim.provider import PATCH, USER, IdentityProvider, speaking
from tests.api.scim.test_okta import user

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


async def test_who_may_speak_scim(app: App, client: httpx.AsyncClient) -> None:
    scim = IdentityProvider(client)
    await scim.send("GET", "/Users")
    scim.refused(401)
    assert scim.answer.headers["www-authenticate"].startswith("Bearer")
    await scim.send("GET", "/Users", Authorization="Bearer purser_nonsense")
    scim.refused(401)
    await scim.send("GET", "/Users", **bearer(make_token(app, "it")))
    scim.refused(403)
    await scim.send("GET", "/ServiceProviderConfig")
    scim.status(200)
    token = bearer(make_token(app, "scim"))
    for path in ("devices", "people", "assets", "cost-centres", "webhooks"):
        refused = await client.get(f"/api/v1/{path}", headers=token)
        assert refused.status_code == 403, path


async def test_we_announce_what_we_can(app: App) -> None:
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        config = await scim.send("GET", "/ServiceProviderConfig")
        can = {name: config[name]["supported"] for name in ("patch", "bulk", "filter")}
        assert can == {"patch": True, "bulk": True, "filter": True}
        assert config["changePassword"]["supported"] is False
        assert config["authenticationSchemes"][0]["type"] == "oauthbearertoken"
        await scim.send("GET", "/Me")
        scim.refused(501)
        await scim.send("PUT", "/Schemas", {})
        scim.refused(405)
        await scim.send("GET", "/Nothing")
        scim.refused(404)


async def test_versions_guard_against_lost_updates(app: App) -> None:
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        made = await scim.send("POST", "/Users", user())
        path, first = f"/Users/{made['id']}", made["meta"]["version"]
        assert scim.answer.headers["etag"] == first
        await scim.send("GET", path, If_None_Match=first)
        assert scim.answer.status_code == 304
        change = user(nickName="T")
        await scim.send("PUT", path, change, If_Match=first)
        scim.status(200)
        await scim.send("PUT", path, change | {"nickName": "U"}, If_Match=first)
        scim.refused(412)
        await scim.send("DELETE", path, If_Match=first)
        scim.refused(412)
        assert (await scim.send("GET", path))["nickName"] == "T"


async def test_pages_by_index_and_by_cursor_show_everybody_once(app: App) -> None:
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        for n in range(7):
            await scim.send("POST", "/Users", user(f"u{n}", externalId=f"x{n}"))
        names: list[str] = []
        for start in (1, 4, 7, 10):
            page = await scim.send(
                "GET", f"/Users?startIndex={start}&count=3&sortBy=userName"
            )
            assert page["totalResults"] == 7
            names += [one["userName"] for one in page.get("Resources", [])]
        assert names == [f"u{n}" for n in range(7)]
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await scim.send(
                "GET",
                f"/Users?cursor={cursor}&count=3&sortBy=userName&sortOrder=descending",
            )
            seen += [one["userName"] for one in page["Resources"]]
            cursor = page.get("nextCursor")
        assert seen == list(reversed(names))
        page = await scim.send("GET", "/Users?startIndex=-5&count=0")
        assert (page["totalResults"], page.get("Resources", [])) == (7, [])
        await scim.send("GET", "/Users?cursor=forged")
        scim.refused(400, "invalidCursor")


async def test_bulk_does_each_operation_whole_or_not_at_all(app: App) -> None:
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        operations = [
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": user("a")},
            {
                "method": "POST",
                "path": "/Users",
                "bulkId": "b",
                "data": user("A", externalId="other"),
            },
            {
                "method": "POST",
                "path": "/Groups",
                "bulkId": "g",
                "data": {
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                    "displayName": "Crew",
                    "members": [{"value": "bulkId:a"}],
                },
            },
        ]
        done = await scim.send(
            "POST", "/Bulk", {"schemas": [BULK], "Operations": operations}
        )
        assert [one["status"] for one in done["Operations"]] == ["201", "409", "201"]
        assert (await scim.send("GET", "/Users"))["totalResults"] == 1
        group = (await scim.send("GET", "/Groups"))["Resources"][0]
        assert len(group["members"]) == 1


async def test_hostile_requests_are_refused_and_break_nothing(app: App) -> None:
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        made = await scim.send("POST", "/Users", user())
        path = f"/Users/{made['id']}"
        deep = "(" * 500 + 'userName eq "a"' + ")" * 500
        for condition in (deep, 'userName eq "' + "a" * 5000 + '"', "not", '"' * 50):
            await scim.find("Users", condition)
            scim.refused(400, "invalidFilter")
        await scim.send("POST", "/Users", user("a\x00b", externalId="n"))
        scim.refused(400, "invalidValue")
        await scim.find("Users", 'userName eq "a\\u0000b"')
        assert scim.answer.status_code in (200, 400)
        await scim.send("POST", "/Users", user("x" * 300, externalId="long"))
        scim.refused(400, "invalidValue")
        await scim.send("POST", "/Users", user(" ", externalId="blank"))
        scim.refused(400, "invalidValue")
        await scim.patch(path, *[{"op": "add", "path": "title", "value": "x"}] * 1001)
        scim.refused(400)
        nested = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
        large = b'{"userName":"' + b"a" * MAX_BODY + b'"}'
        for body, status in ((nested, 400), (large, 413), (b"\xff", 400), (b"", 400)):
            answer = await client.post(
                "/scim/v2/Users",
                content=body,
                headers={"content-type": "application/scim+json"},
            )
            assert answer.status_code == status, answer.text[:300]
        sent = await client.post(
            "/scim/v2/Users", content=b"<x/>", headers={"content-type": "text/xml"}
        )
        assert sent.status_code == 415
        like = await scim.find("Users", 'userName co "%"')
        assert like["totalResults"] == 0
        quote = await scim.find("Users", 'userName eq "\'; DROP TABLE person; --"')
        assert quote["totalResults"] == 0
        assert (await scim.send("GET", path))["userName"] == made["userName"]
    assert verify(app.engine) == []


async def test_a_flood_of_requests_is_slowed_down(app: App) -> None:
    site = ScimSite(app, Pace(rate=1, burst=3))
    transport = httpx.ASGITransport(site)
    token = bearer(make_token(app, "scim"))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://purser.example", headers=token
    ) as client:
        answers = [await client.get("/v2/Users") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].json()["status"] == "429"


def test_a_bucket_fills_again() -> None:
    pace = Pace(rate=2, burst=2)
    assert [pace.take("a", 0.0) for _ in range(3)] == [0, 0, 0.5]
    assert pace.take("b", 0.0) == 0, "each client has its own"
    assert pace.take("a", 0.5) == 0


def test_a_new_token_of_the_same_name_is_the_same_provider() -> None:
    assert source_of("Okta (prod)") == source_of("okta prod") == "scim:okta-prod"


async def test_a_group_named_as_a_kit_is_one_and_others_are_teams(app: App) -> None:
    from sqlalchemy import select

    from inventory.directory.tables import DirectoryRecord
    from inventory.storage.rows import table_of

    group = "urn:ietf:params:scim:schemas:core:2.0:Group"
    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        for name in ("kit:developer", "Support"):
            await scim.send(
                "POST", "/Groups", {"schemas": [group], "displayName": name}
            )
            scim.status(201)
    table = table_of(DirectoryRecord)
    with app.engine.connect() as connection:
        rows: list[Any] = list(
            connection.execute(select(table).order_by(id_of(DirectoryRecord)))
        )
    assert [(row.kit, row.team_id is None) for row in rows] == [
        ("developer", True),
        (None, False),
    ]


async def test_secrets_of_users_are_never_kept(app: App) -> None:
    from sqlalchemy import select

    from inventory.storage.tables import METADATA

    async with speaking(app, "scim") as client:
        scim = IdentityProvider(client)
        made = await scim.send("POST", "/Users", user(password="hunter2-hunter2"))
        await scim.send(
            "PATCH",
            f"/Users/{made['id']}",
            {
                "schemas": [PATCH],
                "Operations": [
                    {"op": "replace", "value": {"password": "hunter2-hunter3"}}
                ],
            },
        )
        found = await scim.find("Users", 'password eq "hunter2-hunter3"')
        assert found.get("totalResults", 0) == 0
    assert USER in made["schemas"]
    with app.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                assert "hunter2" not in str(row)
