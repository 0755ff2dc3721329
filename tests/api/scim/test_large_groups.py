"""Groups of thousands: changed by hundreds, and only what differs is written."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import event, text

from api.compose.wiring import App
from tests.api.scim.provider import GROUP, IdentityProvider, speaking

MANY = 3000


def members(first: int, last: int, **more: str) -> list[dict[str, str]]:
    return [{"value": f"m{number:05}", **more} for number in range(first, last)]


async def test_members_of_a_large_group_are_added_and_removed_by_hundreds(
    app: App,
) -> None:
    """wso2/product-is#6918 (400 of 3,000 removed), SimpleIdServer#245 (added again)."""
    async with speaking(app, "scim") as client:
        idp = IdentityProvider(client)
        body = {"schemas": [GROUP], "displayName": "All"}
        path = f"/Groups/{(await idp.send('POST', '/Groups', body))['id']}"
        await idp.send("PUT", path, body | {"members": members(0, MANY, display="x")})
        idp.status(200)
        written: list[int] = []

        def count(_c: Any, cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
            if "directory_value" in statement and not statement.startswith("SELECT"):
                written.append(cursor.rowcount)

        event.listen(app.engine, "after_cursor_execute", count)
        one_each = [
            {"op": "remove", "path": f'members[value eq "{one["value"]}"]'}
            for one in members(100, 500)
        ]
        await idp.patch(path, *one_each)
        idp.status(204)
        event.remove(app.engine, "after_cursor_execute", count)
        seen = await idp.send("GET", path)
        idp.check(len(seen["members"]), MANY - 400)
        # Two rows a member: that there is one, and who; `display` makes a third.
        assert sum(written) < 400 * 4 + 20, "all values were written anew"
        with app.engine.connect() as connection:
            told = connection.execute(
                text("SELECT before FROM audit_entry ORDER BY seq DESC LIMIT 1")
            ).scalar_one()
        before = told if isinstance(told, dict) else json.loads(told)
        assert len(before["members"]) == 400, "the trail holds what nobody changed"

        # Again by value, with another display: who is a member stays one.
        again = members(400, 700, display="y")
        await idp.patch(path, {"op": "Add", "path": "members", "value": again})
        version = idp.answer.headers["etag"]
        await idp.patch(path, {"op": "add", "value": {"members": again}})
        idp.check(idp.answer.headers["etag"], version, "nothing changed")
        seen = await idp.send("GET", path)
        idp.check(len(seen["members"]), MANY - 300)
        found = await idp.find("Groups", 'members[value eq "m00450"]')
        idp.check(found["totalResults"], 1)
        found = await idp.find("Groups", 'members[value eq "m00150"]')
        idp.check(found["totalResults"], 0)
        await idp.patch(
            path, {"op": "Remove", "path": "members", "value": members(0, MANY)}
        )
        idp.check((await idp.send("GET", path)).get("members"), None)


async def test_ten_thousand_members_come_in_one_put(app: App) -> None:
    async with speaking(app, "scim") as client:
        idp = IdentityProvider(client)
        body = {"schemas": [GROUP], "displayName": "Everybody"}
        path = f"/Groups/{(await idp.send('POST', '/Groups', body))['id']}"
        ref = "https://idp.example/scim/v2/Users/0123456789abcdef0123456789abcdef"
        many = members(0, 10_000, display="Somebody With A Name")
        put = body | {"members": [one | {"$ref": ref} for one in many]}
        seen = await idp.send("PUT", path, put)
        idp.status(200)
        idp.check(len(seen["members"]), 10_000)


async def test_a_group_that_was_changed_meanwhile_keeps_both_changes(
    app: App,
) -> None:
    async with speaking(app, "scim") as client:
        idp = IdentityProvider(client)
        body = {"schemas": [GROUP], "displayName": "All"}
        path = f"/Groups/{(await idp.send('POST', '/Groups', body))['id']}"
        raced: list[str] = []

        def between(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
            # Somebody else writes after the group was read, before it is locked.
            if "FROM directory_record" in statement and not raced:
                raced.append(path)
                with app.engine.begin() as other:
                    document: dict[str, Any] = {
                        "schemas": [GROUP],
                        "displayName": "All",
                    }
                    document |= {"members": members(0, 1)}
                    other.execute(
                        text(
                            "UPDATE directory_record SET document = :document,"
                            " version = version + 1"
                        ),
                        {"document": json.dumps(document)},
                    )

        event.listen(app.engine, "after_cursor_execute", between)
        await idp.patch(path, {"op": "add", "path": "members", "value": members(1, 2)})
        event.remove(app.engine, "after_cursor_execute", between)
        idp.status(204)
        assert raced
        seen = await idp.send("GET", path)
        idp.check([one["value"] for one in seen["members"]], ["m00000", "m00001"])
