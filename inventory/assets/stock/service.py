"""Reserving what is in stock; stock rooms and their minimum. Imports `storage`, rules.

Two requests at once never get the same thing: on PostgreSQL each locks the row it
takes, skips rows that others have locked and waits for those only at the end; on
SQLite there is one writer at a time.
The database would refuse a second open reservation anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Connection,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from inventory.assets.register import tables
from inventory.assets.register.transitions import set_states, take_step
from inventory.assets.stock.tables import Reservation, StockMinimum
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import (
    Row,
    add,
    add_many,
    change,
    col,
    explained,
    find,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_ASSET = table_of(tables.Asset)
_MINIMUM = table_of(StockMinimum)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationRequest:
    """What somebody needs.

    Attributes:
        name: Stable name of the request, such as `case:12/3`; asked for again, it
            gets what it got.
        kind: Kind of asset.
        model: Exactly this model; None for any.
        locations: Stock rooms to take it from; none for any place.
        person_id: For whom.
        purpose: What for.
        expires_on: First day on which the promise holds no more.
    """

    name: str
    kind: str
    model: str | None = None
    locations: tuple[int, ...] = ()
    person_id: int | None = None
    purpose: str = ""
    expires_on: date | None = None


def reserve_asset(work: UnitOfWork, request: ReservationRequest) -> int:
    """Reserve one asset in stock; return its id.

    What was bought first goes first.

    Raises:
        NotAllowed: Nothing that fits is in stock; says how many are reserved.
        Conflict: That request was ended already.
        Invalid: The request has no name.
    """
    if not request.name.strip():
        raise Invalid(N_("A request has a name."), where="name")
    known = find(work.connection, Reservation, request=request.name)
    if known is not None:
        if known["ended_at"] is not None:
            raise Conflict(
                N_("The request {name!r} is {outcome}."),
                name=request.name,
                outcome=known["outcome"],
            )
        return int(known["asset_id"])
    asset_id = _next_available(work.connection, request)
    if asset_id is None:
        raise _none_left(work.connection, request)
    today = work.clock().date()
    taken = Conflict(N_("Somebody else was faster."), remedy=N_("Ask again."))
    reasons = {"reservation": taken, "uq_reservation": taken}
    with explained(reasons):
        add(
            work,
            Reservation,
            {
                "asset_id": asset_id,
                "person_id": request.person_id,
                "request": request.name,
                "purpose": request.purpose,
                "reserved_on": today,
                "expires_on": request.expires_on,
            },
        )
    take_step(work, asset_id, "reserve", on=today, reason=request.purpose)
    return asset_id


def release_reservation(
    work: UnitOfWork, request: str, outcome: str = "released"
) -> bool:
    """End a reservation; return whether it was open.

    Args:
        work: The unit of work.
        request: Name of what asked for it.
        outcome: `released` and `expired` put the asset back into stock;
            `handed-out` leaves it to the hand-over.
    """
    known = find(work.connection, Reservation, request=request)
    if known is None or known["ended_at"] is not None:
        return False
    values = {"ended_at": work.clock(), "outcome": outcome}
    change(work, Reservation, known["id"], values, action="end")
    state = work.connection.execute(
        select(col(tables.Asset.state)).where(id_of(tables.Asset) == known["asset_id"])
    ).scalar_one()
    if outcome != "handed-out" and state in ("reserved", "prepared"):
        today = work.clock().date()
        take_step(work, known["asset_id"], "release", on=today, reason=outcome)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class StockWish:
    """Something that fits, the best first.

    Attributes:
        kind: Kind of asset.
        models: Models that do, the best first; none for any.
        rooms: Stock rooms to take it from before any other place.
        without: Assets that are promised already.
    """

    kind: str
    models: tuple[str, ...] = ()
    rooms: tuple[int, ...] = ()
    without: tuple[int, ...] = ()


def kinds_in_stock(connection: Connection, kinds: Collection[str]) -> set[str]:
    """Return those of some kinds of which anything is in stock, locked or not."""
    if not kinds:
        return set()
    query = _kinds_query(tuple(sorted(kinds)))
    return set(connection.execute(query).scalars())


@lru_cache(maxsize=100)
def _kinds_query(kinds: tuple[str, ...]) -> CompoundSelect[Any]:
    """Return the query for those of some kinds of which anything is in stock."""
    asset = tables.Asset
    each = [
        select(literal(kind).label("kind")).where(
            select(id_of(asset))
            .where(col(asset.state) == "in_stock", col(asset.kind) == kind)
            .exists()
        )
        for kind in kinds
    ]
    return union_all(*each)


def next_in_stock(connection: Connection, wish: StockWish) -> Row | None:
    """Return the asset in stock that fits best, locked; None if there is none.

    The better model goes before the nearer room, and what was bought first goes first.
    """
    free, unlocked = _stock_queries(wish.models, wish.rooms, bool(wish.without))
    asked = {"kind": wish.kind} | ({"without": wish.without} if wish.without else {})
    found = _first(connection, unlocked, asked)
    if connection.dialect.name == "sqlite":
        return found  # it has one writer, and nothing is locked by another
    # What others have locked may still become free: they may give up.
    while found is None:
        candidate = _first(connection, free, asked)
        if candidate is None:
            return None
        one = id_of(tables.Asset) == candidate["id"]
        found = _first(connection, free.where(one).with_for_update(), asked)
    return found


@lru_cache(maxsize=500)
def _stock_queries(
    models: tuple[str, ...], rooms: tuple[int, ...], without: bool
) -> tuple[Select[Any], Select[Any]]:
    """Return queries for the best asset: of all, and of those nobody has locked."""
    asset = tables.Asset
    model, place = col(asset.model), col(asset.location_id)
    order: list[Any] = [col(asset.purchased_on), col(asset.tag)]
    kind: BindParameter[str] = bindparam("kind", type_=String)
    conditions = [col(asset.state) == "in_stock", col(asset.kind) == kind]
    if rooms:
        order.insert(0, case((place.in_(rooms), 0), else_=1))
    if models:
        ranks = {name: rank for rank, name in enumerate(models)}
        order.insert(0, case(ranks, value=model))
        conditions.append(model.in_(models))
    if without:
        conditions.append(id_of(asset).not_in(bindparam("without", expanding=True)))
    free = select(_ASSET).where(*conditions).order_by(*order).limit(1)
    return free, free.with_for_update(skip_locked=True)


def _first(connection: Connection, query: Select[Any], asked: Row) -> Row | None:
    row = connection.execute(query, asked).mappings().first()
    return None if row is None else dict(row)


def reserve_chosen(
    work: UnitOfWork, chosen: Sequence[tuple[Row, str]], person_id: int, purpose: str
) -> None:
    """Reserve assets of `next_in_stock`, in few statements.

    Args:
        work: The unit of work that chose them.
        chosen: The assets, each with the name of the request, which is a new one.
        person_id: For whom.
        purpose: What for.
    """
    today = work.clock().date()
    reservations = [
        {
            "asset_id": asset["id"],
            "person_id": person_id,
            "request": name,
            "purpose": purpose,
            "reserved_on": today,
        }
        for asset, name in chosen
    ]
    add_many(work, Reservation, reservations)
    assets = [asset for asset, _ in chosen]
    set_states(work, assets, "reserved", on=today, reason=purpose, action="reserve")


def expire_reservations(work: UnitOfWork) -> int:
    """End reservations that hold no more; return how many."""
    query = select(col(Reservation.request)).where(
        col(Reservation.ended_at).is_(None),
        col(Reservation.expires_on) <= work.clock().date(),
    )
    names = list(work.connection.execute(query).scalars())
    return sum(release_reservation(work, name, "expired") for name in names)


def set_minimum(
    work: UnitOfWork, location_id: int, kind: str, minimum: int, model: str = ""
) -> None:
    """Say how many of a kind, or of a model, a stock room should have at least.

    Raises:
        Invalid: The number is below zero.
    """
    if minimum < 0:
        raise Invalid(N_("A minimum is not below zero."), where="minimum")
    of = {"location_id": location_id, "kind": kind, "model": model}
    known = find(work.connection, StockMinimum, **of)
    if known is None:
        add(work, StockMinimum, of | {"minimum": minimum})
    else:
        change(work, StockMinimum, known["id"], {"minimum": minimum})


def shortages(connection: Connection) -> list[Row]:
    """Return the minima that are not met, with what is in stock and what lacks."""
    in_stock = (
        select(func.count())
        .where(
            col(tables.Asset.state) == "in_stock",
            col(tables.Asset.location_id) == col(StockMinimum.location_id),
            col(tables.Asset.kind) == col(StockMinimum.kind),
            or_(
                col(StockMinimum.model) == "",
                col(tables.Asset.model) == col(StockMinimum.model),
            ),
        )
        .scalar_subquery()
    )
    query = select(_MINIMUM, in_stock.label("in_stock")).order_by(id_of(StockMinimum))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return [
        row | {"lacking": row["minimum"] - row["in_stock"]}
        for row in rows
        if row["in_stock"] < row["minimum"]
    ]


def _matching(request: ReservationRequest) -> Iterable[Any]:
    yield col(tables.Asset.kind) == request.kind
    if request.model is not None:
        yield col(tables.Asset.model) == request.model
    if request.locations:
        yield col(tables.Asset.location_id).in_(request.locations)


def _next_available(connection: Connection, request: ReservationRequest) -> int | None:
    if connection.dialect.name == "sqlite":
        # Nothing but a write keeps other writers out; this one changes nothing.
        connection.execute(
            update(_ASSET).where(id_of(tables.Asset) < 0).values(state="")
        )
    free = (
        select(id_of(tables.Asset))
        .where(col(tables.Asset.state) == "in_stock", *_matching(request))
        .order_by(col(tables.Asset.purchased_on), col(tables.Asset.tag))
        .limit(1)
    )
    found: int | None = connection.execute(
        free.with_for_update(skip_locked=True)
    ).scalar()
    # What others have locked may still become free: they may give up.
    while found is None:
        candidate = connection.execute(free).scalar()
        if candidate is None:
            return None
        still = free.where(id_of(tables.Asset) == candidate).with_for_update()
        found = connection.execute(still).scalar()
    return found


def _none_left(connection: Connection, request: ReservationRequest) -> NotAllowed:
    query = (
        select(func.count())
        .select_from(_ASSET)
        .where(col(tables.Asset.state) == "reserved", *_matching(request))
    )
    reserved = connection.execute(query).scalar_one()
    what = request.kind if request.model is None else f"{request.kind} {request.model}"
    return NotAllowed(
        N_("No {what} is left in stock; {reserved} are reserved."),
        remedy=N_("Order one, choose another model, or release a reservation."),
        what=what,
        reserved=reserved,
    )
