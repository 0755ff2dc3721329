"""OpenID Connect: who is let in with which roles, and lies that are not believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.conftest import calling
from tests.api.login.conftest import Browser, Door
from tests.api.login.provider import CLIENT, SECRET, Provider, serving
from tests.conftest import NOW

ANA = {
    "sub": "u-1",
    "preferred_username": "ana",
    "name": "Ana Almeida",
    "groups": ["IT-Crew", "everybody"],
}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """A provider for all tests of this file."""
    with serving(NOW.timestamp()) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """It, honest again."""
    running.person, running.lies, running.more = dict(ANA), {}, {}
    running.hides, running.algorithm = set(), "RS256"
    running.asked.clear()
    return running


@pytest.fixture
async def site(door: Callable[..., Door], provider: Provider) -> Door:
    """A door with that provider, and rules for two groups."""
    about = {"issuer": provider.url, "client_id": CLIENT, "client_secret": SECRET}
    made = door(oidc=about)
    async with calling(made.app, "it", "hr", "auditor") as client:
        for group, roles in (("it-crew", ["it"]), ("HR", ["hr", "auditor"])):
            body = {"group_name": group, "roles": roles}
            assert (await client.post("/api/v1/role-rules", json=body)).is_success
    return made


async def come(site: Door, provider: Provider, target: str = "/assets") -> Browser:
    browser = site.browser()
    await browser.get(f"/login/oidc?next={target}")
    assert browser.answer.status_code == 303
    back = provider.log_in_there(browser.answer.headers["location"])
    await browser.get(back)
    return browser


async def user(site: Door, login: str) -> dict[str, Any]:
    async with calling(site.app, "it") as client:
        answer = await client.get(f"/api/v1/users/{login}")
        found: dict[str, Any] = answer.json()
    return found


async def test_groups_decide_on_roles_each_time(site: Door, provider: Provider) -> None:
    browser = await come(site, provider)
    assert browser.is_in
    assert browser.answer.headers["location"] == "/assets"
    assert (await browser.get("/assets")).status_code == 200
    found = await user(site, "ana")
    assert (found["roles"], found["provider"]) == (["it"], "oidc")

    provider.person["groups"] = ["hr"]
    provider.person["preferred_username"] = "ana.new"
    assert (await come(site, provider)).is_in
    assert (await user(site, "ana"))["roles"] == ["hr", "auditor"]
    async with calling(site.app, "it") as client:
        trail = (await client.get("/api/v1/audit-trail?limit=100")).text
    assert '"oidc:u-1"' in trail
    assert SECRET not in trail

    provider.person["groups"] = ["everybody"]
    out = await come(site, provider)
    assert out.answer.status_code == 403
    assert not out.is_in


async def test_claims_that_only_user_info_tells(site: Door, provider: Provider) -> None:
    provider.hides = {"groups", "preferred_username"}
    assert (await come(site, provider)).is_in
    provider.more = {"sub": "somebody-else"}
    assert not (await come(site, provider)).is_in


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": int(NOW.timestamp()) - 3600},
        {"iat": int(NOW.timestamp()) + 3600},
        {"sub": None},
    ],
)
async def test_a_token_that_is_not_for_us_now_is_not_believed(
    site: Door, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    assert not (await come(site, provider)).is_in


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_that_no_key_of_the_provider_signed(
    site: Door, provider: Provider, algorithm: str
) -> None:
    provider.algorithm = algorithm
    assert not (await come(site, provider)).is_in


async def test_a_code_is_worth_nothing_in_another_browser(
    site: Door, provider: Provider
) -> None:
    victim, thief = site.browser(), site.browser()
    await victim.get("/login/oidc")
    await thief.get("/login/oidc")
    back = provider.log_in_there(victim.answer.headers["location"])
    for browser in (thief, site.browser()):
        await browser.get(back)
        assert browser.answer.status_code == 403
        assert not browser.is_in
    await victim.get(back)
    assert victim.is_in
    # And only once, in the right one, too.
    victim.cookies.delete("purser_session")
    await victim.get(back)
    assert not victim.is_in


async def test_nobody_becomes_who_is_called_the_same(
    site: Door, provider: Provider
) -> None:
    site.add("ana", "accounting")
    out = await come(site, provider)
    assert not out.is_in
    assert "u-1" in out.answer.text
    async with calling(site.app, "it", "accounting") as client:
        body = {"provider": "oidc", "subject": "u-1"}
        linked = await client.post("/api/v1/users/ana:link", json=body)
        assert linked.is_success, linked.text
    assert (await come(site, provider)).is_in
    # The password works no more.
    assert (await site.browser().log_in("ana")).status_code == 401


async def test_a_disabled_login_stays_out(site: Door, provider: Provider) -> None:
    browser = await come(site, provider)
    async with calling(site.app, "it") as client:
        assert (await client.post("/api/v1/users/ana:disable", json={})).is_success
    assert (await browser.get("/assets")).status_code in (303, 401)
    assert not (await come(site, provider)).is_in


async def test_where_it_leads_is_of_this_site(site: Door, provider: Provider) -> None:
    browser = await come(site, provider, "https://evil.example/")
    assert browser.answer.headers["location"] == "/"


async def test_a_provider_that_is_away_is_told(door: Callable[..., Door]) -> None:
    about = {"issuer": "http://127.0.0.1:9", "client_id": CLIENT}
    browser = door(oidc=about).browser()
    await browser.get("/login")
    assert "single sign-on" in browser.answer.text
    assert (await browser.get("/login/oidc")).status_code == 403
    assert (await door().browser().get("/login/oidc")).status_code == 404
