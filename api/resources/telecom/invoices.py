"""Invoices of carriers: loaded by a layout, matched with the estate, approved."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.register.shared import columns_of_table, counted
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import (
    BOOKING,
    INVOICE,
    PAYING,
    WRITERS,
    AccountRef,
    InvoiceRef,
    LineRef,
    book_for,
    rules,
    with_account,
)
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, get, id_of, table_of
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.estate.invoice_tables import (
    CarrierInvoice,
    CarrierInvoiceLine,
    InvoiceFinding,
)
from inventory.telecom.estate.tables import (
    ProviderAccount,
    TelecomLine,
    TelecomProvider,
)
from inventory.telecom_expense import approve, invoices

LONG_BYTES = 500_000
"""A larger file is loaded in a job: about five thousand lines."""

_INVOICE = table_of(CarrierInvoice)
_LINE = table_of(CarrierInvoiceLine)
_FINDING = table_of(InvoiceFinding)
_FOUND = _FINDING.select().where(
    col(InvoiceFinding.invoice_id) == id_of(CarrierInvoice)
)


class InvoiceRow(RowModel):
    """An invoice of a carrier."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    number: Annotated[str, Column("Invoice", Show.MONO, lead=True)]
    provider: Annotated[str, Column("Provider")]
    account: Annotated[str, Column("Account", Show.MONO)]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    invoiced_on: Annotated[date, Column("Date", Show.DAY, sort=True)]
    first_day: Annotated[date, Column("From", Show.DAY)]
    last_day: Annotated[date, Column("To", Show.DAY)]
    due_on: Annotated[Day, Column("Due", Show.DAY, shown=False)]
    net_minor: Annotated[int, Column("Net", Show.MONEY)]
    vat_minor: Annotated[int, Column("VAT", Show.MONEY, shown=False)]
    gross_minor: Annotated[int, Column("Gross", Show.MONEY, sort=True)]
    currency: Annotated[str, Column("Currency", shown=False)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    lines: Annotated[int, Column("Lines", Show.NUMBER)]
    findings: Annotated[int, Column("Findings", Show.NUMBER)]
    undecided: Annotated[int, Column("Not decided", Show.NUMBER)]
    profile: Annotated[str, Column("Layout", shown=False)]
    posting_id: Annotated[Number, Column("Posting", Show.CODE, shown=False)]
    approved_by: Annotated[Text, Column("Approved by", shown=False)]
    approved_at: Annotated[Moment, Column("Approved", Show.AGO, shown=False)]


class InvoiceQuestion(Question):
    """Which invoices are asked for."""

    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts")
    ] = None
    state: Annotated[Word, Choice("State")] = None
    number: Annotated[Word, Choice("Invoice", main=False)] = None
    invoiced_on: Annotated[date | None, Choice("Date", main=False)] = None
    gross_minor: Annotated[int | None, Choice("Gross", main=False)] = None


class LoadInvoiceIn(Given):
    """A file of the carrier to load: CSV, XLSX, UBL, CII, ZUGFeRD or EDIFACT."""

    account: Annotated[AccountRef, Input("Account", pick="telecom-accounts")]
    file: Annotated[
        str,
        Field(max_length=2 * invoices.LARGEST),
        Input(
            "File",
            kind="file",
            hint="CSV, XLSX, EDIFACT, XML, or a PDF with the XML in it.",
            about="The file in base64.",
        ),
    ] = ""
    content: Annotated[
        str,
        Field(max_length=invoices.LARGEST),
        Input("or its text", kind="area", hint="Of a CSV, XML or EDIFACT file."),
    ] = ""
    layout: Annotated[
        str | None,
        Field(max_length=100),
        Input("Layout", hint="That of the account without."),
    ] = None
    number: Annotated[
        str, Field(max_length=100), Input("Invoice", hint="Where the file has none.")
    ] = ""
    invoiced_on: Annotated[date | None, Input("Date")] = None
    first_day: Annotated[date | None, Input("From")] = None
    last_day: Annotated[date | None, Input("To", hint="The last day it bills.")] = None


class LoadedInvoice(DetailModel):
    """What was loaded; `already`: it was there, and nothing changed."""

    id: int
    number: str
    invoices: int
    already: bool
    lines: int
    findings: int


class ApproveIn(Given):
    """Approve the invoice and post it."""

    book: Annotated[
        str | None,
        Field(max_length=40),
        Input("Book", hint="Its code; needed where several go to the ledger."),
    ] = None


class ApprovedInvoice(DetailModel):
    """What was posted, in minor units."""

    posting_id: int
    accrued_minor: int
    disputed_minor: int
    expense_minor: int


class InvoiceWithdrawalIn(Given):
    """Take the approval back by mirrored entries."""

    reason: Annotated[str, Field(min_length=1, max_length=1000), Input("Reason")]


class Rematched(DetailModel):
    """How much does not fit."""

    findings: int


def _load(acting: Acting, given: LoadInvoiceIn) -> dict[str, Any]:
    """Read the file before the transaction begins: nobody waits for that."""
    found = rules(acting)
    account_id = int(given.account)
    with acting.app.engine.connect() as connection:
        account = get(connection, ProviderAccount, account_id)
    name = given.layout or account["profile"] or "purser"
    if name not in found.layouts:
        raise NotFound(
            N_("There is no layout {name}."),
            where="layout",
            remedy=N_("See the layouts of invoices."),
            name=name,
        )
    said = Said(
        number=given.number,
        invoiced_on=given.invoiced_on,
        first_day=given.first_day,
        last_day=given.last_day,
    )
    file = invoices.open_file(
        _bytes(given), found.layouts[name], said, account["currency"]
    )
    with acting.app.work(acting.caller.actor) as work:
        loaded = invoices.load_file(work, account_id, file, found.types)
        row = get(work.connection, CarrierInvoice, loaded.invoice_id)
        work.commit()
    return {
        "id": loaded.invoice_id,
        "number": row["number"],
        "invoices": loaded.invoices,
        "already": loaded.already,
        "lines": loaded.lines,
        "findings": loaded.findings,
    }


def _is_large(_reading: Connection, _none: int, given: LoadInvoiceIn) -> bool:
    return len(given.file) + len(given.content) > LONG_BYTES


def _bytes(given: LoadInvoiceIn) -> bytes:
    if not given.file and not given.content:
        raise Invalid(
            N_("There is nothing to load."), where="file", remedy=N_("Give the file.")
        )
    if not given.file:
        return given.content.encode()
    try:
        return base64.b64decode(given.file, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(N_("It is not base64."), where="file") from error


def _match(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    types = rules(acting).types
    invoices.load_types(acting.work, acting.id, types)
    return {"findings": invoices.match_invoice(acting.work, acting.id, types)}


def _approve(acting: Acting, given: ApproveIn) -> dict[str, Any]:
    row = get(acting.work.connection, CarrierInvoice, acting.id)
    book = book_for(acting.work.connection, row["account_id"], given.book)
    site = rules_of(acting.app.settings)
    done = approve.approve(acting.work, site, acting.id, book)
    return {
        "posting_id": done.posting_id,
        "accrued_minor": done.accrued,
        "disputed_minor": done.disputed,
        "expense_minor": done.expense,
    }


def _withdraw(acting: Acting, given: InvoiceWithdrawalIn) -> None:
    approve.withdraw(acting.work, acting.id, given.reason)


_SOURCE: TableSource[InvoiceQuestion] = TableSource(
    table=_INVOICE,
    columns=columns_of_table(
        CarrierInvoice,
        "id number invoiced_on first_day last_day due_on net_minor vat_minor"
        " gross_minor currency state profile posting_id approved_by approved_at",
    )
    | {
        "provider": col(TelecomProvider.name),
        "account": col(ProviderAccount.number),
        "legal_entity": col(LegalEntity.code),
        "lines": counted(
            _LINE.select().where(
                col(CarrierInvoiceLine.invoice_id) == id_of(CarrierInvoice)
            )
        ),
        "findings": counted(_FOUND),
        "undecided": counted(_FOUND.where(col(InvoiceFinding.state) == "open")),
    },
    joined=with_account(_INVOICE, col(CarrierInvoice.account_id)),
    refers={"account": col(CarrierInvoice.account_id)},
    searched=(col(CarrierInvoice.number), col(TelecomProvider.name)),
    offered=("state",),
)
CARRIER_INVOICES = Resource(
    name="carrier-invoices",
    command="carrier-invoice",
    title=N_("Carrier invoices"),
    counted=NN_("{count} invoice", "{count} invoices"),
    group="telephony",
    roles=PAYING,
    rows=InvoiceRow,
    question=InvoiceQuestion,
    sort="-invoiced_on",
    source=_SOURCE,
    reference=INVOICE,
    detail=InvoiceRow,
    get=_SOURCE.one,
    called=lambda row: str(row["number"]),
    acts=(
        Act(
            "load-invoice",
            LoadInvoiceIn,
            _load,
            WRITERS,
            verb="load",
            on="list",
            said=N_("{lines} lines, {findings} findings."),
            answer=LoadedInvoice,
            preview=False,
            alone=True,
            long=_is_large,
        ),
        Act(
            "match-invoice",
            NothingIn,
            _match,
            WRITERS,
            verb="match",
            said=N_("{findings} findings."),
            answer=Rematched,
            about="Compare the invoice with the estate as it is now.",
        ),
        Act(
            "approve-invoice",
            ApproveIn,
            _approve,
            BOOKING,
            verb="approve",
            said=N_("Posted."),
            answer=ApprovedInvoice,
        ),
        Act(
            "withdraw-approval",
            InvoiceWithdrawalIn,
            _withdraw,
            BOOKING,
            said=N_("Saved."),
            danger=True,
        ),
    ),
)


class InvoiceLineRow(RowModel):
    """A total of an invoice: one number, one kind of charge."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    invoice_id: int
    invoice: Annotated[str, Column("Invoice", Show.MONO)]
    position: Annotated[int, Column("Line", Show.NUMBER, lead=True)]
    key: Annotated[str, Column("Number", Show.MONO, about="Or ICCID, circuit.")]
    text: Annotated[str, Column("Text")]
    charge_type: Annotated[str, Column("Type")]
    net_minor: Annotated[int, Column("Net", Show.MONEY)]
    currency: Annotated[str, Column("Currency", shown=False)]
    vat_permille: Annotated[Number, Column("VAT (‰)", Show.NUMBER, shown=False)]
    units: Annotated[Number, Column("Units", Show.NUMBER, shown=False)]
    line: Annotated[Text, Column("On the line")]
    charge_id: Annotated[Number, Column("Charge", Show.CODE)]


class InvoiceLineQuestion(Question):
    """Which lines of invoices are asked for."""

    invoice: Annotated[
        InvoiceRef | None, Choice("Invoice", pick="carrier-invoices")
    ] = None
    line: Annotated[LineRef | None, Choice("On the line", pick="telecom-lines")] = None
    key: Annotated[Word, Choice("Number", main=False)] = None
    charge_type: Annotated[Word, Choice("Type", main=False)] = None
    net_minor: Annotated[int | None, Choice("Net", main=False)] = None


CARRIER_INVOICE_LINES = Resource(
    name="carrier-invoice-lines",
    command="carrier-invoice-line",
    title=N_("Lines of invoices"),
    counted=NN_("{count} line", "{count} lines"),
    group="telephony",
    roles=PAYING,
    rows=InvoiceLineRow,
    question=InvoiceLineQuestion,
    sort="-id",
    source=TableSource(
        table=_LINE,
        columns=columns_of_table(
            CarrierInvoiceLine,
            "id invoice_id position key text charge_type net_minor vat_permille units"
            " charge_id",
        )
        | {
            "invoice": col(CarrierInvoice.number),
            "currency": col(CarrierInvoice.currency),
            "line": col(TelecomLine.name),
        },
        joined=_LINE.join(
            _INVOICE, id_of(CarrierInvoice) == col(CarrierInvoiceLine.invoice_id)
        ).outerjoin(
            table_of(TelecomLine), id_of(TelecomLine) == col(CarrierInvoiceLine.line_id)
        ),
        refers={
            "invoice": col(CarrierInvoiceLine.invoice_id),
            "line": col(CarrierInvoiceLine.line_id),
        },
        searched=(col(CarrierInvoiceLine.key), col(CarrierInvoiceLine.text)),
    ),
)
