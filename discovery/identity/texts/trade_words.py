"""What a device calls itself in the words of the trade: `switch`, `access point`. Pure.

English names a thing last: a `SAN switch` is a switch and a `network video encoder`
encodes. So of the words in the first part of a text that names anything, the last one
counts, and of words that overlap the longest. Words inside of compounds count as well:
`EdgeRouter`, `HiveAP320`. The name of a line of products says what its products are,
where no word of the trade does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from discovery.identity.clean_text import words
from discovery.identity.device_types import GENERAL, split_kind
from discovery.identity.evidence import Evidence
from discovery.identity.rules.catalogue import TradeWord, leading_letters
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

MOST_WORDS = 40
FIRM = 0.35
"""Trust from which a word names a thing; below, it only qualifies one."""
CHASSIS, AS_SAID, REGISTERED, SOFTWARE = 0.6, 1.0, 0.8, 0.8
"""What the words of a text weigh: of the chassis, of the device's own text, of the name
that its sysObjectID is registered with, and of a name for software."""
MAKER = 0.66
"""What it weighs that the name of a line of products is one maker's."""
_OF_SOFTWARE = frozenset({"http-server", "sip-user-agent", "ssh-banner"})
"""Kinds of texts whose words for things, such as `server`, are about a program."""
_TEXTS = (
    *(("sysDescr", AS_SAID), ("chassis", CHASSIS), ("announced-model", AS_SAID)),
    *(("http-title", AS_SAID), ("http-realm", AS_SAID), ("ssdp", AS_SAID)),
    *(("registered-product", REGISTERED), ("greeting", AS_SAID)),
    *(("dhcp-vendor-class", AS_SAID), ("sip-user-agent", AS_SAID)),
    *(("http-server", SOFTWARE), ("certificate", AS_SAID), ("ssh-banner", SOFTWARE)),
)
"""Kinds of texts in which a device names itself, and what their words weigh."""
_PART = re.compile(
    r"[,;:|()\[\]]|\b(?:with|for|by|and|version|ver|build|copyright|software|models?)\b",
    re.I,
)
_COMPOUND = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

Known = Mapping[str, tuple[TradeWord, ...]]


@dataclass(frozen=True, slots=True)
class _Found:
    place: int
    length: int
    word: TradeWord


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield the types that the words of its texts, and of its maker's name, mean."""
    known, families = knowledge.catalogue.trade, knowledge.catalogue.families
    for kind, scale in _TEXTS:
        for text in evidence.texts.get(kind, ()):
            line = family_in(text, families)
            word = naming(text, known)
            if word and line and line.phrase.startswith(word.phrase):
                word = None  # `AP79` is a line, `AP` in it no word.
            if kind in _OF_SOFTWARE and word and GENERAL[word.kind] == "computer":
                word = None
            yield from _lines_maker(word, line, kind, scale)
            if found := word or line:
                yield from _state(
                    found, Said(N_("{kind} says"), kind=kind), kind, scale
                )
                break
    for text in evidence.texts.get("organisation", ()):
        name = f" {' '.join(words(text))} "
        for each in knowledge.catalogue.makers_words:
            if f" {each.phrase} " in name:
                yield from _state(
                    each, Said(N_("its maker's name says")), "organisation", 1.0
                )
                break


def _lines_maker(
    word: TradeWord | None, line: TradeWord | None, kind: str, scale: float
) -> Iterator[Statement]:
    """Yield whose line of products was named."""
    for found in (line, word):
        if found and found.vendor:
            reason = Said(
                N_("{kind} says {phrase!r}, a line of {vendor}"),
                kind=kind,
                phrase=found.phrase,
                vendor=found.vendor,
            )
            yield Statement("vendor", found.vendor, MAKER * scale, reason, kind)
            return


def _state(word: TradeWord, how: str, source: str, scale: float) -> Iterator[Statement]:
    general, below = split_kind(word.kind)
    reason = f"{how} {word.phrase!r}"
    yield Statement("type", general, word.trust * scale, reason, source)
    if below:
        yield Statement("subtype", below, word.trust * scale, reason, source)


def named_in(text: str, knowledge: Knowledge) -> TradeWord | None:
    """Return the word of the trade, else the line of products, that a text names."""
    found = naming(text, knowledge.catalogue.trade)
    return found or family_in(text, knowledge.catalogue.families)


def naming(text: str, known: Known) -> TradeWord | None:
    """Return the word that says what the text is about, None where none does."""
    weak: TradeWord | None = None
    for part in _PART.split(text[:400]):
        found = list(_words_in(part, known))
        firm = [each for each in found if each.word.trust >= FIRM]
        if firm:
            return max(firm, key=lambda each: (each.place, each.length)).word
        if found and weak is None:
            weak = found[-1].word
    return weak


MOST_CODES = 12
"""Words of a text in which the name of a line of products is looked for."""
SHORT, FEW = 3, 3
"""Letters up to which a name is one only with a product's number behind it, but in a
text of so few words."""


def family_in(text: str, families: Known) -> TradeWord | None:
    """Return the first, and of these the longest, name of a line of products."""
    words_of = re.findall(r"[A-Za-z0-9]+", text[:400])
    found = _line_of([run.lower() for run in words_of], families)
    pieces = [piece.lower() for run in words_of for piece in _COMPOUND.findall(run)]
    return found or _line_of(pieces, families)


def _line_of(runs: list[str], families: Known) -> TradeWord | None:
    for at, run in enumerate(runs[:MOST_CODES]):
        rest = " ".join(runs[at : at + 8])
        found = [
            word
            for word in families.get(leading_letters(run), ())
            if _is_line(word.phrase, rest, alone=len(runs) <= FEW)
        ]
        if found:
            return max(found, key=lambda word: len(word.phrase))
    return None


def _is_line(phrase: str, rest: str, *, alone: bool) -> bool:
    """Whether a text begins with a line's name and no other word that begins so."""
    if not rest.startswith(phrase):
        return False
    behind = rest[len(phrase) :]
    if phrase[-1].isdigit() or behind[:1].isdigit():
        return True
    if len(phrase) <= SHORT:
        return alone or (behind[:1] == " " and behind[1:2].isdigit())
    return not behind or behind[0] == " "


def _words_in(part: str, known: Known) -> Iterator[_Found]:
    """Yield the words of a part; place is where each one ends."""
    runs = re.findall(r"[A-Za-z0-9]+", part)[:MOST_WORDS]
    lower = [run.lower() for run in runs]
    for at, run in enumerate(runs):
        for word in known.get(lower[at], ()):
            length = word.phrase.count(" ") + 1
            if (
                word.where != "part"
                and " ".join(lower[at : at + length]) == word.phrase
            ):
                yield _Found(at + length, len(word.phrase), word)
        pieces = [piece.lower() for piece in _COMPOUND.findall(run)]
        if len(pieces) > 1:
            yield from _in_compound(pieces, at, known)


def _in_compound(pieces: list[str], at: int, known: Known) -> Iterator[_Found]:
    for n, piece in enumerate(pieces):
        for word in known.get(piece, ()):
            length = word.phrase.count(" ") + 1
            same = " ".join(pieces[n : n + length]) == word.phrase
            if same and word.where in ("text", "part"):
                yield _Found(at + 1, len(word.phrase), word)
