"""What backups are made of, and where they go: the settings put together."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from sqlalchemy import make_url, select

from api.compose.device_logins import KEY_FILE as VAULT_KEY
from api.compose.device_logins import master_source
from api.compose.keys import KEY_FILE as SESSION_KEY
from api.compose.wiring import App, Settings, database_url
from api.compose.working import JOBS_FILE
from inventory.backup import backups
from inventory.backup.backups import Restored, Room, Tell, untold
from inventory.backup.container import BackupDamaged
from inventory.backup.dump import Programs
from inventory.backup.facts import Facts
from inventory.backup.finding import note_found, read_file, unknown_files
from inventory.backup.keys import KEY_FILE, BackupKey
from inventory.backup.retention import Retention
from inventory.backup.tables import Backup
from inventory.backup.undoing import changes_since, prepared, undone
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.texts import N_
from inventory.storage.engine import make_engine
from inventory.storage.rows import table_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.backup")
OWN_RULES = ("vendors", "accounting", "provisioning")
"""Folders of the site's own rules, within the data folder."""


def room_of(settings: Settings, file: Path | None) -> Room:
    """Return what a backup holds.

    Args:
        settings: As they were read.
        file: The file they were read from; a restore writes it beside the data, for
            a person to compare.
    """
    data = settings.data_dir
    places = {"files": data / "files"}
    places |= {f"rules/{name}": data / name for name in OWN_RULES}
    places["settings/purser.toml"] = file or data / "restored-purser.toml"
    return Room(key_of(settings), Programs(settings.backup.programs), places)


def key_of(settings: Settings) -> BackupKey:
    """Return where the key of backups lies."""
    backup = settings.backup
    given = None if backup.key is None else backup.key.get_secret_value()
    return BackupKey(backup.key_file or settings.data_dir / KEY_FILE, given)


def folder_of(settings: Settings) -> Path:
    """Return where backups go that name no file."""
    return settings.backup.folder or settings.data_dir / "backups"


def file_name(at: datetime) -> str:
    """Return the name of a backup taken at a moment."""
    return f"purser-{at:%Y%m%d-%H%M%S}.backup"


def key_places(settings: Settings) -> Mapping[str, Path]:
    """Return where keys lie that are in files, by the name they have among keys."""
    return {
        KEY_FILE: key_of(settings).file,
        SESSION_KEY: settings.data_dir / SESSION_KEY,
        VAULT_KEY: master_source(settings).file,
    }


def all_keys(settings: Settings) -> Mapping[str, str]:
    """Return every key of this installation: name of its file -> its text.

    Raises:
        OtherKey: There is no key of backups yet.
        InventoryError: A key cannot be read.
    """
    found = {KEY_FILE: key_of(settings).text()}
    session = settings.data_dir / SESSION_KEY
    if session.exists():
        found[SESSION_KEY] = session.read_text("ascii")
    vault = master_source(settings).text()
    if vault is not None:
        found[VAULT_KEY] = vault
    return found


def take_daily(app: App) -> None:
    """Take, check and clear up, where the settings name a folder.

    Raises:
        InventoryError: It could not be taken, or does not hold what it should.
        OSError: The folder cannot be written.
    """
    choice = app.settings.backup
    if choice.folder is None:
        return
    room = room_of(app.settings, app.file)
    with app.work("housekeeping") as work:
        target = choice.folder / file_name(app.clock())
        row_id = backups.take(work, app.engine, target, room)
        work.commit()
    if choice.verify:
        check_backup(app, "housekeeping", row_id)
    keep = Retention(choice.keep_days, choice.keep_weeks, choice.keep_months)
    with app.work("housekeeping") as work:
        backups.remove_outdated(work, choice.folder, keep)
        work.commit()


def find_backups(app: App, actor: str) -> Mapping[str, Any]:
    """Note the backups in the folder of backups that no row names.

    Returns:
        The files that were noted, and those that were not, with why.
    """
    with app.engine.connect() as connection:
        files = unknown_files(connection, folder_of(app.settings))
    key = key_of(app.settings)
    found = [read_file(file, key) for file in files]
    with app.work(actor) as work:
        note_found(work, [each.values for each in found if each.values])
        work.commit()
    return {
        "noted": [str(each.file) for each in found if each.values],
        "left": [
            {"file": str(each.file), "problem": each.problem}
            for each in found
            if not each.values
        ],
    }


def keep_upload(app: App, actor: str, name: str, sent: BinaryIO) -> int:
    """Keep a backup that was sent in the folder of backups; return the id of its row.

    It is read whole before it has its name: what is no backup, is altered or cut off,
    or needs another key leaves nothing behind.

    Args:
        app: The composition.
        actor: Who sent it.
        name: What the sender calls the file.
        sent: The file, from its beginning.

    Raises:
        Invalid: The name is that of no backup.
        Conflict: There is a file of that name, or no room for this one.
        InventoryError: It cannot be put back.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(
            N_("{name} is not the name of a backup."),
            where="file",
            remedy=N_("Use letters, digits, - and _, and .backup at the end."),
            name=repr(name[:100]),
        )
    target = folder_of(app.settings) / name
    part = target.with_name(f".{name}.{token_hex(8)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as kept:
            shutil.copyfileobj(sent, kept, 1 << 20)
            kept.flush()
            os.fsync(kept.fileno())
        found = read_file(part, key_of(app.settings))
        if found.error is not None:
            raise found.error
        if not found.values:
            raise OSError(found.problem)
        os.link(part, target)  # unlike a rename it replaces nothing
    except FileExistsError:
        raise Conflict(
            N_("There is a backup {name} already."), where="file", name=name
        ) from None
    except OSError as error:
        raise Conflict(
            N_("The file cannot be kept: {why}."),
            where="file",
            remedy=N_("Make room, or let the server write there, and send it again."),
            why=error.strerror or str(error),
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return _note_upload(app, actor, {**found.values, "path": str(target.resolve())})


def _note_upload(app: App, actor: str, row: Mapping[str, Any]) -> int:
    try:
        with app.work(actor) as work:
            (row_id,) = note_found(work, [row], action="upload")
            work.commit()
    except BaseException:
        Path(row["path"]).unlink(missing_ok=True)
        raise
    return row_id


def note_restored(app: App, actor: str, done: Restored) -> None:
    """Note that a backup was put back, in the audit trail that it brought along.

    The backup itself and those that were taken after it are noted again.

    Args:
        app: Of the database that was put back.
        actor: Who did it.
        done: What was done.
    """
    path = done.row["path"]
    with app.engine.connect() as connection:
        files = unknown_files(connection, folder_of(app.settings))
    key = key_of(app.settings)
    others = [read_file(file, key) for file in files if str(file.resolve()) != path]
    lost = done.lost
    before = None if lost is None else {"head": f"{lost.count}:{lost.hash}"}
    with app.work(actor) as work:
        rows = [done.row, *(each.values for each in others if each.values)]
        row_id, *_ = note_found(work, rows)
        work.audit("backup", row_id, "restore", before, {"path": path})
        work.commit()


def check_backup(app: App, actor: str, row_id: int, tell: Tell = untold) -> Facts:
    """Put a backup into a scratch database, note what was found, return what it holds.

    Raises:
        BackupDamaged: It does not hold what it should.
        InventoryError: It cannot be opened, or there can be no scratch database.
    """
    table = table_of(Backup)
    with app.engine.connect() as connection:
        query = select(table).where(table.c.id == row_id)
        row = dict(connection.execute(query).mappings().one())
    room = room_of(app.settings, app.file)
    found: Facts | None = None
    try:
        found, problems = backups.examine(app.engine, Path(row["path"]), room, tell)
    except OSError as error:
        # The file went, or the disk does: a finding like any other.
        problems = [f"It cannot be read: {error.strerror or error}."]
    with app.work(actor) as work:
        backups.note_check(work, row_id, problems)
        work.commit()
    if found is None or problems:
        raise BackupDamaged(" ".join(problems[:20]), where=row["path"])
    return found


def prepare_restore(
    app: App, actor: str, row_id: int, tell: Tell = untold
) -> Mapping[str, Any]:
    """Check that a backup can be put back, and say what that would undo.

    Nothing is put back: `purser restore` does so once Purser is stopped, for who is at
    work would go on with what was replaced.

    Raises:
        Conflict: Its file was removed.
        InventoryError: As `check_backup`.
    """
    table = table_of(Backup)
    with app.engine.connect() as connection:
        query = select(table.c.removed_at).where(table.c.id == row_id)
        if connection.execute(query).scalar_one() is not None:
            raise Conflict(
                N_("The file of this backup was removed."),
                where="backup",
                remedy=N_("Prepare one that is still there."),
            )
    facts = check_backup(app, actor, row_id, tell)
    with app.engine.connect() as connection:
        would_go = asdict(undone(connection, facts))
    with app.work(actor) as work:
        backups.note_prepared(work, row_id)
        work.commit()
    with app.engine.connect() as connection:
        row = connection.execute(select(table).where(table.c.id == row_id)).one()
    return {
        "id": row_id,
        "path": row.path,
        "taken_at": row.taken_at,
        "prepared_at": row.prepared_at,
        **would_go,
    }


def prepared_file(settings: Settings, *, replace: bool) -> Path:
    """Return the backup that was prepared to be put back.

    Raises:
        Conflict: None was; or there were changes since, and they may not go.
        InventoryError: The database cannot be read.
    """
    engine = make_engine(database_url(settings))
    try:
        with engine.connect() as connection:
            found = prepared(connection)
            later = {} if found is None else changes_since(connection, found[1])
    finally:
        engine.dispose()
    if found is None:
        raise Conflict(
            N_("No backup was prepared to be put back."),
            where="backup",
            remedy=N_("Name a file, or `purser backups prepare-restore` one."),
        )
    if later and not replace:
        told = ", ".join(f"{name} {count}" for name, count in later.items())
        raise Conflict(
            N_("Since the restore was prepared there were changes: {changes}."),
            where="backup",
            remedy=N_("Prepare it again to see what goes, or add --replace."),
            changes=told,
        )
    return Path(found[0])


def forget_engine(settings: Settings) -> None:
    """Forget what the engine of jobs kept of a SQLite database that was replaced.

    Its keys count on with each job, and would take new jobs for old ones. The rows of
    jobs are the truth, so nothing is lost.
    """
    url = make_url(database_url(settings))
    if url.get_backend_name() == "sqlite" and url.database:
        for leftover in ("", "-wal", "-shm"):
            Path(f"{url.database}{JOBS_FILE}{leftover}").unlink(missing_ok=True)
