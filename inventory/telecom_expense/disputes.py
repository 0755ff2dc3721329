"""Deciding what was found of an invoice; credits of providers. Imports `accounting`.

What is disputed and approved waits on the dispute account of the telecom account. A
credit takes it off what is owed; what the provider refuses becomes expense of the cost
centres of the line. So disputed = credited + refused, to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select

from inventory.accounting.catalogue.ruleset import Rules
from inventory.accounting.model.journal import Entry
from inventory.accounting.posting.other_entries import period_for, post_entries
from inventory.accounting.tables import Book, Posting
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, change_row, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.billing.matching import VAT
from inventory.telecom.estate.charge_tables import RecurringCharge
from inventory.telecom.estate.invoice_tables import (
    CarrierInvoice,
    CarrierInvoiceLine,
    InvoiceFinding,
)
from inventory.telecom.estate.tables import ProviderAccount
from inventory.telecom_expense.accrue import (
    centre_codes,
    check_accounts,
    journal_lines,
)
from inventory.telecom_expense.approve import payers_of

SOURCE = "telecom-credit"


def decide(
    work: UnitOfWork, finding_id: int, *, dispute: bool, remark: str = ""
) -> None:
    """Accept a finding as right, or dispute it with the provider.

    Raises:
        NotAllowed: Its invoice is approved, or nothing too much was billed to dispute.
    """
    finding = get(work.connection, InvoiceFinding, finding_id, lock=True)
    invoice = get(work.connection, CarrierInvoice, finding["invoice_id"], lock=True)
    if invoice["state"] == "approved":
        raise NotAllowed(
            N_("Invoice {number} was approved."),
            remedy=N_("Take the approval back first."),
            number=invoice["number"],
        )
    if dispute and finding["kind"] == VAT:
        raise NotAllowed(
            N_("A rate of tax is not disputed."),
            remedy=N_("Ask the provider for a corrected invoice and load that."),
        )
    if dispute and finding["difference_minor"] <= 0:
        raise NotAllowed(
            N_("Nothing too much was billed: there is nothing to dispute."),
            remedy=N_("Accept it, or correct the charge and match the invoice again."),
        )
    values = {
        "state": "disputed" if dispute else "accepted",
        "remark": remark,
        "decided_by": work.actor,
        "decided_at": work.clock(),
    }
    change_row(work, InvoiceFinding, finding, values, action=str(values["state"]))


def settle(
    work: UnitOfWork,
    rules: Rules,
    finding_id: int,
    credit: int,
    on: date,
    *,
    final: bool,
    remark: str = "",
) -> int:
    """Book what a provider gives back of what was disputed; return the posting's id.

    Args:
        work: The unit of work; the caller commits.
        rules: Those of the site.
        finding_id: What was disputed.
        credit: What it gives back now, net minor units; 0 for nothing.
        on: Day of the credit note.
        final: It gives no more: the rest is expense.
        remark: Number of the credit note, or why it was refused.

    Raises:
        NotAllowed: It is not disputed, or its invoice is not approved.
        Invalid: The credit is negative, more than is disputed, or nothing is settled.
    """
    finding = get(work.connection, InvoiceFinding, finding_id, lock=True)
    invoice = get(work.connection, CarrierInvoice, finding["invoice_id"], lock=True)
    if finding["state"] != "disputed" or invoice["posting_id"] is None:
        raise NotAllowed(
            N_("The finding is not in dispute on an approved invoice."),
            remedy=N_("Dispute it, and approve the invoice, first."),
        )
    left = finding["difference_minor"] - finding["credited_minor"]
    if not 0 <= credit <= left or (credit == 0 and not final):
        raise Invalid(
            N_("Give a credit of up to {left} in minor units."),
            where="credit",
            left=left,
        )
    refused = left - credit if final else 0
    posting_id = _post(work, rules, finding, invoice, credit, refused, on)
    credited = finding["credited_minor"] + credit
    done = final or credit == left
    state = ("credited" if credited else "rejected") if done else "disputed"
    values = {
        "state": state,
        "credited_minor": credited,
        "settled_posting_id": posting_id,
        "remark": remark or finding["remark"],
        "decided_by": work.actor,
        "decided_at": work.clock(),
    }
    change_row(work, InvoiceFinding, finding, values, action="settle")
    return posting_id


def _post(
    work: UnitOfWork,
    rules: Rules,
    finding: Row,
    invoice: Row,
    credit: int,
    refused: int,
    on: date,
) -> int:
    account = get(work.connection, ProviderAccount, invoice["account_id"])
    posting = get(work.connection, Posting, invoice["posting_id"])
    book = get(work.connection, Book, posting["book_id"], lock=True)
    period = period_for(work.connection, book["id"], max(on, invoice["invoiced_on"]))
    sums: dict[tuple[str, str | None], int] = defaultdict(int)
    sums[account["payable_account"], None] += credit
    sums[account["dispute_account"], None] -= credit + refused
    codes = centre_codes(work.connection)
    line = _line(work, finding["invoice_line_id"])
    paid = payers_of(work.connection, account, invoice["first_day"], [line])
    expense = line["ledger_account"] or account["expense_account"]
    for centre, part in paid[line["id"]].split(refused):
        sums[expense, codes[centre]] += part
    filled = {key: amount for key, amount in sums.items() if amount}
    check_accounts(work.connection, rules, book, [code for code, _ in filled])
    entry = Entry(
        day=max(on, period["starts_on"]),
        period=period["key"],
        memo=f"Credit on invoice {invoice['number']}",
        reference=f"telecom/{account['number']}/{invoice['number']}/credit",
        lines=journal_lines(filled, invoice["currency"]),
    )
    return post_entries(work, book["id"], period["key"], SOURCE, [entry])


def _line(work: UnitOfWork, line_id: int) -> Row:
    table, charge = table_of(CarrierInvoiceLine), table_of(RecurringCharge)
    query = (
        select(
            table,
            col(RecurringCharge.sharing),
            col(RecurringCharge.ledger_account),
        )
        .outerjoin(charge, id_of(RecurringCharge) == col(CarrierInvoiceLine.charge_id))
        .where(id_of(CarrierInvoiceLine) == line_id)
    )
    return dict(work.connection.execute(query).mappings().one())
