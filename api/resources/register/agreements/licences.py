"""Licences with their seats, and who or what uses them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import (
    LICENCE,
    AssetRef,
    LicenceRef,
    ManufacturerRef,
    PersonRef,
)
from api.resources.register.agreements.shared import (
    AgreementDetail,
    AgreementIn,
    AgreementQuestion,
    AgreementRow,
    agreement_columns,
    agreement_values,
    parties,
    with_parties,
)
from api.resources.register.shared import (
    BUYERS,
    PEOPLE,
    PERSON_NAME,
    Short,
    columns_of_table,
    counted,
    refuse_known,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.contracts import service as licences
from inventory.assets.contracts.tables import Licence, LicenceSeat, LicenceUse
from inventory.assets.register.manufacturers import ensure_manufacturer
from inventory.assets.register.tables import Asset, Manufacturer
from inventory.assets.stock.tables import Supplier
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity, Person
from inventory.queries.register import contracts as queries
from inventory.storage.dated import still_open
from inventory.storage.rows import col, filled, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET = table_of(Asset)
_ENTITY = table_of(LegalEntity)
_LICENCE = table_of(Licence)
_MAKER = table_of(Manufacturer)
_PERSON = table_of(Person)
_SEAT = table_of(LicenceSeat)
_SUPPLIER = table_of(Supplier)
_USE = table_of(LicenceUse)


class LicenceHead(RowModel):
    """What a licence is called."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    key: Annotated[str, Column("Licence", sort=True, lead=True)]
    product: Annotated[str, Column("Product", sort=True)]
    manufacturer_id: Number
    manufacturer: Annotated[Text, Column("Manufacturer")]


class LicenceRow(AgreementRow, LicenceHead):
    """The right to use a program on so many seats."""

    reassignable: Annotated[bool, Column("Reassignable", Show.YES, shown=False)]
    seats: Annotated[int, Column("Seats", Show.NUMBER)]
    used: Annotated[int, Column("Used", Show.NUMBER)]


class LicenceQuestion(AgreementQuestion):
    """Which licences are asked for."""

    key: Annotated[Word, Choice("Licence", main=False)] = None
    product: Annotated[Word, Choice("Product", main=False)] = None
    manufacturer: Annotated[ManufacturerRef | None, Choice("Manufacturer")] = None
    person: Annotated[
        PersonRef | None, Choice("Used by", pick="people", main=False)
    ] = None
    asset: Annotated[
        AssetRef | None, Choice("Used on the asset", pick="assets", main=False)
    ] = None
    free: Annotated[bool | None, Choice("Has a free seat")] = None
    reassignable: Annotated[bool | None, Choice("Reassignable", main=False)] = None


class SeatUse(DetailModel):
    """Who or what uses a seat, or did."""

    id: int
    seat: int
    person_id: Number
    person: Text
    asset_id: Number
    tag: Text
    valid_from: Day
    valid_to: Day


class LicenceDetail(AgreementDetail):
    """A licence with who uses its seats, and did."""

    id: int
    key: str
    product: str
    manufacturer_id: Number
    reassignable: bool
    seats: int
    used: int
    uses: list[SeatUse]


class LicenceNameIn(Given):
    """What a licence is called, and its seats."""

    key: Annotated[
        str, Field(min_length=1, max_length=100), Input("Licence", hint="Our name.")
    ]
    product: Annotated[Short, Input("Product")] = None
    seats: Annotated[
        int | None, Field(ge=1, le=licences.MOST_SEATS), Input("Seats")
    ] = None
    manufacturer: Annotated[Short, Input("Manufacturer", pick="manufacturers")] = None


class LicenceIn(AgreementIn, LicenceNameIn):
    """A licence and its seats."""

    reassignable: Annotated[
        bool | None, Input("Reassignable", hint="A seat may go to somebody else.")
    ] = None


LicenceEditIn = partial(LicenceIn, "LicenceEditIn", "key")


class AssignSeatIn(Given):
    """Who or what gets a seat."""

    key: Annotated[LicenceRef, Input("Licence", pick="licences")]
    person: Annotated[PersonRef | None, Input("Person", pick="people")] = None
    tag: Annotated[AssetRef | None, Input("or asset", pick="assets")] = None
    on: Annotated[date | None, Input("From", hint="Today without.")] = None


class Assigned(DetailModel):
    """The seat that somebody or something got."""

    seat: int


class FreeSeatIn(Given):
    """A seat that is free again."""

    use_id: Annotated[int, Field(ge=1, le=2**63 - 1), Input("Use of the seat")]
    on: Annotated[date | None, Input("From", hint="Today without.")] = None


class Freed(DetailModel):
    """Whether the seat was used."""

    freed: bool


def _values(work: UnitOfWork, changes: dict[str, Any]) -> dict[str, Any]:
    values = agreement_values(work, changes)
    if "manufacturer" in values:
        name = values.pop("manufacturer")
        values["manufacturer_id"] = ensure_manufacturer(work, name) if name else None
    return values


def _save(acting: Acting, given: LicenceIn) -> dict[str, Any]:
    values = _values(acting.work, given.model_dump(exclude_none=True))
    key, seats = values.pop("key"), values.pop("seats", None)
    return {"id": licences.ensure_licence(acting.work, key, seats, **values)}


def _add(acting: Acting, given: LicenceIn) -> dict[str, Any]:
    refuse_known(acting.work.connection, Licence, "key", given.key)
    return _save(acting, given)


def _update(acting: Acting, given: Given) -> None:
    values = _values(acting.work, dict(changes_of(given)))
    seats = values.pop("seats", None)
    licences.update_licence(acting.work, acting.id, values, seats)


def _assign(acting: Acting, given: AssignSeatIn) -> dict[str, Any]:
    seat = licences.assign_seat(
        acting.work,
        int(given.key),
        given.on or acting.work.clock().date(),
        person_id=None if given.person is None else int(given.person),
        asset_id=None if given.tag is None else int(given.tag),
    )
    return {"seat": seat}


def _free(acting: Acting, given: FreeSeatIn) -> dict[str, Any]:
    day = given.on or acting.work.clock().date()
    return {"freed": licences.free_seat(acting.work, given.use_id, day)}


def _get(connection: Connection, licence_id: int, viewer: Viewer) -> Row | None:
    found = queries.licence_detail(connection, licence_id)
    if found is not None and viewer.caller.roles.isdisjoint(PEOPLE):
        found["uses"] = [row for row in found["uses"] if row["person_id"] is None]
    return found


_OWN_SEATS = select(_SEAT).where(
    col(LicenceSeat.licence_id) == id_of(Licence),
    filled(LicenceSeat.ended_on).is_(None),
)
_OWN_USES = (
    select(_USE)
    .join_from(_USE, _SEAT, id_of(LicenceSeat) == col(LicenceUse.seat_id))
    .where(col(LicenceSeat.licence_id) == id_of(Licence), still_open(LicenceUse))
)


def _used_by(column: Any) -> Any:  # noqa: ANN401
    """Return the filter for licences of which somebody or something has a seat."""
    return lambda number, _viewer: _OWN_USES.where(column == number).exists()


ASSIGN = Act(
    "assign",
    AssignSeatIn,
    _assign,
    BUYERS,
    ref="key",
    said=N_("Seat {seat}."),
    answer=Assigned,
    about="Give a free seat to a person or an asset; never more than there are.",
)
FREE_SEAT = Act(
    "unassign",
    FreeSeatIn,
    _free,
    BUYERS,
    verb="free-seat",
    on="list",
    said=N_("Freed."),
    answer=Freed,
    about="Free a seat.",
)
LICENCES = Resource(
    name="licences",
    command="licence",
    title=N_("Licences"),
    counted=NN_("{count} licence", "{count} licences"),
    group="register",
    rows=LicenceRow,
    question=LicenceQuestion,
    sort="key",
    source=TableSource(
        table=_LICENCE,
        columns=agreement_columns(Licence, "key product manufacturer_id reassignable")
        | {
            "manufacturer": col(Manufacturer.name),
            "seats": counted(_OWN_SEATS),
            "used": counted(_OWN_USES),
        },
        joined=with_parties(Licence).outerjoin(
            _MAKER, id_of(Manufacturer) == col(Licence.manufacturer_id)
        ),
        refers=parties(Licence) | {"manufacturer": col(Licence.manufacturer_id)},
        filters={
            "person": _used_by(col(LicenceUse.person_id)),
            "asset": _used_by(col(LicenceUse.asset_id)),
            "free": lambda free, _viewer: (
                (counted(_OWN_SEATS) > counted(_OWN_USES)) == free
            ),
        },
        searched=(col(Licence.key), col(Licence.product), col(Manufacturer.name)),
    ),
    reference=LICENCE,
    detail=LicenceDetail,
    get=_get,
    called=lambda row: str(row["key"]),
    acts=(
        Act(
            "add-licence",
            LicenceIn,
            _add,
            BUYERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "update-licence",
            LicenceEditIn,
            _update,
            BUYERS,
            verb="update",
            said=N_("Saved."),
        ),
        ASSIGN,
        FREE_SEAT,
    ),
)


class SeatUseRow(RowModel):
    """Who or what uses a seat of a licence, or did."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    licence_id: int
    licence: Annotated[str, Column("Licence", sort=True, lead=True)]
    product: Annotated[str, Column("Product")]
    seat: Annotated[int, Column("Seat", Show.NUMBER, sort=True)]
    person_id: Annotated[Number, Column("Person number", shown=False, roles=PEOPLE)]
    person: Annotated[Text, Column("Person", roles=PEOPLE)]
    asset_id: Number
    tag: Annotated[Text, Column("Asset")]
    valid_from: Annotated[Day, Column("From", Show.DAY, sort=True)]
    valid_to: Annotated[Day, Column("Until", Show.DAY, sort=True)]


class SeatUseQuestion(Question):
    """Which uses of seats are asked for."""

    licence: Annotated[LicenceRef | None, Choice("Licence", pick="licences")] = None
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets")] = None
    open: Annotated[bool | None, Choice("In use", about="It has not ended.")] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None


LICENCE_USES = Resource(
    name="licence-uses",
    command="licence-use",
    title=N_("Uses of licences"),
    counted=NN_("{count} seat in use", "{count} seats in use"),
    group="register",
    rows=SeatUseRow,
    question=SeatUseQuestion,
    sort="-id",
    source=TableSource(
        table=_USE,
        columns=columns_of_table(
            LicenceUse, "id person_id asset_id valid_from valid_to"
        )
        | {
            "licence_id": col(LicenceSeat.licence_id),
            "licence": col(Licence.key),
            "product": col(Licence.product),
            "seat": col(LicenceSeat.number),
            "person": PERSON_NAME,
            "tag": col(Asset.tag),
            "asset": col(LicenceUse.asset_id),
        },
        shown=tuple(SeatUseRow.model_fields),
        joined=_USE.join(_SEAT, id_of(LicenceSeat) == col(LicenceUse.seat_id))
        .join(_LICENCE, id_of(Licence) == col(LicenceSeat.licence_id))
        .outerjoin(_PERSON, id_of(Person) == col(LicenceUse.person_id))
        .outerjoin(_ASSET, id_of(Asset) == col(LicenceUse.asset_id)),
        refers={"licence": col(LicenceSeat.licence_id)},
        filters={
            "open": lambda open_, _viewer: still_open(LicenceUse) == open_,
        },
        searched=(col(Licence.key), col(Licence.product), col(Asset.tag)),
    ),
)
