"""Text from devices made safe to weigh: bounded, printable, without placeholders.

Pure: standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_TEXT = 1024
"""Characters of one clue that are looked at. Longer text is cut: every pattern runs
on bounded input, whatever a device sends."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff\ufffd]+")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z0-9]+")
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")

_OCTETS = re.compile(r"([0-9a-f]{2}){8,}$")
"""Octets that are not meant to be read, as the collector writes them."""
_RUN = re.compile(rb"[ -~]{6,}")

PLACEHOLDERS = frozenset(
    {
        "",
        "0",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "unknown",
        "unspecified",
        "undefined",
        "unavailable",
        "not available",
        "not specified",
        "not applicable",
        "not set",
        "not present",
        "not defined",
        "notset",
        "no serial",
        "no such instance",
        "no data",
        "noserial",
        "empty",
        "default",
        "default string",
        "invalid",
        "serial",
        "serial number",
        "serialnumber",
        "system serial number",
        "system product name",
        "system manufacturer",
        "system version",
        "chassis serial number",
        "base board serial number",
        "to be filled by o.e.m",
        "o.e.m",
        "oem",
        "all series",
        "type1productconfigid",
        "builtin",
        "built-in",
        "testing",
        "test",
        "private",
        "<private>",
        "<removed>",
        "<hidden>",
        "-",
        "--",
        "?",
        "0123456789",
        "1234567890",
        "123456789",
        "12345678",
        "xxxxxxxx",
        "00:00:00:00:00:00",
    }
)
"""Values that boards, firmware and people leave where an answer should be."""


def clean(raw: str, limit: int = MAX_TEXT) -> str:
    """Return one line of printable text, white space collapsed, cut at `limit`."""
    head = raw[: 4 * limit]
    if head.isascii() and head.isprintable() and "  " not in head:
        return head.strip()[:limit].strip()
    return _SPACE.sub(" ", _CONTROL.sub(" ", head)).strip()[:limit].strip()


def key(value: str) -> str:
    """Return letters and digits only, lower case: what makes two values equal."""
    return _NOT_ALNUM.sub("", value.lower())


def words(value: str) -> list[str]:
    """Return the lower-case runs of letters and digits, in order."""
    return _WORD.findall(value.lower())


def is_placeholder(value: str) -> bool:
    """Whether a value stands for "nothing": empty, `N/A`, one character repeated.

    Dots make a version of ones (`11.1.1`), but never one of zeros.
    """
    folded = value.strip().strip(".\"'").strip().lower()
    if folded in PLACEHOLDERS:
        return True
    bare = key(folded)
    if not bare:
        return True
    repeated = len(set(bare)) == 1 and len(bare) > 2
    return repeated and (bare[0] == "0" or "." not in folded)


_RELEASE = re.compile(r"(?:^|[ ,_])[vV]?(?P<v>\d+\.\d[\w.()-]*)(?P<rest>.?)")


_REMARK = re.compile(
    r" \((?=[A-Z]{2,5}\)|\w{3} )| (build|built|compiled) ", re.IGNORECASE
)
"""What follows a version and is none: `(GA)`, a date in parentheses, a build's."""


_BUILD = re.compile(r" build \d[\w.]*(?: rel\.?\d[\w.()]*)?$", re.IGNORECASE)
"""The number of a build, which names a release where versions alone do not."""


def release(value: str) -> str:
    """Cut a version out of the words around it: `Agent v8.00` says 8.00.

    A value that starts with its version keeps what follows, but for a date or the like
    set off by a comma.
    """
    found = _RELEASE.search(value)
    if found is None:
        return value
    if found.start("v") <= 1 and _BUILD.match(value, found.end("v")):
        return value
    if _REMARK.match(value, found.end("v")):
        return value[: found.end("v")]
    if not (found.start("v") > 1 or found["rest"] == ","):
        return value
    return found["v"]


def useful(values: Iterable[str]) -> list[str]:
    """Return the values that say something, cleaned, in order, without doubles."""
    by_key: dict[str, str] = {}
    for value in values:
        text = clean(value, 256)
        if not is_placeholder(text):
            by_key.setdefault(key(text), text)
    return list(by_key.values())


def is_encoded(value: str) -> bool:
    """Whether a value is octets in hexadecimal that hold a text in another coding.

    A printer's PML object tags a text with its type and length (`01 15` before it).
    """
    if not _OCTETS.match(value):
        return False
    octets = bytes.fromhex(value)
    return _RUN.search(octets) is not None and not _RUN.fullmatch(octets)
