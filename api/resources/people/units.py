"""What cost centres and departments have alike: rows, filters, inputs, SQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import ColumnElement, FromClause, Table
from sqlalchemy.sql.selectable import NamedFromClause

from api.http.actions import Given
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.people.unit_acts import Code, Name
from api.resources.references import (
    LEGAL_ENTITY,
    PERSON,
    LegalEntityRef,
    PersonRef,
)
from api.resources.sources import full_name

_entity, _manager = LEGAL_ENTITY.table, PERSON.table


class UnitRow(RowModel):
    """A unit of the organisation, within others, with who manages it."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    legal_entity: Annotated[Text, Column("Legal entity", sort=True, about="Its code.")]
    parent: Annotated[Text, Column("Part of", sort=True, about="Its code.")]
    manager: Annotated[Text, Column("Manager", sort=True)]
    manager_id: Number
    valid_from: Annotated[Day, Column("From", Show.DAY, sort=True, shown=False)]
    valid_to: Annotated[
        Day,
        Column("Until", Show.DAY, sort=True, shown=False, about="First day no more."),
    ]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, shown=False)]


class UnitQuestion(Question):
    """Filters of units."""

    legal_entity: Annotated[
        LegalEntityRef | None, Choice("Legal entity", pick="legal-entities")
    ] = None
    manager: Annotated[
        PersonRef | None, Choice("Manager", pick="people", main=False)
    ] = None
    code: Annotated[Word, Choice("Code", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None


class UnitIn(Given):
    """A unit to add."""

    code: Code
    name: Name
    legal_entity: Annotated[
        LegalEntityRef | None, Input("Legal entity", pick="legal-entities")
    ] = None
    manager: Annotated[PersonRef | None, Input("Manager", pick="people")] = None
    valid_from: Annotated[date | None, Input("From")] = None
    valid_to: Annotated[date | None, Input("Until", hint="First day no more.")] = None


def unit_columns(
    table: Table, parent: NamedFromClause
) -> dict[str, ColumnElement[Any]]:
    """Return the columns of `UnitRow`."""
    own = "id code name manager_id valid_from valid_to recorded_at"
    return {name: table.c[name] for name in own.split()} | {
        "legal_entity": _entity.c.code,
        "parent": parent.c.code,
        "manager": full_name(_manager),
    }


def unit_joined(table: Table, parent: NamedFromClause) -> FromClause:
    """Return a table of units with what the columns of `UnitRow` need."""
    return (
        table.outerjoin(parent, parent.c.id == table.c.parent_id)
        .outerjoin(_entity, _entity.c.id == table.c.legal_entity_id)
        .outerjoin(_manager, _manager.c.id == table.c.manager_id)
    )


def ids_of(table: Table, *names: str) -> dict[str, ColumnElement[Any]]:
    """Return the columns of ids that filters by a reference are about."""
    return {name: table.c[f"{name}_id"] for name in names}
