"""Observations: which collector read which device, where and when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

from api.resources.declare import Choice, Column, Number, RowModel, Show, Text, Word
from api.resources.network.parts.of_device import (
    READERS,
    PartQuestion,
    parts_source,
)
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import StoredObservation


class ObservationRow(RowModel):
    """The latest reading of one collector at one address."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    address: Annotated[str, Column("Address", Show.MONO, sort=True)]
    collector: Annotated[str, Column("Collector", sort=True)]
    port: Annotated[
        int, Column("Port", Show.NUMBER, shown=False, about="0 where there is none.")
    ]
    credential: Annotated[
        Text, Column("Credential", sort=True, about="Its name, never the secret.")
    ]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]


class ObservationQuestion(PartQuestion):
    """Which readings are asked for."""

    address: Annotated[Word, Choice("Address")] = None
    collector: Annotated[Word, Choice("Collector")] = None
    port: Annotated[Number, Choice("Port", main=False)] = None
    credential: Annotated[Word, Choice("Credential", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("First seen", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None


SOURCE = parts_source(
    StoredObservation,
    (
        "id",
        "device_id",
        "address",
        "collector",
        "port",
        "credential",
        "first_seen",
        "last_seen",
    ),
    searched=(
        "address",
        "collector",
    ),
    offered=("collector",),
)

OBSERVATIONS = Resource(
    name="observations",
    command="observation",
    title=N_("Observations"),
    counted=NN_("{count} observation", "{count} observations"),
    group="network",
    roles=READERS,
    rows=ObservationRow,
    question=ObservationQuestion,
    sort="id",
    source=SOURCE,
)
