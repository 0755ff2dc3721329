"""Import profiles: which column of a table of another program is which field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.compose.wiring import import_profiles
from api.http.actions import Act, Acting, Given
from api.http.auth import Role
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
from inventory.bulk.profiles.store import (
    list_profiles,
    profile_document,
    save_profile,
)
from inventory.kernel.texts import N_, NN_

WRITERS = frozenset({Role.IT, Role.ACCOUNTING})


class ImportProfileRow(RowModel):
    """A way to read a table."""

    name: Annotated[str, Column("Name", sort=True, lead=True)]
    title: Annotated[str, Column("Title", sort=True)]
    saved: Annotated[
        bool,
        Column("Saved", Show.YES, about="Somebody saved it here; else it comes along."),
    ]


class ImportProfileQuestion(Question):
    """Which profiles are asked for."""

    name: Annotated[Word, Choice("Name", main=False)] = None
    title: Annotated[Word, Choice("Title", main=False)] = None
    saved: Annotated[bool | None, Choice("Saved")] = None


class ImportProfileDetail(DetailModel):
    """A profile with its document, as `config/imports` has them."""

    name: str
    title: str
    saved: bool
    document: dict[str, Any]


class ProfileIn(Given):
    """A profile to save: how the columns of a table are read."""

    name: Annotated[str, Field(min_length=1, max_length=100), Input("Name")]
    document: Annotated[
        dict[str, Any], Input("Document", kind="json", hint="Headings to fields.")
    ]


ProfileEditIn = partial(ProfileIn, "ProfileEditIn", "name")


def _all(connection: Connection) -> Sequence[Row]:
    shipped = import_profiles()
    return [
        row | {"document": dict(profile_document(connection, shipped, row["name"]))}
        for row in list_profiles(connection, shipped)
    ]


def _get(connection: Connection, place: int, _viewer: Viewer) -> Row | None:
    found = _all(connection)
    return found[place - 1] if 0 < place <= len(found) else None


def _save(acting: Acting, given: ProfileIn) -> dict[str, Any]:
    save_profile(acting.work, given.name, given.document)
    return {"id": IMPORT_PROFILE.resolve(acting.work.connection, given.name)}


def _change(acting: Acting, given: Given) -> None:
    name = IMPORT_PROFILE.name_of(acting.work.connection, acting.id)
    for document in changes_of(given).values():
        save_profile(acting.work, name, document)


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
        compute=lambda connection, _asked, _viewer: list_profiles(
            connection, import_profiles()
        ),
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
