"""What lies in stock rooms, their minima, and what is reserved."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Select, case, func, or_, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.references import (
    RESERVATION,
    AssetRef,
    LocationRef,
    PersonRef,
)
from api.resources.register.shared import (
    PERSON_NAME,
    WRITERS,
    Short,
    columns_of_table,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register.tables import Asset
from inventory.assets.stock import service as stock
from inventory.assets.stock.tables import Reservation, StockMinimum
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import Location, Person
from inventory.queries.register.stock import STOCK_STATES
from inventory.storage.rows import col, filled, id_of, table_of

_ASSET = table_of(Asset)
_LOCATION = table_of(Location)
_MINIMUM = table_of(StockMinimum)
_RESERVATION = table_of(Reservation)
_PERSON = table_of(Person)


def _in_state(state: str) -> Any:  # noqa: ANN401
    return func.sum(case((col(Asset.state) == state, 1), else_=0)).label(state)


def _rooms() -> Select[Any]:
    """Return one row for each room, kind and model, with numbers by state."""
    location, model = col(Location.code), col(Asset.model)
    key = (func.coalesce(location, "") + "|" + col(Asset.kind) + "|") + func.coalesce(
        model, ""
    )
    return (
        select(
            key.label("id"),
            col(Asset.location_id).label("location_id"),
            location.label("location"),
            col(Location.name).label("location_name"),
            col(Asset.kind).label("kind"),
            model.label("model"),
            *(_in_state(state) for state in STOCK_STATES),
        )
        .select_from(
            _ASSET.outerjoin(_LOCATION, id_of(Location) == col(Asset.location_id))
        )
        .where(col(Asset.state).in_(STOCK_STATES))
        .group_by(
            col(Asset.location_id), location, col(Location.name), col(Asset.kind), model
        )
    )


_ROOMS = _rooms().subquery("stock")


class StockRow(RowModel):
    """How many of a kind and model a room has."""

    id: Annotated[str, Column("Key", shown=False, sort=True)]
    location_id: Number
    location: Annotated[Text, Column("Room", sort=True, lead=True)]
    location_name: Annotated[Text, Column("Name of the room", shown=False)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    model: Annotated[Text, Column("Product", sort=True)]
    in_stock: Annotated[int, Column("In stock", Show.NUMBER, total=True)]
    reserved: Annotated[int, Column("Reserved", Show.NUMBER, total=True)]
    prepared: Annotated[int, Column("Prepared", Show.NUMBER, total=True)]


class StockQuestion(Question):
    """Which stock is asked for."""

    location: Annotated[LocationRef | None, Choice("Room", pick="places")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    in_stock: Annotated[
        int | None, Field(ge=0, le=2**31 - 1), Choice("In stock", main=False)
    ] = None


STOCK = Resource(
    name="stock",
    command="stock",
    title=N_("Stock"),
    counted=NN_("{count} product", "{count} products"),
    group="register",
    rows=StockRow,
    question=StockQuestion,
    sort="id",
    source=TableSource(
        table=_ROOMS,
        columns={name: _ROOMS.c[name] for name in StockRow.model_fields},
        refers={"location": _ROOMS.c.location_id},
        searched=(_ROOMS.c.location, _ROOMS.c.kind, _ROOMS.c.model),
        row_id=_ROOMS.c.id,
        offered=("kind",),
    ),
)


class MinimumRow(RowModel):
    """How many of a kind or a product a room should have at least."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    location: Annotated[str, Column("Room", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    model: Annotated[str, Column("Product", about="Any of the kind without.")]
    minimum: Annotated[int, Column("Minimum", Show.NUMBER, sort=True)]
    in_stock: Annotated[int, Column("In stock", Show.NUMBER)]
    lacking: Annotated[int, Column("Lacking", Show.NUMBER)]


class MinimumQuestion(Question):
    """Which minima are asked for."""

    location: Annotated[LocationRef | None, Choice("Room", pick="places")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    met: Annotated[bool | None, Choice("Met", about="There are at least so many.")] = (
        None
    )


class MinimumIn(Given):
    """How many a stock room should have at least."""

    location: Annotated[LocationRef, Input("Room", pick="places")]
    kind: Annotated[str, Field(max_length=40), Input("Kind")]
    model: Annotated[
        str, Field(max_length=200), Input("Product", hint="Any without.")
    ] = ""
    minimum: Annotated[int, Field(ge=0, le=100_000), Input("At least")]


class MinimumSet(RowModel):
    """A minimum that holds from now on."""

    location: str
    minimum: int


def _set_minimum(acting: Acting, given: MinimumIn) -> dict[str, Any]:
    number, reading = int(given.location), acting.work.connection
    stock.set_minimum(acting.work, number, given.kind, given.minimum, given.model)
    code = reading.execute(select(col(Location.code)).where(id_of(Location) == number))
    return {"location": code.scalar_one(), "minimum": given.minimum}


_THERE = (
    select(func.count())
    .where(
        col(Asset.state) == "in_stock",
        col(Asset.location_id) == col(StockMinimum.location_id),
        col(Asset.kind) == col(StockMinimum.kind),
        or_(col(StockMinimum.model) == "", col(Asset.model) == col(StockMinimum.model)),
    )
    .correlate(_MINIMUM)
    .scalar_subquery()
)
_LACKING = case(
    (col(StockMinimum.minimum) > _THERE, col(StockMinimum.minimum) - _THERE), else_=0
)
SET_MINIMUM = Act(
    "minimum",
    MinimumIn,
    _set_minimum,
    WRITERS,
    verb="set",
    said=N_("Minimum set."),
    on="list",
    answer=MinimumSet,
)
STOCK_MINIMA = Resource(
    name="stock-minima",
    command="stock-minimum",
    title=N_("Minima of stock"),
    counted=NN_("{count} minimum", "{count} minima"),
    group="register",
    rows=MinimumRow,
    question=MinimumQuestion,
    sort="location",
    source=TableSource(
        table=_MINIMUM,
        columns=columns_of_table(StockMinimum, "id kind model minimum")
        | {
            "location": col(Location.code),
            "in_stock": _THERE,
            "lacking": _LACKING,
        },
        joined=_MINIMUM.join(
            _LOCATION, id_of(Location) == col(StockMinimum.location_id)
        ),
        refers={"location": col(StockMinimum.location_id)},
        filters={
            "met": lambda met, _viewer: (_THERE >= col(StockMinimum.minimum)) == met
        },
        searched=(col(Location.code), col(StockMinimum.kind), col(StockMinimum.model)),
    ),
    acts=(SET_MINIMUM,),
)


class ReservationRow(RowModel):
    """An asset in stock that is promised, or was."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    request: Annotated[str, Column("Request", sort=True, lead=True)]
    purpose: Annotated[str, Column("Purpose")]
    reserved_on: Annotated[Day, Column("Reserved", Show.DAY, sort=True)]
    expires_on: Annotated[Day, Column("Expires", Show.DAY, sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True)]
    kind: Annotated[str, Column("Kind", Show.WORD)]
    model: Annotated[Text, Column("Product")]
    person_id: Number
    person: Annotated[Text, Column("For")]
    outcome: Annotated[Text, Column("Outcome", Show.STATE)]
    ended_at: Annotated[Moment, Column("Ended", Show.AGO, shown=False)]


class ReservationQuestion(Question):
    """Which reservations are asked for."""

    open: Annotated[
        bool | None, Choice("Open", about="They hold still (true) or no more (false).")
    ] = None
    request: Annotated[Word, Choice("Request", main=False)] = None
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    person: Annotated[PersonRef | None, Choice("For", pick="people", main=False)] = None
    kind: Annotated[Word, Choice("Kind")] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    outcome: Annotated[
        Literal["handed-out", "released", "expired"] | None,
        Choice("Outcome", main=False),
    ] = None
    reserved_on: Annotated[date | None, Choice("Reserved", main=False)] = None
    expires_on: Annotated[date | None, Choice("Expires", main=False)] = None


class ReserveIn(Given):
    """Something that is needed; `request` names it, the same gets the same."""

    request: Annotated[str, Field(min_length=1, max_length=200), Input("Request")]
    kind: Annotated[str, Field(max_length=40), Input("Kind")]
    model: Annotated[Short, Input("Product", hint="Any without.")] = None
    locations: Annotated[
        list[LocationRef],
        Field(default_factory=list, max_length=100),
        Input("Rooms", pick="places", hint="Any without."),
    ]
    person: Annotated[PersonRef | None, Input("For", pick="people")] = None
    purpose: Annotated[str, Field(max_length=500), Input("Purpose")] = ""
    expires_on: Annotated[date | None, Input("Expires")] = None


class ReleaseIn(Given):
    """A reservation that is not needed any more."""

    request: Annotated[str, Field(min_length=1, max_length=200), Input("Request")]


def _reserve(acting: Acting, given: ReserveIn) -> dict[str, Any]:
    reading = acting.work.connection
    asset_id = stock.reserve_asset(
        acting.work,
        stock.ReservationRequest(
            name=given.request,
            kind=given.kind,
            model=given.model,
            locations=tuple(int(one) for one in given.locations),
            person_id=None if given.person is None else int(given.person),
            purpose=given.purpose,
            expires_on=given.expires_on,
        ),
    )
    query = select(id_of(Reservation), col(Asset.tag)).join(
        _ASSET, id_of(Asset) == col(Reservation.asset_id)
    )
    query = query.where(col(Reservation.request) == given.request)
    number, tag = reading.execute(query).one()
    return {"id": number, "asset_id": asset_id, "tag": tag, "request": given.request}


def _release(acting: Acting, given: ReleaseIn) -> dict[str, Any]:
    return {"released": stock.release_reservation(acting.work, given.request)}


_RESERVATIONS: TableSource[ReservationQuestion] = TableSource(
    table=_RESERVATION,
    columns=columns_of_table(
        Reservation,
        "id request purpose reserved_on expires_on asset_id person_id outcome ended_at",
    )
    | columns_of_table(Asset, "tag kind model")
    | {
        "person": PERSON_NAME,
        "asset": col(Reservation.asset_id),
    },
    shown=tuple(ReservationRow.model_fields),
    joined=_RESERVATION.join(
        _ASSET, id_of(Asset) == col(Reservation.asset_id)
    ).outerjoin(_PERSON, id_of(Person) == col(Reservation.person_id)),
    refers={"person": col(Reservation.person_id)},
    filters={
        "open": lambda open_, _viewer: filled(Reservation.ended_at).is_(None) == open_
    },
    searched=(col(Reservation.request), col(Reservation.purpose), col(Asset.tag)),
)
RESERVE = Act(
    "reserve",
    ReserveIn,
    _reserve,
    WRITERS,
    verb="create",
    said=N_("{tag} is reserved."),
    many=True,
    about="Reserve one asset in stock; two requests at once never get the same one.",
)
RELEASE = Act(
    "release",
    ReleaseIn,
    _release,
    WRITERS,
    ref="request",
    said=N_("Released."),
    many=True,
    about="End a reservation; the asset is in stock again.",
)
RESERVATIONS = Resource(
    name="reservations",
    command="reservation",
    title=N_("Reservations"),
    counted=NN_("{count} reservation", "{count} reservations"),
    group="register",
    rows=ReservationRow,
    question=ReservationQuestion,
    sort="id",
    source=_RESERVATIONS,
    reference=RESERVATION,
    detail=ReservationRow,
    get=_RESERVATIONS.one,
    called=lambda row: str(row["request"]),
    acts=(RESERVE, RELEASE),
)
