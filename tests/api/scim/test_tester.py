"""scim2-tester finds nothing wrong, over HTTP."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest
from scim2_tester import CheckResult, Status, check_server

from api.compose.wiring import App
from tests.api.conftest import bearer, make_token
from tests.api.scim.serving import HttpScimClient, served

CHECKS = 150
"""At least so many; the tester adds some for each attribute we announce."""


def found(app: App, resource_types: list[str] | None = None) -> list[CheckResult]:
    """Run the checks; return their results."""
    token = make_token(app, "scim", name="tester")
    with (
        served(app) as url,
        httpx.Client(
            base_url=f"{url}/scim/v2", headers=bearer(token), timeout=60
        ) as http,
    ):
        results = check_server(HttpScimClient(http), resource_types=resource_types)
    bad = [f"{r.title}: {r.reason}" for r in results if r.status != Status.SUCCESS]
    print(f"scim2-tester: {Counter(str(result.status) for result in results)}")
    assert not bad, "\n".join(bad)
    return results


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_scim2_tester_passes_discovery_and_groups_over_http(app: App) -> None:
    assert len(found(app, ["Group"])) >= 40


@pytest.mark.slow
def test_scim2_tester_passes_every_check_over_http(app: App) -> None:
    assert len(found(app)) >= CHECKS
