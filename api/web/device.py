"""One device: what it is and why we think so, where it is plugged in, who holds it."""

from __future__ import annotations

from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.web import frame, holding, telephony
from api.web.devices import name_of
from api.web.html import (
    Row,
    ago,
    badge,
    facts,
    join,
    link,
    moment,
    mono,
    show,
    speed,
    table,
)
from inventory.network.queries.devices import device_detail

Detail = dict[str, Any]

_NETWORK_TYPES = {"switch", "router", "firewall", "wireless"}

_VIA = {
    "phone": "through the phone on the same port",
    "unmanaged": "through an unmanaged switch",
    "host": "through a computer on the same port",
    "neighbour": "behind a neighbouring device",
    "wireless": "over the air",
}


async def show_page(request: Request, device_id: frame.Id) -> None:
    """Draw the page of device `device_id`."""
    visit = frame.visit(request)
    if not frame.allowed(visit, "/devices"):
        return

    def reading(connection: Connection) -> tuple[Detail | None, str]:
        found = device_detail(connection, device_id)
        if found is None:
            return None, ""
        return found, holding.of_device(connection, found, visit)

    device, held = await visit.read(reading)
    if device is None:
        frame.nothing(visit, f"There is no device {device_id}.")
        return
    if device["merged_into"] is not None:
        ui.navigate.to(f"/devices/{device['merged_into']}")
        return
    title = name_of(device)
    with frame.page(visit, "/devices", title):
        frame.html('<a class="crumb" href="/devices">Devices</a>')
        frame.heading(title, _subtitle(device, visit), badges=_badges(device))
        with ui.element("div").classes("two"):
            with frame.card("What it is"):
                frame.html(facts(_facts(device, visit)))
                frame.html(link(f"/devices/{device_id}/identity", "Why, and correct"))
            with ui.element("div").style("display:grid;gap:18px"):
                with frame.card("Where it is plugged in"):
                    frame.html(_places(device))
                with frame.card("Register"):
                    frame.html(held)
                await telephony.draw_lines_of_device(visit, device_id)
        _details(device)


def _badges(device: Detail) -> str:
    # A stack is one device and several assets, all of them matched.
    states = dict.fromkeys(row["state"] for row in device["reconciliation"])
    return "".join(
        [
            f'<span class="badge">{show(device["type"] or "unknown type")}</span>',
            *(badge(state) for state in states),
        ]
    )


def _subtitle(device: Detail, visit: frame.Visit) -> str:
    seen = ago(device["last_seen"], visit.app.clock())
    how = "" if device["managed"] else "known only from other devices"
    return join(f"Last seen {seen}", show(device["site"]), how)


def _facts(device: Detail, visit: frame.Visit) -> list[tuple[str, str]]:
    chosen = {row["field"]: row for row in device["fields"] if row["chosen"]}

    def value(name: str) -> str:
        row = chosen.get(name)
        return show(device.get(name) or (row and row["value"]))

    others = [row["ip"] for row in device["addresses"]]
    return [
        ("Vendor", value("vendor")),
        ("Family", value("family")),
        ("Model", value("model")),
        ("Serial", mono(device["serial"])),
        ("Operating system", join(value("os"), value("version"), by=" ")),
        ("Hardware", value("hardware_rev")),
        ("Firmware", value("firmware")),
        ("Address", mono(device["address"])),
        ("Further addresses", mono([ip for ip in others if ip != device["address"]])),
        ("MAC", mono(device["mac"])),
        ("Last user", show(device["last_user"])),
        ("Location", show(device["location"])),
        ("First seen", moment(device["first_seen"])),
        ("Last seen", moment(device["last_seen"])),
    ]


def _places(device: Detail) -> str:
    if not device["plugged_in"]:
        above = [row for row in device["links"] if _between_networks(row)]
        if above:
            return _links(device, above)
        return '<div class="soft">No switch we can read has seen it.</div>'
    return "".join(_place(row) for row in device["plugged_in"])


def _place(row: Row) -> str:
    if row["device_id"] is None:
        reason = show(row["reason"]) or "The place is not known."
        return facts([("MAC", mono(row["mac"])), ("Place", reason)])
    target = f"/devices/{row['device_id']}"
    return facts(
        [
            ("Switch", link(target, row["device_name"])),
            ("Port", join(mono(row["port"]), show(row["port_alias"]))),
            ("VLAN", show(row["vlan"])),
            ("Network name", show(row["ssid"])),
            ("Via", show(_VIA.get(row["via"], row["via"]))),
            ("With MAC", mono(row["mac"])),
            ("As address", mono(row["ip"])),
            ("Since", moment(row["first_seen"])),
        ]
    )


def _between_networks(row: Row) -> bool:
    return row["a_type"] in _NETWORK_TYPES and row["b_type"] in _NETWORK_TYPES


def _links(device: Detail, links: list[Row]) -> str:
    rows = [_end(row, device["id"]) for row in links]
    return table(
        rows,
        [
            ("Port", lambda row: mono(row["port"])),
            ("Leads to", lambda row: link(f"/devices/{row['id']}", row["name"])),
            ("Its port", lambda row: mono(row["far_port"])),
            ("Link", lambda row: show(row["kind"])),
        ],
    )


def _end(row: Row, device_id: int) -> dict[str, Any]:
    near, far = ("a", "b") if row["a_device_id"] == device_id else ("b", "a")
    return {
        "port": row[f"{near}_port"],
        "id": row[f"{far}_device_id"],
        "name": row[f"{far}_name"],
        "far_port": row[f"{far}_port"],
        "kind": row["kind"],
    }


def _details(device: Detail) -> None:
    sections = [
        ("Evidence", _evidence(device)),
        ("Interfaces", _interfaces(device)),
        ("Links", _links(device, device["links"]) if device["links"] else ""),
        ("Neighbours", _neighbours(device)),
        ("Parts", _parts(device)),
        ("Identity", _identity(device)),
    ]
    shown = [(name, text) for name, text in sections if text]
    with ui.element("section").classes("card"):
        with ui.tabs().props("dense align=left no-caps inline-label") as tabs:
            for name, _ in shown:
                ui.tab(name)
        with ui.tab_panels(tabs, value=shown[0][0]).props("animated=false"):
            for name, text in shown:
                with ui.tab_panel(name).style("padding:12px 0 0"):
                    frame.html(text)


def _evidence(device: Detail) -> str:
    def reasons(row: Row) -> str:
        items = "".join(f"<li>{show(reason)}</li>" for reason in row["reasons"])
        return f'<ul class="reasons">{items}</ul>' if items else ""

    return table(
        device["fields"],
        [
            ("Field", lambda row: show(row["field"])),
            ("Value", lambda row: show(row["value"])),
            ("Said by", lambda row: join(show(row["origin"]), show(row["source"]))),
            ("Sure", lambda row: f"{row['confidence']:.0%}"),
            ("Why", reasons),
            ("In use", lambda row: "yes" if row["chosen"] else ""),
        ],
        "Nothing was read from it.",
    )


def _interfaces(device: Detail) -> str:
    if not device["interfaces"]:
        return ""

    def state(row: Row) -> str:
        if row["admin_up"] is False:
            return '<span class="faint">switched off</span>'
        return {True: badge("up"), False: "down", None: ""}[row["oper_up"]]

    return table(
        device["interfaces"],
        [
            ("Port", lambda row: mono(row["name"])),
            ("Name", lambda row: show(row["alias"])),
            ("State", state),
            ("Speed", lambda row: speed(row["speed"])),
            ("VLAN", lambda row: show(row["pvid"])),
            ("Voice", lambda row: show(row["voice_vlan"])),
            ("MAC", lambda row: mono(row["mac"])),
        ],
    )


def _neighbours(device: Detail) -> str:
    if not device["neighbours"]:
        return ""

    def name(row: Row) -> str:
        target = row["remote_device_id"]
        text = row["sys_name"] or row["chassis_id"]
        return link(f"/devices/{target}" if target else "", text)

    return table(
        device["neighbours"],
        [
            ("Port", lambda row: mono(row["port"])),
            ("Neighbour", name),
            ("Its port", lambda row: mono(row["port_id"])),
            ("Says it is", lambda row: show(row["platform"] or row["sys_descr"])),
            ("Heard by", lambda row: show(row["protocol"]).upper()),
            ("Remark", lambda row: show(row["reason"])),
        ],
    )


def _parts(device: Detail) -> str:
    if not device["components"]:
        return ""
    return table(
        device["components"],
        [
            ("Kind", lambda row: show(row["kind"])),
            ("Name", lambda row: show(row["name"] or row["descr"])),
            ("Model", lambda row: join(show(row["manufacturer"]), show(row["model"]))),
            ("Serial", lambda row: mono(row["serial"])),
            ("Firmware", lambda row: show(row["firmware_rev"] or row["software_rev"])),
        ],
    )


def _identity(device: Detail) -> str:
    known = table(
        device["identifiers"],
        [
            ("Kind", lambda row: show(row["kind"])),
            ("Value", lambda row: mono(row["value"])),
            ("Unique within", lambda row: show(row["scope"]) or "the world"),
            ("Strength", lambda row: show(row["strength"])),
            ("Read from", lambda row: show(row["source"])),
            ("Since", lambda row: moment(row["first_seen"])),
        ],
        "Nothing tells it from others.",
    )
    read = table(
        device["observations"],
        [
            ("Read by", lambda row: show(row["collector"])),
            ("At", lambda row: mono(row["address"])),
            ("With", lambda row: show(row["credential"])),
            ("First", lambda row: moment(row["first_seen"])),
            ("Last", lambda row: moment(row["last_seen"])),
        ],
        "It never answered itself.",
    )
    return known + "<br>" + read
