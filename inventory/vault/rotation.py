"""A fresh data key, and a fresh master key on demand; broken off, it is run again.

The file keeps old and new master key until the database is committed: at no moment is
there a secret in the database whose key is not in the file.
"""

from __future__ import annotations

from sqlalchemy import Connection

from inventory.storage.work import UnitOfWork
from inventory.vault import data_keys
from inventory.vault.envelope import Key
from inventory.vault.master_key import MasterSource


def masters_to_write(connection: Connection, source: MasterSource) -> list[Key]:
    """Return the master keys; makes the key file of an empty vault.

    Raises:
        KeyLost: There is no key, but there are secrets sealed under one.
    """
    return source.read(make=data_keys.is_empty(connection))


def rotate(work: UnitOfWork, source: MasterSource, *, new_master: bool = False) -> int:
    """Seal all secrets anew and commit; return how many.

    Args:
        work: Nothing else may be pending in it.
        source: Where the master keys are.
        new_master: Make a fresh master key as well; only in a file.

    Raises:
        NotWritable: The master key is not in a file.
        VaultError: Something cannot be opened; nothing is changed then.
    """
    masters = source.begin_rotation() if new_master else source.read()
    number = data_keys.rotate(work, masters)
    work.commit()
    if source.in_file and len(masters) > 1:
        source.end_rotation()
    return number
