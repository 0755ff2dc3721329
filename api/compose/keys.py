"""Passwords, session cookies and the key that seals them.

How hashes are made is for `inventory.people.accounts`; here they are checked.
Sessions: Fernet (AES-128-CBC with HMAC-SHA256), whose time stamp ends them. The key
lies in the data directory, readable by its owner only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
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
        name: Random; by it the session is ended before its time.
    """

    user_id: int
    stamp: str
    name: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def key(self) -> str:
        """What is kept of a session that was ended."""
        return hashlib.sha256(self.name.encode()).hexdigest()


class Seal:
    """Makes session cookies and reads them back."""

    def __init__(self, key: bytes, hours: int) -> None:
        self._key = key
        self._fernet = Fernet(key)
        self._key = key
        self._seconds = hours * 3600

    def derived(self, purpose: str) -> bytes:
        """Return a key of its own for a purpose; the same at every start."""
        return hmac.new(self._key, purpose.encode(), hashlib.sha256).digest()

    def pass_for(self, what: str) -> str:
        """Return a proof that its bearer may see something; it ends by itself."""
        return self._fernet.encrypt(what.encode()).decode()

    def passes(self, what: str, proof: str, seconds: int = 3600) -> bool:
        """Whether a proof is one for this, and not older than some seconds."""
        try:
            return self._fernet.decrypt(proof.encode(), ttl=seconds) == what.encode()
        except InvalidToken:
            return False

    def read_pass(self, proof: str, seconds: int) -> str | None:
        """Return what a proof of `pass_for` is for; None if it is forged or old."""
        try:
            return self._fernet.decrypt(proof.encode(), ttl=seconds).decode()
        except InvalidToken:
            return None

    @property
    def seconds(self) -> int:
        """How long a session lasts."""
        return self._seconds

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for another purpose, the same in every process."""
        return hmac.digest(self._key, purpose.encode(), "sha256")

    def close(self, session: Session) -> str:
        """Return the cookie of a session."""
        text = json.dumps([session.user_id, session.stamp, session.name])
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, cookie: str) -> Session | None:
        """Return the session of a cookie; None if it is forged, broken or too old."""
        try:
            text = self._fernet.decrypt(cookie.encode(), ttl=self._seconds)
        except InvalidToken:
            return None
        try:
            user_id, stamp, name = json.loads(text)
        except ValueError:  # of an older version of the program
            return None
        return Session(user_id, stamp, name)


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
