"""Numbers that are rented: ranges, and the single ones in them. Imports `storage`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from inventory.kernel.errors import Conflict, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import add, add_many, change, chunks, col, get, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.ranges import checked_range, kind_of, numbers_in
from inventory.telecom.estate.tables import NumberRange, TelecomLine
from inventory.telecom.tables import PhoneNumber

_RANGE = table_of(NumberRange)
_NUMBER = table_of(PhoneNumber)


def add_range(work: UnitOfWork, values: Mapping[str, Any]) -> int:
    """Add a range, and each number of it that is not known yet; return its id.

    Args:
        work: The unit of work; the caller commits.
        values: Columns of `telecom_number_range`, without `kind`; bounds in E.164.

    Raises:
        Invalid: The bounds are not those of a range.
        Conflict: It overlaps another one; names it.
    """
    first, last = checked_range(values["first"], values["last"])
    overlaps = select(col(NumberRange.first), col(NumberRange.last)).where(
        func.length(col(NumberRange.first)) == len(first),
        col(NumberRange.first) <= last,
        col(NumberRange.last) >= first,
        col(NumberRange.returned_on).is_(None),
    )
    other = work.connection.execute(overlaps.limit(1)).one_or_none()
    if other is not None:
        raise Conflict(
            N_("The range overlaps {first} to {last}."),
            where="first",
            remedy=N_("Return that one first, or leave out what both have."),
            first=other[0],
            last=other[1],
        )
    range_id = add(work, NumberRange, {**values, "kind": kind_of(first)})
    _add_numbers(work, first, last)
    return range_id


def return_range(work: UnitOfWork, range_id: int, on: date) -> bool:
    """Give a range back to the provider; return whether it was ours.

    Raises:
        NotAllowed: A line that is not cancelled has one of its numbers.
    """
    row = get(work.connection, NumberRange, range_id, lock=True)
    query = select(col(TelecomLine.name), col(TelecomLine.e164)).where(
        func.length(col(TelecomLine.e164)) == len(row["first"]),
        col(TelecomLine.e164) >= row["first"],
        col(TelecomLine.e164) <= row["last"],
        col(TelecomLine.ended_on).is_(None),
    )
    used = work.connection.execute(query.limit(1)).one_or_none()
    if used is not None:
        raise NotAllowed(
            N_("The line {name} has the number {number} of it."),
            remedy=N_("Cancel the line first, or port its number."),
            name=used[0],
            number=used[1],
        )
    return change(work, NumberRange, range_id, {"returned_on": on}, action="return")


def _add_numbers(work: UnitOfWork, first: str, last: str) -> None:
    wanted = numbers_in(first, last)
    known: set[str] = set()
    for part in chunks(wanted):
        query = select(col(PhoneNumber.e164)).where(col(PhoneNumber.e164).in_(part))
        known |= set(work.connection.execute(query).scalars())
    now = work.clock()
    add_many(
        work,
        PhoneNumber,
        [
            {"e164": one, "kind": "did", "first_seen": now, "last_seen": now}
            for one in wanted
            if one not in known
        ],
    )
