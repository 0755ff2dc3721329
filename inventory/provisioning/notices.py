"""What people are told by mail, and in which words: templates as data. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from babel.core import UnknownLocaleError
from babel.dates import format_date

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

WHO = ("person", "manager", "it", "payer")
_VALUES = frozenset("person day items items_short site link".split())
_LOCALES = {"en": "en_GB"}
"""Languages whose own order of day and month is not the one most people read."""
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Notice:
    """When somebody is told something.

    Attributes:
        on: `opened`, `overdue`, or the state a line comes into.
        case: Kind of case; any without.
        to: Who is told: person, manager, it, payer: the owner of the cost centre.
        owner: It is of lines in which this role has to act; of all without.
        calendar: The day goes along as a calendar entry.
    """

    name: str
    on: str
    case: str = ""
    to: tuple[str, ...] = ()
    owner: str = ""
    calendar: bool = False


@dataclass(frozen=True, slots=True)
class Notices:
    """All notices, and their texts by language and name."""

    notices: Sequence[Notice] = ()
    texts: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def about(self, on: str, case: str) -> list[Notice]:
        """Return what is told when something happens in a case of a kind."""
        return [n for n in self.notices if n.on == on and n.case in ("", case)]

    def write(
        self, name: str, language: str, values: Mapping[str, str]
    ) -> tuple[str, str]:
        """Return subject and text; in English where the language has none."""
        texts = self.texts.get(language, {}).get(name) or self.texts["en"][name]
        subject, body = (
            _PLACE.sub(lambda place: values.get(place[1], ""), texts[part])
            for part in ("subject", "body")
        )
        return " ".join(subject.split()), body


def read_notices(document: Mapping[str, object]) -> Notices:
    """Return the notices of a data file.

    Raises:
        Invalid: A text is missing, or names what there is not.
    """
    raw = document.get("notices") or {}
    texts = document.get("texts") or {}
    assert isinstance(raw, Mapping)
    assert isinstance(texts, Mapping)
    notices = []
    for name, section in raw.items():
        where = f"notices: {name}"
        to = tuple(section.get("to") or ())
        if not to or set(to) - set(WHO) or not section.get("when"):
            raise Invalid(
                N_("A notice says `when` it is sent and `to` whom."), where=where
            )
        if name not in texts.get("en", {}):
            raise Invalid(N_("It has no English text."), where=where)
        calendar = bool(section.get("calendar"))
        case, owner = str(section.get("case", "")), str(section.get("owner", ""))
        when = str(section["when"])
        notices.append(Notice(str(name), when, case, to, owner, calendar))
    for language, by_name in texts.items():
        for name, parts in by_name.items():
            said = f"{parts.get('subject', '')}{parts.get('body', '')}"
            unknown = set(_PLACE.findall(said)) - _VALUES
            if unknown or not parts.get("subject") or not parts.get("body"):
                raise Invalid(
                    N_("A text has a subject, a body and known names only."),
                    where=f"notices: texts: {language}: {name}",
                    remedy=N_("Use {names}."),
                    names=", ".join(sorted(_VALUES)),
                )
    return Notices(notices, texts)


def day_in_words(day: date, language: str) -> str:
    """Return a day as people read it: 1 September 2026."""
    locale = _LOCALES.get(language, language)
    try:
        return format_date(day, "long", locale)
    except (UnknownLocaleError, ValueError):
        return day.isoformat()


def as_html(text: str) -> str:
    """Return a text as HTML: paragraphs, lists of lines with `- `, links."""
    blocks = []
    for paragraph in text.split("\n\n"):
        lines = [_linked(html.escape(line)) for line in paragraph.split("\n")]
        items = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
        words = [line for line in lines if not line.startswith("- ")]
        if words:
            blocks.append(f"<p>{'<br>'.join(words)}</p>")
        if items:
            blocks.append(f"<ul>{''.join(f'<li>{one}</li>' for one in items)}</ul>")
    # A link with a token has no place to break a line at.
    style = "font-family:sans-serif;max-width:40em;line-height:1.5"
    style += ";overflow-wrap:anywhere"
    body = "".join(blocks)
    return f'<!doctype html><html><body style="{style}">{body}</body></html>'


def _linked(line: str) -> str:
    return re.sub(r"(https?://[^\s<]+)", r'<a href="\1">\1</a>', line)


def calendar_entry(uid: str, title: str, day: date, made: datetime) -> str:
    """Return an iCalendar entry of one whole day (RFC 5545)."""
    escaped = re.sub(r"([\\;,])", r"\\\1", title).replace("\n", " ")
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Purser//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        *_folded(f"SUMMARY:{escaped}"),
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "\r\n".join(lines) + "\r\n"


def _folded(line: str) -> list[str]:
    """Return a line in pieces of at most 75 octets; from the second on, indented."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            pieces.append(piece)
            piece = " "
        piece += character
    return [*pieces, piece]
