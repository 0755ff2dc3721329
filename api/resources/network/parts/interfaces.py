"""Interfaces: the ports and network cards of all devices."""

from __future__ import annotations

from typing import Annotated

from api.resources.declare import (
    Column,
    Moment,
    Number,
    Show,
    Text,
)
from api.resources.network.parts.of_device import PartList, PartRow
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import Interface


class InterfaceRow(PartRow):
    """An interface; speed in bits per second."""

    name: Annotated[str, Column("Name", Show.MONO, sort=True)]
    if_index: Annotated[Number, Column("ifIndex", Show.CODE, sort=True, shown=False)]
    descr: Annotated[Text, Column("Description", shown=False, about="ifDescr.")]
    alias: Annotated[
        Text,
        Column("Alias", sort=True, about="ifAlias: what somebody wrote on the port."),
    ]
    type: Annotated[Number, Column("Type", Show.CODE, shown=False, about="IANAifType.")]
    mtu: Annotated[Number, Column("MTU", Show.NUMBER, shown=False)]
    speed: Annotated[
        Number, Column("Speed", Show.SPEED, sort=True, about="Bits per second.")
    ]
    mac: Annotated[Text, Column("MAC", Show.MONO, sort=True)]
    admin_up: Annotated[bool | None, Column("Enabled", Show.YES, shown=False)]
    oper_up: Annotated[bool | None, Column("Up", Show.YES)]
    duplex: Annotated[Text, Column("Duplex", shown=False)]
    lag_if_index: Annotated[
        Number,
        Column(
            "Aggregate",
            Show.CODE,
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
        Number, Column("VLAN", Show.CODE, sort=True, about="VLAN of untagged frames.")
    ]
    voice_vlan: Annotated[Number, Column("Voice VLAN", Show.CODE, shown=False)]
    lldp_id: Annotated[
        Text,
        Column(
            "Announced as",
            Show.MONO,
            shown=False,
            about="What the port calls itself in LLDP (lldpLocPortId).",
        ),
    ]
    lldp_id_type: Annotated[
        Text,
        Column("Kind of that name", shown=False, about="ifname, local, mac, ..."),
    ]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


INTERFACES = PartList(
    rows=InterfaceRow,
    model=Interface,
    about="Which interfaces are asked for.",
    searched=(
        "name",
        "alias",
        "mac",
    ),
    main=("name", "oper_up", "physical", "pvid"),
    end="removed_at",
).resource(
    "interfaces",
    "interface",
    N_("Interfaces"),
    NN_("{count} interface", "{count} interfaces"),
)
