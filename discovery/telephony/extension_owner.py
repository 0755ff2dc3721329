"""Whose extension it is: what a telephone system says of a user to a person. Pure.

An e-mail address, a login, a personnel number or the person's key say it surely; a
display name does if exactly one person has it.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """A person as the register has him or her.

    Attributes:
        number: Personnel number.
        employed: On the day that is asked about.
    """

    id: int
    key: str
    name: str
    email: str | None = None
    login: str | None = None
    number: str | None = None
    employed: bool = True


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose it is, or why nobody was recognised.

    Attributes:
        evidence: `email`, `login`, `key`, `number` or `name`.
        note: A sentence for a person; empty if somebody was found.
        names_user: Whether the system said anything about a user at all.
    """

    person_id: int | None = None
    evidence: str = ""
    note: str = ""
    names_user: bool = True


def normalised_name(text: str | None) -> str:
    """Return a name for comparing: no accents, case or double blanks."""
    plain = unicodedata.normalize("NFKD", text or "")
    letters = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).casefold().replace(",", " ").split())


def _words(text: str | None) -> frozenset[str]:
    return frozenset(normalised_name(text).split())


class PersonIndex:
    """All persons, to be looked up by what systems say of their users."""

    def __init__(self, persons: Iterable[KnownPerson]) -> None:
        self._by: dict[tuple[str, str], list[KnownPerson]] = defaultdict(list)
        for person in persons:
            for kind in ("email", "login", "key", "number"):
                if value := normalised_name(getattr(person, kind)):
                    self._by[kind, value].append(person)
            self._by["name", " ".join(sorted(_words(person.name)))].append(person)

    def owner(self, *, name: str | None, user: str | None, email: str | None) -> Owner:
        """Return whose extension it is.

        Args:
            name: Display name; either order of given and family name.
            user: Login, key or personnel number in the telephone system.
            email: E-mail address.
        """
        if not any((name, user, email)):
            return Owner(names_user=False)
        tries = [("email", email), ("email", user), ("login", _account(user))]
        tries += [("key", user), ("number", user), ("login", _mailbox(email))]
        for kind, text in tries:
            found = self._by.get((kind, normalised_name(text))) if text else None
            if found and len(found) == 1:
                return Owner(found[0].id, kind)
        return self._named(name or user or email or "")

    def _named(self, name: str) -> Owner:
        found = self._by.get(("name", " ".join(sorted(_words(name)))), [])
        if len(_words(name)) < 2:
            return Owner(note=f"nobody is registered as {name!r}")
        here = [person for person in found if person.employed] or found
        if len(here) == 1:
            return Owner(here[0].id, "name")
        if here:
            return Owner(note=f"{len(here)} persons are called {name!r}")
        return Owner(note=f"nobody is registered as {name!r}")


def _account(user: str | None) -> str | None:
    """Return a login without its Windows domain or its realm."""
    return (user or "").rpartition("\\")[2].partition("@")[0] or None


def _mailbox(email: str | None) -> str | None:
    # The part before the @ is the login in most companies; used where it is unique.
    return (email or "").partition("@")[0] or None
