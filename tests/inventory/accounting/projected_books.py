"""A book with very many laptops in it, made by plain inserts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime

from sqlalchemy import Engine, insert, select

from inventory.accounting.books.periods import create_book
from inventory.accounting.model import terms_codec
from inventory.accounting.model.terms import Conventions, DepreciationTerms
from inventory.accounting.tables import AssetBook
from inventory.assets.register.tables import Asset
from inventory.kernel.periods import fiscal_calendar
from inventory.people.tables import LegalEntity
from inventory.storage.rows import add, id_of, table_of
from inventory.storage.work import UnitOfWork
from tests.inventory.accounting.test_posting import ACCOUNTS

COST, LIFE = 120_000, 36
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def terms(number: int) -> DepreciationTerms:
    """Return the terms of one of the laptops: the same price on average."""
    return DepreciationTerms(
        cost=COST + (LIFE if number % 2 else -LIFE) * 100,
        in_service=date(2026, 1, 1),
        life_months=LIFE,
        conventions=Conventions(),
    )


def filled(engine: Engine, assets: int) -> int:
    """Make a book with many laptops in it, of a few prices; return its id."""
    with UnitOfWork(engine, actor="test", clock=lambda: NOW) as work:
        entity = add(
            work, LegalEntity, {"code": "100", "name": "Example", "currency": "EUR"}
        )
        book = create_book(
            work,
            code="IFRS",
            name="Group accounts",
            legal_entity_id=entity,
            currency="EUR",
            calendar=fiscal_calendar(2026, 2032),
        )
        work.connection.execute(
            insert(table_of(Asset)),
            [
                {
                    "tag": f"IT-{n:05d}",
                    "kind": "computer",
                    "state": "in_use",
                    "fields": {},
                    "note": "",
                    "name": "",
                    "model": "",
                    "search": "",
                    "recorded_at": NOW,
                }
                for n in range(assets)
            ],
        )
        ids = work.connection.execute(select(id_of(Asset))).scalars()
        work.connection.execute(
            insert(table_of(AssetBook)),
            [
                {
                    "asset_id": number,
                    "book_id": book,
                    "asset_class": "computers",
                    "in_service": date(2026, 1, 1),
                    "terms": terms_codec.terms_to_json(terms(number)),
                    "accounts": asdict(ACCOUNTS),
                    "revised_at": NOW,
                    "recorded_at": NOW,
                }
                for number in ids
            ],
        )
        work.commit()
    return book
