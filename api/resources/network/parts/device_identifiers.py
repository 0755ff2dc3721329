"""Identifiers: what tells devices apart, and how surely."""

from __future__ import annotations

from datetime import datetime
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
from inventory.network.tables import Identifier


class DeviceIdentifierRow(RowModel):
    """An identifier of a device."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
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


class DeviceIdentifierQuestion(RemovableQuestion):
    """Which identifiers are asked for; those that no longer hold are left out."""

    kind: Annotated[Word, Choice("Kind")] = None
    value: Annotated[Word, Choice("Value")] = None
    scope: Annotated[Word, Choice("Scope", main=False)] = None
    strength: Annotated[Number, Choice("Strength", main=False)] = None
    source: Annotated[Word, Choice("Source", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("First seen", main=False)] = None
    ended_at: Annotated[AwareDatetime | None, Choice("Ended", main=False)] = None


SOURCE = parts_source(
    Identifier,
    (
        "id",
        "device_id",
        "kind",
        "value",
        "scope",
        "strength",
        "source",
        "first_seen",
        "ended_at",
    ),
    searched=("value",),
    end="ended_at",
    offered=("kind",),
)

DEVICE_IDENTIFIERS = Resource(
    name="device-identifiers",
    command="device-identifier",
    title=N_("Identifiers"),
    counted=NN_("{count} identifier", "{count} identifiers"),
    group="network",
    roles=READERS,
    rows=DeviceIdentifierRow,
    question=DeviceIdentifierQuestion,
    sort="id",
    source=SOURCE,
)
