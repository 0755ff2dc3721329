"""Interfaces: the ports and network cards of all devices."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime

from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Number,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.network.parts.of_device import (
    READERS,
    RemovableQuestion,
    parts_source,
)
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import Interface


class InterfaceRow(RowModel):
    """An interface; speed in bits per second."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    name: Annotated[str, Column("Name", Show.MONO, sort=True)]
    if_index: Annotated[Number, Column("ifIndex", Show.NUMBER, sort=True, shown=False)]
    descr: Annotated[Text, Column("Description", shown=False, about="ifDescr.")]
    alias: Annotated[
        Text,
        Column("Alias", sort=True, about="ifAlias: what somebody wrote on the port."),
    ]
    type: Annotated[
        Number, Column("Type", Show.NUMBER, shown=False, about="IANAifType.")
    ]
    mtu: Annotated[Number, Column("MTU", Show.NUMBER, shown=False)]
    speed: Annotated[
        Number, Column("Speed", Show.NUMBER, sort=True, about="Bits per second.")
    ]
    mac: Annotated[Text, Column("MAC", Show.MONO, sort=True)]
    admin_up: Annotated[bool | None, Column("Enabled", Show.YES, shown=False)]
    oper_up: Annotated[bool | None, Column("Up", Show.YES)]
    duplex: Annotated[Text, Column("Duplex", shown=False)]
    lag_if_index: Annotated[
        Number,
        Column(
            "Aggregate",
            Show.NUMBER,
            shown=False,
            about="ifIndex of the aggregate it belongs to.",
        ),
    ]
    lower_if_index: Annotated[
        Number,
        Column(
            "Lies on",
            Show.NUMBER,
            shown=False,
            about="ifIndex of the interface this one lies on.",
        ),
    ]
    physical: Annotated[bool | None, Column("Physical", Show.YES, shown=False)]
    pvid: Annotated[
        Number, Column("VLAN", Show.NUMBER, sort=True, about="VLAN of untagged frames.")
    ]
    voice_vlan: Annotated[Number, Column("Voice VLAN", Show.NUMBER, shown=False)]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


class InterfaceQuestion(RemovableQuestion):
    """Which interfaces are asked for."""

    name: Annotated[Word, Choice("Name")] = None
    if_index: Annotated[Number, Choice("ifIndex", main=False)] = None
    descr: Annotated[Word, Choice("Description", main=False)] = None
    alias: Annotated[Word, Choice("Alias", main=False)] = None
    type: Annotated[Number, Choice("Type", main=False)] = None
    mtu: Annotated[Number, Choice("MTU", main=False)] = None
    speed: Annotated[Number, Choice("Speed", main=False)] = None
    mac: Annotated[Word, Choice("MAC", main=False)] = None
    admin_up: Annotated[bool | None, Choice("Enabled", main=False)] = None
    oper_up: Annotated[bool | None, Choice("Up")] = None
    duplex: Annotated[Word, Choice("Duplex", main=False)] = None
    lag_if_index: Annotated[Number, Choice("Aggregate", main=False)] = None
    lower_if_index: Annotated[Number, Choice("Lies on", main=False)] = None
    physical: Annotated[bool | None, Choice("Physical")] = None
    pvid: Annotated[Number, Choice("VLAN")] = None
    voice_vlan: Annotated[Number, Choice("Voice VLAN", main=False)] = None
    removed_at: Annotated[AwareDatetime | None, Choice("Removed", main=False)] = None


SOURCE = parts_source(
    Interface,
    (
        "id",
        "device_id",
        "name",
        "if_index",
        "descr",
        "alias",
        "type",
        "mtu",
        "speed",
        "mac",
        "admin_up",
        "oper_up",
        "duplex",
        "lag_if_index",
        "lower_if_index",
        "physical",
        "pvid",
        "voice_vlan",
        "removed_at",
    ),
    searched=(
        "name",
        "alias",
        "mac",
    ),
    end="removed_at",
)

INTERFACES = Resource(
    name="interfaces",
    command="interface",
    title=N_("Interfaces"),
    counted=NN_("{count} interface", "{count} interfaces"),
    group="network",
    roles=READERS,
    rows=InterfaceRow,
    question=InterfaceQuestion,
    sort="id",
    source=SOURCE,
)
