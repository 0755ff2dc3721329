"""Legal entities: the companies of the group, which own assets and employ people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from api.http.actions import Given
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.people.unit_acts import Code, Name, unit_acts
from api.resources.references import LEGAL_ENTITY
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_entity = LEGAL_ENTITY.table


class LegalEntityRow(RowModel):
    """A legal entity of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    country: Annotated[Text, Column("Country", sort=True, about="ISO 3166.")]
    currency: Annotated[
        str, Column("Currency", sort=True, about="Of its books, ISO 4217.")
    ]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, shown=False)]


class LegalEntityQuestion(Question):
    """Which legal entities are asked for."""

    code: Annotated[Word, Choice("Code", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    country: Annotated[Word, Choice("Country")] = None
    currency: Annotated[Word, Choice("Currency")] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Recorded", main=False)] = None


class LegalEntityIn(Given):
    """A legal entity to add."""

    code: Code
    name: Name
    currency: Annotated[
        str,
        Field(pattern="^[A-Z]{3}$"),
        Input("Currency", hint="Of its books: ISO 4217, such as EUR."),
    ]
    country: Annotated[
        str | None,
        Field(pattern="^[A-Z]{2}$"),
        Input("Country", hint="ISO 3166, such as DE."),
    ] = None


_SOURCE: TableSource[LegalEntityQuestion] = TableSource(
    table=_entity,
    columns={name: _entity.c[name] for name in LegalEntityRow.model_fields},
    searched=(_entity.c.code, _entity.c.name),
    offered=("country", "currency"),
)

LEGAL_ENTITIES = Resource(
    name="legal-entities",
    command="legal-entity",
    title=N_("Legal entities"),
    counted=NN_("{count} legal entity", "{count} legal entities"),
    group="people",
    rows=LegalEntityRow,
    question=LegalEntityQuestion,
    sort="code",
    source=_SOURCE,
    reference=LEGAL_ENTITY,
    detail=LegalEntityRow,
    get=_SOURCE.one,
    called=lambda row: str(row["code"]),
    acts=unit_acts("legal_entity", LegalEntityIn, "/legal-entities"),
)
