"""DHCP servers heard on our segments: of two, one may be somebody's own router."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

from api.resources.declare import (
    Choice,
    Column,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.network.parts.of_device import READERS
from api.resources.references import DHCP_SERVER
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_server = DHCP_SERVER.table


class DhcpServerRow(RowModel):
    """Who was heard to give addresses away on a segment."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    site: Annotated[str, Column("Site", sort=True)]
    segment: Annotated[
        str, Column("Segment", Show.MONO, sort=True, about="The interface that hears.")
    ]
    address: Annotated[str, Column("Server", Show.MONO, sort=True, lead=True)]
    mac: Annotated[Text, Column("MAC", Show.MONO)]
    router: Annotated[
        Text, Column("Gateway", Show.MONO, about="The way out that it hands out.")
    ]
    name_servers: Annotated[list[str], Column("Name servers", Show.MONO)]
    domain: Annotated[Text, Column("Domain")]
    lease_seconds: Annotated[Number, Column("Lease (s)", Show.NUMBER, shown=False)]
    first_seen: Annotated[datetime, Column("First seen", Show.AGO, sort=True)]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]


class DhcpServerQuestion(Question):
    """Which DHCP servers are asked for."""

    site: Annotated[Word, Choice("Site")] = None
    segment: Annotated[Word, Choice("Segment")] = None
    address: Annotated[Word, Choice("Server", main=False)] = None
    mac: Annotated[Word, Choice("MAC", main=False)] = None
    router: Annotated[Word, Choice("Gateway", main=False)] = None
    domain: Annotated[Word, Choice("Domain", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None


SOURCE: TableSource[DhcpServerQuestion] = TableSource(
    table=_server,
    columns={name: _server.c[name] for name in DhcpServerRow.model_fields},
    shown=tuple(DhcpServerRow.model_fields),
    searched=(_server.c.address, _server.c.router, _server.c.domain),
    offered=("site", "segment"),
)

DHCP_SERVERS = Resource(
    name="dhcp-servers",
    command="dhcp-server",
    title=N_("DHCP servers"),
    counted=NN_("{count} DHCP server", "{count} DHCP servers"),
    group="network",
    roles=READERS,
    rows=DhcpServerRow,
    question=DhcpServerQuestion,
    sort="address",
    source=SOURCE,
    reference=DHCP_SERVER,
    detail=DhcpServerRow,
    get=SOURCE.one,
    called=lambda row: str(row["address"]),
)
