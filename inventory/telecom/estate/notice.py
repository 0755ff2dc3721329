"""Terms of contracts: when they end, and the last day to give notice. Pure.

A term of 24 months from 1 March 2024 has its last day on 29 February 2026. With three
months' notice, the last day to give it is 30 November 2025: three months later the
contract has ended. Who gives none is bound for another `renews_months`.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_MOST_TERMS = 2_400
"""Renewals that are counted: monthly ones of two hundred years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed.

    Attributes:
        starts_on: First day.
        term_months: First term; 0 runs on.
        notice: So many `notice_unit` before the last day of a term, or before any day
            where it runs on.
        notice_unit: `days`, `weeks` or `months`.
        renews_months: Goes on for so many months each time; 0: ends with the term.
        ends_on: Last day, where it is known: notice was given.
    """

    starts_on: date
    term_months: int = 0
    notice: int = 0
    notice_unit: str = "months"
    renews_months: int = 0
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """How one gets out of a contract, seen from a day.

    Attributes:
        cancel_by: Last day to give notice; None: it ends without.
        ends_on: Last day of the contract, if notice is given by then.
    """

    cancel_by: date | None
    ends_on: date


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or earlier; the last one if it is short.

    The last day of a month stays the last day.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    ends = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if ends else min(day.day, last))


def exit_of(terms: Terms, today: date) -> Exit:
    """Return the next way out of a contract.

    Args:
        terms: What was agreed.
        today: Seen from here: notice can be given today, but not yesterday.
    """
    if terms.ends_on is not None:
        return Exit(None, terms.ends_on)
    if not terms.term_months:
        by = max(today, terms.starts_on)
        return Exit(by, _after_notice(terms, by))
    # From the first day each time: adding terms up would lose the 31st.
    months = terms.term_months
    for _ in range(_MOST_TERMS):
        last = _end_of_term(terms.starts_on, months)
        by = _before_notice(terms, last)
        if not terms.renews_months:
            return Exit(None, last)
        if by >= today:
            return Exit(by, last)
        months += terms.renews_months
    return Exit(by, last)


def _end_of_term(start: date, months: int) -> date:
    # A term from the 31st of January ends with February, not on its 27th.
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if start.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, start.day) - _DAY


def _before_notice(terms: Terms, last: date) -> date:
    """Return the last day of notice for a last day of the contract."""
    if terms.notice_unit == "months":
        return months_later(last, -terms.notice)
    days = terms.notice * (7 if terms.notice_unit == "weeks" else 1)
    return last - timedelta(days=days)


def _after_notice(terms: Terms, day: date) -> date:
    """Return the last day of a contract that runs on, if notice is given on a day."""
    if terms.notice_unit == "months":
        return months_later(day, terms.notice)
    days = terms.notice * (7 if terms.notice_unit == "weeks" else 1)
    return day + timedelta(days=days)
