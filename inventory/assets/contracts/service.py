"""Contracts and licences: recorded, assigned, ended. Imports `storage`.

A licence is never over-assigned: its seats are rows, and the database lets a seat be
used by one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import SQLModel

from inventory.assets.contracts.tables import (
    Contract,
    ContractCover,
    Licence,
    LicenceSeat,
    LicenceUse,
)
from inventory.kernel.days import not_future
from inventory.kernel.errors import (
    Conflict,
    Invalid,
    InventoryError,
    NotAllowed,
    NotFound,
)
from inventory.kernel.texts import N_
from inventory.storage.dated import still_open
from inventory.storage.rows import (
    add,
    add_many,
    change,
    col,
    explained,
    find,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_SEAT = table_of(LicenceSeat)
_USE = table_of(LicenceUse)
MOST_SEATS = 100_000
_MISSING: dict[str, InventoryError] = {
    "FOREIGN KEY": NotFound(N_("What it refers to is not there.")),
    "foreign key": NotFound(N_("What it refers to is not there.")),
}


def ensure_contract(
    work: UnitOfWork,
    number: str,
    **fields: Any,  # noqa: ANN401
) -> int:
    """Record a contract, or correct the one with that number; return its id.

    Args:
        work: The unit of work.
        number: Ours, unique.
        fields: Columns of `Contract`; those that are None stay.

    Raises:
        Invalid: Number, name, kind or start are missing, or the days contradict.
    """
    return _ensure_agreement(work, Contract, "number", number, fields, ("name", "kind"))


def update_contract(
    work: UnitOfWork, contract_id: int, values: Mapping[str, Any]
) -> bool:
    """Correct a contract; return whether anything changed.

    Args:
        work: The unit of work.
        contract_id: Which one.
        values: Columns of `Contract`; None clears one.

    Raises:
        NotFound: There is no such contract.
        Invalid: Name, kind or start would be missing, or the days contradict.
    """
    return _update_agreement(work, Contract, contract_id, values, ("name", "kind"))


def update_licence(
    work: UnitOfWork,
    licence_id: int,
    values: Mapping[str, Any],
    seats: int | None = None,
) -> bool:
    """Correct a licence; return whether anything changed but the seats.

    Args:
        work: The unit of work.
        licence_id: Which one.
        values: Columns of `Licence`; None clears one.
        seats: How many there are from now on; None leaves them.

    Raises:
        NotFound: There is no such licence.
        Invalid: Product or start would be missing, or the days contradict.
        NotAllowed: Fewer seats are wanted than are used.
    """
    changed = _update_agreement(work, Licence, licence_id, values, ("product",))
    if seats is not None:
        _set_seats(work, licence_id, seats)
    return changed


def cover_asset(work: UnitOfWork, contract_id: int, asset_id: int, on: date) -> bool:
    """Let a contract be about an asset from a day; return whether that is new.

    Raises:
        NotFound: There is no such contract or asset.
    """
    of = {"contract_id": contract_id, "asset_id": asset_id}
    if find(work.connection, ContractCover, **of, valid_to=None):
        return False
    with explained(_MISSING):
        add(work, ContractCover, {**of, "valid_from": on})
    return True


def uncover_asset(work: UnitOfWork, contract_id: int, asset_id: int, on: date) -> bool:
    """Let a contract be about an asset no more from a day; return whether it was."""
    row = find(
        work.connection,
        ContractCover,
        contract_id=contract_id,
        asset_id=asset_id,
        valid_to=None,
    )
    if row is None:
        return False
    end = {"valid_to": max(on, row["valid_from"])}
    return change(work, ContractCover, row["id"], end, action="end")


def ensure_licence(
    work: UnitOfWork,
    key: str,
    seats: int | None = None,
    **fields: Any,  # noqa: ANN401
) -> int:
    """Record a licence, or correct the one with that key; return its id.

    Args:
        work: The unit of work.
        key: Our name of it.
        seats: How many there are from now on; None leaves them.
        fields: Columns of `Licence`; those that are None stay.

    Raises:
        Invalid: Key, product or start are missing, or the number of seats is none.
        NotAllowed: Fewer seats are wanted than are used.
    """
    licence_id = _ensure_agreement(work, Licence, "key", key, fields, ("product",))
    if seats is not None:
        _set_seats(work, licence_id, seats)
    return licence_id


def assign_seat(
    work: UnitOfWork,
    licence_id: int,
    on: date,
    *,
    person_id: int | None = None,
    asset_id: int | None = None,
) -> int:
    """Give a free seat to a person or an asset; return the number of the seat.

    Who has one already keeps it.

    Raises:
        Invalid: Not one of person and asset, or the day lies in the future.
        NotAllowed: No seat is free, or the licence has ended.
        NotFound: There is no such licence, person or asset.
    """
    if (person_id is None) == (asset_id is None):
        raise Invalid(N_("A seat is for a person or an asset."), where="person")
    not_future(on, work.clock().date())
    licence = get(work.connection, Licence, licence_id, lock=True)
    if licence["ends_on"] is not None and licence["ends_on"] < on:
        raise NotAllowed(
            N_("The licence ended on {ends_on}."), ends_on=licence["ends_on"]
        )
    user = {"person_id": person_id, "asset_id": asset_id}
    column, number = next((c, n) for c, n in user.items() if n is not None)
    own_seat = (
        select(col(LicenceSeat.number))
        .join(_USE, col(LicenceUse.seat_id) == id_of(LicenceSeat))
        .where(col(LicenceSeat.licence_id) == licence_id, _USE.c[column] == number)
        .where(still_open(LicenceUse))
    )
    known: int | None = work.connection.execute(own_seat).scalar()
    if known is not None:
        return known
    seat = _free_seat(work, licence_id, on, reassignable=licence["reassignable"])
    taken = Conflict(N_("Somebody else was faster."), remedy=N_("Try again."))
    reasons = {"overlap": taken, "licence_use.seat_id": taken, "uq_licence_use": taken}
    with explained(reasons | _MISSING):
        add(work, LicenceUse, {"seat_id": seat[0], **user, "valid_from": on})
    return seat[1]


def free_seat(work: UnitOfWork, use_id: int, on: date) -> bool:
    """Free a seat from a day; return whether it was used.

    Raises:
        NotFound: There is no such use.
        Invalid: The day lies in the future.
    """
    not_future(on, work.clock().date())
    row = get(work.connection, LicenceUse, use_id, lock=True)
    if row["valid_to"] is not None:
        return False
    values = {
        "valid_to": max(on, row["valid_from"]),
        "ended_recorded_at": work.clock(),
    }
    return change(work, LicenceUse, use_id, values, action="end")


def _free_seat(
    work: UnitOfWork, licence_id: int, on: date, *, reassignable: bool
) -> tuple[int, int]:
    blocking = select(id_of(LicenceUse)).where(
        col(LicenceUse.seat_id) == id_of(LicenceSeat)
    )
    if reassignable:
        blocking = blocking.where(
            or_(still_open(LicenceUse), col(LicenceUse.valid_to) > on)
        )
    query = (
        select(id_of(LicenceSeat), col(LicenceSeat.number))
        .where(
            col(LicenceSeat.licence_id) == licence_id,
            or_(col(LicenceSeat.ended_on).is_(None), col(LicenceSeat.ended_on) > on),
            ~blocking.exists(),
        )
        .order_by(col(LicenceSeat.number))
        .limit(1)
    )
    row = work.connection.execute(query).one_or_none()
    if row is None:
        raise NotAllowed(
            N_("No seat of this licence is free."),
            remedy=N_("Free a seat, or buy more and raise their number."),
        )
    return row.id, row.number


def _set_seats(work: UnitOfWork, licence_id: int, count: int) -> None:
    if not 0 < count <= MOST_SEATS:
        raise Invalid(
            N_("A licence has 1 to {most_seats:,} seats."),
            where="seats",
            most_seats=MOST_SEATS,
        )
    get(work.connection, Licence, licence_id, lock=True)
    rows = work.connection.execute(
        select(_SEAT)
        .where(col(LicenceSeat.licence_id) == licence_id)
        .order_by(col(LicenceSeat.number))
    ).mappings()
    seats = [dict(row) for row in rows]
    living = [row for row in seats if row["ended_on"] is None]
    if count > len(living):
        last = seats[-1]["number"] if seats else 0
        new = range(last + 1, last + 1 + count - len(living))
        rows_new = [{"licence_id": licence_id, "number": n} for n in new]
        add_many(work, LicenceSeat, rows_new)
        return
    used = set(
        work.connection.execute(
            select(col(LicenceUse.seat_id)).where(still_open(LicenceUse))
        ).scalars()
    )
    free = [row for row in reversed(living) if row["id"] not in used]
    surplus = len(living) - count
    if surplus > len(free):
        raise NotAllowed(
            N_("{living} seats are used; {count} are too few."),
            where="seats",
            remedy=N_("Free seats first."),
            living=len(living) - len(free),
            count=count,
        )
    for row in free[:surplus]:
        end = {"ended_on": work.clock().date()}
        change(work, LicenceSeat, row["id"], end, action="end")


def _ensure_agreement(
    work: UnitOfWork,
    model: Any,  # noqa: ANN401
    unique: str,
    name: str,
    fields: dict[str, Any],
    needed: tuple[str, ...],
) -> int:
    name = name.strip()
    if not name:
        raise Invalid(N_("It is empty."), where=unique)
    values = {key: value for key, value in fields.items() if value is not None}
    known = find(work.connection, model, **{unique: name})
    _check_agreement({**(known or {}), **values}, needed)
    with explained(_MISSING):
        if known is None:
            return add(work, model, {unique: name, **values})
        change(work, model, known["id"], values)
    return int(known["id"])


def _update_agreement(
    work: UnitOfWork,
    model: type[SQLModel],
    row_id: int,
    values: Mapping[str, Any],
    needed: tuple[str, ...],
) -> bool:
    old = get(work.connection, model, row_id, lock=True)
    _check_agreement({**old, **values}, needed)
    with explained(_MISSING):
        return change(work, model, row_id, values)


def _check_agreement(merged: Mapping[str, Any], needed: tuple[str, ...]) -> None:
    """Refuse a contract or a licence that lacks something, or whose days contradict."""
    for key in (*needed, "starts_on"):
        if not merged.get(key):
            raise Invalid(N_("It is missing."), where=key)
    start, end = merged["starts_on"], merged.get("ends_on")
    notice = merged.get("notice_on")
    if end is not None and end < start:
        raise Invalid(
            N_("The end {end} lies before the start {start}."),
            where="ends_on",
            end=end,
            start=start,
        )
    if notice is not None and end is not None and notice > end:
        raise Invalid(
            N_("The notice {notice} lies after the end."),
            where="notice_on",
            notice=notice,
        )
