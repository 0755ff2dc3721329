"""Writes who gives addresses away on which segment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select, update

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.findings.tables import DhcpServer
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

_server = table_of(DhcpServer)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardServer:
    """A DHCP server as it was heard; attributes as in `tables.DhcpServer`."""

    segment: str
    address: str
    mac: str | None = None
    router: str | None = None
    name_servers: tuple[str, ...] = ()
    domain: str | None = None
    lease_seconds: int | None = None


def write_servers(work: UnitOfWork, site: str, heard: Iterable[HeardServer]) -> int:
    """Write servers; return how many are new.

    What was not told this time stays as it was told before.
    """
    now, new = work.clock(), 0
    for each in heard:
        here = (
            _server.c.site == site,
            _server.c.segment == each.segment,
            _server.c.address == each.address,
        )
        values = {name: value for name, value in asdict(each).items() if value}
        if "name_servers" in values:
            values["name_servers"] = list(each.name_servers)
        row = work.connection.execute(select(_server.c.id).where(*here)).first()
        if row is not None:
            changes = values | {"last_seen": now}
            work.connection.execute(update(_server).where(*here).values(changes))
            continue
        values = {"name_servers": []} | values
        times = {"site": site, "first_seen": now, "last_seen": now}
        work.connection.execute(insert(_server).values(values | times))
        work.audit(
            "dhcp_server", f"{each.segment} {each.address}", "hear", None, values
        )
        new += 1
    return new
