"""Profiles that somebody saved, beside those that come along. Imports `storage`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from inventory.assets.register.detail_tables import ImportProfile
from inventory.bulk.profiles.profile import read_profile
from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, col, find
from inventory.storage.work import UnitOfWork

ASSETS, PEOPLE = "assets", "people"
"""What tables are about."""
Documents = Mapping[str, Mapping[str, Any]]


def save_profile(
    work: UnitOfWork,
    name: str,
    document: Mapping[str, Any],
    *,
    about: str = ASSETS,
    read: Callable[[Mapping[str, Any]], object] = read_profile,
) -> int:
    """Save a profile under a name, or replace the one that has it; return its id.

    Args:
        work: The unit of work.
        name: Its name.
        document: How columns are read.
        about: What the tables are about.
        read: Refuses a document that is no profile of these.

    Raises:
        Invalid: The name is empty, or the document is no profile.
        Conflict: A profile of other tables has the name.
    """
    name = name.strip()
    if not name:
        raise Invalid(N_("The profile has no name."), where="name")
    read(document)
    known = find(work.connection, ImportProfile, name=name)
    if known is None:
        values: Row = {"name": name, "about": about, "document": dict(document)}
        return add(work, ImportProfile, values)
    if known["about"] != about:
        raise Conflict(
            N_("A profile of {about} has the name {name!r}."),
            where="name",
            about=known["about"],
            name=name,
        )
    change(work, ImportProfile, known["id"], {"document": dict(document)})
    return int(known["id"])


def list_profiles(
    connection: Connection, shipped: Documents, about: str = ASSETS
) -> list[Row]:
    """Return all profiles by name: name, title, and whether it was saved here."""
    rows = {
        name: {"name": name, "title": str(one.get("title", name)), "saved": False}
        for name, one in shipped.items()
    }
    for name, one in connection.execute(
        select(col(ImportProfile.name), col(ImportProfile.document)).where(
            col(ImportProfile.about) == about
        )
    ):
        rows[name] = {"name": name, "title": one.get("title") or name, "saved": True}
    return [rows[name] for name in sorted(rows)]


def profile_document(
    connection: Connection, shipped: Documents, name: str, about: str = ASSETS
) -> Mapping[str, Any]:
    """Return the document of a profile; a saved one counts before a shipped one.

    Raises:
        NotFound: There is none of that name.
    """
    saved = find(connection, ImportProfile, name=name, about=about)
    if saved is not None:
        document: Mapping[str, Any] = saved["document"]
        return document
    if name in shipped:
        return shipped[name]
    raise NotFound(
        N_("There is no profile {name!r}."),
        where="profile",
        remedy=N_("Use one of {shipped}."),
        name=name,
        shipped=", ".join(sorted(shipped)),
    )
