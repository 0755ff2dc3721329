"""Puts vendor spellings and kinds of values into one form before weighing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from discovery.identity.clean_text import clean, is_placeholder, key
from discovery.identity.rules.knowledge import Knowledge
from discovery.identity.verdicts import Statement

_LEGAL = re.compile(
    r"[\s,.]+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|"
    r"s\.?a|s\.?p\.?a|b\.?v|n\.?v|ab|as|a/s|oy|kg|pty|plc|k\.?k|ltda|srl|s\.?r\.?o)"
    r"\.?$",
    re.IGNORECASE,
)


def vendor_name(raw: str, knowledge: Knowledge) -> str | None:
    """Return the vendor as Purser writes it; None for placeholders."""
    name = clean(raw, 80).strip(" .,;")
    if is_placeholder(name):
        return None
    for _ in range(4):
        if known := knowledge.by_name.get(key(name)):
            return known
        shorter = _LEGAL.sub("", name).strip(" .,;")
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
