"""Everything that ever happened to an asset, in one list. May import every context.

Custody, states, allocations, descriptions, files, notes, contracts, stock-takes and
bookings come from the audit trail, with who did it; sightings and the agreement with
the network from the scans; booked depreciation from the books.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from inventory.accounting import tables as books
from inventory.assets.contracts.tables import ContractCover, LicenceUse
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import tables as assets
from inventory.assets.register.detail_tables import AssetNote, Attachment
from inventory.assets.stock.tables import PurchaseReceipt, Reservation
from inventory.assets.stocktake.tables import StockTakeCorrection, StockTakeScan
from inventory.kernel.money import Money
from inventory.network import tables as network
from inventory.queries.register.holders import custody_history
from inventory.storage.rows import Row, chunks, col, id_of, table_of
from inventory.storage.tables import AuditEntry

_ENTRY = table_of(AuditEntry)
_DEVICE = table_of(network.Device)
_PORT = table_of(network.Interface)
_BOOKED = table_of(books.PostedRow)
_OF_BOOK = table_of(books.AssetBook)
_BOOK = table_of(books.Book)

_OWNED: dict[str, type[Any]] = {
    "custody": assets.Custody,
    "allocation": assets.Allocation,
    "asset_identifier": AssetIdentifier,
    "purchase_receipt": PurchaseReceipt,
    "reservation": Reservation,
    "attachment": Attachment,
    "asset_note": AssetNote,
    "asset_contract_cover": ContractCover,
    "licence_use": LicenceUse,
    "stock_take_scan": StockTakeScan,
    "stock_take_correction": StockTakeCorrection,
}
"""Tables whose rows belong to an asset, by the name the audit trail has for them."""

KINDS = {
    "custody": "custody",
    "allocation": "money",
    "asset_book": "money",
    "book_event": "money",
    "purchase_receipt": "money",
    "stock_take_scan": "stock-take",
    "stock_take_correction": "stock-take",
}
"""What kind of entry a table makes; others make `register`."""

MOST = 1000
"""Sightings and bookings that are shown, the newest."""


def timeline(connection: Connection, asset_id: int) -> list[Row]:
    """Return what happened to an asset, the newest first.

    Each entry has `at` (when it was recorded or seen), `day` (the day it is true for),
    `kind` (custody, state, money, network, stock-take, register), `what` (a word),
    `text`, `actor` (None for what nobody did) and `request_id`.
    """
    entries = [
        *_audited(connection, asset_id),
        *_sightings(connection, asset_id),
        *_agreements(connection, asset_id),
        *_bookings(connection, asset_id),
    ]
    return sorted(entries, key=lambda one: one["at"], reverse=True)


def _audited(connection: Connection, asset_id: int) -> Iterator[Row]:
    names = {
        str(row["id"]): f"{row['holder_kind']} {row['holder']}"
        for row in custody_history(connection, col(assets.Custody.asset_id) == asset_id)
    }
    in_books = _ids(connection, _OF_BOOK, asset_id)
    events = set(
        connection.execute(
            select(id_of(books.BookEvent)).where(
                col(books.BookEvent.asset_book_id).in_(in_books)
            )
        ).scalars()
    )
    owned = {
        "asset": {asset_id},
        "asset_book": in_books,
        "book_event": events,
        **{n: _ids(connection, table_of(one), asset_id) for n, one in _OWNED.items()},
    }
    for entity, ids in owned.items():
        for row in _entries(connection, entity, ids):
            yield _entry(row, names)


def _ids(connection: Connection, table: Table, asset_id: int) -> set[int]:
    query = select(table.c.id).where(table.c.asset_id == asset_id)
    return set(connection.execute(query).scalars())


def _entries(connection: Connection, entity: str, ids: Iterable[int]) -> Iterator[Row]:
    for part in chunks(map(str, ids)):
        query = select(_ENTRY).where(
            col(AuditEntry.entity) == entity, col(AuditEntry.entity_id).in_(part)
        )
        for row in connection.execute(query).mappings():
            yield dict(row)


def _entry(row: Row, names: dict[str, str]) -> Row:
    before = json.loads(row["before"]) if row["before"] else {}
    after = json.loads(row["after"]) if row["after"] else {}
    kind = KINDS.get(row["entity"], "register")
    if row["entity"] == "asset" and "state" in after and "on" in after:
        kind = "state"
    holder = names.get(row["entity_id"], "") if row["entity"] == "custody" else ""
    return {
        "at": row["at"],
        "day": _day(row["at"], after),
        "kind": kind,
        "what": f"{row['entity'].replace('_', ' ')}: {row['action']}",
        "text": " ".join(filter(None, (holder, told(before, after)))),
        "actor": row["actor"],
        "request_id": row["request_id"],
    }


def told(before: Row, after: Row) -> str:
    """Return what changed as one line: `state in_stock -> in_use; reason to Sari`."""
    parts = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if name in ("asset_id", "sort_name", "serial_key", "whole") or old == new:
            continue
        if name not in before and new in ("", {}, []):
            continue
        shown = f"{old} -> {new}" if name in before else f"{new}"
        parts.append(f"{name.removesuffix('_id').replace('_', ' ')} {shown}")
    return "; ".join(parts)


def _day(at: datetime, after: Row) -> date:
    for name in ("on", "valid_to", "valid_from", "effective", "received_on"):
        value = after.get(name)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                continue
    return at.astimezone(UTC).date()


def _found(at: datetime, kind: str, what: str, text: str) -> Row:
    return {
        "at": at,
        "day": at.astimezone(UTC).date(),
        "kind": kind,
        "what": what,
        "text": text,
        "actor": None,
        "request_id": None,
    }


def _sightings(connection: Connection, asset_id: int) -> Iterator[Row]:
    devices = select(col(network.Reconciliation.device_id)).where(
        col(network.Reconciliation.asset_id) == asset_id,
        col(network.Reconciliation.device_id).is_not(None),
    )
    query = (
        select(
            col(network.Sighting.first_seen),
            col(network.Sighting.last_seen),
            col(network.Sighting.mac),
            col(network.Sighting.ip),
            col(network.Sighting.ssid),
            col(network.Device.name).label("device"),
            col(network.Interface.name).label("port"),
        )
        .outerjoin(_DEVICE, id_of(network.Device) == col(network.Sighting.device_id))
        .outerjoin(
            _PORT, id_of(network.Interface) == col(network.Sighting.interface_id)
        )
        .where(col(network.Sighting.endpoint_id).in_(devices))
        .order_by(col(network.Sighting.last_seen).desc())
        .limit(MOST)
    )
    for row in connection.execute(query):
        place = " ".join(filter(None, (row.device, row.port, row.ssid)))
        until = row.last_seen.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        text = f"at {place or 'an unknown place'}, {row.ip or row.mac}, until {until}"
        yield _found(row.first_seen, "network", "seen", text)


def _agreements(connection: Connection, asset_id: int) -> Iterator[Row]:
    query = select(
        col(network.Reconciliation.since),
        col(network.Reconciliation.state),
        col(network.Reconciliation.detail),
        col(network.Reconciliation.reason),
    ).where(col(network.Reconciliation.asset_id) == asset_id)
    for row in connection.execute(query):
        yield _found(row.since, "network", row.state, row.detail or row.reason)


def _bookings(connection: Connection, asset_id: int) -> Iterator[Row]:
    query = (
        select(
            col(books.Posting.recorded_at),
            col(books.Posting.actor),
            col(books.PostedRow.period),
            col(books.PostedRow.starts_on),
            col(books.PostedRow.depreciation_minor),
            col(books.Book.code),
            col(books.Book.currency),
        )
        .join(_BOOKED, col(books.PostedRow.posting_id) == id_of(books.Posting))
        .join(_OF_BOOK, id_of(books.AssetBook) == col(books.PostedRow.asset_book_id))
        .join(_BOOK, id_of(books.Book) == col(books.AssetBook.book_id))
        .where(col(books.AssetBook.asset_id) == asset_id)
        .order_by(id_of(books.PostedRow).desc())
        .limit(MOST)
    )
    for row in connection.execute(query):
        amount = Money(row.depreciation_minor, row.currency)
        yield {
            "at": row.recorded_at,
            "day": row.starts_on,
            "kind": "money",
            "what": "booked",
            "text": f"{row.code} {row.period}: depreciation {amount}",
            "actor": row.actor,
            "request_id": None,
        }
