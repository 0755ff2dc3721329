"""What an asset is worth in the books: balances of today, and a chart over its life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from nicegui import ui
from sqlalchemy import Connection

from api.http.auth import Role
from api.web import frame
from api.web.html import badge, facts, mono, show
from inventory.fixed_assets.asset_books import books_of_asset
from inventory.kernel.errors import NotFound
from inventory.queries.money.schedules import asset_schedule

READERS = (Role.ACCOUNTING, Role.AUDITOR, Role.IT)
COST, CHARGED, VALUE = "#8a94a6", "#c2703d", "#2f6fb2"
"""Colours of the three curves; told apart in grey and by the colour-blind too."""

Told = Mapping[str, Any]


async def show_cards(visit: frame.Visit, asset_id: int) -> None:
    """Draw a card for each book that an asset is in; nothing where it is in none."""
    if not visit.may(*READERS):
        return
    day = visit.app.clock().date()
    for told in await visit.read(lambda reading: _books(reading, asset_id, day)):
        with frame.card(f"What it is worth: {told['book']}"):
            frame.html(facts(_standing(told)))
            if told["rows"]:
                ui.echart(chart(told["rows"], told["currency"], day)).classes(
                    "chart"
                ).style("height:260px;width:100%").props(
                    f'role="img" aria-label="{escape(_words(told))}"'
                )


def _books(reading: Connection, asset_id: int, day: date) -> list[Told]:
    try:
        books = books_of_asset(reading, asset_id, "*")
    except NotFound:
        return []
    return [asset_schedule(reading, one, (None, None), as_of=day) for one in books]


def _standing(told: Told) -> list[tuple[str, str]]:
    now, currency = told["as_of"], told["currency"]
    if now is None:
        return [("Today", '<span class="soft">not in the book</span>')]
    return [
        ("Book value today", mono(f"{now['book_value']} {currency}")),
        ("Cost", mono(f"{now['cost']} {currency}")),
        ("Depreciation so far", mono(f"{now['accumulated']} {currency}")),
        ("Class", show(now["asset_class"])),
        ("Method", show(now["method"])),
        ("Depreciated until", show(now["depreciated_until"])),
        ("Status", badge(now["status"])),
    ]


def _words(told: Told) -> str:
    first, last = told["rows"][0], told["rows"][-1]
    return (
        f"Book value from {first['cost']} {told['currency']} on {first['first_day']} "
        f"to {last['closing']} on {last['last_day']}"
    )


def chart(rows: Sequence[Told], currency: str, today: date) -> dict[str, Any]:
    """Return cost, accumulated depreciation and book value over time for ECharts.

    Args:
        rows: Rows of the schedule as `explain.Teller` tells them; all of one book.
        currency: ISO 4217 code, shown on the axis.
        today: Marked by a line; what is not posted yet is shaded.
    """
    begin = rows[0]["first_day"]
    return {
        "animation": False,
        "grid": {"left": 80, "right": 24, "top": 40, "bottom": 32},
        "legend": {"top": 4},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "name": currency, "min": 0},
        "series": [
            _curve("Cost", COST, begin, rows, "cost"),
            _curve("Accumulated depreciation", CHARGED, begin, rows, "accumulated"),
            {
                **_curve("Book value", VALUE, begin, rows, "closing"),
                "areaStyle": {"opacity": 0.12},
                "markLine": {
                    "symbol": "none",
                    "label": {"formatter": "today"},
                    "data": [{"xAxis": today.isoformat()}],
                },
                "markArea": {
                    "itemStyle": {"color": "rgba(0,0,0,0.04)"},
                    "data": _planned(rows),
                },
            },
        ],
    }


def _curve(
    name: str, colour: str, begin: str, rows: Sequence[Told], field: str
) -> dict[str, Any]:
    # Amounts stay text: the browser alone turns them into heights.
    points = [[begin, _before(rows[0], field)]]
    points += [[row["last_day"], row[field]] for row in rows]
    return {
        "name": name,
        "type": "line",
        "showSymbol": False,
        "step": "end" if field == "cost" else False,
        "itemStyle": {"color": colour},
        "lineStyle": {"width": 2, "type": "dashed" if field == "cost" else "solid"},
        "data": points,
    }


def _before(row: Told, field: str) -> str:
    """Return where a curve begins: before the first charge."""
    sign = {"cost": 0, "accumulated": -1, "closing": 1}[field]
    return str(Decimal(row[field]) + sign * Decimal(row["depreciation"]))


def _planned(rows: Sequence[Told]) -> list[list[dict[str, Any]]]:
    planned = [row for row in rows if not row["posted"]]
    if not planned:
        return []
    area = {"name": "not posted yet", "xAxis": planned[0]["first_day"]}
    label = {"label": {"color": "#8a94a6", "position": "insideTop"}}
    return [[area | label, {"xAxis": planned[-1]["last_day"]}]]
