"""What lies between a port and what is seen on it: phone, radio, host or hub. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from discovery.topology.model import (
    COMPUTERS,
    PHONES,
    RADIOS,
    SWITCHING,
    Network,
    Place,
)

_VIRTUAL = (
    "00:50:56:",  # VMware
    "00:0c:29:",
    "00:05:69:",
    "52:54:00:",  # KVM, QEMU
    "08:00:27:",  # VirtualBox
    "00:15:5d:",  # Hyper-V
    "00:16:3e:",  # Xen
    "bc:24:11:",  # Proxmox
    "02:42:",  # containers
)


def is_virtual_machine(mac: str) -> bool:
    """Whether a hypervisor gave out the address."""
    return mac.startswith(_VIRTUAL)


def add_intermediates(
    found: dict[str, Place],
    network: Network,
    owner: Mapping[str, int],
    heard_on: Mapping[int, set[int]],
) -> None:
    """Fill in `via` and `behind` of places that share a port.

    Args:
        found: MAC -> place; changed in place.
        network: Whose nodes these are.
        owner: MAC -> node.
        heard_on: Port -> nodes that announced themselves there.
    """
    by_port: dict[int, list[str]] = defaultdict(list)
    for mac, place in found.items():
        if place.port is not None and not place.via:
            by_port[place.port].append(mac)
    for port, there in by_port.items():
        announcers = heard_on.get(port, set())
        if len(there) > 1 or announcers:
            nodes = {mac: owner.get(mac) for mac in there}
            here = {n for n in nodes.values() if n is not None} | announcers
            kinds = {node: network.nodes[node].kind for node in here}
            found.update(_between(nodes, kinds, found))


def _between(
    nodes: Mapping[str, int | None],
    kinds: Mapping[int, str],
    found: Mapping[str, Place],
) -> dict[str, Place]:
    for via, wanted in (
        ("wireless", RADIOS),
        ("phone", PHONES),
        ("neighbour", SWITCHING),
    ):
        between = [node for node, kind in kinds.items() if kind in wanted]
        if len(between) == 1:
            return {
                mac: replace(found[mac], via=via, behind=between[0])
                for mac, node in nodes.items()
                if node != between[0]
            }
    switches = [node for node, kind in kinds.items() if kind == "switch"]
    if len(switches) > 1:
        # In a row or side by side: which of them it is behind is not known.
        return {
            mac: replace(found[mac], via="switches")
            for mac, node in nodes.items()
            if node not in switches
        }
    return _host_or_hub(nodes, kinds, found)


def _host_or_hub(
    nodes: Mapping[str, int | None],
    kinds: Mapping[int, str],
    found: Mapping[str, Place],
) -> dict[str, Place]:
    """Virtual machines are behind the one computer; else a hub is between."""
    hosts = [node for node, kind in kinds.items() if kind in COMPUTERS]
    virtual = [
        mac
        for mac, node in nodes.items()
        if node not in hosts and is_virtual_machine(mac)
    ]
    if len(hosts) == 1 and virtual:
        return {
            mac: replace(found[mac], via="host", behind=hosts[0]) for mac in virtual
        }
    owners = {node if node is not None else mac for mac, node in nodes.items()}
    if len(owners) < 2:
        return {}
    return {mac: replace(found[mac], via="unmanaged") for mac in nodes}
