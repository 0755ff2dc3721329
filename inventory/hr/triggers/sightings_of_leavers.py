"""What the network shows of things that should not be there. Imports `network`.

A laptop of somebody who left, one that was returned, is lost or lies in stock, and is
seen on a switch port: its line is opened again with port and moment. Nobody is accused:
a person looks at it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from inventory.assets.register.tables import Asset, AssetState, Custody
from inventory.hr.cases.steps import take_automatic_step
from inventory.hr.context import CaseContext
from inventory.kernel.events import NetworkCompared, StrayAssetSeen
from inventory.kernel.texts import N_, Said
from inventory.network import tables as network
from inventory.network.identity_tables import Reconciliation
from inventory.network.queries.topology import plugged_in
from inventory.people.tables import Employment
from inventory.provisioning.case_tables import CaseLine, LineStep, ProvisioningCase
from inventory.provisioning.tables import Task
from inventory.provisioning.tasks import open_task
from inventory.storage.rows import Row, col, find, id_of, table_of

_CUSTODY = table_of(Custody)
_CASE = table_of(ProvisioningCase)
_LINE = table_of(CaseLine)
_DEVICE = table_of(network.Device)
_MATCH = table_of(Reconciliation)

_AWAY = ("in_stock", "reserved", "prepared", "lost", "stolen", "retired", "disposed")
"""States of an asset in which nobody should use it."""
_SIGHTABLE = frozenset(
    "due in_return received evaluated restocked repair disposed lost stolen"
    " bought_out written_off".split()
)


def find_stray_assets(context: CaseContext, site: str = "") -> int:
    """Compare what was seen with who should have it; return how many are astray.

    Args:
        context: The change; the caller commits.
        site: Only devices of this site; all without.
    """
    context.lock_cases()
    found = 0
    for row in _sightings(context, site):
        line, reason = _why_stray(context, row)
        if reason and _report(context, row, line, reason):
            found += 1
    return found


def _sightings(context: CaseContext, site: str) -> list[Row]:
    query = (
        select(
            id_of(Asset),
            col(Asset.tag),
            col(Asset.state),
            id_of(network.Device).label("device_id"),
            col(network.Device.last_seen),
            col(network.Device.address),
        )
        .join(_MATCH, col(Reconciliation.asset_id) == id_of(Asset))
        .join(_DEVICE, id_of(network.Device) == col(Reconciliation.device_id))
        .where(col(Reconciliation.closed_at).is_(None))
        .order_by(id_of(Asset))
    )
    left = (
        select(id_of(Employment))
        .join(_CUSTODY, col(Custody.person_id) == col(Employment.person_id))
        .where(
            col(Custody.asset_id) == id_of(Asset),
            col(Custody.valid_to).is_(None),
            col(Employment.valid_to).is_not(None),
        )
    )
    query = query.where(or_(col(Asset.state).in_(_AWAY), left.exists()))
    if site:
        query = query.where(col(network.Device.site) == site)
    return [dict(row) for row in context.connection.execute(query).mappings().all()]


def _why_stray(context: CaseContext, row: Row) -> tuple[Row | None, str]:
    """Return the line it belongs to, and why it should not be seen; empty if it may."""
    seen: date = row["last_seen"].date()
    line = _line_of(context, row["id"])
    if row["state"] in _AWAY:
        since = _out_of_use_since(context, row["id"])
        if since is not None and seen > since:
            return line, Said(
                N_("it is {state} since {since}"),
                state=row["state"].replace("_", " "),
                since=since,
            )
        return line, ""
    custody = find(context.connection, Custody, asset_id=row["id"], valid_to=None)
    gone = (
        _employment_ended_on(context, custody["person_id"], seen) if custody else None
    )
    return line, "" if gone is None else Said(
        N_("its holder left on {gone}"), gone=gone
    )


def _employment_ended_on(
    context: CaseContext, person_id: int | None, seen: date
) -> date | None:
    """Return the first day without an employment; None if there is one on a day."""
    if person_id is None:
        return None
    query = select(col(Employment.valid_from), col(Employment.valid_to)).where(
        col(Employment.person_id) == person_id
    )
    ends = []
    for start, end in context.connection.execute(query):
        if end is None or (start <= seen < end) or start > seen:
            return None
        ends.append(end)
    return max(ends, default=None)


def _out_of_use_since(context: CaseContext, asset_id: int) -> date | None:
    query = select(col(AssetState.since), col(AssetState.state)).where(
        col(AssetState.asset_id) == asset_id
    )
    rows = context.connection.execute(
        query.order_by(col(AssetState.since), id_of(AssetState))
    ).all()
    since: date | None = None
    for day, state in rows:
        if state not in _AWAY:
            since = None
        elif since is None:
            since = day
    return since


def on_network_compared(context: CaseContext, event: NetworkCompared) -> None:
    """Look after a scan, in the transaction of its conclusions."""
    find_stray_assets(context, event.site)


def _line_of(context: CaseContext, asset_id: int) -> Row | None:
    query = (
        select(_LINE)
        .where(col(CaseLine.asset_id) == asset_id, col(CaseLine.action) == "return")
        .order_by(id_of(CaseLine).desc())
        .limit(1)
    )
    row = context.connection.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _report(context: CaseContext, row: Row, line: Row | None, reason: str) -> bool:
    """Open the line again, or a task if there is none; return whether it is news."""
    port = _last_seen_port(context, row["device_id"])
    at: datetime = row["last_seen"].replace(second=0, microsecond=0)
    place = Said(N_("{port} at {at}"), port=port, at=at)
    note = Said(
        N_("{tag} was seen on {place}; {reason}"),
        tag=row["tag"],
        place=place,
        reason=reason,
    )
    key = f"{row['id']}:{at:%Y-%m-%d}:{port}"
    number = open_task(
        context.work,
        "sighting",
        source=context.work.actor,
        line_id=line["id"] if line else None,
        case_id=line["case_id"] if line else None,
        subject=Said(N_("{tag} is on the network"), tag=row["tag"]),
        detail=note,
        owner="it",
        key=key,
    )
    if line is None:
        return _is_new(context, number)
    if line["state"] not in _SIGHTABLE or _is_reported(context, line, note):
        return False
    take_automatic_step(context, line, "sight", note)
    case: dict[str, Any] = {"state": "open", "closed_on": None}
    context.connection.execute(
        _CASE.update().where(id_of(ProvisioningCase) == line["case_id"]).values(case)
    )
    context.work.emit(
        StrayAssetSeen(asset_id=row["id"], line_id=line["id"], place=place)
    )
    return True


def _is_new(context: CaseContext, task_id: int) -> bool:
    row = find(context.connection, Task, id=task_id)
    return row is not None and row["recorded_at"] == context.work.clock()


def _is_reported(context: CaseContext, line: Row, note: str) -> bool:
    query = select(id_of(LineStep)).where(
        col(LineStep.line_id) == line["id"],
        col(LineStep.name) == "sight",
        col(LineStep.note) == note,
    )
    return context.connection.execute(query.limit(1)).scalar() is not None


def _last_seen_port(context: CaseContext, device_id: int) -> str:
    """Return switch and port where a device was seen last."""
    found = [
        row
        for row in plugged_in(context.connection, device_id)
        if row["device_id"] is not None
    ]
    if not found:
        return Said(N_("a place that is not known"))
    last = max(found, key=lambda row: row["last_seen"])
    return Said(
        N_("{device} port {port}"), device=last["device_name"], port=last["port"]
    )
