"""Consumables: what is used up, how many each room has, and every movement."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection, func, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import (
    CONSUMABLE,
    AssetRef,
    ConsumableRef,
    LocationRef,
    PersonRef,
)
from api.resources.register.shared import (
    BUYERS,
    PEOPLE,
    PERSON_NAME,
    SEE_PRICES,
    Note,
    columns_of_table,
    money_of,
    refuse_known,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.contracts import consumables
from inventory.assets.contracts.tables import (
    Consumable,
    ConsumableMove,
    ConsumableStock,
)
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import Location, Person
from inventory.storage.rows import col, id_of, table_of

_ASSET = table_of(Asset)
_CONSUMABLE = table_of(Consumable)
_LOCATION = table_of(Location)
_MOVE = table_of(ConsumableMove)
_PERSON = table_of(Person)
_STOCK = table_of(ConsumableStock)
Movement = Literal["bought", "used", "returned", "moved", "counted"]


class Room(DetailModel):
    """How many a room has."""

    location: str
    quantity: int


class ConsumableRow(RowModel):
    """Something that is used up."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    key: Annotated[str, Column("Article", sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    unit: Annotated[str, Column("Unit")]
    minimum: Annotated[int, Column("Minimum", Show.NUMBER, sort=True)]
    note: Annotated[str, Column("Note", shown=False)]
    quantity: Annotated[int, Column("In stock", Show.NUMBER)]
    lacking: Annotated[int, Column("Lacking", Show.NUMBER)]
    rooms: list[Room]
    recorded_at: Moment


class ConsumableQuestion(Question):
    """Which consumables are asked for."""

    key: Annotated[Word, Choice("Article", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    unit: Annotated[Word, Choice("Unit", main=False)] = None
    location: Annotated[
        LocationRef | None, Choice("Room", pick="places", about="It has some.")
    ] = None
    lacking: Annotated[
        bool | None, Choice("Lacking", about="Fewer than the minimum.")
    ] = None
    minimum: Annotated[
        int | None, Field(ge=0, le=10**9), Choice("Minimum", main=False)
    ] = None


class ConsumableIn(Given):
    """A consumable."""

    key: Annotated[str, Field(min_length=1, max_length=100), Input("Article number")]
    name: Annotated[str, Field(max_length=200), Input("Name")] = ""
    unit: Annotated[
        str | None, Field(max_length=20), Input("Unit", hint="piece, m ...")
    ] = None
    minimum: Annotated[int | None, Field(ge=0, le=10**9), Input("At least")] = None
    note: Annotated[str | None, Field(max_length=2000), Input("Note")] = None


ConsumableEditIn = partial(ConsumableIn, "ConsumableEditIn", "key")


class MoveIn(Given):
    """Some came, went, were brought elsewhere or counted."""

    key: Annotated[ConsumableRef, Input("Article", pick="consumables")]
    kind: Annotated[Movement, Input("What")]
    location: Annotated[LocationRef, Input("Room", pick="places")]
    quantity: Annotated[int, Field(ge=0, le=10**9), Input("How many")]
    to: Annotated[LocationRef | None, Input("To room", pick="places")] = None
    person: Annotated[PersonRef | None, Input("For whom", pick="people")] = None
    tag: Annotated[AssetRef | None, Input("For the asset", pick="assets")] = None
    cost: Annotated[str | None, Field(max_length=40), Input("Cost", kind="money")] = (
        None
    )
    currency: Annotated[
        str | None, Field(min_length=3, max_length=3), Input("Currency")
    ] = None
    on: Annotated[date | None, Input("On", hint="Today without.")] = None
    note: Annotated[Note, Input("Note")] = ""


_AVAILABLE = (
    select(func.coalesce(func.sum(col(ConsumableStock.quantity)), 0))
    .where(col(ConsumableStock.consumable_id) == id_of(Consumable))
    .correlate(_CONSUMABLE)
    .scalar_subquery()
)


def _with_rooms(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    number = col(ConsumableStock.consumable_id)
    query = (
        select(
            number,
            col(Location.code).label("location"),
            col(ConsumableStock.quantity),
        )
        .join(_LOCATION, id_of(Location) == col(ConsumableStock.location_id))
        .where(
            number.in_([row["id"] for row in rows]), col(ConsumableStock.quantity) > 0
        )
        .order_by(col(Location.code))
    )
    rooms: dict[int, list[dict[str, Any]]] = {}
    for one in connection.execute(query):
        room = {"location": one.location, "quantity": one.quantity}
        rooms.setdefault(one.consumable_id, []).append(room)
    for row in rows:
        row["rooms"] = rooms.get(row["id"], [])
        row["lacking"] = max(row["minimum"] - row["quantity"], 0)
    return rows


def _save(acting: Acting, given: ConsumableIn) -> dict[str, Any]:
    return {
        "id": consumables.ensure_consumable(acting.work, **given.model_dump()),
    }


def _add(acting: Acting, given: ConsumableIn) -> dict[str, Any]:
    refuse_known(acting.work.connection, Consumable, "key", given.key)
    return _save(acting, given)


def _update(acting: Acting, given: Given) -> None:
    consumables.update_consumable(acting.work, acting.id, changes_of(given))


def _move(acting: Acting, given: MoveIn) -> dict[str, Any]:
    work, thing, room = acting.work, int(given.key), int(given.location)
    day = given.on or work.clock().date()
    if given.kind == "bought":
        cost = money_of(given.cost, given.currency)
        consumables.buy_consumable(
            work, thing, room, given.quantity, day, cost=cost, note=given.note
        )
    elif given.kind == "used":
        consumables.issue_consumable(
            work,
            thing,
            room,
            given.quantity,
            day,
            person_id=None if given.person is None else int(given.person),
            asset_id=None if given.tag is None else int(given.tag),
            note=given.note,
        )
    elif given.kind == "returned":
        if given.person is None:
            raise Invalid(N_("It is not said who brings it back."), where="person")
        person = int(given.person)
        consumables.take_back_consumable(
            work, thing, room, given.quantity, day, person_id=person, note=given.note
        )
    elif given.kind == "moved":
        if given.to is None:
            raise Invalid(N_("It is not said where to."), where="to")
        target = int(given.to)
        consumables.transfer_consumable(work, thing, room, target, given.quantity, day)
    else:
        consumables.count_consumable(work, thing, room, given.quantity, day)
    return {"id": thing}


def _in_room(location_id: int, _viewer: Viewer) -> Any:  # noqa: ANN401
    has = select(col(ConsumableStock.consumable_id)).where(
        col(ConsumableStock.location_id) == location_id,
        col(ConsumableStock.quantity) > 0,
    )
    return id_of(Consumable).in_(has)


_CONSUMABLES: TableSource[ConsumableQuestion] = TableSource(
    table=_CONSUMABLE,
    columns=columns_of_table(Consumable, "id key name unit minimum note recorded_at")
    | {"quantity": _AVAILABLE},
    filters={
        "location": _in_room,
        "lacking": lambda lacking, _viewer: (
            (_AVAILABLE < col(Consumable.minimum)) == lacking
        ),
    },
    searched=(col(Consumable.key), col(Consumable.name)),
    finish=_with_rooms,
)
MOVE = Act(
    "consume",
    MoveIn,
    _move,
    BUYERS,
    verb="move",
    ref="key",
    said=N_("Noted."),
    about="Record that some came, went, were brought elsewhere or counted.",
)
CONSUMABLES = Resource(
    name="consumables",
    command="consumable",
    title=N_("Consumables"),
    counted=NN_("{count} consumable", "{count} consumables"),
    group="register",
    rows=ConsumableRow,
    question=ConsumableQuestion,
    sort="key",
    source=_CONSUMABLES,
    reference=CONSUMABLE,
    detail=ConsumableRow,
    get=_CONSUMABLES.one,
    called=lambda row: str(row["key"]),
    acts=(
        Act(
            "add-consumable",
            ConsumableIn,
            _add,
            BUYERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "update-consumable",
            ConsumableEditIn,
            _update,
            BUYERS,
            verb="update",
            said=N_("Saved."),
        ),
        MOVE,
    ),
)


class ConsumableMoveRow(RowModel):
    """Some came or went; never changed."""

    id: Annotated[int, Column("Id", sort=True, lead=True)]
    consumable_id: int
    key: Annotated[str, Column("Article", sort=True)]
    name: Annotated[str, Column("Name")]
    on: Annotated[Day, Column("On", Show.DAY, sort=True)]
    kind: Annotated[str, Column("What", Show.STATE)]
    quantity: Annotated[
        int, Column("How many", Show.NUMBER, about="Below zero: they went.")
    ]
    location_id: int
    location: Annotated[str, Column("Room")]
    person_id: Annotated[Number, Column("Person number", shown=False)]
    person: Annotated[Text, Column("For")]
    asset_id: Number
    tag: Annotated[Text, Column("For the asset")]
    cost_minor: Annotated[Number, Column("Cost", Show.MONEY, roles=SEE_PRICES)]
    currency: Annotated[Text, Column("Currency", shown=False)]
    note: Annotated[str, Column("Note")]
    recorded_at: Moment


class ConsumableMoveQuestion(Question):
    """Which movements are asked for."""

    consumable: Annotated[
        ConsumableRef | None, Choice("Article", pick="consumables")
    ] = None
    kind: Annotated[Movement | None, Choice("What")] = None
    location: Annotated[LocationRef | None, Choice("Room", pick="places")] = None
    person: Annotated[PersonRef | None, Choice("For", pick="people", main=False)] = None
    asset: Annotated[
        AssetRef | None, Choice("For the asset", pick="assets", main=False)
    ] = None
    on: Annotated[date | None, Choice("On", main=False)] = None


CONSUMABLE_MOVES = Resource(
    name="consumable-moves",
    command="consumable-move",
    title=N_("Movements of consumables"),
    counted=NN_("{count} movement", "{count} movements"),
    group="register",
    roles=PEOPLE,
    rows=ConsumableMoveRow,
    question=ConsumableMoveQuestion,
    sort="-id",
    source=TableSource(
        table=_MOVE,
        columns=columns_of_table(
            ConsumableMove,
            "id consumable_id on kind quantity location_id person_id asset_id"
            " cost_minor currency note recorded_at",
        )
        | {
            "key": col(Consumable.key),
            "name": col(Consumable.name),
            "location": col(Location.code),
            "person": PERSON_NAME,
            "tag": col(Asset.tag),
            "consumable": col(ConsumableMove.consumable_id),
            "asset": col(ConsumableMove.asset_id),
        },
        shown=tuple(ConsumableMoveRow.model_fields),
        joined=_MOVE.join(
            _CONSUMABLE, id_of(Consumable) == col(ConsumableMove.consumable_id)
        )
        .join(_LOCATION, id_of(Location) == col(ConsumableMove.location_id))
        .outerjoin(_PERSON, id_of(Person) == col(ConsumableMove.person_id))
        .outerjoin(_ASSET, id_of(Asset) == col(ConsumableMove.asset_id)),
        refers={
            "location": col(ConsumableMove.location_id),
            "person": col(ConsumableMove.person_id),
        },
        searched=(col(Consumable.key), col(Consumable.name), col(Asset.tag)),
    ),
)
