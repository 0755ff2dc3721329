"""Stock: what lies in which room, what lacks, what is promised, what was ordered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import forms, frame
from api.web.acts import draw_said
from api.web.html import Row, badge, link, money, mono, show, table
from inventory.assets.register.lifecycle import KINDS
from inventory.queries.register import stock

PATH = "/stock"
_KINDS = {kind: kind for kind in KINDS}


async def show_page(request: Request) -> None:
    """Draw rooms, minima, reservations and orders."""
    visit = frame.visit(request)

    def reading(connection: Connection) -> dict[str, Any]:
        return {
            "rooms": stock.stock_rooms(connection),
            "minima": stock.list_minima(connection),
            "reservations": stock.open_reservations(connection),
            "orders": stock.list_orders(connection, limit=100).rows,
        }

    found = await visit.read(reading)
    may = visit.may(Role.IT)
    with frame.page(visit, PATH, "Stock"):
        frame.heading("Stock")
        draw_said(request)
        with frame.card("Below the minimum"):
            short = [row for row in found["minima"] if row["lacking"]]
            frame.html(table(short, _MINIMA, "Every room has what it should have."))
        with frame.card("In the rooms"):
            frame.html(table(found["rooms"], _ROOMS, "Nothing lies in stock."))
            if may:
                frame.html(forms.folded("Set a minimum", _minimum()))
        with frame.card("Promised"):
            frame.html(table(found["reservations"], _promised(may), "Nothing."))
            if may:
                frame.html(forms.folded("Reserve something", _reserve()))
        with frame.card("Orders"):
            frame.html(table(found["orders"], _ORDERS, "No orders yet."))
            if visit.may(Role.IT, Role.ACCOUNTING):
                frame.html(forms.folded("Record an order", _order()))


async def show_order(request: Request, order_id: frame.Id) -> None:
    """Draw an order with its lines and what came."""
    visit = frame.visit(request)
    order = await visit.read(lambda reading: stock.order_detail(reading, order_id))
    if order is None:
        frame.nothing(visit, f"There is no order {order_id}.")
        return
    here = f"/orders/{order_id}"
    state = order["close_reason"] or "open"
    with frame.page(visit, PATH, order["number"]):
        frame.html(f'<a class="crumb" href="{PATH}">Stock</a>')
        sub = f"{show(order['supplier'])}, {show(order['ordered_on'])}"
        frame.heading(f"Order {order['number']}", sub, badges=badge(state))
        draw_said(request)
        with frame.card("Lines"):
            lines = [row | {"currency": order["currency"]} for row in order["lines"]]
            frame.html(table(lines, _LINES))
            if order["closed_on"] is None and visit.may(Role.IT):
                frame.html(_receive(order, here))
        with frame.card("What came"):
            frame.html(table(order["assets"], _CAME, "Nothing yet."))
        if order["closed_on"] is None and visit.may(Role.IT, Role.ACCOUNTING):
            hidden = {"order": order["number"]}
            frame.html(
                forms.form(
                    "cancel-order", "", "Nothing more comes", here, hidden=hidden
                )
            )


def _minimum() -> str:
    fields = forms.text("location", "Code of the room", required=True)
    fields += forms.choose("kind", "Kind", _KINDS, "laptop")
    fields += forms.text("model", "Model", hint="any")
    fields += forms.text("minimum", "At least", kind="number", required=True)
    return forms.form("minimum", fields, "Set", PATH)


def _reserve() -> str:
    fields = forms.text("request", "For what (name of the request)", required=True)
    fields += forms.choose("kind", "Kind", _KINDS, "laptop")
    fields += forms.text("model", "Model", hint="any")
    fields += forms.text("person", "For whom", hint="key, login, e-mail or name")
    fields += forms.day("expires_on", "Promise ends")
    return forms.form("reserve", fields, "Reserve", PATH)


def _order() -> str:
    fields = forms.text("number", "Number", required=True)
    fields += forms.text("supplier", "Supplier", required=True)
    fields += forms.text("currency", "Currency", "EUR", required=True)
    fields += forms.day("on", "Ordered on")
    fields += forms.text("legal_entity", "Code of the legal entity")
    fields += forms.area(
        "lines",
        "Lines: quantity, kind, manufacturer, model, price each",
        hint="10, laptop, Lenovo, ThinkPad T14, 1249.00",
    )
    return forms.form("order", fields, "Record", PATH)


def _receive(order: Row, here: str) -> str:
    awaited = {
        str(row["line"]): f"{row['line']}: {row['kind']} {row['model'] or ''}"
        for row in order["lines"]
        if row["received"] < row["quantity"]
    }
    fields = forms.choose("line", "Line", awaited)
    fields += forms.text("without_serial", "Without serial", "0", kind="number")
    fields += forms.text("location", "To the room (code)")
    fields += forms.text("invoice_number", "Invoice")
    fields += forms.day("on", "Came on")
    fields += forms.area("serials", "Serials, one a line: type or scan them")
    hidden = {"order": order["number"]}
    return forms.form("receive", fields, "Take in", here, hidden=hidden)


def _promised(may: bool) -> list[tuple[str, Any]]:
    columns = [
        ("Tag", lambda row: link(f"/assets/{row['asset_id']}", row["tag"])),
        ("Kind", lambda row: show(row["kind"])),
        ("Model", lambda row: show(row["model"])),
        ("Request", lambda row: show(row["request"])),
        ("For", lambda row: show(row["person"] or row["purpose"])),
        ("Since", lambda row: show(row["reserved_on"])),
        ("Until", lambda row: show(row["expires_on"])),
    ]
    if may:
        columns.append(("", _release))
    return columns


def _release(row: Row) -> str:
    hidden = {"request": row["request"]}
    return forms.form("release", "", "Release", PATH, hidden=hidden, quiet=True)


_ROOMS = [
    ("Room", lambda row: show(row["location"]) or "no room"),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("In stock", lambda row: show(row["in_stock"])),
    ("Reserved", lambda row: show(row["reserved"])),
    ("Prepared", lambda row: show(row["prepared"])),
]
_MINIMA = [
    ("Room", lambda row: show(row["location"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"]) or "any"),
    ("In stock", lambda row: show(row["in_stock"])),
    ("Minimum", lambda row: show(row["minimum"])),
    ("Lacking", lambda row: f'<span class="badge bad">{row["lacking"]}</span>'),
]
_ORDERS = [
    ("Number", lambda row: link(f"/orders/{row['id']}", row["number"])),
    ("Supplier", lambda row: show(row["supplier"])),
    ("Ordered", lambda row: show(row["ordered_on"])),
    ("Came", lambda row: f"{row['received']} of {row['ordered']}"),
    ("State", lambda row: badge(row["close_reason"] or "open")),
]
_LINES = [
    ("Line", lambda row: show(row["line"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Manufacturer", lambda row: show(row["manufacturer"])),
    ("Model", lambda row: show(row["model"])),
    ("Price each", lambda row: money(row["price_minor"], row["currency"])),
    ("Came", lambda row: f"{row['received']} of {row['quantity']}"),
]
_CAME = [
    ("Tag", lambda row: link(f"/assets/{row['id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
    ("Line", lambda row: show(row["line"])),
    ("Came on", lambda row: show(row["received_on"])),
]
