"""Values of a list as a page shows them: text in the reader's language, and a look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from api.http.callers import Caller
from api.pages.links import href_of
from api.pages.words import Words, is_day
from api.resources.declare import Cell, Column, Show
from api.resources.resource import Resource

TONES = {
    "matched": "good",
    "accepted": "good",
    "approved": "good",
    "delivered": "good",
    "done": "good",
    "open": "info",
    "ordered": "info",
    "filled": "good",
    "proposed": "info",
    "pending": "info",
    "posted": "good",
    "found": "good",
    "disputed": "bad",
    "denied": "bad",
    "off": "bad",
    "disabled": "warn",
    "finished": "good",
    "in_use": "good",
    "up": "good",
    "read": "good",
    "first-read": "info",
    "new": "info",
    "running": "info",
    "queued": "info",
    "in_stock": "info",
    "reserved": "info",
    "unregistered": "warn",
    "misplaced": "warn",
    "interrupted": "warn",
    "cancelled": "warn",
    "due_back": "warn",
    "in_repair": "warn",
    "unidentified": "warn",
    "missing": "bad",
    "conflict": "bad",
    "failed": "bad",
    "lost": "bad",
    "stolen": "bad",
}

SPEEDS = ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s")
SIZES = ("B", "KiB", "MiB", "GiB", "TiB")
TO_THE_RIGHT = frozenset(
    (Show.MONEY, Show.AMOUNT, Show.NUMBER, Show.CODE, Show.SPEED, Show.BYTES)
)
"""What stands at the right of its column, and its heading."""

_SHORT = 16
"""Characters of a text that finds room in any column."""
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
STATES = frozenset(("state", "outcome", "status", "verdict", "asset_state"))
"""Fields that say in which state something is, whoever has them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a cell.

    Attributes:
        text: In the reader's language; empty for nothing.
        look: `text`, `long`, `whole`, `mono`, `num`, `time`, `badge good` ...
        href: Path it leads to.
        exact: The value in full, for the tool tip.
    """

    text: str
    look: str = "text"
    href: str = ""
    exact: str = ""


def row_of(
    resource: Resource[Any],
    columns: Mapping[str, Column],
    row: Mapping[str, Any],
    caller: Caller,
    words: Words,
) -> list[Shown]:
    """Return the cells of a row."""
    return [
        Shown(words.said(resource.called(row)), "lead", path_of(resource, row))
        if column.lead and path_of(resource, row)
        else shown(column.show, _cell(name, column, row, caller), row, words)
        for name, column in columns.items()
    ]


def values_of(
    columns: Mapping[str, Column], rows: Sequence[Mapping[str, Any]], caller: Caller
) -> Iterator[object]:
    """Yield the values that stand in rows."""
    for row in rows:
        for name, column in columns.items():
            yield column.cell(row, caller).value if column.cell else row[name]


def _cell(name: str, column: Column, row: Mapping[str, Any], caller: Caller) -> Cell:
    if column.cell:
        return column.cell(row, caller)
    return Cell(row[name], href_of(name, row, caller))


def path_of(resource: Resource[Any], row: Mapping[str, Any]) -> str:
    """Return the path of the page of a row; empty where it has none."""
    return resource.path(row)


def shown(show: Show, cell: Cell, row: Mapping[str, Any], words: Words) -> Shown:
    """Return a value as it is shown.

    Args:
        show: How.
        cell: The value, and where it leads.
        row: What it stands in; `currency` of amounts is found there.
        words: The language.
    """
    value, href = cell.value, cell.href
    if value is None or value in ("", [], {}):
        return Shown("")
    match show:
        case Show.MONO:
            return Shown(str(value), "mono", href)
        case Show.STATE:
            return Shown(words.word(value), f"badge {TONES.get(str(value), '')}", href)
        case Show.WORD | Show.SAID:
            return _in_words(show, value, href, words)
        case Show.AMOUNT if _AMOUNT.fullmatch(str(value)):
            return Shown(_amount(str(value), row.get("currency"), words), "num", href)
        case Show.MONEY if isinstance(value, int):
            currency = row.get("currency")
            text = words.money(value, currency) if currency else words.number(value)
            return Shown(text, "num", href)
        case Show.SPEED if value == 0:
            return Shown("")  # an agent that does not know
        case Show.NUMBER | Show.CODE | Show.SPEED | Show.BYTES if _is_number(value):
            return Shown(_number(show, value, words), "num", href)
        case Show.AGO if isinstance(value, datetime):
            return Shown(words.ago(value), "time", href, words.moment(value))
        case _:
            return _text(value, href, words)


def _in_words(show: Show, value: Any, href: str, words: Words) -> Shown:  # noqa: ANN401
    if show is Show.WORD:
        return Shown(words.told(value), "text", href)
    return _long(words.sentences(value), href)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _number(show: Show, value: Any, words: Words) -> str:  # noqa: ANN401
    match show:
        case Show.CODE:
            return str(value)
        case Show.SPEED:
            return words.scaled(value, 1000, SPEEDS)
        case Show.BYTES:
            return words.scaled(value, 1024, SIZES)
        case _:
            return words.number(value)


def _text(value: Any, href: str, words: Words) -> Shown:  # noqa: ANN401
    """Return text; days and tags stay whole, and what is long gets some width."""
    text = plain(value, words)
    if is_day(value) or (" " not in text and len(text) <= _SHORT):
        return Shown(text, "whole", href)
    return _long(text, href)


def _long(text: str, href: str) -> Shown:
    return Shown(text, "long" if len(text) > _SHORT else "text", href)


def plain(value: Any, words: Words) -> str:  # noqa: ANN401
    """Return any value as a sentence has it."""
    return words.plain(value)


def _amount(text: str, currency: str | None, words: Words) -> str:
    amount = Decimal(text)
    return words.amount(amount, currency) if currency else words.number(amount)
