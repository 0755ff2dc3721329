"""The card of notifications that devices sent lately."""

from __future__ import annotations

from nicegui import ui

from api.resources.network.traps import row_of
from api.web import frame
from api.web.html import Row, ago, badge, join, link, mono, show, table

ROWS = 20
EVERY = 2.0
"""Seconds between looks."""


def draw(visit: frame.Visit) -> None:
    """Draw the card and keep it fresh; nothing where nobody listens."""
    book = visit.app.traps
    if book.listening is None:
        return
    with frame.card("Heard from devices"):
        shown = frame.html(_content(visit))
        ui.timer(EVERY, lambda: shown.set_content(_content(visit)))


def _content(visit: frame.Visit) -> str:
    book, now = visit.app.traps, visit.app.clock()
    counts = book.counts()
    told = ", ".join(f"{n:,} {word}" for word, n in counts.items() if n)
    head = f"<p>{show(book.listening)}: {show(told) if told else 'nothing yet'}</p>"
    columns = (
        ("When", lambda row: ago(row["at"], now)),
        ("Device", lambda row: mono(row["address"])),
        ("What", _what),
        ("Came of it", _outcome),
    )
    return head + table([row_of(h) for h in book.latest(ROWS)], columns)


def _what(row: Row) -> str:
    port = "" if row["if_index"] is None else f"interface {row['if_index']}"
    return join(show(row["kind"]), port, show(", ".join(row["macs"][:3])))


def _outcome(row: Row) -> str:
    if row["scan_id"] is not None:
        return link(f"/scans/{row['scan_id']}", f"Scan {row['scan_id']}")
    return badge(row["state"])
