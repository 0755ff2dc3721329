"""How the conclusions of scans that ended were drawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from inventory.network.scan_tables import Scan
from inventory.storage.rows import table_of
from inventory.storage.tables import AuditEntry

_scan, _audit = table_of(Scan), table_of(AuditEntry)


def whole_since(connection: Connection, site: str, since: datetime) -> bool:
    """Whether a scan that ended well since then looked at the whole of a site."""
    query = select(_scan.c.counts).where(
        _scan.c.site == site,
        _scan.c.state == "finished",
        _scan.c.finished_at >= since,
    )
    return any(counts.get("whole") for counts in connection.scalars(query))


_REGISTER = ("asset", "asset_identifier", "custody", "location", "employment", "device")
"""What decides whether devices and assets agree."""


def changed_since_compared(connection: Connection) -> bool:
    """Whether somebody changed the register since a scan compared devices with it."""
    done = select(_scan.c.id, _scan.c.counts).where(_scan.c.state == "finished")
    last = connection.execute(done.order_by(_scan.c.id.desc()).limit(50)).all()
    compared = next((row.id for row in last if row.counts.get("compared")), None)
    if compared is None:
        return True
    mine = (_audit.c.entity == "scan", _audit.c.entity_id == str(compared))
    end = select(func.max(_audit.c.seq)).where(*mine).scalar_subquery()
    by_others = select(_audit.c.seq).where(
        _audit.c.seq > end,
        _audit.c.entity.in_(_REGISTER),
        _audit.c.actor.not_like("scan:%"),
    )
    return connection.execute(by_others.limit(1)).first() is not None
