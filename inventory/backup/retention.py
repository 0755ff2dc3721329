"""Which backups are old enough to go. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days, weeks and months the last backup of each is kept."""

    days: int = 7
    weeks: int = 4
    months: int = 12


def outdated(moments: Iterable[datetime], keep: Retention) -> set[datetime]:
    """Return the moments whose backups may go; the newest one always stays."""
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    for count, unit in (
        (keep.days, _day),
        (keep.weeks, _week),
        (keep.months, _month),
    ):
        kept |= _last_of_each(newest_first, unit, count)
    return set(newest_first) - kept


def _last_of_each(
    newest_first: Iterable[datetime], unit: Callable[[datetime], Hashable], count: int
) -> set[datetime]:
    found: dict[Hashable, datetime] = {}
    for moment in newest_first:
        found.setdefault(unit(moment), moment)
    return set(list(found.values())[:count])


def _day(moment: datetime) -> Hashable:
    return moment.date()


def _week(moment: datetime) -> Hashable:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> Hashable:
    return moment.year, moment.month
