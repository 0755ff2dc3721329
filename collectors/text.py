"""Text from strangers, made safe to keep and to show. Pure."""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?"
)
"""ECMA-48 control sequences, other escapes (ECMA-35) and xterm's operating system
commands; of one that is broken off, its escape character."""


def printable(text: str) -> str:
    """Return one line of `text` without control characters, blanks trimmed."""
    if text.isprintable():
        return text.strip()
    return "".join(c if c.isprintable() else " " for c in text).strip()


def without_escapes(text: str) -> str:
    """Return `text` without terminal escape sequences, line ends kept."""
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


PLACEHOLDERS = frozenset(
    """
    |none|n/a|na|not available|not applicable|unknown|undefined|default string
    |to be filled by o.e.m.|to be filled by oem|system manufacturer|oem|o.e.m.
    |system product name|system version|system serial number|base board serial number
    |chassis serial number|chassis manufacture|chassis version|asset-1234567890
    |no asset tag|no asset information|asset tag|not specified|not present
    |not settable|invalid|empty|null|serial|sernum|manufacturer|type1productconfigid
    |0123456789|123456789|1234567890|01234567890123456789|xxxxxxxxxxxx|0x00000000
    |no dimm|no module installed|unknow|<bad index>|<out of spec>|..................
    |default_string|be filled by o.e.m.|none provided|assettag0|chassis serial
    """.replace("\n    ", "")
    .strip()
    .split("|")
)
"""What firmware says where nobody filled in a value; never an identity."""


def meaningful(text: str | None) -> str | None:
    """Return a firmware string that says something, None for a placeholder.

    Rows of one repeated character (zeros, dots, blanks) say nothing either.
    """
    value = printable(text or "")
    if value.lower() in PLACEHOLDERS or len(set(value.replace(" ", ""))) < 2:
        return value if len(value) == 1 and value.isalnum() and value != "0" else None
    return value
