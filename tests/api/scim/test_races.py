"""Many requests at once: one user, one person, no error that nobody foresaw."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from api.compose.wiring import App
from tests.api.conftest import bearer, make_token
from tests.api.scim.provider import PATCH, USER
from tests.api.scim.serving import served

BODY = {"schemas": [USER], "userName": "ina", "externalId": "7"}


def test_the_same_user_twelve_times_at_once_is_added_once(app: App) -> None:
    token = bearer(make_token(app, "scim"))
    with (
        served(app) as url,
        httpx.Client(base_url=f"{url}/scim/v2", headers=token, timeout=60) as client,
    ):
        with ThreadPoolExecutor(12) as pool:
            answers = list(
                pool.map(lambda _: client.post("/Users", json=BODY), range(12))
            )
        assert Counter(a.status_code for a in answers) == {201: 1, 409: 11}
        (made,) = [a.json() for a in answers if a.status_code == 201]
        names = [f"n{number}" for number in range(8)]

        def add(name: str) -> int:
            operation = {"op": "add", "path": "emails", "value": [{"value": name}]}
            body = {"schemas": [PATCH], "Operations": [operation]}
            return client.patch(f"/Users/{made['id']}", json=body).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(add, names)) == {204}
        got = client.get(f"/Users/{made['id']}").json()
    assert sorted(entry["value"] for entry in got["emails"]) == names, "none is lost"
