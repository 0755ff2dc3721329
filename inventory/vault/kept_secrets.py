"""Small secrets of things that are no logins, such as the PIN and PUK of a SIM.

Sealed under the same data keys as credentials and rotated with them. They leave by
`opened` alone, which whoever calls notes in the audit trail. Imports `data_keys`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from inventory.storage.rows import chunks, col, find, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.vault import data_keys as keys
from inventory.vault import envelope
from inventory.vault.envelope import Key
from inventory.vault.tables import KeptSecret

_SECRET = table_of(KeptSecret)


def keep(
    work: UnitOfWork, masters: Sequence[Key], subject: str, hidden: Mapping[str, str]
) -> None:
    """Seal secrets of a thing; what was kept of it before is gone.

    Args:
        work: The unit of work; the caller commits and audits, without the secrets.
        masters: The master keys at hand.
        subject: Kind and id of the thing, such as `sim:7`; authenticated with them.
        hidden: Name -> secret.

    Raises:
        VaultError: The vault cannot be opened with these keys.
    """
    key = keys.current_key(work, masters)
    values = {
        "subject": subject,
        "key": key.name,
        "sealed": envelope.seal(key, {"subject": subject}, hidden),
        "changed_at": work.clock(),
    }
    known = find(work.connection, KeptSecret, subject=subject)
    if known is None:
        work.connection.execute(insert(_SECRET).values(values))
    else:
        query = update(_SECRET).where(id_of(KeptSecret) == known["id"])
        work.connection.execute(query.values(values))


def opened(
    connection: Connection, masters: Sequence[Key], subject: str
) -> dict[str, str] | None:
    """Return the secrets of a thing by name; None: none are kept.

    Raises:
        VaultError: They cannot be opened.
    """
    row = find(connection, KeptSecret, subject=subject)
    if row is None:
        return None
    key = keys.all_keys(connection, masters)[row["key"]]
    return envelope.unseal(key, {"subject": subject}, row["sealed"], subject)


def kept(connection: Connection, subjects: Iterable[str]) -> set[str]:
    """Return the things of which secrets are kept."""
    found: set[str] = set()
    for part in chunks(subjects):
        query = select(col(KeptSecret.subject)).where(col(KeptSecret.subject).in_(part))
        found |= set(connection.execute(query).scalars())
    return found
