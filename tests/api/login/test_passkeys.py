"""Passkeys: as the second step and as the only one; nothing forged is let in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.api.conftest import calling
from tests.api.login.authenticator import Authenticator
from tests.api.login.conftest import BASE, Browser, Door

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOST = BASE.removeprefix("http://")
NEW, SECOND, ALONE = "[data-passkey=new]", "[data-passkey=show]", "[data-passkey=show]"


async def keep(browser: Browser, key: Authenticator) -> int:
    """Add a passkey to the login of a browser."""
    await browser.get("/my-login")
    answer, challenge = key.make(browser.data(NEW)), browser.hidden("challenge", NEW)
    await browser.send(
        "/my-login", do="passkey", challenge=challenge, answer=answer, name="Ring"
    )
    return browser.answer.status_code


async def show(browser: Browser, key: Authenticator, path: str, **more: str) -> None:
    answer = key.show(browser.data(SECOND))
    challenge = browser.hidden("challenge", SECOND)
    await browser.send(path, challenge=challenge, answer=answer, next="/", **more)


@pytest.fixture
async def site(door: Callable[..., Door]) -> Door:
    """A door with passkeys, and a login."""
    made = door(second_factor="optional")
    made.add("ida")
    return made


@pytest.fixture
async def key(site: Door) -> Authenticator:
    """A passkey of that login."""
    owner = site.browser()
    await owner.log_in("ida")
    made = Authenticator(HOST, BASE)
    assert await keep(owner, made) == 200
    assert len(owner.texts(".codes code")) == 10
    return made


async def test_a_passkey_is_the_second_step(site: Door, key: Authenticator) -> None:
    browser = site.browser()
    await browser.log_in("ida")
    assert not browser.is_in
    proof = browser.hidden("proof", "#code-form")
    await show(browser, key, "/login/second", proof=proof)
    assert browser.is_in


async def test_a_passkey_is_enough(site: Door, key: Authenticator) -> None:
    browser = site.browser()
    await browser.get("/login")
    await show(browser, key, "/login/passkey")
    assert browser.is_in
    assert (await browser.get("/assets")).status_code == 200


async def test_what_is_forged_lets_nobody_in(site: Door, key: Authenticator) -> None:
    browser = site.browser()
    await browser.get("/login")
    options, challenge = browser.data(ALONE), browser.hidden("challenge", ALONE)
    elsewhere = Authenticator("evil.example", "https://evil.example")
    elsewhere.id = key.id
    stranger = Authenticator(HOST, BASE)
    stranger.id = key.id
    unverified = Authenticator(HOST, BASE)
    for answer in (elsewhere.show(options), stranger.show(options), "{}", "[]", "x"):
        await browser.send("/login/passkey", challenge=challenge, answer=answer)
        assert browser.answer.status_code in (403, 429)
        assert not browser.is_in
    key.verifies = False
    other = site.browser()
    await other.get("/login")
    await show(other, key, "/login/passkey")
    assert not other.is_in
    assert unverified.id != key.id


async def test_an_answer_is_for_one_challenge(site: Door, key: Authenticator) -> None:
    browser = site.browser()
    await browser.get("/login")
    answer = key.show(browser.data(ALONE))
    await browser.get("/login")
    challenge = browser.hidden("challenge", ALONE)
    await browser.send("/login/passkey", challenge=challenge, answer=answer)
    assert not browser.is_in
    await browser.send("/login/passkey", challenge="forged", answer=answer)
    assert not browser.is_in


async def test_an_answer_that_somebody_saw_is_worth_nothing_again(
    site: Door, key: Authenticator
) -> None:
    key.counts, key.counter = False, 0
    browser, thief = site.browser(), site.browser()
    await browser.get("/login")
    answer = key.show(browser.data(ALONE))
    challenge = browser.hidden("challenge", ALONE)
    site.watch.now += timedelta(seconds=2)
    await browser.send("/login/passkey", challenge=challenge, answer=answer)
    assert browser.is_in
    site.watch.now += timedelta(seconds=2)
    await thief.get("/login")
    await thief.send("/login/passkey", challenge=challenge, answer=answer)
    assert not thief.is_in
    again = site.browser()
    await again.get("/login")
    await show(again, key, "/login/passkey")
    assert again.is_in


async def test_a_passkey_belongs_to_one_login(site: Door, key: Authenticator) -> None:
    site.add("eve", "employee")
    eve = site.browser()
    await eve.log_in("eve")
    assert await keep(eve, key) == 422
    # Eve's passkey is not the second step of Ida.
    own = Authenticator(HOST, BASE)
    assert await keep(eve, own) == 200
    thief = site.browser()
    await thief.log_in("ida")
    proof = thief.hidden("proof", "#code-form")
    await show(thief, own, "/login/second", proof=proof)
    assert not thief.is_in


async def test_who_is_disabled_stays_out(site: Door, key: Authenticator) -> None:
    async with calling(site.app, "it") as client:
        assert (await client.post("/api/v1/users/ida:disable", json={})).is_success
    browser = site.browser()
    await browser.get("/login")
    await show(browser, key, "/login/passkey")
    assert not browser.is_in
