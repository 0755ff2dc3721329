"""What of an invoice does not fit the estate: accepted, disputed, credited."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
)
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import (
    BOOKING,
    FINDING,
    PAYING,
    WRITERS,
    AccountRef,
    InvoiceRef,
    LineRef,
    Money,
    minor,
)
from inventory.kernel.texts import N_, NN_, Said
from inventory.storage.rows import col, get, id_of, table_of
from inventory.telecom.estate.invoice_tables import (
    CarrierInvoice,
    CarrierInvoiceLine,
    InvoiceFinding,
)
from inventory.telecom.estate.tables import TelecomLine
from inventory.telecom_expense import disputes

_FINDING = table_of(InvoiceFinding)
_INVOICE = table_of(CarrierInvoice)
Kind = Literal[
    "price-differs",
    "not-agreed",
    "not-in-inventory",
    "not-billed",
    "after-cancellation",
    "before-start",
    "billed-twice",
    "unknown-charge-type",
    "several-lines",
    "other-account",
    "vat-differs",
]
State = Literal["open", "accepted", "disputed", "credited", "rejected"]


class BillingFindingRow(RowModel):
    """What does not fit."""

    id: Annotated[int, Column("Finding", sort=True, lead=True)]
    invoice_id: int
    invoice: Annotated[str, Column("Invoice", Show.MONO)]
    kind: Annotated[Kind, Column("Kind", Show.STATE, sort=True)]
    about: Annotated[str, Column("About", Show.SAID)]
    line: Annotated[Text, Column("Line")]
    position: Annotated[Number, Column("Line of the invoice", Show.NUMBER)]
    charge_id: Annotated[Number, Column("Charge", Show.CODE, shown=False)]
    expected_minor: Annotated[int, Column("Expected", Show.MONEY)]
    billed_minor: Annotated[int, Column("Billed", Show.MONEY)]
    difference_minor: Annotated[
        int, Column("Too much", Show.MONEY, sort=True, total=True)
    ]
    currency: Annotated[str, Column("Currency", shown=False)]
    state: Annotated[State, Column("State", Show.STATE, sort=True)]
    credited_minor: Annotated[int, Column("Credited", Show.MONEY)]
    remark: Annotated[str, Column("Remark")]
    decided_by: Annotated[Text, Column("Decided by", shown=False)]
    decided_at: Annotated[Moment, Column("Decided", Show.AGO, shown=False)]
    settled_posting_id: Annotated[
        Number, Column("Posting of the credit", Show.CODE, shown=False)
    ]


class BillingFindingQuestion(Question):
    """Which findings are asked for."""

    invoice: Annotated[
        InvoiceRef | None, Choice("Invoice", pick="carrier-invoices")
    ] = None
    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts", lookups=())
    ] = None
    kind: Annotated[Kind | None, Choice("Kind")] = None
    state: Annotated[State | None, Choice("State")] = None
    line: Annotated[
        LineRef | None, Choice("Line", pick="telecom-lines", main=False)
    ] = None
    difference_minor: Annotated[int | None, Choice("Too much", main=False)] = None


class BillingDecisionIn(Given):
    """What was decided, and why."""

    remark: Annotated[str, Field(max_length=2000), Input("Remark", kind="area")] = ""


class BillingSettlementIn(Given):
    """What the provider gives back of what was disputed."""

    credit: Annotated[
        Money,
        Input("Credit", kind="money", hint="Net; 0 with `final` where it gives none."),
    ]
    on: Annotated[date | None, Input("Date", hint="Of the credit note.")] = None
    final: Annotated[
        bool, Input("Final", hint="It gives no more: the rest is expense.")
    ] = False
    remark: Annotated[
        str, Field(max_length=2000), Input("Remark", hint="Number of the credit note.")
    ] = ""


def _decide(*, dispute: bool) -> Any:  # noqa: ANN401 - a function of an act
    def run(acting: Acting, given: BillingDecisionIn) -> None:
        disputes.decide(acting.work, acting.id, dispute=dispute, remark=given.remark)

    return run


def _settle(acting: Acting, given: BillingSettlementIn) -> None:
    connection = acting.work.connection
    finding = get(connection, InvoiceFinding, acting.id)
    currency = get(connection, CarrierInvoice, finding["invoice_id"])["currency"]
    disputes.settle(
        acting.work,
        rules_of(acting.app.settings),
        acting.id,
        minor(given.credit, currency, "credit"),
        given.on or acting.work.clock().date(),
        final=given.final,
        remark=given.remark,
    )


_SOURCE: TableSource[BillingFindingQuestion] = TableSource(
    table=_FINDING,
    columns=columns_of_table(
        InvoiceFinding,
        "id invoice_id kind about charge_id expected_minor billed_minor"
        " difference_minor state credited_minor remark decided_by decided_at"
        " settled_posting_id",
    )
    | {
        "invoice": col(CarrierInvoice.number),
        "currency": col(CarrierInvoice.currency),
        "line": col(TelecomLine.name),
        "position": col(CarrierInvoiceLine.position),
    },
    joined=_FINDING.join(
        _INVOICE, id_of(CarrierInvoice) == col(InvoiceFinding.invoice_id)
    )
    .outerjoin(table_of(TelecomLine), id_of(TelecomLine) == col(InvoiceFinding.line_id))
    .outerjoin(
        table_of(CarrierInvoiceLine),
        id_of(CarrierInvoiceLine) == col(InvoiceFinding.invoice_line_id),
    ),
    refers={
        "invoice": col(InvoiceFinding.invoice_id),
        "line": col(InvoiceFinding.line_id),
    },
    filters={"account": lambda one, _viewer: col(CarrierInvoice.account_id) == one},
    searched=(col(InvoiceFinding.about), col(CarrierInvoice.number)),
)
INVOICE_FINDINGS = Resource(
    name="invoice-findings",
    command="invoice-finding",
    title=N_("Findings of invoices"),
    counted=NN_("{count} finding", "{count} findings"),
    group="telephony",
    roles=PAYING,
    rows=BillingFindingRow,
    question=BillingFindingQuestion,
    sort="-id",
    source=_SOURCE,
    reference=FINDING,
    detail=BillingFindingRow,
    get=_SOURCE.one,
    called=lambda row: Said(N_("{kind} {place}"), kind=row["kind"], place=row["about"]),
    acts=(
        Act(
            "accept-finding",
            BillingDecisionIn,
            _decide(dispute=False),
            WRITERS,
            verb="accept",
            many=True,
            said=N_("Saved."),
            about="It is right so: it is paid as it was billed.",
        ),
        Act(
            "dispute-finding",
            BillingDecisionIn,
            _decide(dispute=True),
            WRITERS,
            verb="dispute",
            many=True,
            said=N_("Saved."),
            about="Dispute with the provider what was billed too much.",
        ),
        Act(
            "settle-finding",
            BillingSettlementIn,
            _settle,
            BOOKING,
            verb="settle",
            said=N_("Posted."),
        ),
    ),
)
