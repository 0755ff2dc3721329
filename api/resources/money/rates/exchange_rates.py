"""Exchange rates: what currencies were worth on a day, one by one or from a file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.money.roles import READERS, WRITERS
from api.resources.perform import changes_of
from api.resources.references import Reference
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.rates.exchange import keep_rate, rates_of_file, read_rate
from inventory.accounting.rates.tables import ExchangeRate
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import change, get, table_of

_RATE = table_of(ExchangeRate)
EXCHANGE_RATE = Reference("exchange rate", ExchangeRate)
_CODE = Field(pattern="^[A-Z]{3}$")


class ExchangeRateRow(RowModel):
    """A rate of a day."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    on: Annotated[date, Column("Day", Show.DAY, sort=True, lead=True)]
    currency: Annotated[str, Column("Currency", sort=True)]
    units: Annotated[int, Column("Units", Show.NUMBER, about="Rate is for so many.")]
    rate: Annotated[str, Column("Rate", Show.MONO, about="Decimal text, exact.")]
    into: Annotated[str, Column("In", sort=True, about="Currency of the rate.")]
    source: Annotated[str, Column("Source")]


class ExchangeRateQuestion(Question):
    """Which rates are asked for."""

    currency: Annotated[Word, Choice("Currency")] = None
    into: Annotated[Word, Choice("In")] = None
    on: Annotated[date | None, Choice("Day")] = None
    source: Annotated[Word, Choice("Source", main=False)] = None


class ExchangeRateDetail(DetailModel):
    """A rate of a day."""

    id: int
    on: date
    currency: str
    units: int
    rate: str
    into: str
    source: str


class ExchangeRateEditIn(Given):
    """A rate that was entered wrongly; what is booked already stays as it is."""

    rate: Annotated[
        str | None, Field(max_length=40), Input("Rate", hint="Such as 16250.50.")
    ] = None
    units: Annotated[
        int | None, Field(ge=1, le=1_000_000), Input("Units", hint="Mostly 1.")
    ] = None
    source: Annotated[str | None, Field(max_length=200), Input("Source")] = None


class ExchangeRateIn(Given):
    """What a currency was worth on a day."""

    currency: Annotated[str, _CODE, Input("Currency", hint="Such as USD.")]
    into: Annotated[str, _CODE, Input("In", hint="Currency of the rate, such as IDR.")]
    on: Annotated[date, Input("Day")]
    rate: Annotated[
        str, Field(max_length=40), Input("Rate", hint="Units of it, such as 16250.50.")
    ]
    units: Annotated[
        int, Field(ge=1, le=1_000_000), Input("Units", hint="For so many; mostly 1.")
    ] = 1
    source: Annotated[str, Field(max_length=200), Input("Source")] = ""


class RatesFileIn(Given):
    """Rates as CSV: currency, into, on, rate; or as the European Central Bank has."""

    csv: Annotated[
        str,
        Field(max_length=8_000_000),
        Input(
            "CSV",
            kind="text-file",
            hint="Columns currency, into, on, rate, units; or Date, USD, JPY.",
        ),
    ]


class RatesKept(DetailModel):
    """How many rates the file had; those that were known stay."""

    rates: int


def _create(acting: Acting, given: ExchangeRateIn) -> dict[str, Any]:
    return {"id": keep_rate(acting.work, **dict(given))}


def _update(acting: Acting, given: Given) -> None:
    # Nothing of a rate may be empty, so null is what was left out.
    values = {name: one for name, one in changes_of(given).items() if one is not None}
    if "rate" in values:
        read_rate(values["rate"])
    change(acting.work, ExchangeRate, acting.id, values)


def _import(acting: Acting, given: RatesFileIn) -> dict[str, Any]:
    kept = [keep_rate(acting.work, **values) for values in rates_of_file(given.csv)]
    return {"rates": len(kept)}


EXCHANGE_RATES = Resource(
    name="exchange-rates",
    command="exchange-rate",
    title=N_("Exchange rates"),
    counted=NN_("{count} rate", "{count} rates"),
    group="money",
    roles=READERS,
    rows=ExchangeRateRow,
    question=ExchangeRateQuestion,
    sort="-on",
    source=TableSource(
        table=_RATE,
        columns={name: _RATE.c[name] for name in ExchangeRateRow.model_fields},
        searched=(_RATE.c.currency, _RATE.c.source),
    ),
    reference=EXCHANGE_RATE,
    detail=ExchangeRateDetail,
    get=lambda connection, id_, _viewer: {
        name: get(connection, ExchangeRate, id_)[name]
        for name in ExchangeRateDetail.model_fields
    },
    called=lambda row: f"{row['currency']} {row['on']}",
    acts=(
        Act(
            "add-exchange-rate",
            ExchangeRateIn,
            _create,
            WRITERS,
            verb="create",
            said=N_("The rate is kept."),
            title=N_("Add an exchange rate"),
            many=True,
        ),
        Act("edit-exchange-rate", ExchangeRateEditIn, _update, WRITERS, verb="update"),
        Act(
            "import-exchange-rates",
            RatesFileIn,
            _import,
            WRITERS,
            verb="import",
            on="list",
            said=N_("{rates} rates are kept."),
            title=N_("Read exchange rates from a file"),
            answer=RatesKept,
            from_file=True,
        ),
    ),
)
