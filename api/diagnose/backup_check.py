"""Whether there is a backup that is new, checked and apart; looks only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from sqlalchemy import select

from api.compose.backing_up import key_of
from api.compose.wiring import Settings, database_url, now
from inventory.backup.tables import Backup
from inventory.kernel.errors import InventoryError
from inventory.storage import upgrade
from inventory.storage.engine import make_engine
from inventory.storage.rows import col, table_of

State = Literal["ok", "missing", "failed"]
LATE = timedelta(days=2)
"""Backups are taken once a day."""

_NONE = (
    "Name a folder on another disk in [backup] folder, or run `purser backup FILE`"
    " by a timer; keep what `purser backup-keys` writes elsewhere."
)


def examine_backups(settings: Settings) -> Iterator[tuple[State, str, str]]:
    """Yield state, finding and remedy."""
    folder = settings.backup.folder
    key = key_of(settings)
    if folder is not None and key.given is None and key.file.is_relative_to(folder):
        yield (
            "failed",
            f"the key {key.file} lies with the backups it seals",
            "Move it away and name its place in [backup] key_file.",
        )
    table = table_of(Backup)
    try:
        engine = make_engine(database_url(settings))
        try:
            if upgrade.current(engine) != upgrade.newest():
                return
            newest = select(table).where(col(Backup.removed_at).is_(None))
            newest = newest.order_by(col(Backup.taken_at).desc()).limit(1)
            with engine.connect() as connection:
                last = connection.execute(newest).one_or_none()
        finally:
            engine.dispose()
    except InventoryError:
        return  # the check of the database says so
    if last is None:
        yield "missing", "none was taken yet", _NONE
        return
    taken = f"last taken {last.taken_at:%Y-%m-%d %H:%M} UTC"
    if last.problem:
        yield "failed", f"{taken}: {last.problem}", "Take another one and check it."
    elif now() - last.taken_at > LATE:
        yield "missing", taken, _NONE
    elif last.verified_at is None:
        yield "missing", f"{taken}, not checked", "Run `purser backups verify`."
    else:
        yield "ok", f"{taken}, checked", ""
