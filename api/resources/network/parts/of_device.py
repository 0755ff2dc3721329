"""What all lists of parts share: the device they are of, and what is there no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from sqlalchemy import ColumnElement, FromClause, Table, true
from sqlmodel import SQLModel

from api.http.callers import Role
from api.resources.declare import Choice, Column, Question, RowModel, Viewer, Word
from api.resources.filters import filters_of
from api.resources.references import DEVICE, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import Condition, TableSource
from inventory.storage.rows import table_of

READERS = frozenset({Role.IT, Role.AUDITOR, Role.ACCOUNTING})
YesNoBoth = Literal["no", "yes", "both"]
_device = DEVICE.table


class PartRow(RowModel):
    """What every row about a part of a device begins with."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True)]
    site: Annotated[str, Column("Site", shown=False)]


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


@dataclass(frozen=True, kw_only=True)
class PartList:
    """What is declared of a list of parts; everything else is alike.

    Attributes:
        rows: Its rows; each field is a column of the table, but for those of `PartRow`
            that are of the device. A part that has a site of its own is shown with it.
        model: The table; it has a column `device_id`.
        about: Which rows are asked for, as a sentence.
        searched: Columns that words are searched in, beside the device's name.
        main: Filters that stand beside the search.
        end: Column that is set when a part is there no more.
        offered: Filters that offer the values there are.
    """

    rows: type[PartRow]
    model: type[SQLModel]
    about: str
    searched: tuple[str, ...]
    main: tuple[str, ...] = ()
    end: str | None = None
    offered: tuple[str, ...] = ()

    def resource(
        self, name: str, command: str, title: str, counted: tuple[str, str]
    ) -> Resource[Any]:
        """Return the list, with a filter for each of its columns."""
        base = RemovableQuestion if self.end else PartQuestion
        return Resource(
            name=name,
            command=command,
            title=title,
            counted=counted,
            group="network",
            roles=READERS,
            rows=self.rows,
            question=filters_of(self.rows, base, self.about, main=self.main),
            sort="id",
            source=self._source(),
        )

    def _source(self) -> TableSource[Any]:
        table: Table = table_of(self.model)
        site = table.c.site if "site" in table.c else _device.c.site
        of_device = {"device_name": _device.c.name, "site": site}
        columns: dict[str, ColumnElement[Any]] = {
            name: of_device[name] if name in of_device else table.c[name]
            for name in self.rows.model_fields
        }
        joined: FromClause = table.join(_device, _device.c.id == table.c.device_id)
        return TableSource(
            table=table,
            columns=columns | {"device": table.c.device_id},
            shown=tuple(columns),
            joined=joined,
            filters={"removed": set_or_not(table.c[self.end])} if self.end else {},
            searched=(*(table.c[name] for name in self.searched), _device.c.name),
            offered=self.offered,
        )
