"""The evidence: every value of every field of devices, with who says so."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

from api.resources.declare import Choice, Column, RowModel, Show, Text, Word
from api.resources.network.parts.of_device import (
    READERS,
    PartQuestion,
    parts_source,
)
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import DeviceField


class DeviceFieldRow(RowModel):
    """One value of one field of a device."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    field: Annotated[
        str, Column("Field", sort=True, about="type, vendor, model, serial, ...")
    ]
    origin: Annotated[
        str,
        Column(
            "Origin", sort=True, about="person, fused, or the collector that says so."
        ),
    ]
    value: Annotated[Text, Column("Value", sort=True)]
    source: Annotated[str, Column("Source", shown=False)]
    confidence: Annotated[
        float, Column("Confidence", Show.NUMBER, sort=True, about="0 to 1.")
    ]
    observed_at: Annotated[
        datetime, Column("Observed", Show.AGO, sort=True, shown=False)
    ]
    reasons: list[str]
    chosen: Annotated[
        bool, Column("Chosen", Show.YES, about="It is the value shown on the device.")
    ]


class DeviceFieldQuestion(PartQuestion):
    """Which values are asked for."""

    field: Annotated[Word, Choice("Field")] = None
    origin: Annotated[Word, Choice("Origin")] = None
    value: Annotated[Word, Choice("Value", main=False)] = None
    source: Annotated[Word, Choice("Source", main=False)] = None
    confidence: Annotated[float | None, Choice("Confidence", main=False)] = None
    observed_at: Annotated[AwareDatetime | None, Choice("Observed", main=False)] = None
    chosen: Annotated[bool | None, Choice("Chosen")] = None


SOURCE = parts_source(
    DeviceField,
    (
        "id",
        "device_id",
        "field",
        "origin",
        "value",
        "source",
        "confidence",
        "observed_at",
        "reasons",
        "chosen",
    ),
    searched=(
        "field",
        "value",
    ),
    offered=(
        "field",
        "origin",
    ),
)

DEVICE_FIELDS = Resource(
    name="device-fields",
    command="device-field",
    title=N_("Evidence"),
    counted=NN_("{count} value", "{count} values"),
    group="network",
    roles=READERS,
    rows=DeviceFieldRow,
    question=DeviceFieldQuestion,
    sort="id",
    source=SOURCE,
)
