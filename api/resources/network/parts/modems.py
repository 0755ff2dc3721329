"""Cellular modems in devices, and the SIMs that were seen in them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from api.resources.declare import Column, Moment, Show, Text
from api.resources.network.parts.of_device import PartList, PartRow
from inventory.kernel.texts import N_, NN_
from inventory.network.modem_tables import DeviceModem


class DeviceModemRow(PartRow):
    """A modem, and the SIM in it."""

    part: Annotated[
        str,
        Column(
            "Part", Show.MONO, shown=False, about="Collector and index in its table."
        ),
    ]
    imei: Annotated[Text, Column("IMEI", Show.MONO, sort=True)]
    iccid: Annotated[Text, Column("ICCID", Show.MONO, sort=True)]
    imsi: Annotated[Text, Column("IMSI", Show.MONO, shown=False)]
    msisdn: Annotated[Text, Column("Number", Show.MONO)]
    manufacturer: Annotated[Text, Column("Manufacturer", sort=True, shown=False)]
    model: Annotated[Text, Column("Product", sort=True)]
    firmware: Annotated[Text, Column("Firmware", shown=False)]
    network: Annotated[Text, Column("Mobile network", sort=True)]
    source: Annotated[str, Column("Source", shown=False)]
    first_seen: Annotated[datetime, Column("First seen", Show.AGO)]
    removed_at: Annotated[Moment, Column("Removed", Show.AGO, sort=True, shown=False)]


DEVICE_MODEMS = PartList(
    rows=DeviceModemRow,
    model=DeviceModem,
    about="Which modems are asked for.",
    searched=("imei", "iccid", "imsi", "msisdn", "model", "network"),
    main=("network",),
    end="removed_at",
    offered=("network",),
).resource(
    "device-modems",
    "device-modem",
    N_("Cellular modems"),
    NN_("{count} modem", "{count} modems"),
)
