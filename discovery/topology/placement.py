"""The port of every endpoint, from forwarding tables, announcements and Wi-Fi. Pure.

A MAC is learned on every bridge between it and whoever talks to it, so a table says
little by itself. Ports that lead to another bridge are taken out; if one port is left,
that is the place. Where none is left, the MAC is behind a bridge that does not list
it; where several are left, an announcement on one of them decides, or a port whose
other MACs are all found further on is ruled out. What is then still open is unknown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from discovery.topology.announced_places import add_announced, add_stations
from discovery.topology.bridges import Directions
from discovery.topology.further_on import nearest
from discovery.topology.intermediate import add_intermediates
from discovery.topology.links import Resolved, linked_ports
from discovery.topology.model import (
    PHONES,
    RADIOS,
    SWITCHING,
    End,
    LinkFound,
    Network,
    Place,
    Ports,
    is_bridge,
    is_nobody,
)
from discovery.topology.port_pairs import Pairs, last_of
from discovery.topology.ways import Ways
from inventory.kernel.texts import N_, Said

STALE = timedelta(hours=6)
"""A table so much older than another one is not believed against it."""
MOST_DISPUTED = 16
"""An address at so many ports, none of which leads to another, is at no one port."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A MAC on a port that might be its place."""

    node: int
    port: int
    vlans: tuple[int, ...]
    read_at: datetime


class Places:
    """Places MACs in one network.

    Args:
        network: All that is known.
        ports: Of the network.
        links: All links found; they tell which ports lead on.
        resolved: Who announced what on which port.
        owner: MAC -> node, for MACs that one node holds.
        uplinks: Further ports known to lead to other bridges.
        directions: Which port leads from bridge to bridge.
    """

    def __init__(
        self,
        network: Network,
        ports: Ports,
        links: Sequence[LinkFound],
        resolved: Resolved,
        owner: Mapping[str, int],
        uplinks: Mapping[int, set[int]],
        directions: Directions,
    ) -> None:
        self._network = network
        self._directions = directions
        self._pairs = Pairs(network, ports)
        self.ways = Ways(network, directions, self._pairs)
        self._ports = ports
        self._owner = owner
        self._leads_to = self._leading(links, uplinks)
        self._linked = {frozenset((link.a.node, link.b.node)) for link in links}
        self._heard_on = self._announced(resolved)
        self._doubtful = self._cut_off(ports)
        self._voice = self._voice_vlans()
        self._lasts: dict[tuple[tuple[int, int], ...], frozenset[tuple[int, int]]] = {}
        self._company = Counter[int]()
        self._edge: dict[str, list[_Seen]] = defaultdict(list)
        self._trunk: dict[str, list[_Seen]] = defaultdict(list)
        self._read_tables()

    def _leading(
        self, links: Sequence[LinkFound], uplinks: Mapping[int, set[int]]
    ) -> dict[int, set[int]]:
        """Return port -> bridges behind it, of which the forwarding table is known."""
        found: dict[int, set[int]] = defaultdict(set)
        for port, nodes in (*linked_ports(links).items(), *uplinks.items()):
            found[port] |= {node for node in nodes if node in self._network.tables}
        return {port: nodes for port, nodes in found.items() if nodes}

    def _announced(self, resolved: Resolved) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for announcement in self._network.announcements:
            remote = resolved.get(
                (announcement.node, announcement.port_name, announcement.key)
            )
            port = self._ports.by_id.get(announcement.port or 0)
            if remote is not None and port is not None:
                found[self._ports.shown(port).id].add(remote.node)
        return found

    def _cut_off(self, ports: Ports) -> set[int]:
        """Return the ports that may lead to a bridge which a table has no room for.

        In a table that was cut off the rows of the bridges themselves may be missing:
        that a port leads to none of them is then only known of switches whose
        neighbours announce themselves, or where it has hardly room for a bridge.
        """
        bridges = self._network.tables.keys()
        announced, led = (
            {ports.by_id[port].node for port, far in known.items() if far & bridges}
            for known in (self._heard_on, self._leads_to)
        )
        found = set()
        for node, table in self._network.tables.items():
            if table.complete or node in announced:
                continue
            listed = Counter(ports.at(node, row.if_index) for row in table.rows)
            found |= {
                port.id
                for port, rows in listed.items()
                if port is not None and (rows > 1 or node not in led)
            }
        return found

    def _voice_vlans(self) -> dict[int, int]:
        """Return port -> voice VLAN, as the switch or the phone on it says."""
        found = {
            self._ports.shown(port).id: announcement.voice_vlan
            for announcement in self._network.announcements
            if announcement.voice_vlan
            and (port := self._ports.by_id.get(announcement.port or 0))
        }
        for port in self._ports.by_id.values():
            if port.voice_vlan is not None:
                found[port.id] = port.voice_vlan
        return found

    def _read_tables(self) -> None:
        for node, table in self._network.tables.items():
            own = self._network.nodes[node].macs
            shown = {
                index: self._ports.at(node, index)
                for index in {row.if_index for row in table.rows}
            }
            rows: dict[tuple[str, int], list[int]] = defaultdict(list)
            for row in table.rows:
                port = shown[row.if_index]
                if port is not None and row.mac not in own:
                    rows[row.mac, port.id].append(row.vlan or 0)
            # Many rows have the same VLAN, and few tuples of VLANs differ.
            same: dict[tuple[int, ...], tuple[int, ...]] = {}
            self._company.update(port_id for _, port_id in rows)
            for (mac, port_id), vlans in rows.items():
                sorted_vlans = tuple(sorted(vlans))
                sorted_vlans = same.setdefault(sorted_vlans, sorted_vlans)
                seen = _Seen(node, port_id, sorted_vlans, table.read_at)
                trunk = port_id in self._leads_to
                (self._trunk if trunk else self._edge)[mac].append(seen)

    def all(self, among: Set[str] | None = None) -> dict[str, Place]:
        """Return the place of every MAC that any table, radio or neighbour knows.

        Args:
            among: The MACs of tables that are placed; all if None.
        """
        listed = {*self._edge, *self._trunk}
        found = {
            mac: self._dated(self._place(mac))
            for mac in sorted(listed if among is None else listed & among)
            if not is_nobody(mac) and not self._is_bridge(mac)
        }
        add_announced(found, self._network, self._ports, self._heard_on)
        add_intermediates(found, self._network, self._owner, self._heard_on)
        add_stations(found, self._network, self._owner)
        return found

    def leads_on(self, port: int) -> bool:
        """Whether a port leads to another bridge, or may do so."""
        return port in self._leads_to or port in self._doubtful

    def bridges(self) -> frozenset[str]:
        """Return the MACs of bridges: their links say where they are."""
        return frozenset(mac for mac in self._owner if self._is_bridge(mac))

    def _is_bridge(self, mac: str) -> bool:
        return is_bridge(mac, self._network, self._owner)

    def _dated(self, place: Place) -> Place:
        """Give a place that is not known the time of the newest table that lists it."""
        if place.read_at is not None:
            return place
        seen = (*self._edge.get(place.mac, ()), *self._trunk.get(place.mac, ()))
        return replace(place, read_at=max(each.read_at for each in seen))

    def _place(self, mac: str) -> Place:
        candidates = self._edge.get(mac, [])
        if len(candidates) != 1:
            candidates = self._nearest(mac)
        edge = [
            seen
            for seen in candidates
            if seen.port not in self._leads_to and seen.port not in self._doubtful
        ]
        if not edge:
            return self._between_bridges(mac, candidates)
        if len(edge) > 1:
            edge = self._narrow(mac, edge)
        if len(edge) == 2 and self._are_one_end(*edge):
            first, second = sorted(edge, key=lambda seen: seen.port)
            return replace(self._at(mac, first), also=End(second.node, second.port))
        if len(edge) > 1:
            return Place(mac=mac, reason=self._doubt(edge))
        other = self._elsewhere(mac, edge[0])
        if other is not None:
            return Place(mac=mac, reason=self._doubt([edge[0], other]))
        return self._at(mac, edge[0])

    def _are_one_end(self, a: _Seen, b: _Seen) -> bool:
        """Whether two ports are one end of an aggregate: of linked switches, bundled.

        The server has a cable to either (MLAG, vPC), and both learn it.
        """
        bundled = self._ports.is_aggregate(a.port) and self._ports.is_aggregate(b.port)
        return bundled and frozenset((a.node, b.node)) in self._linked

    def _elsewhere(self, mac: str, here: _Seen) -> _Seen | None:
        """Return where another bridge has a MAC that has moved, or moved away.

        That bridge sees it in another direction, and none further on in that
        direction sees it: it may be where no table was read, and this row left over.
        A much older table is not believed against this one.
        """
        every: tuple[_Seen, ...] = (*self._edge.get(mac, ()), *self._trunk.get(mac, ()))
        seen = [each for each in every if here.read_at - each.read_at <= STALE]
        for there in seen:
            toward = self._directions.toward(there.node, here.node)
            if there.node == here.node or toward in (None, there.port):
                continue
            if self._directions.may_lead(there.node, there.port, here.node):
                continue
            if not self._pairs.leads_away(there.node, there.port, here.node):
                continue
            if not any(self._is_beyond(there, other) for other in seen):
                return there
        return None

    def _nearest(self, mac: str) -> list[_Seen]:
        """Return where a MAC is seen and no other bridge sees it further on."""
        seen = (*self._edge.get(mac, ()), *self._trunk.get(mac, ()))
        return nearest(seen, self._directions, self._leads_to.keys(), self._is_beyond)

    def _is_beyond(self, here: _Seen, other: _Seen) -> bool:
        """Whether the other bridge is behind this port and sees the MAC further on."""
        if other.node == here.node:
            return False
        if not self._directions.may_lead(here.node, here.port, other.node):
            return False
        if self._directions.may_lead(other.node, other.port, here.node):
            return False
        back = self._directions.toward(other.node, here.node)
        return back is not None or other.port not in self._leads_to

    def _at(self, mac: str, seen: _Seen) -> Place:
        return Place(
            mac=mac,
            node=seen.node,
            port=seen.port,
            vlan=self._vlan(mac, seen),
            read_at=seen.read_at,
        )

    def _vlan(self, mac: str, seen: _Seen) -> int | None:
        """A phone is learned in its data and its voice VLAN; the latter is meant."""
        known = [vlan for vlan in seen.vlans if vlan]
        voice = self._voice.get(seen.port)
        node = self._owner.get(mac)
        is_phone = node is not None and self._network.nodes[node].kind in PHONES
        if voice in known and (is_phone or len(known) == 1):
            return voice
        others = [vlan for vlan in known if vlan != voice] or known
        return others[0] if others else None

    def _narrow(self, mac: str, candidates: list[_Seen]) -> list[_Seen]:
        """Decide between several ports, or leave them all."""
        candidates = self._last(candidates)
        newest = max(seen.read_at for seen in candidates)
        fresh = [s for s in candidates if newest - s.read_at <= STALE]
        node = self._owner.get(mac)
        announced = [s for s in fresh if node in self._heard_on.get(s.port, ())]
        return announced if len(announced) == 1 else fresh

    def _last(self, candidates: list[_Seen]) -> list[_Seen]:
        """Return those that no other is behind; all, where they are too many for that.

        The port with the fewest addresses is most likely the last one, and then most
        others need to be compared with it alone. Which ports lead to which does not
        depend on the address.
        """
        key = tuple((seen.node, seen.port) for seen in candidates)
        if key not in self._lasts:
            few_first = sorted(key, key=lambda end: self._company[end[1]])
            left = last_of(few_first, self._are_in_a_row, MOST_DISPUTED)
            self._lasts[key] = frozenset(left or key)
        last = self._lasts[key]
        return [seen for seen in candidates if (seen.node, seen.port) in last]

    def _are_in_a_row(self, here: tuple[int, int], there: tuple[int, int]) -> bool:
        """Whether a port leads to the bridge of another one."""
        return here[0] != there[0] and self._pairs.leads(*here, *there)

    def _doubt(self, candidates: list[_Seen]) -> str:
        named = sorted(
            f"{self._network.nodes[s.node].name} {self._ports.by_id[s.port].name}"
            for s in candidates
        )
        return Said(
            N_("learned at {count} places: {names}"),
            count=len(named),
            names=", ".join(named[:4]),
        )

    def _between_bridges(self, mac: str, nearest: list[_Seen]) -> Place:
        """Place a MAC that is seen only on ports which lead to bridges.

        It is on a bridge whose table was not read, or that does not list it.
        """
        cut = [seen for seen in nearest if seen.port in self._doubtful]
        if cut:
            names = sorted({self._network.nodes[s.node].name for s in cut})
            what = Said(
                N_("the table was cut off: {names}"), names=", ".join(names[:4])
            )
            return Place(mac=mac, reason=what)
        unread = {b for seen in nearest for b in self._unread(seen.port)}
        shares = [seen for seen in nearest if unread & self._unread(seen.port)]
        if len(unread) == 1 and len(shares) == len(nearest):
            first = min(nearest, key=lambda seen: seen.port)
            bridge = min(unread)
            if self._owner.get(mac) == bridge:
                return self._at(mac, first)
            return replace(self._at(mac, first), behind=bridge, via="neighbour")
        if len(nearest) == 1 and not unread:
            return self._behind(mac, nearest[0])
        names = sorted({self._network.nodes[s.node].name for s in nearest})
        what = Said(
            N_("seen only between switches: {names}"), names=", ".join(names[:4])
        )
        return Place(mac=mac, reason=what)

    def _unread(self, port: int) -> set[int]:
        """Return the bridges that announce themselves on a port without a table."""
        return {
            node
            for node in self._heard_on.get(port, ())
            if node not in self._network.tables
            and self._network.nodes[node].kind in SWITCHING
        }

    def _behind(self, mac: str, seen: _Seen) -> Place:
        """Place a MAC behind a bridge that was read but does not list it."""
        behind = self._leads_to[seen.port]
        near = behind & self._heard_on.get(seen.port, set()) or behind
        if len(near) != 1:
            names = sorted(self._network.nodes[node].name for node in near)
            what = Said(N_("behind one of {names}"), names=", ".join(names[:4]))
            return Place(mac=mac, reason=what)
        bridge = next(iter(near))
        node = self._network.nodes[bridge]
        if self._owner.get(mac) == bridge:
            return self._at(mac, seen)
        if node.kind not in SWITCHING:
            via = "wireless" if node.kind in RADIOS else "host"
            return replace(self._at(mac, seen), behind=bridge, via=via)
        return Place(
            mac=mac,
            node=bridge,
            vlan=self._vlan(mac, seen),
            via="neighbour",
            reason=Said(N_("behind {name}, which does not list it"), name=node.name),
            read_at=seen.read_at,
        )
