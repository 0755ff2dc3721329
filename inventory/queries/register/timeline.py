"""Everything that ever happened to an asset, in one list. May import every context.

Custody, states, allocations, descriptions, files, notes, contracts, stock-takes and
bookings come from the audit trail, with who did it; sightings and the agreement with
the network from the scans; booked depreciation from the books.
"""

from __future__ import annotations

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
from inventory.network import tables as network
from inventory.queries.register.holders import custody_history
from inventory.storage.audit import told
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

_NOT_TOLD = frozenset(("asset_id", "sort_name", "serial_key", "whole"))

MOST = 1000
"""Sightings and bookings that are shown, the newest."""


def timeline(connection: Connection, asset_id: int) -> list[Row]:
    """Return what happened to an asset, the newest first.

    Each entry has `at` (when it was recorded or seen), `day` (the day it is true for),
    `kind` (custody, state, money, network, stock-take, register), `entity` and
    `action` (of the audit trail; `sighting` seen, `reconciliation` and its state,
    `posted_row` booked), `before` and `after` (fields that differ), `actor` (None for
    what nobody did) and `request_id`. It holds data, no sentences: who shows it puts
    it into words.
    """
    entries = [
        *_audited(connection, asset_id),
        *_sightings(connection, asset_id),
        *_agreements(connection, asset_id),
        *_bookings(connection, asset_id),
    ]
    return sorted(entries, key=lambda one: one["at"], reverse=True)


def _audited(connection: Connection, asset_id: int) -> Iterator[Row]:
    holders = {
        str(row["id"]): {"kind": row["holder_kind"], "name": row["holder"]}
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
            yield _entry(row, holders)


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


def _entry(row: Row, holders: dict[str, Row]) -> Row:
    before = told(row["before"]) or {}
    after = told(row["after"]) or {}
    kind = KINDS.get(row["entity"], "register")
    if row["entity"] == "asset" and "state" in after and "on" in after:
        kind = "state"
    if row["entity"] == "custody" and row["entity_id"] in holders:
        after = {**after, "holder": holders[row["entity_id"]]}
    return {
        "at": row["at"],
        "day": _day(row["at"], after),
        "kind": kind,
        "entity": row["entity"],
        "action": row["action"],
        "before": _differing(before, after),
        "after": _differing(after, before),
        "actor": row["actor"],
        "request_id": row["request_id"],
    }


def _differing(values: Row, others: Row) -> Row:
    """Return the fields that differ, without those that say nothing to a reader."""
    return {
        name: value
        for name, value in values.items()
        if name not in _NOT_TOLD
        and others.get(name) != value
        and (name in others or value not in ("", {}, []))
    }


def _day(at: datetime, after: Row) -> date:
    for name in ("on", "valid_to", "valid_from", "effective", "received_on"):
        value = after.get(name)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                continue
    return at.astimezone(UTC).date()


def _seen(at: datetime, entity: str, action: str, after: Row) -> Row:
    """Return an entry of what nobody did: it was seen on the network."""
    return {
        "at": at,
        "day": at.astimezone(UTC).date(),
        "kind": "network",
        "entity": entity,
        "action": action,
        "before": {},
        "after": after,
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
        after = {
            "device": row.device,
            "port": row.port,
            "ssid": row.ssid,
            "mac": row.mac,
            "ip": row.ip,
            "last_seen": row.last_seen.isoformat(),
        }
        yield _seen(row.first_seen, "sighting", "seen", after)


def _agreements(connection: Connection, asset_id: int) -> Iterator[Row]:
    query = select(
        col(network.Reconciliation.since),
        col(network.Reconciliation.state),
        col(network.Reconciliation.detail),
        col(network.Reconciliation.reason),
    ).where(col(network.Reconciliation.asset_id) == asset_id)
    for row in connection.execute(query):
        after = {"reason": row.reason, "detail": row.detail}
        yield _seen(row.since, "reconciliation", row.state, after)


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
        yield {
            "at": row.recorded_at,
            "day": row.starts_on,
            "kind": "money",
            "entity": "posted_row",
            "action": "booked",
            "before": {},
            "after": {
                "book": row.code,
                "period": row.period,
                "depreciation_minor": row.depreciation_minor,
                "currency": row.currency,
            },
            "actor": row.actor,
            "request_id": None,
        }
