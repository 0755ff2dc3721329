"""Books, schedules and journals, copied from those of a small company.

The small company is made by the services, so its schedules, posted rows and journals
are right; each asset of the register gets those of one of its assets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, Table, select
from sqlmodel import SQLModel

from api.compose.keys import Seal
from api.compose.wiring import compose
from api.demo import load_company
from config.settings import Settings
from inventory.accounting import tables as ledgers
from inventory.assets.register.tables import Allocation, AllocationShare
from inventory.storage.engine import make_engine
from inventory.storage.rows import table_of
from inventory.storage.upgrade import upgrade
from tests.bench.register import CENTRES, FIRST
from tests.pages.sample import fill

Row = dict[str, Any]
Rows = Iterator[tuple[type[SQLModel], Iterator[Row]]]
BOOKS = (1, 2)
ALLOCATED = 5
"""Every fifth asset is charged to a cost centre of its own."""


def small_company(folder: Path, moment: datetime) -> Engine:
    """Make a company of some dozens of assets with postings of two months."""
    engine = make_engine(f"sqlite:///{folder / 'small.sqlite'}")
    upgrade(engine)
    seal = Seal(Fernet.generate_key(), 12)
    app = compose(Settings(data_dir=folder), engine, lambda: moment, seal)
    load_company(app)
    fill(app, moment)
    app.close()
    return engine


class Ledgers:
    """Rows of the books of a register.

    Args:
        small: The company they are copied from.
        count: Assets of the register.
    """

    def __init__(self, small: Engine, count: int) -> None:
        self.count = count
        self._small = small
        of = ledgers.AssetBook
        self._schedules = [r for r in self._read(of) if r["book_id"] in BOOKS]
        self._events = self._by(ledgers.BookEvent, "asset_book_id")
        self._booked = self._by(ledgers.PostedRow, "asset_book_id")
        self._entries = self._by(ledgers.JournalEntry, "asset_book_id")
        self._lines = self._by(ledgers.JournalLine, "entry_id")

    def rows(self) -> Rows:
        """Yield the tables and their rows, in an order in which they can be written."""
        yield ledgers.Book, self._of_books(ledgers.Book, "id")
        yield ledgers.FiscalPeriod, self._of_books(ledgers.FiscalPeriod, "book_id")
        yield ledgers.Posting, self._of_books(ledgers.Posting, "book_id")
        yield ledgers.AssetBook, self._asset_books()
        yield ledgers.BookEvent, self._copies(self._events)
        yield ledgers.PostedRow, self._copies(self._booked)
        yield ledgers.JournalEntry, self._copies(self._entries)
        yield ledgers.JournalLine, self._journal_lines()
        yield Allocation, self._allocations()
        yield AllocationShare, self._shares()

    def _read(self, model: type[SQLModel]) -> list[Row]:
        return list(_rows(self._small, table_of(model)))

    def _by(self, model: type[SQLModel], name: str) -> Mapping[int, list[Row]]:
        found = defaultdict(list)
        for row in self._read(model):
            found[row[name]].append(row)
        return found

    def _of_books(self, model: type[SQLModel], name: str) -> Iterator[Row]:
        for row in self._read(model):
            if row[name] in BOOKS:
                yield row | ({"legal_entity_id": 1} if name == "id" else {})

    def _copied(self, n: int) -> Row:
        return self._schedules[n % len(self._schedules)]

    def _asset_books(self) -> Iterator[Row]:
        for n in range(1, self.count + 1):
            yield self._copied(n) | {"id": n, "asset_id": n}

    def _copies(self, of: Mapping[int, list[Row]]) -> Iterator[Row]:
        number = 0
        for n in range(1, self.count + 1):
            for row in of[self._copied(n)["id"]]:
                number += 1
                yield row | {"id": number, "asset_book_id": n}

    def _journal_lines(self) -> Iterator[Row]:
        number = 0
        for n in range(1, self.count + 1):
            for entry in self._entries[self._copied(n)["id"]]:
                number += 1
                for line in self._lines[entry["id"]]:
                    centre = f"C{1 + n % CENTRES:03}" if line["cost_centre"] else None
                    yield line | {"entry_id": number, "cost_centre": centre}

    def _allocations(self) -> Iterator[Row]:
        for number in range(1, self.count // ALLOCATED + 1):
            yield {
                "id": number,
                "asset_id": number * ALLOCATED,
                "whole": 1_000_000,
                "valid_from": FIRST,
                "valid_to": date(2024, 1, 1) if number % 4 == 0 else None,
                "reason": "loaded",
                "recorded_at": datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
            }

    def _shares(self) -> Iterator[Row]:
        for number in range(1, self.count // ALLOCATED + 1):
            yield {
                "allocation_id": number,
                "upper_ppm": 1_000_000,
                "lower_ppm": 0,
                "cost_centre_id": 2 + number % (CENTRES - 1),
            }


def _rows(engine: Engine, table: Table) -> list[Row]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]
