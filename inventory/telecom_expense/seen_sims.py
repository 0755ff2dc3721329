"""What routers tell of their modems, against the SIMs of the estate.

A router that is an asset has its modem and the SIM in it recorded by themselves; what
does not fit is told. Imports `network` and `estate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from inventory.kernel.errors import Conflict
from inventory.network.identity_tables import Reconciliation
from inventory.network.modem_tables import DeviceModem
from inventory.network.tables import Device
from inventory.storage.rows import Row, col, find, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.sims import set_modem
from inventory.telecom.estate.tables import ModemSlot, SimCard
from inventory.telecom_expense.waste_found import (
    NO_ACCOUNT,
    STRANGE_SIM,
    UNEXPECTED_SIM,
    Found,
)

_SIM, _DEVICE = table_of(SimCard), table_of(Device)
_NOT_IN_USE = ("stock", "blocked", "cancelled")


def record_seen_modems(work: UnitOfWork) -> int:
    """Record modems of devices that are assets, with the SIM in each; return how many.

    A modem or SIM that is recorded elsewhere stays there: it is found by
    `find_seen_sims` or by a person. A second time changes nothing.
    """
    changed = 0
    for row in _seen(work.connection):
        if row["imei"] is None or row["asset_id"] is None:
            continue
        known = find(work.connection, ModemSlot, imei=row["imei"])
        sim = _sim_of(work.connection, row["iccid"])
        sim_id = None if sim is None else sim["id"]
        if known is not None:
            # A modem that does not tell its SIM does not say that it has none.
            untold = row["iccid"] is None or known["sim_id"] == sim_id
            if known["asset_id"] != row["asset_id"] or untold:
                continue
            slot = known["slot"]
        else:
            slot = _next_slot(work.connection, row["asset_id"])
        if sim_id is not None and find(work.connection, ModemSlot, sim_id=sim_id):
            continue
        try:
            set_modem(work, row["imei"], row["asset_id"], slot, sim_id)
        except Conflict:
            continue
        changed += 1
    return changed


def find_seen_sims(
    connection: Connection, accounts: Mapping[int, Row], today: date
) -> Iterator[Found]:
    """Yield SIMs in devices that the estate does not know, or thinks are not used.

    Args:
        connection: Where to look.
        accounts: Accounts at providers by id.
        today: The day.
    """
    for row in _seen(connection):
        if row["iccid"] is None:
            continue
        sim = _sim_of(connection, row["iccid"])
        about = f"{row['iccid']} ({row['device']})"
        since = row["first_seen"].date()
        if sim is None:
            yield Found(STRANGE_SIM, about, since=min(since, today))
        elif sim["state"] in _NOT_IN_USE:
            account = accounts.get(sim["account_id"], NO_ACCOUNT)
            yield Found(
                UNEXPECTED_SIM,
                about,
                line_id=sim["line_id"],
                account=account,
                since=min(since, today),
            )


def _seen(connection: Connection) -> list[Row]:
    """Return the modems that are there, with the asset their device is."""
    asset = (
        select(func.min(col(Reconciliation.asset_id)))
        .where(
            col(Reconciliation.device_id) == id_of(Device),
            col(Reconciliation.closed_at).is_(None),
            col(Reconciliation.asset_id).is_not(None),
        )
        .scalar_subquery()
    )
    query = (
        select(
            table_of(DeviceModem),
            col(Device.name).label("device"),
            asset.label("asset_id"),
        )
        .join(_DEVICE, id_of(Device) == col(DeviceModem.device_id))
        .where(col(DeviceModem.removed_at).is_(None), col(Device.merged_into).is_(None))
        .order_by(id_of(DeviceModem))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _sim_of(connection: Connection, iccid: str | None) -> Row | None:
    """Return the SIM of an ICCID; some modems leave out its check digit."""
    if iccid is None:
        return None
    exact = find(connection, SimCard, iccid=iccid)
    if exact is not None:
        return exact
    query = select(_SIM).where(col(SimCard.iccid).like(f"{iccid}_")).limit(2)
    found = connection.execute(query).mappings().all()
    return dict(found[0]) if len(found) == 1 else None


def _next_slot(connection: Connection, asset_id: int) -> int:
    last = select(func.max(col(ModemSlot.slot))).where(
        col(ModemSlot.asset_id) == asset_id
    )
    return int(connection.execute(last).scalar() or 0) + 1
