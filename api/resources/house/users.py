"""Users: people who log in to the pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, SecretStr
from sqlalchemy import ColumnElement

from api.compose.keys import new_password
from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role
from api.http.errors import Forbidden
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.house.scopes_given import (
    SCOPE_ABOUT,
    Scoped,
    ScopeEditIn,
    ScopeIn,
    scope_given,
)
from api.resources.perform import changes_of
from api.resources.references import USER, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.people import accounts
from inventory.people.account_tables import UserAccount
from inventory.people.outside_accounts import link_account
from inventory.storage.rows import get

READERS = frozenset({Role.IT, Role.AUDITOR})
ADMINS = frozenset({Role.IT})
LoginRole = Literal[
    "it", "hr", "accounting", "auditor", "manager", "employee", "sim-codes"
]
_LESSER = frozenset({"scim", "manager", "employee", "collector"})
"""Roles that everybody who gives roles may give: they see less."""
_user = USER.table


class UserRow(RowModel):
    """A login of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    login: Annotated[str, Column("Login", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    roles: Annotated[list[str], Column("Roles")]
    person_id: Annotated[Number, Column("Person", shown=False)]
    scope: Annotated[Scoped, Column("Sees only", about=SCOPE_ABOUT)]
    provider: Annotated[Text, Column("Vouched for by", shown=False)]
    created_at: Annotated[datetime, Column("Added", Show.AGO, sort=True, shown=False)]
    last_login_at: Annotated[Moment, Column("Last login", Show.AGO, sort=True)]
    disabled_at: Annotated[Moment, Column("Disabled", Show.AGO, sort=True)]


class UserQuestion(Question):
    """Which users are asked for."""

    enabled: Annotated[bool | None, Choice("Enabled")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    login: Annotated[Word, Choice("Login", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    created_at: Annotated[AwareDatetime | None, Choice("Added", main=False)] = None
    last_login_at: Annotated[AwareDatetime | None, Choice("Last login", main=False)] = (
        None
    )
    disabled_at: Annotated[AwareDatetime | None, Choice("Disabled", main=False)] = None


Password = Annotated[
    SecretStr | None,
    Field(max_length=1000),
    Input("Password", hint="One is made, and shown once, without."),
]


class UserIn(ScopeIn):
    """A login to add."""

    login: Annotated[str, Field(min_length=1, max_length=200), Input("Login")]
    name: Annotated[str, Field(max_length=200), Input("Name")] = ""
    roles: Annotated[list[LoginRole], Field(min_length=1), Input("Roles")]
    person: Annotated[PersonRef | None, Input("Person", pick="people")] = None
    password: Password = None


class UserEditIn(ScopeEditIn):
    """What to change; what is left out stays."""

    name: Annotated[str | None, Field(max_length=200), Input("Name")] = None
    roles: Annotated[list[LoginRole] | None, Field(min_length=1), Input("Roles")] = None
    person: Annotated[PersonRef | None, Input("Person", pick="people")] = None


class AccountLinkIn(Given):
    """Who vouches for a login instead of a password."""

    provider: Annotated[Literal["oidc", "ldap"], Input("Provider")]
    subject: Annotated[
        str,
        Field(min_length=1, max_length=255),
        Input("Subject", hint="What the provider never gives to anybody else."),
    ]


class DisableLoginIn(Given):
    """What ends with a login."""

    tokens: Annotated[
        bool,
        Input(
            "Revoke the tokens it made, too",
            hint="Programs that use them are let in no more.",
        ),
    ] = False


class DisabledUser(UserRow):
    """A disabled login, and what it leaves behind."""

    tokens_left: int = Field(
        description="Tokens that it made and that still let programs in."
    )


class PasswordIn(Given):
    """Another password."""

    password: Password = None


class UserWithPassword(UserRow):
    """A login and the password that was made for it."""

    password: str | None = Field(
        description="Shown this once; null if it was given, or in a repeated answer."
    )


def check_grant(acting: Acting, roles: Iterable[str]) -> None:
    """Refuse to give, or to take over, roles that the caller does not have.

    Raises:
        Forbidden: The caller lacks one, or sees only a part of the house.
    """
    if acting.caller.scope is not None:
        raise Forbidden("You see a part of the house, and cannot say who sees what.")
    lacking = set(roles) - set(map(str, acting.caller.roles)) - _LESSER
    if lacking:
        raise Forbidden(f"You do not have the role {' or '.join(sorted(lacking))}.")


def _enabled(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _user.c.disabled_at
    return column.is_(None) if value else column.is_not(None)


_SOURCE: TableSource[UserQuestion] = TableSource(
    table=_user,
    columns={name: _user.c[name] for name in UserRow.model_fields}
    | {"person": _user.c.person_id},
    shown=tuple(UserRow.model_fields),
    filters={"enabled": _enabled},
    searched=(_user.c.login, _user.c.name),
)


def _row(acting: Acting, user_id: int, made: str | None) -> dict[str, Any]:
    today = acting.work.clock().date()
    viewer = Viewer(acting.caller, today, today)
    row = _SOURCE.one(acting.work.connection, user_id, viewer)
    assert row is not None
    return row | {"password": made}


def _password(given: SecretStr | None) -> tuple[str, str | None]:
    """Return the password, and once more if it was made here."""
    if given is not None:
        return given.get_secret_value(), None
    made = new_password()
    return made, made


def _create(acting: Acting, given: UserIn) -> dict[str, Any]:
    check_grant(acting, given.roles)
    password, made = _password(given.password)
    user_id = accounts.add_account(
        acting.work,
        given.login,
        password,
        given.roles,
        name=given.name,
        person_id=None if given.person is None else int(given.person),
        scope=scope_given(acting.work.connection, given),
    )
    return _row(acting, user_id, made)


def _set_password(acting: Acting, given: PasswordIn) -> dict[str, Any]:
    account = get(acting.work.connection, UserAccount, acting.id)
    check_grant(acting, account["roles"])
    password, made = _password(given.password)
    accounts.set_password(acting.work, account["login"], password)
    return _row(acting, acting.id, made)


def _update(acting: Acting, given: UserEditIn) -> None:
    account = get(acting.work.connection, UserAccount, acting.id)
    changes = changes_of(given)
    check_grant(acting, {*account["roles"], *(changes.get("roles") or ())})
    values = {n: changes[n] for n in ("name", "roles") if changes.get(n) is not None}
    if "person" in changes:
        values["person_id"] = changes["person"] and int(changes["person"])
    if parts := scope_given(acting.work.connection, given):
        values["scope"] = {**account["scope"], **parts}
    accounts.change_account(acting.work, acting.id, values)


def _link(acting: Acting, given: AccountLinkIn) -> None:
    account = get(acting.work.connection, UserAccount, acting.id)
    check_grant(acting, account["roles"])
    link_account(acting.work, acting.id, given.provider, given.subject)


def _enable(acting: Acting, _given: NothingIn) -> None:
    account = get(acting.work.connection, UserAccount, acting.id)
    check_grant(acting, account["roles"])
    accounts.enable_account(acting.work, acting.id)


def _disable(acting: Acting, given: DisableLoginIn) -> dict[str, Any]:
    account = get(acting.work.connection, UserAccount, acting.id)
    accounts.disable_account(acting.work, account["login"], tokens=given.tokens)
    left = len(accounts.tokens_made_by(acting.work, account["login"]))
    return _row(acting, acting.id, None) | {"tokens_left": left}


USERS = Resource(
    name="users",
    command="user",
    title=N_("Users"),
    counted=NN_("{count} user", "{count} users"),
    group="house",
    roles=READERS,
    rows=UserRow,
    question=UserQuestion,
    sort="login",
    source=_SOURCE,
    reference=USER,
    detail=UserRow,
    get=_SOURCE.one,
    called=lambda row: str(row["login"]),
    acts=(
        Act(
            "add-user",
            UserIn,
            _create,
            ADMINS,
            verb="create",
            about="Add a login; nobody gives roles that he does not have.",
            answer=UserWithPassword,
            shown_once=("password",),
            preview=False,
        ),
        Act(
            "edit-user",
            UserEditIn,
            _update,
            ADMINS,
            verb="update",
            about="Change name, roles, person or scope of a login.",
        ),
        Act(
            "enable-user",
            NothingIn,
            _enable,
            ADMINS,
            verb="enable",
            about="Let a disabled login in again.",
        ),
        Act(
            "set-password",
            PasswordIn,
            _set_password,
            ADMINS,
            about="Give a login another password; this also ends its sessions.",
            answer=UserWithPassword,
            shown_once=("password",),
            preview=False,
        ),
        Act(
            "link-user",
            AccountLinkIn,
            _link,
            ADMINS,
            verb="link",
            about="Let a provider vouch for a login; its password works no more.",
            danger=True,
        ),
        Act(
            "disable-user",
            DisableLoginIn,
            _disable,
            ADMINS,
            verb="disable",
            about="Let a login in no more; this also ends its sessions.",
            answer=DisabledUser,
            danger=True,
        ),
    ),
)
