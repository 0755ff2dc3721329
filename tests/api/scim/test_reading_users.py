"""A provider is set to say who works here after its users came; and many at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from sqlalchemy import Engine

from api.compose.rulebooks import provisioning_rules
from api.compose.wiring import App, compose
from config.settings import Settings
from tests.api.conftest import bearer, calling, make_token
from tests.api.scim.provider import PATCH, USER, WORK
from tests.api.scim.serving import served
from tests.api.scim.test_employments import Hands, app, company, hands

__all__ = ["app", "hands"]


def set_sources(app: App, text: str) -> None:
    (app.settings.data_dir / "provisioning" / "sources.yaml").write_text(text)
    provisioning_rules.cache_clear()


async def test_users_of_before_are_read_once(app: App, hands: Hands) -> None:
    set_sources(app, "leavers: {most: 3}\n")
    async with company(app) as acme:
        ina = await acme.add("ina", department="SAL", manager={"value": "x-boss"})
        boss = await acme.add("boss", department="LAB")
        gone = await acme.add("gone", active=False)
        assert await acme.employed(ina) == []
        refused = await acme.post(
            "hr-sources:read-users", {"provider": "scim:okta"}, 422
        )
        assert "sources of staff" in refused["remedy"]
        # Nobody is told that nothing was found where nothing was looked for.
        refused = await acme.post("hr-sources:read-users", {}, 422)
        assert "No identity provider is set" in refused["detail"]
        set_sources(app, 'employments:\n  scim:okta: {legal_entity: "100"}\n')
        hands.day(10, 1)
        new = await acme.add("new", department="SAL")

        told = await acme.post("hr-sources:read-users", {})
        assert told == {"users": 3, "followed": 3, "events": 2}
        # They are here since their accounts are; nothing is prepared for them.
        ((_, number, start, end, placed),) = await acme.employed(ina)
        assert (number, start, end) == ("n-ina", "2026-08-03", None)
        assert placed == [("2026-08-03", "Sales")]
        assert [kind for _, _, kind in await acme.cases(ina)] in ([], [[]])
        led = await acme.items("people", manager=await acme.person(boss))
        assert [row["id"] for row in led] == [await acme.person(ina)]
        assert await acme.employed(gone) == []
        assert (await acme.cases(new))[0][2] == ["laptop", "phone"]

        again = await acme.post("hr-sources:read-users", {"provider": "scim:okta"})
        assert again == {"users": 3, "followed": 3, "events": 0}
        # Changed at a later reading: an event of the same version of the record.
        set_sources(
            app,
            "employments:\n  scim:okta:\n    legal_entity: '100'\n"
            "    attributes: {title: displayName}\n",
        )
        told = await acme.post("hr-sources:read-users", {})
        assert told == {"users": 3, "followed": 3, "events": 3}
        assert [kind for kind, _, _ in await acme.said(new)] == ["hire", "transfer"]


async def test_hr_alone_reads_the_users(app: App) -> None:
    async with calling(app, "it") as client:
        answer = await client.post("/api/v1/hr-sources:read-users", json={})
        assert answer.status_code == 403


def test_two_processes_that_change_a_user_at_once(
    app: App, engine: Engine, hands: Hands, tmp_path: Path
) -> None:
    other = compose(Settings(data_dir=tmp_path), engine, hands, app.seal)
    token = bearer(make_token(app, "scim", name="Okta"))
    with (
        served(app) as one,
        served(other) as two,
        httpx.Client(headers=token, timeout=120) as client,
    ):
        urls = [f"{url}/scim/v2" for url in (one, two)]
        body = {
            "schemas": [USER, WORK],
            "userName": "ina@acme.example",
            "name": {"familyName": "Okta"},
            WORK: {"department": "LAB"},
        }
        uid = client.post(f"{urls[0]}/Users", json=body).json()["id"]

        def change(n: int) -> int:
            url = f"{urls[n % 2]}/Users/{uid}"
            if n % 4 == 0:
                put = body | {"title": f"t{n}", WORK: {"department": "SAL"}}
                return client.put(url, json=put).status_code
            path, value = (
                (f"{WORK}:department", ("SAL", "LAB")[n % 2])
                if n % 3
                else ("active", bool(n % 2))
            )
            operation = {"op": "replace", "path": path, "value": value}
            patch = {"schemas": [PATCH], "Operations": [operation]}
            return client.patch(url, json=patch).status_code

        with ThreadPoolExecutor(6) as pool:
            answers = Counter(pool.map(change, range(12)))
        assert set(answers) <= {200, 204}, answers
        last = {"op": "replace", "path": "active", "value": True}
        client.patch(
            f"{urls[1]}/Users/{uid}", json={"schemas": [PATCH], "Operations": [last]}
        )
        user = client.get(f"{urls[0]}/Users/{uid}").json()
    other.close()
    with app.engine.connect() as connection:
        placed = connection.exec_driver_sql(
            "SELECT d.code FROM placement p JOIN employment e ON e.id = p.employment_id"
            " JOIN department d ON d.id = p.department_id"
            " WHERE p.valid_to IS NULL AND e.valid_to IS NULL"
        ).all()
        kinds = Counter(
            connection.exec_driver_sql("SELECT kind FROM hr_event").scalars()
        )
    assert placed == [(user[WORK]["department"],)], "the register says as the user"
    assert kinds["hire"] == 1
