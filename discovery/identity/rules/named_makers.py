"""Makers named in texts, by the list of organisations that registered a number. Pure.

A text that begins with the name of an organisation names who made the device, and so
does who claims the copyright. Sixty thousand names hold many everyday words: a single
word counts only where it is no word of the trade, and little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from discovery.identity.clean_text import key, words
from discovery.identity.evidence import Evidence
from discovery.identity.rules.catalogue import Catalogue
from discovery.identity.verdicts import Statement
from inventory.kernel.texts import N_, Said

NAME, WORD, COPYRIGHT = 0.5, 0.36, 0.5
LEAST_LETTERS = 4
_COPYRIGHT = re.compile(
    r"(?:copyright|\(c\)|\u00a9)[ ,]*(?:\(c\)[ ,]*)?(?:by )?(?:\d{4}[-, ]*)*(?:by )?"
    r"(?P<v>[A-Z][\w&.-]{1,30}(?: [A-Z][\w&.-]{1,30}){0,2})",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"([ ,./()-]+|inc|incorporated|corp|corporation|company|co|ltd|limited|llc|gmbh|ag|"
    r"s\.?a|spa|bv|nv|ab|as|oy|kg|plc|networks?|systems?|technolog(y|ies)|group|"
    r"communications?|electronics?|computers?|international|wireless|software|labs?)*",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    {
        "linux", "hardware", "ethernet", "network", "networks", "smart", "managed",
        "industrial", "software", "version", "power", "system", "systems", "digital",
        "intelligent", "product", "model", "device", "agent", "snmp", "embedded",
        "advanced", "universal", "remote", "control", "optical", "private", "generic",
        "unknown", "description", "firmware", "release", "windows", "operating", "data",
        "virtual", "core", "edge", "cloud", "open", "base", "test", "home", "office",
        "integrated", "application", "services", "service", "user", "input", "intel",
        "something", "security", "secure", "media", "video", "audio", "voice", "time",
        "basic",
    }
)  # fmt: skip


def statements(evidence: Evidence, catalogue: Catalogue) -> Iterator[Statement]:
    """Yield the makers that the first words, and claims of copyright, name."""
    for text in evidence.texts.get("sysDescr", ()):
        if found := _at_start(text, catalogue):
            name, weight = found
            reason = Said(
                N_("sysDescr begins with {name!r}, which registered a number"),
                name=name,
            )
            yield Statement("vendor", name, weight, reason, "sysDescr")
        if claimed := _COPYRIGHT.search(text):
            name = _known(claimed["v"].split(), catalogue) or ""
            if len(name) >= LEAST_LETTERS:
                reason = Said(N_("{name} claims the copyright"), name=name)
                yield Statement("vendor", name, COPYRIGHT, reason, "copyright")


def _at_start(text: str, catalogue: Catalogue) -> tuple[str, float] | None:
    said = [word.strip(",.:;()") for word in text.split(" ")[:3]]
    if not said[0][:1].isalpha() or words(said[0])[:1] == []:
        return None
    name = _known(said, catalogue)
    if name is None:
        return None
    single = " " not in name
    first = key(said[0])
    if single and (
        first in _NO_NAMES or first in catalogue.trade or not first.isalpha()
    ):
        return None
    return name, WORD if single else NAME


def _known(said: list[str], catalogue: Catalogue) -> str | None:
    """Return the longest beginning of some words that is an organisation's name."""
    for count in (3, 2, 1):
        name = " ".join(said[:count])
        if len(said) >= count and len(key(name)) >= LEAST_LETTERS:
            if catalogue.names_organisation(name, _TAIL):
                return name
    return None
