"""Log-ins of people and tokens of programs: made and withdrawn.

Passwords are kept as Argon2id hashes. Tokens are long and random, so their SHA-256 is
enough, and finding one is a look-up. Neither is ever logged or audited; a new token
is shown once. Who calls is checked in `api`. Imports `storage` and pwdlib.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.people.account_tables import ApiToken, UserAccount, UserSession
from inventory.people.common_passwords import is_common
from inventory.people.tables import Person
from inventory.storage.rows import (
    Row,
    add,
    change,
    col,
    explained,
    find,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

STAFF_ROLES = ("it", "hr", "accounting", "auditor")
"""Who looks after the house. An auditor may read everything and change nothing."""

LOGIN_ROLES = (*STAFF_ROLES, "manager", "employee")
"""What somebody may be: a manager sees what the own people hold, an employee what
the own person holds."""

RIGHTS = ("sim-codes",)
"""What somebody may be given beside a role: to see PIN and PUK of SIMs."""

ROLES = (*LOGIN_ROLES, *RIGHTS, "scim", "collector")
"""What a token may be: `scim` is for identity providers, which may bring users and
groups and see nothing else, `collector` for what collects at other sites."""

SHORTEST_PASSWORD = 12
TOKEN_MARK = "purser_"  # noqa: S105  (begins every token, so that leaks can be found)


def check_roles(roles: Iterable[str], known: Sequence[str] = ROLES) -> list[str]:
    """Return the roles in the order of those known.

    Raises:
        Invalid: One is unknown.
    """
    given = set(roles)
    unknown = given - set(known)
    if unknown:
        raise Invalid(
            N_("There is no role {names}."),
            where="roles",
            remedy=N_("Use some of {names_2}."),
            names=", ".join(sorted(unknown)),
            names_2=", ".join(known),
        )
    return [role for role in known if role in given]


def nobody_has_one(connection: Connection) -> bool:
    """Whether there is no account yet: a new installation."""
    return (
        connection.execute(select(table_of(UserAccount).c.id).limit(1)).first() is None
    )


def add_account(
    work: UnitOfWork,
    login: str,
    password: str,
    roles: Iterable[str],
    *,
    name: str = "",
    person_id: int | None = None,
    scope: Mapping[str, list[str]] | None = None,
) -> int:
    """Add a log-in; return its id.

    Raises:
        Invalid: No login, a short password, an unknown role.
        Conflict: The login is taken.
    """
    login = login.strip().casefold()
    if not login:
        raise Invalid(
            N_("The login is empty."),
            where="login",
        )
    values = {
        "login": login,
        "name": name or login,
        "password_hash": hash_password(password),
        "roles": check_roles(roles, (*LOGIN_ROLES, *RIGHTS)),
        "person_id": person_id,
        "scope": dict(scope or {}),
        "created_at": work.clock(),
    }
    taken = Conflict(
        N_("The login {login!r} is taken."),
        where="login",
        login=login,
    )
    with explained({"user_account.login": taken, "uq_user_account_login": taken}):
        return add(work, UserAccount, values)


def set_password(work: UnitOfWork, login: str, password: str) -> None:
    """Give a log-in another password.

    Raises:
        NotFound: There is no such login.
        Invalid: The password is too short.
    """
    account = _account(work.connection, login)
    change(
        work,
        UserAccount,
        account["id"],
        {"password_hash": hash_password(password)},
        action="password",
    )
    _end_sessions(work, account["id"])


def change_account(
    work: UnitOfWork, account_id: int, values: Mapping[str, Any]
) -> bool:
    """Change name, roles, person or scope; return whether anything differed.

    What it may do changes with the next thing it does: sessions go on.

    Raises:
        Invalid: A role is unknown.
    """
    changed = dict(values)
    if "roles" in changed:
        changed["roles"] = check_roles(changed["roles"], (*LOGIN_ROLES, *RIGHTS))
    return change(work, UserAccount, account_id, changed)


def enable_account(work: UnitOfWork, account_id: int) -> bool:
    """Let a disabled log-in in again; return whether it could not until now."""
    return change(work, UserAccount, account_id, {"disabled_at": None}, action="enable")


def end_session(work: UnitOfWork, session_id: int) -> bool:
    """End a session before its time; return whether it went on until now."""
    row = get(work.connection, UserSession, session_id)
    if row["ended_at"] is not None:
        return False
    now = {"ended_at": work.clock()}
    return change(work, UserSession, session_id, now, action="end")


def _end_sessions(work: UnitOfWork, account_id: int) -> None:
    table = table_of(UserSession)
    work.connection.execute(
        update(table)
        .where(
            col(UserSession.user_id) == account_id, col(UserSession.ended_at).is_(None)
        )
        .values(ended_at=work.clock())
    )


def disable_account(work: UnitOfWork, login: str, *, tokens: bool = False) -> bool:
    """Let a log-in in no more; return whether it could until now.

    Args:
        work: Not committed here.
        login: Whose.
        tokens: The tokens that it made let nobody in any more, either.

    Raises:
        NotFound: There is no such login.
    """
    account = _account(work.connection, login)
    for token in tokens_made_by(work, login) if tokens else ():
        revoke_token(work, token)
    if account["disabled_at"] is not None:
        return False
    now = {"disabled_at": work.clock()}
    _end_sessions(work, account["id"])
    return change(work, UserAccount, account["id"], now, action="disable")


def tokens_made_by(work: UnitOfWork, login: str) -> list[int]:
    """Return the tokens that a login made, and that still let programs in.

    Raises:
        NotFound: There is no such login.
    """
    user_id = _account(work.connection, login)["id"]
    ends = col(ApiToken.expires_at)
    query = select(id_of(ApiToken)).where(
        col(ApiToken.created_by) == f"user:{user_id}",
        col(ApiToken.revoked_at).is_(None),
        or_(ends.is_(None), ends > work.clock()),
    )
    return list(work.connection.execute(query).scalars())


def hash_password(password: str) -> str:
    """Return the hash to keep.

    Raises:
        Invalid: The password is too short, or among those that are guessed first.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            N_("The password is too short."),
            where="password",
            remedy=N_("Use at least {shortest_password} characters."),
            shortest_password=SHORTEST_PASSWORD,
        )
    if is_common(password):
        raise Invalid(
            N_("The password is one of those that are guessed first."),
            where="password",
            remedy=N_("Use several words that do not belong together."),
        )
    return PasswordHash.recommended().hash(password)


def add_token(
    work: UnitOfWork,
    name: str,
    roles: Iterable[str],
    *,
    expires_at: datetime | None = None,
    scope: Mapping[str, list[str]] | None = None,
    writes: bool = True,
    networks: Iterable[str] = (),
    person_id: int | None = None,
) -> tuple[int, str]:
    """Make a token for a program; return its id and the token, which is shown once.

    Args:
        work: Not committed here.
        name: What uses it.
        roles: Of `ROLES`.
        expires_at: When it ends by itself.
        scope: Part -> codes; see `inventory.scoping`.
        writes: It may change something.
        networks: Addresses it may come from (CIDR); empty for all.
        person_id: Whose it is; None for a program of the house.

    Raises:
        Invalid: No name, no role or an unknown one, the end lies in the past, or a
            network is none.
    """
    granted = check_roles(roles)
    if not name.strip():
        raise Invalid(
            N_("The token has no name."),
            where="name",
        )
    if not granted:
        raise Invalid(
            N_("The token has no role."),
            where="roles",
            remedy=N_("Give {names}."),
            names=", ".join(ROLES),
        )
    if expires_at is not None and expires_at <= work.clock():
        raise Invalid(
            N_("The token would have expired already."),
            where="expires_at",
        )
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    token_id = add(
        work,
        ApiToken,
        {
            "name": name.strip(),
            "digest": digest(token),
            "hint": token[: len(TOKEN_MARK) + 4],
            "roles": granted,
            "scope": dict(scope or {}),
            "writes": writes,
            "networks": _networks(networks),
            "person_id": person_id,
            "created_by": work.actor,
            "created_at": work.clock(),
            "expires_at": expires_at,
        },
    )
    return token_id, token


def _networks(texts: Iterable[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            found.append(str(ipaddress.ip_network(text.strip(), strict=False)))
        except ValueError as error:
            raise Invalid(
                N_("{given} is not a network such as 192.0.2.0/24."),
                where="networks",
                given=text,
            ) from error
    return found


def revoke_token(work: UnitOfWork, token_id: int) -> bool:
    """Let a token in no more; return whether it could until now.

    Raises:
        NotFound: There is no such token.
    """
    row = find(work.connection, ApiToken, id=token_id)
    if row is None:
        raise NotFound(
            N_("There is no token {token_id}."),
            token_id=token_id,
        )
    if row["revoked_at"] is not None:
        return False
    now = {"revoked_at": work.clock()}
    return change(work, ApiToken, token_id, now, action="revoke")


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _account(connection: Connection, login: str) -> Row:
    found = find(connection, UserAccount, login=login.strip().casefold())
    if found is None:
        raise NotFound(
            N_("There is no login {login!r}."),
            login=login,
        )
    return found


def name_of_actor(connection: Connection, actor: str) -> str:
    """Return who an actor of the audit trail is, as people know it.

    Args:
        connection: Where to look.
        actor: `user:2` is told by its name, or its login without one; `person:5`, who
            answered by a link, and `token:3` by their names; others stay.
    """
    kind, _, number = actor.partition(":")
    person = col(Person.given_name) + " " + col(Person.family_name)
    login = func.coalesce(
        func.nullif(col(UserAccount.name), ""), col(UserAccount.login)
    )
    columns: dict[str, tuple[ColumnElement[int], ColumnElement[str]]] = {
        "user": (id_of(UserAccount), login),
        "token": (id_of(ApiToken), col(ApiToken.name)),
        "person": (id_of(Person), func.trim(person)),
    }
    if kind not in columns or not number.isdecimal():
        return actor
    key, name = columns[kind]
    found = connection.execute(select(name).where(key == int(number))).scalar()
    return str(found or actor)
