"""Passwords that a real directory checks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest

from api.compose import logs
from tests.api.conftest import calling
from tests.api.login.conftest import Door
from tests.api.login.slapd import ADMIN, ADMIN_PASSWORD, BASE, directory

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ANA = "ana has a password"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a directory."""
    with directory(tmp_path_factory.mktemp("slapd")) as address:
        yield address


@pytest.fixture
async def site(door: Callable[..., Door], url: str) -> Door:
    """A door that asks it, and a rule for one group."""
    made = door(
        ldap={
            "url": url,
            "plain": True,
            "bind_dn": ADMIN,
            "bind_password": ADMIN_PASSWORD,
            "base": f"ou=people,{BASE}",
            "group_base": f"ou=groups,{BASE}",
        }
    )
    async with calling(made.app, "it") as client:
        body = {"group_name": "it-crew", "roles": ["it"]}
        assert (await client.post("/api/v1/role-rules", json=body)).is_success
    return made


async def test_the_directory_checks_the_password(site: Door) -> None:
    log = io.StringIO()
    logs.configure("debug", as_json=True, stream=log)
    browser = site.browser()
    assert (await browser.log_in("Ana", ANA)).status_code == 303
    assert (await browser.get("/assets")).status_code == 200
    assert (await site.browser().log_in("ana", ANA[:-1])).status_code == 401
    assert ANA[:-1] not in log.getvalue()
    async with calling(site.app, "it") as client:
        found = (await client.get("/api/v1/users/ana")).json()
    assert (found["roles"], found["name"]) == (["it"], "Ana Almeida")
    assert found["provider"] == "ldap"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ana", ""),
        ("ana", "\x00"),
        ("", ANA),
        ("*", ANA),
        ("a*", ANA),
        ("ana)(uid=*", ANA),
        ("ana)(|(uid=*", ANA),
        ("ana\x00", ANA),
        ("nobody", ANA),
        ("twin2", "twins have passwords"),
        ("searcher", ADMIN_PASSWORD),
    ],
)
async def test_what_is_no_login_there_is_none_here(
    site: Door, login: str, password: str
) -> None:
    browser = site.browser()
    assert (await browser.log_in(login, password)).status_code == 401
    assert not browser.is_in


async def test_a_group_without_a_rule_has_no_role(site: Door) -> None:
    browser = site.browser()
    assert (await browser.log_in("ben", "ben has a password")).status_code == 403
    assert not browser.is_in


async def test_logins_with_a_password_here_stay_ours(site: Door) -> None:
    site.add("ana", "hr")
    assert (await site.browser().log_in("ana", ANA)).status_code == 401
    assert (await site.browser().log_in("ana")).status_code == 303


async def test_guesses_are_slowed_down(site: Door) -> None:
    site.app.throttle.first = 600.0  # no machine is so slow that the wait is over
    statuses = [
        (await site.browser().log_in("ana", f"guess {number}")).status_code
        for number in range(12)
    ]
    assert statuses[-1] == 429


async def test_a_directory_that_is_away_is_told(door: Callable[..., Door]) -> None:
    about = {"url": "ldap://127.0.0.1:9", "plain": True, "base": BASE}
    site = door(ldap=about)
    site.add("ida")
    browser = site.browser()
    assert (await browser.log_in("ana", ANA)).status_code == 403
    assert "does not answer" in browser.answer.text
    # Who has a password here does not need it.
    assert (await site.browser().log_in("ida")).status_code == 303
