"""A stream of bytes, encrypted and authenticated piece by piece. Pure.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizar 2015), as `age` uses
it: pieces of one MiB under AES-256-GCM whose nonce counts them and marks the last, so
that pieces cannot be swapped, left out or cut off. The key of a file is derived from
the key of backups, a random salt and the header, so the header is authenticated too.
"""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Mapping
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_
from inventory.vault.envelope import Key

MAGIC = b"PURSER BACKUP 1\n"
PIECE = 1 << 20
_TAG = 16
_LONGEST_HEADER = 1 << 16


class BackupDamaged(InventoryError):
    """The backup was altered or cut off."""

    code = "backup-damaged"
    remedy = "Use another backup; this one proves nothing and restores nothing."


class OtherKey(InventoryError):
    """The backup was made under another key."""

    code = "backup-key"
    remedy = (
        "Give the key it was made under: [backup] key_file, the variable"
        " PURSER_BACKUP__KEY, or the file of keys (--keys)."
    )


class SealedWriter(io.RawIOBase):
    """Encrypts what is written; `close` ends the stream, but not the file below it.

    Args:
        below: Where the encrypted bytes go.
        key: The key of backups.
        header: Stands readable at the beginning; has a JSON form.
    """

    def __init__(self, below: BinaryIO, key: Key, header: Mapping[str, object]) -> None:
        super().__init__()
        salt = secrets.token_bytes(32)
        line = _line({**header, "key": key.name, "salt": salt.hex()})
        below.write(MAGIC + line)
        self._cipher = AESGCM(_file_key(key, salt, line))
        self._below = below
        self._held = bytearray()
        self._number = 0

    def writable(self) -> bool:
        """Whether it can be written: always."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; whole pieces are encrypted and passed on."""
        taken = bytes(data)  # type: ignore[call-overload]
        self._held += taken
        while len(self._held) > PIECE:  # the last piece may be a full one
            self._pass_on(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(taken)

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._pass_on(bytes(self._held), last=True)
        super().close()

    def _pass_on(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._below.write(self._cipher.encrypt(nonce, piece, None))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Decrypts a stream; no byte is given out before its piece was checked.

    Args:
        below: The encrypted bytes, from their beginning.
        keys: Those at hand; the header says which is needed.

    Raises:
        Invalid: It is no backup.
        OtherKey: The key it needs is not at hand.
        BackupDamaged: It was altered or cut off (also while it is read).
    """

    def __init__(self, below: BinaryIO, keys: list[Key]) -> None:
        super().__init__()
        self.header, line = _read_header(below)
        wanted = self.header.get("key")
        found = next((key for key in keys if key.name == wanted), None)
        if found is None:
            raise OtherKey(
                N_("The backup needs the key {key}; at hand is {at_hand}."),
                where="backup",
                key=wanted,
                at_hand=", ".join(key.name for key in keys) or "none",
            )
        salt = bytes.fromhex(str(self.header.get("salt", "")))
        self._cipher = AESGCM(_file_key(found, salt, line))
        self._below = below
        self._next = below.read(PIECE + _TAG)
        self._number = 0
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer; 0 at the end."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._ready and not self._ended:
            self._ready = self._piece()
        part = self._ready[: len(view)]
        view[: len(part)] = part
        self._ready = self._ready[len(part) :]
        return len(part)

    def _piece(self) -> bytes:
        this, self._next = self._next, self._below.read(PIECE + _TAG)
        self._ended = not self._next
        try:
            nonce = _nonce(self._number, last=self._ended)
            piece = self._cipher.decrypt(nonce, this, None)
        except (InvalidTag, ValueError):
            raise BackupDamaged(where="backup") from None
        self._number += 1
        return piece


def read_header(below: BinaryIO) -> dict[str, object]:
    """Return what stands readable at the beginning; not yet authenticated.

    Raises:
        Invalid: It is no backup.
    """
    return _read_header(below)[0]


def _read_header(below: BinaryIO) -> tuple[dict[str, object], bytes]:
    line = b""
    if below.read(len(MAGIC)) == MAGIC:
        line = below.readline(_LONGEST_HEADER)
    try:
        header = json.loads(line)
        bytes.fromhex(header["salt"])
    except (ValueError, KeyError, TypeError):
        raise Invalid(
            N_("This is not a backup of Purser."),
            where="backup",
            remedy=N_("Give a file that `purser backup` wrote."),
        ) from None
    return header, line


def _line(header: Mapping[str, object]) -> bytes:
    return json.dumps(header, sort_keys=True).encode() + b"\n"


def _file_key(key: Key, salt: bytes, line: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, MAGIC + line).derive(key.secret)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
