"""Cost centres: what costs are charged to, with their people and what they bear."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import Connection

from api.models.register import CostCentreDetail
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Row,
    Show,
    Viewer,
)
from api.resources.people.charged_assets import CHARGED_ASSETS
from api.resources.people.people import SEE_PEOPLE
from api.resources.people.unit_acts import unit_acts
from api.resources.people.units import (
    UnitIn,
    UnitQuestion,
    UnitRow,
    ids_of,
    unit_columns,
    unit_joined,
)
from api.resources.references import (
    COST_CENTRE,
    CostCentreRef,
)
from api.resources.register.extracts.history import CHARGED
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.cost_centres import cost_centre_detail
from inventory.queries.people.units import people_per_cost_centre

_centre = COST_CENTRE.table
_parent = _centre.alias("parent")


class CostCentreRow(UnitRow):
    """A cost centre of the list."""

    people: Annotated[
        int, Column("People", Show.NUMBER, about="People placed there on the day.")
    ]


class CostCentreQuestion(UnitQuestion):
    """Which cost centres are asked for."""

    parent: Annotated[CostCentreRef | None, Choice("Part of", pick="cost-centres")] = (
        None
    )


class CostCentreIn(UnitIn):
    """A cost centre to add."""

    parent: Annotated[CostCentreRef | None, Input("Part of", pick="cost-centres")] = (
        None
    )


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
        columns=unit_columns(_centre, _parent),
        refers=ids_of(_centre, "legal_entity", "parent", "manager"),
        joined=unit_joined(_centre, _parent),
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
