"""Where was this MAC on that day, and what was on this port."""

from __future__ import annotations

from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.http.parse_days import moment_of
from api.web import frame
from api.web.html import Row, join, link, moment, mono, query, show, table
from collectors import macs
from inventory.kernel.errors import Invalid
from inventory.network.queries.topology import (
    devices_named,
    on_port,
    port_named,
    where_was,
)

PATH = "/places"

VIA = {
    "phone": "through the phone",
    "unmanaged": "through an unmanaged switch",
    "host": "through a computer",
    "neighbour": "behind a neighbouring device",
    "wireless": "over the air",
}
EXAMPLES = "00:1b:2c:3d:4e:5f, 192.0.2.7, or a switch and its port: sw-1 Gi1/0/14"


async def show_page(request: Request) -> None:
    """Draw the page; what is asked is in the address."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    asked = request.query_params.get("q", "").strip()[:200]
    day = request.query_params.get("at", "").strip()[:40]
    trouble, rows = "", []
    if asked:
        try:
            rows = await visit.read(lambda connection: answer(connection, asked, day))
        except Invalid as error:
            trouble = f"{error.problem} {error.remedy}"
    with frame.page(visit, PATH, "Places"):
        frame.heading("Places", "Where a MAC or an address was, what was on a port.")
        with frame.card():
            _form(asked, day)
            if trouble:
                frame.html(show(trouble)).classes("trouble").props('role="alert"')
            elif asked:
                frame.html(_table(rows))


def _form(asked: str, day: str) -> None:
    with ui.element("div").classes("tools"):
        what = ui.input("MAC, address, or switch and port", value=asked)
        what.classes("grow").props(f'outlined dense placeholder="{EXAMPLES}"')
        at = ui.input("On day", value=day).props("outlined dense type=date stack-label")

        def go() -> None:
            ui.navigate.to(query(PATH, q=what.value or "", at=at.value or ""))

        for each in (what, at):
            each.on("keydown.enter", go)
        ui.button("Find", on_click=go).props("unelevated color=primary")


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
        f"No switch {name!r} has a port {port!r}.",
        where="q",
        remedy="Write both as the page of the switch shows them.",
    )


def _table(rows: list[dict[str, Any]]) -> str:
    return table(
        rows,
        [
            ("MAC", lambda row: mono(row["mac"])),
            ("Address", lambda row: mono(row["ip"])),
            ("Device", _endpoint),
            ("Plugged into", _place),
            ("VLAN", lambda row: show(row["vlan"])),
            ("From", lambda row: moment(row["first_seen"])),
            ("Last seen", lambda row: moment(row["last_seen"])),
            ("Until", lambda row: moment(row["closed_at"]) or "now"),
        ],
        "Nothing was seen there then.",
    )


def _endpoint(row: Row) -> str:
    if row["endpoint_id"] is None:
        return ""
    return link(f"/devices/{row['endpoint_id']}", row["endpoint_name"])


def _place(row: Row) -> str:
    if row["device_id"] is None:
        return f'<span class="soft">{show(row["reason"] or "not known")}</span>'
    switch = link(f"/devices/{row['device_id']}", row["device_name"])
    name = show(row["port_alias"])
    via = show(VIA.get(row["via"], row["via"]) or row["reason"])
    return join(switch, mono(row["port"]), name, via)
