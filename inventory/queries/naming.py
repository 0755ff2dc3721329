"""Which asset a text names: a label, a sticker, an address. Imports `assets`."""

from __future__ import annotations

from sqlalchemy import Connection

from inventory.assets.identifier_rules import IdentifierKind
from inventory.assets.identifying import asset_by_identifier
from inventory.assets.service import find_by_serial, find_by_tag
from inventory.errors import Invalid
from inventory.storage.rows import Row


def who_is(connection: Connection, text: str) -> list[tuple[str, Row]]:
    """Return the assets that a text names, each with what named it.

    What is read from a label, typed or scanned may be a tag, a serial, a MAC, an IMEI
    or a UUID; all are tried, in this order, and an asset occurs once.
    """
    text = text.strip()
    found: list[tuple[str, Row]] = []
    tagged = find_by_tag(connection, text)
    if tagged is not None:
        found.append(("tag", tagged))
    found += [("serial", row) for row in find_by_serial(connection, text)]
    for kind in IdentifierKind:
        try:
            row = asset_by_identifier(connection, kind, text)
        except Invalid:
            continue
        if row is not None:
            found.append((kind.value, row))
    first: dict[int, tuple[str, Row]] = {}
    for how, row in found:
        first.setdefault(row["id"], (how, row))
    return list(first.values())
