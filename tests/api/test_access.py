"""Who is let in: tokens, roles, logins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, text

from api.compose.wiring import App
from api.http import auth
from api.http.callers import Role
from api.http.errors import TooManyLogins
from inventory.people import accounts
from inventory.people.account_tables import ApiToken
from inventory.storage.rows import col
from tests.api.conftest import bearer, calling, make_token
from tests.api.test_frame import assert_problem

PASSWORD = "lemon-tree-42"


def add_account(app: App, login: str = "ida", *roles: str) -> None:
    with app.work("test") as work:
        accounts.add_account(work, login, PASSWORD, roles or ("it",), name="Ida")
        work.commit()


def later(app: App, **passed: float) -> App:
    moment = app.clock() + timedelta(**passed)
    clock: Callable[[], datetime] = lambda: moment  # noqa: E731
    return replace(app, clock=clock)


async def test_without_a_token_nobody_is_let_in(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/devices")
    body = assert_problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "purser token create" in str(body["remedy"])


@pytest.mark.parametrize("token", ["x", "purser_x", "\u00fc", "a b", "x" * 5000])
async def test_a_made_up_token_is_refused(
    client: httpx.AsyncClient, token: str
) -> None:
    header = f"Bearer {token}".encode()
    answer = await client.get("/api/v1/devices", headers={b"Authorization": header})
    assert_problem(answer, 401, "unauthorized")


async def test_a_revoked_token_is_refused(client: httpx.AsyncClient, app: App) -> None:
    token = make_token(app, "it")
    assert (
        await client.get("/api/v1/devices", headers=bearer(token))
    ).status_code == 200
    with app.work("test") as work:
        accounts.revoke_token(work, 1)
        work.commit()
    answer = await client.get("/api/v1/devices", headers=bearer(token))
    assert_problem(answer, 401, "unauthorized")


def test_a_token_ends_with_its_time(app: App) -> None:
    token = make_token(app, "it", expires_at=app.clock() + timedelta(days=1))
    assert auth.caller_of_token(app, token) is not None
    assert auth.caller_of_token(later(app, days=1), token) is None


def test_use_of_a_token_is_noted_but_not_each_time(app: App) -> None:
    token = make_token(app, "it")

    def last_used() -> datetime | None:
        with app.engine.connect() as connection:
            used: datetime | None = connection.execute(
                select(col(ApiToken.last_used_at))
            ).scalar_one()
            return used

    assert last_used() is None
    auth.caller_of_token(app, token)
    first = last_used()
    assert first == app.clock()
    auth.caller_of_token(later(app, minutes=1), token)
    assert last_used() == first
    auth.caller_of_token(later(app, minutes=6), token)
    assert last_used() == app.clock() + timedelta(minutes=6)


@pytest.mark.parametrize(
    ("role", "status"),
    [("it", 200), ("auditor", 200), ("accounting", 200), ("hr", 403)],
)
async def test_roles_decide_who_sees_devices(
    client: httpx.AsyncClient, app: App, role: str, status: int
) -> None:
    token = make_token(app, role)
    answer = await client.get("/api/v1/devices", headers=bearer(token))
    assert answer.status_code == status
    if status == 403:
        assert_problem(answer, 403, "forbidden")


def test_a_login_gives_a_cookie_that_is_recognised(app: App) -> None:
    add_account(app, "ida", "it", "hr")
    cookie = auth.log_in(app, " IDA ", PASSWORD, "192.0.2.1")
    assert cookie is not None
    caller = auth.caller_of_session(app, cookie)
    assert caller is not None
    assert caller.name == "Ida"
    assert caller.roles == {Role.IT, Role.HR}


@pytest.mark.parametrize(
    ("login", "password"), [("ida", "wrong"), ("nobody", PASSWORD), ("", "")]
)
def test_a_wrong_login_gives_nothing(app: App, login: str, password: str) -> None:
    add_account(app)
    assert auth.log_in(app, login, password, "192.0.2.1") is None


def test_a_changed_password_ends_sessions(app: App) -> None:
    add_account(app)
    cookie = auth.log_in(app, "ida", PASSWORD, "192.0.2.1") or ""
    with app.work("test") as work:
        accounts.set_password(work, "ida", "orange-tree-43")
        work.commit()
    assert auth.caller_of_session(app, cookie) is None


def test_a_disabled_account_is_out_at_once(app: App) -> None:
    add_account(app)
    cookie = auth.log_in(app, "ida", PASSWORD, "192.0.2.1") or ""
    with app.work("test") as work:
        accounts.disable_account(work, "ida")
        work.commit()
    assert auth.caller_of_session(app, cookie) is None
    assert auth.log_in(app, "ida", PASSWORD, "192.0.2.1") is None


async def test_who_is_disabled_leaves_no_token_behind_unseen(app: App) -> None:
    """A token is a program's and goes on; whoever disables its maker is told."""
    add_account(app)
    with app.work("test") as work:
        account = work.connection.execute(text("SELECT id FROM user_account")).scalar()
        work.commit()
    with app.work(f"user:{account}") as work:
        for name in ("printer", "back door"):
            _, token = accounts.add_token(work, name, ["it"])
        work.commit()
    async with calling(app, "it") as client:
        told = (await client.post("/api/v1/users/ida:disable", json={})).json()
        assert told["tokens_left"] == 2
        assert auth.token_row(app, token) is not None
        body = {"tokens": True}
        told = (await client.post("/api/v1/users/ida:disable", json=body)).json()
    assert told["tokens_left"] == 0
    assert auth.token_row(app, token) is None


def test_guessing_is_slowed_down_even_with_the_right_password(app: App) -> None:
    add_account(app)
    for _ in range(app.throttle.free):
        assert auth.log_in(app, "ida", "wrong", "192.0.2.1") is None
    with pytest.raises(TooManyLogins) as caught:
        auth.log_in(app, "ida", PASSWORD, "192.0.2.1")
    assert int(caught.value.headers["Retry-After"]) >= 1


def test_guessing_many_accounts_from_one_address_is_slowed_down(app: App) -> None:
    for number in range(app.throttle.free_network):
        auth.log_in(app, f"user{number}", "wrong", "192.0.2.1")
    with pytest.raises(TooManyLogins):
        auth.log_in(app, "another", "wrong", "192.0.2.1")
