"""Who works for a cost centre on a day, as queries that indexes answer.

A placement names its cost centre, or follows its department. May import `people`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from inventory.people import tables as people
from inventory.people.employments import in_force
from inventory.storage.rows import col, id_of, table_of

_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)
_DEPARTMENT = table_of(people.Department)


def placed_under(centre_id: int, day: date) -> Select[Any]:
    """Return the persons with a placement of a cost centre on a day, of any job."""
    return (
        select(col(people.Employment.person_id))
        .join(
            _PLACEMENT, col(people.Placement.employment_id) == id_of(people.Employment)
        )
        .where(in_force(_PLACEMENT, day), _under(centre_id))
    )


def paid_by(centre_id: int, day: date) -> Select[Any]:
    """Return the persons whose assets are charged to a cost centre on a day.

    Of several jobs with a cost centre, the one recorded first counts.
    """
    job, placement, source = _jobs()
    earlier = (
        select(job.c.id)
        .select_from(source)
        .where(
            job.c.person_id == col(people.Employment.person_id),
            job.c.id < id_of(people.Employment),
            in_force(placement, day),
            _centre(placement).is_not(None),
        )
        .correlate(_EMPLOYMENT)
    )
    return placed_under(centre_id, day).where(~exists(earlier))


def has_payer(person_id: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """Return the condition that a cost centre pays for a person on a day."""
    job, placement, source = _jobs()
    return (
        exists()
        .select_from(source)
        .where(
            job.c.person_id == person_id,
            in_force(placement, day),
            _centre(placement).is_not(None),
        )
    )


def _under(centre_id: int) -> ColumnElement[bool]:
    """As `coalesce(own, department's) = id`, in a form that two indexes answer."""
    departments = select(id_of(people.Department)).where(
        col(people.Department.cost_centre_id) == centre_id
    )
    return or_(
        col(people.Placement.cost_centre_id) == centre_id,
        and_(
            col(people.Placement.cost_centre_id).is_(None),
            col(people.Placement.department_id).in_(departments),
        ),
    )


def _jobs() -> tuple[Any, Any, Any]:
    job, placement = _EMPLOYMENT.alias("job"), _PLACEMENT.alias("job_placement")
    return job, placement, job.join(placement, placement.c.employment_id == job.c.id)


def _centre(placement: Any) -> ColumnElement[Any]:  # noqa: ANN401
    department = _DEPARTMENT.alias("job_department")
    followed = (
        select(department.c.cost_centre_id)
        .where(department.c.id == placement.c.department_id)
        .scalar_subquery()
    )
    return func.coalesce(placement.c.cost_centre_id, followed)
