"""Where register and books do not agree: what waits, ghosts, purchases in no book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from inventory.accounting.tables import AssetBook, Book, Component
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.waiting import GONE, waiting
from inventory.people.tables import LegalEntity
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.parameters import AS_OF, BOOK, CENTRE, CLASS, amounts
from inventory.reports.register import COLUMNS, lines
from inventory.reports.sources import Sources
from inventory.storage.rows import col, id_of, table_of

_ASSET, _BOOK = table_of(Asset), table_of(Book)


def _waiting(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    for one in waiting(sources.connection, sources.rules, [book.id]):
        yield {
            "asset_id": one.asset_id,
            "tag": one.tag,
            "name": one.name,
            "in_service": one.in_service,
            "cost": one.cost,
            "reason": one.reason or "Nothing; it can be capitalised.",
        }


def _ghosts(sources: Sources, values: Values) -> Iterator[Row]:
    day = values["as_of"] or sources.today
    for row in lines(sources, values, day):
        state = sources.state(row["asset_id"], day)
        if row["status"] != "disposed of" and state in GONE:
            yield {**row, "status": state}


def _held_for_sale(sources: Sources, values: Values) -> Iterator[Row]:
    for row in lines(sources, values, values["as_of"] or sources.today):
        if row["status"] == "held for sale":
            yield row


def _unbooked(sources: Sources, values: Values) -> Iterator[Row]:
    inside = select(col(AssetBook.asset_id)).where(
        col(AssetBook.asset_id) == id_of(Asset)
    )
    parts = (
        select(col(Component.id))
        .join(table_of(AssetBook), col(AssetBook.asset_id) == col(Component.part_id))
        .where(col(Component.whole_id) == id_of(Asset))
    )
    entity = table_of(LegalEntity)
    query: Any = (
        select(
            id_of(Asset).label("asset_id"),
            col(Asset.tag),
            col(Asset.name),
            col(Asset.state),
            col(Asset.asset_class),
            col(LegalEntity.code).label("legal_entity"),
            col(Asset.purchased_on),
            col(Asset.supplier),
            col(Asset.invoice_number),
            col(Asset.cost_minor).label("cost"),
            col(Asset.currency),
        )
        .select_from(
            _ASSET.outerjoin(entity, id_of(LegalEntity) == col(Asset.legal_entity_id))
        )
        .where(col(Asset.cost_minor) > 0, ~inside.exists(), ~parts.exists())
        .order_by(id_of(Asset))
    )
    since = values["since"]
    if since is not None:
        query = query.where(col(Asset.purchased_on) >= since)
    for row in sources.connection.execute(query).mappings():
        yield dict(row)


_UNBOOKED = (
    Column("asset_id", "Id", Kind.NUMBER),
    Column("tag", "Tag"),
    Column("name", "Name"),
    Column("state", "State"),
    Column("asset_class", "Class"),
    Column("legal_entity", "Legal entity"),
    Column("purchased_on", "Bought", Kind.DAY),
    Column("supplier", "Supplier"),
    Column("invoice_number", "Invoice"),
    *amounts({"cost": "Cost"}),
    Column("currency", "Currency"),
)

REPORTS = (
    Report(
        "waiting",
        "Assets that are not in the book yet, and why",
        (BOOK,),
        (
            Column("asset_id", "Id", Kind.NUMBER),
            Column("tag", "Tag"),
            Column("name", "Name"),
            Column("in_service", "In service", Kind.DAY),
            Column("cost", "Cost"),
            Column("reason", "Reason"),
        ),
        _waiting,
    ),
    Report(
        "ghosts",
        "In the book, but gone from the register",
        (BOOK, AS_OF, CLASS, CENTRE),
        COLUMNS,
        _ghosts,
    ),
    Report(
        "unbooked-purchases",
        "Bought, but in no book",
        (Parameter("since", "Bought on this day or later", Kind.DAY),),
        _UNBOOKED,
        _unbooked,
    ),
    Report(
        "held-for-sale",
        "Held for sale (IFRS 5)",
        (BOOK, AS_OF, CLASS, CENTRE),
        COLUMNS,
        _held_for_sale,
    ),
)
