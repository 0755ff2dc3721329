"""Neighbours: what was heard at the other end of cables, and why it was not visited."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement

from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.parts.of_device import READERS, YesNoBoth, set_or_not
from api.resources.references import DEVICE, NEIGHBOUR, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import Interface
from inventory.storage.rows import table_of

WRITERS = frozenset({Role.IT})
_neighbour, _device = NEIGHBOUR.table, DEVICE.table
_remote = DEVICE.table.alias("remote")
_remote_port = table_of(Interface).alias("remote_port")


class NeighbourRow(RowModel):
    """What the other end of a cable announced."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    port: Annotated[str, Column("On port", Show.MONO, sort=True)]
    key: str
    if_index: Number
    protocol: Annotated[str, Column("By", shown=False)]
    chassis_id: Annotated[Text, Column("Chassis", Show.MONO, shown=False)]
    chassis_id_type: str
    port_id: Annotated[Text, Column("Its port", Show.MONO)]
    port_id_type: str
    port_descr: Text
    sys_name: Annotated[Text, Column("Name", sort=True, lead=True)]
    sys_descr: Annotated[Text, Column("Description", shown=False)]
    platform: Annotated[Text, Column("Says it is")]
    capabilities: list[str]
    addresses: Annotated[list[str], Column("Addresses", Show.MONO)]
    med: dict[str, Any] | None = Field(description="Inventory by LLDP-MED.")
    remote_device_id: Number
    remote_interface_id: Number
    remote_name: Annotated[Text, Column("Known as", shown=False)]
    remote_port: Annotated[
        Text,
        Column(
            "Port there",
            Show.MONO,
            shown=False,
            about="The port of the device it is known as.",
        ),
    ]
    reason: Annotated[Text, Column("Not visited because")]
    acknowledged_at: Annotated[
        Moment, Column("Acknowledged", Show.AGO, sort=True, shown=False)
    ]
    acknowledged_by: Annotated[Text, Column("Acknowledged by", shown=False)]
    note: Annotated[Text, Column("Note")]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, shown=False)]
    device_name: Annotated[str, Column("Heard by", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]


class NeighbourQuestion(Question):
    """Which neighbours are asked for; without anything, what wants a person."""

    visited: Annotated[
        YesNoBoth,
        Choice("Visited", about="no: those that are no device we know, with a reason."),
    ] = "no"
    acknowledged: Annotated[
        YesNoBoth,
        Choice("Acknowledged", about="Those that somebody said may stay."),
    ] = "no"
    reason: Annotated[Word, Choice("Reason")] = None
    device: Annotated[
        DeviceRef | None, Choice("Heard by", main=False, pick="devices")
    ] = None
    remote_device: Annotated[
        DeviceRef | None, Choice("Neighbour", main=False, pick="devices")
    ] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    port: Annotated[Word, Choice("On port", main=False)] = None
    protocol: Annotated[Word, Choice("By", main=False, about="lldp, cdp, ...")] = None
    sys_name: Annotated[Word, Choice("Name", main=False)] = None
    platform: Annotated[Word, Choice("Says it is", main=False)] = None
    chassis_id: Annotated[Word, Choice("Chassis", main=False)] = None
    acknowledged_by: Annotated[Word, Choice("Acknowledged by", main=False)] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    removed: Annotated[
        YesNoBoth,
        Choice("Removed", main=False, about="Those that are there no more."),
    ] = "no"
    acknowledged_at: Annotated[
        AwareDatetime | None, Choice("Acknowledged at", main=False)
    ] = None
    removed_at: Annotated[AwareDatetime | None, Choice("Removed at", main=False)] = None


class ReasonIn(Given):
    """Why it may stay as it is."""

    note: Annotated[str, Field(min_length=1, max_length=2000), Input("Why")]


def _acknowledge(acting: Acting, given: ReasonIn) -> None:
    from inventory.network.worklist_decisions import acknowledge_neighbour

    acknowledge_neighbour(acting.work, acting.id, given.note)


def _reopen(acting: Acting, _given: NothingIn) -> None:
    from inventory.network.worklist_decisions import reopen_neighbour

    reopen_neighbour(acting.work, acting.id)


_by_reason = set_or_not(_neighbour.c.reason)


def _visited(value: Any, viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    return _by_reason({"no": "yes", "yes": "no"}.get(value, value), viewer)


_OWN = tuple(n for n in NeighbourRow.model_fields if n in _neighbour.c)
SOURCE: TableSource[NeighbourQuestion] = TableSource(
    table=_neighbour,
    columns={name: _neighbour.c[name] for name in _OWN}
    | {
        "device_name": _device.c.name,
        "site": _device.c.site,
        "remote_name": _remote.c.name,
        "remote_port": _remote_port.c.name,
        "device": _neighbour.c.device_id,
        "remote_device": _neighbour.c.remote_device_id,
    },
    shown=tuple(NeighbourRow.model_fields),
    joined=_neighbour.join(_device, _device.c.id == _neighbour.c.device_id)
    .outerjoin(_remote, _remote.c.id == _neighbour.c.remote_device_id)
    .outerjoin(_remote_port, _remote_port.c.id == _neighbour.c.remote_interface_id),
    filters={
        "visited": _visited,
        "acknowledged": set_or_not(_neighbour.c.acknowledged_at),
        "removed": set_or_not(_neighbour.c.removed_at),
    },
    searched=(_neighbour.c.sys_name, _neighbour.c.platform, _neighbour.c.chassis_id),
    offered=("reason", "protocol"),
)

NEIGHBOURS = Resource(
    name="neighbours",
    command="neighbour",
    title=N_("Neighbours"),
    counted=NN_("{count} neighbour", "{count} neighbours"),
    group="network",
    roles=READERS,
    rows=NeighbourRow,
    question=NeighbourQuestion,
    sort="sys_name",
    source=SOURCE,
    reference=NEIGHBOUR,
    detail=NeighbourRow,
    get=SOURCE.one,
    called=lambda row: str(row["sys_name"] or row["chassis_id"] or row["id"]),
    acts=(
        Act(
            "acknowledge-neighbour",
            ReasonIn,
            _acknowledge,
            WRITERS,
            verb="acknowledge",
            about="Say that a neighbour is known and why it need not be visited.",
            many=True,
        ),
        Act(
            "reopen-neighbour",
            NothingIn,
            _reopen,
            WRITERS,
            verb="reopen",
            about="Take the acknowledgement of a neighbour back.",
            many=True,
        ),
    ),
)
