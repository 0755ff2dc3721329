"""Departments: the units of the organisation that people work in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

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
from api.resources.people.unit_acts import Code, Name, unit_acts
from api.resources.references import (
    COST_CENTRE,
    DEPARTMENT,
    LEGAL_ENTITY,
    PERSON,
    CostCentreRef,
    DepartmentRef,
    LegalEntityRef,
    PersonRef,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.kernel.texts import N_, NN_

_department = DEPARTMENT.table
_parent = _department.alias("parent")
_entity, _centre, _manager = LEGAL_ENTITY.table, COST_CENTRE.table, PERSON.table


class DepartmentRow(RowModel):
    """A department of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    parent: Annotated[Text, Column("Part of", sort=True, about="Its code.")]
    legal_entity: Annotated[Text, Column("Legal entity", sort=True, about="Its code.")]
    cost_centre: Annotated[
        Text,
        Column(
            "Cost centre", sort=True, about="Pays for its people, unless one is named."
        ),
    ]
    manager: Annotated[Text, Column("Manager", sort=True)]
    manager_id: Number
    valid_from: Annotated[Day, Column("From", Show.DAY, sort=True, shown=False)]
    valid_to: Annotated[
        Day,
        Column("Until", Show.DAY, sort=True, shown=False, about="First day no more."),
    ]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, shown=False)]


class DepartmentQuestion(Question):
    """Which departments are asked for."""

    parent: Annotated[DepartmentRef | None, Choice("Part of", pick="departments")] = (
        None
    )
    legal_entity: Annotated[
        LegalEntityRef | None, Choice("Legal entity", pick="legal-entities")
    ] = None
    cost_centre: Annotated[
        CostCentreRef | None, Choice("Cost centre", pick="cost-centres", main=False)
    ] = None
    manager: Annotated[
        PersonRef | None, Choice("Manager", pick="people", main=False)
    ] = None
    code: Annotated[Word, Choice("Code", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None


class DepartmentIn(Given):
    """A department to add."""

    code: Code
    name: Name
    parent: Annotated[DepartmentRef | None, Input("Part of", pick="departments")] = None
    legal_entity: Annotated[
        LegalEntityRef | None, Input("Legal entity", pick="legal-entities")
    ] = None
    cost_centre: Annotated[
        CostCentreRef | None,
        Input(
            "Cost centre",
            pick="cost-centres",
            hint="Pays for its people, unless another is named for one.",
        ),
    ] = None
    manager: Annotated[PersonRef | None, Input("Manager", pick="people")] = None
    valid_from: Annotated[date | None, Input("From")] = None
    valid_to: Annotated[date | None, Input("Until", hint="First day no more.")] = None


_SOURCE: TableSource[DepartmentQuestion] = TableSource(
    table=_department,
    columns={
        name: _department.c[name]
        for name in "id code name manager_id valid_from valid_to recorded_at".split()
    }
    | {
        "parent": _parent.c.code,
        "legal_entity": _entity.c.code,
        "cost_centre": _centre.c.code,
        "manager": full_name(_manager),
    },
    refers={
        name: _department.c[f"{name}_id"]
        for name in ("parent", "legal_entity", "cost_centre", "manager")
    },
    joined=_department.outerjoin(_parent, _parent.c.id == _department.c.parent_id)
    .outerjoin(_entity, _entity.c.id == _department.c.legal_entity_id)
    .outerjoin(_centre, _centre.c.id == _department.c.cost_centre_id)
    .outerjoin(_manager, _manager.c.id == _department.c.manager_id),
    searched=(_department.c.code, _department.c.name),
)

DEPARTMENTS = Resource(
    name="departments",
    command="department",
    title=N_("Departments"),
    counted=NN_("{count} department", "{count} departments"),
    group="people",
    rows=DepartmentRow,
    question=DepartmentQuestion,
    sort="code",
    source=_SOURCE,
    reference=DEPARTMENT,
    detail=DepartmentRow,
    get=_SOURCE.one,
    called=lambda row: str(row["code"]),
    acts=unit_acts("department", DepartmentIn, "/departments"),
)
