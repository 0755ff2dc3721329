"""Where a MAC or an address was on a day, and what was on a port."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from api.http.callers import Role
from api.http.parse_days import moment_of
from api.pages.visit import Answer, View, Visit, refused
from collectors import macs
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.network.queries.topology import (
    devices_named,
    on_port,
    port_named,
    where_was,
)

SEES = (Role.IT, Role.AUDITOR, Role.ACCOUNTING)
VIA = {
    "phone": N_("through the phone"),
    "unmanaged": N_("through an unmanaged switch"),
    "host": N_("through a computer"),
    "neighbour": N_("behind a neighbouring device"),
    "switches": N_("through other switches"),
    "wireless": N_("over the air"),
}
EXAMPLES = "00:1b:2c:3d:4e:5f, 192.0.2.7, sw-1 Gi1/0/14"


def show_whereabouts(visit: Visit) -> Answer:
    """Draw the question, which stands in the address, and its answer."""
    if not visit.may(*SEES):
        return refused(N_("Whereabouts"))
    asked = visit.query.get("q", "").strip()[:200]
    day = visit.query.get("at", "").strip()[:40]
    problem, rows = "", []
    if asked:
        try:
            rows = answer(visit.reading, asked, day)
        except Invalid as error:
            problem = visit.words.error(error)
    return View(
        template="whereabouts.html",
        title=N_("Whereabouts"),
        here="/whereabouts",
        about={
            "q": asked,
            "at": day,
            "rows": rows,
            "problem": problem,
            "via": VIA,
            "examples": EXAMPLES,
        },
        status=422 if problem else 200,
    )


def answer(connection: Connection, asked: str, day: str) -> list[dict[str, Any]]:
    """Return the intervals that a question is about, the newest first.

    Args:
        connection: Where.
        asked: A MAC, an IP address, or a switch and the name of its port.
        day: A day; empty for the whole history.

    Raises:
        Invalid: The question or the day cannot be understood.
    """
    span = moment_of(day) if day else None
    mac = macs.from_text(asked)
    if mac is not None or " " not in asked:
        return where_was(connection, mac=mac, ip=None if mac else asked, during=span)
    name, _, port = asked.rpartition(" ")
    for device in devices_named(connection, name.strip()):
        found = port_named(connection, device, port)
        if found is not None:
            return on_port(connection, device, found, during=span)
    raise Invalid(
        N_("No switch {name!r} has a port {port!r}."),
        where="q",
        remedy=N_("Write both as the page of the switch shows them."),
        name=name,
        port=port,
    )


PAGES = {"/whereabouts": show_whereabouts}
