"""What a collector has not sent yet: on disk, encrypted, through `kill -9`.

Hosts of slices; notes, which are all that is told beside them (logins, notices, heard
machines), each with a number that only grows; and what the log-in book remembers.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_TABLES = """
CREATE TABLE IF NOT EXISTS host (
    seq INTEGER PRIMARY KEY, uid TEXT UNIQUE, slice INTEGER, address TEXT,
    seen_at TEXT, body BLOB, sent INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS note (seq INTEGER PRIMARY KEY, kind TEXT, body BLOB);
CREATE TABLE IF NOT EXISTS memory (name TEXT PRIMARY KEY, body BLOB)
"""
MOST_NOTES = 20_000
"""Notes that are kept; past them the oldest of what was heard goes first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A host that was visited."""

    seq: int
    uid: str
    slice_id: int
    address: str
    seen_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is told beside hosts.

    Attributes:
        seq: Grows with each note, also when the file was lost.
        kind: `login`, `notice`, `machine` or `server`.
    """

    seq: int
    kind: str
    body: Any


class Spool:
    """The spool of one collector; used from any thread.

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
        secret = hashlib.sha256(b"purser spool" + token.encode()).digest()
        self._secret, self._cipher = secret, AESGCM(secret)
        self._lock = threading.Lock()
        self._arrived = 0
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_TABLES)

    def _run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def _close_up(self, body: bytes, about: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, body, about.encode())

    def _open_up(self, closed: bytes, about: str) -> bytes:
        return self._cipher.decrypt(closed[:12], closed[12:], about.encode())

    # Hosts.

    def keep(self, slice_id: int, address: str, seen_at: datetime, body: bytes) -> None:
        """Keep a host until it is sent.

        Raises:
            sqlite3.Error: The disk is full, or worse.
        """
        uid = f"{slice_id}/{address}/{seen_at.isoformat()}"
        self._run(
            "INSERT OR IGNORE INTO host (uid, slice, address, seen_at, body)"
            " VALUES (?, ?, ?, ?, ?)",
            *(uid, slice_id, address, seen_at.isoformat()),
            self._close_up(body, address),
        )

    def unsent(self, most: int = 100) -> list[Kept]:
        """Return what is to be sent, in order; what cannot be read is left out."""
        rows = self._run(
            "SELECT seq, uid, slice, address, seen_at, body FROM host"
            " WHERE sent = 0 ORDER BY seq LIMIT ?",
            most,
        )
        found = []
        for seq, uid, slice_id, address, seen_at, closed in rows:
            try:
                body = self._open_up(closed, address)
            except InvalidTag:  # of another token: it belongs to nobody any more
                self._run("DELETE FROM host WHERE seq = ?", seq)
                continue
            moment = datetime.fromisoformat(seen_at)
            found.append(Kept(seq, uid, slice_id, address, moment, body))
        return found

    def mark_sent(self, kept: Sequence[Kept]) -> None:
        """Note that hosts have arrived."""
        with self._lock:
            self._db.executemany(
                "UPDATE host SET sent = 1, body = x'' WHERE seq = ?",
                [(each.seq,) for each in kept],
            )

    def addresses(self, slice_id: int) -> set[str]:
        """Return which hosts of a slice were visited."""
        rows = self._run("SELECT address FROM host WHERE slice = ?", slice_id)
        return {address for (address,) in rows}

    def waiting(self, slice_id: int) -> int:
        """Return how many hosts of a slice are to be sent yet."""
        query = "SELECT count(*) FROM host WHERE slice = ? AND sent = 0"
        return int(self._run(query, slice_id)[0][0])

    def drop(self, slice_id: int) -> None:
        """Forget a slice."""
        self._run("DELETE FROM host WHERE slice = ?", slice_id)

    # Notes.

    def note(self, kind: str, body: Mapping[str, Any]) -> None:
        """Keep a note until it is sent; what was heard first goes where it is too much.

        Raises:
            sqlite3.Error: The disk is full, or worse.
        """
        closed = self._close_up(json.dumps(dict(body)).encode(), kind)
        self._run(
            "INSERT INTO note (seq, kind, body) VALUES"
            " (max(?, coalesce((SELECT max(seq) FROM note), 0) + 1), ?, ?)",
            *(max(time.time_ns(), self._arrived + 1), kind, closed),
        )
        self._run(
            "DELETE FROM note WHERE kind <> 'login' AND seq <="
            " (SELECT seq FROM note ORDER BY seq DESC LIMIT 1 OFFSET ?)",
            MOST_NOTES,
        )

    def notes(self, most: int = 200, kind: str | None = None) -> list[Note]:
        """Return notes that are to be sent, in order; unreadable ones are left out."""
        rows = self._run(
            "SELECT seq, kind, body FROM note WHERE kind = coalesce(?, kind)"
            " ORDER BY seq LIMIT ?",
            *(kind, most),
        )
        found = []
        for seq, of, closed in rows:
            try:
                found.append(Note(seq, of, json.loads(self._open_up(closed, of))))
            except InvalidTag:
                self._run("DELETE FROM note WHERE seq = ?", seq)
        return found

    def drop_notes(self, until: int) -> None:
        """Forget notes that have arrived, up to a number."""
        self.number_after(until)
        self._run("DELETE FROM note WHERE seq <= ?", until)

    def number_after(self, last: int) -> None:
        """Number the next notes after one, even if the clock was put back meanwhile."""
        self._arrived = max(self._arrived, last)

    # What the log-in book remembers.

    def remember(self, name: str, body: Mapping[str, Any] | None) -> None:
        """Keep something under a name, which cannot be read in the file; None: forget.

        Raises:
            sqlite3.Error: The disk is full, or worse.
        """
        hidden = hmac.new(self._secret, name.encode(), "sha256").hexdigest()
        if body is None:
            self._run("DELETE FROM memory WHERE name = ?", hidden)
            return
        closed = self._close_up(json.dumps(dict(body)).encode(), hidden)
        self._run("INSERT OR REPLACE INTO memory VALUES (?, ?)", hidden, closed)

    def remembered(self) -> Iterator[dict[str, Any]]:
        """Yield all that is remembered."""
        for hidden, closed in self._run("SELECT name, body FROM memory"):
            try:
                yield json.loads(self._open_up(closed, hidden))
            except InvalidTag:  # of another token, whose holder may come back
                continue

    def wipe(self) -> None:
        """Remove everything, the file included."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
