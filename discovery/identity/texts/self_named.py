"""A model behind its maker's name, in what a device's services say of it. Pure.

Pages, greetings, agents of telephones and DHCP clients name themselves in one way: the
maker, words for the kind of thing, a code of letters and digits. What is neither a code
behind a known maker's name nor the whole of the text is no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from discovery.identity.clean_text import key
from discovery.identity.evidence import Evidence
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.texts.sysdescr import is_code
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

BEHIND_MAKER, WHOLE_TEXT = 0.5, 0.4
_KINDS = (
    *("http-title", "http-realm", "http-server", "greeting"),
    *("dhcp-vendor-class", "sip-user-agent"),
)
MOST_WORDS, MOST_BETWEEN = 3, 4
"""Words of a maker's name, and words that may stand between it and the code."""
_PARTS = re.compile(r"[\s,;/:()|\[\]_]+")
_TIED = re.compile(r"(?P<maker>[A-Za-z]{2,20})[-_]?(?P<model>[A-Z]{0,4}-?\d\w{1,12})$")
"""A maker's name and a code in one word: `snomD735`, `Algo-8301`."""
_NUMBER = re.compile(r"\d{3,5}[A-Za-z]{0,3}$")
"""A number that is a model where a maker's name and no version precedes it."""
MOST_NAMES = 2
_AGENT = re.compile(r"-UA$")
"""What some telephones write behind their name."""
_VERSIONS = re.compile(r"(v|ver|version|fw|firmware|build|rev|release)\.?$", re.I)
_ABOUT_IT = frozenset(
    "login log on in page web ui management console configuration admin welcome".split()
)


def naming(evidence: Evidence, knowledge: Knowledge) -> Iterator[str]:
    """Yield the texts that name the device itself."""
    for kind in _KINDS:
        for text in evidence.texts.get(kind, ())[:4]:
            if _model(text, knowledge):
                yield text


def statements(evidence: Evidence, knowledge: Knowledge) -> Iterator[Statement]:
    """Yield the model that each kind of text names."""
    for kind in _KINDS:
        for text in evidence.texts.get(kind, ())[:4]:
            if found := _model(text, knowledge):
                model, weight = found
                reason = Said(N_("{kind} names {model!r}"), kind=kind, model=model)
                yield Statement("model", model, weight, reason, kind)
                break


def _model(text: str, knowledge: Knowledge) -> tuple[str, float] | None:
    said = [part for part in _PARTS.split(text[:200]) if part]
    tied = _TIED.fullmatch(said[0]) if said else None
    if tied and key(tied["maker"]) in knowledge.by_name:
        return tied["model"], BEHIND_MAKER
    if count := _maker_words(said, knowledge):
        model = _code_behind(said[count:], knowledge)
        return (model, BEHIND_MAKER) if model else None
    rest = [word for word in said if word.lower() not in _ABOUT_IT]
    if len(rest) == 1 and is_code(rest[0]):
        return rest[0], WHOLE_TEXT
    return None


def _maker_words(said: Sequence[str], knowledge: Knowledge) -> int:
    """Return how many words at the start are a known maker's name."""
    for count in range(min(MOST_WORDS, len(said)), 0, -1):
        if key("".join(said[:count])) in knowledge.by_name:
            return count
    first = said[0].partition("-")[0] if said else ""
    return 1 if key(first) in knowledge.by_name and first != said[0] else 0


def _code_behind(said: Sequence[str], knowledge: Knowledge) -> str | None:
    """Return the first code of some words, with the names that lead up to it.

    Numbers behind `version` are none, and words of the trade are no names.
    """
    names: list[str] = []
    for word in said[: MOST_BETWEEN + 1]:
        plain = not (names and _VERSIONS.match(names[-1]))
        if plain and (is_code(word) or _NUMBER.match(word)):
            trade = any(name.lower() in knowledge.catalogue.trade for name in names)
            lead = [] if trade or len(names) > MOST_NAMES else names
            return _AGENT.sub("", " ".join((*lead, word)))
        names.append(word)
    return None
