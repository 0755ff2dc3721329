"""Physical parts of devices: chassis, modules, power supplies, disks, memory."""

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
from inventory.network.tables import DeviceComponent


class ComponentRow(PartRow):
    """A physical part; size in bytes."""

    part: Annotated[
        str,
        Column(
            "Part", Show.MONO, shown=False, about="Collector and index in its table."
        ),
    ]
    parent: Annotated[
        Text, Column("Within", Show.MONO, shown=False, about="The part this one is in.")
    ]
    kind: Annotated[
        str,
        Column(
            "Kind", sort=True, about="chassis, module, power-supply, disk, memory, ..."
        ),
    ]
    position: Annotated[Number, Column("Position", Show.NUMBER, shown=False)]
    name: Annotated[Text, Column("Name", sort=True)]
    descr: Annotated[Text, Column("Description", shown=False)]
    manufacturer: Annotated[Text, Column("Manufacturer", sort=True)]
    model: Annotated[Text, Column("Product", sort=True)]
    serial: Annotated[Text, Column("Serial", Show.MONO, sort=True)]
    hardware_rev: Annotated[Text, Column("Hardware revision", shown=False)]
    firmware_rev: Annotated[Text, Column("Firmware", shown=False)]
    software_rev: Annotated[Text, Column("Software", shown=False)]
    asset_tag: Annotated[
        Text, Column("Asset tag", shown=False, about="As stored in the part itself.")
    ]
    size: Annotated[
        Number, Column("Size", Show.BYTES, sort=True, shown=False, about="Bytes.")
    ]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


COMPONENTS = PartList(
    rows=ComponentRow,
    model=DeviceComponent,
    about="Which parts are asked for.",
    searched=(
        "name",
        "model",
        "serial",
        "manufacturer",
    ),
    main=("kind", "manufacturer"),
    end="removed_at",
    offered=("kind",),
).resource(
    "components",
    "component",
    N_("Components"),
    NN_("{count} component", "{count} components"),
)
