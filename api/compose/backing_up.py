"""What backups are made of, and where they go: the settings put together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from api.compose.device_logins import KEY_FILE as VAULT_KEY
from api.compose.device_logins import master_source
from api.compose.keys import KEY_FILE as SESSION_KEY
from api.compose.wiring import App, Settings
from inventory.backup import backups
from inventory.backup.backups import Room
from inventory.backup.container import BackupDamaged
from inventory.backup.dump import Programs
from inventory.backup.keys import KEY_FILE, BackupKey
from inventory.backup.retention import Retention
from inventory.backup.tables import Backup
from inventory.storage.rows import table_of

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


def check_backup(app: App, actor: str, row_id: int) -> None:
    """Put a backup into a scratch database and note what was found.

    Raises:
        BackupDamaged: It does not hold what it should.
        InventoryError: It cannot be opened, or there can be no scratch database.
    """
    table = table_of(Backup)
    with app.engine.connect() as connection:
        query = select(table).where(table.c.id == row_id)
        row = dict(connection.execute(query).mappings().one())
    room = room_of(app.settings, app.file)
    try:
        problems = backups.check(app.engine, Path(row["path"]), room)
    except OSError as error:
        # The file went, or the disk does: a finding like any other.
        problems = [f"It cannot be read: {error.strerror or error}."]
    with app.work(actor) as work:
        backups.note_check(work, row_id, problems)
        work.commit()
    if problems:
        raise BackupDamaged(" ".join(problems[:20]), where=row["path"])
