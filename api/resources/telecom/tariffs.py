"""Tariffs: what providers offer under a name, and for how much a month."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Number,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import (
    PAYING,
    TARIFF,
    WRITERS,
    Money,
    Name,
    Note,
    ProviderRef,
    filled,
    minor,
)
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import change, col, get, id_of, table_of
from inventory.telecom.estate.agreements import add_tariff, checked_currency
from inventory.telecom.estate.tables import Tariff, TelecomProvider

_TARIFF = table_of(Tariff)


class TariffRow(RowModel):
    """A tariff of a provider."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    code: Annotated[str, Column("Code", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    provider: Annotated[str, Column("Provider")]
    monthly_minor: Annotated[
        int, Column("A month", Show.MONEY, sort=True, about="Net, in minor units.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]
    data_mb: Annotated[Number, Column("Data (MB)", Show.NUMBER)]
    minutes: Annotated[Number, Column("Minutes", Show.NUMBER)]
    pool: Annotated[str, Column("Pool")]
    valid_from: Annotated[date, Column("From", Show.DAY, sort=True)]
    valid_to: Annotated[Day, Column("Until", Show.DAY)]
    note: Annotated[str, Column("Note", shown=False)]


class TariffQuestion(Question):
    """Which tariffs are asked for."""

    provider: Annotated[
        ProviderRef | None, Choice("Provider", pick="telecom-providers")
    ] = None
    code: Annotated[Word, Choice("Code", main=False)] = None
    pool: Annotated[Word, Choice("Pool", main=False)] = None
    monthly_minor: Annotated[int | None, Choice("A month", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None


class TariffIn(Given):
    """A tariff to add."""

    provider: Annotated[ProviderRef, Input("Provider", pick="telecom-providers")]
    code: Annotated[Name, Input("Code", hint="As the provider writes it.")]
    name: Annotated[Name, Input("Name")]
    monthly: Annotated[Money, Input("A month", kind="money", hint="Net: 19.95")]
    currency: Annotated[
        str, Field(min_length=3, max_length=3), Input("Currency", hint="EUR")
    ]
    data_mb: Annotated[
        int | None, Field(ge=0, le=2**31 - 1), Input("Data (MB)", hint="Included.")
    ] = None
    minutes: Annotated[
        int | None, Field(ge=0, le=2**31 - 1), Input("Minutes", hint="Included.")
    ] = None
    pool: Annotated[
        str | None,
        Field(max_length=100),
        Input("Pool", hint="Lines of one pool share what is included."),
    ] = None
    valid_from: Annotated[date, Input("From")]
    valid_to: Annotated[date | None, Input("Until", hint="First day no more.")] = None
    note: Annotated[Note, Input("Note", kind="area")] = None


TariffEditIn = partial(TariffIn, "TariffEditIn", "code")


def _values(values: dict[str, Any], currency: str) -> dict[str, Any]:
    if "provider" in values:
        values["provider_id"] = values.pop("provider")
    if "currency" in values:
        values["currency"] = checked_currency(values["currency"].upper())
    if values.get("monthly") is not None:
        values["monthly_minor"] = minor(
            values.pop("monthly"), values.get("currency", currency), "monthly"
        )
    return filled(values, "pool", "note")


def _add(acting: Acting, given: TariffIn) -> dict[str, Any]:
    return {"id": add_tariff(acting.work, _values(given.model_dump(), ""))}


def _edit(acting: Acting, given: Given) -> None:
    row = get(acting.work.connection, Tariff, acting.id)
    values = _values(dict(changes_of(given)), row["currency"])
    change(acting.work, Tariff, acting.id, values)


_SOURCE: TableSource[TariffQuestion] = TableSource(
    table=_TARIFF,
    columns=columns_of_table(
        Tariff,
        "id code name monthly_minor currency data_mb minutes pool valid_from valid_to"
        " note",
    )
    | {"provider": col(TelecomProvider.name)},
    joined=_TARIFF.join(
        table_of(TelecomProvider), id_of(TelecomProvider) == col(Tariff.provider_id)
    ),
    refers={"provider": col(Tariff.provider_id)},
    searched=(col(Tariff.code), col(Tariff.name), col(TelecomProvider.name)),
)
TARIFFS = Resource(
    name="tariffs",
    command="tariff",
    title=N_("Tariffs"),
    counted=NN_("{count} tariff", "{count} tariffs"),
    group="telephony",
    roles=PAYING,
    rows=TariffRow,
    question=TariffQuestion,
    sort="code",
    source=_SOURCE,
    reference=TARIFF,
    detail=TariffRow,
    get=_SOURCE.one,
    called=lambda row: str(row["code"]),
    acts=(
        Act(
            "add-tariff",
            TariffIn,
            _add,
            WRITERS,
            verb="create",
            many=True,
            said=N_("Saved."),
        ),
        Act(
            "edit-tariff",
            TariffEditIn,
            _edit,
            WRITERS,
            verb="update",
            said=N_("Saved."),
        ),
    ),
)
