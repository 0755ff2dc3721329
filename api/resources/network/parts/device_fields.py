"""The evidence: every value of every field of devices, with who says so."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from api.resources.declare import Column, Show, Text
from api.resources.network.parts.of_device import PartList, PartRow
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import DeviceField


class DeviceFieldRow(PartRow):
    """One value of one field of a device."""

    field: Annotated[
        str, Column("Field", sort=True, about="type, vendor, model, serial, ...")
    ]
    origin: Annotated[
        str,
        Column(
            "Origin",
            sort=True,
            about="person, fused, suggested, rejected, or the collector that says so.",
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


DEVICE_FIELDS = PartList(
    rows=DeviceFieldRow,
    model=DeviceField,
    about="Which values are asked for.",
    searched=(
        "field",
        "value",
    ),
    main=("field", "origin", "chosen"),
    offered=(
        "field",
        "origin",
    ),
).resource(
    "device-fields",
    "device-field",
    N_("Evidence"),
    NN_("{count} value", "{count} values"),
)
