"""What all lists of parts share: the device they are of, and what is there no more."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from sqlalchemy import ColumnElement, FromClause, Table, true
from sqlmodel import SQLModel

from api.http.auth import Role
from api.resources.declare import Choice, Question, Viewer, Word
from api.resources.references import DEVICE, DeviceRef
from api.resources.sources import Columns, Condition, TableSource
from inventory.storage.rows import table_of

READERS = frozenset({Role.IT, Role.AUDITOR, Role.ACCOUNTING})
YesNoBoth = Literal["no", "yes", "both"]
_device = DEVICE.table


class PartQuestion(Question):
    """Which rows of which devices are asked for."""

    device: Annotated[DeviceRef | None, Choice("Device", pick="devices")] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    site: Annotated[Word, Choice("Site")] = None


class RemovableQuestion(PartQuestion):
    """Which rows of which devices are asked for."""

    removed: Annotated[
        YesNoBoth,
        Choice("Removed", main=False, about="Those that are there no more."),
    ] = "no"


def set_or_not(column: ColumnElement[Any]) -> Condition:
    """Return the condition of a filter `no`, `yes`, `both`: whether a column is set."""

    def condition(value: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
        if value == "both":
            return true()
        return column.is_not(None) if value == "yes" else column.is_(None)

    return condition


def parts_source(
    model: type[SQLModel],
    fields: tuple[str, ...],
    *,
    searched: tuple[str, ...],
    end: str | None = None,
    offered: tuple[str, ...] = (),
) -> TableSource[Any]:
    """Return the source of a list of parts.

    Args:
        model: The table; it has a column `device_id`.
        fields: Its columns in the rows.
        searched: Columns that words are searched in, beside the device's name.
        end: Column that is set when a part is there no more.
        offered: Filters that offer the values there are.
    """
    table: Table = table_of(model)
    columns: dict[str, ColumnElement[Any]] = {name: table.c[name] for name in fields}
    columns |= {"device_name": _device.c.name, "site": _device.c.site}
    found: Columns = columns | {"device": table.c.device_id}
    filters = {"removed": set_or_not(table.c[end])} if end else {}
    joined: FromClause = table.join(_device, _device.c.id == table.c.device_id)
    return TableSource(
        table=table,
        columns=found,
        shown=tuple(columns),
        joined=joined,
        filters=filters,
        searched=(*(table.c[name] for name in searched), _device.c.name),
        offered=offered,
    )
