"""The first page: what there is, and what wants looking at."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from api.auth import Role
from api.web import frame
from api.web.html import ago, badge, bars, join, link, number, query, show
from inventory.network.work_queries import dashboard

PATH = "/"

_STATES = {
    "matched": "Matched with an asset",
    "unregistered": "Seen, not registered",
    "missing": "Registered, not seen",
    "misplaced": "At another place",
    "conflict": "In conflict",
}


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    now = visit.app.clock()
    counts = await visit.read(lambda reading: dashboard(reading, now=now))
    with frame.page(visit, PATH, "Dashboard"):
        frame.heading("Dashboard", _last_scan(counts["last_scan"], visit))
        frame.html(_numbers(counts)).classes("cards")
        with frame.card("Devices by type"):
            if counts["types"]:
                frame.html(bars(counts["types"], _of_type))
            else:
                frame.html('<div class="empty">No devices yet. Start a scan.</div>')


def _of_type(name: str) -> str:
    return query("/devices", type=name)


def _numbers(counts: dict[str, Any]) -> str:
    states = counts["states"]
    parts = [number(counts["devices"], "Devices", "/devices")]
    for state, label in _STATES.items():
        tone = {"missing": "bad", "conflict": "bad", "matched": ""}.get(state, "warn")
        target = query("/devices", state=state) if state != "missing" else ""
        parts.append(number(states.get(state, 0), label, target, tone))
    parts.append(number(counts["conflicts"], "Identity conflicts", "", "warn"))
    parts.append(number(counts["unplaced"], "Seen, place unknown", "", "warn"))
    return "".join(parts)


def _last_scan(scan: dict[str, Any] | None, visit: frame.Visit) -> str:
    if scan is None:
        return "Nothing was scanned yet."
    name = f"Scan {scan['id']}"
    if visit.may(Role.IT, Role.AUDITOR):
        name = link(f"/scans/{scan['id']}", name)
    when = scan["finished_at"] or scan["started_at"] or scan["created_at"]
    return join(
        f"{name} {badge(scan['state'])}",
        ago(when, visit.app.clock()),
        show(scan["site"]),
    )
