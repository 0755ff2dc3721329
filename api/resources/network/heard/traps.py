"""Traps: notifications heard from devices since the service started, newest first."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection

from api.resources.declare import (
    Choice,
    Column,
    Number,
    Page,
    PageRequest,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.conflicts import READERS
from api.resources.resource import Resource
from api.resources.sources import QuerySource
from discovery.notifications.trap_log import LoggedNotice
from inventory.kernel.clean_text import parsed
from inventory.kernel.errors import BadCursor
from inventory.kernel.texts import N_, NN_

State = Literal["waiting", "collected", "stranger", "full", "failed"]
MOST = 1000


class TrapRow(RowModel):
    """A notification."""

    number: Annotated[
        int,
        Column(
            "Number",
            Show.NUMBER,
            sort=True,
            about="Counts up from 1 since the service started.",
        ),
    ]
    at: Annotated[datetime, Column("At", Show.AGO)]
    source: Annotated[
        str, Column("From", Show.MONO, lead=True, about="The address it came from.")
    ]
    agent: Annotated[
        Text,
        Column(
            "Agent",
            Show.MONO,
            shown=False,
            about="The address it names as that of the device.",
        ),
    ]
    kind: Annotated[
        str, Column("Kind", about="cold-start, link-down, mac-notification, ...")
    ]
    if_index: Annotated[Number, Column("ifIndex", Show.CODE, shown=False)]
    macs: list[str] = Field(description="MAC addresses that came or went.")
    address: Annotated[
        str, Column("Device", Show.MONO, about="Whom it asks to collect.")
    ]
    site: Annotated[str, Column("Site", shown=False)]
    state: Annotated[
        State,
        Column(
            "State",
            Show.STATE,
            about="stranger: no known device, in no network of a site.",
        ),
    ]
    scan_id: Annotated[Number, Column("Scan", Show.CODE)]


class TrapQuestion(Question):
    """Which notifications are asked for; they are kept until the service stops."""

    state: Annotated[State | None, Choice("State")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    source: Annotated[Word, Choice("From", main=False)] = None
    address: Annotated[Word, Choice("Device", main=False)] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    scan_id: Annotated[Number, Choice("Scan", main=False)] = None


@dataclass(frozen=True, slots=True)
class TrapPage:
    """Notifications, and where the next page begins."""

    rows: Sequence[Row]
    next: str | None


def row_of(logged: LoggedNotice) -> dict[str, Any]:
    """Return a notification as a row of lists."""
    notice = logged.notice
    return {
        "number": logged.number,
        "at": logged.at,
        "source": notice.source,
        "agent": notice.agent,
        "kind": notice.kind,
        "if_index": notice.if_index,
        "macs": [change.mac for change in notice.macs],
        "address": logged.address,
        "site": logged.site,
        "state": logged.state,
        "scan_id": logged.scan_id,
    }


def _read(
    _connection: Connection, asked: TrapQuestion, viewer: Viewer, page: PageRequest
) -> Page:
    filters = asked.asked()
    words = filters.pop("search", "").lower().split()
    rows = [] if viewer.app is None else viewer.app.traps.latest(MOST)
    found = [
        row
        for row in map(row_of, rows)
        if all(row[name] == value for name, value in filters.items())
        and all(word in " ".join(map(str, row.values())).lower() for word in words)
    ]
    falling = page.sort.startswith("-")
    found.sort(key=lambda row: row["number"], reverse=falling)
    last = _number(page.after)
    if last is not None:
        found = [
            r for r in found if (r["number"] < last if falling else r["number"] > last)
        ]
    shown = found[: page.limit]
    more = len(found) > len(shown)
    return TrapPage(shown, _cursor(shown[-1]["number"]) if more else None)


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(number).encode()).decode()


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        found = parsed(base64.urlsafe_b64decode(cursor))
    except ValueError:
        found = None
    if not isinstance(found, int):
        raise BadCursor
    return found


TRAPS = Resource(
    name="traps",
    command="trap",
    title=N_("Traps"),
    counted=NN_("{count} notification", "{count} notifications"),
    group="network",
    roles=READERS,
    rows=TrapRow,
    question=TrapQuestion,
    sort="-number",
    source=QuerySource(read=_read),
    called=lambda row: f"{row['kind']} {row['source']}",
)
