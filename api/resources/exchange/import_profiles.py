"""Import profiles: which column of a table of another program is which field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection

from api.compose.rulebooks import import_profiles, staff_profiles
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.listed import Listed
from api.resources.perform import changes_of, partial
from api.resources.resource import Resource
from inventory.bulk.profiles.profile import read_profile
from inventory.bulk.profiles.store import (
    ASSETS,
    PEOPLE,
    Documents,
    list_profiles,
    profile_document,
    save_profile,
)
from inventory.hr.staff_lists.profile import read_staff_profile
from inventory.kernel.texts import N_, NN_

WRITERS = frozenset({Role.IT, Role.ACCOUNTING, Role.HR})


About = Literal["assets", "people"]
_READERS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    ASSETS: read_profile,
    PEOPLE: read_staff_profile,
}


class ImportProfileRow(RowModel):
    """A way to read a table."""

    name: Annotated[str, Column("Name", sort=True, lead=True)]
    title: Annotated[str, Column("Title", Show.SAID, sort=True)]
    about: Annotated[About, Column("Of tables of", Show.WORD, sort=True)]
    saved: Annotated[
        bool,
        Column("Saved", Show.YES, about="Somebody saved it here; else it comes along."),
    ]


class ImportProfileQuestion(Question):
    """Which profiles are asked for."""

    name: Annotated[Word, Choice("Name", main=False)] = None
    title: Annotated[Word, Choice("Title", main=False)] = None
    about: Annotated[About | None, Choice("Of tables of")] = None
    saved: Annotated[bool | None, Choice("Saved")] = None


class ImportProfileDetail(DetailModel):
    """A profile with its document, as `config/imports` has them."""

    name: str
    title: str
    about: About
    saved: bool
    document: dict[str, Any]


class ProfileIn(Given):
    """A profile to save: how the columns of a table are read."""

    name: Annotated[str, Field(min_length=1, max_length=100), Input("Name")]
    about: Annotated[About, Input("Of tables of")] = "assets"
    document: Annotated[
        dict[str, Any], Input("Document", kind="json", hint="Headings to fields.")
    ]


ProfileEditIn = partial(ProfileIn, "ProfileEditIn", "name", "about")


def _listed(connection: Connection) -> list[Row]:
    found = [
        row | {"about": about}
        for about, shipped in _shipped().items()
        for row in list_profiles(connection, shipped, about)
    ]
    return sorted(found, key=lambda row: str(row["name"]))


def _shipped() -> dict[str, Documents]:
    return {ASSETS: import_profiles(), PEOPLE: staff_profiles()}


def _all(connection: Connection) -> Sequence[Row]:
    shipped, found = _shipped(), []
    for row in _listed(connection):
        about = row["about"]
        document = profile_document(connection, shipped[about], row["name"], about)
        found.append({**row, "document": dict(document)})
    return found


def _get(connection: Connection, place: int, _viewer: Viewer) -> Row | None:
    found = _all(connection)
    return found[place - 1] if 0 < place <= len(found) else None


def _save(acting: Acting, given: ProfileIn) -> dict[str, Any]:
    save_profile(
        acting.work,
        given.name,
        given.document,
        about=given.about,
        read=_READERS[given.about],
    )
    return {"id": IMPORT_PROFILE.resolve(acting.work.connection, given.name)}


def _change(acting: Acting, given: Given) -> None:
    row = _all(acting.work.connection)[acting.id - 1]
    about = row["about"]
    for document in changes_of(given).values():
        save_profile(
            acting.work, row["name"], document, about=about, read=_READERS[about]
        )


IMPORT_PROFILE = Listed("profile", _all)
IMPORT_PROFILES = Resource(
    name="import-profiles",
    command="import-profile",
    title=N_("Import profiles"),
    counted=NN_("{count} profile", "{count} profiles"),
    group="register",
    rows=ImportProfileRow,
    question=ImportProfileQuestion,
    sort="name",
    source=ComputedSource(
        rows=ImportProfileRow,
        compute=lambda connection, _asked, _viewer: _listed(connection),
    ),
    reference=IMPORT_PROFILE,
    detail=ImportProfileDetail,
    get=_get,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "save-profile",
            ProfileIn,
            _save,
            WRITERS,
            verb="create",
            said=N_("Saved."),
            about="Save a profile under a name, or replace the one that has it.",
        ),
        Act(
            "edit-profile",
            ProfileEditIn,
            _change,
            WRITERS,
            verb="update",
            said=N_("Saved."),
            about="Save another document; one that comes along is put aside.",
        ),
    ),
)
