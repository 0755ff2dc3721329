"""One scan: how far it is while it runs, what came of each host."""

from __future__ import annotations

from api.http.callers import Role
from api.pages.entity import find
from api.pages.render import address
from api.pages.visit import Answer, View, Visit
from api.resources.registry import resource
from discovery.scan.scan_rows import RESUMABLE
from inventory.kernel.texts import N_
from inventory.network.queries.worklist import scan_hosts

ROWS = 50
PHASES = {
    "": N_("Waiting for its turn"),
    "sweep": N_("Asking addresses"),
    "collect": N_("Reading hosts"),
    "finish": N_("Drawing conclusions"),
}


def show_scan(visit: Visit, ref: str) -> Answer:
    """Draw how far a scan is; the page reads itself again while it runs."""
    found = find(visit, resource("scans"), ref)
    if isinstance(found, View):
        return found
    now = visit.app.scans().status(found.id)
    outcome = visit.query.get("outcome", "")
    hosts = scan_hosts(
        visit.reading,
        found.id,
        outcome=outcome or None,
        after=visit.query.get("after") or None,
        limit=ROWS,
    )
    follow = {"outcome": outcome, "after": hosts.next or ""}
    return View(
        template="scan.html",
        title=visit.words.text("Scan {number}", number=found.id),
        here="/scans",
        about={
            "found": found,
            "scan": found.row,
            "now": now,
            "phase": PHASES.get(now.phase, now.phase),
            "hosts": hosts.rows,
            "next": address(found.path, follow) if hosts.next else "",
            "outcome": outcome,
            "may": visit.may(Role.IT),
            "resumable": now.state in RESUMABLE,
        },
    )
