"""Passwords, session cookies and the key that seals them.

How hashes are made is for `inventory.people.accounts`; here they are checked.
Sessions: Fernet (AES-128-CBC with HMAC-SHA256), whose time stamp ends them. The key
lies in the data directory, readable by its owner only.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from pwdlib import PasswordHash

KEY_FILE = "session.key"

_PASSWORDS = PasswordHash.recommended()


def check_password(password: str, stored: str | None) -> bool:
    """Compare in constant effort, also where there is no such account (None)."""
    if stored is None:
        _PASSWORDS.verify(password, _decoy())
        return False
    return _PASSWORDS.verify(password, stored)


_DECOYS: list[str] = []


def _decoy() -> str:
    # Made once, on the first unknown account: hashing takes tens of milliseconds.
    if not _DECOYS:
        _DECOYS.append(_PASSWORDS.hash(secrets.token_urlsafe(16)))
    return _DECOYS[0]


def new_password() -> str:
    """Return a password a person can type: four groups of letters and digits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


@dataclass(frozen=True, slots=True)
class Session:
    """What a session cookie says.

    Attributes:
        user_id: The account.
        stamp: Ends the session when the password is changed.
    """

    user_id: int
    stamp: str


class Seal:
    """Makes session cookies and reads them back."""

    def __init__(self, key: bytes, hours: int) -> None:
        self._fernet = Fernet(key)
        self._seconds = hours * 3600

    @property
    def seconds(self) -> int:
        """How long a session lasts."""
        return self._seconds

    def close(self, session: Session) -> str:
        """Return the cookie of a session."""
        text = json.dumps([session.user_id, session.stamp])
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, cookie: str) -> Session | None:
        """Return the session of a cookie; None if it is forged, broken or too old."""
        try:
            text = self._fernet.decrypt(cookie.encode(), ttl=self._seconds)
        except InvalidToken:
            return None
        user_id, stamp = json.loads(text)
        return Session(user_id, stamp)


def stamp_of(password_hash: str) -> str:
    """Return the part of a session that changes with the password."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def load_key(data_dir: Path) -> bytes:
    """Return the key of this installation; made on first use, mode 0600.

    Raises:
        OSError: The data directory cannot be written.
    """
    file = data_dir / KEY_FILE
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(handle, "wb") as stream:
        stream.write(key := Fernet.generate_key())
    return key
