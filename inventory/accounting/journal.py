"""Balanced journal entries; an unbalanced one cannot be built. Pure.

Debits are positive, credits negative, in minor units of one currency an entry. Every
line names the account and, for costs, the cost centre that bears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inventory.accounting.bearing import Bearing, bearers
from inventory.accounting.rows import Derecognised, Remeasured, Row
from inventory.money import split


class JournalError(ValueError):
    """An entry that no ledger may take; names the rule it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an entry.

    Attributes:
        account: Account code.
        amount: Minor units; debit positive, credit negative.
        currency: ISO 4217 code.
        cost_centre: Who bears it, for lines of profit or loss.
    """

    account: str
    amount: int
    currency: str
    cost_centre: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A journal entry.

    Attributes:
        day: Posting date.
        period: Period id.
        memo: What it is, for a person.
        reference: What it comes from, e.g. `IT-00412/IFRS/2026-04/depreciation`.
        lines: Its lines; zero lines are left out.

    Raises:
        JournalError: It does not balance, mixes currencies, or has no lines.
    """

    day: date
    period: str
    memo: str
    reference: str
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        if not self.lines:
            raise JournalError(f"entry {self.reference} has no lines")
        currencies = sorted({line.currency for line in self.lines})
        if len(currencies) > 1:
            raise JournalError(
                f"entry {self.reference} mixes {' and '.join(currencies)}; post one "
                "entry for each currency"
            )
        total = sum(line.amount for line in self.lines)
        if total:
            raise JournalError(
                f"entry {self.reference} does not balance: debits exceed credits by "
                f"{total} minor units of {currencies[0]}"
            )

    def reversal(self, day: date, period: str) -> Entry:
        """Return the mirrored entry, dated in an open period."""
        return Entry(
            day=day,
            period=period,
            memo=f"Reversal of {self.memo}",
            reference=f"{self.reference}/reversal",
            lines=tuple(
                Line(
                    account=line.account,
                    amount=-line.amount,
                    currency=line.currency,
                    cost_centre=line.cost_centre,
                )
                for line in self.lines
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Account codes of an asset class in a book.

    Attributes:
        asset: Gross cost.
        accumulated: Accumulated depreciation.
        expense: Depreciation expense.
        clearing: Counterpart of acquisitions (payables, goods received).
        proceeds: Counterpart of disposal proceeds (bank, receivable).
        impairment: Accumulated impairment.
        impairment_loss: Loss in profit.
        impairment_reversal: Gain in profit.
        surplus: Revaluation surplus in equity.
        revaluation_result: Revaluation loss or its reversal in profit.
        retained: Retained earnings, for surplus on disposal.
        gain: Gain on disposal.
        loss: Loss on disposal.
    """

    asset: str
    accumulated: str
    expense: str
    clearing: str
    proceeds: str
    impairment: str
    impairment_loss: str
    impairment_reversal: str
    surplus: str
    revaluation_result: str
    retained: str
    gain: str
    loss: str


def spread_cost(
    account: str,
    amount: int,
    currency: str,
    weights: Sequence[tuple[str | None, int]],
) -> list[Line]:
    """Share an amount of profit or loss over cost centres without losing a cent."""
    parts = split(amount, [weight for _, weight in weights])
    return [
        Line(account=account, amount=part, currency=currency, cost_centre=centre)
        for (centre, _), part in zip(weights, parts, strict=True)
        if part
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the entries of one asset and period share.

    Attributes:
        reference: Asset, book and period, e.g. `IT-00412/IFRS/2026-04`.
        currency: ISO 4217 code.
        accounts: Accounts of the asset's class in the book.
        bearings: Cost centres over time.
    """

    reference: str
    currency: str
    accounts: Accounts
    bearings: Sequence[Bearing]


def entries_of(
    row: Row,
    context: Context,
    derecognised: Sequence[Derecognised] = (),
    remeasured: Sequence[Remeasured] = (),
) -> list[Entry]:
    """Return the balanced entries of one row.

    Args:
        row: The row to post.
        context: Accounts and cost centres.
        derecognised: Disposals whose events are in the row.
        remeasured: Revaluations and impairments whose events are in the row.
    """
    maker = _Maker(row, context)
    maker.add_acquisition()
    maker.add_depreciation()
    for note in remeasured:
        if note.event in row.events:
            maker.add_remeasurement(note)
    for gone in derecognised:
        if gone.event in row.events:
            maker.add_disposal(gone)
    return maker.entries


class _Maker:
    def __init__(self, row: Row, context: Context) -> None:
        self.row, self.context = row, context
        self.entries: list[Entry] = []
        self.weights = bearers(context.bearings, row.start, row.end)

    def _line(self, account: str, amount: int) -> list[Line]:
        if not amount:
            return []
        return [Line(account=account, amount=amount, currency=self.context.currency)]

    def _cost(self, account: str, amount: int) -> list[Line]:
        if not amount:
            return []
        return spread_cost(account, amount, self.context.currency, self.weights)

    def _entry(self, kind: str, memo: str, lines: list[Line]) -> None:
        if lines:
            self.entries.append(
                Entry(
                    day=self.row.end.fromordinal(self.row.end.toordinal() - 1),
                    period=self.row.period,
                    memo=memo,
                    reference=f"{self.context.reference}/{kind}",
                    lines=tuple(lines),
                )
            )

    def add_acquisition(self) -> None:
        """Dr asset, Cr clearing."""
        amount, accounts = self.row.additions, self.context.accounts
        lines = self._line(accounts.asset, amount) + self._line(
            accounts.clearing, -amount
        )
        self._entry("acquisition", "Acquisition", lines)

    def add_depreciation(self) -> None:
        """Dr expense by cost centre, Cr accumulated depreciation."""
        amount, accounts = self.row.depreciation, self.context.accounts
        lines = self._cost(accounts.expense, amount) + self._line(
            accounts.accumulated, -amount
        )
        self._entry("depreciation", "Depreciation", lines)

    def add_remeasurement(self, note: Remeasured) -> None:
        """Book value against equity and profit (IAS 16.39-40, IAS 36.60, 36.119)."""
        accounts = self.context.accounts
        if note.revaluation:
            result = accounts.revaluation_result
        elif note.amount < 0:
            result = accounts.impairment_loss
        else:
            result = accounts.impairment_reversal
        lines = (
            self._line(accounts.asset, note.cost)
            + self._line(accounts.accumulated, -note.accumulated)
            + self._line(accounts.impairment, -note.impairment)
            + self._line(accounts.surplus, -note.equity)
            + self._cost(result, -note.profit)
        )
        kind = "revaluation" if note.revaluation else "impairment"
        self._entry(f"{kind}/{note.event}", kind.capitalize(), lines)

    def add_disposal(self, gone: Derecognised) -> None:
        """Remove cost and accumulated amounts, take proceeds, show gain or loss."""
        accounts = self.context.accounts
        result = accounts.gain if gone.gain > 0 else accounts.loss
        lines = (
            self._line(accounts.accumulated, gone.accumulated)
            + self._line(accounts.impairment, gone.impairment)
            + self._line(accounts.proceeds, gone.proceeds)
            + self._line(accounts.asset, -gone.cost)
            + self._cost(result, -gone.gain)
            + self._line(accounts.surplus, gone.surplus)
            + self._line(accounts.retained, -gone.surplus)
        )
        self._entry(f"disposal/{gone.event}", "Disposal", lines)
