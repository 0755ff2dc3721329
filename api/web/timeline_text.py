"""Entries of the timeline of an asset as one line of English. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inventory.kernel.money import Money

Entry = Mapping[str, Any]


def what(entry: Entry) -> str:
    """Return what was done with what: `asset: transition`."""
    if entry["entity"] in ("sighting", "reconciliation", "posted_row"):
        return str(entry["action"])
    return f"{entry['entity'].replace('_', ' ')}: {entry['action']}"


def text(entry: Entry) -> str:
    """Return what changed: `state in_stock -> in_use; reason to Sari`."""
    after: Mapping[str, Any] = entry["after"]
    if entry["entity"] == "sighting":
        place = " ".join(filter(None, (after["device"], after["port"], after["ssid"])))
        until = str(after["last_seen"])[:16].replace("T", " ")
        name = after["ip"] or after["mac"]
        return f"at {place or 'an unknown place'}, {name}, until {until}"
    if entry["entity"] == "reconciliation":
        return str(after["detail"] or after["reason"])
    if entry["entity"] == "posted_row":
        amount = Money(after["depreciation_minor"], after["currency"])
        return f"{after['book']} {after['period']}: depreciation {amount}"
    holder = after.get("holder")
    named = f"{holder['kind']} {holder['name']}" if isinstance(holder, dict) else ""
    return " ".join(filter(None, (named, _changes(entry["before"], after))))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    parts = []
    for name in dict.fromkeys([*before, *after]):
        if name == "holder":
            continue
        old, new = before.get(name), after.get(name)
        shown = f"{old} -> {new}" if name in before else f"{new}"
        parts.append(f"{name.removesuffix('_id').replace('_', ' ')} {shown}")
    return "; ".join(parts)
