"""Log-ins of people whom an identity provider or a directory vouches for.

Roles follow from groups by rules (`RoleRule`), each time somebody comes in; a login
with a password is never taken over by who happens to be called the same elsewhere: an
administrator links it. Imports `storage` and `inventory.people.accounts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.people.account_tables import UserAccount
from inventory.people.accounts import LOGIN_ROLES, check_roles
from inventory.people.sign_in_tables import RoleRule
from inventory.storage.rows import Row, add, change, explained, find, get, table_of
from inventory.storage.work import UnitOfWork

PROVIDERS = ("oidc", "ldap")


@dataclass(frozen=True, slots=True)
class OutsidePerson:
    """Somebody, as a provider tells.

    Attributes:
        provider: Of `PROVIDERS`.
        subject: What the provider never gives to anybody else: `sub`, entryUUID.
        login: As the person types it.
        name: As a person reads it.
        groups: What decides on roles.
        person_id: The person of the register, if it is known.
    """

    provider: str
    subject: str
    login: str
    name: str
    groups: frozenset[str]
    person_id: int | None = None


def roles_by_groups(connection: Connection, groups: Iterable[str]) -> list[str]:
    """Return the roles that members of some groups have, in the usual order."""
    wanted = {group.casefold() for group in groups}
    found: set[str] = set()
    for row in connection.execute(select(table_of(RoleRule))).mappings():
        if row["group_name"].casefold() in wanted:
            found.update(row["roles"])
    return [role for role in LOGIN_ROLES if role in found]


def enter(work: UnitOfWork, who: OutsidePerson) -> Row:
    """Return the account of somebody who was vouched for; make or renew it.

    Raises:
        NotAllowed: No group of the person has a role, or the login is disabled.
        Conflict: The login belongs to an account with a password.
    """
    roles = roles_by_groups(work.connection, who.groups)
    if not roles:
        raise NotAllowed(
            N_("None of your groups has a role here."),
            where="groups",
            remedy=N_("Ask an administrator for a role rule of one of your groups."),
        )
    row = find(work.connection, UserAccount, provider=who.provider, subject=who.subject)
    if row is None:
        return get(work.connection, UserAccount, _added(work, who, roles))
    if row["disabled_at"] is not None:
        raise NotAllowed(N_("This login is disabled."), where="login")
    values = {"roles": roles, "name": who.name or row["name"]}
    if row["person_id"] is None:
        values["person_id"] = who.person_id
    change(work, UserAccount, row["id"], values, action="renew")
    return get(work.connection, UserAccount, row["id"])


def _added(work: UnitOfWork, who: OutsidePerson, roles: list[str]) -> int:
    login = who.login.strip().casefold()
    if not login:
        raise Invalid(N_("The login is empty."), where="login")
    taken = Conflict(
        N_("The login {login!r} is another's here."),
        where="login",
        remedy=N_("If it is the same person, an administrator links it to {subject}."),
        login=login,
        subject=who.subject,
    )
    values = {
        "login": login,
        "name": who.name or login,
        "roles": roles,
        "person_id": who.person_id,
        "provider": who.provider,
        "subject": who.subject,
        "created_at": work.clock(),
    }
    with explained({"user_account.login": taken, "uq_user_account_login": taken}):
        return add(work, UserAccount, values)


def link_account(
    work: UnitOfWork, account_id: int, provider: str, subject: str
) -> bool:
    """Let a provider vouch for a login from now on; its password works no more.

    Raises:
        Conflict: The provider vouches for another login by this subject.
    """
    other = find(work.connection, UserAccount, provider=provider, subject=subject)
    if other is not None and other["id"] != account_id:
        raise Conflict(
            N_("The provider vouches for {login!r} by it."),
            where="subject",
            login=other["login"],
        )
    values = {"provider": provider, "subject": subject, "password_hash": None}
    return change(work, UserAccount, account_id, values, action="link")


def add_rule(
    work: UnitOfWork, group_name: str, roles: Iterable[str], note: str = ""
) -> int:
    """Add a rule; return its id.

    Raises:
        Conflict: The group has one.
    """
    taken = Conflict(
        N_("The group {name!r} has a rule."), where="group_name", name=group_name
    )
    values = {
        "group_name": group_name.strip().casefold(),
        "roles": check_roles(roles, LOGIN_ROLES),
        "note": note,
    }
    with explained({"role_rule.group_name": taken, "uq_role_rule_group_name": taken}):
        return add(work, RoleRule, values)


def change_rule(work: UnitOfWork, rule_id: int, values: Mapping[str, Any]) -> bool:
    """Change roles or note of a rule; return whether anything differed.

    Raises:
        Invalid: A role is unknown.
    """
    changed = dict(values)
    if "roles" in changed:
        changed["roles"] = check_roles(changed["roles"], LOGIN_ROLES)
    return change(work, RoleRule, rule_id, changed)


def remove_rule(work: UnitOfWork, rule_id: int) -> None:
    """Take a rule away.

    Raises:
        NotFound: There is no such rule.
    """
    before = get(work.connection, RoleRule, rule_id)
    table = table_of(RoleRule)
    work.connection.execute(delete(table).where(table.c.id == rule_id))
    work.audit("role_rule", rule_id, "delete", before, None)
