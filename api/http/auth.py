"""Who calls: an API token or a session cookie to a caller with roles.

Accounts and tokens are made and withdrawn by `inventory.people.accounts`; this
module adds what belongs to HTTP: cookies, waits after failed logins, and noting when
something was last used.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import BoundedSemaphore
from typing import Any

import structlog
from sqlalchemy import Connection, Row, delete, select, update
from sqlmodel import SQLModel

import inventory.people.tables  # noqa: F401  (fills the metadata)
from api.compose.keys import Session, check_password, stamp_of
from api.compose.wiring import App
from api.http.errors import TooManyLogins
from inventory.kernel.errors import StorageError
from inventory.people.account_tables import ApiToken, EndedSession, UserAccount
from inventory.people.accounts import digest
from inventory.storage.engine import writing
from inventory.storage.rows import col, id_of, table_of

_account = table_of(UserAccount)
_ended = table_of(EndedSession)
_token = table_of(ApiToken)

USE_IS_NOTED_EVERY = timedelta(minutes=5)
"""A write for every read would make each call wait for the one writer of SQLite."""

_HASHING = BoundedSemaphore(2)
"""A password costs time and memory to check; side by side no more than that."""

log = structlog.get_logger("purser.auth")


class Role(StrEnum):
    """What a caller may see and do."""

    IT = "it"
    HR = "hr"
    ACCOUNTING = "accounting"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or a program that is let in.

    Attributes:
        actor: As the audit trail names it: `user:2`, `token:3`.
        name: As a person reads it.
        roles: What it may do.
        person_id: The person of the register it belongs to, if it is known.
    """

    actor: str
    name: str
    roles: frozenset[Role]
    person_id: int | None = None


def caller_of_token(app: App, token: str) -> Caller | None:
    """Return who owns an API token; None if it is unknown, revoked or expired."""
    row = token_row(app, token)
    if row is None:
        return None
    return Caller(f"token:{row.id}", row.name, roles_of(row.roles))


def token_row(app: App, token: str) -> Row[Any] | None:
    """Return the row of an API token; None if it is unknown, revoked or expired."""
    with app.engine.connect() as connection:
        row = connection.execute(
            select(_token).where(col(ApiToken.digest) == digest(token))
        ).one_or_none()
    now = app.clock()
    if row is None or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= now:
        return None
    if row.last_used_at is None or now - row.last_used_at >= USE_IS_NOTED_EVERY:
        _note(app, ApiToken, row.id, "last_used_at", now)
    return row


def caller_of_session(app: App, cookie: str) -> Caller | None:
    """Return who is logged in by a session cookie; None if nobody is."""
    session = app.seal.open(cookie) if cookie else None
    if session is None:
        return None
    with app.engine.connect() as connection:
        row = connection.execute(
            select(_account, col(EndedSession.key).label("ended"))
            .outerjoin(_ended, col(EndedSession.key) == session.key)
            .where(id_of(UserAccount) == session.user_id)
        ).one_or_none()
    if (
        row is None
        or row.ended
        or row.disabled_at is not None
        or row.password_hash is None
    ):
        return None
    if stamp_of(row.password_hash) != session.stamp:
        return None
    name = row.name or row.login
    return Caller(f"user:{row.id}", name, roles_of(row.roles), row.person_id)


def log_out(app: App, cookie: str) -> bool:
    """End the session of a cookie on the server; return whether it was one."""
    session = app.seal.open(cookie) if cookie else None
    if session is None:
        return False
    now = app.clock()
    with writing(app.engine) as connection:
        connection.execute(delete(_ended).where(col(EndedSession.until) <= now))
        known = select(col(EndedSession.key)).where(
            col(EndedSession.key) == session.key
        )
        if connection.execute(known).scalar() is None:
            until = now + timedelta(seconds=app.seal.seconds)
            connection.execute(_ended.insert().values(key=session.key, until=until))
    log.info("logout", user=session.user_id)
    return True


def log_in(app: App, login: str, password: str, address: str) -> str | None:
    """Check a login and return the session cookie; None if it is wrong.

    Raises:
        TooManyLogins: This account or this address failed too often.
    """
    login = login.strip().casefold()
    counted = app.throttle.counted(login, address)
    wait = app.throttle.admit(counted, time.monotonic())
    if wait > 0:
        log.warning("login refused", login=login, address=address)
        raise TooManyLogins(wait)
    with app.engine.connect() as connection:
        row = _account_named(connection, login)
    stored = row.password_hash if row is not None and not row.disabled_at else None
    with _HASHING:
        right = check_password(password, stored)
    if not right:
        log.warning("login failed", login=login, address=address)
        return None
    assert row is not None
    app.throttle.succeeded(counted)
    _note(app, UserAccount, row.id, "last_login_at", app.clock())
    log.info("login", login=login, address=address)
    return app.seal.close(Session(row.id, stamp_of(row.password_hash)))


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
