"""scim2-tester finds nothing wrong, over HTTP."""

from __future__ import annotations

from collections import Counter

import httpx
from scim2_tester import Status, check_server

from api.wiring import App
from tests.api.conftest import bearer, make_token
from tests.api.scim.serving import HttpScimClient, served

CHECKS = 150
"""At least so many; the tester adds some for each attribute we announce."""


def test_scim2_tester_passes_every_check_over_http(app: App) -> None:
    token = make_token(app, "scim", name="tester")
    with (
        served(app) as url,
        httpx.Client(base_url=f"{url}/scim/v2", headers=bearer(token)) as http,
    ):
        results = check_server(HttpScimClient(http))
    bad = [f"{r.title}: {r.reason}" for r in results if r.status != Status.SUCCESS]
    counts = Counter(str(result.status) for result in results)
    print(f"scim2-tester: {counts}")
    assert not bad, "\n".join(bad)
    assert len(results) >= CHECKS
