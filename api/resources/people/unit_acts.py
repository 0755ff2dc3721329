"""Adding and changing a unit of the organisation; nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import Input
from api.resources.perform import changes_of, partial
from inventory.kernel.texts import N_
from inventory.people.organisation import UNITS, add_unit, change_unit
from inventory.storage.rows import get, table_of

WRITERS = frozenset({Role.IT, Role.HR, Role.ACCOUNTING})

Code = Annotated[
    str,
    Field(min_length=1, max_length=200),
    Input("Code", hint="Leading zeros are kept."),
]
Name = Annotated[str, Field(min_length=1, max_length=200), Input("Name")]


def unit_acts(unit: str, given: type[Given], path: str) -> tuple[Act, Act]:
    """Return the acts that add a unit and change one.

    Args:
        unit: One of `inventory.people.organisation.UNITS`.
        given: What a new one needs; its fields are columns, `x` stands for `x_id`.
        path: Of the pages of these units, such as `/departments`.
    """
    noun = unit.replace("_", " ")
    edit = partial(given, given.__name__.replace("In", "EditIn"))

    def create(acting: Acting, new: Given) -> dict[str, Any]:
        fields = columns_of(unit, dict(new))
        return {"id": add_unit(acting.work, unit, fields.pop("code"), **fields)}

    def update(acting: Acting, changes: Given) -> None:
        fields = columns_of(unit, changes_of(changes))
        change_unit(acting.work, unit, acting.id, **fields)

    return (
        Act(
            f"add-{noun.replace(' ', '-')}",
            given,
            create,
            WRITERS,
            said=N_("Saved."),
            leads_to=f"{path}/{{id}}",
            verb="create",
            about=f"Add a {noun}.",
            many=True,
        ),
        Act(
            f"edit-{noun.replace(' ', '-')}",
            edit,
            update,
            WRITERS,
            said=N_("Saved."),
            verb="update",
            about=f"Change what is said about a {noun}.",
            many=True,
            begin=_begin(unit, edit),
        ),
    )


def columns_of(unit: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs by the names of the columns: `parent` is `parent_id`."""
    names = table_of(UNITS[unit]).c.keys()
    return {
        name if name in names else f"{name}_id": value for name, value in values.items()
    }


def _begin(unit: str, edit: type[Given]) -> Callable[[Acting], Mapping[str, Any]]:
    def begin(acting: Acting) -> Mapping[str, Any]:
        row = get(acting.work.connection, UNITS[unit], acting.id)
        return {
            name: row[name] if name in row else row[f"{name}_id"]
            for name in edit.model_fields
        }

    return begin
