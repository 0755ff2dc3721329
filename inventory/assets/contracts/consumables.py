"""Consumables: what is used up, counted by room, with a ledger. Imports `storage`.

The number in a room is kept beside the ledger and is never below zero: the database
refuses it, so two people never take the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update

from inventory.assets.contracts.tables import (
    Consumable,
    ConsumableMove,
    ConsumableStock,
)
from inventory.kernel.days import not_future
from inventory.kernel.errors import Invalid, InventoryError, NotAllowed, NotFound
from inventory.kernel.money import Money
from inventory.kernel.texts import N_
from inventory.storage.rows import add, change, col, explained, find, get, table_of
from inventory.storage.types import UtcDateTime
from inventory.storage.work import UnitOfWork

_STOCK = table_of(ConsumableStock)
_MISSING: dict[str, InventoryError] = {
    "FOREIGN KEY": NotFound(N_("What it refers to is not there.")),
    "foreign key": NotFound(N_("What it refers to is not there.")),
}


def ensure_consumable(
    work: UnitOfWork,
    key: str,
    name: str = "",
    *,
    unit: str | None = None,
    minimum: int | None = None,
    note: str | None = None,
) -> int:
    """Add a consumable, or correct the one with that key; return its id.

    Raises:
        Invalid: No key, a new one without a name, or a minimum below zero.
    """
    key = key.strip()
    fields = {"name": name or None, "unit": unit, "minimum": minimum, "note": note}
    values = {n: v for n, v in fields.items() if v is not None}
    if not key:
        raise Invalid(N_("It has no key."), where="key")
    if minimum is not None and minimum < 0:
        raise Invalid(N_("A minimum is not below zero."), where="minimum")
    known = find(work.connection, Consumable, key=key)
    if known is None:
        if "name" not in values:
            raise Invalid(
                N_("The new consumable {key!r} has no name."), where="name", key=key
            )
        return add(work, Consumable, {"key": key, **values})
    change(work, Consumable, known["id"], values)
    return int(known["id"])


def update_consumable(
    work: UnitOfWork, consumable_id: int, values: Mapping[str, Any]
) -> bool:
    """Correct a consumable; return whether anything changed.

    Args:
        work: The unit of work.
        consumable_id: Which one.
        values: name, unit, minimum and note, as far as they change.

    Raises:
        NotFound: There is no such consumable.
        Invalid: It would have no name or unit, or a minimum below zero.
    """
    changes = {name: value for name, value in values.items() if value is not None}
    if changes.get("minimum", 0) < 0:
        raise Invalid(N_("A minimum is not below zero."), where="minimum")
    for name in ("name", "unit"):
        if not changes.get(name, "x").strip():
            raise Invalid(N_("It is missing."), where=name)
    return change(work, Consumable, consumable_id, changes)


def buy_consumable(
    work: UnitOfWork,
    consumable_id: int,
    location_id: int,
    quantity: int,
    on: date,
    *,
    cost: Money | None = None,
    note: str = "",
) -> int:
    """Take some into a room; return how many are there now.

    Raises:
        Invalid: The quantity is not above zero.
    """
    _positive(quantity)
    more = {"cost_minor": cost.minor, "currency": cost.currency} if cost else {}
    return _record_movement(
        work, consumable_id, location_id, quantity, "bought", on, note=note, **more
    )


def issue_consumable(
    work: UnitOfWork,
    consumable_id: int,
    location_id: int,
    quantity: int,
    on: date,
    *,
    person_id: int | None = None,
    asset_id: int | None = None,
    note: str = "",
) -> int:
    """Give some out of a room; return how many are left.

    Raises:
        Invalid: The quantity is not above zero.
        NotAllowed: The room has not so many.
    """
    _positive(quantity)
    return _record_movement(
        work,
        consumable_id,
        location_id,
        -quantity,
        "used",
        on,
        note=note,
        person_id=person_id,
        asset_id=asset_id,
    )


def take_back_consumable(
    work: UnitOfWork,
    consumable_id: int,
    location_id: int,
    quantity: int,
    on: date,
    *,
    person_id: int,
    note: str = "",
) -> int:
    """Take some back from a person into a room; return how many are there now.

    Raises:
        Invalid: The quantity is not above zero.
        NotAllowed: The person was not given so many.
    """
    _positive(quantity)
    _locked_quantity(work, consumable_id, location_id)
    had = given_to_person(work.connection, consumable_id, person_id)
    if quantity > had:
        raise NotAllowed(
            N_("The person has {had}, not {value}."),
            where="quantity",
            remedy=N_("Take fewer, or count the room."),
            had=had,
            value=quantity,
        )
    more = {"person_id": person_id, "note": note}
    return _record_movement(
        work, consumable_id, location_id, quantity, "returned", on, **more
    )


def given_to_person(connection: Connection, consumable_id: int, person_id: int) -> int:
    """Return how many a person was given and has not brought back."""
    query = select(func.coalesce(func.sum(col(ConsumableMove.quantity)), 0)).where(
        col(ConsumableMove.consumable_id) == consumable_id,
        col(ConsumableMove.person_id) == person_id,
        col(ConsumableMove.kind).in_(("used", "returned")),
    )
    return -int(connection.execute(query).scalar_one())


def transfer_consumable(
    work: UnitOfWork,
    consumable_id: int,
    source_id: int,
    target_id: int,
    quantity: int,
    on: date,
) -> None:
    """Bring some from a room to another.

    Raises:
        Invalid: The quantity is not above zero, or both rooms are the same.
        NotAllowed: The room has not so many.
    """
    _positive(quantity)
    if source_id == target_id:
        raise Invalid(N_("It is there already."), where="to")
    _record_movement(work, consumable_id, source_id, -quantity, "moved", on)
    _record_movement(work, consumable_id, target_id, quantity, "moved", on)


def count_consumable(
    work: UnitOfWork, consumable_id: int, location_id: int, found: int, on: date
) -> int:
    """Record how many a room really has; return the difference to the ledger.

    Raises:
        Invalid: The number is below zero.
    """
    if found < 0:
        raise Invalid(N_("A number of things is not below zero."), where="quantity")
    row = _locked_quantity(work, consumable_id, location_id)
    difference = found - row
    if difference:
        _record_movement(work, consumable_id, location_id, difference, "counted", on)
    return difference


def _positive(quantity: int) -> None:
    if quantity <= 0:
        raise Invalid(N_("Give a number above zero."), where="quantity")


def _locked_quantity(work: UnitOfWork, consumable_id: int, location_id: int) -> int:
    """Return how many a room has, its row locked; make the row if it is new."""
    get(work.connection, Consumable, consumable_id)
    with explained(_MISSING):
        work.connection.execute(
            text(
                "INSERT INTO consumable_stock"
                " (consumable_id, location_id, quantity, recorded_at)"
                " VALUES (:thing, :room, 0, :now)"
                " ON CONFLICT (consumable_id, location_id) DO NOTHING"
            ).bindparams(bindparam("now", type_=UtcDateTime)),
            {"thing": consumable_id, "room": location_id, "now": work.clock()},
        )
    query = select(col(ConsumableStock.quantity)).where(
        col(ConsumableStock.consumable_id) == consumable_id,
        col(ConsumableStock.location_id) == location_id,
    )
    return int(work.connection.execute(query.with_for_update()).scalar_one())


def _record_movement(
    work: UnitOfWork,
    consumable_id: int,
    location_id: int,
    quantity: int,
    kind: str,
    on: date,
    **more: object,
) -> int:
    not_future(on, work.clock().date())
    left = _locked_quantity(work, consumable_id, location_id) + quantity
    if left < 0:
        raise NotAllowed(
            N_("The room has {left}, not {value}."),
            where="quantity",
            remedy=N_("Take fewer, or count the room if it has more."),
            left=left - quantity,
            value=-quantity,
        )
    work.connection.execute(
        update(_STOCK)
        .where(
            col(ConsumableStock.consumable_id) == consumable_id,
            col(ConsumableStock.location_id) == location_id,
        )
        .values(quantity=left)
    )
    with explained(_MISSING):
        add(
            work,
            ConsumableMove,
            {
                "consumable_id": consumable_id,
                "location_id": location_id,
                "quantity": quantity,
                "kind": kind,
                "on": on,
                **more,
            },
        )
    return left
