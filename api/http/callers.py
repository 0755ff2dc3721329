"""Who calls, and what they may do: roles and the caller of a request or a command.

Imports nothing heavy: declarations and the command line need it, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from api.http.errors import Forbidden
from inventory.scoping.scope import Scope


class Role(StrEnum):
    """What a caller may see and do."""

    IT = "it"
    HR = "hr"
    ACCOUNTING = "accounting"
    AUDITOR = "auditor"
    MANAGER = "manager"
    EMPLOYEE = "employee"
    COLLECTOR = "collector"
    SIM_CODES = "sim-codes"


STAFF = frozenset({Role.IT, Role.HR, Role.ACCOUNTING, Role.AUDITOR})
"""Roles of those who look after the house, each as far as its scope goes."""

OWN_THINGS = frozenset({Role.MANAGER, Role.EMPLOYEE})
"""Roles that see what their own people, or they themselves, hold."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or a program that is let in.

    Attributes:
        actor: As the audit trail names it: `user:2`, `token:3`.
        name: As a person reads it.
        roles: What it may do.
        person_id: The person of the register it belongs to, if it is known.
        scope: What part of the house it sees; None: all of it.
        writes: It may change something.
    """

    actor: str
    name: str
    roles: frozenset[Role]
    person_id: int | None = None
    scope: Scope | None = None
    writes: bool = True


def check_role(who: Caller, roles: frozenset[Role]) -> None:
    """Refuse a caller who has none of the roles; without roles, of those of the staff.

    Raises:
        Forbidden: The caller has none of them.
    """
    roles = roles or STAFF
    if who.roles.isdisjoint(roles):
        needed = " or ".join(sorted(roles))
        raise Forbidden(f"This needs the role {needed}.")


def check_whole(who: Caller) -> None:
    """Refuse who sees only a part of the house.

    Raises:
        Forbidden: The caller has a scope.
    """
    if who.scope is not None:
        raise Forbidden("This concerns the whole house, and you see a part of it.")
