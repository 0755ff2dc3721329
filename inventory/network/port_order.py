"""The order in which the ports of a device stand on its front. Pure.

Names are read as makers write them: numbers of unit, slot and port, after a word that
says the kind of port: `GigabitEthernet1/0/14`, `ge-0/0/3`, `1:24`, `ether2`, `A7`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_SPEED = re.compile(r"^\d+(?=G|GE|XGE|BASE)", re.IGNORECASE)
"""Digits that say how fast a port is: `10GE1/0/1`."""
_DIGITS = re.compile(r"\d+")
_LAST = 10**6 - 1
_Place = tuple[str, str]


def positions(ports: Mapping[str, int | None]) -> dict[str, str]:
    """Return a text for each port that sorts as the ports stand.

    Units and slots come first, then kinds of ports in the order of their lowest
    ifIndex, then the number of the port. Interfaces without a number come last.

    Args:
        ports: Name -> ifIndex.
    """
    parsed = {name: _parsed(name) for name in ports}
    lowest: dict[_Place, int] = {}
    for name, (slots, word, _) in parsed.items():
        lowest[slots, word] = min(lowest.get((slots, word), _LAST), _index(ports, name))
    return {
        name: f"{slots}|{lowest[slots, word]:06}|{port}"
        if port
        else f"~{_index(ports, name):06}"
        for name, (slots, word, port) in parsed.items()
    }


@lru_cache(maxsize=8192)  # many devices call their ports the same
def _parsed(name: str) -> tuple[str, str, str]:
    """Return unit and slots, the word before them, and the number of the port."""
    plain = name.strip().lower()
    speed = _SPEED.match(plain)
    start = speed.end() if speed else 0
    port, _, unit = plain[start:].partition(".")
    numbers = [_padded(n) for n in _DIGITS.findall(port)]
    word = plain[:start] + _DIGITS.split(port, maxsplit=1)[0]
    if not numbers:
        return "", word, ""
    below = "".join(f".{_padded(n)}" for n in _DIGITS.findall(unit)[:1])
    return ".".join(numbers[:-1]), word, numbers[-1] + below


def _index(ports: Mapping[str, int | None], name: str) -> int:
    index = ports[name]
    return _LAST if index is None else min(index, _LAST)


def _padded(digits: str) -> str:
    return f"{min(int(digits[:7]), _LAST):06}"
