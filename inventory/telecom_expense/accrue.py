"""The monthly accrual of recurring charges, through the journal of the books.

A period of a book accrues the months whose charges fall due in it, and what earlier
months since the first accrual still lack. Each month of a charge is accrued once;
posting a period again books what has been added since, and nothing else. Debits are
the expense by cost centre, the credit is what is owed and not billed yet. Imports
`accounting`, `estate` and `payers`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from inventory.accounting.catalogue.ruleset import Rules
from inventory.accounting.model.journal import Entry, Line
from inventory.accounting.posting.other_entries import open_period, post_entries
from inventory.accounting.tables import Book, FiscalPeriod, Posting
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people.tables import CostCentre
from inventory.storage.rows import Row, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.billing.charging import (
    ChargeTerms,
    amount_of,
    charged_on,
    month_of,
    next_month,
)
from inventory.telecom.estate.charge_tables import (
    AccrualShare,
    ChargeAccrual,
    RecurringCharge,
)
from inventory.telecom.estate.tables import ProviderAccount
from inventory.telecom_expense.payers import Due, Paid, Payers

SOURCE = "telecom-accrual"

_DAY = timedelta(days=1)
_POSTING = table_of(Posting)
_CHARGE = table_of(RecurringCharge)
_ACCOUNT = table_of(ProviderAccount)


@dataclass(frozen=True, slots=True)
class AccrualReport:
    """What accruing a period did.

    Attributes:
        posting_id: The posting; 0: there was nothing to accrue.
        charges: Months of charges that were accrued now.
        amount: Their sum in minor units.
        nobody: Of that, what no cost centre pays.
    """

    posting_id: int
    charges: int
    amount: int
    nobody: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A month of a charge that is accrued now."""

    charge: Row
    month: date
    on: date
    amount: int
    paid: Paid

    @property
    def expense(self) -> str:
        """The general ledger account."""
        return str(self.charge["ledger_account"] or self.charge["expense_account"])


def accrue(work: UnitOfWork, rules: Rules, book_id: int, key: str) -> AccrualReport:
    """Accrue what falls due in a period of a book and was not accrued yet.

    Args:
        work: The unit of work; the caller commits.
        rules: Those of the site; they know the chart of accounts.
        book_id: The book; charges of its legal entity in its currency count.
        key: Period id.

    Raises:
        NotFound: The book has no such period.
        NotAllowed: It is closed, or charges are in another currency.
        Invalid: An account is not in the chart of accounts.
    """
    book = get(work.connection, Book, book_id, lock=True)
    period = open_period(work.connection, book_id, key)
    _check_currencies(work.connection, book, period)
    pieces = list(_pieces(work.connection, book, period))
    if not pieces:
        return AccrualReport(0, 0, 0, 0)
    check_accounts(work.connection, rules, book, _accounts(pieces))
    codes = centre_codes(work.connection)
    entries = _entries(book, period, pieces, codes)
    posting_id = post_entries(work, book_id, key, SOURCE, entries)
    _keep(work, posting_id, pieces)
    nobody = sum(
        part
        for piece in pieces
        for centre, part in piece.paid.split(piece.amount)
        if centre is None
    )
    total = sum(piece.amount for piece in pieces)
    return AccrualReport(posting_id, len(pieces), total, nobody)


def in_force(*sources: str) -> Select[int]:
    """Return a query of the ids of postings of some sources that were not reversed."""
    reversal = _POSTING.alias("telecom_reversal")
    back = select(reversal.c.id).where(reversal.c.reverses_id == id_of(Posting))
    return select(id_of(Posting)).where(
        col(Posting.source).in_(sources or (SOURCE,)),
        col(Posting.reverses_id).is_(None),
        ~back.exists(),
    )


def check_accounts(
    connection: Connection, rules: Rules, book: Row, codes: Sequence[str]
) -> None:
    """Refuse accounts that the chart of accounts of a book does not have.

    Raises:
        Invalid: Some are missing; names them.
    """
    known = rules_of_entity(connection, rules, book["legal_entity_id"]).kinds
    missing = sorted(set(codes) - known.keys())
    if missing:
        raise Invalid(
            N_("The chart of accounts has no account {codes}."),
            where="accounts",
            remedy=N_(
                "Add it with `purser book account`, or change the accounts of the"
                " telecom account."
            ),
            codes=", ".join(missing),
        )


def centre_codes(connection: Connection) -> dict[int | None, str | None]:
    """Return the codes of all cost centres by id; None has none."""
    query = select(id_of(CostCentre), col(CostCentre.code))
    found: dict[int | None, str | None] = {None: None}
    found |= {number: code for number, code in connection.execute(query)}
    return found


def _pieces(connection: Connection, book: Row, period: Row) -> Iterator[_Piece]:
    charges = _charges(connection, book)
    first = _first_month(connection, book["id"])
    done = _accrued(connection, book["id"])
    due: list[tuple[Row, date, Due, int]] = []
    for charge in charges:
        span = Span(charge["valid_from"], charge["valid_to"])
        terms = ChargeTerms(charge["amount_minor"], charge["every_months"], span)
        for month in _months(charge, period, first):
            if (charge["id"], month) in done:
                continue
            amount = amount_of(terms, month)
            if not amount:
                continue
            on = charged_on(span, month, charge["charge_day"])
            one = Due(
                charge["id"],
                charge["line_id"],
                charge["sharing"],
                on,
                charge["legal_entity_id"],
                charge["cost_centre_id"],
            )
            due.append((charge, month, one, amount))
    payers = Payers(connection, [one for _, _, one, _ in due])
    for charge, month, one, amount in due:
        yield _Piece(charge, month, one.on, amount, payers.of(one))


def _months(charge: Row, period: Row, first: date | None) -> Iterator[date]:
    """Yield the months of a charge that a period accrues, if nobody did before."""
    start = min(first or period["starts_on"], period["starts_on"])
    month = month_of(max(start, charge["valid_from"]))
    end = charge["valid_to"] or period["ends_on"]
    while month < end:
        due = month.replace(day=charge["charge_day"])
        if due >= period["ends_on"]:
            return
        if due >= start:
            yield month
        month = next_month(month)


def _charges(connection: Connection, book: Row) -> list[Row]:
    query = (
        select(
            _CHARGE,
            col(ProviderAccount.number).label("account"),
            *(
                _ACCOUNT.c[name]
                for name in (
                    *("legal_entity_id", "charge_day", "cost_centre_id"),
                    *("expense_account", "accrual_account"),
                )
            ),
        )
        .join(_ACCOUNT, id_of(ProviderAccount) == col(RecurringCharge.account_id))
        .where(
            col(ProviderAccount.legal_entity_id) == book["legal_entity_id"],
            col(RecurringCharge.currency) == book["currency"],
        )
        .order_by(id_of(RecurringCharge))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _accrued(connection: Connection, book_id: int) -> set[tuple[int, date]]:
    query = select(col(ChargeAccrual.charge_id), col(ChargeAccrual.month)).where(
        col(ChargeAccrual.posting_id).in_(
            in_force().where(col(Posting.book_id) == book_id)
        )
    )
    return {(charge, month) for charge, month in connection.execute(query)}


def _first_month(connection: Connection, book_id: int) -> date | None:
    """Return the first day of the first period that was accrued in a book."""
    table = table_of(FiscalPeriod)
    query = (
        select(func.min(col(FiscalPeriod.starts_on)))
        .select_from(table)
        .join(
            _POSTING,
            (col(Posting.book_id) == col(FiscalPeriod.book_id))
            & (col(Posting.period) == col(FiscalPeriod.key)),
        )
        .where(
            col(FiscalPeriod.book_id) == book_id,
            id_of(Posting).in_(in_force()),
        )
    )
    found: date | None = connection.execute(query).scalar()
    return found


def _check_currencies(connection: Connection, book: Row, period: Row) -> None:
    """Refuse to leave out what is charged in another currency than the book's."""
    query = (
        select(col(ProviderAccount.number), col(RecurringCharge.currency))
        .join(_ACCOUNT, id_of(ProviderAccount) == col(RecurringCharge.account_id))
        .where(
            col(ProviderAccount.legal_entity_id) == book["legal_entity_id"],
            col(RecurringCharge.currency) != book["currency"],
            col(RecurringCharge.valid_from) < period["ends_on"],
            func.coalesce(col(RecurringCharge.valid_to), period["ends_on"])
            > period["starts_on"],
        )
    )
    other = connection.execute(query.limit(1)).one_or_none()
    if other is not None:
        raise NotAllowed(
            N_("Account {number} is charged in {currency}, book {code} is in {kept}."),
            where="currency",
            remedy=N_("Accrue in a book of that currency, or correct the charge."),
            number=other[0],
            currency=other[1],
            code=book["code"],
            kept=book["currency"],
        )


def _accounts(pieces: Sequence[_Piece]) -> list[str]:
    return [
        code for one in pieces for code in (one.expense, one.charge["accrual_account"])
    ]


def _entries(
    book: Row,
    period: Row,
    pieces: Sequence[_Piece],
    codes: dict[int | None, str | None],
) -> list[Entry]:
    """Return one entry for each account at a provider."""
    by_account: dict[int, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        by_account[piece.charge["account_id"]].append(piece)
    entries = []
    for some in by_account.values():
        number = some[0].charge["account"]
        sums: dict[tuple[str, str | None], int] = defaultdict(int)
        for piece in some:
            for centre, part in piece.paid.split(piece.amount):
                sums[piece.expense, codes[centre]] += part
            sums[piece.charge["accrual_account"], None] -= piece.amount
        lines = journal_lines(sums, book["currency"])
        if lines:
            entries.append(
                Entry(
                    day=period["ends_on"] - _DAY,
                    period=period["key"],
                    memo=f"Telecom charges {number}",
                    reference=f"telecom/{number}/{book['code']}/{period['key']}/accrual",
                    lines=lines,
                )
            )
    return entries


def journal_lines(
    sums: dict[tuple[str, str | None], int], currency: str
) -> tuple[Line, ...]:
    """Return lines of an entry, debits first, in the order of accounts and centres."""
    filled = [(key, amount) for key, amount in sums.items() if amount]
    filled.sort(key=lambda one: (one[1] < 0, one[0][0], one[0][1] or ""))
    return tuple(
        Line(account=account, amount=amount, currency=currency, cost_centre=centre)
        for (account, centre), amount in filled
    )


def _keep(work: UnitOfWork, posting_id: int, pieces: Sequence[_Piece]) -> None:
    """Write what was accrued; the digest of the posting's journal proves the sums."""
    connection = work.connection
    connection.execute(
        insert(table_of(ChargeAccrual)),
        [
            {
                "charge_id": one.charge["id"],
                "month": one.month,
                "charged_on": one.on,
                "amount_minor": one.amount,
                "posting_id": posting_id,
            }
            for one in pieces
        ],
    )
    query = select(
        col(ChargeAccrual.charge_id), col(ChargeAccrual.month), id_of(ChargeAccrual)
    ).where(col(ChargeAccrual.posting_id) == posting_id)
    ids = {
        (charge, month): number for charge, month, number in connection.execute(query)
    }
    rows: list[dict[str, Any]] = [
        {
            "accrual_id": ids[piece.charge["id"], piece.month],
            "cost_centre_id": centre,
            "amount_minor": part,
            "basis": piece.paid.basis,
        }
        for piece in pieces
        for centre, part in piece.paid.split(piece.amount)
    ]
    connection.execute(insert(table_of(AccrualShare)), rows)
