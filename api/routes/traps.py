"""`/traps`: notifications heard from devices lately, and what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.http.auth import Role
from api.http.deps import AppDep, allow
from api.routes.answers import answer, problems
from api.routes.models import Model, Number, Text
from discovery.notifications.trap_log import LoggedNotice

router = APIRouter(prefix="/traps", tags=["scans"])


class Trap(Model):
    """A notification."""

    number: int = Field(description="Counts up from 1 since the service started.")
    at: datetime
    source: str = Field(description="The address it came from.")
    agent: Text = Field(description="The address it names as that of the device.")
    kind: str = Field(description="cold-start, link-down, mac-notification, ...")
    if_index: Number
    macs: list[str] = Field(description="MAC addresses that came or went.")
    address: str = Field(description="Whom it asks to collect.")
    site: str
    state: Literal["waiting", "collected", "stranger", "full", "failed"] = Field(
        description="stranger: no known device, in no network of a site."
    )
    scan_id: Number


class Traps(Model):
    """The latest notifications, newest first; kept until the service stops."""

    listening: Text = Field(description="Address and port; null if nothing listens.")
    counts: dict[str, int] = Field(
        description="Datagrams received, and why others were dropped."
    )
    items: list[Trap]


@router.get(
    "",
    response_model=Traps,
    responses=problems(401, 403, 422),
    dependencies=[allow(Role.IT, Role.AUDITOR)],
)
def list_all(app: AppDep, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> Response:
    """List the notifications heard lately, newest first."""
    book = app.traps
    items = [row_of(heard) for heard in book.latest(limit)]
    counts = book.counts()
    return answer({"listening": book.listening, "counts": counts, "items": items})


def row_of(heard: LoggedNotice) -> dict[str, Any]:
    """Return a notification as a row of lists."""
    notice = heard.notice
    return {
        "number": heard.number,
        "at": heard.at,
        "source": notice.source,
        "agent": notice.agent,
        "kind": notice.kind,
        "if_index": notice.if_index,
        "macs": [change.mac for change in notice.macs],
        "address": heard.address,
        "site": heard.site,
        "state": heard.state,
        "scan_id": heard.scan_id,
    }
