"""Which credential opened which device when, and the host keys seen there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.vault.tables import CredentialUse, HostKeyPin

_use = table_of(CredentialUse)
_pin = table_of(HostKeyPin)
# Built once: building a statement costs as much as running it.
_INSERT = insert(_use)
_USED_AGAIN = (
    update(_use)
    .where(
        _use.c.credential == bindparam("name"),
        _use.c.site == bindparam("at_site"),
        _use.c.address == bindparam("at_address"),
        _use.c.collector == bindparam("by"),
    )
    .values(
        uses=_use.c.uses + 1,
        last_at=bindparam("at"),
        device_id=func.coalesce(bindparam("whose", type_=Integer), _use.c.device_id),
    )
)


def note_use(
    connection: Connection,
    credential: str,
    collector: str,
    *,
    site: str,
    address: str,
    device_id: int | None,
    at: datetime,
) -> None:
    """Note that a credential opened a device."""
    mine = {"name": credential, "at_site": site, "at_address": address, "by": collector}
    moment = {"whose": device_id, "at": at}
    changed = connection.execute(_USED_AGAIN, mine | moment)
    if changed.rowcount:
        return
    connection.execute(
        _INSERT,
        {
            "credential": credential,
            "site": site,
            "address": address,
            "collector": collector,
            "device_id": device_id,
            "uses": 1,
            "first_at": at,
            "last_at": at,
        },
    )


def list_uses(
    connection: Connection,
    *,
    credential: str | None = None,
    device_id: int | None = None,
    limit: int = 1000,
) -> list[Row]:
    """Return the uses of a credential or at a device, the latest first."""
    query = (
        select(_use)
        .order_by(col(CredentialUse.last_at).desc(), id_of(CredentialUse).desc())
        .limit(limit)
    )
    if credential is not None:
        query = query.where(col(CredentialUse.credential) == credential)
    if device_id is not None:
        query = query.where(col(CredentialUse.device_id) == device_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def collectors_by_account(connection: Connection) -> list[tuple[str, str]]:
    """Return each credential with each collector it has opened devices for."""
    query = select(col(CredentialUse.credential), col(CredentialUse.collector))
    return [(row[0], row[1]) for row in connection.execute(query.distinct())]


def pinned(connection: Connection, site: str, address: str, port: int) -> str:
    """Return the fingerprints seen at a port, blank-separated."""
    query = select(col(HostKeyPin.fingerprint)).where(_pinned(site, address, port))
    return " ".join(connection.scalars(query.order_by(id_of(HostKeyPin))))


def note_host_key(
    connection: Connection,
    fingerprint: str,
    *,
    site: str,
    address: str,
    port: int,
    at: datetime,
) -> None:
    """Pin a key at first sight; a pin that is there stays."""
    mine = _pinned(site, address, port)
    row = connection.execute(select(_pin).where(mine)).first()
    if row is None:
        connection.execute(
            insert(_pin).values(
                site=site,
                address=address,
                port=port,
                fingerprint=fingerprint,
                first_at=at,
            )
        )


def note_changed_key(
    connection: Connection,
    fingerprint: str,
    *,
    site: str,
    address: str,
    port: int,
    at: datetime,
) -> None:
    """Note that another key than the pinned one was shown; the pin stays."""
    connection.execute(
        update(_pin)
        .where(
            _pinned(site, address, port),
            col(HostKeyPin.changed_to).is_distinct_from(fingerprint),
        )
        .values(changed_to=fingerprint, changed_at=at)
    )


def move_pin(
    connection: Connection,
    fingerprint: str,
    *,
    site: str,
    address: str,
    port: int,
    at: datetime,
) -> None:
    """Pin a key instead of the one that was pinned there: another machine is there."""
    connection.execute(
        update(_pin)
        .where(_pinned(site, address, port))
        .values(fingerprint=fingerprint, first_at=at, changed_to=None, changed_at=None)
    )


def list_host_keys(
    connection: Connection, *, changed_only: bool = False, limit: int = 1000
) -> list[Row]:
    """Return the pinned host keys, those that changed first."""
    query = select(_pin).order_by(
        col(HostKeyPin.changed_at).is_(None),
        col(HostKeyPin.site),
        col(HostKeyPin.address),
        col(HostKeyPin.port),
    )
    if changed_only:
        query = query.where(col(HostKeyPin.changed_to).is_not(None))
    return [dict(row) for row in connection.execute(query.limit(limit)).mappings()]


def forget_pin(work: UnitOfWork, pin_id: int) -> None:
    """Forget one pinned key; the next one that is shown there is pinned.

    Raises:
        NotFound: There is no such pin.
    """
    row = get(work.connection, HostKeyPin, pin_id, lock=True)
    work.connection.execute(_pin.delete().where(id_of(HostKeyPin) == pin_id))
    before = {"site": row["site"], "address": row["address"], "key": row["fingerprint"]}
    work.audit("host_key_pin", pin_id, "forget", before, None)


def forget_host_key(work: UnitOfWork, address: str, site: str | None = None) -> int:
    """Forget the keys of a machine that was replaced; the next one is pinned.

    Returns:
        How many pins went.

    Raises:
        NotFound: None is pinned there.
    """
    query = select(_pin).where(col(HostKeyPin.address) == address)
    if site is not None:
        query = query.where(col(HostKeyPin.site) == site)
    rows = [dict(row) for row in work.connection.execute(query).mappings()]
    if not rows:
        raise NotFound(
            N_("No host key is pinned at {address!r}."),
            address=address,
        )
    for row in rows:
        work.connection.execute(_pin.delete().where(id_of(HostKeyPin) == row["id"]))
        told = {"site": row["site"], "address": address, "key": row["fingerprint"]}
        work.audit("host_key_pin", row["id"], "forget", told, None)
    return len(rows)


def _pinned(site: str, address: str, port: int) -> ColumnElement[bool]:
    return and_(
        col(HostKeyPin.site) == site,
        col(HostKeyPin.address) == address,
        col(HostKeyPin.port) == port,
    )


def changed_keys(connection: Connection, site: str) -> frozenset[str]:
    """Return the addresses of a site where another SSH key is shown by now."""
    query = select(col(HostKeyPin.address)).where(
        col(HostKeyPin.site) == site, col(HostKeyPin.changed_to).is_not(None)
    )
    return frozenset(connection.execute(query).scalars())
