"""The key of backups, and the file that carries all keys, apart from the backups.

A backup without its key is worth nothing, and a backup that carries the keys of the
vault gives them to whoever opens it. So keys travel in a file of their own, sealed
under a passphrase (scrypt, RFC 7914).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from inventory.backup.container import OtherKey
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.vault.envelope import Key, master_key, new_master_text

KEY_FILE = "backup.key"
SHORTEST_PASSPHRASE = 12
_FORMAT = "purser keys 1"
_COST = {"n": 2**15, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class BackupKey:
    """Where the key of backups lies.

    Attributes:
        file: Used where it is not given.
        given: The key itself, from a variable; several, separated by blanks: the
            first one seals, the others only open.
    """

    file: Path
    given: str | None = field(default=None, repr=False)

    def text(self) -> str:
        """Return the keys as text.

        Raises:
            OtherKey: There is none.
        """
        if self.given is not None:
            return self.given
        if not self.file.exists():
            raise OtherKey(
                N_("The key of backups {file} is not there."),
                where="backup",
                file=self.file,
            )
        return self.file.read_text("ascii", errors="replace")

    def read(self) -> list[Key]:
        """Return the keys, the one that seals first.

        Raises:
            OtherKey: There is none.
            Invalid: It is no key.
        """
        return [master_key(word) for word in self.text().split()]

    def made(self) -> Key:
        """Return the key that seals; it is made if there is none yet."""
        if self.given is None and not self.file.exists():
            write_private(self.file, new_master_text() + "\n")
        return self.read()[0]


def write_private(file: Path, text: str) -> None:
    """Write a new file that only this user may read.

    Raises:
        FileExistsError: It is there already.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def seal_keys(keys: Mapping[str, str], passphrase: str) -> str:
    """Return the text of a file of keys.

    Args:
        keys: Name of the key file -> its text.
        passphrase: By which it is opened again.

    Raises:
        Invalid: The passphrase is too short.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Invalid(
            N_("The passphrase is shorter than {shortest} characters."),
            where="passphrase",
            shortest=SHORTEST_PASSPHRASE,
        )
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    cipher = AESGCM(_derived(passphrase, salt))
    body = cipher.encrypt(nonce, json.dumps(dict(keys)).encode(), _FORMAT.encode())
    sealed = {"salt": _text(salt), "nonce": _text(nonce), "keys": _text(body)}
    return json.dumps({"format": _FORMAT} | sealed, indent=1) + "\n"


def open_keys(text: str, passphrase: str) -> dict[str, str]:
    """Return the keys of a file of keys: name of the key file -> its text.

    Raises:
        Invalid: It is no such file, or the passphrase is another.
    """
    try:
        sealed = json.loads(text)
        if sealed["format"] != _FORMAT:
            raise ValueError(text)
        salt, nonce, body = (
            base64.b64decode(sealed[name]) for name in ("salt", "nonce", "keys")
        )
    except (ValueError, KeyError, TypeError):
        raise Invalid(
            N_("This is not a file of keys."),
            where="keys",
            remedy=N_("Give the file that `purser backup-keys` wrote."),
        ) from None
    try:
        opened = AESGCM(_derived(passphrase, salt)).decrypt(
            nonce, body, _FORMAT.encode()
        )
    except (InvalidTag, ValueError):
        raise Invalid(
            N_("The passphrase does not open this file of keys."), where="passphrase"
        ) from None
    found: dict[str, str] = json.loads(opened)
    return found


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, **_COST).derive(passphrase.encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
