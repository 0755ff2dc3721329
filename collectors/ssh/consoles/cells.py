"""The cells of one row, found under any of their names, and read as values. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.ssh.computers.network_cards import prefix_length
from collectors.text import printable

Row = Mapping[str, str | Sequence[str]]

Names = Mapping[str, tuple[str, ...]]

MAX_CELL = 1_024


@dataclass(frozen=True, slots=True)
class Cells:
    """One row with the columns in which each field may be.

    Attributes:
        row: Cells by column.
        usual: Columns by field, best first.
        special: Columns of this very command, which go before.
        blanks: Texts that say nothing, in lower case.
    """

    row: Row
    usual: Names
    special: Names
    blanks: frozenset[str]

    def many(self, field: str) -> list[str]:
        """Return the values of the first column of a field that says something.

        A list of columns joined by `+` is read as one after the other.
        """
        names = self.special.get(field)
        if names is None:
            names = self.usual.get(field, ())
        for name in names:
            parts = [name] if "~" in name else name.split("+")
            found = [v for part in parts for v in self._values(part)]
            if found:
                return found
        return []

    def first(self, field: str) -> str | None:
        """Return one value of a field, None where there is none."""
        return next(iter(self.many(field)), None)

    def _values(self, column: str) -> list[str]:
        """Return what a column says.

        `=text` stands for itself, `a~re` is searched, `x {a}.{b}` filled in, `a&` is
        a cell that the table broke into lines, joined.
        """
        if column.startswith("="):
            return [column[1:]]
        if "{" in column and "~" not in column:
            return self._filled(column)
        if column.endswith("&"):
            joined = "".join(self._values(column[:-1]))
            return [joined] if joined else []
        name, tilde, pattern = column.partition("~")
        cell = self.row.get(name, ())
        texts = [cell] if isinstance(cell, str) else cell
        values = [printable(text)[:MAX_CELL] for text in texts]
        if tilde:
            found = [re.search(pattern, value) for value in values]
            values = [m[m.lastindex or 0] for m in found if m]
        return [v for v in values if v.lower() not in self.blanks]

    def _filled(self, text: str) -> list[str]:
        """Return a text with its `{column}` places filled in, none if one is empty."""
        names = re.findall(r"\{(\w+)\}", text)
        values = {name: next(iter(self._values(name)), None) for name in names}
        if None in values.values():
            return []
        return [re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]), text)]


def as_number(text: str | None) -> int | None:
    """Return the digits a text begins with as a number."""
    found = re.match(r"\d{1,18}", (text or "").strip())
    return int(found[0]) if found else None


def vlan_of(text: str | None) -> int | None:
    """Return a VLAN number, None for names and for what is out of range."""
    found = re.fullmatch(r"(?:vlan)?\s*0*(\d{1,4})", (text or "").strip().lower())
    number = int(found[1]) if found else 0
    return number if 1 <= number <= 4094 else None


def address_of(text: str, mask: str | None) -> tuple[str, int | None] | None:
    """Return an address and its prefix length, None for what says nothing outside.

    Understands `10.1.1.1`, `10.1.1.1/24`, `10.1.1.1 255.255.255.0` and a mask apart.
    """
    bare, _, length = text.strip().partition("/")
    if not length and " " in bare:
        bare, _, length = bare.partition(" ")
    try:
        ip = ipaddress.ip_address(bare.split("%")[0].strip("(),"))
    except ValueError:
        return None
    if ip.is_unspecified or ip.is_loopback or ip.is_link_local:
        return None
    return str(ip), prefix_length(length.strip() or mask)


_SPEED = re.compile(
    r"(?:a-|auto[- ]?)?\(?\s*([\d.]+)\s*([kmgt]?)\s*(?:b(?:it)?p?s?(?:/s)?|bit|base)?",
    re.IGNORECASE,
)


def speed_of(text: str | None) -> int | None:
    """Return e.g. `1000`, `a-1000`, `10 Gb/s`, `100Mbps`, `1G` in bits per second.

    A bare number is in megabits, as switches print it, from a million on in bits.
    """
    found = _SPEED.match((text or "").strip())
    if not found or found[1].count(".") > 1 or not found[1].strip("."):
        return None
    factor = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}.get(found[2].lower())
    value = float(found[1])
    if factor is None:
        factor = 1 if value >= 10**6 else 10**6
    bits = int(value * factor)
    return bits if 0 < bits <= 10**13 else None
