"""MAC addresses: one spelling, and which of them identify anything. Pure."""

from __future__ import annotations

import re

_TEXT = re.compile(r"[0-9A-Fa-f]+")


def from_bytes(octets: bytes) -> str | None:
    """Return the canonical form of a binary MAC, or None if it is none.

    Seven bytes with a leading length 06 occur in FDB tables of some switches;
    longer values keep the last six bytes, as field experience has it.
    """
    if len(octets) > 6:
        octets = octets[-6:]
    if len(octets) != 6:
        return None
    return octets.hex(":")


def from_text(text: str) -> str | None:
    """Return the canonical form of a MAC in any usual spelling.

    Understands `aa:bb:cc:dd:ee:ff`, `AA-BB-...`, `aabb.ccdd.eeff`, `aabbccddeeff`
    and the form without leading zeros that net-snmp prints (`0:1b:2:...`).
    """
    groups = [g for g in re.split(r"[:\-. ]", text.strip()) if g]
    if not groups or not all(_TEXT.fullmatch(g) for g in groups):
        return None
    if len(groups) == 6:
        digits = "".join(g.zfill(2) for g in groups)
    elif len(groups) == 3:
        digits = "".join(g.zfill(4) for g in groups)
    else:
        digits = "".join(groups)
    if len(digits) != 12:
        return None
    return bytes.fromhex(digits).hex(":")


def is_multicast(mac: str) -> bool:
    """Whether the group bit is set (includes broadcast)."""
    return bool(int(mac[:2], 16) & 1)


def is_local(mac: str) -> bool:
    """Whether the address is locally administered, as randomised Wi-Fi MACs are."""
    return bool(int(mac[:2], 16) & 2)


_MADE_UP = (
    "52:54:00:",  # QEMU and KVM
    "02:42:",  # Docker
    "0a:00:27:",  # host-only networks of VirtualBox
    "02:00:4c:4f:4f:50",  # Microsoft's loopback adapter
)


def is_randomised(mac: str) -> bool:
    """Whether an address may be one that phones make up anew, per network or day.

    Hypervisors make up addresses as well, but in blocks of their own, and keep them.
    """
    return is_local(mac) and not is_multicast(mac) and not mac.startswith(_MADE_UP)


_VIRTUAL_ROUTER = (
    "00:00:5e:00:01:",  # VRRP for IPv4, RFC 5798
    "00:00:5e:00:02:",  # VRRP for IPv6
    "00:00:0c:07:ac:",  # HSRP version 1
    "00:00:0c:9f:f",  # HSRP version 2
    "00:05:73:a0:0",  # HSRP version 2 for IPv6
    "00:07:b4:00:",  # GLBP
)


def is_virtual_router(mac: str) -> bool:
    """Whether the address belongs to a first-hop redundancy group, not to a box."""
    return mac.startswith(_VIRTUAL_ROUTER)


def identifies(mac: str) -> bool:
    """Whether the address can tell one network card from all others."""
    return not (
        mac == "00:00:00:00:00:00"
        or is_multicast(mac)
        or is_local(mac)
        or is_virtual_router(mac)
    )
