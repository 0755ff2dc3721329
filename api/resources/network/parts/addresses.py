"""IP addresses that devices hold or are reached at."""

from __future__ import annotations

from typing import Annotated

from api.resources.declare import Column, Moment, Number, Show
from api.resources.network.parts.of_device import PartList, PartRow
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import DeviceAddress


class AddressRow(PartRow):
    """An IP address of a device."""

    ip: Annotated[str, Column("Address", Show.MONO, sort=True)]
    vrf: Annotated[
        str, Column("VRF", sort=True, about="Routing table; empty for the usual one.")
    ]
    prefix_length: Annotated[Number, Column("Prefix length", Show.NUMBER)]
    if_index: Annotated[Number, Column("ifIndex", Show.CODE, shown=False)]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


ADDRESSES = PartList(
    rows=AddressRow,
    model=DeviceAddress,
    about="Which addresses are asked for.",
    searched=("ip",),
    main=("ip", "vrf"),
    end="removed_at",
).resource(
    "addresses",
    "address",
    N_("IP addresses"),
    NN_("{count} address", "{count} addresses"),
)
