"""Findings of discovery: certificates that end, old protocols, unknown devices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from sqlalchemy import Connection

from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.network.parts.of_device import READERS
from api.resources.references import DeviceRef
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_
from inventory.network.queries.service_findings import list_findings


class NetworkFindingRow(RowModel):
    """Something about a device that a person should look at."""

    kind: Annotated[
        str,
        Column(
            "Finding",
            Show.STATE,
            sort=True,
            about="certificate-ended, certificate-ends-soon, smb1-spoken, telnet-open,"
            " unknown-device.",
        ),
    ]
    device_id: int
    device_name: Annotated[str, Column("Device", sort=True, lead=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    place: Annotated[str, Column("Where", Show.MONO, sort=True)]
    detail: Annotated[str, Column("Detail")]
    since: Annotated[datetime, Column("Since", Show.AGO, sort=True)]
    until: Annotated[Moment, Column("Valid until", Show.AGO, sort=True)]


class NetworkFindingQuestion(Question):
    """Which findings are asked for."""

    kind: Annotated[Word, Choice("Finding")] = None
    site: Annotated[Word, Choice("Site")] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    device: Annotated[
        DeviceRef | None, Choice("Device", main=False, pick="devices")
    ] = None


def _compute(
    connection: Connection, asked: NetworkFindingQuestion, viewer: Viewer
) -> Iterator[Row]:
    assert viewer.app is not None
    for row in list_findings(connection, viewer.app.clock()):
        if asked.device is None or row["device_id"] == asked.device:
            yield row


NETWORK_FINDINGS = Resource(
    name="network-findings",
    command="network-finding",
    title=N_("Findings"),
    counted=NN_("{count} finding", "{count} findings"),
    group="network",
    roles=READERS,
    rows=NetworkFindingRow,
    question=NetworkFindingQuestion,
    sort="kind",
    source=ComputedSource(
        rows=NetworkFindingRow,
        compute=_compute,
        answered=frozenset(("device",)),
        key=("kind", "device_id", "place"),
    ),
)
