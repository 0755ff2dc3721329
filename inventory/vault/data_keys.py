"""Data keys: the one that seals now, and their rotation. Imports `envelope`, `storage`.

A rotation makes a fresh data key under the first master key and seals every secret
anew, in one transaction: broken off, nothing has changed and it is run again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.vault import envelope
from inventory.vault.envelope import Key
from inventory.vault.tables import KeptSecret, StoredCredential, VaultKey

_key = table_of(VaultKey)
_credential = table_of(StoredCredential)
_secret = table_of(KeptSecret)


def authenticated_fields(row: Mapping[str, object]) -> dict[str, object]:
    """Return the public fields that are authenticated with the secret of a row.

    With the secret go where it may be sent and as whom; the order of tries does not.
    """
    fields = ("name", "kind", "site", "networks", "public", "offer_to_new", "types")
    return {field: row[field] for field in fields}


def is_empty(connection: Connection) -> bool:
    """Whether nothing is sealed yet, so that a fresh master key loses nothing."""
    return connection.execute(select(col(VaultKey.name)).limit(1)).first() is None


def current_key(work: UnitOfWork, masters: Sequence[Key]) -> Key:
    """Return the data key that seals now: the newest; made if there is none.

    Raises:
        VaultError: It cannot be opened.
    """
    newest = (
        select(_key).order_by(col(VaultKey.made_at).desc(), col(VaultKey.name)).limit(1)
    )
    row = work.connection.execute(newest).mappings().first()
    return _opened(row, masters) if row is not None else _made(work, masters[0])


def all_keys(connection: Connection, masters: Sequence[Key]) -> dict[str, Key]:
    """Return all data keys by name.

    Raises:
        VaultError: One cannot be opened.
    """
    rows = connection.execute(select(_key)).mappings()
    return {row["name"]: _opened(row, masters) for row in rows}


def rotate(work: UnitOfWork, masters: Sequence[Key]) -> int:
    """Seal everything anew; return how many secrets that were.

    Args:
        work: Not committed here.
        masters: The first one wraps from now on; the others may be forgotten after
            the commit.

    Raises:
        VaultError: Something cannot be opened; nothing is changed then.
    """
    old = all_keys(work.connection, masters)
    fresh = _made(work, masters[0])
    rows = work.connection.execute(
        select(_credential).order_by(id_of(StoredCredential))
    )
    found = [dict(row) for row in rows.mappings()]
    for row in found:
        _seal_anew(work.connection, row, old[row["key"]], fresh)
    others = work.connection.execute(select(_secret)).mappings().all()
    for other in others:
        _seal_secret_anew(work.connection, dict(other), old[other["key"]], fresh)
    work.connection.execute(delete(_key).where(col(VaultKey.name) != fresh.name))
    work.audit(
        "vault_key",
        fresh.name,
        "rotate",
        {"keys": sorted(old)},
        {"master": masters[0].name, "secrets": len(found) + len(others)},
    )
    return len(found) + len(others)


def _seal_anew(connection: Connection, row: Row, old: Key, fresh: Key) -> None:
    about = authenticated_fields(row)
    hidden = envelope.unseal(old, about, row["sealed"], f"credential {row['name']!r}")
    sealed = envelope.seal(fresh, about, hidden)
    connection.execute(
        update(_credential)
        .where(id_of(StoredCredential) == row["id"])
        .values(key=fresh.name, sealed=sealed)
    )


def _seal_secret_anew(connection: Connection, row: Row, old: Key, fresh: Key) -> None:
    about = {"subject": row["subject"]}
    hidden = envelope.unseal(old, about, row["sealed"], row["subject"])
    connection.execute(
        update(_secret)
        .where(id_of(KeptSecret) == row["id"])
        .values(key=fresh.name, sealed=envelope.seal(fresh, about, hidden))
    )


def _made(work: UnitOfWork, master: Key) -> Key:
    fresh = envelope.new_data_key()
    work.connection.execute(
        insert(_key).values(
            name=fresh.name,
            master=master.name,
            wrapped=envelope.wrap(master, fresh),
            made_at=work.clock(),
        )
    )
    return fresh


def _opened(row: Mapping[str, Any] | RowMapping, masters: Sequence[Key]) -> Key:
    return envelope.unwrap(masters, row["master"], row["name"], row["wrapped"])
