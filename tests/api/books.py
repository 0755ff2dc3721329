"""A legal entity with two books and a few assets, for tests of accounting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from sqlalchemy import select

from api.compose.rulebooks import rules_of
from api.compose.wiring import App
from inventory.accounting.tables import Book
from inventory.assets.register.tables import Asset
from inventory.bulk.company_file import load
from inventory.fixed_assets.register_books import capitalise_register, open_books
from inventory.storage.rows import col, id_of

COMPANY = """
legal_entities:
  - {code: "100", name: Example GmbH, country: DE, currency: EUR}
cost_centres:
  - {code: "4100", name: Sales, legal_entity: "100"}
  - {code: "4200", name: Service, legal_entity: "100"}
persons:
  - {key: p1, given_name: Sari, family_name: Wijaya, number: "1",
     legal_entity: "100", from: 2024-01-01, cost_centre: "4100"}
placements:
  - {person: p1, from: 2026-02-15, cost_centre: "4200"}
manufacturers:
  - {name: Lenovo}
assets:
  - {tag: IT-1, kind: computer, manufacturer: Lenovo, serial: PF1,
     legal_entity: "100", purchased_on: 2026-01-01, cost: "1200.00",
     asset_class: computer, person: p1, held_from: 2026-01-01}
  - {tag: IT-2, kind: computer, manufacturer: Lenovo, serial: PF2, name: "=1+1",
     legal_entity: "100", purchased_on: 2026-02-10, cost: "999.99",
     asset_class: computer, person: p1, held_from: 2026-02-10}
  - {tag: SW-1, kind: switch, manufacturer: Lenovo, serial: PF3,
     legal_entity: "100", purchased_on: 2026-01-20, cost: "4800.00",
     asset_class: network, person: p1, held_from: 2026-01-20}
  - {tag: IT-9, kind: computer, manufacturer: Lenovo, serial: PF9,
     legal_entity: "100", purchased_on: 2026-03-01}
"""


@dataclass(frozen=True)
class Filled:
    """What is in the database.

    Attributes:
        books: Number of each book by its code.
        assets: Number of each asset by its tag.
    """

    books: Mapping[str, int]
    assets: Mapping[str, int]


def fill(app: App, *, add_to_book: bool = True) -> Filled:
    """Load the company, open its books and take its assets into them."""
    in_books(app, add_to_book=add_to_book)
    return found(app)


def in_books(app: App, *, add_to_book: bool = True) -> None:
    """Do so without telling what is in the database."""
    rules = rules_of(app.settings)
    with app.work("test") as work:
        load(work, yaml.safe_load(COMPANY))
        books = open_books(work, rules, 2026, before=1, after=8)
        if add_to_book:
            _, refused = capitalise_register(work, rules, books)
            assert not refused
        work.commit()


def found(app: App) -> Filled:
    """Return what is in the database."""
    with app.engine.connect() as connection:
        codes = connection.execute(select(col(Book.code), id_of(Book))).all()
        tags = connection.execute(select(col(Asset.tag), id_of(Asset))).all()
    return Filled(
        {code: number for code, number in codes},
        {tag: number for tag, number in tags},
    )


def by_period(rows: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return rows by their period."""
    return {row["period"]: row for row in rows}
