"""Notes backups that lie in a folder and that no row names.

A database that is put back is of the time before its own backup: it knows neither that
one nor those taken later. Their files would stay for ever, and nobody would see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, select

from inventory.backup import archive
from inventory.backup.container import read_header
from inventory.backup.facts import from_json
from inventory.backup.keys import BackupKey
from inventory.backup.tables import Backup
from inventory.kernel.errors import InventoryError
from inventory.storage.exclusive import lock_for_transaction
from inventory.storage.rows import add, change, col, table_of
from inventory.storage.work import UnitOfWork

SUFFIX = ".backup"
_backup = table_of(Backup)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a backup.

    Attributes:
        file: Where it lies.
        values: What its row says of it; empty if it cannot be put back.
        problem: Why it cannot.
        error: The same, with its values apart; None where the disk refused.
    """

    file: Path
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    error: InventoryError | None = None


def unknown_files(connection: Connection, folder: Path) -> list[Path]:
    """Return the files of a folder that are called backups and that no row names.

    A row whose file was removed names none.
    """
    there = col(Backup.removed_at).is_(None)
    known = set(connection.scalars(select(_backup.c.path).where(there)))
    found = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    return [each for each in found if each.is_file() and _path(each) not in known]


def row_of(file: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the row of a backup says, from its file and its manifest."""
    with file.open("rb") as stream:
        key = str(read_header(stream)["key"])
    facts = from_json(manifest["facts"])
    return {
        "path": _path(file),
        "taken_at": datetime.fromisoformat(manifest["taken_at"]),
        "kind": str(manifest["kind"]),
        "key": key,
        "size": file.stat().st_size,
        "row_count": sum(facts.counts.values()),
        "audit_count": facts.head.count,
        "audit_hash": facts.head.hash,
    }


def read_file(file: Path, key: BackupKey) -> Found:
    """Read a file whole, so that nothing altered, cut off or foreign is noted."""
    try:
        with TemporaryDirectory() as nowhere, file.open("rb") as stream:
            found = archive.read(stream, key.read(), Path(nowhere), lambda _name: False)
        return Found(file, row_of(file, found))
    except InventoryError as error:
        return Found(file, problem=error.sentence, error=error)
    except OSError as error:
        return Found(file, problem=error.strerror or str(error))


def note_found(
    work: UnitOfWork, rows: Iterable[Mapping[str, Any]], action: str = "find"
) -> list[int]:
    """Note backups, each once however many processes look; return the ids of all."""
    lock_for_transaction(work.connection, "backups that are found")
    ids = []
    for values in rows:
        query = select(_backup.c.id).where(_backup.c.path == values["path"])
        row_id = work.connection.execute(query).scalar()
        if row_id is None:
            row_id = add(work, Backup, values, action=action)
        else:
            again = {**values, "removed_at": None}
            change(work, Backup, row_id, again, action=action)
        ids.append(int(row_id))
    return ids


def _path(file: Path) -> str:
    return str(file.resolve())
