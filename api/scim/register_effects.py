"""What a record of an identity provider does to persons, teams and tasks.

A user joins a person or becomes one; a group stands for a team, or for a kit if its
name begins with `kit:`. An account that goes out of use opens a task to confirm the
leaver: providers say so for leave, blocked log-ins and changed scopes as well. Where
the provider is set to say who works here, employments follow its users instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scim2_models import Resource

from api.scim.models import ENTERPRISE
from inventory.directory.joining import DEFAULT_RULES
from inventory.directory.person_match import (
    DirectoryUser,
    PersonMatch,
    apply_owned_fields,
    match_person,
)
from inventory.directory.records import new_uid
from inventory.hr.context import CaseContext
from inventory.hr.events.person_match import ask_whether_one
from inventory.hr.staff_lists.directory_users import follow_user
from inventory.kernel.events import DirectoryUserDisabled, DirectoryUserEnabled
from inventory.kernel.texts import N_, Said
from inventory.people.organisation import ensure
from inventory.provisioning.tasks import close_tasks, open_task
from inventory.storage.rows import Row
from inventory.storage.work import UnitOfWork

KIT_MARK = "kit:"
CONFIRM = "confirm-leaver"
AMBIGUOUS = "directory-ambiguous"
TAKEN = "directory-email"


class Register:
    """Ties the records of one provider to the register.

    Args:
        source: The provider, such as `scim:okta`.
        ranking: Providers whose e-mail and log-in hold, the first before the others.
        joining: Fields that have to agree for somebody to be the same.
        cases: Returns the change of cases of a unit of work, if the provider says who
            works here; None: it does not.
    """

    def __init__(
        self,
        source: str,
        ranking: Sequence[str] = (),
        joining: Sequence[Sequence[str]] = DEFAULT_RULES,
        cases: Callable[[UnitOfWork], CaseContext] | None = None,
    ) -> None:
        self._source = source
        self._ranking = ranking
        self._joining = joining
        self._cases = cases

    def begun(self, work: UnitOfWork, kind: str) -> None:
        """Take the lock of cases before any other, as events of HR do.

        Groups change no case: thousands of members are written beside other work.
        """
        if self._cases is not None and kind == "User":
            self._cases(work).lock_cases()

    def links(
        self, work: UnitOfWork, resource: Resource[Any], old: Row | None
    ) -> dict[str, Any]:
        """Return the person of a user, or team and kit of a group."""
        if "members" in type(resource).model_fields:
            return _group(work, resource, old)
        if old is not None and old["person_id"] is not None:
            return {"person_id": old["person_id"]}
        user = self._directory_user(resource.model_dump(mode="json"))
        uid = old["uid"] if old else new_uid()
        found = match_person(work, user, uid, self._joining)
        if found.person_id is None:
            self._ask(work, user, found)
        else:
            for other in found.candidates:
                ask_whether_one(work, found.person_id, other, self._source)
        return {"person_id": found.person_id}

    def saved(self, work: UnitOfWork, row: Row, old: Row | None) -> None:
        """Correct the person, and ask about an account that went out of use."""
        person_id = row["person_id"]
        if row["kind"] != "User" or person_id is None:
            return
        user = self._directory_user(row["document"])
        for field, value in apply_owned_fields(
            work, person_id, user, self._ranking
        ).items():
            open_task(
                work,
                TAKEN,
                source=self._source,
                person_id=person_id,
                subject=_name(row["document"]),
                detail=Said(
                    N_("The {field} {value} is another person's, or is none."),
                    field=field,
                    value=value,
                ),
                owner="it",
            )
        was = True if old is None else old["active"]
        states = self._follow(work, row, returns=old is None or not old["active"])
        if was and not row["active"]:
            if not states:
                self._confirm(work, row, N_("active became false"))
            work.emit(DirectoryUserDisabled(person_id=person_id, source=self._source))
        elif row["active"] and not was:
            close_tasks(
                work,
                CONFIRM,
                Said(N_("The account is in use again.")),
                person_id=person_id,
            )
            work.emit(DirectoryUserEnabled(person_id=person_id, source=self._source))

    def removed(self, work: UnitOfWork, row: Row) -> None:
        """Ask about an account that is gone."""
        if row["kind"] == "User" and row["person_id"] is not None:
            gone = {**row, "active": False, "version": row["version"] + 1}
            if not self._follow(work, gone, returns=False):
                self._confirm(work, row, N_("the account was deleted"))
            work.emit(
                DirectoryUserDisabled(person_id=row["person_id"], source=self._source)
            )

    def _follow(self, work: UnitOfWork, row: Row, *, returns: bool) -> bool:
        """Let the employment follow a user; return whether the provider decides it."""
        if self._cases is None:
            return False
        return follow_user(self._cases(work), row, returns=returns) is not None

    def _confirm(self, work: UnitOfWork, row: Row, what: str) -> None:
        open_task(
            work,
            CONFIRM,
            source=self._source,
            person_id=row["person_id"],
            subject=_name(row["document"]),
            detail=Said(
                N_(
                    "{source} says: {what}. This may be leave or a blocked log-in as"
                    " well; nothing is recovered before it is confirmed."
                ),
                source=self._source,
                what=what,
            ),
        )

    def _ask(self, work: UnitOfWork, who: DirectoryUser, found: PersonMatch) -> None:
        open_task(
            work,
            AMBIGUOUS,
            source=self._source,
            subject=who.fields.get("login") or "",
            detail=Said(
                N_("The number {number} is that of {count} people: {people}."),
                number=who.number,
                count=len(found.candidates),
                people=", ".join(map(str, found.candidates)),
            ),
            key=f"{self._source}/{who.external_id or who.fields.get('login')}",
        )

    def _directory_user(self, document: dict[str, Any]) -> DirectoryUser:
        name = document.get("name") or {}
        extension = document.get(ENTERPRISE) or {}
        return DirectoryUser(
            source=self._source,
            external_id=document.get("externalId") or None,
            number=extension.get("employeeNumber") or None,
            organization=extension.get("organization") or None,
            fields={
                "given_name": name.get("givenName"),
                "family_name": name.get("familyName") or document.get("displayName"),
                "email": _mail(document.get("emails") or []),
                "login": document.get("userName"),
            },
        )


def _group(work: UnitOfWork, group: Resource[Any], old: Row | None) -> dict[str, Any]:
    name = str(getattr(group, "display_name", None) or "").strip()
    if name.casefold().startswith(KIT_MARK):
        return {"kit": name[len(KIT_MARK) :].strip(), "team_id": None}
    if old is not None and old["team_id"] is not None:
        return {"team_id": old["team_id"], "kit": None}
    return {"team_id": ensure(work, "team", name, name=name) if name else None}


def _mail(entries: list[dict[str, Any]]) -> str | None:
    """Return the address at work: the primary one of those, or the first."""
    ranked = sorted(
        (entry for entry in entries if entry.get("value")),
        key=lambda e: (
            str(e.get("type") or "").lower() not in ("work", ""),
            not e.get("primary"),
        ),
    )
    return str(ranked[0]["value"]) if ranked else None


def _name(document: dict[str, Any]) -> str:
    return str(document.get("displayName") or document.get("userName") or "")
