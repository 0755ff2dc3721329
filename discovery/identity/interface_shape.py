"""What the interfaces of a device, their types and names, show of what it is. Pure.

Many ports alone tell little: Linux appliances have many interfaces that are no sockets.
What tells is how ports are named: switches and routers number slots and ports, Linux
says `eth0`, and firewalls have a `dmz`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from collectors.facts import Interface

ETHERNET = 6
_PORT_TYPES = frozenset({ETHERNET, 62, 69, 117})
MANY = 5
_SHAPES: tuple[tuple[str, frozenset[int], int], ...] = (
    ("radio", frozenset({71}), 1),
    ("fibre-channel", frozenset({56}), 4),
    ("lambdas", frozenset({195, 196, 219}), 4),
    ("subscriber-lines", frozenset({94, 95, 96, 97, 168, 169, 250, 251, 279}), 8),
    ("pons", frozenset({208, 250, 279}), 2),
    ("cable", frozenset({127, 128, 129, 205}), 2),
    ("mpls", frozenset({150, 166}), 1),
    ("analogue-lines", frozenset({101, 102}), 2),
    ("wan-lines", frozenset({18, 22, 23, 32, 94, 97, 108, 243, 251}), 1),
)
"""Name of a shape, IANAifTypes and how many interfaces of them make it: 802.11, fibre
channel, optical channels and transport, DSL and PON subscribers, PON trunks, DOCSIS,
MPLS, FXO and FXS, lines to a provider (E1, serial, PPP, frame relay, DSL, WWAN)."""
_OF_LINUX = re.compile(
    r"(eth|bond|dummy|gretap|erspan|ifb|tun|tap|br|lo|veth|virbr|docker|sit|ip6tnl|teql|"
    r"imq|wlan|wifi|wl|ath|ra|vap|en[ops]\w*?)[-_]?\d*([.:]\d+)?$|br-|\w*bridge",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d[/.]\d|port ?\d|ethernet ?\d", re.IGNORECASE)
"""How ports are named, for agents that tell no types."""
_RADIO = re.compile(
    r"(wlan|wifi|ath|rai?|wl|vap|radio|ssid|dot11radio|aio_wifi)[-_ ]?\d", re.I
)
_ZONE = re.compile(
    r"(dmz\d*|ha\d*|untrust|trust|ipsec\d+|virtual-wire|tunnel\.\d+)$", re.I
)
_WAN = re.compile(
    r"(wwan|wan|lte|dsl|adsl|vdsl|ppp(?:oe)?|cellular|dialer|modem)[-_ /]?\d*$", re.I
)


def shapes(interfaces: Sequence[Interface]) -> Iterator[str]:
    """Yield the names of the shapes that the interfaces show.

    Args:
        interfaces: Of one device.
    """
    types = Counter(i.type for i in interfaces)
    for name, listed, least in _SHAPES:
        if sum(types[t] for t in listed) >= least:
            yield name
    ports = [i for i in interfaces if i.type in _PORT_TYPES or not i.type]
    numbered = [i for i in ports if i.type and not _OF_LINUX.match(i.name)]
    numbered += [i for i in ports if not i.type and _NUMBERED.search(i.name)]
    if len(numbered) >= MANY:
        yield "many-ports"
    elif len(ports) >= MANY:
        yield "many-interfaces"
    names = [i.name.strip() for i in interfaces]
    if any(_RADIO.match(name) for name in names):
        yield "radio-names"
    if any(_ZONE.match(name) for name in names):
        yield "zones"
    if any(_WAN.match(name) for name in names):
        yield "wan"


def macs(interfaces: Sequence[Interface]) -> list[str]:
    """Return the MACs of the Ethernet interfaces, in the order of ifIndex."""
    listed = sorted(interfaces, key=lambda each: each.if_index)
    return [i.mac for i in listed if i.mac and i.type == ETHERNET]
