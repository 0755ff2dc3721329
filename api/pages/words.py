"""The languages of the pages: texts by gettext, numbers and days by Babel."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo, available_timezones

from babel import dates, numbers
from babel.core import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from api.resources.declare import Thing
from inventory.kernel.money import minor_digits
from inventory.kernel.texts import N_, Said

FOLDER = Path(__file__).parent / "locale"
LANGUAGE, THEME, ZONE = "purser_language", "purser_theme", "purser_zone"
"""Cookies of the reader's choice."""

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]+")
_ACTOR = re.compile(r"(user|token|person|scan|recurring):[0-9]+$")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$")
_WORDS = frozenset(
    (
        *("action", "asset_class", "asset_state", "kind", "method", "outcome"),
        *("reason", "state", "status", "verdict"),
    )
)
"""Fields of rows whose values are words of the data."""
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}


@cache
def texts(language: str) -> gettext.NullTranslations:
    """Return the translations of a language, read from its .po file once."""
    path = FOLDER / f"{language}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def preferred(cookie: str, accepted: str) -> str:
    """Return the language of a visit: as chosen, as the browser says, or English."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


@cache
def zones() -> frozenset[str]:
    """Return the names of the time zones that this machine knows."""
    return frozenset(available_timezones())


def zone_of(cookie: str) -> str:
    """Return the zone of a visit: as its browser says or as chosen, or UTC."""
    return cookie if cookie in zones() else "UTC"


def is_day(value: object) -> bool:
    """Whether a value is a day or a moment, also as text."""
    return isinstance(value, date) or (
        isinstance(value, str) and bool(_DAY.match(value))
    )


def things_in(values: Iterable[object]) -> Iterator[tuple[str, int]]:
    """Yield the things that `Words.plain` names in values: table or field, and id."""
    for value in values:
        match value:
            case Thing():
                yield value.base, value.number
            case list() | tuple():
                yield from things_in(value)
            case Mapping():
                for name, one in value.items():
                    if name.endswith("_id") and type(one) is int:
                        yield thing_of(name, one, value)
                yield from things_in(value.values())


def thing_of(name: str, number: int, row: Mapping[str, Any]) -> tuple[str, int]:
    """Return what the id in a field of a row is of: a table or field, and the id."""
    base = name.removesuffix("_id")
    kind = row.get(f"{base}_kind")
    return (kind if isinstance(kind, str) else base), number


class Told(Protocol):
    """An error, or a problem of a row: sentences apart from their values."""

    @property
    def text(self) -> str:
        """What is wrong, with `{name}` for each value."""

    @property
    def advice(self) -> str:
        """What to do about it."""

    @property
    def values(self) -> Mapping[str, object]:
        """The values by name."""


@dataclass(frozen=True, slots=True)
class Words:
    """A language: texts, numbers, days and moments as it writes them.

    Attributes:
        language: Its code.
        now: The moment from which something is ago.
        zone: The time zone of the reader.
        actors: Tells who `user:2` of the audit trail is.
        titles: Tells in English what the lists call a field.
        things: Tells what a thing is called, by its table or field and its id.
        ahead: Is told which things will be asked for, to look them up at once.
    """

    language: str
    now: datetime
    zone: str = "UTC"
    actors: Callable[[str], str] = str
    titles: Callable[[str], str] = str
    things: Callable[[str, int], str] = lambda _base, number: str(number)
    ahead: Callable[[Iterable[tuple[str, int]]], None] = lambda _things: None

    @property
    def _locale(self) -> Locale:
        return Locale.parse("en_GB" if self.language == "en" else self.language)

    def text(self, message: str, /, **values: object) -> str:
        """Return a text in this language; `{name}` filled from the values."""
        if isinstance(message, Said) and not values:
            return self.said(message)
        found = texts(self.language).gettext(message) if message else ""
        return found.format(**values) if values else found

    def word(self, value: object) -> str:
        """Return a word of the data (`in_use`) as the language says it.

        Where it is known as a title alone (`Hand out`), it is that in small letters.
        """
        plain = str(value).replace("_", " ")
        found = self.text(plain)
        title = plain[:1].upper() + plain[1:]
        if found == plain and plain != title and (told := self.text(title)) != title:
            return told[:1].lower() + told[1:]
        return found

    def said(self, sentence: str) -> str:
        """Return a sentence in this language, with words of the data in it."""
        if not isinstance(sentence, Said):
            return self.text(sentence)
        values = {name: self._within(one) for name, one in sentence.values.items()}
        return self.text(sentence.text, **values)

    def _within(self, value: object) -> object:
        """Return a value of a sentence: its words, days and sentences, translated."""
        if isinstance(value, Said):
            return self.said(value)
        if not isinstance(value, str):
            return self.plain(value)
        return self._dated(value) if _DAY.match(value) else self.text(value)

    def told(self, value: object) -> str:
        """Return words of the data, one or several, as the language says them."""
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.word(one) for one in value)
        return self.word(value)

    def sentences(self, value: object) -> str:
        """Return sentences of ours, one or several, as the language says them."""
        if isinstance(value, list | tuple):
            return "; ".join(self.sentences(one) for one in value)
        return self.said(value) if isinstance(value, str) else self.plain(value)

    def plain(self, value: object) -> str:
        """Return any value as a sentence has it; days and moments also as text."""
        match value:
            case None:
                return ""
            case bool():
                return self.text("yes") if value else self.text("no")
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case float() | Decimal():
                return self._fraction(value)
            case list() | tuple():
                return ", ".join(self.plain(one) for one in value)
            case Mapping():
                return "; ".join(
                    f"{self.field(str(name))}: {self.part(str(name), one, value)}"
                    for name, one in value.items()
                    if one not in (None, "", [], {})
                )
            case Thing():
                return self._thing(value.base, value.number)
            case str():
                return self._text(value)
            case _:
                return str(value)

    def _text(self, value: str) -> str:
        """Return text of the data; sentences, days and actors are told."""
        if isinstance(value, Said):
            return self.said(value)
        if _DAY.match(value):
            return self._dated(value)
        return self.actors(value) if _ACTOR.match(value) else value

    def field(self, name: str) -> str:
        """Return what a field of the data is called."""
        return self.word(self.titles(name))

    def part(self, name: str, value: object, row: Mapping[str, Any]) -> str:
        """Return a value of a row: words, amounts and things by their field's name."""
        if isinstance(value, str):
            return self.word(value) if name in _WORDS else self.plain(value)
        if not isinstance(value, int) or isinstance(value, bool):
            return self.plain(value)
        if name.endswith("_minor") and row.get("currency"):
            return self.money(value, str(row["currency"]))
        if name.endswith("_id"):
            return self._thing(*thing_of(name, value, row))
        return self.plain(value)

    def _thing(self, base: str, number: int) -> str:
        name = self.things(base, number)
        return self.said(name) if isinstance(name, Said) else name

    def foresee(self, values: Iterable[object]) -> None:
        """Look up the things that values name, those of a kind at once."""
        self.ahead(things_in(values))

    def _dated(self, text: str) -> str:
        """Return text that is a day or a moment as the language writes it."""
        try:
            if len(text) == len("2026-01-31"):
                return self.day(date.fromisoformat(text))
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        return self.moment(moment) if moment.tzinfo else text

    def many(self, one: str, many: str, count: int, /, **values: object) -> str:
        """Return one of two texts by a count, `{count}` filled with it."""
        found = texts(self.language).ngettext(one, many, count)
        return found.format(count=self.number(count), **values)

    def problem(self, error: Told) -> str:
        """Return what is wrong."""
        return self.text(error.text, **error.values)

    def error(self, error: Told) -> str:
        """Return what is wrong and what to do about it."""
        advice = self.text(error.advice, **error.values)
        return f"{self.problem(error)} {advice}".strip()

    def number(self, value: float | Decimal) -> str:
        """Return a number with the separators of the language."""
        return str(numbers.format_decimal(value, locale=self._locale))

    def _fraction(self, value: float | Decimal) -> str:
        return self.exactly(value) if isinstance(value, Decimal) else f"{value:g}"

    def exactly(self, value: Decimal) -> str:
        """Return a number with all the decimals it has."""
        decimals = max(0, -int(value.as_tuple().exponent))
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        return str(numbers.format_decimal(value, pattern, locale=self._locale))

    def answered(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of an answer for a sentence, its amounts in words."""
        if "currency" not in body:
            return dict(body)
        return {
            name: self.exactly(Decimal(one))
            if isinstance(one, str) and _AMOUNT.fullmatch(one)
            else one
            for name, one in body.items()
        }

    def scaled(self, value: float | Decimal, step: int, units: Sequence[str]) -> str:
        """Return a number in the largest of some units in which it is one at least."""
        place = 0
        scaled = Decimal(value)
        while abs(scaled) >= step and place < len(units) - 1:
            scaled, place = scaled / step, place + 1
        return f"{self.number(round(scaled, 1).normalize())} {units[place]}"

    def money(self, minor: int, currency: str) -> str:
        """Return an amount of minor units with its currency."""
        return self.amount(Decimal(minor).scaleb(-minor_digits(currency)), currency)

    def amount(self, amount: Decimal, currency: str) -> str:
        """Return an amount of major units with its currency.

        With the decimals of ISO 4217, as it is kept: those that a language usually
        writes (CLDR) are fewer for some, such as none for IDR.
        """
        digits = minor_digits(currency)
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        shown = numbers.format_decimal(amount, format=pattern, locale=self._locale)
        return f"{shown} {currency}"

    def day(self, value: date) -> str:
        """Return a day: 3 Mar 2026."""
        return str(dates.format_date(value, "d MMM y", locale=self._locale))

    def moment(self, value: datetime) -> str:
        """Return a moment to the minute, in the reader's zone, which is named."""
        local = value.astimezone(ZoneInfo(self.zone))
        shown = dates.format_datetime(
            local.replace(tzinfo=None), "d MMM y HH:mm", locale=self._locale
        )
        name = local.tzname() or self.zone
        return f"{shown} {name if name.isalpha() else f'UTC{name}'}"

    def ago(self, value: datetime) -> str:
        """Return how long ago something was."""
        passed = value - self.now
        if abs(passed) < timedelta(seconds=60):
            return self.text("just now")
        return str(
            dates.format_timedelta(
                passed, add_direction=True, locale=self._locale, threshold=1
            )
        )


_OF_DATA = (
    N_("matched"),
    N_("unregistered"),
    N_("missing"),
    N_("misplaced"),
    N_("conflict"),
    N_("suggestion"),
    N_("in stock"),
    N_("reserved"),
    N_("prepared"),
    N_("in transit"),
    N_("in use"),
    N_("due back"),
    N_("in repair"),
    N_("lost"),
    N_("stolen"),
    N_("retired"),
    N_("disposed"),
    N_("finished"),
    N_("running"),
    N_("queued"),
    N_("cancelled"),
    N_("interrupted"),
    N_("failed"),
    N_("new"),
    N_("first-read"),
    N_("same"),
    N_("silent"),
    N_("unidentified"),
    N_("unknown"),
    N_("unknown type"),
    N_("computer"),
    N_("laptop"),
    N_("server"),
    N_("storage"),
    N_("phone"),
    N_("switch"),
    N_("router"),
    N_("firewall"),
    N_("access-point"),
    N_("wireless"),
    N_("printer"),
    N_("monitor"),
    N_("dock"),
    N_("ups"),
    N_("power"),
    N_("camera"),
    N_("accessory"),
    N_("consumable"),
    N_("other"),
    N_("custody"),
    N_("money"),
    N_("network"),
    N_("register"),
    N_("state"),
    N_("straight-line"),
    N_("up"),
    N_("recall"),
    N_("repair"),
    N_("lose"),
    N_("steal"),
    N_("take back"),
    N_("retire"),
    N_("Hand over"),
    N_("Take back"),
    N_("Labels"),
    N_("Change many"),
)
"""Words of the data that pages show."""
