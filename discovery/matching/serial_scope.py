"""The maker of a serial number in one spelling, so that serials can be compared.

Pure. Serial numbers are unique per maker only. The same maker is written in many
ways by firmware, LLDP-MED and vendor tables; the first telling word decides, and the
table below joins words that mean one maker of serial numbers.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9]+")

_SAME = {
    "hewlett": "hp",
    "hpe": "hp",
    "aruba": "hp",
    "procurve": "hp",
    "ciscosystems": "cisco",
    "linksys": "cisco",
    "meraki": "cisco",
    "emc": "dell",
    "dellemc": "dell",
    "force10": "dell",
    "alcatel": "alcatel",
    "ale": "alcatel",
    "lucent": "alcatel",
    "asustek": "asus",
    "asustekcomputer": "asus",
    "giga": "gigabyte",
    "brocade": "ruckus",
    "foundry": "ruckus",
    "juniperjnx": "juniper",
    "ibm": "lenovo",
    "mikrotikls": "mikrotik",
    "polycom": "poly",
    "plantronics": "poly",
    "apcc": "apc",
    "american": "apc",
    "ubiquiti": "ubiquiti",
    "ubnt": "ubiquiti",
}
_NOISE = frozenset(("the", "inc", "corp", "co", "ltd", "gmbh", "company"))


def scope_of(manufacturer: str | None) -> str:
    """Return the scope of a maker's serial numbers, empty if the maker is unknown."""
    if not manufacturer:
        return ""
    words: list[str] = _WORD.findall(manufacturer.lower())
    for word in words:
        if word not in _NOISE:
            return _SAME.get(word, word)
    return ""
