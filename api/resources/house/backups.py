"""Backups: what was taken, checked and removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.house.users import ADMINS, READERS
from api.resources.references import BACKUP
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_backup = BACKUP.table


class BackupRow(RowModel):
    """A backup: database, attached files, rules and settings in one encrypted file."""

    id: Annotated[int, Column("Number", sort=True)]
    path: Annotated[str, Column("File", Show.MONO, sort=True, lead=True)]
    taken_at: Annotated[datetime, Column("Taken", Show.AGO, sort=True)]
    kind: Annotated[str, Column("Database", about="sqlite or postgresql.")]
    key: Annotated[str, Column("Key", Show.MONO, about="Which key opens it.")]
    size: Annotated[int, Column("Size", Show.BYTES, sort=True)]
    row_count: Annotated[int, Column("Rows", Show.NUMBER, sort=True)]
    audit_count: Annotated[int, Column("Audit rows", Show.NUMBER, shown=False)]
    audit_hash: Annotated[str, Column("Audit hash", Show.MONO, shown=False)]
    verified_at: Annotated[
        Moment,
        Column("Checked", Show.AGO, sort=True, about="Put into a scratch database."),
    ]
    problem: Annotated[Text, Column("Problem")]
    prepared_at: Annotated[
        Moment,
        Column(
            "To be put back",
            Show.AGO,
            sort=True,
            about="When somebody prepared to put it back.",
        ),
    ]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True)]


class RestorePlan(DetailModel):
    """What putting a backup back would undo; nothing is put back yet."""

    id: int
    path: str = Field(description="The file.")
    taken_at: datetime
    prepared_at: datetime
    same_house: bool = Field(
        description="The audit trail goes on from that of the backup. Else it is of"
        " another database, or of a time that was itself undone."
    )
    changes: int = Field(description="Changes since the backup, which would be lost.")
    by_entity: dict[str, int] = Field(description="The same, by what was changed.")
    rows: dict[str, int] = Field(
        description="How many rows each table has more than in the backup, or less."
    )
    older_tables: bool = Field(
        description="The tables are of an older release; they are brought up to date."
    )


class LeftFile(DetailModel):
    """A file that was not noted."""

    file: str
    problem: str = Field(description="Why it cannot be put back.")


class FoundBackups(DetailModel):
    """What was found in the folder of backups that no row named."""

    noted: list[str] = Field(description="Files that are listed from now on.")
    left: list[LeftFile] = Field(description="Files that could not be put back.")


class BackupQuestion(Question):
    """Which backups are asked for."""

    there: Annotated[
        bool | None, Choice("Still there", about="Not removed by retention.")
    ] = None
    kind: Annotated[Word, Choice("Database", main=False)] = None
    key: Annotated[Word, Choice("Key", main=False)] = None
    taken_at: Annotated[AwareDatetime | None, Choice("Taken", main=False)] = None
    verified_at: Annotated[AwareDatetime | None, Choice("Checked", main=False)] = None
    prepared_at: Annotated[
        AwareDatetime | None, Choice("To be put back", main=False)
    ] = None
    removed_at: Annotated[AwareDatetime | None, Choice("Removed", main=False)] = None


def _there(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _backup.c.removed_at
    return column.is_(None) if value else column.is_not(None)


_SOURCE: TableSource[BackupQuestion] = TableSource(
    table=_backup,
    columns={name: _backup.c[name] for name in BackupRow.model_fields},
    filters={"there": _there},
    searched=(_backup.c.path,),
)


def take_backup(acting: Acting, target: Path | None = None) -> int:
    """Take a backup, into the folder of backups without another file; return its id."""
    from api.compose.backing_up import file_name, folder_of, room_of
    from inventory.backup import backups

    app = acting.app
    file = target or folder_of(app.settings) / file_name(app.clock())
    with app.work(acting.caller.actor) as work:
        room = room_of(app.settings, app.file)
        row_id = backups.take(work, app.engine, file, room)
        work.commit()
    return row_id


def _take(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    row_id = take_backup(acting)
    today = acting.app.clock().date()
    with acting.app.engine.connect() as connection:
        row = _SOURCE.one(connection, row_id, Viewer(acting.caller, today, today))
    assert row is not None
    return dict(row)


def _find(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    from api.compose.backing_up import find_backups

    return dict(find_backups(acting.app, acting.caller.actor))


def _verify(acting: Acting, _given: NothingIn) -> None:
    from api.compose.backing_up import check_backup

    check_backup(acting.app, acting.caller.actor, acting.id, acting.tell)


def _prepare(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    from api.compose.backing_up import prepare_restore

    actor = acting.caller.actor
    return dict(prepare_restore(acting.app, actor, acting.id, acting.tell))


def _what_comes(_acting: Acting, _given: NothingIn) -> Sequence[str]:
    return (
        N_("It is read and put into a scratch database; nothing is put back yet."),
        N_("Then Purser is stopped, and `purser restore` puts it back."),
    )


BACKUPS = Resource(
    name="backups",
    command="backups",
    title=N_("Backups"),
    counted=NN_("{count} backup", "{count} backups"),
    group="house",
    roles=READERS,
    rows=BackupRow,
    question=BackupQuestion,
    sort="-taken_at",
    source=_SOURCE,
    reference=BACKUP,
    detail=BackupRow,
    get=_SOURCE.one,
    links={"/backups/upload": N_("Upload a backup")},
    called=lambda row: Path(str(row["path"])).name,
    acts=(
        Act(
            "take-backup",
            NothingIn,
            _take,
            ADMINS,
            verb="take",
            about="Take a backup into the folder of backups.",
            on="list",
            answer=BackupRow,
            preview=False,
            alone=True,
            long=lambda _reading, _none, _given: True,
        ),
        Act(
            "find-backups",
            NothingIn,
            _find,
            ADMINS,
            verb="find",
            about="List the files in the folder of backups that no row names.",
            on="list",
            answer=FoundBackups,
            preview=False,
            alone=True,
            long=lambda _reading, _none, _given: True,
        ),
        Act(
            "verify-backup",
            NothingIn,
            _verify,
            ADMINS,
            verb="verify",
            about="Put a backup into a scratch database and compare it.",
            preview=False,
            alone=True,
            long=lambda _reading, _backup, _given: True,
        ),
        Act(
            "prepare-restore",
            NothingIn,
            _prepare,
            ADMINS,
            about="Check that a backup can be put back, and say what that would undo.",
            answer=RestorePlan,
            preview=False,
            alone=True,
            consequences=_what_comes,
            long=lambda _reading, _backup, _given: True,
        ),
    ),
)
