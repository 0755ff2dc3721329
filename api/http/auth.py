"""Who calls: an API token or a session cookie to a caller with roles.

Accounts and tokens are made and withdrawn by `inventory.people.accounts`; this
module adds what belongs to HTTP: cookies, waits after failed logins, and noting when
something was last used.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Connection, Row, delete, select, update
from sqlmodel import SQLModel

import inventory.people.tables  # noqa: F401  (fills the metadata)
from api.compose.keys import Session, check_password, stamp_of
from api.compose.throttle import Counted
from api.http.callers import STAFF, Caller, Role
from api.http.errors import TooManyLogins
from api.login import second_step
from api.login.second_step import Pending
from config.sign_in import Ldap
from inventory.kernel.errors import StorageError
from inventory.people.account_tables import ApiToken, UserAccount, UserSession
from inventory.people.accounts import digest
from inventory.scoping.scope import Scope, stored_scope
from inventory.storage.engine import writing
from inventory.storage.rows import col, id_of, table_of

if TYPE_CHECKING:
    from api.compose.wiring import App

_account = table_of(UserAccount)
_session = table_of(UserSession)
_token = table_of(ApiToken)

USE_IS_NOTED_EVERY = timedelta(minutes=5)
"""A write for every read would make each call wait for the one writer of SQLite."""

Attempt = tuple[Counted, ...]
"""What a throttle counted."""

SESSIONS_ARE_KEPT = timedelta(days=90)
"""For so long after its end a session is still listed."""

_LIFE = (
    col(UserSession.last_seen_at),
    col(UserSession.expires_at),
    col(UserSession.ended_at),
)
_HASHING = BoundedSemaphore(2)
"""A password costs time and memory to check; side by side no more than that."""
_ASKING = BoundedSemaphore(4)
"""A directory that is slow keeps no more threads than that."""

log = structlog.get_logger("purser.auth")


def caller_of_token(app: App, token: str, address: str = "") -> Caller | None:
    """Return who owns an API token; None if it is not valid, or not from there."""
    row = token_row(app, token, address)
    return _of_token(row) if row is not None else None


def caller_now(app: App, who: Caller) -> Caller | None:
    """Return who asked for something earlier as he is now; None: no way in any more.

    What is carried out later is carried out with the roles and the scope of then.
    Commands of the machine itself are asked for by whoever runs them.
    """
    kind, _, number = who.actor.partition(":")
    if kind not in ("user", "token") or not number.isdecimal():
        return who
    with app.engine.connect() as connection:
        if kind == "token":
            query = select(_token).where(id_of(ApiToken) == int(number))
            row = connection.execute(query).one_or_none()
            return _of_token(row) if row and _is_valid(row, app.clock()) else None
        query = select(_account).where(id_of(UserAccount) == int(number))
        row = connection.execute(query).one_or_none()
    return _of_account(row) if row and row.disabled_at is None else None


def _of_token(row: Row[Any]) -> Caller:
    roles = roles_of(row.roles)
    scope = scope_of(row.scope, roles, row.person_id)
    return Caller(
        f"token:{row.id}",
        row.name,
        roles,
        row.person_id,
        scope=scope,
        writes=bool(row.writes),
    )


def _of_account(row: Row[Any]) -> Caller:
    name, roles = row.name or row.login, roles_of(row.roles)
    scope = scope_of(row.scope, roles, row.person_id)
    return Caller(f"user:{row.id}", name, roles, row.person_id, scope)


def _is_valid(token: Row[Any], now: datetime) -> bool:
    ended = token.expires_at is not None and token.expires_at <= now
    return token.revoked_at is None and not ended


def scope_of(
    stored: Mapping[str, list[str]], roles: frozenset[Role], person_id: int | None
) -> Scope | None:
    """Return what part of the house is seen; None: all of it.

    Args:
        stored: As of an account or a token.
        roles: Who has none of `STAFF` sees own things, or those of own people.
        person_id: The person of the register it is.
    """
    scope = stored_scope(stored)
    if roles.isdisjoint(STAFF):
        nobody = 0
        person = person_id or nobody
        if Role.MANAGER in roles:
            scope = replace(scope, leads=person)
        else:
            scope = replace(scope, own=person)
    return None if scope.is_whole else scope


def token_row(app: App, token: str, address: str = "") -> Row[Any] | None:
    """Return the row of an API token; None if it is not valid, or not from there.

    Args:
        app: The composition.
        token: As it was sent.
        address: Where from; compared where the token is bound to networks.
    """
    with app.engine.connect() as connection:
        row = connection.execute(
            select(_token).where(col(ApiToken.digest) == digest(token))
        ).one_or_none()
    now = app.clock()
    if row is None or not _is_valid(row, now):
        return None
    if row.networks and not _comes_from(address, row.networks):
        log.warning("token used from elsewhere", token=row.id, address=address)
        return None
    if row.last_used_at is None or now - row.last_used_at >= USE_IS_NOTED_EVERY:
        _note(app, ApiToken, row.id, "last_used_at", now)
    return row


def _comes_from(address: str, networks: Iterable[str]) -> bool:
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(here in ipaddress.ip_network(one, strict=False) for one in networks)


def caller_of_session(app: App, cookie: str) -> Caller | None:
    """Return who is logged in by a session cookie; None if nobody is."""
    session = app.seal.open(cookie) if cookie else None
    if session is None:
        return None
    now = app.clock()
    with app.engine.connect() as connection:
        row = connection.execute(
            select(_account, id_of(UserSession).label("session_id"), *_LIFE)
            .join(_session, col(UserSession.user_id) == id_of(UserAccount))
            .where(col(UserSession.key) == session.key)
            .where(id_of(UserAccount) == session.user_id)
        ).one_or_none()
    if row is None or row.ended_at is not None or row.expires_at <= now:
        return None
    proven = proof_of(row)
    if row.disabled_at is not None or proven is None:
        return None
    if stamp_of(proven) != session.stamp:
        return None
    if now - row.last_seen_at >= USE_IS_NOTED_EVERY:
        _note(app, UserSession, row.session_id, "last_seen_at", now)
    return _of_account(row)


def log_out(app: App, cookie: str) -> str:
    """End the session of a cookie on the server; return who vouched for its owner.

    Returns:
        `oidc` or `ldap`; empty where it was a password, or no session.
    """
    session = app.seal.open(cookie) if cookie else None
    if session is None:
        return ""
    ended = update(_session).where(
        col(UserSession.key) == session.key, col(UserSession.ended_at).is_(None)
    )
    with writing(app.engine) as connection:
        connection.execute(ended.values(ended_at=app.clock()))
        of_account = id_of(UserAccount) == session.user_id
        query = select(col(UserAccount.provider)).where(of_account)
        provider = connection.execute(query).scalar_one_or_none()
    log.info("logout", user=session.user_id)
    return provider or ""


class SecondFactorNeeded(Exception):
    """The password is right, and more is asked.

    Attributes:
        pending: Who has to show a second factor.
    """

    def __init__(self, pending: Pending) -> None:
        super().__init__("a second factor is needed")
        self.pending = pending


def log_in(
    app: App, login: str, password: str, address: str, agent: str = ""
) -> str | None:
    """Check a login and return the session cookie; None if it is wrong.

    Raises:
        TooManyLogins: This account or this address failed too often.
        SecondFactorNeeded: It is right; `log_in_second` goes on.
        InventoryError: A directory checks passwords, and does not answer, or gives
            the person no role here.
    """
    login = login.strip().casefold()
    counted = admitted(app, login, address)
    row = _checked(app, login, password)
    if row is None:
        log.warning("login failed", login=login, address=address)
        return None
    stamp = stamp_of(proof_of(row) or "")
    pending = second_step.asked_of(app, row.id, stamp)
    if pending is not None:
        raise SecondFactorNeeded(pending)
    app.throttle.succeeded(counted)
    return let_in(app, row, address, agent)


def let_in(app: App, row: Any, address: str, agent: str) -> str:  # noqa: ANN401
    """Begin a session of an account whose owner has proven everything that is asked."""
    _note(app, UserAccount, row.id, "last_login_at", app.clock())
    log.info("login", login=row.login, address=address)
    return begin_session(app, row.id, proof_of(row) or "", address, agent)


def proof_of(row: Any) -> str | None:  # noqa: ANN401 - a row of accounts
    """Return what a session hangs on: it ends when that changes; None: no way in."""
    if row.provider is not None:
        return f"{row.provider}:{row.subject}"
    return str(row.password_hash) if row.password_hash is not None else None


def admitted(app: App, login: str, address: str) -> Attempt:
    """Count an attempt as failed, until `app.throttle.succeeded` takes it back.

    Raises:
        TooManyLogins: This account or this address failed too often.
    """
    counted = tuple(app.throttle.counted(login, address))
    wait = app.throttle.admit(counted, time.monotonic())
    if wait > 0:
        log.warning("login refused", login=login, address=address)
        raise TooManyLogins(wait)
    return counted


def _checked(app: App, login: str, password: str) -> Row[Any] | None:
    """Return the account if the password is right, whoever keeps it."""
    with app.engine.connect() as connection:
        row = _account_named(connection, login)
    chosen = app.settings.login.ldap
    if chosen is not None and (row is None or row.provider == "ldap"):
        return _checked_outside(app, chosen, login, password)
    stored = row.password_hash if row is not None and not row.disabled_at else None
    with _HASHING:
        right = check_password(password, stored)
    return row if right else None


def knows_password(app: App, login: str, password: str) -> bool:
    """Whether a password kept here is that of a login; counted like a log-in.

    Raises:
        TooManyLogins: Wrong ones were typed too often.
    """
    counted = admitted(app, login, f"own:{login}")
    right = _checked(app, login, password) is not None
    if right:
        app.throttle.succeeded(counted)
    return right


def _checked_outside(
    app: App, chosen: Ldap, login: str, password: str
) -> Row[Any] | None:
    from api.login.directory import checked
    from api.login.entering import entered

    with _ASKING:
        found = checked(chosen, login, password)
    if found is None:
        return None
    account = entered(app, found)
    with app.engine.connect() as connection:
        return _account_named(connection, account["login"])


def begin_session(app: App, user_id: int, proven: str, address: str, agent: str) -> str:
    """Begin a session of somebody whose identity was checked; return its cookie."""
    session, now = Session(user_id, stamp_of(proven)), app.clock()
    with writing(app.engine) as connection:
        long_ago = col(UserSession.expires_at) <= now - SESSIONS_ARE_KEPT
        connection.execute(delete(_session).where(long_ago))
        connection.execute(
            _session.insert().values(
                key=session.key,
                user_id=user_id,
                began_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(seconds=app.seal.seconds),
                address=address[:100],
                agent=agent[:300],
            )
        )
    return app.seal.close(session)


def account_exists(app: App, login: str) -> bool:
    """Whether there is such a login, disabled or not."""
    with app.engine.connect() as connection:
        return _account_named(connection, login.casefold()) is not None


def roles_of(names: Iterable[str]) -> frozenset[Role]:
    """Return the roles that this version knows; another's are left out."""
    known = {str(role) for role in Role}
    return frozenset(Role(name) for name in names if name in known)


def _account_named(connection: Connection, login: str) -> Row[Any] | None:
    return connection.execute(
        select(_account).where(col(UserAccount.login) == login)
    ).one_or_none()


def _note(
    app: App, model: type[SQLModel], row_id: int, column: str, now: datetime
) -> None:
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    try:
        with writing(app.engine) as connection:
            connection.execute(
                update(table).where(table.c.id == row_id).values({column: now})
            )
    except StorageError as error:
        # Who may come in does not depend on whether this could be written.
        log.warning("use not noted", problem=error.problem)
