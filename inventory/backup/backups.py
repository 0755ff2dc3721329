"""Takes a backup, checks one, puts one back, removes old ones.

The database is spooled into a folder of its own beside the backup, readable by this
user only, and removed at once. Attached files are read after the snapshot of the
database: they are never changed, so every file that a row names is there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from inventory.assets.register.detail_tables import Attachment
from inventory.backup import archive, load
from inventory.backup.archive import DATABASE, FILES
from inventory.backup.container import BackupDamaged
from inventory.backup.dump import Programs, dump
from inventory.backup.facts import Facts, differences, facts_of, from_json
from inventory.backup.finding import row_of
from inventory.backup.keys import BackupKey
from inventory.backup.retention import Retention, outdated
from inventory.backup.tables import Backup
from inventory.backup.undoing import PREPARE
from inventory.kernel.errors import Invalid, StorageError
from inventory.kernel.texts import N_
from inventory.storage import upgrade
from inventory.storage.audit import Head, read_head, verify
from inventory.storage.engine import make_engine
from inventory.storage.rows import add, change, col, table_of
from inventory.storage.work import UnitOfWork

_backup = table_of(Backup)
Tell = Callable[[int, int], None]
STEPS = 3
"""Of examining a backup: it is opened, put into a database, compared."""


def untold(_done: int, _total: int) -> None:
    """Nobody asks how far it is."""


@dataclass(frozen=True, slots=True)
class Room:
    """What backups are made of and with.

    Attributes:
        key: The key of backups.
        programs: Those of PostgreSQL.
        places: Name of a part -> its file or folder; those missing are left out.
            `files` is where attached files lie.
    """

    key: BackupKey
    programs: Programs
    places: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        taken_at: When the backup was taken.
        facts: What the database holds.
        row: What its row says of the backup.
        lost: Where the audit trail ended that was replaced; None if there was none.
        moved_to: Where the replaced SQLite file lies by now.
        places: Name of a part -> where it was put.
    """

    taken_at: datetime
    facts: Facts
    row: Mapping[str, Any]
    lost: Head | None
    moved_to: Path | None
    places: Mapping[str, Path]


def take(work: UnitOfWork, engine: Engine, target: Path, room: Room) -> int:
    """Write a backup to a new file and note it; return the id of its row.

    Args:
        work: Notes it; nothing is read or written through it before the file is
            complete.
        engine: The database.
        target: A file that is not there yet.
        room: See `Room`.

    Raises:
        Invalid: The file is there already.
        InventoryError: The database cannot be read.
        OSError: The file cannot be written.
    """
    if target.exists():
        raise Invalid(N_("There is a file {file} already."), where="file", file=target)
    key, taken_at = room.key.made(), work.clock()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _spool(target.parent) as spool:
        facts = dump(engine, spool / DATABASE, room.programs)
        about = {"taken_at": taken_at.astimezone(UTC).isoformat()}
        about["kind"] = engine.dialect.name
        unfinished = spool / "backup"
        with unfinished.open("xb") as stream:
            parts = [(DATABASE, spool / DATABASE)]
            for name, place in room.places.items():
                parts += archive.parts_of(name, place)
            manifest = about | {"facts": facts.as_json()}
            archive.write(stream, key, about, parts, manifest)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.chmod(0o600)
        unfinished.replace(target)
    return add(work, Backup, row_of(target, manifest))


def check(engine: Engine, file: Path, room: Room, tell: Tell = untold) -> list[str]:
    """Put a backup into a scratch database; return what is wrong with it.

    As `examine`.
    """
    return examine(engine, file, room, tell)[1]


def examine(
    engine: Engine, file: Path, room: Room, tell: Tell = untold
) -> tuple[Facts, list[str]]:
    """Put a backup into a scratch database; return what it holds and what is wrong.

    Rows are counted, the audit trail is verified to the end it had, and every
    attached file that a row names must be there.

    Raises:
        InventoryError: It cannot be opened, or no scratch database can be made.
        OSError: The file cannot be read.
    """
    with _spool(file.parent) as spool:
        with file.open("rb") as stream:
            keys = room.key.read()
            about = archive.read(stream, keys, spool, lambda name: name == DATABASE)
        tell(1, STEPS)
        _same_kind(about, engine.dialect.name)
        expected = from_json(about["facts"])
        with load.scratch(spool / DATABASE, engine, room.programs) as scratch:
            tell(2, STEPS)
            problems = list(_problems(scratch, expected, about["parts"]))
    tell(STEPS, STEPS)
    return expected, problems


def note_check(work: UnitOfWork, row_id: int, problems: Sequence[str]) -> None:
    """Note what a check of a backup found."""
    found = {"verified_at": work.clock(), "problem": " ".join(problems[:20]) or None}
    change(work, Backup, row_id, found, action="verify")


def note_prepared(work: UnitOfWork, row_id: int) -> None:
    """Note that a backup is to be put back; see `undoing.prepared`."""
    change(work, Backup, row_id, {"prepared_at": work.clock()}, action=PREPARE)


def restore(
    file: Path, url: str, room: Room, keys: BackupKey, *, replace: bool
) -> Restored:
    """Put a backup back, upgrade its tables to this version and check them.

    Args:
        file: The backup.
        url: The database; exists and is empty, or may be replaced.
        room: Where the parts go: those of the same name are overwritten.
        keys: The key it is opened with.
        replace: What the database holds may go.

    Raises:
        InventoryError: It cannot be opened or put back. Whatever was wrong with the
            backup is found before the database is touched.
        OSError: Something cannot be written.
    """
    home = room.places[FILES].parent
    with _spool(home) as spool:
        with file.open("rb") as stream:
            about = archive.read(stream, keys.read(), spool, lambda _name: True)
        _same_kind(about, make_url(url).get_backend_name())
        row = row_of(file, about)
        lost = None if load.is_empty(url) else _head_of(url)
        moved = load.load(spool / DATABASE, url, room.programs, replace=replace)
        places = _put_back(spool, room.places)
    engine = make_engine(url)
    try:
        expected = from_json(about["facts"])
        with engine.connect() as connection:
            facts = facts_of(connection)
        wrong = [*differences(expected, facts), *map(str, verify(engine, facts.head))]
        if wrong:
            raise BackupDamaged(" ".join(wrong[:20]), where="backup")
        upgrade.upgrade(engine)
    finally:
        engine.dispose()
    taken_at = datetime.fromisoformat(about["taken_at"])
    return Restored(taken_at, facts, row, lost, moved, places)


def remove_outdated(work: UnitOfWork, folder: Path, keep: Retention) -> list[Path]:
    """Remove backups of a folder that retention does not keep; return their files.

    The last one that was checked and found whole is always kept.
    """
    there = [
        row
        for row in work.connection.execute(
            select(_backup).where(col(Backup.removed_at).is_(None))
        ).mappings()
        if Path(row["path"]).parent == folder.resolve()
    ]
    gone = outdated([row["taken_at"] for row in there], keep)
    sound = [row for row in there if row["verified_at"] and not row["problem"]]
    last = max((row["taken_at"] for row in sound), default=None)
    removed = []
    for row in there:
        if row["taken_at"] in gone and row["taken_at"] != last:
            Path(row["path"]).unlink(missing_ok=True)
            change(work, Backup, row["id"], {"removed_at": work.clock()})
            removed.append(Path(row["path"]))
    return removed


def _head_of(url: str) -> Head | None:
    """Return where the audit trail ends; None if it cannot be read."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return read_head(connection)
    except (SQLAlchemyError, StorageError):
        return None
    finally:
        engine.dispose()


def _problems(
    scratch: Engine, expected: Facts, parts: Mapping[str, Any]
) -> Iterator[str]:
    with scratch.connect() as connection:
        yield from differences(expected, facts_of(connection))
        digest = col(Attachment.sha256)
        for name in connection.execute(select(digest).distinct()).scalars():
            if not any(part.endswith(name) for part in parts):
                yield f"The attached file {name} is not in the backup."
    yield from map(str, verify(scratch, expected.head))


def _same_kind(about: Mapping[str, Any], kind: str) -> None:
    if about["kind"] != kind:
        raise Invalid(
            N_("The backup is of a {kind} database; database_url names {other}."),
            where="database_url",
            remedy=N_("Name a database of that kind in database_url."),
            kind=about["kind"],
            other=kind,
        )


def _put_back(spool: Path, places: Mapping[str, Path]) -> dict[str, Path]:
    put = {}
    for name, place in places.items():
        found = spool / name
        if found.is_dir():
            shutil.copytree(found, place, dirs_exist_ok=True)
        elif found.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, place)
            place.chmod(0o600)
        else:
            continue
        put[name] = place
    return put


@contextmanager
def _spool(beside: Path) -> Iterator[Path]:
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".purser-", dir=beside) as folder:
        yield Path(folder)
