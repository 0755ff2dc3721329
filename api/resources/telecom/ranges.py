"""Ranges of numbers that are rented together."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, func, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.references import LocationRef
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import (
    RANGE,
    READERS,
    WRITERS,
    AccountRef,
    CarrierContractRef,
    Note,
)
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import Location
from inventory.storage.rows import col, get, id_of, table_of
from inventory.telecom.estate import numbers
from inventory.telecom.estate.ranges import number_of, size_of
from inventory.telecom.estate.tables import (
    CarrierContract,
    NumberRange,
    ProviderAccount,
    TelecomLine,
    TelecomProvider,
)

_RANGE = table_of(NumberRange)
_ACCOUNT = table_of(ProviderAccount)
_USED = (
    select(func.count())
    .where(
        func.length(col(TelecomLine.e164)) == func.length(col(NumberRange.first)),
        col(TelecomLine.e164) >= col(NumberRange.first),
        col(TelecomLine.e164) <= col(NumberRange.last),
        col(TelecomLine.ended_on).is_(None),
    )
    .scalar_subquery()
)


class RangeRow(RowModel):
    """A range of numbers, and how many of them lines have."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    first: Annotated[str, Column("First", Show.MONO, sort=True, lead=True)]
    last: Annotated[str, Column("Last", Show.MONO)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    size: Annotated[int, Column("Numbers", Show.NUMBER)]
    used: Annotated[int, Column("On lines", Show.NUMBER)]
    account: Annotated[str, Column("Account", Show.MONO)]
    contract: Annotated[Text, Column("Contract")]
    place: Annotated[Text, Column("Place")]
    returned_on: Annotated[Day, Column("Returned", Show.DAY, sort=True)]
    note: Annotated[str, Column("Note", shown=False)]


class RangeQuestion(Question):
    """Which ranges are asked for."""

    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts")
    ] = None
    kind: Annotated[Word, Choice("Kind")] = None
    first: Annotated[Word, Choice("First", main=False)] = None
    returned_on: Annotated[date | None, Choice("Returned", main=False)] = None


class RangeIn(Given):
    """A range of numbers to add, and each number of it."""

    account: Annotated[AccountRef, Input("Account", pick="telecom-accounts")]
    first: Annotated[
        str,
        Field(min_length=3, max_length=40),
        Input("First", hint="+49 89 123456-00"),
    ]
    last: Annotated[
        str | None,
        Field(max_length=40),
        Input("Last", hint="A single number without."),
    ] = None
    contract: Annotated[
        CarrierContractRef | None, Input("Contract", pick="carrier-contracts")
    ] = None
    place: Annotated[LocationRef | None, Input("Place", pick="places")] = None
    note: Annotated[Note, Input("Note", kind="area")] = None


class ReturnRangeIn(Given):
    """Give the range back to the provider."""

    on: Annotated[date | None, Input("From", hint="Today without.")] = None


def _add(acting: Acting, given: RangeIn) -> dict[str, Any]:
    connection = acting.work.connection
    account = get(connection, ProviderAccount, int(given.account))
    country = get(connection, TelecomProvider, account["provider_id"])["country"]
    first = number_of(given.first, country, "first")
    last = number_of(given.last, country, "last") if given.last else first
    values = {
        "account_id": int(given.account),
        "contract_id": given.contract,
        "first": first,
        "last": last,
        "location_id": given.place,
        "note": given.note or "",
    }
    return {"id": numbers.add_range(acting.work, values)}


def _return(acting: Acting, given: ReturnRangeIn) -> None:
    day = given.on or acting.work.clock().date()
    numbers.return_range(acting.work, acting.id, day)


def _finish(
    _connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        row["size"] = size_of(row["first"], row["last"])
    return rows


_SOURCE: TableSource[RangeQuestion] = TableSource(
    table=_RANGE,
    columns=columns_of_table(NumberRange, "id first last kind returned_on note")
    | {
        "used": _USED,
        "account": col(ProviderAccount.number),
        "contract": col(CarrierContract.number),
        "place": col(Location.name),
    },
    joined=_RANGE.join(_ACCOUNT, id_of(ProviderAccount) == col(NumberRange.account_id))
    .outerjoin(
        table_of(CarrierContract),
        id_of(CarrierContract) == col(NumberRange.contract_id),
    )
    .outerjoin(table_of(Location), id_of(Location) == col(NumberRange.location_id)),
    refers={"account": col(NumberRange.account_id)},
    searched=(col(NumberRange.first), col(NumberRange.last), col(NumberRange.note)),
    offered=("kind",),
    finish=_finish,
)


def _get(connection: Connection, range_id: int, viewer: Viewer) -> Row | None:
    return _SOURCE.one(connection, range_id, viewer)


NUMBER_RANGES = Resource(
    name="number-ranges",
    command="number-range",
    title=N_("Number ranges"),
    counted=NN_("{count} range", "{count} ranges"),
    group="telephony",
    roles=READERS,
    rows=RangeRow,
    question=RangeQuestion,
    sort="first",
    source=_SOURCE,
    reference=RANGE,
    detail=RangeRow,
    get=_get,
    called=lambda row: f"{row['first']} - {row['last']}",
    acts=(
        Act(
            "add-number-range",
            RangeIn,
            _add,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "return-number-range",
            ReturnRangeIn,
            _return,
            WRITERS,
            verb="return",
            said=N_("Saved."),
            danger=True,
        ),
    ),
)
