"""A figure of a schedule, followed to where it comes from.

Row with its why -> posting and journal entries -> events -> papers of the purchase ->
the device on the network that the asset is, with what tells so. Each hop has the id of
the next. May import every context.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.tables import (
    AssetBook,
    BookEvent,
    ExportedPosting,
    JournalEntry,
    JournalExport,
    JournalLine,
    Posting,
)
from inventory.assets.register.detail_tables import Attachment
from inventory.assets.register.tables import Asset
from inventory.kernel.errors import NotFound
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device, DeviceField
from inventory.queries.money.books import book_of
from inventory.queries.money.schedules import asset_schedule
from inventory.storage.rows import Row, col, get, id_of, table_of
from inventory.storage.tables import AuditEntry

_ENTRY, _LINE = table_of(JournalEntry), table_of(JournalLine)
_SAID = ("serial", "model", "vendor", "type")
"""Fields of a device that tell which asset it is."""


def explained(connection: Connection, schedule_id: int, period: str) -> Row:
    """Return a row of a schedule with all it comes from.

    Args:
        connection: Where to look.
        schedule_id: Id of the asset's row in the book.
        period: The period.

    Raises:
        NotFound: The schedule has no row of that period.
    """
    found = get(connection, AssetBook, schedule_id)
    book = book_of(connection, str(found["book_id"])) | {"asset_book_id": schedule_id}
    shown = asset_schedule(connection, book, (None, None), as_of=date.max)
    rows = [row for row in shown["rows"] if row["period"] == period]
    if not rows:
        raise NotFound(
            N_("The schedule has no row of the period {period}."),
            where="period",
            period=period,
        )
    asset = get(connection, Asset, found["asset_id"])
    names = {name for row in rows for name in row["why"]["events"]}
    return {
        "schedule_id": schedule_id,
        "asset_id": asset["id"],
        "tag": asset["tag"],
        "book_id": book["id"],
        "book": book["code"],
        "period": period,
        "currency": book["currency"],
        **_row(rows),
        **_posting(connection, rows[-1]["posting_id"]),
        "entries": _entries(connection, schedule_id, rows[-1]["posting_id"]),
        "events": _events(connection, schedule_id, names),
        **_papers(connection, asset),
        **_device(connection, asset["id"]),
    }


def _row(rows: list[Row]) -> Row:
    """Return what the parts of a period say; the why is that of the last."""
    last = rows[-1]
    why = {name: value for name, value in last["why"].items() if name != "events"}
    shown = {name: last[name] for name in ("closing", "posted", "posting_id")}
    return {
        "opening": rows[0]["opening"],
        "depreciation": [row["depreciation"] for row in rows],
        **shown,
        "why": [
            {"name": name, "value": str(value)}
            for name, value in why.items()
            if value is not None
        ],
    }


def _posting(connection: Connection, posting_id: int | None) -> Row:
    if posting_id is None:
        return {"posted_by": None, "posted_at": None, "exported_as": None}
    posting = get(connection, Posting, posting_id)
    query = (
        select(col(JournalExport.name))
        .join(
            table_of(ExportedPosting),
            col(ExportedPosting.export_id) == id_of(JournalExport),
        )
        .where(col(ExportedPosting.posting_id) == posting_id)
    )
    return {
        "posted_by": posting["actor"],
        "posted_at": posting["recorded_at"],
        "exported_as": connection.execute(query).scalar(),
    }


def _entries(
    connection: Connection, schedule_id: int, posting_id: int | None
) -> list[Row]:
    if posting_id is None:
        return []
    query = (
        select(
            id_of(JournalEntry).label("entry_id"),
            col(JournalEntry.posting_id),
            col(JournalEntry.reference),
            col(JournalLine.account),
            col(JournalLine.cost_centre),
            col(JournalLine.amount_minor),
            col(JournalLine.currency),
        )
        .join(_LINE, col(JournalLine.entry_id) == id_of(JournalEntry))
        .where(
            col(JournalEntry.asset_book_id) == schedule_id,
            col(JournalEntry.posting_id) == posting_id,
        )
        .order_by(id_of(JournalEntry), col(JournalLine.position))
    )
    found = []
    for row in connection.execute(query).mappings():
        digits = minor_digits(row["currency"])
        told = {name: value for name, value in row.items() if name != "amount_minor"}
        found.append({**told, "amount": amount_text(row["amount_minor"], digits)})
    return found


def _events(connection: Connection, schedule_id: int, names: set[str]) -> list[Row]:
    """Return the events a row names, with who recorded them."""
    query = select(table_of(BookEvent)).where(
        col(BookEvent.asset_book_id) == schedule_id,
        col(BookEvent.name).in_(sorted(names)),
    )
    events = [dict(row) for row in connection.execute(query).mappings()]
    audit = table_of(AuditEntry)
    query = select(audit.c.entity_id, audit.c.actor).where(
        audit.c.entity == "book_event",
        audit.c.entity_id.in_([str(event["id"]) for event in events]),
    )
    actors = {number: actor for number, actor in connection.execute(query)}
    return [
        {
            "book_event_id": event["id"],
            "book_event": event["name"],
            "kind": event["kind"],
            "effective": event["effective"],
            "recorded_at": event["recorded_at"],
            "recorded_by": actors.get(str(event["id"])),
        }
        for event in events
    ]


def _papers(connection: Connection, asset: Mapping[str, Any]) -> Row:
    query = select(id_of(Attachment), col(Attachment.name)).where(
        col(Attachment.asset_id) == asset["id"], col(Attachment.removed_at).is_(None)
    )
    return {
        **{name: asset[name] for name in ("supplier", "order_number")},
        "invoice_number": asset["invoice_number"],
        "papers": [
            {"file_id": number, "file": name}
            for number, name in connection.execute(query)
        ],
    }


def _device(connection: Connection, asset_id: int) -> Row:
    """Return the device that an asset was found to be, and what tells so."""
    query = (
        select(
            col(Reconciliation.device_id),
            col(Reconciliation.reason),
            col(Device.name),
            col(Device.address),
        )
        .join(table_of(Device), id_of(Device) == col(Reconciliation.device_id))
        .where(
            col(Reconciliation.asset_id) == asset_id,
            col(Reconciliation.state).in_(("matched", "misplaced")),
            col(Reconciliation.closed_at).is_(None),
        )
    )
    found = connection.execute(query).mappings().first()
    if found is None:
        return {"device_id": None, "device": None, "matched_by": None, "clues": []}
    fields = select(table_of(DeviceField)).where(
        col(DeviceField.device_id) == found["device_id"],
        col(DeviceField.chosen),
        col(DeviceField.field).in_(_SAID),
    )
    clues = connection.execute(fields).mappings()
    return {
        "device_id": found["device_id"],
        "device": found["name"] or found["address"],
        "matched_by": found["reason"],
        "clues": [
            {
                "field": one["field"],
                "value": one["value"],
                "source": one["source"],
                "observed_at": one["observed_at"],
            }
            for one in clues
        ],
    }
