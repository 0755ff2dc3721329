"""Working days and the present day of a site. Pure.

Public holidays come from the package `holidays`, which computes them. A site's entries
are dated, so that a move to another country changes nothing of the past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

WEEKDAYS = (
    N_("monday"),
    N_("tuesday"),
    N_("wednesday"),
    N_("thursday"),
    N_("friday"),
    N_("saturday"),
    N_("sunday"),
)
_DAY = timedelta(days=1)
LONGEST = 4_000
"""Days to look for a working day; a calendar without any is a mistake."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What holds of a site from a day on.

    Attributes:
        start: First day it holds.
        zone: IANA name of the time zone.
        country: Whose public holidays; empty for none.
        weekend: Days of the week without work, 0 is Monday.
        closed: Further days without work, first and last day.
    """

    start: date
    zone: str
    country: str = ""
    subdivision: str = ""
    weekend: frozenset[int] = frozenset({5, 6})
    closed: Sequence[tuple[date, date]] = ()

    def works(self, day: date) -> bool:
        """Whether people work on a day."""
        if day.weekday() in self.weekend:
            return False
        if any(first <= day <= last for first, last in self.closed):
            return False
        return not self.country or day not in _public(
            self.country, self.subdivision, day.year
        )


@cache
def _public(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(public_holidays(country, subdivision, (year,)))


def public_holidays(
    country: str, subdivision: str, years: Sequence[int] = ()
) -> Mapping[date, str]:
    """Return the public holidays of years, and what each is called in the country.

    Raises:
        NotImplementedError: The country or the subdivision is not known.
    """
    import holidays  # takes a tenth of a second, and few commands need it

    part = subdivision or None
    # Without a language the names would be in that of whoever started the process.
    own = holidays.country_holidays(country, subdiv=part).default_language
    found: Mapping[date, str] = holidays.country_holidays(
        country, subdiv=part, years=years, language=own
    )
    return found


def named_holidays(
    country: str, subdivision: str, years: Sequence[int]
) -> dict[date, str]:
    """Return the public holidays of years in the order of their days."""
    return dict(sorted(public_holidays(country, subdivision, years).items()))


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars of all sites.

    Attributes:
        default: Entries for sites that have none, the earliest first.
        sites: Entries by code of the site.
    """

    default: Sequence[Calendar]
    sites: Mapping[str, Sequence[Calendar]] = field(default_factory=dict)

    def of(self, site: str, day: date) -> Calendar:
        """Return what holds of a site on a day."""
        entries = self.sites.get(site, self.default)
        held = [entry for entry in entries if entry.start <= day]
        return held[-1] if held else entries[0]

    def today(self, site: str, now: datetime) -> date:
        """Return the present day of a site.

        Args:
            site: Its code.
            now: The present moment, aware.
        """
        zone = self.of(site, now.date()).zone
        return now.astimezone(ZoneInfo(zone)).date()

    def shift(self, site: str, day: date, days: int) -> date:
        """Return the working day so many working days after a day, or before it.

        With 0 it is that day, or the last working day before it.

        Raises:
            Invalid: Nobody ever works there.
        """
        step = -_DAY if days <= 0 else _DAY
        left = abs(days)
        while not (self.of(site, day).works(day) or left):
            day = self._next(site, day, step)
        while left:
            day = self._next(site, day, step)
            left -= 1
        return day

    def _next(self, site: str, day: date, step: timedelta) -> date:
        for _ in range(LONGEST):
            day += step
            if self.of(site, day).works(day):
                return day
        raise Invalid(
            N_("Nobody ever works at {site!r}."),
            where="calendars",
            site=site,
        )
