"""IP addresses that devices hold or are reached at."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime

from api.resources.declare import Choice, Column, Moment, Number, RowModel, Show, Word
from api.resources.network.parts.of_device import (
    READERS,
    RemovableQuestion,
    parts_source,
)
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import DeviceAddress


class AddressRow(RowModel):
    """An IP address of a device."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    ip: Annotated[str, Column("Address", Show.MONO, sort=True)]
    vrf: Annotated[
        str, Column("VRF", sort=True, about="Routing table; empty for the usual one.")
    ]
    prefix_length: Annotated[Number, Column("Prefix length", Show.NUMBER)]
    if_index: Annotated[Number, Column("ifIndex", Show.NUMBER, shown=False)]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


class AddressQuestion(RemovableQuestion):
    """Which addresses are asked for."""

    ip: Annotated[Word, Choice("Address")] = None
    vrf: Annotated[Word, Choice("VRF")] = None
    prefix_length: Annotated[Number, Choice("Prefix length", main=False)] = None
    if_index: Annotated[Number, Choice("ifIndex", main=False)] = None
    removed_at: Annotated[AwareDatetime | None, Choice("Removed", main=False)] = None


SOURCE = parts_source(
    DeviceAddress,
    (
        "id",
        "device_id",
        "ip",
        "vrf",
        "prefix_length",
        "if_index",
        "removed_at",
    ),
    searched=("ip",),
    end="removed_at",
)

ADDRESSES = Resource(
    name="addresses",
    command="address",
    title=N_("IP addresses"),
    counted=NN_("{count} address", "{count} addresses"),
    group="network",
    roles=READERS,
    rows=AddressRow,
    question=AddressQuestion,
    sort="id",
    source=SOURCE,
)
