"""Recurring charges: what is to be paid, and whose part it is. Imports `storage`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete

from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import add, add_many, change_row, col, get, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.charge_tables import ChargeShare, RecurringCharge
from inventory.telecom.estate.tables import TelecomLine


def add_charge(
    work: UnitOfWork, values: Mapping[str, Any], shares: Mapping[int, int]
) -> int:
    """Add a recurring charge; return its id.

    Args:
        work: The unit of work; the caller commits.
        values: Columns of `telecom_charge`.
        shares: Cost centre -> weight, for a charge that is shared so.

    Raises:
        NotAllowed: The line is of another account.
        Invalid: It ends before it begins, or is shared by shares and has none.
    """
    _check(work, values)
    if (values.get("sharing") == "shares") != bool(shares):
        raise Invalid(
            N_("A charge is shared by its shares, or it has none."),
            where="shares",
            remedy=N_("Say `sharing: shares` and the weight of each cost centre."),
        )
    charge_id = add(work, RecurringCharge, values)
    _share(work, charge_id, shares)
    return charge_id


def change_charge(work: UnitOfWork, charge_id: int, values: Mapping[str, Any]) -> bool:
    """Correct a charge; return whether anything changed.

    What was accrued or billed stays as it is; a new price is a new charge.

    Raises:
        Invalid: It would end before it begins.
    """
    row = get(work.connection, RecurringCharge, charge_id, lock=True)
    _check(work, {**row, **values})
    return change_row(work, RecurringCharge, row, values)


def end_charge(work: UnitOfWork, charge_id: int, on: date) -> bool:
    """End a charge: `on` is the first day it is to be paid no more.

    Raises:
        Invalid: That lies before its first day.
    """
    return change_charge(work, charge_id, {"valid_to": on})


def reprice(work: UnitOfWork, charge_id: int, amount: int, on: date) -> int:
    """Let a charge cost another amount from a day on; return the id of the new one.

    Raises:
        Invalid: The day lies before its first day.
    """
    row = get(work.connection, RecurringCharge, charge_id, lock=True)
    if on <= row["valid_from"] or (row["valid_to"] and on >= row["valid_to"]):
        raise Invalid(
            N_("The charge does not run before and after {on}."),
            where="on",
            remedy=N_("Correct the charge itself, or give a day within it."),
            on=on,
        )
    table = table_of(ChargeShare)
    query = table.select().where(col(ChargeShare.charge_id) == charge_id)
    shares = {
        one["cost_centre_id"]: one["weight"]
        for one in work.connection.execute(query).mappings()
    }
    kept = {n: v for n, v in row.items() if n not in ("id", "recorded_at")}
    change_row(work, RecurringCharge, row, {"valid_to": on}, action="reprice")
    new = {**kept, "amount_minor": amount, "valid_from": on}
    return add_charge(work, new, shares)


def set_shares(work: UnitOfWork, charge_id: int, shares: Mapping[int, int]) -> None:
    """Let cost centres pay a charge by weight; without any, whoever has the line."""
    row = get(work.connection, RecurringCharge, charge_id, lock=True)
    work.connection.execute(
        delete(table_of(ChargeShare)).where(col(ChargeShare.charge_id) == charge_id)
    )
    _share(work, charge_id, shares)
    sharing = "shares" if shares else "line"
    change_row(work, RecurringCharge, row, {"sharing": sharing})
    told = {str(centre): weight for centre, weight in shares.items()}
    work.audit("telecom_charge", charge_id, "share", None, {"shares": told})


def _check(work: UnitOfWork, values: Mapping[str, Any]) -> None:
    end = values.get("valid_to")
    if end is not None and end < values["valid_from"]:
        raise Invalid(
            N_("It ends on {end}, before it begins on {start}."),
            where="valid_to",
            start=values["valid_from"],
            end=end,
        )
    if values.get("line_id") is None:
        return
    line = get(work.connection, TelecomLine, values["line_id"])
    if line["account_id"] != values["account_id"]:
        raise NotAllowed(
            N_("Line {name} is of another account than the charge."),
            where="line",
            remedy=N_("Charge it at the account of the line."),
            name=line["name"],
        )


def _share(work: UnitOfWork, charge_id: int, shares: Mapping[int, int]) -> None:
    add_many(
        work,
        ChargeShare,
        [
            {"charge_id": charge_id, "cost_centre_id": centre, "weight": weight}
            for centre, weight in sorted(shares.items())
        ],
    )
