"""Words on the consoles of network devices, as the vocabulary of facts. Pure."""

from __future__ import annotations

import re


def duplex_of(text: str | None) -> str | None:
    """Return `full` or `half` out of e.g. `a-full`, `Full-duplex`."""
    word = (text or "").lower()
    return next((kind for kind in ("full", "half") if kind in word), None)


_WORDS = {
    "router": "router",
    "bridge": "bridge",
    "trans-bridge": "bridge",
    "source-route-bridge": "bridge",
    "switch": "bridge",
    "wlan": "wlan-ap",
    "wlan-ap": "wlan-ap",
    "telephone": "telephone",
    "phone": "telephone",
    "voip-phone": "telephone",
    "repeater": "repeater",
    "docsis": "docsis",
    "station": "station",
    "stationonly": "station",
    "host": "station",
}

_LETTERS = {
    "lldp": {
        "R": "router",
        "B": "bridge",
        "T": "telephone",
        "C": "docsis",
        "W": "wlan-ap",
        "P": "repeater",
        "S": "station",
    },
    "cdp": {
        "R": "router",
        "T": "bridge",
        "B": "bridge",
        "S": "bridge",
        "H": "station",
        "r": "repeater",
        "P": "telephone",
    },
}
"""Protocol -> letter, as the legends of the tables explain it: T is a telephone in LLDP
and a transparent bridge in CDP, S a station in one and a switch in the other."""

_ACCESS_POINT = re.compile(r"(?:cisco )?(?:AIR-|C91\d\d|CW91|MR\d)", re.IGNORECASE)


def capabilities_of(
    text: str | None, protocol: str = "lldp", platform: str | None = None
) -> tuple[str, ...]:
    """Return capabilities out of words or the one-letter codes of LLDP and CDP.

    Args:
        text: A cell such as `B,R`, `H P` or `Bridge, WLAN Access Point`.
        protocol: Whose letters they are; `fdp` and others use those of CDP.
        platform: What the neighbour calls its product: an access point that calls
            itself a transparent bridge in CDP is one all the same.
    """
    letters = _LETTERS.get(protocol, _LETTERS["cdp"])
    found: list[str | None] = []
    for word in re.findall(r"[A-Za-z][A-Za-z-]*", text or ""):
        found.append(letters.get(word) if len(word) == 1 else _WORDS.get(word.lower()))
    if protocol != "lldp" and "bridge" in found and _ACCESS_POINT.match(platform or ""):
        found.insert(0, "wlan-ap")
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


_MODE = re.compile(r"\((?:active|passive|standby|config[^)]*|primary|secondary)\)\W*$")


def host_of_prompt(prompt: str) -> str | None:
    """Return the host name in a prompt such as `admin@fw1(active)>`, `RP/0/0:pe1#`."""
    bare = _MODE.sub("", prompt.strip())
    found = re.search(r"([A-Za-z0-9][\w.-]*)\W*$", bare)
    return found[1].rstrip("-.") if found else None
