"""Observations: which collector read which device, where and when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.resources.declare import Column, Show, Text
from api.resources.network.parts.of_device import PartList, PartRow
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import StoredObservation


class ObservationRow(PartRow):
    """The latest reading of one collector at one address."""

    address: Annotated[str, Column("Address", Show.MONO, sort=True)]
    collector: Annotated[str, Column("Collector", sort=True)]
    port: Annotated[
        int, Column("Port", Show.CODE, shown=False, about="0 where there is none.")
    ]
    credential: Annotated[
        Text, Column("Credential", sort=True, about="Its name, never the secret.")
    ]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]
    table_reads: dict[str, list[str]] = Field(
        description="Table -> when it was asked for last, what came of it (complete,"
        " truncated, failed), when it was last complete. What is not in it was not"
        " asked for."
    )


OBSERVATIONS = PartList(
    rows=ObservationRow,
    model=StoredObservation,
    about="Which readings are asked for.",
    searched=(
        "address",
        "collector",
    ),
    main=("address", "collector"),
    offered=("collector",),
).resource(
    "observations",
    "observation",
    N_("Observations"),
    NN_("{count} observation", "{count} observations"),
)
