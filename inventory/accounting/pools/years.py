"""All pools of a book, year by year. Pure.

An allowance of the year of purchase has one limit a year for the whole entity; it is
used where the yearly rate is lowest first, which leaves the most to be allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from inventory.accounting.engine.pools import PoolResult, PoolYear, pool_year
from inventory.accounting.pools.movements import Movement
from inventory.accounting.tax.limits import Limits, PoolLaw
from inventory.kernel.money import round_half_up
from inventory.kernel.periods import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class YearResult:
    """A fiscal year of a pool; amounts in minor units.

    Attributes:
        year: Its name.
        opening: Balance brought forward.
        additions: Cost added in the year, allowed at once included.
        earlier: Added in years that were declared without it, less what left then.
        at_once: Allowed at once of the additions.
        first_year: First-year allowances of the additions; what they leave of the cost
            comes into the balance at the end of the year.
        disposals: Proceeds of what left, at most its cost.
        rate: Yearly rate.
        allowance: Charged by the rate.
        charge: Proceeds above the balance, or of what had a first-year allowance:
            taxable.
        closing: Balance carried forward.
        declared: It is stored as declared.
    """

    year: str
    opening: int
    additions: int
    earlier: int
    at_once: int
    disposals: int
    rate: Fraction
    allowance: int
    charge: int
    closing: int
    declared: bool = False
    first_year: int = 0

    @property
    def allowed(self) -> int:
        """All allowances of the year."""
        return self.at_once + self.first_year + self.allowance


@dataclass(frozen=True, slots=True)
class PoolInBook:
    """A pool with all that moves it.

    Attributes:
        id: Of the pool.
        name: As the dated limits call it.
        begins: First day that it shows, where its balance was taken over.
        opening: That balance.
        movements: Of all members.
        declared: Declared years, in order.
        counted: What declared years counted, by the key of the movement.
    """

    id: int
    name: str
    begins: date | None
    opening: int
    movements: Sequence[Movement]
    declared: Mapping[str, YearResult] = field(default_factory=dict)
    counted: Mapping[str, int] = field(default_factory=dict)

    def new_until(self, end: date) -> list[tuple[Movement, int]]:
        """Return what declared years did not count, with the amount that is new."""
        since = self.begins or date.min
        found = []
        for one in self.movements:
            if since <= one.on < end:
                new = one.amount - self.counted.get(one.key, 0)
                if new:
                    found.append((one, new))
        known = {one.key for one in self.movements if since <= one.on}
        for key, amount in self.counted.items():
            if key not in known and amount:  # cancelled since
                number, name = key.split(":", 1)
                gone = Movement(
                    asset_book_id=int(number), event=name, on=since, amount=0
                )
                found.append((gone, -amount))
        return found

    def first_day(self) -> date | None:
        """Return the first day on which it has a balance; None: it never has."""
        days = [one.on for one in self.movements]
        return self.begins or (min(days) if days else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is claimed of a year, where it is less than what is allowed; minor units.

    Attributes:
        at_once: Of the additions at once; None for all that is allowed.
        by_rate: By the rate; None for all that is allowed.
        ceases: The activity ends in the year: what is left is allowed at once.
    """

    at_once: int | None = None
    by_rate: int | None = None
    ceases: bool = False


def years_of(
    pools: Sequence[PoolInBook],
    calendar: Calendar,
    limits: Limits,
    last: str,
    claims: Mapping[int, Claims] | None = None,
) -> dict[int, list[YearResult]]:
    """Return the years of all pools of a book, up to one, by pool.

    Args:
        pools: All pools of the book.
        calendar: That of the book.
        limits: Dated rates and limits.
        last: The last year.
        claims: What is claimed of the first year of a pool that is not declared, by
            pool.

    Raises:
        TermsError: No row of the limits reaches so far back.
    """
    found: dict[int, list[YearResult]] = {pool.id: [] for pool in pools}
    for year in calendar.years[: calendar.years.index(last) + 1]:
        _one_year(pools, calendar, limits, year, claims or {}, found)
    return found


def _one_year(
    pools: Sequence[PoolInBook],
    calendar: Calendar,
    limits: Limits,
    year: str,
    claims: Mapping[int, Claims],
    found: dict[int, list[YearResult]],
) -> None:
    start, end = calendar.year_span(year)
    begun = []
    for pool in pools:
        first = pool.first_day()
        if first is not None and first < end:
            begun.append((limits.pool_law(pool.name, start, end), pool))
    begun.sort(key=lambda one: one[0].rate)
    declared = [pool.declared.get(year) for _, pool in begun]
    used = sum(one.at_once for one in declared if one)
    left: int | None = None
    for law, pool in begun:
        stored = pool.declared.get(year)
        if stored is None:
            if left is None:
                left = _left_at_once(begun, limits, start, end, used)
            stored = _computed(
                pool,
                law,
                calendar,
                limits,
                year,
                found[pool.id],
                claims.get(pool.id),
                left,
            )
            left -= stored.at_once
        found[pool.id].append(stored)


def _left_at_once(
    begun: Sequence[tuple[PoolLaw, PoolInBook]],
    limits: Limits,
    start: date,
    end: date,
    used: int,
) -> int:
    """Return what may still be allowed at once in a year."""
    if not any(one.at_once for _, pool in begun for one in pool.movements):
        return 0
    return max(0, limits.most_at_once(start, end) - used)


def _computed(
    pool: PoolInBook,
    law: PoolLaw,
    calendar: Calendar,
    limits: Limits,
    year: str,
    before: Sequence[YearResult],
    claimed: Claims | None,
    left: int,
) -> YearResult:
    """Return a year that is not declared."""
    first_open = not before or before[-1].declared
    claims = claimed if claimed and first_open else Claims()
    span = calendar.year_span(year)
    moved = _year_moved(pool, limits, *span, first_open=first_open)
    if claims.ceases:  # no first-year allowance in the last year (CAA 2001 s. 46(2))
        moved = moved.without_first_year()
    at_once = max(0, min(moved.at_once, left))
    if claims.at_once is not None:
        at_once = min(at_once, claims.at_once)
    opening = before[-1].closing if before else pool.opening
    length = _length(calendar, year) if law.scaled else Fraction(1)
    result = _carried(law, opening, moved, at_once, claims, length)
    return YearResult(
        year=year,
        opening=opening,
        additions=moved.added + moved.with_first_year,
        earlier=moved.earlier,
        at_once=at_once,
        disposals=moved.left,
        rate=law.rate,
        allowance=result.allowance,
        charge=result.charge + moved.charged,
        closing=result.closing + moved.next_year,
        first_year=moved.first_year,
    )


def _length(calendar: Calendar, year: str) -> Fraction:
    shares = (one.share for one in calendar.periods if one.year == year)
    return sum(shares, Fraction(0))


def _carried(
    law: PoolLaw,
    opening: int,
    moved: _Moved,
    at_once: int,
    claims: Claims,
    length: Fraction,
) -> PoolResult:
    reduced, rest = law.reduced_share < 1, moved.added - at_once
    off_pool = moved.left - moved.charged
    return pool_year(
        PoolYear(
            opening=opening + moved.earlier,
            additions=0 if reduced else rest,
            additions_reduced=rest if reduced else 0,
            reduced_share=law.reduced_share,
            disposals=((off_pool, off_pool),),
            disposals_last=law.disposals_last,
            rate=law.rate,
            length=length,
            small_limit=round_half_up(law.small * length),
            ceases=claims.ceases,
            most=claims.by_rate,
        )
    )


@dataclass(frozen=True, slots=True)
class _Moved:
    """What moves a pool in a year; minor units.

    Attributes:
        added: Cost that is in the balance of the year.
        at_once: Of that, what may be allowed at once.
        left: Proceeds.
        earlier: Of years before, added less left.
        charged: Of the proceeds, what is taxed at once.
        with_first_year: Cost that gets a first-year allowance.
        first_year: That allowance.
        next_year: What it leaves for the balance of the next year.
    """

    added: int
    at_once: int
    left: int
    earlier: int
    charged: int = 0
    with_first_year: int = 0
    first_year: int = 0
    next_year: int = 0

    def without_first_year(self) -> _Moved:
        """Return the same with all cost in the balance of the year."""
        return replace(
            self,
            added=self.added + self.with_first_year,
            with_first_year=0,
            first_year=0,
            next_year=0,
        )


def _year_moved(
    pool: PoolInBook, limits: Limits, start: date, end: date, *, first_open: bool
) -> _Moved:
    new = pool.new_until(end) if first_open else _moved(pool, start, end)
    here = [(one, amount) for one, amount in new if start <= one.on < end]
    came = [(one, amount) for one, amount in here if not one.left]
    added = sum(amount for one, amount in came if not one.first_year)
    out = -sum(amount for one, amount in here if one.left)
    fit = sum(amount for one, amount in here if one.at_once)
    with_first_year = allowed = next_year = charged = 0
    for one, amount in here:
        if not one.first_year:
            continue
        law = limits.first_year_allowance(one.first_year, one.bought_on)
        if one.left:
            charged -= round_half_up(amount * law.charged)
            continue
        with_first_year += amount
        allowed += round_half_up(amount * law.rate)
        next_year += round_half_up(amount * law.pooled)
    earlier = sum(amount for _, amount in new) - added - with_first_year + out
    return _Moved(
        added, fit, out, earlier, charged, with_first_year, allowed, next_year
    )


def _moved(pool: PoolInBook, start: date, end: date) -> list[tuple[Movement, int]]:
    return [(one, one.amount) for one in pool.movements if start <= one.on < end]
