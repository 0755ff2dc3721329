"""Identifiers: what tells devices apart, and how surely."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from api.resources.declare import Column, Moment, Show
from api.resources.network.parts.of_device import PartList, PartRow
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import Identifier


class DeviceIdentifierRow(PartRow):
    """An identifier of a device."""

    kind: Annotated[
        str,
        Column(
            "Kind",
            sort=True,
            about="serial, system-uuid, engine-id, host-key, mac, ...",
        ),
    ]
    value: Annotated[str, Column("Value", Show.MONO, sort=True)]
    scope: Annotated[
        str,
        Column(
            "Scope",
            sort=True,
            about="Within which the value is unique, such as a maker.",
        ),
    ]
    strength: Annotated[
        int, Column("Strength", Show.NUMBER, sort=True, about="The higher, the surer.")
    ]
    source: Annotated[
        str, Column("Source", shown=False, about="Which collector found it, and where.")
    ]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    ended_at: Annotated[Moment, Column("Ended", Show.AGO, sort=True, shown=False)]


DEVICE_IDENTIFIERS = PartList(
    rows=DeviceIdentifierRow,
    model=Identifier,
    about="Which identifiers are asked for; those that no longer hold are left out.",
    searched=("value",),
    main=("kind", "value"),
    end="ended_at",
    offered=("kind",),
).resource(
    "device-identifiers",
    "device-identifier",
    N_("Identifiers"),
    NN_("{count} identifier", "{count} identifiers"),
)
