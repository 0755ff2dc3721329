"""OpenID Connect with a certified provider (`oidc-provider` of npm) on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from api.compose.wiring import App
from config.settings import Http
from config.sign_in import Login
from tests.api.conftest import bearer, calling, make_token
from tests.api.login.certified import Certified, Person, certified
from tests.api.login.conftest import BASE, Browser, Door, Watch
from tests.api.scim.provider import WORK, IdentityProvider, speaking
from tests.api.scim.test_okta import employed, user

CALLBACK = f"{BASE}/login/oidc/callback"
SECRET = "s:cret/+% &=?~"
"""Characters that mean something in a header or in a form."""
CLIENTS: list[dict[str, Any]] = [
    {
        "client_id": name,
        "client_secret": SECRET,
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [f"{BASE}/login"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    for name in ("purser:house 1", "another")
]
PEOPLE = {
    "u-1": {"name": "Ana", "preferred_username": "ana", "groups": ["crew"]},
    "u-2": {"name": "Ina", "preferred_username": "ina", "groups": ["everybody"]},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Certified]:
    """The provider, for all tests of this file."""
    with certified(Certified(CLIENTS, PEOPLE)) as running:
        yield running


@pytest.fixture
async def site(app: App, provider: Certified) -> Door:
    """A door with that provider, at the hour it is: its tokens are of now."""
    about = {"issuer": provider.url, "client_id": "purser:house 1"}
    login = Login.model_validate({"oidc": about | {"client_secret": SECRET}})
    settings = app.settings.model_copy(
        update={"login": login, "http": Http(public_url=BASE)}
    )
    clock = Watch()
    clock.now = datetime.now(UTC)
    door = Door(replace(app, settings=settings, clock=clock), clock)
    async with calling(door.app, "it", "employee") as client:
        for group, roles in (("crew", ["it"]), ("everybody", ["employee"])):
            body = {"group_name": group, "roles": roles}
            answer = await client.post("/api/v1/role-rules", json=body)
            assert answer.is_success, answer.text
    return door


async def begun(site: Door) -> tuple[Browser, str]:
    browser = site.browser()
    await browser.get("/login/oidc?next=/assets")
    assert browser.answer.status_code == 303, browser.answer.text
    return browser, browser.answer.headers["location"]


async def come(site: Door, person: Person) -> Browser:
    browser, address = await begun(site)
    await browser.get(person.log_in(address, CALLBACK))
    return browser


async def test_code_with_pkce_and_a_secret_that_needs_encoding(
    site: Door, provider: Certified
) -> None:
    person = Person("u-1")
    browser = await come(site, person)
    assert browser.is_in, browser.answer.text
    assert person.forms == ["login", "consent"]
    assert browser.answer.headers["location"] == "/assets"
    async with calling(site.app, "it") as client:
        found = (await client.get("/api/v1/users/ana")).json()
    assert (found["roles"], found["provider"]) == (["it"], "oidc")

    # Its key is another one tomorrow.
    provider.stop()
    provider.new_key()
    provider.start()
    assert (await come(site, Person("u-1"))).is_in


async def test_what_was_meant_for_others_is_not_taken(site: Door) -> None:
    person = Person("u-1")
    browser, address = await begun(site)
    back = person.log_in(address, CALLBACK)
    query = {k: v[0] for k, v in parse_qs(urlsplit(back).query).items()}
    assert query["iss"] == site.app.settings.login.oidc.issuer  # type: ignore[union-attr]
    lies = (
        {"state": "another"},
        {"iss": "https://evil.example"},
        {"iss": ""},
        {"code": query["code"][:-2]},
    )
    for lie in lies:
        told = {k: v for k, v in (query | lie).items() if v}
        kept = browser.cookies
        browser.cookies = type(kept)(kept)
        await browser.get(f"{CALLBACK}?{urlencode(told)}")
        assert not browser.is_in, lie
        browser.cookies = kept


async def test_what_was_given_for_another_client_or_log_in_is_not_taken(
    site: Door,
) -> None:
    person = Person("u-1")
    for change in ({"client_id": "another"}, {"nonce": "replayed"}):
        browser, address = await begun(site)
        place, _, sent = address.partition("?")
        changed = {k: v[0] for k, v in parse_qs(sent).items()} | change
        await browser.get(person.log_in(f"{place}?{urlencode(changed)}", CALLBACK))
        assert browser.answer.status_code == 403, change
        assert not browser.is_in


async def test_logging_out_ends_the_session_there_if_it_is_wished(site: Door) -> None:
    person = Person("u-1")
    assert (await come(site, person)).is_in
    browser = await come(site, person)
    assert person.forms.count("login") == 1, "the provider knew who it was"
    await browser.send("/logout")
    assert browser.answer.headers["location"] == "/login?left=1"
    await browser.get("/login?left=1")
    assert "/login/oidc/out" in browser.answer.text
    await browser.get("/login/oidc/out")
    place = browser.answer.headers["location"]
    assert place.startswith(str(site.app.settings.login.oidc.issuer))  # type: ignore[union-attr]
    assert person.log_in(place, BASE) == f"{BASE}/login"
    assert (await come(site, person)).is_in
    assert person.forms.count("login") == 2, "and asks again"


async def test_who_scim_told_of_comes_in_by_oidc_and_sees_own_things(
    site: Door,
) -> None:
    employed(site.app)
    token = bearer(make_token(site.app, "scim"))
    async with speaking(site.app) as client:
        scim = IdentityProvider(client)
        about = user("ina", **{WORK: {"employeeNumber": "0042"}})
        await scim.send("POST", "/Users", about, **token)
        scim.status(201)
    async with calling(site.app, "it") as client:
        tags = []
        for serial in ("MINE-1", "OTHERS-1"):
            body = {"kind": "laptop", "serial": serial}
            tags.append((await client.post("/api/v1/assets", json=body)).json()["tag"])
        held = {"assets": tags[:1], "holder": "hr:0042"}
        answer = await client.post("/api/v1/assets:check-out", json=held)
        assert answer.is_success, answer.text
    browser = await come(site, Person("u-2"))
    assert browser.is_in, browser.answer.text
    await browser.get("/my-things")
    assert browser.answer.status_code == 200
    assert tags[0] in browser.answer.text
    assert tags[1] not in browser.answer.text
    assert (await browser.get("/assets")).status_code == 200
    assert tags[1] not in browser.answer.text
