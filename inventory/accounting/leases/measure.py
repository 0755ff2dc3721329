"""The liability of a lease at any day, from payments and rate (IFRS 16.26-46). Pure.

Time is counted in months of the lease, parts of a month by its days; a payment on the
last day of a month of the lease counts as at its end. Balances are rounded, not rates,
so that interest is what moves one rounded balance to the next, and the last payment
leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from inventory.accounting.model.terms import TermsError
from inventory.kernel.months import add_months

_DAY = timedelta(days=1)
_DIGITS = 50
LONGEST_TERM = 1200
"""Months of a lease that are believed."""


class Compounding(StrEnum):
    """What the yearly rate means."""

    YEARLY = "yearly"
    """An effective rate: a year grows by it, a month by its twelfth root."""
    MONTHLY = "monthly"
    """A nominal rate: each month grows by a twelfth of it."""


class Treatment(StrEnum):
    """How a lessee accounts for a lease."""

    RIGHT_OF_USE = "right-of-use"
    """A right-of-use asset and a liability (IFRS 16.22)."""
    SHORT_TERM = "short-term"
    """Twelve months at most, expensed straight line (IFRS 16.5(a))."""
    LOW_VALUE = "low-value"
    """An asset of low value when new, expensed straight line (IFRS 16.5(b))."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of a lease, in minor units."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTerms:
    """What a lease is measured by when it commences.

    Attributes:
        commences: Day on which the asset is available for use.
        months: The lease term (IFRS 16.18).
        payments: All payments, in order of their days.
        rate: Yearly rate, 0.05 for 5 % (implicit, or incremental borrowing).
        compounding: What that rate means.
        direct_costs: Initial direct costs, minor units.
        incentives: Lease incentives received, minor units.
        treatment: How it is accounted for.

    Raises:
        TermsError: They contradict themselves or a rule.
    """

    commences: date
    months: int
    payments: tuple[Payment, ...]
    rate: Decimal
    compounding: Compounding = Compounding.YEARLY
    direct_costs: int = 0
    incentives: int = 0
    treatment: Treatment = Treatment.RIGHT_OF_USE

    def __post_init__(self) -> None:
        if not 0 < self.months <= LONGEST_TERM:
            raise TermsError(
                f"a lease term of {self.months} months; it must be 1 to {LONGEST_TERM}"
            )
        if self.treatment is Treatment.SHORT_TERM and self.months > 12:
            raise TermsError(
                f"a lease of {self.months} months is no short-term lease, which has 12 "
                "at most (IFRS 16 Appendix A)"
            )
        if min(self.direct_costs, self.incentives) < 0:
            raise TermsError("direct costs and incentives must not be negative")
        _check(self.rate, self.payments, self.commences, self.ends)

    @property
    def ends(self) -> date:
        """First day after the lease term."""
        return add_months(self.commences, self.months)

    @property
    def prepaid(self) -> int:
        """What is paid at or before the commencement (IFRS 16.24(b))."""
        return sum(one.amount for one in self.payments if one.on <= self.commences)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseChange:
    """A remeasurement or modification of a lease (IFRS 16.39-46).

    Attributes:
        id: Names it within the lease.
        effective: First day on which it counts.
        payments: All payments from then on, in place of the earlier ones.
        ends: First day after the lease term from now on.
        rate: A revised yearly rate; None keeps the one in force (IFRS 16.43).
        given_up: Share of the right of use that is given up (IFRS 16.46(a)).

    Raises:
        TermsError: They contradict themselves.
    """

    id: str
    effective: date
    payments: tuple[Payment, ...]
    ends: date
    rate: Decimal | None = None
    given_up: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not 0 <= self.given_up <= 1:
            raise TermsError(f"a share of {self.given_up} is given up; it is 0 to 1")
        if self.rate is not None:
            _check(self.rate, self.payments, self.effective, self.ends)
        if any(one.on < self.effective for one in self.payments):
            raise TermsError(f"a payment lies before the change of {self.effective}")


def _check(rate: Decimal, payments: Sequence[Payment], start: date, ends: date) -> None:
    if not 0 <= rate < 1:
        raise TermsError(f"a rate of {100 * rate:f} % a year; it must be 0 to 100")
    if ends < start:
        raise TermsError(f"the lease ends before {start}")
    for one in payments:
        if one.amount < 0:
            raise TermsError(f"the payment of {one.on} is negative")
        if one.on > ends:
            raise TermsError(f"the payment of {one.on} lies after the lease term")


def regular_payments(
    start: date, months: int, amount: int, every: int, *, in_advance: bool
) -> tuple[Payment, ...]:
    """Return equal payments over a term.

    Args:
        start: First day of the term.
        months: Its length.
        amount: Each payment, minor units.
        every: Months from one to the next.
        in_advance: On the first day of each of these spans, else on the last.

    Raises:
        TermsError: The term is not made of such spans.
    """
    if every < 1 or months % every:
        raise TermsError(
            f"a term of {months} months is not made of payments every {every} months; "
            "list the payments instead"
        )
    days = (
        add_months(start, number)
        if in_advance
        else add_months(start, number + every) - _DAY
        for number in range(0, months, every)
    )
    return tuple(Payment(day, amount) for day in days)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What holds from a day on, until the next change."""

    start: date
    payments: tuple[Payment, ...]
    rate: Decimal
    compounding: Compounding

    def value(self, day: date) -> Decimal:
        """Return the present value at the start of a day, in minor units, exact."""
        with localcontext() as context:
            context.prec = _DIGITS
            now = _months(self.start, day)
            total = Decimal(0)
            for one in self.payments:
                if one.on < day:
                    continue
                ahead = max(Fraction(0), _months_of_payment(self.start, one.on) - now)
                total += Decimal(one.amount) / self._growth(ahead)
            return total

    def _growth(self, months: Fraction) -> Decimal:
        exact = Decimal(months.numerator) / Decimal(months.denominator)
        if self.compounding is Compounding.MONTHLY:
            return (1 + self.rate / 12) ** exact
        return (1 + self.rate) ** (exact / 12)


def _months(start: date, day: date) -> Fraction:
    """Return the months from a start to the start of a day."""
    whole = (day.year - start.year) * 12 + day.month - start.month
    while add_months(start, whole) > day:
        whole -= 1
    here, after = add_months(start, whole), add_months(start, whole + 1)
    return whole + Fraction((day - here).days, (after - here).days)


def _months_of_payment(start: date, day: date) -> Fraction:
    after = _months(start, day + _DAY)
    return after if after.denominator == 1 and after > 0 else _months(start, day)


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved a liability between two days, in minor units.

    Attributes:
        opening: Liability at the start.
        recognised: New leases, at their commencement.
        remeasured: Changes of payments, term, rate and scope.
        interest: Interest at the effective rate (IFRS 16.36(a)).
        paid: Payments.
    """

    opening: int
    recognised: int
    remeasured: int
    interest: int
    paid: int

    @property
    def closing(self) -> int:
        """Liability at the end."""
        return (
            self.opening + self.recognised + self.remeasured + self.interest - self.paid
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """A lease with its changes, to be measured at any day.

    Attributes:
        terms: Its terms when it commenced.
        changes: What changed since, in order of their days.
    """

    terms: LeaseTerms
    changes: tuple[LeaseChange, ...] = ()

    def _stretches(self) -> Iterator[_Stretch]:
        terms = self.terms
        later = tuple(one for one in terms.payments if one.on > terms.commences)
        rate = terms.rate
        yield _Stretch(terms.commences, later, rate, terms.compounding)
        for change in self.changes:
            rate = rate if change.rate is None else change.rate
            yield _Stretch(change.effective, change.payments, rate, terms.compounding)

    @property
    def ends(self) -> date:
        """First day after the lease term, as it is known now."""
        return self.changes[-1].ends if self.changes else self.terms.ends

    def rate(self) -> Decimal:
        """Return the yearly rate that is in force last."""
        return list(self._stretches())[-1].rate

    def liability(self, day: date, *, changed: bool = False) -> int:
        """Return the liability at the start of a day, rounded half up.

        Args:
            day: Payments before it are made.
            changed: What changes on that day counts already.
        """
        held = None
        for number, stretch in enumerate(self._stretches()):
            counts = changed or not number
            if stretch.start < day or (stretch.start == day and counts):
                held = stretch
        if held is None:
            return 0
        with localcontext() as context:
            context.prec = _DIGITS
            return int(held.value(day).to_integral_value(rounding=ROUND_HALF_UP))

    @property
    def recognised(self) -> int:
        """Liability at the commencement (IFRS 16.26)."""
        return self.liability(self.terms.commences)

    @property
    def right_of_use(self) -> int:
        """Cost of the right-of-use asset at the commencement (IFRS 16.24)."""
        terms = self.terms
        return self.recognised + terms.prepaid + terms.direct_costs - terms.incentives

    def paid(self, start: date, end: date) -> int:
        """Return what is paid from a day on, before another; prepayments apart."""
        return sum(one.amount for one in self.due() if start <= one.on < end)

    def due(self) -> Iterator[Payment]:
        """Yield all payments after the commencement, as they turned out."""
        stretches = list(self._stretches())
        for number, stretch in enumerate(stretches):
            until = stretches[number + 1].start if stretches[number + 1 :] else date.max
            yield from (
                one for one in stretch.payments if stretch.start <= one.on < until
            )

    def moved(self, start: date, end: date) -> Moved:
        """Return what moved the liability from the start of a day to another's."""
        begun = start > self.terms.commences
        opening = self.liability(start) if begun else 0
        recognised = self.recognised if start <= self.terms.commences < end else 0
        if end <= self.terms.commences:
            return Moved(0, 0, 0, 0, 0)
        remeasured = sum(
            self.liability(day, changed=True) - self.liability(day)
            for day in (change.effective for change in self.changes)
            if start <= day < end
        )
        paid = self.paid(max(start, self.terms.commences), end)
        interest = self.liability(end) - opening - recognised - remeasured + paid
        return Moved(opening, recognised, remeasured, interest, paid)

    def expensed(self, day: date) -> int:
        """Return what an exempt lease charged before a day, straight line (16.6)."""
        terms = self.terms
        total = sum(one.amount for one in terms.payments) - terms.incentives
        if day <= terms.commences:
            return 0
        served = min(_months(terms.commences, day), Fraction(terms.months))
        exact = total * served / terms.months
        return int(exact + Fraction(1, 2))

    def maturities(self, day: date) -> tuple[int, int, int]:
        """Return undiscounted payments within a year, in one to five, and later."""
        one, five = add_months(day, 12), add_months(day, 60)
        ahead = [payment for payment in self.due() if payment.on >= day]
        return (
            sum(p.amount for p in ahead if p.on < one),
            sum(p.amount for p in ahead if one <= p.on < five),
            sum(p.amount for p in ahead if p.on >= five),
        )
