"""Income tax rates of legal entities, dated, for deferred tax."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.resources.declare import Choice, Column, Input, Question, RowModel, Show, Word
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import LegalEntityRef, Reference
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.rates.income_tax import keep_tax_rate
from inventory.accounting.rates.tables import IncomeTaxRate
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, get, id_of, table_of

_RATE, _ENTITY = table_of(IncomeTaxRate), table_of(LegalEntity)
INCOME_TAX_RATE = Reference("income tax rate", IncomeTaxRate)


class IncomeTaxRateRow(RowModel):
    """A rate that holds from a day on."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    legal_entity_id: int
    legal_entity: Annotated[str, Column("Legal entity", sort=True, lead=True)]
    since: Annotated[date, Column("From", Show.DAY, sort=True)]
    percent: Annotated[str, Column("Percent", Show.MONO, about="Decimal text.")]
    source: Annotated[str, Column("Source")]


class IncomeTaxRateQuestion(Question):
    """Which rates are asked for."""

    legal_entity: Annotated[
        LegalEntityRef | None,
        Choice("Legal entity", pick="legal-entities", lookups=()),
    ] = None
    since: Annotated[date | None, Choice("From", main=False)] = None
    source: Annotated[Word, Choice("Source", main=False)] = None


class IncomeTaxRateIn(Given):
    """The rate that holds from a day on."""

    legal_entity: Annotated[
        LegalEntityRef, Input("Legal entity", pick="legal-entities")
    ]
    since: Annotated[date, Input("From", hint="Enacted to hold from this day on.")]
    percent: Annotated[
        str, Field(max_length=40), Input("Percent", hint="Such as 22 or 25.825.")
    ]
    source: Annotated[str, Field(max_length=200), Input("Source")] = ""


def _create(acting: Acting, given: IncomeTaxRateIn) -> dict[str, Any]:
    entity, since = int(given.legal_entity), given.since
    made = keep_tax_rate(acting.work, entity, since, given.percent, given.source)
    return {"id": made}


def _get(connection: Any, rate_id: int, _viewer: Any) -> dict[str, Any]:  # noqa: ANN401
    row = get(connection, IncomeTaxRate, rate_id)
    entity = get(connection, LegalEntity, row["legal_entity_id"])
    names = IncomeTaxRateRow.model_fields.keys() - {"legal_entity"}
    return {name: row[name] for name in names} | {"legal_entity": entity["code"]}


INCOME_TAX_RATES = Resource(
    name="income-tax-rates",
    command="income-tax-rate",
    title=N_("Income tax rates"),
    counted=NN_("{count} rate", "{count} rates"),
    group="money",
    roles=READERS,
    rows=IncomeTaxRateRow,
    question=IncomeTaxRateQuestion,
    sort="-since",
    source=TableSource(
        table=_RATE,
        joined=_RATE.join(
            _ENTITY, id_of(LegalEntity) == col(IncomeTaxRate.legal_entity_id)
        ),
        columns={
            "id": id_of(IncomeTaxRate),
            "legal_entity_id": col(IncomeTaxRate.legal_entity_id),
            "legal_entity": col(LegalEntity.code),
            "since": col(IncomeTaxRate.since),
            "percent": col(IncomeTaxRate.percent),
            "source": col(IncomeTaxRate.source),
        },
        filters={
            "legal_entity": lambda one, _viewer: (
                col(IncomeTaxRate.legal_entity_id) == one
            )
        },
        searched=(col(LegalEntity.code), col(IncomeTaxRate.source)),
    ),
    reference=INCOME_TAX_RATE,
    detail=IncomeTaxRateRow,
    get=_get,
    called=lambda row: f"{row['legal_entity']} {row['since']}",
    acts=(
        Act(
            "add-income-tax-rate",
            IncomeTaxRateIn,
            _create,
            WRITERS,
            verb="create",
            said=N_("The rate is kept."),
            title=N_("Add an income tax rate"),
        ),
    ),
)
