"""When something is done again: `every 15 minutes`, or a line of cron. Pure.

What is decided where clocks are put forward and back:

* A fixed time of day, such as 02:30, happens once on each day. Where it does not exist,
  it is the first moment after the gap; where it exists twice, it is the first of both.
* A line whose hour is `*` follows the clock: in the hour that comes twice it happens in
  both, in the hour that is left out not at all.
* `every 6 hours` counts time that passes, whatever clocks say.

A run that falls into a closed window waits for its end; several of them become one. A
window that comes twice is closed both times: nothing begins while clocks show a time
within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_EVERY = re.compile(r"^every\s+(?:(\d+)\s+)?(minute|hour|day|week)s?$")
_WINDOW = re.compile(
    r"^(?:(?P<days>[a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*)\s+)?"
    r"(?P<from>\d{1,2}:\d{2})-(?P<until>\d{1,2}:\d{2})$"
)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_FURTHEST = 366 * 5
"""Days that are looked through: the 29th of February comes within them."""
_MOST_WINDOWS = 400
REMEDY = (
    "Write `every 15 minutes`, or minute, hour, day, month and weekday as in cron:"
    " `30 2 * * mon-fri`."
)


@dataclass(frozen=True, slots=True)
class Every:
    """Again after so much time, counted from `anchor`."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class Cron:
    """At moments of the clock.

    Attributes:
        follows_clock: The hour is `*`: both of two equal hours count.
        any_day: Day of month or weekday suffices: both were given.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    follows_clock: bool
    any_day: bool

    def on(self, day: date) -> bool:
        """Whether it happens on a day."""
        if day.month not in self.months:
            return False
        in_month = day.day in self.days
        in_week = day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.any_day else in_month and in_week


Rule = Every | Cron


@dataclass(frozen=True, slots=True)
class Window:
    """A part of certain days in which nothing is begun; may pass midnight.

    Attributes:
        weekdays: On which it opens; 0 is Sunday.
        begins, ends: Local time; equal ones are a whole day.
    """

    weekdays: frozenset[int]
    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Timetable:
    """A rule where and when it holds.

    Attributes:
        rule: When.
        zone: Whose clock.
        closed: When not.
        anchor: From where `every` counts.
    """

    rule: Rule
    zone: tzinfo
    closed: tuple[Window, ...] = ()
    anchor: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the next moment, as aware UTC; None if there is none in years."""
        return next(self.runs(moment), None)

    def runs(self, after: datetime) -> Iterator[datetime]:
        """Yield when it is done: moments of the rule, or the end of closed windows."""
        last = after
        for moment in self.moments(after):
            opened = self._opened(moment)
            if opened is None:
                return
            if opened > last:
                last = opened
                yield opened

    def _opened(self, moment: datetime) -> datetime | None:
        """Return the first moment from then on in no closed window; None if none is."""
        found = moment
        for _ in range(_MOST_WINDOWS):
            opened = self.closed_until(found)
            if opened is None:
                return found
            found = opened
        return None

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments of the rule alone, closed windows or not."""
        if isinstance(self.rule, Every):
            passed = (after - self.anchor) // self.rule.period
            moment = self.anchor + (passed + 1) * self.rule.period
            while True:
                yield moment
                moment += self.rule.period
        first = after.astimezone(self.zone).date() - timedelta(days=1)
        for number in range(_FURTHEST):
            day = first + timedelta(days=number)
            if self.rule.on(day):
                yield from (at for at in self._on(day, self.rule) if at > after)

    def missed(self, since: datetime, now: datetime, most: int = 1000) -> int:
        """Return how many runs came from `since` to `now`, `since` included."""
        count = 0
        for moment in self.runs(since - timedelta(microseconds=1)):
            if moment > now or count >= most:
                break
            count += 1
        return count

    def closed_until(self, moment: datetime) -> datetime | None:
        """Return when the window ends in which a moment lies; None if in none."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        ends = []
        for window in self.closed:
            for day in (local.date() - timedelta(days=1), local.date()):
                if day.isoweekday() % 7 not in window.weekdays:
                    continue
                begin = datetime.combine(day, window.begins)
                end = datetime.combine(day, window.ends)
                if end <= begin:
                    end += timedelta(days=1)
                if begin <= local < end:
                    ends.append(_next_moment(end, self.zone, moment))
        return max(ends) if ends else None

    def _on(self, day: date, rule: Cron) -> list[datetime]:
        """Return the moments of one local day, in order."""
        found: set[datetime] = set()
        for hour in rule.hours:
            for minute in rule.minutes:
                local = datetime.combine(day, time(hour, minute))
                found.update(self._moments_of(local, rule.follows_clock))
        return sorted(found)

    def _moments_of(self, local: datetime, follows_clock: bool) -> list[datetime]:
        both = [
            local.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)
            for fold in (0, 1)
        ]
        if both[0] == both[1]:
            return both[:1]
        if both[0] > both[1]:  # it does not exist
            return [] if follows_clock else [_first_moment(local, self.zone)]
        return both if follows_clock else both[:1]


def _next_moment(local: datetime, zone: tzinfo, after: datetime) -> datetime:
    """Return the next moment at which a clock shows `local` or later, as UTC."""
    first = _first_moment(local, zone)
    if first > after:
        return first
    return local.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _first_moment(local: datetime, zone: tzinfo) -> datetime:
    """Return the first moment at which a clock shows `local` or later, as UTC."""
    first = local.replace(tzinfo=zone).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first <= after:
        return first
    # The clock jumps over it, somewhere between the two.
    low, high = after, first
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return (high + timedelta(milliseconds=500)).replace(microsecond=0)


def parse_rule(text: str) -> Rule:
    """Return a rule.

    Raises:
        Invalid: It is none.
    """
    words = text.strip().lower()
    if found := _EVERY.match(words):
        number = int(found[1] or 1)
        if not 0 < number <= 10_000:
            raise Invalid(
                N_("{value!r} is no rule."), where="when", remedy=REMEDY, value=text
            )
        return Every(number * UNITS[found[2]])
    fields = words.split()
    if len(fields) != 5:
        raise Invalid(
            N_("{value!r} is no rule."), where="when", remedy=REMEDY, value=text
        )
    try:
        weekdays = {day % 7 for day in _field(fields[4], 0, 7, _DAYS)}
        rule = Cron(
            minutes=frozenset(_field(fields[0], 0, 59)),
            hours=frozenset(_field(fields[1], 0, 23)),
            days=frozenset(_field(fields[2], 1, 31)),
            months=frozenset(_field(fields[3], 1, 12, _MONTHS, base=1)),
            weekdays=frozenset(weekdays),
            follows_clock=fields[1].startswith("*"),
            any_day="*" not in (fields[2][0], fields[4][0]),
        )
    except ValueError as error:
        raise Invalid(f"{text!r}: {error}.", where="when", remedy=REMEDY) from error
    if Timetable(rule, UTC).next_after(datetime(2024, 1, 1, tzinfo=UTC)) is None:
        raise Invalid(
            N_("{value!r} never comes."), where="when", remedy=REMEDY, value=text
        )
    return rule


def _field(
    text: str, low: int, high: int, names: Sequence[str] = (), base: int = 0
) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if step and not (step.isdigit() and int(step)):
            raise ValueError(f"{part!r} has no step")
        if span == "*":
            first, last = low, high
        else:
            begin, _, end = span.partition("-")
            first = _number(begin, names, base)
            last = _number(end, names, base) if end else (high if step else first)
        if not low <= first <= last <= high:
            raise ValueError(f"{part!r} is not from {low} to {high}")
        found.update(range(first, last + 1, int(step or 1)))
    return found


def _number(text: str, names: Sequence[str], base: int) -> int:
    if text[:3] in names and text.isalpha():
        return names.index(text[:3]) + base
    if not text.isdigit():
        raise ValueError(f"{text!r} is no number")
    return int(text)


def parse_window(text: str) -> Window:
    """Return a window of time, such as `mon-fri 08:00-18:00` or `22:00-06:00`.

    Raises:
        Invalid: It is none.
    """
    found = _WINDOW.match(text.strip().lower())
    try:
        if found is None:
            raise ValueError("no window")
        days = found["days"]
        weekdays = set(range(7)) if days is None else _weekdays(days)
        begins, ends = (
            time.fromisoformat(each.rjust(5, "0"))
            for each in (found["from"], found["until"])
        )
    except ValueError:
        raise Invalid(
            N_("{value!r} is no window of time."),
            where="closed",
            remedy=N_("Write `mon-fri 08:00-18:00`, or `22:00-06:00` for all days."),
            value=text,
        ) from None
    return Window(frozenset(weekdays), begins, ends)


def _weekdays(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found.update((begin + n) % 7 for n in range((end - begin) % 7 + 1))
    return found


def parse_zone(name: str) -> tzinfo:
    """Return a time zone.

    Raises:
        Invalid: There is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            N_("There is no time zone {name!r}."),
            where="time_zone",
            remedy=N_("Write a name such as Asia/Jakarta, Europe/Berlin or UTC."),
            name=name,
        ) from None


def timetable(
    when: str, zone: str = "UTC", closed: Sequence[str] = (), *, anchor: datetime
) -> Timetable:
    """Return a timetable of its words.

    Raises:
        Invalid: One of them is none, or nothing is left between closed windows.
    """
    table = Timetable(
        parse_rule(when),
        parse_zone(zone),
        tuple(parse_window(each) for each in closed),
        anchor,
    )
    if table.next_after(anchor) is None:
        raise Invalid(
            N_("It would never be done: the closed windows leave nothing."),
            where="closed",
            remedy=N_("Leave some time of the week open."),
        )
    return table
