"""The first page: what there is, and what wants looking at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import frame
from api.web.html import ago, badge, bars, join, link, number, query, show
from inventory.network.queries.worklist import dashboard
from inventory.queries.register.assets import count_assets

PATH = "/"

_STATES = {
    "matched": ("Matched with an asset", ""),
    "unregistered": ("Seen, not registered", "warn"),
    "missing": ("Registered, not seen", "bad"),
    "misplaced": ("Not where it should be", "warn"),
    "conflict": ("In conflict", "bad"),
}

Target = Callable[..., str]
"""(path, parameters) -> where a number leads; nowhere for who may not go there."""


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    may = visit.may(Role.IT, Role.AUDITOR, Role.ACCOUNTING)
    target: Target = query if may else _nowhere

    def reading(connection: Connection) -> dict[str, Any]:
        counts = dashboard(connection, now=visit.app.clock())
        return counts | {"assets": count_assets(connection)}

    counts = await visit.read(reading)
    with frame.page(visit, PATH, "Dashboard"):
        frame.heading("Dashboard", _last_scan(counts["last_scan"], visit))
        frame.html(_numbers(counts, target)).classes("cards")
        with frame.card("Devices by type"):
            if counts["types"]:
                frame.html(bars(counts["types"], partial(_of_type, target)))
            else:
                frame.html('<div class="empty">No devices yet. Start a scan.</div>')


def _nowhere(_path: str, **_parameters: str | None) -> str:
    return ""


def _of_type(target: Target, name: str) -> str:
    return target("/devices", type=name) if name != "unknown" else ""


def _numbers(counts: dict[str, Any], target: Target) -> str:
    parts = [
        number(counts["devices"], "Devices", target("/devices")),
        number(counts["assets"], "Assets", "/assets"),
    ]
    for state, (label, tone) in _STATES.items():
        path = "/devices" if state == "matched" else "/worklist"
        found = counts["states"].get(state, 0)
        parts.append(number(found, label, target(path, state=state), tone))
    parts.append(number(counts["conflicts"], "Identity unclear", "", "warn"))
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
