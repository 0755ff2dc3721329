"""What collectors are asked, have, and brought: leases that run out. Imports tables.

A lease is the right to visit a slice for a while. Who does not prolong it loses it to
another collector of the site, or takes it up again; what was brought before is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Engine,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from inventory.jobs.collector_tables import Collector, SiteSlice, SliceHost
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.engine import writing
from inventory.storage.rows import add, change, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

LEASE = timedelta(seconds=30)
LIVES = timedelta(minutes=10)
"""A collector that was not heard of for so long tries no logins."""
MARK = "pcol_"
_collector, _slice, _host = (table_of(m) for m in (Collector, SiteSlice, SliceHost))


@dataclass(frozen=True, slots=True)
class Leased:
    """A slice for a collector.

    Attributes:
        have: Addresses that were brought already.
    """

    id: int
    spec: Mapping[str, Any]
    have: Sequence[str]


class Kept(NamedTuple):
    """A host as it is kept: packed, unread, and seen at a moment by our clock."""

    address: str
    body: bytes
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Brought:
    """A host as it came in."""

    uid: str
    slice_id: int
    address: str
    seen_at: datetime
    body: bytes


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def enrol(work: UnitOfWork, name: str, site: str) -> tuple[int, str]:
    """Make a collector; return its id and its token, which is shown once.

    Raises:
        Invalid: No name.
        Conflict: There is one of this name.
    """
    if not name.strip():
        raise Invalid(N_("The collector has no name."), where="name")
    same = select(id_of(Collector)).where(col(Collector.name) == name.strip())
    if work.connection.execute(same).first() is not None:
        raise Conflict(N_("The name {name} is taken."), where="name", name=name)
    token = MARK + secrets.token_urlsafe(32)
    values = {
        "name": name.strip(),
        "site": site,
        "digest": digest(token),
        "enrolled_by": work.actor,
        "enrolled_at": work.clock(),
    }
    return add(work, Collector, values), token


def revoke(work: UnitOfWork, collector_id: int) -> None:
    """Let a collector in no more; what it had is offered to others.

    Raises:
        NotAllowed: It was revoked before.
    """
    row = get(work.connection, Collector, collector_id, lock=True)
    if row["revoked_at"] is not None:
        raise NotAllowed(N_("It was revoked before."), where="collector")
    change(work, Collector, collector_id, {"revoked_at": work.clock()}, action="revoke")
    work.connection.execute(
        update(_slice)
        .where(
            col(SiteSlice.holder_id) == collector_id, col(SiteSlice.state) == "leased"
        )
        .values(state="offered", holder_id=None, lease_until=None)
    )


def share_of(
    connection: Connection, collector_id: int, site: str, at: datetime
) -> tuple[int, int]:
    """Return which of how many living collectors of a site one is, from 0."""
    query = select(id_of(Collector)).where(
        col(Collector.site) == site,
        col(Collector.revoked_at).is_(None),
        or_(id_of(Collector) == collector_id, col(Collector.seen_at) > at - LIVES),
    )
    living = list(connection.scalars(query.order_by(id_of(Collector))))
    return living.index(collector_id), len(living)


def has_collectors(engine: Engine, site: str) -> bool:
    """Whether a site has collectors that may still ask."""
    query = select(id_of(Collector)).where(
        col(Collector.site) == site, col(Collector.revoked_at).is_(None)
    )
    with engine.connect() as connection:
        return connection.execute(query).first() is not None


def is_heard_of(engine: Engine, site: str, at: datetime) -> bool:
    """Whether a collector of a site has asked for something lately."""
    query = select(id_of(Collector)).where(
        col(Collector.site) == site,
        col(Collector.revoked_at).is_(None),
        col(Collector.seen_at) > at - LEASE,
    )
    with engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is not None


def offer(
    engine: Engine,
    at: datetime,
    *,
    key: str,
    site: str,
    scan_id: int,
    spec: Mapping[str, Any],
    visitor: str = "collector",
) -> int:
    """Offer a slice, unless it was offered before; return its id."""
    with writing(engine) as connection:
        row = connection.execute(
            select(id_of(SiteSlice), col(SiteSlice.state))
            .where(col(SiteSlice.key) == key)
            .with_for_update()
        ).one_or_none()
        if row is not None:
            if row.state == "withdrawn":
                connection.execute(
                    update(_slice)
                    .where(id_of(SiteSlice) == row.id)
                    .values(state="offered", holder_id=None, lease_until=None)
                )
            return int(row.id)
        added = connection.execute(
            insert(_slice)
            .values(
                key=key,
                visitor=visitor,
                site=site,
                scan_id=scan_id,
                spec=dict(spec),
                state="offered",
                attempts=0,
                created_at=at,
            )
            .returning(id_of(SiteSlice))
        )
        return added.scalar_one()


def take_back(engine: Engine, slice_id: int) -> None:
    """Take back one slice that nobody waits for any more."""
    with writing(engine) as connection:
        connection.execute(
            update(_slice)
            .where(
                id_of(SiteSlice) == slice_id,
                col(SiteSlice.state).in_(("offered", "leased")),
            )
            .values(state="withdrawn")
        )


def lease(
    engine: Engine,
    at: datetime,
    *,
    collector_id: int,
    site: str,
    holding: Sequence[int],
    most: int,
    only_addresses: bool = False,
) -> list[Leased]:
    """Give a collector slices of its site: offered ones, lost ones, its own.

    Args:
        engine: The database.
        at: The present moment.
        collector_id: Who asks.
        site: Its site.
        holding: What it knows that it has.
        most: So many at once.
        only_addresses: It knows of nothing else that could be asked of it.
    """
    with writing(engine) as connection:
        rows = connection.execute(
            select(_slice)
            .where(
                col(SiteSlice.scan_id) > 0 if only_addresses else true(),
                col(SiteSlice.site) == site,
                col(SiteSlice.visitor) == "collector",
                id_of(SiteSlice).not_in(holding),
                or_(
                    col(SiteSlice.state) == "offered",
                    and_(
                        col(SiteSlice.state) == "leased",
                        or_(
                            col(SiteSlice.lease_until) < at,
                            col(SiteSlice.holder_id) == collector_id,
                        ),
                    ),
                ),
            )
            .order_by(id_of(SiteSlice))
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            connection.execute(
                update(_slice)
                .where(id_of(SiteSlice) == row.id)
                .values(
                    state="leased",
                    holder_id=collector_id,
                    lease_until=at + LEASE,
                    attempts=row.attempts + 1,
                )
            )
        have: dict[int, list[str]] = {row.id: [] for row in rows}
        brought = select(_host.c.slice_id, _host.c.address)
        for found in connection.execute(brought.where(_host.c.slice_id.in_(have))):
            have[found.slice_id].append(found.address)
    return [Leased(row.id, row.spec, have[row.id]) for row in rows]


def asked_of(
    engine: Engine, slice_id: int
) -> tuple[str, Mapping[str, Any], list[str]] | None:
    """Return site, spec and the addresses brought of an open slice; else None."""
    query = select(_slice.c.site, _slice.c.spec).where(
        id_of(SiteSlice) == slice_id,
        col(SiteSlice.state).in_(("offered", "leased")),
    )
    brought = select(_host.c.address).where(_host.c.slice_id == slice_id).distinct()
    with engine.connect() as connection:
        row = connection.execute(query).one_or_none()
        have = list(connection.scalars(brought))
    return None if row is None else (row.site, row.spec, have)


def prolong(
    engine: Engine, at: datetime, *, collector_id: int, held: Sequence[int]
) -> list[int]:
    """Prolong leases; return which of them are lost: taken, done or withdrawn."""
    lost = []
    with writing(engine) as connection:
        for slice_id in held:
            changed = connection.execute(
                update(_slice)
                .where(
                    id_of(SiteSlice) == slice_id,
                    col(SiteSlice.state) == "leased",
                    or_(
                        col(SiteSlice.holder_id) == collector_id,
                        col(SiteSlice.lease_until) < at,
                    ),
                )
                .values(holder_id=collector_id, lease_until=at + LEASE)
            )
            if not changed.rowcount:
                lost.append(slice_id)
    return lost


def store(engine: Engine, site: str, brought: Sequence[Brought]) -> list[str]:
    """Keep hosts, each once; return the ids of those that belong to no slice here."""
    wanted = {each.slice_id for each in brought}
    query = select(id_of(SiteSlice)).where(
        id_of(SiteSlice).in_(wanted), col(SiteSlice.site) == site
    )
    refused = []
    with writing(engine) as connection:
        ours = set(connection.scalars(query))
        for each in brought:
            if each.slice_id not in ours:
                refused.append(each.uid)
                continue
            again = connection.execute(
                update(_host)
                .where(col(SliceHost.uid) == each.uid)
                .values(received=_host.c.received + 1)
            )
            if not again.rowcount:
                connection.execute(
                    insert(_host).values(
                        uid=each.uid,
                        slice_id=each.slice_id,
                        address=each.address,
                        seen_at=each.seen_at,
                        body=each.body,
                        received=1,
                    )
                )
    return refused


def finish(
    engine: Engine, site: str, slice_id: int, problems: Sequence[Sequence[str]]
) -> bool:
    """Note that a slice was visited; False if it belongs to another site.

    Args:
        engine: The database.
        site: Of who visited it.
        slice_id: The slice.
        problems: (where, reason, detail) of what did not work as a whole.
    """
    with writing(engine) as connection:
        changed = connection.execute(
            update(_slice)
            .where(
                id_of(SiteSlice) == slice_id,
                col(SiteSlice.site) == site,
                col(SiteSlice.state).in_(("offered", "leased", "done")),
            )
            .values(state="done", problems=[list(each) for each in problems])
        )
    return bool(changed.rowcount)


def state_of(engine: Engine, slice_id: int) -> tuple[str, int]:
    """Return the state of a slice and how many hosts were brought."""
    with engine.connect() as connection:
        state = connection.execute(
            select(col(SiteSlice.state)).where(id_of(SiteSlice) == slice_id)
        ).scalar_one()
        count = connection.execute(
            select(func.count(_host.c.address.distinct())).where(
                col(SliceHost.slice_id) == slice_id
            )
        ).scalar_one()
    return str(state), count


def problems_of(engine: Engine, slice_id: int) -> list[tuple[str, str, str]]:
    """Return (where, reason, detail) of what did not work where a slice was visited."""
    query = select(col(SiteSlice.problems)).where(id_of(SiteSlice) == slice_id)
    with engine.connect() as connection:
        found = connection.execute(query).scalar()
    return [(where, reason, detail) for where, reason, detail in found or ()]


def brought_by(engine: Engine, slice_id: int) -> list[Kept]:
    """Return the hosts of a slice, each once: as it was seen last."""
    query = (
        select(_host.c.address, _host.c.body, _host.c.seen_at)
        .where(col(SliceHost.slice_id) == slice_id)
        .order_by(_host.c.seen_at)
    )
    with engine.connect() as connection:
        latest = {row.address: row for row in connection.execute(query)}
    return [Kept(row.address, row.body, row.seen_at) for row in latest.values()]


def forget(engine: Engine, before: datetime) -> int:
    """Delete slices and hosts of scans that ended long ago."""
    old = select(id_of(SiteSlice)).where(
        col(SiteSlice.created_at) < before,
        col(SiteSlice.state).in_(("done", "withdrawn")),
    )
    with writing(engine) as connection:
        connection.execute(delete(_host).where(_host.c.slice_id.in_(old)))
        gone = delete(_slice).where(id_of(SiteSlice).in_(old))
        return connection.execute(gone).rowcount
