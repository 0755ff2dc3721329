"""How LLDP spells who and what a neighbour is (IEEE 802.1AB). Pure."""

from __future__ import annotations

import re

from collectors.ports import Value
from collectors.snmp.smi_values import bits, ip, is_printable, mac, some_text

CHASSIS_TYPES = {
    1: "component",
    2: "ifalias",
    3: "component",
    4: "mac",
    5: "ip",
    6: "ifname",
    7: "local",
}
PORT_TYPES = {
    1: "ifalias",
    2: "component",
    3: "mac",
    4: "ip",
    5: "ifname",
    6: "circuit",
    7: "local",
}
_CAPABILITIES = (
    "other",
    "repeater",
    "bridge",
    "wlan-ap",
    "router",
    "telephone",
    "docsis",
    "station",
    "other",
    "other",
    "other",
)
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_.\-]*")


def identifier(kind: str | None, value: Value | None) -> tuple[str, str | None]:
    """Return type and text of a chassis or port id.

    A network address starts with its IANA family. A MAC may come as text, and text
    under a subtype that announces a MAC stays text: the type then says `other`.
    """
    if not isinstance(value, bytes) or not value:
        return kind or "other", None
    if kind == "mac":
        address = None if _is_name(value) else mac(value)
        return ("mac", address) if address else ("other", _readable(value))
    if kind == "ip":
        address = ip(value[1:]) if value[0] in (1, 2) else ip(value)
        return ("ip", address) if address else ("other", _readable(value))
    if kind in (None, "local") and len(value) == 6 and not is_printable(value):
        return "mac", mac(value)
    return kind or "other", _readable(value)


def _is_name(value: bytes) -> bool:
    """Whether six octets that should be a MAC are a name such as `vmnic2`.

    They read as one, and as a MAC they would be of a group or made up locally.
    """
    return len(value) == 6 and bool(_NAME.fullmatch(value)) and value[0] & 3 != 0


def _readable(value: bytes) -> str | None:
    return some_text(value) if is_printable(value) else value.hex() or None


def capabilities(enabled: Value | None, supported: Value | None) -> tuple[str, ...]:
    """Return the enabled capabilities, else the supported ones, each once."""
    for value in (enabled, supported):
        if isinstance(value, bytes) and len(value) <= 2 and any(value):
            names = (_CAPABILITIES[b] for b in bits(value) if b < len(_CAPABILITIES))
            return tuple(dict.fromkeys(names))
    return ()
