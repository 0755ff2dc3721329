"""Findings of discovery: what to look at, acknowledged by whom and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, and_, or_

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.neighbours import WRITERS, ReasonIn
from api.resources.network.parts.of_device import READERS, YesNoBoth, set_or_not
from api.resources.references import DEVICE, NETWORK_FINDING, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_, Said
from inventory.network.findings.rules import UNKNOWN

_finding, _device = NETWORK_FINDING.table, DEVICE.table


class NetworkFindingRow(RowModel):
    """Something on the network that a person should look at."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    kind: Annotated[
        str,
        Column(
            "Finding",
            Show.STATE,
            sort=True,
            about="certificate-ended, certificate-ends-soon, smb1-spoken, telnet-open,"
            " default-page, unknown-device, two-dhcp-servers.",
        ),
    ]
    device_id: Number
    device_name: Annotated[Text, Column("Device", sort=True, lead=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    place: Annotated[str, Column("Where", Show.MONO, sort=True)]
    detail: Annotated[str, Column("Detail", Show.SAID)]
    since: Annotated[datetime, Column("Since", Show.AGO, sort=True)]
    until: Annotated[Moment, Column("Valid until", Show.AGO, sort=True)]
    acknowledged_at: Annotated[
        Moment, Column("Acknowledged", Show.AGO, sort=True, shown=False)
    ]
    acknowledged_by: Annotated[Text, Column("Acknowledged by", shown=False)]
    note: Annotated[Text, Column("Note")]
    follows_id: Annotated[
        Number,
        Column(
            "Instead of",
            shown=False,
            about="The acknowledged finding whose fact has changed.",
        ),
    ]
    closed_at: Annotated[Moment, Column("Settled", Show.AGO, shown=False)]


class NetworkFindingQuestion(Question):
    """Which findings are asked for; without anything, what wants a person."""

    kind: Annotated[Word, Choice("Finding")] = None
    site: Annotated[Word, Choice("Site")] = None
    acknowledged: Annotated[
        YesNoBoth,
        Choice("Acknowledged", about="Those that somebody said may stay."),
    ] = "no"
    settled: Annotated[
        YesNoBoth,
        Choice("Settled", main=False, about="Those that are so no more."),
    ] = "no"
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    device: Annotated[
        DeviceRef | None, Choice("Device", main=False, pick="devices")
    ] = None
    place: Annotated[Word, Choice("Where", main=False)] = None
    acknowledged_by: Annotated[Word, Choice("Acknowledged by", main=False)] = None
    since: Annotated[AwareDatetime | None, Choice("Since", main=False)] = None
    until: Annotated[AwareDatetime | None, Choice("Valid until", main=False)] = None


def _acknowledge(acting: Acting, given: ReasonIn) -> None:
    from inventory.network.findings.write import acknowledge_finding

    acknowledge_finding(acting.work, acting.id, given.note)


def _reopen(acting: Acting, _given: NothingIn) -> None:
    from inventory.network.findings.write import reopen_finding

    reopen_finding(acting.work, acting.id)


def _stands(_viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Leave out devices of which somebody said what they are, or that are another."""
    of_device = and_(
        _device.c.merged_at.is_(None),
        or_(_finding.c.kind != UNKNOWN, _device.c.type.is_(None)),
    )
    past, of_segment = _finding.c.closed_at.is_not(None), _finding.c.device_id.is_(None)
    return (or_(past, of_segment, of_device),)


_OWN = tuple(n for n in NetworkFindingRow.model_fields if n in _finding.c)
SOURCE: TableSource[NetworkFindingQuestion] = TableSource(
    table=_finding,
    columns={name: _finding.c[name] for name in _OWN}
    | {"device_name": _device.c.name, "device": _finding.c.device_id},
    shown=tuple(NetworkFindingRow.model_fields),
    joined=_finding.outerjoin(_device, _device.c.id == _finding.c.device_id),
    where=_stands,
    filters={
        "acknowledged": set_or_not(_finding.c.acknowledged_at),
        "settled": set_or_not(_finding.c.closed_at),
    },
    searched=(_device.c.name, _finding.c.detail, _finding.c.place),
    offered=("kind", "site"),
)

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
    source=SOURCE,
    reference=NETWORK_FINDING,
    detail=NetworkFindingRow,
    get=SOURCE.one,
    called=lambda row: Said(
        N_("{kind} {place}"),
        kind=row["kind"],
        place=row["device_name"] or row["place"] or "",
    ),
    acts=(
        Act(
            "acknowledge-network-finding",
            ReasonIn,
            _acknowledge,
            WRITERS,
            verb="acknowledge",
            about="Say why a finding may stay; another fact brings it back.",
            many=True,
        ),
        Act(
            "reopen-network-finding",
            NothingIn,
            _reopen,
            WRITERS,
            verb="reopen",
            about="Take the acknowledgement of a finding back.",
            many=True,
        ),
    ),
)
