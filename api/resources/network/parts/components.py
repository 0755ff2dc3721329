"""Physical parts of devices: chassis, modules, power supplies, disks, memory."""

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
from inventory.network.tables import DeviceComponent


class ComponentRow(RowModel):
    """A physical part; size in bytes."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
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
        Number, Column("Size", Show.NUMBER, sort=True, shown=False, about="Bytes.")
    ]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


class ComponentQuestion(RemovableQuestion):
    """Which parts are asked for."""

    part: Annotated[Word, Choice("Part", main=False)] = None
    parent: Annotated[Word, Choice("Within", main=False)] = None
    kind: Annotated[Word, Choice("Kind")] = None
    position: Annotated[Number, Choice("Position", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    descr: Annotated[Word, Choice("Description", main=False)] = None
    manufacturer: Annotated[Word, Choice("Manufacturer")] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    serial: Annotated[Word, Choice("Serial", main=False)] = None
    hardware_rev: Annotated[Word, Choice("Hardware revision", main=False)] = None
    firmware_rev: Annotated[Word, Choice("Firmware", main=False)] = None
    software_rev: Annotated[Word, Choice("Software", main=False)] = None
    asset_tag: Annotated[Word, Choice("Asset tag", main=False)] = None
    size: Annotated[Number, Choice("Size", main=False)] = None
    removed_at: Annotated[AwareDatetime | None, Choice("Removed", main=False)] = None


SOURCE = parts_source(
    DeviceComponent,
    (
        "id",
        "device_id",
        "part",
        "parent",
        "kind",
        "position",
        "name",
        "descr",
        "manufacturer",
        "model",
        "serial",
        "hardware_rev",
        "firmware_rev",
        "software_rev",
        "asset_tag",
        "size",
        "removed_at",
    ),
    searched=(
        "name",
        "model",
        "serial",
        "manufacturer",
    ),
    end="removed_at",
    offered=("kind",),
)

COMPONENTS = Resource(
    name="components",
    command="component",
    title=N_("Components"),
    counted=NN_("{count} component", "{count} components"),
    group="network",
    roles=READERS,
    rows=ComponentRow,
    question=ComponentQuestion,
    sort="id",
    source=SOURCE,
)
