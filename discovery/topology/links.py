"""Announcements (LLDP, CDP, FDP, EDP) to links. Pure.

Both directions of a cable are reconciled to one link, members of an aggregate are
folded into it, and two protocols on one port support each other instead of deleting
each other. Several bridges announced on one port mean that an unmanaged switch lies
between, and the links say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from collectors import macs
from discovery.topology.model import (
    Announcement,
    End,
    LinkFound,
    Network,
    Node,
    Port,
    Ports,
    is_nobody,
    own_index,
)

Resolved = Mapping[tuple[int, str, str], "Remote"]
"""(node, local port, key) of an announcement -> who it was."""


_BLOCK = len("00:00:00:00:00")
"""Characters that the MACs of one box have in common."""

LOCAL = "local"
"""Type of a port id that means something to who announces it alone."""

BRIDGING = frozenset(("bridge", "router"))
"""Capabilities of those that pass on what others send."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Who announced itself, and on which of its ports."""

    node: int
    port: int | None


class Directory:
    """Finds the node that an announcement speaks of.

    The strongest kind of evidence that names exactly one node decides: chassis or
    port MAC, serial number, management address, name. A chassis MAC or a serial number
    that is another's stops the fall to weaker evidence: many boxes are delivered with
    the same address, and a spare one runs a copy of the configuration.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        nodes = list(nodes)
        self._nodes = {node.id: node for node in nodes}
        self._macs = own_index(nodes)
        self._serials = _unique((s, n.id) for n in nodes for s in n.serials)
        self._addresses = _unique((a, n.id) for n in nodes for a in n.addresses)
        self._names = _unique((name, n.id) for n in nodes for name in n.names)
        self._short_names = _unique(
            (name.partition(".")[0], n.id) for n in nodes for name in n.names
        )

    def find(self, announcement: Announcement) -> int | None:
        """Return the node of an announcement; never the one that heard it."""
        for found in self._candidates(announcement):
            if found is None or found == announcement.node:
                continue
            if not _contradicts(announcement, self._nodes[found]):
                return found
        return None

    def _candidates(self, announcement: Announcement) -> Iterable[int | None]:
        for mac in announced_macs(announcement):
            yield self._macs.get(mac)
        for serial in _serials(announcement):
            yield self._serials.get(serial)
        for address in announcement.addresses:
            yield self._addresses.get(address)
        if announcement.chassis_id and announcement.chassis_id_type == "ip":
            yield self._addresses.get(announcement.chassis_id)
        for name in _names(announcement):
            yield self._names.get(name)
            # One of both may be complete and the other one its first label; two
            # complete names of different domains are never the same.
            short = name.partition(".")[0]
            yield (self._short_names if short == name else self._names).get(short)


def _contradicts(announcement: Announcement, node: Node) -> bool:
    """Whether an announcement cannot be of a node that was read itself.

    Not every MAC of a box is in its tables, but those of one box lie side by side.
    """
    if not node.managed:
        return False
    serials = set(_serials(announcement)) if announcement.serial else set()
    if serials and node.serials and not serials & node.serials:
        return True
    chassis = announcement.chassis_id
    if announcement.chassis_id_type != "mac" or chassis is None or not node.macs:
        return False
    if macs.is_local(chassis) or is_nobody(chassis):
        return False
    block = chassis[:_BLOCK]
    return not any(mac.startswith(block) for mac in node.macs)


def announced_macs(announcement: Announcement) -> list[str]:
    """Return the MACs in an announcement, the chassis first."""
    found = []
    for text, kind in (
        (announcement.chassis_id, announcement.chassis_id_type),
        (announcement.port_id, announcement.port_id_type),
    ):
        if text and kind == "mac":
            found.append(text)
    for text in (announcement.chassis_id, announcement.sys_name):
        # Cisco names its phones `SEP` and the MAC, by CDP and by LLDP.
        if text and text[:3].upper() in {"SEP", "SIP", "ATA"}:
            mac = macs.from_text(text[3:])
            if mac is not None:
                found.append(mac)
    return found


def _serials(announcement: Announcement) -> list[str]:
    """CDP writes `SERIAL(name)` or `name(SERIAL)`."""
    found = [announcement.serial] if announcement.serial else []
    if announcement.chassis_id and announcement.chassis_id.endswith(")"):
        before, _, inside = announcement.chassis_id[:-1].partition("(")
        found += [before, inside]
    return ["".join(c for c in s if c.isalnum()).upper() for s in found]


def _names(announcement: Announcement) -> list[str]:
    found = []
    for text in (announcement.sys_name, announcement.chassis_id):
        if text and not (
            text == announcement.chassis_id and announcement.chassis_id_type == "mac"
        ):
            name = text.strip().lower()
            found += [name, name.partition("(")[0]]
    return found


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    double: set[str] = set()
    for key, node in pairs:
        if found.setdefault(key, node) != node:
            double.add(key)
    return {key: node for key, node in found.items() if key not in double}


def resolve_announcements(
    network: Network, ports: Ports
) -> dict[tuple[int, str, str], Remote]:
    """Return who each announcement was, for those that can be told."""
    directory = Directory(network.nodes.values())
    found = {}
    for announcement in network.announcements:
        node = directory.find(announcement)
        if node is not None:
            port = _remote_port(announcement, node, ports)
            key = (announcement.node, announcement.port_name, announcement.key)
            found[key] = Remote(node, None if port is None else port.id)
    return found


def _remote_port(announcement: Announcement, node: int, ports: Ports) -> Port | None:
    """Return the port the neighbour says it speaks from, unfolded.

    What the neighbour itself calls its ports counts first. An id that is meant locally
    is nobody's alias, and no ifIndex where the neighbour has other such ids.
    """
    kind, spelled = announcement.port_id_type, announcement.port_id
    described = announcement.port_descr
    if announcement.protocol == "lldp":
        own = ports.announced(node, kind, spelled)
        if own is not None:
            return own
    if kind == "mac":
        return ports.named(node, described, spelled)
    if kind == LOCAL and ports.announces(node, LOCAL):
        return ports.named(node, described)
    found = ports.named(node, spelled, alias=kind != LOCAL)
    return found or ports.named(node, described)


@dataclass(slots=True)
class _Draft:
    evidence: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    folded: bool = False


def announced_links(
    network: Network, ports: Ports, resolved: Resolved
) -> list[LinkFound]:
    """Return the links that announcements tell of, each cable once."""
    drafts: dict[tuple[End, End], _Draft] = defaultdict(_Draft)
    for announcement in network.announcements:
        remote = resolved.get(
            (announcement.node, announcement.port_name, announcement.key)
        )
        if remote is not None:
            _draft(drafts, announcement, remote, ports)
    _complete(drafts)
    crowded = _crowded(network, resolved)
    return [
        LinkFound(
            a=a,
            b=b,
            kind=_kind(a, b, draft, crowded),
            evidence=tuple(sorted(draft.evidence)),
            members=tuple(sorted(draft.members)) if _is_bundle(draft) else (),
        )
        for (a, b), draft in sorted(drafts.items(), key=_ends)
    ]


def _ends(item: tuple[tuple[End, End], _Draft]) -> tuple[int, int, int, int]:
    (a, b), _ = item
    return a.node, a.port or 0, b.node, b.port or 0


def _draft(
    drafts: dict[tuple[End, End], _Draft],
    announcement: Announcement,
    remote: Remote,
    ports: Ports,
) -> None:
    local = ports.by_id.get(announcement.port or 0)
    far = ports.by_id.get(remote.port or 0)
    here = End(announcement.node, ports.shown(local).id if local else None)
    there = End(remote.node, ports.shown(far).id if far else None)
    first, second = sorted((here, there), key=lambda e: (e.node, e.port or 0))
    draft = drafts[first, second]
    draft.evidence.add(f"{announcement.protocol} {'a' if first == here else 'b'}")
    if local:
        # A neighbour that was not read is known by the name it gives its port.
        names = (local.name, far.name if far else announcement.port_id or "")
        draft.members.add(names if first == here else (names[1], names[0]))
        draft.folded |= here.port != local.id


def _complete(drafts: dict[tuple[End, End], _Draft]) -> None:
    """Fold a link with an unknown end into the one that knows it.

    A one-sided announcement without a usable port id is the same cable as the one
    that the other side announced from the same port.
    """
    whole: dict[tuple[int, int], list[tuple[End, End]]] = defaultdict(list)
    for x, y in drafts:
        if x.port is not None and y.port is not None:
            whole[x.node, y.node].append((x, y))
    for (a, b), draft in list(drafts.items()):
        if a.port is not None and b.port is not None:
            continue
        fits = [
            (x, y)
            for x, y in whole[a.node, b.node]
            if a.port in (None, x.port) and b.port in (None, y.port)
        ]
        if len(fits) == 1:
            drafts[fits[0]].evidence |= draft.evidence
            del drafts[a, b]


def _crowded(network: Network, resolved: Resolved) -> set[int]:
    """Return ports on which several bridges announce themselves."""
    heard_on: dict[int, set[int]] = defaultdict(set)
    for announcement in network.announcements:
        remote = resolved.get(
            (announcement.node, announcement.port_name, announcement.key)
        )
        if announcement.port is not None and remote is not None:
            if BRIDGING & announcement.capabilities and (
                "telephone" not in announcement.capabilities
            ):
                heard_on[announcement.port].add(remote.node)
    return {port for port, nodes in heard_on.items() if len(nodes) > 1}


def ports_with_neighbours(network: Network, ports: Ports) -> set[int]:
    """Return the ports on which a bridge announces that it is the neighbour."""
    return {
        ports.shown(port).id
        for announcement in network.announcements
        if BRIDGING & announcement.capabilities
        and "telephone" not in announcement.capabilities
        and (port := ports.by_id.get(announcement.port or 0)) is not None
    }


def _is_bundle(draft: _Draft) -> bool:
    """Whether the cables have to be told apart from the port they are shown at."""
    return draft.folded or len(draft.members) > 1


def _kind(a: End, b: End, draft: _Draft, crowded: set[int]) -> str:
    if len(draft.members) > 1:
        return "aggregate"
    return "shared" if {a.port, b.port} & crowded else "direct"


def linked_ports(links: Sequence[LinkFound]) -> dict[int, set[int]]:
    """Return port -> nodes at its other end."""
    found: dict[int, set[int]] = defaultdict(set)
    for link in links:
        for here, there in ((link.a, link.b), (link.b, link.a)):
            if here.port is not None:
                found[here.port].add(there.node)
    return found
