"""Cost centres: what costs are charged to, with their people and what they bear."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import Connection

from api.http.actions import Given
from api.models.register import CostCentreDetail
from api.resources.declare import (
    Choice,
    Column,
    Day,
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
from api.resources.people.charged_assets import CHARGED_ASSETS
from api.resources.people.people import SEE_PEOPLE
from api.resources.people.unit_acts import Code, Name, unit_acts
from api.resources.references import (
    COST_CENTRE,
    LEGAL_ENTITY,
    PERSON,
    CostCentreRef,
    LegalEntityRef,
    PersonRef,
)
from api.resources.register.extracts.history import CHARGED
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.cost_centres import cost_centre_detail
from inventory.queries.people.units import people_per_cost_centre

_centre = COST_CENTRE.table
_parent = _centre.alias("parent")
_entity, _manager = LEGAL_ENTITY.table, PERSON.table


class CostCentreRow(RowModel):
    """A cost centre of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    legal_entity: Annotated[Text, Column("Legal entity", sort=True, about="Its code.")]
    parent: Annotated[Text, Column("Part of", sort=True, about="Its code.")]
    manager: Annotated[Text, Column("Manager", sort=True)]
    manager_id: Number
    people: Annotated[
        int, Column("People", Show.NUMBER, about="People placed there on the day.")
    ]
    valid_from: Annotated[Day, Column("From", Show.DAY, sort=True, shown=False)]
    valid_to: Annotated[
        Day,
        Column("Until", Show.DAY, sort=True, shown=False, about="First day no more."),
    ]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, shown=False)]


class CostCentreQuestion(Question):
    """Which cost centres are asked for."""

    legal_entity: Annotated[
        LegalEntityRef | None, Choice("Legal entity", pick="legal-entities")
    ] = None
    parent: Annotated[CostCentreRef | None, Choice("Part of", pick="cost-centres")] = (
        None
    )
    manager: Annotated[
        PersonRef | None, Choice("Manager", pick="people", main=False)
    ] = None
    code: Annotated[Word, Choice("Code", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None


class CostCentreIn(Given):
    """A cost centre to add."""

    code: Code
    name: Name
    legal_entity: Annotated[
        LegalEntityRef | None, Input("Legal entity", pick="legal-entities")
    ] = None
    parent: Annotated[CostCentreRef | None, Input("Part of", pick="cost-centres")] = (
        None
    )
    manager: Annotated[PersonRef | None, Input("Manager", pick="people")] = None
    valid_from: Annotated[date | None, Input("From")] = None
    valid_to: Annotated[date | None, Input("Until", hint="First day no more.")] = None


def _with_people(
    connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    counts = people_per_cost_centre(connection, [r["id"] for r in rows], viewer.day)
    return [row | {"people": counts.get(row["id"], 0)} for row in rows]


def _get(connection: Connection, centre_id: int, viewer: Viewer) -> Row | None:
    found = cost_centre_detail(connection, centre_id, viewer.day)
    if found is not None and viewer.caller.roles.isdisjoint(SEE_PEOPLE):
        found |= {"people": [], "people_next": None}
    return found


COST_CENTRES = Resource(
    name="cost-centres",
    command="cost-centre",
    title=N_("Cost centres"),
    counted=NN_("{count} cost centre", "{count} cost centres"),
    group="money",
    rows=CostCentreRow,
    question=CostCentreQuestion,
    sort="code",
    source=TableSource(
        table=_centre,
        columns={
            name: _centre.c[name]
            for name in (
                "id code name manager_id valid_from valid_to recorded_at"
            ).split()
        }
        | {
            "legal_entity": _entity.c.code,
            "parent": _parent.c.code,
            "manager": full_name(_manager),
        },
        refers={
            name: _centre.c[f"{name}_id"]
            for name in ("legal_entity", "parent", "manager")
        },
        joined=_centre.outerjoin(_parent, _parent.c.id == _centre.c.parent_id)
        .outerjoin(_entity, _entity.c.id == _centre.c.legal_entity_id)
        .outerjoin(_manager, _manager.c.id == _centre.c.manager_id),
        searched=(_centre.c.code, _centre.c.name),
        finish=_with_people,
    ),
    reference=COST_CENTRE,
    detail=CostCentreDetail,
    get=_get,
    extracts=(CHARGED_ASSETS, CHARGED),
    called=lambda row: f"{row['code']} {row['name']}",
    acts=unit_acts("cost_centre", CostCentreIn, "/cost-centres"),
    as_of=True,
    list_as_of=True,
)
