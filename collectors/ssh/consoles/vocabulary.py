"""Words on the consoles of network devices, as the vocabulary of facts. Pure."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from collectors.facts import Neighbour
from collectors.ssh.consoles import interface_names


def duplex_of(text: str | None) -> str | None:
    """Return `full` or `half` out of e.g. `a-full`, `Full-duplex`."""
    word = (text or "").lower()
    return next((kind for kind in ("full", "half") if kind in word), None)


_CAPABILITIES = {
    "r": "router",
    "router": "router",
    "b": "bridge",
    "bridge": "bridge",
    "switch": "bridge",
    "s": "bridge",
    "w": "wlan-ap",
    "wlan": "wlan-ap",
    "wlan-ap": "wlan-ap",
    "t": "telephone",
    "telephone": "telephone",
    "phone": "telephone",
    "p": "repeater",
    "repeater": "repeater",
    "c": "docsis",
    "docsis": "docsis",
    "station": "station",
    "host": "station",
    "h": "station",
}


def capabilities_of(text: str | None) -> tuple[str, ...]:
    """Return capabilities out of words or the one-letter codes of LLDP and CDP."""
    words = re.findall(r"[a-z][a-z-]*", (text or "").lower())
    found = (_CAPABILITIES.get(word) for word in words)
    return tuple(dict.fromkeys(name for name in found if name))


_KINDS = (
    (r"power|\bpsu?\b|\bpem\b", "power-supply"),
    (r"\bfan", "fan"),
    (r"sfp|xfp|transceiver|gbic|xcvr|optic|base-?[sltbexc]", "transceiver"),
    (r"chassis|^switch \d|^\d+$|stack", "chassis"),
)


def part_kind(*texts: str | None) -> str:
    """Return the kind of a part from how it is named."""
    for text in filter(None, texts):
        for pattern, kind in _KINDS:
            if re.search(pattern, text, re.IGNORECASE):
                return kind
    return "module"


def same_neighbour(one: Neighbour, two: Neighbour) -> bool:
    """Whether two rows on one port are the same neighbour, told short and in full.

    Tables cut names and ports; details add a domain.
    """
    names = _alike(one.sys_name, two.sys_name)
    chassis = _alike(one.chassis_id, two.chassis_id)
    if names is False or (names is None and chassis is False):
        return False
    ports = (one.port_id, one.port_descr), (two.port_id, two.port_descr)
    matches = [_port_alike(a, b) for a in ports[0] for b in ports[1]]
    return True in matches or set(matches) == {None}


def _alike(one: str | None, two: str | None) -> bool | None:
    """Whether two texts may be one, the shorter cut off; None where one is missing."""
    if not one or not two:
        return None
    short, long = sorted((one.lower(), two.lower()), key=len)
    return long == short or (
        long.startswith(short) and (len(short) >= 8 or long[len(short)] == ".")
    )


def _port_alike(one: str | None, two: str | None) -> bool | None:
    if not one or not two:
        return None
    return interface_names.key(one) == interface_names.key(two) or bool(
        _alike(one, two)
    )


def fuller(known: Neighbour, more: Neighbour) -> Neighbour:
    """Return the first row with what only the second one tells."""
    values = {
        f.name: getattr(more, f.name)
        for f in fields(known)
        if getattr(known, f.name) in (None, ()) and getattr(more, f.name)
    }
    return replace(known, **values)


_MODE = re.compile(r"\((?:active|passive|standby|config[^)]*|primary|secondary)\)\W*$")


def host_of_prompt(prompt: str) -> str | None:
    """Return the host name in a prompt such as `admin@fw1(active)>`, `RP/0/0:pe1#`."""
    bare = _MODE.sub("", prompt.strip())
    found = re.search(r"([A-Za-z0-9][\w.-]*)\W*$", bare)
    return found[1] if found else None
