"""Rows and values -> HTML text. Everything shown goes through `escape`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import quote

from inventory.kernel.money import Money

Row = Mapping[str, Any]
Cell = Callable[[Row], str]

_TONES = {
    "matched": "good",
    "finished": "good",
    "same": "good",
    "up": "good",
    "in_use": "good",
    "new": "info",
    "running": "info",
    "queued": "info",
    "unregistered": "warn",
    "misplaced": "warn",
    "interrupted": "warn",
    "cancelled": "warn",
    "unidentified": "warn",
    "missing": "bad",
    "conflict": "bad",
    "failed": "bad",
}


def show(value: object) -> str:
    """Return a value as escaped text; nothing for None."""
    match value:
        case None:
            return ""
        case True:
            return "yes"
        case False:
            return "no"
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(show(item) for item in value)
        case _:
            return escape(str(value))


def moment(value: datetime | None) -> str:
    """Return a moment in UTC to the minute, the second in the tool tip."""
    if value is None:
        return ""
    value = value.astimezone(UTC)
    full = value.isoformat(timespec="seconds")
    return f'<time datetime="{full}" title="{full}">{value:%Y-%m-%d %H:%M}</time>'


def ago(value: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in words, the moment in the tool tip."""
    if value is None:
        return ""
    seconds = int((now - value).total_seconds())
    full = value.astimezone(UTC).isoformat(timespec="seconds")
    return f'<time datetime="{full}" title="{full}">{_words(seconds)}</time>'


def _words(seconds: int) -> str:
    if seconds < 60:
        return "just now"
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count != 1 else ''} ago"
    return "just now"


def badge(value: str | None) -> str:
    """Return a state as a coloured label; words carry the meaning, not the colour."""
    if not value:
        return ""
    tone = _TONES.get(value, "")
    text = value.replace("_", " ")
    return f'<span class="badge {tone}">{escape(text)}</span>'


def link(target: str, text: object) -> str:
    """Return a link within the pages; the text alone if there is no target."""
    shown = show(text) or '<span class="faint">no name</span>'
    return f'<a href="{escape(target, quote=True)}">{shown}</a>' if target else shown


def mono(value: object) -> str:
    """Return an address or a number in fixed width."""
    text = show(value)
    return f'<span class="mono">{text}</span>' if text else ""


def join(*parts: str, by: str = " · ") -> str:
    """Return the parts that are not empty, separated."""
    return by.join(part for part in parts if part)


def body(rows: Iterable[Row], cells: Sequence[tuple[Cell, str]]) -> str:
    """Return table rows; each cell with its CSS class."""
    return "".join(
        "<tr>"
        + "".join(
            f'<td class="{kind}">{cell(row)}</td>' if kind else f"<td>{cell(row)}</td>"
            for cell, kind in cells
        )
        + "</tr>"
        for row in rows
    )


def table(
    rows: Sequence[Row], columns: Sequence[tuple[str, Cell]], empty: str = "None."
) -> str:
    """Return a whole table, or a line where there are no rows."""
    if not rows:
        return f'<div class="empty">{escape(empty)}</div>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name, _ in columns)
    inner = body(rows, [(cell, "") for _, cell in columns])
    return (
        f'<div class="scroll"><table class="grid"><thead><tr>{head}</tr></thead>'
        f"<tbody>{inner}</tbody></table></div>"
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and HTML values below one another; empty values are left out."""
    inner = "".join(
        f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs if value
    )
    return f'<dl class="facts">{inner}</dl>'


def number(value: int, label: str, target: str = "", tone: str = "") -> str:
    """Return a count with its label, as a link where there is a target."""
    inner = f"<b>{value:,}</b><span>{escape(label)}</span>"
    kind = f"number {tone if value else ''}".strip()
    if target:
        return f'<a class="{kind}" href="{escape(target, quote=True)}">{inner}</a>'
    return f'<div class="{kind}">{inner}</div>'


def bars(counts: Mapping[str, int], target: Callable[[str], str]) -> str:
    """Return counts as horizontal bars, the largest first."""
    top = max(counts.values(), default=1)
    inner = "".join(
        f"<div>{link(target(name), name)}</div>"
        f'<div class="meter"><i style="width:{100 * count / top:.1f}%"></i></div>'
        f'<div class="num">{count:,}</div>'
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    return f'<div class="bars">{inner}</div>'


def query(path: str, **parameters: str | None) -> str:
    """Return a path with a query string; empty parameters are left out."""
    parts = [f"{name}={quote(value)}" for name, value in parameters.items() if value]
    return f"{path}?{'&'.join(parts)}" if parts else path


def money(minor: int | None, currency: str | None) -> str:
    """Return an amount with its currency."""
    if minor is None or currency is None:
        return ""
    return f"{Decimal(Money(minor, currency).amount):,} {show(currency)}"


def share(ppm: int) -> str:
    """Return parts per million as percent."""
    return f"{ppm / 10_000:g} %"


def speed(bits: int | None) -> str:
    """Return bits per second as a person says them."""
    if not bits:
        return ""
    for size, unit in ((10**9, "Gbit/s"), (10**6, "Mbit/s"), (10**3, "kbit/s")):
        if bits >= size:
            return f"{bits / size:g} {unit}"
    return f"{bits} bit/s"


def counted(total: int, one: str, many: str, most: int) -> str:
    """Return "1 asset", "12 assets", or "10,000+ assets" where counting stopped."""
    if total > most:
        return f"{most:,}+ {many}"
    return f"{total:,} {one if total == 1 else many}"
