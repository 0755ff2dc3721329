"""Departments: the units of the organisation that people work in."""

from __future__ import annotations

from typing import Annotated

from api.resources.declare import (
    Choice,
    Column,
    Input,
    Text,
)
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
    DEPARTMENT,
    CostCentreRef,
    DepartmentRef,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_department = DEPARTMENT.table
_parent = _department.alias("parent")
_centre = COST_CENTRE.table


class DepartmentRow(UnitRow):
    """A department of the list."""

    cost_centre: Annotated[
        Text,
        Column(
            "Cost centre", sort=True, about="Pays for its people, unless one is named."
        ),
    ]


class DepartmentQuestion(UnitQuestion):
    """Which departments are asked for."""

    parent: Annotated[DepartmentRef | None, Choice("Part of", pick="departments")] = (
        None
    )
    cost_centre: Annotated[
        CostCentreRef | None, Choice("Cost centre", pick="cost-centres", main=False)
    ] = None


class DepartmentIn(UnitIn):
    """A department to add."""

    parent: Annotated[DepartmentRef | None, Input("Part of", pick="departments")] = None
    cost_centre: Annotated[
        CostCentreRef | None,
        Input(
            "Cost centre",
            pick="cost-centres",
            hint="Pays for its people, unless another is named for one.",
        ),
    ] = None


_SOURCE: TableSource[DepartmentQuestion] = TableSource(
    table=_department,
    columns=unit_columns(_department, _parent) | {"cost_centre": _centre.c.code},
    refers=ids_of(_department, "parent", "legal_entity", "cost_centre", "manager"),
    joined=unit_joined(_department, _parent).outerjoin(
        _centre, _centre.c.id == _department.c.cost_centre_id
    ),
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
