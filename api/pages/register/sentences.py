"""Entries of a timeline as sentences in the reader's language. Pure.

Bookings of one book and year are told as one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.pages.words import Words
from inventory.kernel.texts import N_

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence.

    Attributes:
        day: It is true from then on.
        at: When it was recorded or seen.
        kind: custody, state, money, network, register ...
        icon: A symbol.
        text: The sentence.
        who: Who did it.
        more: Details in a quieter line.
    """

    day: date
    at: datetime
    kind: str
    icon: str
    text: str
    who: str
    more: str = ""


_ICONS = {
    "custody": "swap",
    "state": "asset",
    "money": "coins",
    "network": "radar",
    "register": "paper",
    "stock-take": "list",
}
_AGREED = {
    "matched": N_("The network and the register agree about it"),
    "missing": N_("It was looked for on the network and not found"),
    "misplaced": N_("It was seen where it does not belong"),
    "conflict": N_("The network and the register do not agree about it"),
}
_DONE = {
    ("allocation", "create"): N_("Who pays for it was set"),
    ("allocation", "update"): N_("Who pays for it was changed"),
    ("asset", "create"): N_("It was registered"),
    ("asset_book", "create"): N_("It was put into the books"),
    ("asset_contract_cover", "create"): N_("A contract covers it"),
    ("asset_identifier", "create"): N_("Its address became known"),
    ("asset_note", "create"): N_("A note was written"),
    ("attachment", "create"): N_("A file was kept"),
    ("book_event", "record"): N_("An event was recorded in a book"),
    ("licence_use", "create"): N_("It uses a licence"),
    ("purchase_receipt", "create"): N_("It came in with an order"),
    ("reservation", "create"): N_("It was promised"),
    ("stock_take_correction", "create"): N_("A stock-take proposed a correction"),
    ("stock_take_scan", "create"): N_("It was scanned in a stock-take"),
}
_TO_HOLDER = re.compile(r"to [a-z_-]+ [0-9]+")
"""The reason of a handover: who got it is a sentence of its own."""

_BORING = frozenset(("currency", "data", "holder", "on", "revised_at"))


def tell(entries: Sequence[Entry], words: Words) -> list[Told]:
    """Return the sentences of a timeline, the newest first."""
    told = [*_bookings(entries, words)]
    for entry in entries:
        if entry["entity"] == "posted_row":
            continue
        text, more = _sentence(entry, words)
        icon = _ICONS.get(entry["kind"], "paper")
        who = entry["actor"] or ""
        told.append(
            Told(entry["day"], entry["at"], entry["kind"], icon, text, who, more)
        )
    return sorted(told, key=lambda one: (one.day, one.at), reverse=True)


def _bookings(entries: Sequence[Entry], words: Words) -> Iterator[Told]:
    found: dict[tuple[str, int, str], list[Entry]] = {}
    for entry in entries:
        if entry["entity"] == "posted_row":
            after = entry["after"]
            key = (after["book"], entry["day"].year, after["currency"])
            found.setdefault(key, []).append(entry)
    for (book, year, currency), rows in found.items():
        last = rows[0]
        amount = sum(row["after"]["depreciation_minor"] for row in rows)
        text = words.text(
            "{book}: {months} months of {year} depreciated, {amount} together",
            book=book,
            months=len(rows),
            year=year,
            amount=words.money(amount, currency),
        )
        yield Told(last["day"], last["at"], "money", "coins", text, last["actor"] or "")


def _sentence(entry: Entry, words: Words) -> tuple[str, str]:
    entity, action, after = entry["entity"], entry["action"], entry["after"]
    if entity == "sighting":
        return _seen(after, words)
    if entity == "reconciliation":
        text = _AGREED.get(action)
        said = words.text(text) if text else words.word(action)
        return said, words.said(after["detail"]) or words.word(after["reason"] or "")
    if entity == "custody":
        return _custody(entry, words)
    if entry["kind"] == "state" and "state" in after:
        old = entry["before"].get("state")
        new = words.word(after["state"])
        if old is None:
            return words.text("It is {state}", state=new), _changes(entry, words)
        text = words.text("It went from {old} to {new}", old=words.word(old), new=new)
        reason = str(after.get("reason") or "")
        return text, "" if _TO_HOLDER.fullmatch(reason) else reason
    if (entity, action) in _DONE:
        return words.text(_DONE[entity, action]), _changes(entry, words)
    if entity == "asset":
        return words.text("It was changed"), _changes(entry, words)
    name = f"{entity.replace('_', ' ')}: {action.replace('_', ' ')}"
    return name.capitalize(), _changes(entry, words)


def _seen(after: Mapping[str, Any], words: Words) -> tuple[str, str]:
    parts = (after["device"], after["port"], after["ssid"])
    place = " ".join(part for part in parts if part)
    name = str(after["ip"] or after["mac"])
    if not place:
        return words.text("It was seen, the place is not known"), name
    return words.text("It was seen at {place}", place=place), name


def _custody(entry: Entry, words: Words) -> tuple[str, str]:
    holder = entry["after"].get("holder")
    name = holder["name"] if isinstance(holder, Mapping) else ""
    if entry["action"] == "create" and name:
        return words.text("{name} received it", name=name), ""
    if entry["after"].get("valid_to"):
        return words.text("It was given back"), name
    return words.text("Custody was changed"), _changes(entry, words)


def _changes(entry: Entry, words: Words) -> str:
    before, after = entry["before"], entry["after"]
    parts = []
    for name in dict.fromkeys([*before, *after]):
        if name in _BORING or name.endswith("_id"):
            continue
        old, new = before.get(name), after.get(name)
        if isinstance(new, Mapping | list):
            continue
        currency = after.get("currency") or before.get("currency")
        if name.endswith("_minor") and currency:
            name = name.removesuffix("_minor")
            old, new = (
                words.money(one, currency) if isinstance(one, int) else one
                for one in (old, new)
            )
        old, new = (words.part(name, one, after) for one in (old, new))
        shown = f"{old} → {new}" if old else new
        parts.append(f"{words.field(name)}: {shown}")
    return "; ".join(parts)
