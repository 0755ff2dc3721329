"""SIMs, eSIM profiles and modems. Imports `storage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from inventory.kernel.errors import Conflict, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import (
    add,
    change,
    change_row,
    col,
    explained,
    find,
    get,
    id_of,
)
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.tables import ModemSlot, SimCard, TelecomLine


def add_sim(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Add a SIM or an eSIM profile; return its id.

    Raises:
        Conflict: There is one of that ICCID.
        NotAllowed: The line is of another account.
    """
    _check_line(work, values)
    taken = Conflict(
        N_("There is a SIM {iccid} already."), where="iccid", iccid=values["iccid"]
    )
    marks = {"telecom_sim.iccid": taken, "uq_telecom_sim_iccid": taken}
    state = values.get("state") or ("active" if values.get("line_id") else "stock")
    with explained(marks):
        return add(work, SimCard, {**values, "state": state})


def change_sim(work: UnitOfWork, sim_id: int, values: Mapping[str, Any]) -> bool:
    """Correct a SIM; return whether anything changed.

    Raises:
        NotAllowed: The line is of another account.
    """
    row = get(work.connection, SimCard, sim_id, lock=True)
    _check_line(work, {**row, **values})
    return change_row(work, SimCard, row, values)


def attach_sim(
    work: UnitOfWork, sim_id: int, line_id: int | None, *, main: bool = True
) -> bool:
    """Let a SIM open a line, or none; return whether anything changed.

    The main SIM of a line that was there before becomes a twin.

    Raises:
        NotAllowed: The SIM is blocked or cancelled, or the line is of another account.
    """
    row = get(work.connection, SimCard, sim_id, lock=True)
    if row["state"] in ("blocked", "cancelled"):
        raise NotAllowed(
            N_("SIM {iccid} is {state}."),
            remedy=N_("Use another SIM."),
            iccid=row["iccid"],
            state=row["state"],
        )
    if line_id is None:
        values: dict[str, Any] = {"line_id": None, "main": True, "state": "stock"}
        return change_row(work, SimCard, row, values, action="detach")
    _check_line(work, {**row, "line_id": line_id})
    if main:
        query = select(id_of(SimCard)).where(
            col(SimCard.line_id) == line_id,
            col(SimCard.main).is_(True),
            id_of(SimCard) != sim_id,
        )
        for other in work.connection.execute(query).scalars().all():
            change(work, SimCard, other, {"main": False})
    values = {"line_id": line_id, "main": main, "state": "active"}
    return change_row(work, SimCard, row, values, action="attach")


def set_modem(
    work: UnitOfWork, imei: str, asset_id: int, slot: int, sim_id: int | None
) -> int:
    """Record a modem of an asset and the SIM in it; return its id.

    Raises:
        Conflict: Another asset has that IMEI, or another modem has the SIM or the slot.
    """
    known = find(work.connection, ModemSlot, imei=imei)
    values = {"asset_id": asset_id, "slot": slot, "sim_id": sim_id}
    if known is not None and known["asset_id"] != asset_id:
        raise Conflict(
            N_("Another asset has the IMEI {imei}."),
            where="imei",
            remedy=N_("Look at which phone it is; a modem is in one at a time."),
            imei=imei,
        )
    marks = {
        "sim_id": Conflict(N_("Another modem has that SIM."), where="sim"),
        "slot": Conflict(N_("The asset has another modem in that slot."), where="slot"),
    }
    with explained(marks):
        if known is None:
            return add(work, ModemSlot, {"imei": imei, **values})
        change_row(work, ModemSlot, known, values)
    return int(known["id"])


def _check_line(work: UnitOfWork, values: Mapping[str, Any]) -> None:
    if values.get("line_id") is None:
        return
    line = get(work.connection, TelecomLine, values["line_id"])
    if line["account_id"] != values["account_id"]:
        raise NotAllowed(
            N_("Line {name} is of another account than the SIM."),
            where="line",
            remedy=N_("Use a SIM of that account, or correct the account."),
            name=line["name"],
        )
