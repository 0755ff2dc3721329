"""What a collector has not sent yet: on disk, encrypted, through `kill -9`."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_TABLES = """
CREATE TABLE IF NOT EXISTS host (
    seq INTEGER PRIMARY KEY, uid TEXT UNIQUE, slice INTEGER, address TEXT,
    seen_at TEXT, body BLOB, sent INTEGER DEFAULT 0
)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A host that was visited."""

    seq: int
    uid: str
    slice_id: int
    address: str
    seen_at: datetime
    body: bytes


class Spool:
    """The spool of one collector; used from one thread.

    Args:
        path: Its file; made readable by this user only.
        token: Of the collector; the key is made of it.

    Raises:
        OSError: The file cannot be written.
        sqlite3.Error: Likewise.
    """

    def __init__(self, path: Path, token: str) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._key = AESGCM(hashlib.sha256(b"purser spool" + token.encode()).digest())
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(_TABLES)

    def keep(self, slice_id: int, address: str, seen_at: datetime, body: bytes) -> None:
        """Keep a host until it is sent.

        Raises:
            sqlite3.Error: The disk is full, or worse.
        """
        nonce = os.urandom(12)
        closed = nonce + self._key.encrypt(nonce, body, address.encode())
        uid = f"{slice_id}/{address}/{seen_at.isoformat()}"
        self._db.execute(
            "INSERT OR IGNORE INTO host (uid, slice, address, seen_at, body)"
            " VALUES (?, ?, ?, ?, ?)",
            (uid, slice_id, address, seen_at.isoformat(), closed),
        )

    def unsent(self, most: int = 100) -> list[Kept]:
        """Return what is to be sent, in order; what cannot be read is left out."""
        rows = self._db.execute(
            "SELECT seq, uid, slice, address, seen_at, body FROM host"
            " WHERE sent = 0 ORDER BY seq LIMIT ?",
            (most,),
        ).fetchall()
        found = []
        for seq, uid, slice_id, address, seen_at, closed in rows:
            try:
                body = self._key.decrypt(closed[:12], closed[12:], address.encode())
            except InvalidTag:  # of another token: it belongs to nobody any more
                self._db.execute("DELETE FROM host WHERE seq = ?", (seq,))
                continue
            moment = datetime.fromisoformat(seen_at)
            found.append(Kept(seq, uid, slice_id, address, moment, body))
        return found

    def mark_sent(self, kept: Sequence[Kept]) -> None:
        """Note that hosts have arrived."""
        self._db.executemany(
            "UPDATE host SET sent = 1, body = x'' WHERE seq = ?",
            [(each.seq,) for each in kept],
        )

    def addresses(self, slice_id: int) -> set[str]:
        """Return which hosts of a slice were visited."""
        rows = self._db.execute("SELECT address FROM host WHERE slice = ?", (slice_id,))
        return {address for (address,) in rows}

    def waiting(self, slice_id: int) -> int:
        """Return how many hosts of a slice are to be sent yet."""
        query = "SELECT count(*) FROM host WHERE slice = ? AND sent = 0"
        return int(self._db.execute(query, (slice_id,)).fetchone()[0])

    def drop(self, slice_id: int) -> None:
        """Forget a slice."""
        self._db.execute("DELETE FROM host WHERE slice = ?", (slice_id,))

    def wipe(self) -> None:
        """Remove everything, the file included."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        self._db.close()
