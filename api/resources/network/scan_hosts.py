"""Hosts of scans: what came of each address, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import select

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.network.conflicts import READERS
from api.resources.network.neighbours import WRITERS
from api.resources.network.scans import start
from api.resources.references import DEVICE, SCAN, SCAN_HOST, DeviceRef, ScanRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_host, _scan, _device = SCAN_HOST.table, SCAN.table, DEVICE.table


class ScanHostRow(RowModel):
    """What came of one address in a scan."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    scan_id: Annotated[int, Column("Scan", Show.CODE, sort=True, shown=False)]
    address: Annotated[str, Column("Address", Show.MONO, sort=True, lead=True)]
    outcome: Annotated[
        str,
        Column(
            "Outcome",
            Show.STATE,
            sort=True,
            about="new, first-read (known from others before), same, conflict,"
            " unidentified, silent, excluded, waiting or failed.",
        ),
    ]
    reason: Annotated[Text, Column("Because", Show.WORD)]
    detail: Annotated[str, Column("Detail", Show.SAID)]
    device_id: Number
    device_name: Annotated[Text, Column("Device", sort=True)]
    collectors: dict[str, str] = Field(
        description="Collector -> ok, or why it brought nothing."
    )
    problems: list[list[str]] = Field(description="(where, reason, detail) each.")
    finished_at: Annotated[datetime, Column("At", Show.AGO, sort=True, shown=False)]
    site: Annotated[str, Column("Site", shown=False)]


class ScanHostQuestion(Question):
    """Which hosts of which scans are asked for."""

    scan: Annotated[ScanRef | None, Choice("Scan", pick="scans")] = None
    outcome: Annotated[Word, Choice("Outcome")] = None
    reason: Annotated[Word, Choice("Reason")] = None
    device: Annotated[
        DeviceRef | None, Choice("Device", main=False, pick="devices")
    ] = None
    address: Annotated[Word, Choice("Address", main=False)] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    finished_at: Annotated[AwareDatetime | None, Choice("At", main=False)] = None


class RetryStarted(DetailModel):
    """A scan that was queued."""

    id: int = Field(description="The scan.")


def _retry(acting: Acting, _given: NothingIn) -> dict[str, int]:
    query = (
        select(_host.c.address, _scan.c.site)
        .join(_scan, _scan.c.id == _host.c.scan_id)
        .where(_host.c.id == acting.id)
    )
    with acting.app.engine.connect() as connection:
        address, site = connection.execute(query).one()
    return start(acting, [address], site=site or None)


SOURCE: TableSource[ScanHostQuestion] = TableSource(
    table=_host,
    columns={n: _host.c[n] for n in ScanHostRow.model_fields if n in _host.c}
    | {
        "device_name": _device.c.name,
        "site": _scan.c.site,
        "scan": _host.c.scan_id,
        "device": _host.c.device_id,
    },
    shown=tuple(ScanHostRow.model_fields),
    joined=_host.join(_scan, _scan.c.id == _host.c.scan_id).outerjoin(
        _device, _device.c.id == _host.c.device_id
    ),
    searched=(_host.c.address, _host.c.detail, _device.c.name),
    offered=("outcome", "reason"),
)

SCAN_HOSTS = Resource(
    name="scan-hosts",
    command="scan-host",
    title=N_("Hosts of scans"),
    counted=NN_("{count} host", "{count} hosts"),
    group="network",
    roles=READERS,
    rows=ScanHostRow,
    question=ScanHostQuestion,
    sort="id",
    source=SOURCE,
    reference=SCAN_HOST,
    detail=ScanHostRow,
    get=SOURCE.one,
    called=lambda row: str(row["address"]),
    acts=(
        Act(
            "retry-host",
            NothingIn,
            _retry,
            WRITERS,
            verb="retry",
            about="Scan the address of a host once more, in a scan of its own.",
            answer=RetryStarted,
            alone=True,
            preview=False,
        ),
    ),
)
