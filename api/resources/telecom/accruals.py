"""What was accrued for recurring charges, month by month, and who pays it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.references import PERIOD, BookRef, Ref
from api.resources.register.shared import columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import BOOKING, PAYING, AccountRef, ChargeRef, LineRef
from inventory.accounting.tables import Book, FiscalPeriod, Posting
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import CostCentre
from inventory.storage.rows import col, get, id_of, table_of
from inventory.telecom.estate.charge_tables import (
    AccrualShare,
    ChargeAccrual,
    RecurringCharge,
)
from inventory.telecom.estate.tables import ProviderAccount, TelecomLine
from inventory.telecom_expense.accrue import accrue

_SHARE = table_of(AccrualShare)
_POSTING = table_of(Posting)
_REVERSAL = _POSTING.alias("reversal_of_accrual")
PeriodRef = Annotated[int | str, Ref(PERIOD)]


class AccrualRow(RowModel):
    """The part of a month of a charge that a cost centre pays."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    month: Annotated[date, Column("Month", Show.DAY, lead=True)]
    charge_id: Annotated[int, Column("Charge", Show.CODE)]
    item: Annotated[str, Column("Item")]
    line: Annotated[Text, Column("Line")]
    account: Annotated[str, Column("Account", Show.MONO)]
    cost_centre: Annotated[
        Text, Column("Cost centre", about="None: nobody is known to pay it.")
    ]
    basis: Annotated[
        str, Column("Because of", about="person, shares, people, cost-centre ...")
    ]
    amount_minor: Annotated[int, Column("Amount", Show.MONEY, total=True)]
    currency: Annotated[str, Column("Currency", shown=False)]
    charged_on: Annotated[date, Column("Charged on", Show.DAY)]
    book: Annotated[str, Column("Book")]
    period: Annotated[str, Column("Period")]
    posting_id: Annotated[int, Column("Posting", Show.CODE)]
    reversed_by: Annotated[Number, Column("Reversed by", Show.CODE)]
    billed_line_id: Annotated[
        Number, Column("Billed by line", Show.NUMBER, shown=False)
    ]


class AccrualQuestion(Question):
    """Which accruals are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    period: Annotated[Word, Choice("Period")] = None
    cost_centre: Annotated[Word, Choice("Cost centre", about="Its code.")] = None
    account: Annotated[
        AccountRef | None, Choice("Account", pick="telecom-accounts", lookups=())
    ] = None
    line: Annotated[
        LineRef | None, Choice("Line", pick="telecom-lines", main=False, lookups=())
    ] = None
    charge: Annotated[ChargeRef | None, Choice("Charge", main=False, lookups=())] = None
    basis: Annotated[Word, Choice("Because of", main=False)] = None
    posting_id: Annotated[int | None, Choice("Posting", main=False)] = None
    month: Annotated[date | None, Choice("Month", main=False)] = None
    billed: Annotated[
        bool | None, Choice("Billed", main=False, about="An invoice billed it.")
    ] = None


class AccrueIn(Given):
    """Accrue what falls due in a period and was not accrued yet."""

    period: Annotated[PeriodRef, Input("Period", pick="periods", hint="IFRS:2026-03")]


class Accrued(DetailModel):
    """What was accrued.

    `posting_id` is null where nothing was left to accrue.
    """

    posting_id: Number
    charges: int
    amount_minor: int
    nobody_minor: int


def _accrue(acting: Acting, given: AccrueIn) -> dict[str, Any]:
    period = get(acting.work.connection, FiscalPeriod, int(given.period))
    site = rules_of(acting.app.settings)
    report = accrue(acting.work, site, period["book_id"], period["key"])
    return {
        "posting_id": report.posting_id or None,
        "charges": report.charges,
        "amount_minor": report.amount,
        "nobody_minor": report.nobody,
    }


TELECOM_ACCRUALS = Resource(
    name="telecom-accruals",
    command="telecom-accrual",
    title=N_("Accrued charges"),
    counted=NN_("{count} part", "{count} parts"),
    group="telephony",
    roles=PAYING,
    rows=AccrualRow,
    question=AccrualQuestion,
    sort="-id",
    source=TableSource(
        table=_SHARE,
        columns=columns_of_table(AccrualShare, "id amount_minor basis")
        | {
            "month": col(ChargeAccrual.month),
            "charge_id": col(ChargeAccrual.charge_id),
            "item": col(RecurringCharge.item),
            "line": col(TelecomLine.name),
            "account": col(ProviderAccount.number),
            "cost_centre": col(CostCentre.code),
            "currency": col(Book.currency),
            "charged_on": col(ChargeAccrual.charged_on),
            "book": col(Book.code),
            "period": col(Posting.period),
            "posting_id": col(ChargeAccrual.posting_id),
            "reversed_by": _REVERSAL.c.id,
            "billed_line_id": col(ChargeAccrual.billed_line_id),
        },
        joined=_SHARE.join(
            table_of(ChargeAccrual),
            id_of(ChargeAccrual) == col(AccrualShare.accrual_id),
        )
        .join(
            table_of(RecurringCharge),
            id_of(RecurringCharge) == col(ChargeAccrual.charge_id),
        )
        .join(
            table_of(ProviderAccount),
            id_of(ProviderAccount) == col(RecurringCharge.account_id),
        )
        .join(_POSTING, id_of(Posting) == col(ChargeAccrual.posting_id))
        .join(table_of(Book), id_of(Book) == col(Posting.book_id))
        .outerjoin(
            table_of(TelecomLine), id_of(TelecomLine) == col(RecurringCharge.line_id)
        )
        .outerjoin(
            table_of(CostCentre), id_of(CostCentre) == col(AccrualShare.cost_centre_id)
        )
        .outerjoin(_REVERSAL, _REVERSAL.c.reverses_id == id_of(Posting)),
        filters={
            "book": lambda one, _viewer: col(Posting.book_id) == one,
            "account": lambda one, _viewer: col(RecurringCharge.account_id) == one,
            "line": lambda one, _viewer: col(RecurringCharge.line_id) == one,
            "charge": lambda one, _viewer: col(ChargeAccrual.charge_id) == one,
            "billed": lambda is_so, _viewer: (
                col(ChargeAccrual.billed_line_id).is_not(None) == is_so
            ),
        },
        searched=(col(RecurringCharge.item), col(TelecomLine.name)),
    ),
    acts=(
        Act(
            "accrue-telecom",
            AccrueIn,
            _accrue,
            BOOKING,
            verb="accrue",
            on="list",
            said=N_("{charges} charges accrued."),
            answer=Accrued,
        ),
    ),
)
