"""Places where things are kept, and teams that share things."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.http.actions import Given
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.people.unit_acts import Code, Name, unit_acts
from api.resources.references import (
    COST_CENTRE,
    DEPARTMENT,
    LOCATION,
    TEAM,
    CostCentreRef,
    DepartmentRef,
    LocationRef,
)
from api.resources.register.extracts.history import CONTENTS, held_by
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.custody.rules import HolderKind
from inventory.kernel.texts import N_, NN_
from inventory.people.rules import LOCATION_KINDS

_place, _team = LOCATION.table, TEAM.table
_parent = _place.alias("parent")
_centre, _department = COST_CENTRE.table, DEPARTMENT.table


class PlaceRow(RowModel):
    """A site, building, floor, room, rack or stock room."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    parent: Annotated[Text, Column("In", sort=True, about="Code of what it lies in.")]
    parent_id: Number
    cost_centre: Annotated[
        Text, Column("Cost centre", sort=True, about="Pays for what is kept here.")
    ]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, shown=False)]


class PlaceQuestion(Question):
    """Which places are asked for."""

    kind: Annotated[Word, Choice("Kind")] = None
    parent: Annotated[LocationRef | None, Choice("In", pick="places")] = None
    cost_centre: Annotated[
        CostCentreRef | None, Choice("Cost centre", pick="cost-centres", main=False)
    ] = None
    code: Annotated[Word, Choice("Code", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None


class PlaceIn(Given):
    """A place to add."""

    code: Code
    name: Name
    kind: Annotated[
        str,
        Field(max_length=40),
        Input(
            "Kind", about=", ".join(LOCATION_KINDS), known=lambda _app: LOCATION_KINDS
        ),
    ] = "room"
    parent: Annotated[LocationRef | None, Input("In", pick="places")] = None
    cost_centre: Annotated[
        CostCentreRef | None, Input("Cost centre", pick="cost-centres")
    ] = None


_PLACES: TableSource[PlaceQuestion] = TableSource(
    table=_place,
    columns={
        name: _place.c[name]
        for name in "id code name kind parent_id recorded_at".split()
    }
    | {"parent": _parent.c.code, "cost_centre": _centre.c.code},
    refers={"parent": _place.c.parent_id, "cost_centre": _place.c.cost_centre_id},
    joined=_place.outerjoin(_parent, _parent.c.id == _place.c.parent_id).outerjoin(
        _centre, _centre.c.id == _place.c.cost_centre_id
    ),
    searched=(_place.c.code, _place.c.name),
    offered=("kind",),
)
PLACES = Resource(
    name="places",
    command="place",
    title=N_("Places"),
    counted=NN_("{count} place", "{count} places"),
    group="register",
    rows=PlaceRow,
    question=PlaceQuestion,
    sort="code",
    source=_PLACES,
    reference=LOCATION,
    detail=PlaceRow,
    get=_PLACES.one,
    called=lambda row: str(row["code"]),
    extracts=(held_by(HolderKind.LOCATION), CONTENTS),
    acts=unit_acts("location", PlaceIn, "/places"),
)


class TeamRow(RowModel):
    """Several people who share things."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    department: Annotated[Text, Column("Department", sort=True, about="Its code.")]
    cost_centre: Annotated[Text, Column("Cost centre", sort=True, about="Its code.")]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, shown=False)]


class TeamQuestion(Question):
    """Which teams are asked for."""

    department: Annotated[
        DepartmentRef | None, Choice("Department", pick="departments")
    ] = None
    cost_centre: Annotated[
        CostCentreRef | None, Choice("Cost centre", pick="cost-centres")
    ] = None
    code: Annotated[Word, Choice("Code", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None


class TeamIn(Given):
    """A team to add."""

    code: Code
    name: Name
    department: Annotated[
        DepartmentRef | None, Input("Department", pick="departments")
    ] = None
    cost_centre: Annotated[
        CostCentreRef | None, Input("Cost centre", pick="cost-centres")
    ] = None


_TEAMS: TableSource[TeamQuestion] = TableSource(
    table=_team,
    columns={name: _team.c[name] for name in ("id", "code", "name", "recorded_at")}
    | {"department": _department.c.code, "cost_centre": _centre.c.code},
    refers={
        "department": _team.c.department_id,
        "cost_centre": _team.c.cost_centre_id,
    },
    joined=_team.outerjoin(
        _department, _department.c.id == _team.c.department_id
    ).outerjoin(_centre, _centre.c.id == _team.c.cost_centre_id),
    searched=(_team.c.code, _team.c.name),
)
TEAMS = Resource(
    name="teams",
    command="team",
    title=N_("Teams"),
    counted=NN_("{count} team", "{count} teams"),
    group="register",
    rows=TeamRow,
    question=TeamQuestion,
    sort="code",
    source=_TEAMS,
    reference=TEAM,
    detail=TeamRow,
    get=_TEAMS.one,
    called=lambda row: str(row["code"]),
    extracts=(held_by(HolderKind.TEAM),),
    acts=unit_acts("team", TeamIn, "/teams"),
)
