"""What a User-Agent says: vendor, model, firmware, MAC, serial. Pure.

Every maker writes it differently, so the shapes are data: regular expressions with
the named groups `vendor`, `model`, `firmware`, `mac`, `serial`. The caller loads them;
without any, a MAC is still found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors import macs

LONGEST = 512
"""Characters of a header that are looked at."""

_MAC = re.compile(
    r"(?<![0-9A-Za-z])("
    r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}|"
    r"[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}|"
    r"[0-9A-Fa-f]{12})(?![0-9A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class AgentShape:
    """How one maker writes its User-Agent.

    Attributes:
        pattern: Searched in the header; named groups give the fields.
        vendor: The maker, where the pattern has no group for it.
        kind: `phone`, `gateway`, `pbx`, `conference`, `door`, `softphone`.
    """

    pattern: re.Pattern[str]
    vendor: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReading:
    """What was read; None for what the header does not say."""

    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None
    mac: str | None = None
    serial: str | None = None
    kind: str | None = None


def build_shapes(rows: Iterable[Mapping[str, str]]) -> tuple[AgentShape, ...]:
    """Return shapes from rows with `pattern`, `vendor` and `kind`.

    Raises:
        ValueError: A row has no pattern or one that does not compile; names the row.
    """
    shapes = []
    for number, row in enumerate(rows, 1):
        try:
            pattern = re.compile(row["pattern"])
        except (KeyError, re.error) as error:
            raise ValueError(f"user agent row {number}: {error!r} in {row}") from error
        shapes.append(AgentShape(pattern, row.get("vendor"), row.get("kind")))
    return tuple(shapes)


def read_agent(text: str, shapes: Iterable[AgentShape] = ()) -> AgentReading:
    """Return what the first matching shape makes of a User-Agent or Server header."""
    text = text[:LONGEST]
    for shape in shapes:
        if found := shape.pattern.search(text):
            groups = {k: v.strip() for k, v in found.groupdict().items() if v}
            return AgentReading(
                vendor=groups.get("vendor") or shape.vendor,
                model=groups.get("model"),
                firmware=groups.get("firmware"),
                mac=macs.from_text(groups.get("mac", "")) or find_mac(text),
                serial=groups.get("serial"),
                kind=shape.kind,
            )
    return AgentReading(mac=find_mac(text))


def find_mac(text: str) -> str | None:
    """Return the first address in `text` that can identify a network card.

    A bare run of twelve digits without a letter is a build number more often than a
    MAC, so it counts only where it begins like a registered maker's (`0`).
    """
    for found in _MAC.finditer(text[:LONGEST]):
        bare = found[1].isdigit() and not found[1].startswith("0")
        mac = macs.from_text(found[1])
        if mac and not bare and macs.identifies(mac):
            return mac
    return None
