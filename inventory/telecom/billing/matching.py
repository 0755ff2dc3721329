"""An invoice against the estate: what does not fit, in money. Pure.

Each finding says what it should have been, what was billed, and the difference: what
the invoice costs too much (or, below zero, too little).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from inventory.kernel.money import round_half_up
from inventory.telecom.billing.charging import ChargeTerms, billed_between

PRICE = "price-differs"
NOT_AGREED = "not-agreed"
UNKNOWN_KEY = "not-in-inventory"
NOT_BILLED = "not-billed"
CANCELLED = "after-cancellation"
BEFORE = "before-start"
TWICE = "billed-twice"
UNKNOWN_TYPE = "unknown-charge-type"
AMBIGUOUS = "several-lines"
OTHER_ACCOUNT = "other-account"
VAT = "vat-differs"

KINDS = (
    *(PRICE, NOT_AGREED, UNKNOWN_KEY, NOT_BILLED, CANCELLED, BEFORE, TWICE),
    *(UNKNOWN_TYPE, AMBIGUOUS, OTHER_ACCOUNT, VAT),
)
"""What may be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """A line of the estate.

    Attributes:
        active_from: First day it is to be paid; None: not yet.
        ended_on: First day no more; None: it is not cancelled.
    """

    id: int
    name: str
    account_id: int
    active_from: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCharge:
    """A recurring charge of a line, or of the account where `line_id` is None."""

    id: int
    line_id: int | None
    charge_type: str
    item: str
    terms: ChargeTerms
    vat_permille: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What is known when an invoice comes.

    Attributes:
        lines: Lines by id.
        keys: Number, ICCID, IMSI, circuit id -> ids of lines; several may have had it.
        charges: What is to be paid at the account.
        kinds: Type of charge -> its kind.
        billed: Charge -> numbers of other invoices that billed the same months.
    """

    lines: Mapping[int, KnownLine]
    keys: Mapping[str, Sequence[int]]
    charges: Sequence[KnownCharge]
    kinds: Mapping[str, str]
    billed: Mapping[int, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLine:
    """A total of the invoice; `key` as the estate has it, empty for the account."""

    position: int
    key: str
    text: str
    charge_type: str
    net: int
    vat_permille: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not fit.

    Attributes:
        position: The line of the invoice; None: it has none.
        about: What it is about, for a person.
        expected: What it should have been, net minor units.
    """

    kind: str
    position: int | None
    line_id: int | None
    charge_id: int | None
    about: str
    expected: int
    billed: int

    @property
    def difference(self) -> int:
        """What it costs too much."""
        return self.billed - self.expected


@dataclass(slots=True)
class Matched:
    """The result.

    Attributes:
        lines: Position -> line; what is not there fits none.
        charges: Position -> charge it bills.
        findings: What does not fit.
    """

    lines: dict[int, int] = field(default_factory=dict)
    charges: dict[int, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def match(
    estate: Estate,
    account_id: int,
    billed: Sequence[BilledLine],
    first_day: date,
    last_day: date,
) -> Matched:
    """Compare an invoice with the estate.

    Args:
        estate: What is known.
        account_id: The account that is billed.
        billed: Lines of the invoice.
        first_day: First day it bills.
        last_day: Last day it bills.
    """
    return _Match(estate, account_id, first_day, last_day).run(billed)


class _Match:
    def __init__(
        self, estate: Estate, account_id: int, first: date, last: date
    ) -> None:
        self.estate, self.account_id = estate, account_id
        self.first, self.last = first, last
        self.result = Matched()
        self.expected = {
            one.id: billed_between(one.terms, first, last) for one in estate.charges
        }
        self.charges: dict[tuple[int | None, str], list[KnownCharge]] = defaultdict(
            list
        )
        for one in estate.charges:
            if self.expected[one.id]:
                self.charges[one.line_id, one.charge_type].append(one)

    def run(self, billed: Sequence[BilledLine]) -> Matched:
        groups: dict[tuple[int | None, str], list[BilledLine]] = defaultdict(list)
        for one in billed:
            found, line_id = self._line_of(one)
            if line_id is not None:
                self.result.lines[one.position] = line_id
            if not found or not self._type_known(one, line_id):
                continue
            if self.estate.kinds[one.charge_type] == "recurring":
                groups[line_id, one.charge_type].append(one)
        for (line_id, charge_type), some in groups.items():
            self._pair(line_id, some, self.charges[line_id, charge_type])
        self._not_billed()
        order = {kind: place for place, kind in enumerate(KINDS)}
        self.result.findings.sort(
            key=lambda one: (one.position is None, one.position or 0, order[one.kind])
        )
        return self.result

    def _line_of(self, one: BilledLine) -> tuple[bool, int | None]:
        """Return whether its charge is to be matched, and the line it is about."""
        if not one.key:
            return True, None
        lines = [self.estate.lines[n] for n in self.estate.keys.get(one.key, ())]
        if not lines:
            self._add(UNKNOWN_KEY, one, about=f"{one.key} {one.text}")
            return False, None
        live = [line for line in lines if self._runs(line)] or lines
        own = [line for line in live if line.account_id == self.account_id]
        if len(own or live) > 1:
            names = ", ".join(sorted(line.name for line in own or live))
            self._add(AMBIGUOUS, one, about=f"{one.key}: {names}")
            return False, None
        line = (own or live)[0]
        if not own:
            self._add(OTHER_ACCOUNT, one, line_id=line.id, about=line.name)
            return False, line.id
        if line.ended_on is not None and line.ended_on <= self.first:
            self._add(CANCELLED, one, line_id=line.id, about=line.name)
            return False, line.id
        if line.active_from is None or line.active_from > self.last:
            self._add(BEFORE, one, line_id=line.id, about=line.name)
            return False, line.id
        return True, line.id

    def _runs(self, line: KnownLine) -> bool:
        begun = line.active_from is not None and line.active_from <= self.last
        return begun and (line.ended_on is None or line.ended_on > self.first)

    def _type_known(self, one: BilledLine, line_id: int | None) -> bool:
        if one.charge_type in self.estate.kinds:
            return True
        self._add(UNKNOWN_TYPE, one, line_id=line_id, about=one.text)
        return False

    def _pair(
        self,
        line_id: int | None,
        billed: Sequence[BilledLine],
        charges: Sequence[KnownCharge],
    ) -> None:
        """Pair what was billed of one type for one line with what was agreed."""
        left, rest = list(charges), []
        pairs: list[tuple[BilledLine, KnownCharge]] = []
        for one in billed:
            same = (c for c in left if self.expected[c.id] == one.net)
            charge = next(same, None)
            if charge is None:
                rest.append(one)
            else:
                left.remove(charge)
                pairs.append((one, charge))
        for one in rest:
            known = {pair.net for pair, _ in pairs}
            if left and one.net not in known:
                pairs.append((one, left.pop(0)))
            else:
                kind = TWICE if one.net in known else NOT_AGREED
                about = self._name(line_id, one)
                self._add(kind, one, line_id=line_id, about=about)
        for one, charge in pairs:
            self._compare(one, charge)

    def _compare(self, one: BilledLine, charge: KnownCharge) -> None:
        expected = self.expected[charge.id]
        about = self._name(charge.line_id, one)
        self.result.charges[one.position] = charge.id
        earlier = self.estate.billed.get(charge.id)
        values: dict[str, Any] = {"line_id": charge.line_id, "charge_id": charge.id}
        if earlier:
            text = f"{about}: {', '.join(earlier)}"
            self._add(TWICE, one, about=text, **values)
            del self.result.charges[one.position]
            return
        if one.net != expected:
            self._add(PRICE, one, expected=expected, about=about, **values)
        rate = one.vat_permille
        if rate is not None and rate != charge.vat_permille:
            text = f"{about}: {rate / 10:g} % / {charge.vat_permille / 10:g} %"
            self.result.findings.append(
                Finding(
                    kind=VAT,
                    position=one.position,
                    about=text,
                    expected=_tax(one.net, charge.vat_permille),
                    billed=_tax(one.net, rate),
                    **values,
                )
            )

    def _not_billed(self) -> None:
        billed = {*self.result.charges.values(), *self.estate.billed}
        for charge in self.estate.charges:
            expected = self.expected[charge.id]
            if not expected or charge.id in billed:
                continue
            line = self.estate.lines.get(charge.line_id or 0)
            name = f"{line.name}: {charge.item}" if line else charge.item
            self.result.findings.append(
                Finding(
                    kind=NOT_BILLED,
                    position=None,
                    line_id=charge.line_id,
                    charge_id=charge.id,
                    about=name,
                    expected=expected,
                    billed=0,
                )
            )

    def _name(self, line_id: int | None, one: BilledLine) -> str:
        line = self.estate.lines.get(line_id or 0)
        return f"{line.name}: {one.text}" if line else one.text

    def _add(
        self,
        kind: str,
        one: BilledLine,
        *,
        about: str,
        line_id: int | None = None,
        charge_id: int | None = None,
        expected: int = 0,
    ) -> None:
        self.result.findings.append(
            Finding(
                kind=kind,
                position=one.position,
                line_id=line_id,
                charge_id=charge_id,
                about=about,
                expected=expected,
                billed=one.net,
            )
        )


def _tax(net: int, permille: int) -> int:
    return round_half_up(Fraction(net * permille, 1000))


def by_kind(findings: Iterable[Finding]) -> dict[str, int]:
    """Return the sum of the differences by kind."""
    sums: dict[str, int] = defaultdict(int)
    for one in findings:
        sums[one.kind] += one.difference
    return dict(sums)
