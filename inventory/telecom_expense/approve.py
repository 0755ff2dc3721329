"""What an approved invoice posts, and taking the approval back.

One balanced entry: what was accrued for its charges leaves the accrual, what is
disputed waits on an account of its own, the rest is expense of the cost centres of the
lines, input tax is apart, and the whole is owed to the provider. Nothing is rounded,
so nothing is lost. Imports `accounting`, `accrue` and `payers`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from inventory.accounting.catalogue.ruleset import Rules
from inventory.accounting.model.journal import Entry
from inventory.accounting.posting.other_entries import (
    period_for,
    post_entries,
    take_back,
)
from inventory.accounting.tables import Book, Posting
from inventory.kernel.errors import NotAllowed
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, change_row, chunks, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.billing.charging import (
    ChargeTerms,
    billed_between,
    month_of,
)
from inventory.telecom.estate.charge_tables import ChargeAccrual, RecurringCharge
from inventory.telecom.estate.invoice_tables import (
    CarrierInvoice,
    CarrierInvoiceLine,
    InvoiceFinding,
)
from inventory.telecom.estate.tables import ProviderAccount
from inventory.telecom_expense.accrue import (
    centre_codes,
    check_accounts,
    in_force,
    journal_lines,
)
from inventory.telecom_expense.payers import Due, Paid, Payers

SOURCE = "telecom-invoice"

_ACCRUAL = table_of(ChargeAccrual)
_LINE = table_of(CarrierInvoiceLine)
_FINDING = table_of(InvoiceFinding)
_CHARGE = table_of(RecurringCharge)
_BILLED = (
    update(_ACCRUAL)
    .where(id_of(ChargeAccrual) == bindparam("number"))
    .values(billed_line_id=bindparam("line"))
)


@dataclass(frozen=True, slots=True)
class Approved:
    """What approving an invoice posted, in minor units.

    Attributes:
        accrued: Left the accrual.
        disputed: Waits for a credit.
        expense: Net less both.
    """

    posting_id: int
    accrued: int
    disputed: int
    expense: int


def approve(work: UnitOfWork, rules: Rules, invoice_id: int, book_id: int) -> Approved:
    """Approve an invoice and post it, in the first open period from its day on.

    Args:
        work: The unit of work; the caller commits.
        rules: Those of the site.
        invoice_id: The invoice.
        book_id: A book of the legal entity, in the currency of the invoice.

    Raises:
        NotAllowed: It is approved, something found is not decided, or the book is of
            another legal entity or currency, or has no open period.
        Invalid: An account is not in the chart of accounts.
    """
    invoice = get(work.connection, CarrierInvoice, invoice_id, lock=True)
    account = get(work.connection, ProviderAccount, invoice["account_id"])
    book = get(work.connection, Book, book_id, lock=True)
    _check(work.connection, invoice, account, book)
    period = period_for(work.connection, book_id, invoice["invoiced_on"])
    lines = _lines(work.connection, invoice_id)
    sums, parts = _sums(work.connection, invoice, account, lines)
    check_accounts(work.connection, rules, book, [code for code, _ in sums])
    entry_lines = journal_lines(sums, invoice["currency"])
    reference = f"telecom/{account['number']}/{invoice['number']}"
    entries = []
    if entry_lines:
        entries.append(
            Entry(
                day=max(invoice["invoiced_on"], period["starts_on"]),
                period=period["key"],
                memo=f"Invoice {invoice['number']} {account['number']}",
                reference=reference,
                lines=entry_lines,
            )
        )
    posting_id = post_entries(work, book_id, period["key"], SOURCE, entries)
    _settle_accruals(work.connection, invoice, lines)
    values = {
        "state": "approved",
        "posting_id": posting_id,
        "approved_by": work.actor,
        "approved_at": work.clock(),
    }
    change_row(work, CarrierInvoice, invoice, values, action="approve")
    return Approved(posting_id, parts["accrued"], parts["disputed"], parts["expense"])


def withdraw(work: UnitOfWork, invoice_id: int, reason: str) -> int:
    """Take an approval back by mirrored entries; return the id of the reversal.

    Raises:
        NotAllowed: It is not approved, a credit was booked, or the period is closed.
    """
    invoice = get(work.connection, CarrierInvoice, invoice_id, lock=True)
    if invoice["state"] != "approved":
        raise NotAllowed(
            N_("Invoice {number} is not approved."), number=invoice["number"]
        )
    settled = work.connection.execute(
        select(func.count()).where(
            col(InvoiceFinding.invoice_id) == invoice_id,
            col(InvoiceFinding.settled_posting_id).is_not(None),
        )
    ).scalar_one()
    if settled:
        raise NotAllowed(
            N_("Credits of invoice {number} were booked."),
            remedy=N_("Let the provider correct it by another invoice."),
            number=invoice["number"],
        )
    reversal = take_back(work, invoice["posting_id"], reason)
    ids = select(id_of(CarrierInvoiceLine)).where(
        col(CarrierInvoiceLine.invoice_id) == invoice_id
    )
    work.connection.execute(
        update(_ACCRUAL)
        .where(col(ChargeAccrual.billed_line_id).in_(ids))
        .values(billed_line_id=None)
    )
    values = {"state": "loaded", "posting_id": None}
    values |= {"approved_by": None, "approved_at": None}
    change_row(work, CarrierInvoice, invoice, values, action="withdraw")
    return reversal


def payers_of(
    connection: Connection,
    account: Row,
    first_day: date,
    lines: Sequence[Row],
) -> dict[int, Paid]:
    """Return who pays each line of an invoice, by its id, on the day it fell due."""
    on = month_of(first_day).replace(day=account["charge_day"])
    due = {
        row["id"]: Due(
            row["charge_id"] or 0,
            row["line_id"],
            row["sharing"] or "line",
            max(on, first_day),
            account["legal_entity_id"],
            account["cost_centre_id"],
        )
        for row in lines
    }
    payers = Payers(connection, list(due.values()))
    return {number: payers.of(one) for number, one in due.items()}


def _check(connection: Connection, invoice: Row, account: Row, book: Row) -> None:
    if invoice["state"] == "approved":
        raise NotAllowed(N_("Invoice {number} was approved."), number=invoice["number"])
    other = book["legal_entity_id"] != account["legal_entity_id"]
    if other or book["currency"] != invoice["currency"]:
        raise NotAllowed(
            N_("Book {code} is of another legal entity or currency than the invoice."),
            where="book",
            remedy=N_("Choose a book of the legal entity of the account."),
            code=book["code"],
        )
    waiting = connection.execute(
        select(func.count()).where(
            col(InvoiceFinding.invoice_id) == invoice["id"],
            col(InvoiceFinding.state) == "open",
        )
    ).scalar_one()
    if waiting:
        raise NotAllowed(
            N_("{count} findings of invoice {number} are not decided."),
            where="findings",
            remedy=N_("Accept or dispute each of them first."),
            count=waiting,
            number=invoice["number"],
        )


def _lines(connection: Connection, invoice_id: int) -> list[Row]:
    query = (
        select(
            _LINE,
            *(
                _CHARGE.c[name]
                for name in (
                    *("sharing", "ledger_account", "amount_minor", "every_months"),
                    *("valid_from", "valid_to"),
                )
            ),
        )
        .outerjoin(_CHARGE, id_of(RecurringCharge) == col(CarrierInvoiceLine.charge_id))
        .where(col(CarrierInvoiceLine.invoice_id) == invoice_id)
        .order_by(col(CarrierInvoiceLine.position))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _sums(
    connection: Connection, invoice: Row, account: Row, lines: Sequence[Row]
) -> tuple[dict[tuple[str, str | None], int], dict[str, int]]:
    """Return what is booked on each account and cost centre, and the sums of it."""
    accrued = _accrued(connection, invoice, lines)
    disputed = _disputed(connection, invoice["id"])
    paid = payers_of(connection, account, invoice["first_day"], lines)
    codes = centre_codes(connection)
    sums: dict[tuple[str, str | None], int] = defaultdict(int)
    parts = {"accrued": 0, "disputed": 0, "expense": 0}
    for row in lines:
        before = sum(amount for _, amount in accrued.get(row["id"], ()))
        if (row["every_months"] or 1) > 1:
            # Billed in advance: the accrual account carries it until it is accrued.
            before = billed_between(
                _terms(row), invoice["first_day"], invoice["last_day"]
            )
        against = disputed.get(row["id"], 0)
        rest = row["net_minor"] - before - against
        sums[account["accrual_account"], None] += before
        sums[account["dispute_account"], None] += against
        expense = row["ledger_account"] or account["expense_account"]
        for centre, part in paid[row["id"]].split(rest):
            sums[expense, codes[centre]] += part
        parts["accrued"] += before
        parts["disputed"] += against
        parts["expense"] += rest
    sums[account["vat_account"], None] += invoice["vat_minor"]
    sums[account["payable_account"], None] -= invoice["gross_minor"]
    return {key: amount for key, amount in sums.items() if amount}, parts


def _terms(row: Row) -> ChargeTerms:
    span = Span(row["valid_from"], row["valid_to"])
    return ChargeTerms(row["amount_minor"], row["every_months"], span)


def _accrued(
    connection: Connection, invoice: Row, lines: Sequence[Row]
) -> dict[int, list[tuple[int, int]]]:
    """Return what was accrued for each line of an invoice: id and amount."""
    by_charge = {row["charge_id"]: row["id"] for row in lines if row["charge_id"]}
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    books = in_force()
    for part in chunks(by_charge):
        query = select(
            id_of(ChargeAccrual),
            col(ChargeAccrual.charge_id),
            col(ChargeAccrual.amount_minor),
        ).where(
            col(ChargeAccrual.charge_id).in_(part),
            col(ChargeAccrual.month) >= month_of(invoice["first_day"]),
            col(ChargeAccrual.month) <= invoice["last_day"],
            col(ChargeAccrual.billed_line_id).is_(None),
            col(ChargeAccrual.posting_id).in_(books),
        )
        for number, charge, amount in connection.execute(query):
            found[by_charge[charge]].append((number, amount))
    return found


def _settle_accruals(
    connection: Connection, invoice: Row, lines: Sequence[Row]
) -> None:
    billed = [
        {"number": number, "line": line_id}
        for line_id, some in _accrued(connection, invoice, lines).items()
        for number, _ in some
    ]
    if billed:
        connection.execute(_BILLED, billed)


def _disputed(connection: Connection, invoice_id: int) -> dict[int, int]:
    """Return what is disputed of each line of an invoice."""
    query = (
        select(
            col(InvoiceFinding.invoice_line_id),
            func.sum(col(InvoiceFinding.difference_minor)),
        )
        .where(
            col(InvoiceFinding.invoice_id) == invoice_id,
            col(InvoiceFinding.state) == "disputed",
            col(InvoiceFinding.invoice_line_id).is_not(None),
            col(InvoiceFinding.kind) != "vat-differs",
        )
        .group_by(col(InvoiceFinding.invoice_line_id))
    )
    found: dict[int, int] = {}
    for line_id, amount in connection.execute(query):
        if line_id is not None:
            found[line_id] = int(amount)
    return found


def open_accruals(connection: Connection, account_id: int) -> Any:  # noqa: ANN401
    """Return the sum of what is accrued at an account and was not billed yet."""
    query = (
        select(func.coalesce(func.sum(col(ChargeAccrual.amount_minor)), 0))
        .select_from(_ACCRUAL)
        .join(_CHARGE, id_of(RecurringCharge) == col(ChargeAccrual.charge_id))
        .join(table_of(Posting), id_of(Posting) == col(ChargeAccrual.posting_id))
        .where(
            col(RecurringCharge.account_id) == account_id,
            col(ChargeAccrual.billed_line_id).is_(None),
            col(ChargeAccrual.posting_id).in_(in_force()),
        )
    )
    return connection.execute(query).scalar_one()
