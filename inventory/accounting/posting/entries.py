"""From a row to balanced journal entries. Pure.

The entries are made of the flows of the row alone, so the journal ties to the schedule
by construction, late and cancelled events included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from inventory.accounting.model.journal import Accounts, Entry, Line
from inventory.accounting.model.rows import FLOWS, Flows, Row
from inventory.accounting.posting.cost_split import (
    CostShare,
    charged_from,
    cost_centre_weights,
)
from inventory.kernel.money import split


def spread_cost(
    account: str,
    amount: int,
    currency: str,
    weights: Sequence[tuple[str | None, int]],
) -> list[Line]:
    """Share an amount of profit or loss over cost centres without losing a cent."""
    if len(weights) == 1:
        return [_line(account, amount, currency, weights[0][0])]
    parts = split(amount, [weight for _, weight in weights])
    return [
        _line(account, part, currency, centre)
        for (centre, _), part in zip(weights, parts, strict=True)
        if part
    ]


def _line(account: str, amount: int, currency: str, cost_centre: str | None) -> Line:
    return Line(
        account=account, amount=amount, currency=currency, cost_centre=cost_centre
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the entries of one asset and period share.

    Attributes:
        reference: Asset, book and period, e.g. `IT-00412/IFRS/2026-04`.
        currency: ISO 4217 code.
        accounts: Accounts in force at the end of the period.
        cost_shares: Cost centres over time.
        before: Accounts in force at its start, where they were others.
        in_service: The first period is charged to the cost centres from this day on.
    """

    reference: str
    currency: str
    accounts: Accounts
    cost_shares: Sequence[CostShare]
    before: Accounts | None = None
    in_service: date | None = None


def entries_of(
    row: Row,
    context: Context,
    moved: Mapping[str, Flows] | None = None,
) -> list[Entry]:
    """Return the balanced entries of one row.

    Each event has entries of its own; what late and cancelled events change in booked
    periods comes as a correction.

    Args:
        row: The row to post.
        context: Accounts and cost centres.
        moved: What each event moved, by its id.
    """
    maker = _Maker(row, context)
    if row.taken_over:
        maker.add_opening(row)
    if context.before is not None and context.before != context.accounts:
        maker.add_reclassification(context.before)
    flows: Flows = row
    for event in row.events:
        if moved and event in moved:
            maker.add_flows(moved[event], f"/{event}")
            flows = flows.less(moved[event])
    maker.add_flows(flows, "")
    maker.add_depreciation()
    return [entry for _, entry in sorted(maker.entries, key=lambda one: one[0])]


_ORDER = (
    "opening",
    "reclassification",
    "acquisition",
    "transfer",
    "depreciation",
    "surplus",
    "revaluation",
    "impairment",
    "reversal",
    "disposal",
)
"""Kinds of entries in the order in which they are written."""


_RARE = attrgetter(*set(FLOWS).difference(("additions", "depreciation", "realised")))
"""What most rows have nothing of."""


class _Maker:
    def __init__(self, row: Row, context: Context) -> None:
        self.row, self.context = row, context
        self.accounts = context.accounts
        self.day = row.end - timedelta(days=1)
        self.entries: list[tuple[int, Entry]] = []
        start = charged_from(row.start, row.end, context.in_service)
        self.weights = cost_centre_weights(context.cost_shares, start, row.end)

    def _line(self, account: str, amount: int) -> list[Line]:
        if not amount:
            return []
        return [Line(account=account, amount=amount, currency=self.context.currency)]

    def _cost(self, account: str, amount: int) -> list[Line]:
        if not amount:
            return []
        return spread_cost(account, amount, self.context.currency, self.weights)

    def _entry(self, kind: str, event: str, memo: str, lines: list[Line]) -> None:
        if not lines:
            return
        entry = Entry(
            day=self.day,
            period=self.row.period,
            memo=memo,
            reference=f"{self.context.reference}/{kind}{event}",
            lines=tuple(lines),
        )
        self.entries.append((_ORDER.index(kind), entry))

    def _balances(
        self,
        accounts: Accounts,
        cost: int,
        accumulated: int,
        impairment: int,
        surplus: int,
    ) -> list[Line]:
        """Dr cost, Cr accumulated depreciation, impairment and surplus."""
        return (
            self._line(accounts.asset, cost)
            + self._line(accounts.accumulated, -accumulated)
            + self._line(accounts.impairment, -impairment)
            + self._line(accounts.surplus, -surplus)
        )

    def add_opening(self, first: Row) -> None:
        """Open with balances taken over from another system."""
        balances = (
            first.opening_cost,
            first.opening_accumulated,
            first.opening_impairment,
            first.opening_surplus,
        )
        rest = sum(balances[1:]) - balances[0]
        counter_account = self.accounts.opening or self.accounts.clearing
        lines = self._balances(self.accounts, *balances) + self._line(
            counter_account, rest
        )
        self._entry("opening", "", "Balances taken over", lines)

    def add_reclassification(self, before: Accounts) -> None:
        """Move the balances of the period's start to other accounts."""
        row = self.row
        balances = (
            row.opening_cost,
            row.opening_accumulated,
            row.opening_impairment,
            row.opening_surplus,
        )
        lines = self._balances(self.accounts, *balances)
        lines += self._balances(before, *(-stock for stock in balances))
        totals: Counter[str] = Counter()
        for line in lines:
            totals[line.account] += line.amount
        net = [line for code, sum_ in totals.items() for line in self._line(code, sum_)]
        self._entry("reclassification", "", "Reclassification", net)

    def add_depreciation(self) -> None:
        """Dr expense by cost centre, Cr accumulated; surplus realised by use."""
        amount, accounts = self.row.depreciation, self.accounts
        lines = self._cost(accounts.expense, amount)
        lines += self._line(accounts.accumulated, -amount)
        self._entry("depreciation", "", "Depreciation", lines)
        lines = self._line(accounts.surplus, self.row.realised)
        lines += self._line(accounts.retained, -self.row.realised)
        self._entry("surplus", "", "Revaluation surplus realised", lines)

    def add_flows(self, flows: Flows, event: str) -> None:
        """Book everything but depreciation and surplus realised by use."""
        self._add_cost(flows, event)
        if not any(_RARE(flows)):
            return
        self._add_transfer(flows, event)
        self._add_revaluation(flows, event)
        self._add_impairment(flows, event)
        self._add_disposal(flows, event)

    def _add_cost(self, flows: Flows, event: str) -> None:
        accounts = self.accounts
        lines = self._line(accounts.asset, flows.additions)
        lines += self._line(accounts.clearing, -flows.additions)
        self._entry("acquisition", event, "Acquisition", lines)

    def _add_transfer(self, flows: Flows, event: str) -> None:
        accounts = self.accounts
        balances = (
            flows.transferred_cost,
            flows.transferred_accumulated,
            flows.transferred_impairment,
            flows.transferred_surplus,
        )
        counter_account = accounts.transfer or accounts.clearing
        lines = self._balances(accounts, *balances)
        lines += self._line(counter_account, sum(balances[1:]) - balances[0])
        self._entry("transfer", event, "Transfer at book value", lines)

    def _add_revaluation(self, flows: Flows, event: str) -> None:
        """Book value against equity and profit (IAS 16.39-40)."""
        profit = flows.revaluation - flows.revaluation_equity
        lines = self._balances(
            self.accounts,
            flows.cost_revaluation,
            flows.revaluation_accumulated,
            flows.revaluation_impairment,
            flows.revaluation_equity,
        ) + self._cost(self.accounts.revaluation_result, -profit)
        self._entry("revaluation", event, "Revaluation", lines)

    def _add_impairment(self, flows: Flows, event: str) -> None:
        """Losses and reversals against equity and profit (IAS 36.60, 36.119)."""
        accounts = self.accounts
        loss, charged_to_surplus = flows.impairment_loss, flows.impairment_equity
        lines = self._line(accounts.impairment, -loss)
        lines += self._line(accounts.surplus, charged_to_surplus)
        lines += self._cost(accounts.impairment_loss, loss - charged_to_surplus)
        self._entry("impairment", event, "Impairment", lines)
        gain, credited_to_surplus = flows.impairment_reversal, flows.reversal_equity
        lines = self._line(accounts.impairment, gain)
        lines += self._line(accounts.surplus, -credited_to_surplus)
        lines += self._cost(accounts.impairment_reversal, credited_to_surplus - gain)
        self._entry("reversal", event, "Reversal of impairment", lines)

    def _add_disposal(self, flows: Flows, event: str) -> None:
        """Remove cost and accumulated amounts, take proceeds, show gain or loss."""
        accounts = self.accounts
        # A disposal that is taken back undoes its gain where it was booked.
        gained = (flows.gain > 0) == (flows.cost_disposed >= 0)
        result = accounts.gain if gained else accounts.loss
        lines = (
            self._line(accounts.accumulated, flows.disposed_accumulated)
            + self._line(accounts.impairment, flows.disposed_impairment)
            + self._line(accounts.proceeds, flows.proceeds)
            + self._line(accounts.asset, -flows.cost_disposed)
            + self._cost(result, -flows.gain)
            + self._line(accounts.surplus, flows.disposed_surplus)
            + self._line(accounts.retained, -flows.disposed_surplus)
        )
        self._entry("disposal", event, "Disposal", lines)
