"""Where the master key lies: a variable, the system's keyring, or a file.

The text of a source may hold several keys, one a line or separated by blanks: the
first one seals, the others only open, which is what a rotation needs on its way.
Only the file can be written here; the others are changed by whoever runs the program.
Uses the package `keyring` where it is installed.
"""

from __future__ import annotations

import importlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_
from inventory.vault.envelope import Key, KeyLost, master_key, new_master_text

KEYRING_SERVICE = "purser"
KEYRING_USER = "vault"
_ENDANGERED = stat.S_IRWXG | stat.S_IRWXO


class NotWritable(InventoryError):
    """This source of the master key cannot be changed by Purser."""

    code = "vault-source"
    remedy = "Change it yourself, then run `purser credential rotate`."


@dataclass(frozen=True, slots=True)
class MasterSource:
    """Reads the master keys, first one first.

    Attributes:
        file: Used where neither of the others is chosen.
        given: The keys themselves, from a variable; they win.
        keyring: Read them from the keyring of the operating system.
    """

    file: Path
    given: str | None = field(default=None, repr=False)
    keyring: bool = False

    def read(self, *, make: bool = False) -> list[Key]:
        """Return the keys.

        Args:
            make: Make the file if it is not there. Only for an empty vault: a fresh
                key would hide that the old one is gone.

        Raises:
            KeyLost: There is none.
            Invalid: It is no key, or others may read its file.
            OSError: The file cannot be read or written.
        """
        if self.given is not None:
            return _keys(self.given)
        if self.keyring:
            return _keys(self._from_keyring())
        if make and not self.file.exists():
            self._write(new_master_text() + "\n", new=True)
        return self._from_file()

    def text(self) -> str | None:
        """Return the keys as text; None if they are in a file that is not there.

        Raises:
            KeyLost: The keyring has none.
        """
        if self.given is not None:
            return self.given
        if self.keyring:
            return self._from_keyring()
        return self.file.read_text("ascii") if self.file.exists() else None

    def begin_rotation(self) -> list[Key]:
        """Put a fresh key in front in the file and return all keys.

        A rotation that was broken off is taken up, not begun again.

        Raises:
            NotWritable: The keys are not in a file.
        """
        self._only_file()
        keys = self._from_file()
        if len(keys) > 1:
            return keys
        old = self.file.read_text("ascii").split()
        self._write("\n".join((new_master_text(), *old)) + "\n")
        return self._from_file()

    def end_rotation(self) -> None:
        """Keep the first key only.

        Raises:
            NotWritable: The keys are not in a file.
        """
        self._only_file()
        self._write(self.file.read_text("ascii").split()[0] + "\n")

    @property
    def in_file(self) -> bool:
        """Whether the keys are in the file, which can be written."""
        return self.given is None and not self.keyring

    def _only_file(self) -> None:
        if not self.in_file:
            raise NotWritable(
                N_(
                    "The master key comes from the environment or the keyring, "
                    "which Purser does not write."
                ),
                where="vault",
                remedy=N_(
                    "Put a fresh key (`purser credential new-key`) in front of the "
                    "old one there, a blank between them, run `purser credential "
                    "rotate`, then take the old one out."
                ),
            )

    def _from_file(self) -> list[Key]:
        try:
            mode = self.file.stat().st_mode
        except FileNotFoundError:
            raise KeyLost(
                N_("The master key {file} is gone."),
                where="vault",
                remedy=N_(
                    "Restore it from your backup, or set [vault] key_file. If it "
                    "is lost for good, run `purser credential remove --all` and "
                    "enter the secrets anew."
                ),
                file=self.file,
            ) from None
        if mode & _ENDANGERED:
            raise Invalid(
                N_("Others may read the master key {file}."),
                where="vault",
                remedy=N_("Run `chmod 600 {file}`, then rotate the key."),
                file=self.file,
            )
        return _keys(self.file.read_text("ascii", errors="replace"))

    def _write(self, text: str, *, new: bool = False) -> None:
        """Write the file whole or not at all, for its owner only."""
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self.file if new else self.file.with_name(self.file.name + ".new")
        if not new:
            target.unlink(missing_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if not new:
            target.replace(self.file)

    def _from_keyring(self) -> str:
        try:
            ring: Any = importlib.import_module("keyring")
        except ImportError:
            raise Invalid(
                N_("The package keyring is not installed."),
                where="vault.keyring",
                remedy=N_("Run `pip install keyring`, or use key_file."),
            ) from None
        found: str | None = ring.get_password(KEYRING_SERVICE, KEYRING_USER)
        if not found:
            raise KeyLost(
                N_("The keyring has no master key."),
                where="vault.keyring",
                remedy=N_(
                    "Store one: `keyring set {keyring_service} {keyring_user}`; "
                    "`purser credential new-key` prints a fresh one."
                ),
                keyring_service=KEYRING_SERVICE,
                keyring_user=KEYRING_USER,
            )
        return found


def _keys(text: str) -> list[Key]:
    found = [master_key(word) for word in text.split()]
    if not found:
        raise KeyLost(
            N_("The source of the master key is empty."),
            where="vault",
        )
    return found
