"""Who may, how things are named, and columns that several lists of telecom have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, FromClause, select

from api.compose.telecom_rules import TelecomRules, telecom_rules
from api.http.actions import Acting
from api.http.callers import Role
from api.resources.references import Ref, Reference
from inventory.accounting.tables import Book
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, id_of, table_of
from inventory.telecom.estate.card_numbers import bare
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.invoice_tables import CarrierInvoice, InvoiceFinding
from inventory.telecom.estate.tables import (
    CarrierContract,
    NumberRange,
    ProviderAccount,
    SimCard,
    Tariff,
    TelecomLine,
    TelecomProvider,
)

READERS = frozenset({Role.IT, Role.HR, Role.ACCOUNTING, Role.AUDITOR})
WRITERS = frozenset({Role.IT, Role.ACCOUNTING})
PAYING = frozenset({Role.IT, Role.ACCOUNTING, Role.AUDITOR})
"""Who sees prices, charges and invoices."""
BOOKING = frozenset({Role.ACCOUNTING})
PEOPLE = frozenset({Role.IT, Role.HR, Role.AUDITOR})
"""Who sees who has a line."""

_LINE = table_of(TelecomLine)


def _line_named(connection: Connection, text: str) -> Sequence[int]:
    """Return the lines with a circuit id, or a SIM of an ICCID."""
    key = bare(text)
    sims = select(col(SimCard.line_id)).where(col(SimCard.iccid) == key)
    query = select(_LINE.c.id).where(
        (col(TelecomLine.circuit_id) == text)
        | (col(TelecomLine.e164) == f"+{key.removeprefix('+')}")
        | id_of(TelecomLine).in_(sims)
    )
    return list(connection.execute(query.limit(10)).scalars())


PROVIDER = Reference("provider", TelecomProvider, by=("name",))
ACCOUNT = Reference("account", ProviderAccount, by=("number",))
RANGE = Reference("range", NumberRange, by=("first",))
TARIFF = Reference("tariff", Tariff, by=("code",))
CONTRACT = Reference("carrier contract", CarrierContract, by=("number",))
LINE = Reference("line", TelecomLine, by=("name", "e164"), more=_line_named)
"""By its name or number; else by circuit id or the ICCID of its SIM."""
SIM = Reference("SIM", SimCard, by=("iccid",))
CHARGE = Reference("charge", RecurringCharge)
INVOICE = Reference("invoice", CarrierInvoice, by=("number",))
FINDING = Reference("finding", InvoiceFinding)

ProviderRef = Annotated[int | str, Ref(PROVIDER)]
AccountRef = Annotated[int | str, Ref(ACCOUNT)]
TariffRef = Annotated[int | str, Ref(TARIFF)]
CarrierContractRef = Annotated[int | str, Ref(CONTRACT)]
LineRef = Annotated[int | str, Ref(LINE)]
SimRef = Annotated[int | str, Ref(SIM)]
ChargeRef = Annotated[int | str, Ref(CHARGE)]
InvoiceRef = Annotated[int | str, Ref(INVOICE)]

Name = Annotated[str, Field(min_length=1, max_length=200)]
Note = Annotated[str | None, Field(max_length=10_000)]
Money = Annotated[str, Field(max_length=40)]


def rules(acting: Acting) -> TelecomRules:
    """Return the rules of telecom assets."""
    return telecom_rules(acting.app.settings)


def minor(amount: str, currency: str, where: str = "amount") -> int:
    """Return an amount as it was typed in minor units.

    Raises:
        Invalid: It is not an amount of that currency.
    """
    try:
        return parse_money(amount, currency).minor
    except MoneyError as error:
        raise Invalid(f"{error}.", where=where) from error


def filled(values: dict[str, Any], *texts: str) -> dict[str, Any]:
    """Return values for a table: of texts, those that are not given are empty."""
    return {
        name: "" if value is None and name in texts else value
        for name, value in values.items()
    }


def with_account(table: FromClause, account_id: Any) -> FromClause:  # noqa: ANN401
    """Return a table joined with the account, its provider and its legal entity."""
    return (
        table.join(table_of(ProviderAccount), id_of(ProviderAccount) == account_id)
        .join(
            table_of(TelecomProvider),
            id_of(TelecomProvider) == col(ProviderAccount.provider_id),
        )
        .join(
            table_of(LegalEntity),
            id_of(LegalEntity) == col(ProviderAccount.legal_entity_id),
        )
    )


def book_for(connection: Connection, account_id: int, code: str | None) -> int:
    """Return the book an account is booked in: that of a code, or the only one.

    Raises:
        NotFound: There is none of that code.
        Invalid: There are several that go to the ledger, and no code is given.
    """
    account = table_of(ProviderAccount)
    query = (
        select(id_of(Book), col(Book.code))
        .join(
            account, col(ProviderAccount.legal_entity_id) == col(Book.legal_entity_id)
        )
        .where(
            id_of(ProviderAccount) == account_id,
            col(Book.currency) == col(ProviderAccount.currency),
        )
        .order_by(id_of(Book))
    )
    query = (
        query.where(col(Book.to_ledger).is_(True))
        if code is None
        else query.where(col(Book.code) == code)
    )
    found = list(connection.execute(query))
    if len(found) == 1:
        return int(found[0][0])
    if not found:
        raise NotFound(
            N_("The legal entity of the account has no book in its currency."),
            where="book",
            remedy=N_("Open one with `purser book open`."),
        )
    raise Invalid(
        N_("Say in which book: {codes}."),
        where="book",
        codes=", ".join(row[1] for row in found),
    )
