"""Cables, and bundles of cables, between two devices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, func, or_

from api.http.callers import Caller
from api.resources.declare import (
    Cell,
    Choice,
    Column,
    Moment,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.parts.of_device import READERS, YesNoBoth, set_or_not
from api.resources.references import DEVICE, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.network.queries.topology import announced_port
from inventory.network.tables import Interface, Link
from inventory.storage.rows import table_of

_link = table_of(Link)
_a, _b = DEVICE.table.alias("a"), DEVICE.table.alias("b")
_a_port = table_of(Interface).alias("a_port")
_b_port = table_of(Interface).alias("b_port")


def _side(which: str) -> Callable[[Row, Caller], Cell]:
    """Return what tells the name of the device on one side, and leads to it."""
    return lambda row, _caller: Cell(
        row[f"{which}_name"], f"/devices/{row[f'{which}_device_id']}"
    )


class LinkRow(RowModel):
    """A cable or a bundle between two devices; the smaller number is `a`."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    a_device_id: int
    a_interface_id: Number
    b_device_id: int
    b_interface_id: Number
    kind: Annotated[str, Column("Kind", about="direct, or through what.")]
    evidence: list[str]
    members: list[list[str]]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]
    closed_at: Annotated[Moment, Column("Until", Show.AGO, shown=False)]
    a_name: Annotated[str, Column("Device", sort=True, cell=_side("a"))]
    a_type: Text
    a_port: Annotated[Text, Column("Port", Show.MONO)]
    b_name: Annotated[str, Column("Other device", sort=True, cell=_side("b"))]
    b_type: Text
    b_port: Annotated[Text, Column("Other port", Show.MONO)]


class LinkQuestion(Question):
    """Which links are asked for."""

    device: Annotated[
        DeviceRef | None, Choice("Device", pick="devices", about="At either end.")
    ] = None
    site: Annotated[Word, Choice("Site")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    closed: Annotated[
        YesNoBoth, Choice("Gone", main=False, about="Links that are there no more.")
    ] = "no"
    a_name: Annotated[Word, Choice("Name of one end", main=False)] = None
    b_name: Annotated[Word, Choice("Name of the other end", main=False)] = None
    a_type: Annotated[Word, Choice("Type of one end", main=False)] = None
    b_type: Annotated[Word, Choice("Type of the other end", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("First seen", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None
    closed_at: Annotated[AwareDatetime | None, Choice("Until", main=False)] = None


def _at_either_end(device: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    return or_(_link.c.a_device_id == device, _link.c.b_device_id == device)


SOURCE: TableSource[LinkQuestion] = TableSource(
    table=_link,
    columns={n: _link.c[n] for n in LinkRow.model_fields if n in _link.c}
    | {
        "a_name": _a.c.name,
        "a_type": _a.c.type,
        "a_port": func.coalesce(_a_port.c.name, announced_port("a", "b", _b_port)),
        "b_name": _b.c.name,
        "b_type": _b.c.type,
        "b_port": func.coalesce(_b_port.c.name, announced_port("b", "a", _a_port)),
    },
    joined=_link.join(_a, _a.c.id == _link.c.a_device_id)
    .join(_b, _b.c.id == _link.c.b_device_id)
    .outerjoin(_a_port, _a_port.c.id == _link.c.a_interface_id)
    .outerjoin(_b_port, _b_port.c.id == _link.c.b_interface_id),
    shown=tuple(LinkRow.model_fields),
    filters={
        "device": _at_either_end,
        "closed": set_or_not(_link.c.closed_at),
    },
    searched=(_a.c.name, _b.c.name),
    offered=("kind",),
)

LINKS = Resource(
    name="links",
    command="link",
    title=N_("Links"),
    counted=NN_("{count} link", "{count} links"),
    group="network",
    roles=READERS,
    rows=LinkRow,
    question=LinkQuestion,
    sort="id",
    source=SOURCE,
)
