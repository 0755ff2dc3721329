"""Sites, as the devices of the network have them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime
from sqlalchemy import case, func, select

from api.resources.declare import (
    Choice,
    Column,
    Number,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.network.parts.of_device import READERS
from api.resources.references import DEVICE
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_device = DEVICE.table
_sites = (
    select(
        _device.c.site.label("site"),
        func.count().label("devices"),
        func.sum(case((_device.c.managed, 1), else_=0)).label("managed"),
        func.min(_device.c.first_seen).label("first_seen"),
        func.max(_device.c.last_seen).label("last_seen"),
    )
    .where(_device.c.merged_at.is_(None))
    .group_by(_device.c.site)
    .subquery("sites")
)


class SiteRow(RowModel):
    """A site with its devices."""

    site: Annotated[str, Column("Site", sort=True, lead=True)]
    devices: Annotated[int, Column("Devices", Show.NUMBER, total=True)]
    managed: Annotated[
        int,
        Column(
            "Answered",
            Show.NUMBER,
            total=True,
            about="Devices that answer directly; others were seen by them.",
        ),
    ]
    first_seen: Annotated[datetime, Column("First seen", Show.AGO, shown=False)]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO)]


class SiteQuestion(Question):
    """Which sites are asked for."""

    site: Annotated[Word, Choice("Site")] = None
    devices: Annotated[Number, Choice("Devices", main=False)] = None
    managed: Annotated[Number, Choice("Answered", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None


SITES = Resource(
    name="sites",
    command="site",
    title=N_("Sites"),
    counted=NN_("{count} site", "{count} sites"),
    group="network",
    roles=READERS,
    rows=SiteRow,
    question=SiteQuestion,
    sort="site",
    source=TableSource(
        table=_device,
        columns={name: _sites.c[name] for name in SiteRow.model_fields},
        joined=_sites,
        searched=(_sites.c.site,),
        row_id=_sites.c.site,
    ),
    called=lambda row: str(row["site"]),
)
