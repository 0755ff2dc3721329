"""Balanced journal entries; an unbalanced one cannot be built. Pure.

Debits are positive, credits negative, in minor units of one currency an entry. Every
line names the account and, for costs, the cost centre that is charged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

ACCOUNT_KINDS = ("Assets", "Liabilities", "Equity", "Income", "Expenses")
"""Kinds of account, as beancount and hledger name them, too."""


class JournalError(ValueError):
    """An entry that no ledger may take; names the rule it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an entry.

    Attributes:
        account: Account code.
        amount: Minor units; debit positive, credit negative.
        currency: ISO 4217 code.
        cost_centre: Code of the cost centre charged, for lines of profit or loss.
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
        total, currency = 0, self.lines[0].currency
        for line in self.lines:
            total += line.amount
            if line.currency != currency:
                mixed = " and ".join(sorted({line.currency for line in self.lines}))
                raise JournalError(
                    f"entry {self.reference} mixes {mixed}; post one "
                    "entry for each currency"
                )
        if total:
            raise JournalError(
                f"entry {self.reference} does not balance: debits exceed credits by "
                f"{total} minor units of {currency}"
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
        opening: Counterpart of balances taken over; empty for `clearing`.
        transfer: Counterpart of moves within the group; empty for `clearing`.
        held_for_sale: Carries the book value of what is held for sale (IFRS 5.38);
            empty leaves it in its own accounts.
        lease_liability: Liabilities of leases, for right-of-use assets (IFRS 16.47).
        lease_interest: Interest on them.
        lease_expense: Charge of short-term leases and those of low value (16.6).
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
    opening: str = ""
    transfer: str = ""
    held_for_sale: str = ""
    lease_liability: str = ""
    lease_interest: str = ""
    lease_expense: str = ""

    def for_row(self, held: bool) -> Accounts:
        """Return the accounts that balances stand in."""
        place = self.held_for_sale
        if not (held and place):
            return self
        return replace(self, asset=place, accumulated=place, impairment=place)
