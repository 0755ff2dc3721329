"""Values that look like identity and are none: fillers, defaults, shared addresses.

Data with the few functions that look values up in it. Pure. The lists hold what
firmware writers leave in place and what drivers make up; values proven shared by the
network itself are found in `match`, they need no entry here.
"""

from __future__ import annotations

import re

from collectors import macs

_FILLER_WORDS = (
    "0",
    "00",
    "0000",
    "00000000",
    "000000000000",
    "asset-1234567890",
    "base board serial number",
    "builtin",
    "chassis serial number",
    "default",
    "default string",
    "empty",
    "fru-serial",
    "in-valid",
    "invalid",
    "mb-1234567890",
    "member",
    "n/a",
    "na",
    "no asset information",
    "no asset tag",
    "no serial",
    "none",
    "not applicable",
    "not available",
    "not defined",
    "not present",
    "not set",
    "not specified",
    "null",
    "o.e.m",
    "oem",
    "oem default",
    "oemserial",
    "serial",
    "serial number",
    "serialnumber",
    "sernum0",
    "sys-1234567890",
    "system manufacturer",
    "system product name",
    "system serial number",
    "system version",
    "tbd",
    "test",
    "to be defined by o.e.m",
    "to be filled by o.e.m",
    "to be filled by oem",
    "type2 - board serial number",
    "uncheck",
    "undefined",
    "unknow",
    "unknown",
    "unspecified",
    "xxxxxxxxxxxx",
)
FILLERS = frozenset(word.rstrip(". ") for word in _FILLER_WORDS)

_RUN = "01234567890123456789", "abcdefghijklmnopqrstuvwxyz"
_MONOTONE = re.compile(r"^(.)\1*$")

UUIDS = frozenset(
    (
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009",
        "00000000-0000-0000-0000-000000000001",
        "01010101-0101-0101-0101-010101010101",
        "11111111-1111-1111-1111-111111111111",
        "12345678-1234-1234-1234-123456789abc",
        "fefefefe-fefe-fefe-fefe-fefefefefefe",
        "2e9a5f2e-0000-0000-0000-000000000000",
    )
)
"""UUIDs that board makers ship on every board."""

MACS = frozenset(
    (
        "00:1a:7d:da:71:0a",  # cheap Bluetooth adapters, all alike
        "00:01:02:03:04:05",
        "00:11:22:33:44:55",
        "00:de:ad:be:ef:00",
        "20:41:53:59:4e:ff",  # RAS adapter of old Windows
        "44:45:53:54:42:00",
        "50:50:54:50:30:30",
        "33:50:6f:45:30:30",
    )
)
"""Single addresses that many machines carry."""

MAC_PREFIXES = (
    "00:50:56:c0:00:",  # VMware host-only and NAT adapters of the host
    "00:00:00:",
    "00:05:9a:3c:7",  # Cisco VPN client adapter
    "00:15:5d:00:00:",
    "00:09:0f:fe:00:",  # Fortinet VPN adapter
    "00:a0:d1:d8:",
    "08:00:58:",
)
"""Addresses of adapters that software makes up, the same on every machine."""

MOVABLE_OUIS = frozenset(
    (
        "00:e0:4c",  # Realtek USB Ethernet, in docks and dongles
        "00:0e:c6",  # ASIX USB Ethernet
        "00:24:9b",  # Action Star USB and docks
        "00:50:b6",  # Good Way docks
        "8c:ae:4c",  # Plugable
        "9c:eb:e8",  # BizLink docks
        "34:29:8f",
        "d8:80:83",
    )
)
"""Makers of docks and USB adapters: the address follows the dock, not the computer."""

NAMES = frozenset(
    (
        "ap",
        "debian",
        "default",
        "desktop",
        "firewall",
        "fw",
        "gw",
        "hostname",
        "laptop",
        "linux",
        "localhost",
        "mikrotik",
        "openwrt",
        "pc",
        "phone",
        "printer",
        "router",
        "server",
        "sw",
        "switch",
        "ubnt",
        "ubuntu",
        "unknown",
        "windows",
    )
)
"""Names that devices have before anybody names them."""

ENGINE_IDS = frozenset(
    (
        "800000020109840301",
        "80001f8880e9630000d61ff449",
        "8000000001020304",
        "800007e580000000",
        "0000000000000000",
        "000000000000000000000000",
    )
)
"""Engine ids of examples and of firmware images."""


def is_filler(value: str) -> bool:
    """Whether a serial, tag or name is a placeholder: a word, `1111`, `12345`."""
    text = value.strip().lower().rstrip(". ")
    return len(text) < 3 or _is_filler_text(text)


def _is_filler_text(text: str) -> bool:
    counted = any(text in run for run in _RUN)
    return text in FILLERS or counted or bool(_MONOTONE.match(text))


def is_shared_mac(mac: str) -> bool:
    """Whether a MAC cannot stand for one card: by its bits, or known as shared."""
    return not macs.identifies(mac) or mac in MACS or mac.startswith(MAC_PREFIXES)


def is_movable_mac(mac: str, interface: str = "") -> bool:
    """Whether a MAC belongs to a dock or a USB adapter that changes hands.

    Args:
        mac: Canonical MAC.
        interface: Its name; systemd calls adapters on USB `enx` and the MAC.
    """
    return mac[:8] in MOVABLE_OUIS or interface.startswith("enx")


def is_generic_name(name: str) -> bool:
    """Whether a host name says nothing about which host it is.

    Two characters are too few for a serial number, but `r1` is a name.
    """
    short = name.strip().lower().partition(".")[0]
    return not short or short in NAMES or _is_filler_text(short)
