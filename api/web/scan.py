"""One scan: how far it is while it runs, what came of each host, cancel and resume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import frame
from api.web.grid import Column, Grid
from api.web.html import Row, ago, badge, join, link, mono, show
from discovery.scan.requests import Progress
from discovery.scan.scan_rows import RESUMABLE
from inventory.kernel.errors import InventoryError
from inventory.network.queries.worklist import scan_detail, scan_hosts
from inventory.storage.paging import Page

EVERY = 0.5
"""Seconds between looks at a running scan."""

_PHASES = {
    "": "Waiting for its turn",
    "sweep": "Asking addresses",
    "collect": "Reading hosts",
    "finish": "Drawing conclusions",
}


async def show_page(request: Request, scan_id: frame.Id) -> None:
    """Draw the page of scan `scan_id`."""
    visit = frame.visit(request)
    if not frame.allowed(visit, "/scans"):
        return
    scan = await visit.read(lambda reading: scan_detail(reading, scan_id))
    if scan is None:
        frame.nothing(visit, f"There is no scan {scan_id}.")
        return
    with frame.page(visit, "/scans", f"Scan {scan_id}"):
        frame.html('<a class="crumb" href="/scans">Scans</a>')
        head = frame.html("")
        with frame.card():
            live = frame.html("").props('aria-live="polite"')
            with ui.element("div").classes("tools"):
                buttons = _buttons(visit, scan_id)
        with frame.card("Hosts"):
            grid = Grid(
                f"/scans/{scan_id}",
                _fetch(visit, scan_id),
                _COLUMNS,
                "",
                {"outcome": request.query_params.get("outcome", "")},
                "No host has been read yet.",
            )
            outcomes = frame.html("")
            await grid.draw()
        shown = _Shown(visit, scan_id, head, live, outcomes, grid, *buttons)
        await shown.refresh()
        ui.timer(EVERY, shown.tick)


@dataclass(slots=True)
class _Shown:
    """The parts of the page that change while the scan runs."""

    visit: frame.Visit
    scan_id: int
    head: ui.html
    live: ui.html
    outcomes: ui.html
    grid: Grid
    cancel: ui.button
    resume: ui.button
    last: Progress | None = None

    async def tick(self) -> None:
        """Look whether something changed, and show it."""
        now = await frame.in_thread(lambda: self.visit.app.scans().status(self.scan_id))
        if now != self.last:
            await self.refresh()
            await self.grid.refresh()

    async def refresh(self) -> None:
        """Show the scan as it is now."""
        scan = await self.visit.read(lambda reading: scan_detail(reading, self.scan_id))
        now = await frame.in_thread(lambda: self.visit.app.scans().status(self.scan_id))
        assert scan is not None
        self.last = now
        self.head.set_content(_head(scan, now, self.visit))
        self.live.set_content(_live(scan, now))
        self.outcomes.set_content(_outcomes(scan))
        may = self.visit.may(Role.IT)
        self.cancel.set_visibility(may and now.running)
        self.resume.set_visibility(may and now.state in RESUMABLE)


def _buttons(visit: frame.Visit, scan_id: int) -> tuple[ui.button, ui.button]:
    async def cancel() -> None:
        stopped = await frame.in_thread(lambda: visit.app.scans().cancel(scan_id))
        if not stopped:
            ui.notify("It runs in another process; stop it there with Ctrl-C.")

    async def resume() -> None:
        try:
            await frame.in_thread(lambda: visit.app.scans().resume(scan_id))
        except InventoryError as error:
            ui.notify(f"{error.problem} {error.remedy}")

    stop = ui.button("Cancel scan", on_click=cancel).props("outline")
    go_on = ui.button("Resume scan", on_click=resume).props("unelevated color=primary")
    return stop, go_on


def _head(scan: dict[str, Any], now: Progress, visit: frame.Visit) -> str:
    under = join(
        show(", ".join(scan["request"].get("targets", []))[:200]),
        show(scan["site"]),
        f"started {ago(scan['created_at'], visit.app.clock())}",
        f"by {show(scan['requested_by'])}",
    )
    return (
        f'<div class="head"><h1>Scan {scan["id"]}</h1>{badge(now.state)}'
        f'<div class="sub">{under}</div></div>'
    )


def _live(scan: dict[str, Any], now: Progress) -> str:
    done = 100 * now.swept / now.total if now.total else 0
    read = 100 * now.done / now.answered if now.answered else 0
    phase = _PHASES.get(now.phase, now.phase) if now.running else "Done"
    trouble = scan["error"] or now.error
    error = f'<div class="trouble">{show(trouble)}</div>' if trouble else ""
    return (
        f'<h2>{show(phase)}</h2><div class="bars" style="margin-top:10px">'
        f'<div>Addresses asked</div><div class="meter"><i style="width:{done:.1f}%">'
        f'</i></div><div class="num">{now.swept:,} of {now.total:,}</div>'
        f'<div>Hosts read</div><div class="meter"><i style="width:{read:.1f}%"></i>'
        f'</div><div class="num">{now.done:,} of {now.answered:,}</div></div>'
        f'<p class="soft" style="margin:12px 0 0">{now.new:,} new,'
        f" {now.problems:,} problems</p>{error}"
    )


def _outcomes(scan: dict[str, Any]) -> str:
    return " ".join(
        f"{badge(name)} {count:,}" for name, count in scan["outcomes"].items()
    )


def _fetch(visit: frame.Visit, scan_id: int) -> Any:  # noqa: ANN401 - grid.Fetch
    async def fetch(chosen: Mapping[str, str], _order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> Page:
            return scan_hosts(
                connection,
                scan_id,
                outcome=chosen["outcome"] or None,
                after=after,
                limit=50,
            )

        return await visit.read(reading)

    return fetch


def _device(row: Row) -> str:
    if row["device_id"] is None:
        return ""
    return link(f"/devices/{row['device_id']}", row["device_name"] or row["address"])


def _collectors(row: Row) -> str:
    return join(
        *(
            show(name) if said == "ok" else f"{show(name)}: {show(said)}"
            for name, said in row["collectors"].items()
        )
    )


def _remarks(row: Row) -> str:
    items = "".join(
        f"<li>{show(where)}: {show(detail or reason)}</li>"
        for where, reason, detail in row["problems"]
    )
    problems = f'<ul class="reasons">{items}</ul>' if items else ""
    return f'<span class="soft">{show(row["detail"])}</span>{problems}'


_COLUMNS = (
    Column("Address", lambda row: mono(row["address"]), kind="tight"),
    Column("Outcome", lambda row: badge(row["outcome"]), kind="tight"),
    Column("Device", _device),
    Column("Read by", _collectors),
    Column("Remarks", _remarks),
)
