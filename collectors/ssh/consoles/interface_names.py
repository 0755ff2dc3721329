"""Names of switch ports: one port, many spellings. Pure.

`Gi1/0/1`, `gigabitethernet 1/0/1` and `GigabitEthernet1/0/1` are one port of a Cisco
switch, `ge-0/0/1` is a Junos port and stays what it is. Long forms are ifDescr's,
short forms ifName's.
"""

from __future__ import annotations

import re

_LONG = {
    "ethernet": ("e", "et", "eth", "ether"),
    "fastethernet": ("f", "fa", "fas", "fast", "fastether", "fe"),
    "gigabitethernet": ("g", "ge", "gi", "gig", "giga", "gigabit", "gige"),
    "twogigabitethernet": ("tw",),
    "fivegigabitethernet": ("fi5", "five"),
    "tengigabitethernet": (
        *("te", "ten", "teng", "tengig", "tengi", "tengige", "xe", "xge"),
        *("ten-gigabitethernet", "xgigabitethernet"),
    ),
    "twentyfivegige": ("twe", "twentyfive", "twentyfivegigabitethernet", "25ge", "wge"),
    "fortygigabitethernet": ("fo", "forty", "fortygige", "fge", "40ge"),
    "fiftygige": ("fi", "50ge"),
    "hundredgige": ("hu", "hundred", "hundredgigabitethernet", "hge", "100ge"),
    "fourhundredgige": ("fou", "fourhundred", "400ge"),
    "port-channel": ("po", "portchannel", "port-chan"),
    "bundle-ether": ("be",),
    "bridge-aggregation": ("bagg",),
    "route-aggregation": ("ragg",),
    "vlan": ("vl", "vlanif", "vlan-interface", "vlan-int"),
    "loopback": ("lo", "loop"),
    "tunnel": ("tu", "tun"),
    "serial": ("s", "se", "ser"),
    "management": ("ma", "mgmt", "managementethernet", "m-gigabitethernet", "m-ge"),
    "mgmteth": ("mg",),
    "null": ("nu",),
    "appgigabitethernet": ("ap",),
    "virtual-access": ("vi",),
    "virtual-template": ("vt",),
    "dialer": ("di",),
    "bvi": ("bv",),
    "cellular": ("ce",),
}

_BY_NAME = {short: long for long, shorts in _LONG.items() for short in shorts}
_BY_NAME |= {long: long for long in _LONG}

_CISCO = {
    "fastethernet": "Fa",
    "gigabitethernet": "Gi",
    "twogigabitethernet": "Tw",
    "fivegigabitethernet": "Fi",
    "tengigabitethernet": "Te",
    "twentyfivegige": "Twe",
    "fortygigabitethernet": "Fo",
    "hundredgige": "Hu",
    "fourhundredgige": "Fou",
    "appgigabitethernet": "Ap",
    "ethernet": "Et",
    "port-channel": "Po",
    "vlan": "Vl",
    "loopback": "Lo",
    "tunnel": "Tu",
    "serial": "Se",
    "null": "Nu",
    "virtual-access": "Vi",
    "virtual-template": "Vt",
    "dialer": "Di",
    "bvi": "BV",
    "cellular": "Ce",
}
"""ifName of Cisco IOS and IOS-XE."""

_PARTS = re.compile(r"([A-Za-z][A-Za-z-]*?|\d+[Gg][Ee])\s*(\d[\d/.:]*)(.*)", re.DOTALL)
_UNIT = re.compile(r"\((?:t|u|r|s|up|down)\)$|\*$", re.IGNORECASE)


def _split(name: str) -> tuple[str, str] | None:
    """Return the long form of the kind and the number, None for other names."""
    found = _PARTS.fullmatch(name.strip())
    if not found or found[3].strip():
        return None
    long = _BY_NAME.get(found[1].lower())
    return (long, found[2]) if long else None


def key(name: str) -> str:
    """Return what all spellings of a port have in common."""
    name = _UNIT.sub("", name.strip())
    parts = _split(name)
    return "".join(parts) if parts else re.sub(r"\s+", "", name).lower()


def cisco_short(name: str) -> str:
    """Return the ifName of a Cisco port, the name itself where it is no such port."""
    parts = _split(name)
    if parts is None or parts[0] not in _CISCO:
        return name.strip()
    return _CISCO[parts[0]] + parts[1]


def kind(name: str) -> tuple[int | None, bool | None]:
    """Return the IANA type and whether the port is physical, as far as names tell."""
    bare = key(name)
    if "." in bare:
        return 135, False  # l2vlan: a sub-interface
    for prefix, number, physical in _TYPES:
        if bare.startswith(prefix):
            return number, physical
    return None, None


_TYPES = (
    ("loopback", 24, False),
    ("lo0", 24, False),
    ("vlan", 53, False),
    ("irb", 53, False),
    ("bvi", 53, False),
    ("tunnel", 131, False),
    ("null", 1, False),
    ("port-channel", 161, False),
    ("bundle-ether", 161, False),
    ("bridge-aggregation", 161, False),
    ("eth-trunk", 161, False),
    ("ae", 161, False),
    ("lag", 161, False),
    ("trk", 161, False),
    ("serial", 22, True),
    ("fastethernet", 6, True),
    ("gigabitethernet", 6, True),
    ("tengigabitethernet", 6, True),
    ("ethernet", 6, True),
    ("ge-", 6, True),
    ("xe-", 6, True),
    ("et-", 6, True),
)
"""Beginning of a name -> IANAifType number, physical."""
