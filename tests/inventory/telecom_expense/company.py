"""A company with lines of a provider, made by the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import yaml
from sqlalchemy import Engine, func, select

from api.compose.rulebooks import accounting
from config import catalog
from inventory.accounting.catalogue.ruleset import Rules
from inventory.accounting.tables import AccountSum, Book
from inventory.bulk.company_file import load
from inventory.fixed_assets.register_books import open_books
from inventory.people.tables import CostCentre, LegalEntity, Person
from inventory.storage.rows import Row, col, find, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.billing.charge_types import read_charge_types
from inventory.telecom.billing.layouts import read_layout
from inventory.telecom.estate import agreements, charges, lines
from inventory.telecom.estate.invoice_tables import InvoiceFinding
from inventory.telecom.estate.line_states import read_line_states
from inventory.telecom.estate.tables import TelecomLine
from inventory.telecom_expense.invoices import Loaded, load_file, open_file

COMPANY: dict[str, Any] = {
    "legal_entities": [
        {"code": "100", "name": "Example GmbH", "country": "DE", "currency": "EUR"}
    ],
    "cost_centres": [
        {"code": code, "name": code, "legal_entity": "100"}
        for code in ("4100", "4200", "4300", "4900")
    ],
    "persons": [
        {
            "key": f"p{number}",
            "given_name": "Person",
            "family_name": f"No{number}",
            "number": str(number),
            "legal_entity": "100",
            "from": "2020-01-01",
            "cost_centre": ("4100", "4200", "4300")[number % 3],
        }
        for number in range(1, 8)
    ],
}
STATES = read_line_states(catalog.telecom("line_states"))
TYPES = read_charge_types(catalog.telecom("charge_types"))
LAYOUT = read_layout("purser", catalog.invoice_layouts()["purser"])
LEDGER = {
    "expense_account": "4920",
    "accrual_account": "1605",
    "payable_account": "1610",
    "dispute_account": "1630",
    "vat_account": "1576",
}


@dataclass
class World:
    """The company on a database.

    Attributes:
        years: Fiscal years of its books, from 2026.
    """

    engine: Engine
    clock: Callable[[], datetime]
    years: int = 1
    account: int = 0
    lines: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.work() as work:
            load(work, yaml.safe_load(yaml.safe_dump(COMPANY)))
            open_books(work, self.rules, 2026, before=0, after=self.years - 1)
            provider = agreements.add_provider(work, {"name": "Netz", "country": "DE"})
            entity = find(work.connection, LegalEntity, code="100")
            assert entity is not None
            account = {"provider_id": provider, "number": "501", "currency": "EUR"}
            account |= {"legal_entity_id": entity["id"], **LEDGER}
            self.account = agreements.add_account(work, account)

    @cached_property
    def rules(self) -> Rules:
        """The rules of accounting that come along."""
        return accounting(catalog.accounting, catalog.macrs_tables())

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        """A unit of work that is committed."""
        with UnitOfWork(self.engine, actor="test", clock=self.clock) as work:
            yield work
            work.commit()

    @cached_property
    def book(self) -> int:
        """The book that goes to the ledger."""
        with self.engine.connect() as connection:
            query = select(id_of(Book)).where(col(Book.code) == "IFRS")
            return int(connection.execute(query).scalar_one())

    def person(self, number: int) -> int:
        """The id of a person."""
        with self.engine.connect() as connection:
            row = find(connection, Person, key=f"p{number}")
        assert row is not None
        return int(row["id"])

    def centre(self, code: str) -> int:
        """The id of a cost centre."""
        with self.engine.connect() as connection:
            row = find(connection, CostCentre, code=code)
        assert row is not None
        return int(row["id"])

    def line(self, name: str, since: date, **more: Any) -> int:  # noqa: ANN401
        """Add a line."""
        values: dict[str, Any] = {"name": name, "kind": "mobile"}
        values["account_id"] = self.account
        with self.work() as work:
            made = lines.add_line(work, STATES, values | {"active_from": since} | more)
        self.lines[name] = made
        return made

    def charge(self, line: int | None, amount: int, since: date, **more: Any) -> int:  # noqa: ANN401
        """Add a recurring charge."""
        shares = more.pop("shares", {})
        values: dict[str, Any] = {"account_id": self.account, "line_id": line}
        values["item"] = "Line rental"
        values |= {"charge_type": "line-rental", "currency": "EUR"}
        values |= {"amount_minor": amount, "valid_from": since, **more}
        if shares:
            values["sharing"] = "shares"
        with self.work() as work:
            return charges.add_charge(work, values, shares)

    def assign(self, line: int, role: str, holder: int, on: date) -> None:
        """Let somebody or something have a line."""
        with self.work() as work:
            lines.assign(work, STATES, line, role, holder, on)

    def load(self, text: str) -> Loaded:
        """Load an invoice."""
        file = open_file(text.encode(), LAYOUT, Said(), "EUR")
        with self.work() as work:
            return load_file(work, self.account, file, TYPES)

    def findings(self, invoice: int) -> list[Row]:
        """What does not fit."""
        table = table_of(InvoiceFinding)
        query = select(table).where(table.c.invoice_id == invoice)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(table.c.id)).mappings()
            return [dict(row) for row in rows]

    def balance(self, account: str) -> int:
        """Debits less credits of an account."""
        debit, credit = col(AccountSum.debit_minor), col(AccountSum.credit_minor)
        query = select(func.coalesce(func.sum(debit - credit), 0)).where(
            col(AccountSum.account) == account, col(AccountSum.book_id) == self.book
        )
        with self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def name_of(self, line: int) -> str:
        """The name of a line."""
        with self.engine.connect() as connection:
            row = find(connection, TelecomLine, id=line)
        assert row is not None
        return str(row["name"])
