"""One asset: what it is, who had it, who pays, and what it is on the network."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import asset_acts, frame, timeline_text
from api.web.acts import draw_said
from api.web.assets import holder, product
from api.web.centres import asked_day, day_form
from api.web.html import (
    Cell,
    Row,
    ago,
    badge,
    facts,
    join,
    link,
    moment,
    money,
    mono,
    share,
    show,
    table,
)
from api.web.worth import show_cards as show_worth
from inventory.queries.register.assets import asset_detail
from inventory.queries.register.timeline import timeline

Detail = dict[str, Any]


async def show_page(request: Request, asset_id: frame.Id) -> None:
    """Draw the page of asset `asset_id`."""
    visit = frame.visit(request)
    day = asked_day(request, visit.app.clock().date())
    asset = await visit.read(lambda reading: asset_detail(reading, asset_id, day))
    if asset is None:
        frame.nothing(visit, f"There is no asset {asset_id}.")
        return
    with frame.page(visit, "/assets", asset["tag"]):
        draw_head(asset, "", day)
        draw_said(request)
        with ui.element("div").classes("two"):
            with ui.element("div").style("display:grid;gap:18px"):
                with frame.card("What it is"):
                    frame.html(facts(_facts(asset)))
                with frame.card("What can be done"):
                    frame.html(asset_acts.steps(asset, visit))
            with ui.element("div").style("display:grid;gap:18px"):
                with frame.card("Who has it and who pays"):
                    frame.html(facts(custody(asset, visit)))
                    frame.html(asset_acts.custody(asset, visit))
                    frame.html(asset_acts.bearing(asset, visit))
                with frame.card("On the network"):
                    frame.html(_network(asset, visit))
        await show_worth(visit, asset_id)
        with frame.card("Who had it"):
            frame.html(table(asset["custody"], _held(visit), "Nobody so far."))
        with frame.card("What became of it"):
            frame.html(table(asset["states"], _STATES))
        if asset["parts"]:
            with frame.card("What belongs to it"):
                frame.html(table(asset["parts"], _PARTS))


async def show_timeline(request: Request, asset_id: frame.Id) -> None:
    """Draw everything that happened to asset `asset_id`."""
    visit = frame.visit(request)
    day = visit.app.clock().date()

    def reading(connection: Connection) -> tuple[Detail | None, list[Row]]:
        found = asset_detail(connection, asset_id, day)
        return found, list(timeline(connection, asset_id)) if found else []

    asset, entries = await visit.read(reading)
    if asset is None:
        frame.nothing(visit, f"There is no asset {asset_id}.")
        return
    with frame.page(visit, "/assets", asset["tag"]):
        draw_head(asset, "timeline", day)
        with frame.card("What happened to it"):
            frame.html(table(entries, _ENTRIES, "Nothing yet."))


TABS = {"": "Overview", "timeline": "Timeline", "papers": "Files and notes"}


def draw_head(asset: Detail, tab: str, day: date) -> None:
    """Draw the heading of an asset's pages with its tabs."""
    here = f"/assets/{asset['id']}"
    frame.html('<a class="crumb" href="/assets">Assets</a>')
    acts = f'<a class="plain" href="/labels?tags={quote(asset["tag"])}">Label</a>'
    frame.heading(asset["tag"], product(asset), badges=badge(asset["state"]) + acts)
    tabs = "".join(
        f'<a href="{here}{"/" if name else ""}{name}"'
        + (' aria-current="page"' if name == tab else "")
        + f">{title}</a>"
        for name, title in TABS.items()
    )
    frame.html(f'<nav class="tabs" aria-label="Of this asset">{tabs}</nav>')
    if not tab:
        frame.html(day_form(here, day))


def _facts(asset: Detail) -> list[tuple[str, str]]:
    return [
        ("Kind", show(asset["kind"])),
        ("Category", show(asset["category"])),
        ("Name", show(asset["name"])),
        ("Serial", mono(asset["serial"])),
        ("Class", show(asset["asset_class"])),
        ("Legal entity", show(asset["legal_entity"])),
        ("Belongs to", show(asset["location"])),
        ("Bought", show(asset["purchased_on"])),
        ("Cost", money(asset["cost_minor"], asset["currency"])),
        ("Supplier", show(asset["supplier"])),
        ("Order", show(asset["order_number"])),
        ("Invoice", show(asset["invoice_number"])),
        ("Warranty until", show(asset["warranty_until"])),
        ("Note", show(asset["note"])),
        *((name, show(value)) for name, value in asset["fields"].items()),
    ]


def custody(asset: Detail, visit: frame.Visit) -> list[tuple[str, str]]:
    """Return who holds an asset and which cost centres bear it, as facts."""
    now = asset["holder_on_day"]
    shares = asset["bearing"]["shares"]
    centres = join(
        *(
            show(f"{each['code']} {each['name']}")
            + ("" if len(shares) == 1 else f" {share(each['ppm'])}")
            for each in shares
        ),
        by="<br>",
    )
    return [
        ("Held by", holder(now, visit) if now else '<span class="soft">nobody</span>'),
        ("Since", show(now["valid_from"]) if now else ""),
        ("Back by", show(now["expected_return"]) if now else ""),
        ("Cost centre", centres or '<span class="soft">not known</span>'),
    ]


def _network(asset: Detail, visit: frame.Visit) -> str:
    if not asset["devices"]:
        return '<div class="soft">It was not looked for yet.</div>'
    may = visit.may(Role.IT, Role.AUDITOR, Role.ACCOUNTING)

    def device(row: Row) -> str:
        if row["device_id"] is None:
            return ""
        target = f"/devices/{row['device_id']}" if may else ""
        return link(target, row["name"] or row["address"])

    now = visit.app.clock()
    return "".join(
        facts(
            [
                ("State", badge(row["state"])),
                ("Device", device(row)),
                ("Address", mono(row["address"])),
                ("Last seen", ago(row["last_seen"], now)),
                ("Because", show(row["detail"] or row["reason"])),
                ("Since", moment(row["since"])),
            ]
        )
        for row in asset["devices"]
    )


def _held(visit: frame.Visit) -> list[tuple[str, Cell]]:
    now = '<span class="badge">now</span>'
    return [
        ("Holder", lambda row: holder(row, visit)),
        ("From", lambda row: show(row["valid_from"])),
        ("Until", lambda row: show(row["valid_to"]) or now),
        ("Note", lambda row: show(row["note"])),
    ]


def _whole(text: str) -> str:
    """Return HTML that is not broken into lines."""
    return f'<span style="white-space:nowrap">{text}</span>'


_ENTRIES = [
    ("When", lambda row: _whole(moment(row["at"]))),
    ("True for", lambda row: _whole(show(row["day"]))),
    ("About", lambda row: badge(row["kind"])),
    ("What", lambda row: show(timeline_text.what(row))),
    ("", lambda row: show(timeline_text.text(row))),
    ("Who", lambda row: show(row["actor"])),
]
_STATES = [
    ("State", lambda row: badge(row["state"])),
    ("Since", lambda row: show(row["since"])),
    ("Reason", lambda row: show(row["reason"])),
]
_PARTS = [
    ("Tag", lambda row: link(f"/assets/{row['id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
]
