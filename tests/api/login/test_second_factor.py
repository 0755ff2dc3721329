"""One-time codes, recovery codes: asked where they are set up, and never twice."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from api.login.codes import step_of_code
from inventory.storage.audit import verify
from tests.api.conftest import calling
from tests.api.login.conftest import Browser, Door
from tests.conftest import NOW

STEP = 30


async def set_up(door: Door, login: str) -> tuple[str, list[str]]:
    """Set up an authenticator program; return its secret and the recovery codes."""
    owner = door.browser()
    await owner.log_in(login)
    await owner.get("/my-login")
    secret = owner.texts("#totp-form code")[0]
    code = pyotp.TOTP(secret).at(door.watch.now)
    await owner.send(
        "/my-login", do="totp", enrol=owner.hidden("enrol"), code=code, name="Phone"
    )
    assert owner.answer.status_code == 200
    door.watch.forward(STEP * 2)
    return secret, owner.texts(".codes code")


async def second(browser: Browser, code: str) -> int:
    proof = browser.hidden("proof", "#code-form")
    await browser.send("/login/second", proof=proof, code=code, next="/assets")
    return browser.answer.status_code


async def test_the_password_alone_lets_nobody_in_who_has_more(
    door: Callable[..., Door],
) -> None:
    site = door(second_factor="optional")
    site.add("ida")
    plain = site.browser()
    assert (await plain.log_in("ida")).status_code == 303
    secret, codes = await set_up(site, "ida")
    assert len(codes) == len(set(codes)) == 10

    thief = site.browser()
    assert (await thief.log_in("ida")).status_code == 200
    assert not thief.is_in
    assert await second(thief, "000000") == 401
    assert not thief.is_in
    assert (await thief.get("/assets")).status_code in (303, 401)

    owner = site.browser()
    await owner.log_in("ida")
    code = pyotp.TOTP(secret).at(site.watch.now)
    assert await second(owner, code) == 303
    assert owner.is_in
    # A code that was seen by somebody else is worth nothing.
    again = site.browser()
    await again.log_in("ida")
    assert await second(again, code) == 401


async def test_a_recovery_code_works_once(door: Callable[..., Door]) -> None:
    site = door(second_factor="optional")
    site.add("ida")
    _, codes = await set_up(site, "ida")
    for expected in (303, 401):
        owner = site.browser()
        await owner.log_in("ida")
        assert await second(owner, codes[3].upper()) == expected
    assert verify(site.app.engine) == []
    async with calling(site.app, "it") as client:
        trail = await client.get("/api/v1/audit-trail", params={"limit": 200})
    told = trail.text
    assert "recovery-code-used" in told
    for code in codes:
        assert code not in told


async def test_required_means_before_the_first_page(door: Callable[..., Door]) -> None:
    site = door(second_factor="required")
    site.add("ida")
    owner = site.browser()
    assert (await owner.log_in("ida")).status_code == 200
    assert not owner.is_in
    secret = owner.texts("#code-form code")[0]
    sent = {
        "proof": owner.hidden("proof"),
        "enrol": owner.hidden("enrol"),
        "next": "/assets",
    }
    await owner.send("/login/second", **sent, code="123456")
    assert not owner.is_in
    code = pyotp.TOTP(secret).at(site.watch.now)
    await owner.send("/login/second", **sent, code=code)
    assert owner.is_in
    assert len(owner.texts(".codes code")) == 10
    # The proof of the password sets up nothing more, once there is a factor.
    thief = site.browser()
    site.watch.forward(STEP)
    code = pyotp.TOTP(secret).at(site.watch.now)
    await thief.send("/login/second", **sent, code=code)
    assert not thief.is_in


async def test_codes_are_not_guessed(door: Callable[..., Door]) -> None:
    site = door(second_factor="optional")
    site.add("ida")
    await set_up(site, "ida")
    thief = site.browser()
    await thief.log_in("ida")
    proof = thief.hidden("proof", "#code-form")
    statuses = []
    for number in range(12):
        await thief.send("/login/second", proof=proof, code=f"{number:06}", next="/")
        statuses.append(thief.answer.status_code)
    assert statuses[-1] == 429
    # Nor by showing the known password again and again.
    await thief.log_in("ida")
    assert thief.answer.status_code == 429


async def test_a_proof_is_of_one_password(door: Callable[..., Door]) -> None:
    site = door(second_factor="optional")
    site.add("ida")
    secret, _ = await set_up(site, "ida")
    owner = site.browser()
    await owner.log_in("ida")
    proof = owner.hidden("proof", "#code-form")
    from inventory.people import accounts

    with site.app.work("test") as work:
        accounts.set_password(work, "ida", "another long password")
        work.commit()
    code = pyotp.TOTP(secret).at(site.watch.now)
    for sent in (proof, "forged", ""):
        await owner.send("/login/second", proof=sent, code=code, next="/")
        assert owner.answer.headers["location"] == "/login"
        assert not owner.is_in


async def test_an_administrator_removes_what_was_lost(
    door: Callable[..., Door],
) -> None:
    site = door(second_factor="optional")
    site.add("ida", "hr")
    await set_up(site, "ida")
    async with calling(site.app, "it", "hr") as client:
        listed = (await client.get("/api/v1/second-factors?user=ida")).json()["items"]
        assert [(one["kind"], one["name"]) for one in listed] == [("totp", "Phone")]
        assert "secret" not in str(listed)
        path = f"/api/v1/second-factors/{listed[0]['id']}:remove"
        assert (await client.post(path, json={})).status_code == 200
    owner = site.browser()
    await owner.log_in("ida")
    assert owner.is_in


async def test_nobody_removes_another_ones(door: Callable[..., Door]) -> None:
    site = door(second_factor="optional")
    site.add("ida")
    site.add("eve", "employee")
    await set_up(site, "ida")
    eve = site.browser()
    await eve.log_in("eve")
    assert (await eve.send("/my-login", do="remove", factor="1")).status_code == 422
    assert (await eve.send("/my-login", do="nonsense")).status_code == 303


async def test_off_means_off(door: Callable[..., Door]) -> None:
    site = door()
    site.add("ida")
    owner = site.browser()
    await owner.log_in("ida")
    await owner.get("/my-login")
    assert owner.answer.status_code == 200
    assert owner.texts("#totp-form") == []


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\u0661" * 6])
def test_what_is_no_code_is_of_no_step(typed: str) -> None:
    assert step_of_code("JBSWY3DPEHPK3PXP", typed, NOW) is None


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, SHA-1, the last six of eight digits, at 59 seconds.
    from datetime import UTC, datetime

    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moment = datetime.fromtimestamp(59, UTC)
    assert step_of_code(secret, "287 082", moment) == 1
    assert step_of_code(secret, "287082", datetime.fromtimestamp(89, UTC)) == 1
    assert step_of_code(secret, "287082", datetime.fromtimestamp(120, UTC)) is None
