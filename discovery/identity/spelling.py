"""Puts vendor spellings and kinds of values into one form before weighing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from discovery.identity.clean_text import clean, is_placeholder, key
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.verdicts import Statement

_LEGAL = re.compile(
    r"[\s,.]+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|gmbh|ag|"
    r"s\.?a|s\.?p\.?a|b\.?v|n\.?v|ab|as|a/s|a\.s|aps|oyj?|kg|pty|pte|plc|k\.?k|"
    r"ltda|s\.?r\.?l|s\.?a\.?r\.?l|s\.?r\.?o|e\.?v|sp\.? ?z ?o\.? ?o|d\.?o\.?o|bvba|"
    r"sdn\.? bhd|jsc|\(publ\))\.?$",
    re.IGNORECASE,
)
_LEGAL_BEFORE = re.compile(r"^(zao|ooo|oao|pt)\.? +(?=\w)", re.IGNORECASE)
_SHORT = re.compile(
    r"\(\s*abbr(?:\.|eviation|eviated)?\s*:?\s*(?P<n>[^()]{2,30})\)", re.I
)
"""Who registers a name may add how it is abbreviated."""
_LATIN = re.compile(r"^[^A-Za-z(]+\((?P<n>[A-Za-z][^()]+)\)$")
"""A name in another script, with its own translation behind it."""
_ENDS = " .,;&"


def _spelled(name: str) -> str:
    """Return the short, else the Latin, form that a registered name holds."""
    found = _SHORT.search(name) or _LATIN.match(name)
    return found["n"].strip() if found else name


def vendor_name(raw: str, knowledge: Knowledge) -> str | None:
    """Return the vendor as Purser writes it; None for placeholders."""
    name = _spelled(clean(raw, 80).strip(" .,;"))
    if is_placeholder(name):
        return None
    for _ in range(4):
        if known := knowledge.by_name.get(key(name)):
            return known
        shorter = _LEGAL_BEFORE.sub("", _LEGAL.sub("", name)).strip(_ENDS)
        if shorter == name or not shorter:
            break
        name = shorter
    return name


def settle(statements: Iterable[Statement], knowledge: Knowledge) -> list[Statement]:
    """Return the statements with vendors normalised and empty values left out."""
    settled = []
    for statement in statements:
        value: str | None = clean(statement.value, 256).strip("\"' ")
        if statement.field == "vendor":
            value = vendor_name(statement.value, knowledge)
        if value:
            same = value == statement.value
            settled.append(statement if same else replace(statement, value=value))
    return settled
