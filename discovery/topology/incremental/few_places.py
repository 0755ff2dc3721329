"""Where a few addresses are, from those tables alone that know them.

The rest of the site stays as it was concluded before: its links, and who announced
what. What comes out is what the whole site would say of these addresses; where a part
cannot tell that, nothing comes out, and the whole has to be looked at.

May import SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from discovery.topology.bridges import Directions, bridges_seen
from discovery.topology.compute import Topology
from discovery.topology.endpoints import listed_macs
from discovery.topology.incremental.before_visit import Before
from discovery.topology.incremental.read_parts import KnownLink, SiteParts
from discovery.topology.links import BRIDGING, Remote
from discovery.topology.load_site import SiteNetwork, newest_complete, voice_vlan_of
from discovery.topology.model import (
    PROXY_LIMIT,
    RADIOS,
    Announcement,
    LinkFound,
    Network,
    Node,
    Ports,
    Table,
    is_nobody,
)
from discovery.topology.placement import Places

MOST_TABLES = 64
"""Tables that list the addresses; of more, the whole is as quick."""
MOST_MACS = 512


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a site: what is stored of it and what is drawn.

    Attributes:
        listed: MAC -> when the newest table that lists it was read, of those placed.
    """

    found: SiteNetwork
    drawn: Topology
    listed: Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Doubts:
    """What visits brought that may change where something is.

    Attributes:
        macs: Addresses that may be somewhere else, or have other IP addresses.
        ways: (device, bridge seen by it, port) where a forwarding table begins or
            ceases to say through which port a bridge is reached.
    """

    macs: set[str] = field(default_factory=set)
    ways: set[tuple[int, int, int]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.macs or self.ways)


class FewPlaces:
    """Places of the addresses in doubt after some visits.

    Args:
        parts: Of the site.
        visited: Devices that were visited, as they were before.
        doubts: What these visits brought.
    """

    def __init__(
        self, parts: SiteParts, visited: Sequence[Before], doubts: Doubts
    ) -> None:
        self._parts = parts
        self._visited = {before.device_id: before for before in visited}
        self._doubts = doubts
        self._macs = {mac for mac in doubts.macs if not is_nobody(mac)}
        self._known_links = parts.links()

    def draw(self) -> Part | None:
        """Return the part of the site around the doubts; None if it does not suffice.

        Only the places that may differ are in it.
        """
        links = self._links()
        stored = self._parts.sightings(self._macs)
        if links is None or any(row.via == "wireless" for row in stored):
            return None
        devices = {row.device_id for row in stored if row.device_id is not None}
        devices |= self._parts.listing(self._macs) | self._visited.keys()
        owners = self._parts.owners(self._macs)
        endpoints = {device for found in owners.values() for device in found}
        near = _Part(self._parts, links, devices, endpoints)
        if near.is_too_much() or not near.are_neutral(self._doubts.ways):
            return None
        ports = near.edges(self._macs) | {
            row.interface_id for row in stored if row.interface_id is not None
        }
        ports |= {port for node in endpoints for port in near.heard_at(node)}
        macs, others = self._around(near, ports)
        more = devices | self._parts.listing(macs - self._macs)
        wide = near
        if not (more <= devices and others <= endpoints):
            wide = _Part(self._parts, links, more, endpoints | others)
        if wide.is_too_much() or len(macs) > MOST_MACS or wide.is_special(macs):
            return None
        return self._placed(wide, macs, ports)

    def _links(self) -> list[LinkFound] | None:
        """Return the links; None if one may be stored that is there no more."""
        ends = {
            end.node
            for known in self._known_links
            for end in (known.link.a, known.link.b)
        }
        visits = [
            (device, self._visited[device].reads if device in self._visited else reads)
            for device, reads in self._parts.visits(ends)
        ]
        times = SiteNetwork(
            network=Network(nodes={}, ports=()),
            addresses={},
            heard={},
            read_at=self._read_at(ends),
            heard_at=newest_complete(visits, "neighbours"),
            learned_at=newest_complete(visits, "fdb"),
            primary={},
            known={},
        )
        return (
            None
            if any(_is_left_over(times, known) for known in self._known_links)
            else [known.link for known in self._known_links]
        )

    def _read_at(self, devices: Set[int]) -> dict[int, datetime]:
        found = {
            row.id: row.last_seen for row in self._parts.devices(devices) if row.managed
        }
        before = {
            device: before.seen_at
            for device, before in self._visited.items()
            if before.seen_at is not None and device in found
        }
        return found | before

    def _around(self, near: _Part, ports: Set[int]) -> tuple[set[str], set[int]]:
        """Return the MACs on some ports and of whoever is there, and their devices."""
        macs = self._macs | near.listed_at(ports)
        owners = self._parts.owners(macs)
        endpoints = {device for found in owners.values() for device in found}
        endpoints |= {node for port in ports for node in near.heard_on(port)}
        endpoints -= self._parts.tables.keys()
        own = self._parts.macs(endpoints)
        return macs.union(*own.values()), endpoints

    def _placed(self, wide: _Part, macs: set[str], ports: Set[int]) -> Part | None:
        drawn = wide.topology(macs)
        places = {
            mac: place
            for mac, place in drawn.places.items()
            if mac in self._macs or (mac in macs and place.port in ports)
        }
        doubtful = [places[mac] for mac in self._macs & places.keys()]
        leading = (place.port for place in doubtful if place.port is not None)
        if any(map(wide.leads_on, leading)):
            return None
        bound = self._parts.bindings(macs)
        if any(len(ips) > PROXY_LIMIT for ips in bound.values()):
            return None
        found = replace(wide.site(), addresses=bound)
        return Part(found, replace(drawn, places=places), wide.listed(places.keys()))


def _is_left_over(times: SiteNetwork, known: KnownLink) -> bool:
    """Whether an end that told of a link was read again since it was last found."""
    told_at = times.told_at(known.link)
    return told_at is not None and told_at > known.last_seen


class _Part:
    """Some devices with their tables, among all links of the site."""

    def __init__(
        self,
        parts: SiteParts,
        links: Sequence[LinkFound],
        devices: Set[int],
        endpoints: Set[int],
    ) -> None:
        self._parts = parts
        self._links = links
        self._whole = {device for device in devices if device in parts.tables}
        self._too_much = len(self._whole) > MOST_TABLES
        if self._too_much:
            return
        self._heard = parts.heard(devices | self._whole, endpoints)
        remotes = {row.remote_device_id for row in self._heard} - {None}
        asked = {*devices, *endpoints, *remotes, *parts.tables}
        self._rows = {row.id: row for row in parts.devices(asked)}
        self._near = [
            link for link in links if {link.a.node, link.b.node} & self._whole
        ]
        ends = {
            end.port
            for link in self._near
            for end in (link.a, link.b)
            if end.port is not None
        }
        hearing = {row.device_id for row in self._heard}
        self.ports = Ports(parts.ports({*devices, *hearing}, ends))
        self._tables = self._taken_apart()
        self._network = self._read(endpoints)
        self._sees = bridges_seen(self._network, self.ports, self._owner)
        self._directions = Directions(self._bridging(), self._sees)
        self._places = self._make_places()

    def _taken_apart(self) -> dict[int, Table]:
        """Return the tables; of those that are not looked at, only the times."""
        return {
            device: self._parts.table(device)
            if device in self._whole
            else Table((), packed.read_at, packed.complete)
            for device, packed in self._parts.tables.items()
        }

    def _read(self, endpoints: Set[int]) -> Network:
        """Read who holds the MACs of the tables, and return the network."""
        own = self._parts.macs(self._whole | endpoints)
        listed = {r.mac for d in self._whole for r in self._tables[d].rows}
        listed |= {mac for device in endpoints for mac in own[device]}
        self._known = self._parts.owners(listed)
        self._owner = {
            mac: next(iter(found))
            for mac, found in self._known.items()
            if len(found) == 1
        }
        return Network(
            nodes={row.id: _node(row, own[row.id]) for row in self._rows.values()},
            ports=list(self.ports.by_id.values()),
            announcements=[_announcement(row) for row in self._heard],
            tables=self._tables,
        )

    def is_too_much(self) -> bool:
        """Whether the part is no smaller than the whole."""
        return self._too_much

    def _bridging(self) -> list[LinkFound]:
        tables = self._parts.tables.keys()
        return [k for k in self._links if {k.a.node, k.b.node} <= tables]

    def _make_places(self) -> Places:
        uplinks: dict[int, set[int]] = {}
        for seen in self._sees.values():
            for other, port in seen.items():
                uplinks.setdefault(port, set()).add(other)
        remotes = {
            (row.device_id, row.port, row.key): Remote(
                row.remote_device_id, row.remote_interface_id
            )
            for row in self._heard
            if row.remote_device_id in self._rows
        }
        return Places(
            self._network,
            self.ports,
            self._near,
            remotes,
            self._owner,
            uplinks,
            self._directions,
        )

    def leads_on(self, port: int) -> bool:
        """Whether a port leads to another bridge, or may do so."""
        return self._places.leads_on(port)

    def heard_on(self, port: int) -> set[int]:
        """Return the devices that announce themselves at a port."""
        return {
            row.remote_device_id
            for row in self._heard
            if row.remote_device_id is not None and self._port(row) == port
        }

    def heard_at(self, device: int) -> set[int]:
        """Return the ports at which a device announces itself."""
        found = {self._port(r) for r in self._heard if r.remote_device_id == device}
        return {port for port in found if port is not None}

    def _port(self, row: Row[Any]) -> int | None:
        port = self.ports.by_id.get(row.port_row or 0)
        return None if port is None else self.ports.shown(port).id

    def edges(self, macs: Set[str]) -> set[int]:
        """Return the ports that list one of some MACs and lead to no bridge."""
        found = {
            port.id
            for device in self._whole
            for index in {
                r.if_index for r in self._tables[device].rows if r.mac in macs
            }
            if (port := self.ports.at(device, index)) is not None
        }
        return {port for port in found if not self.leads_on(port)}

    def listed_at(self, ports: Set[int]) -> set[str]:
        """Return the MACs that tables list at some ports which lead to no bridge."""
        found: set[str] = set()
        for device in self._whole:
            rows = self._tables[device].rows
            shown = {i: self.ports.at(device, i) for i in {r.if_index for r in rows}}
            here = {
                index
                for index, port in shown.items()
                if port is not None and port.id in ports and not self.leads_on(port.id)
            }
            found |= {row.mac for row in rows if row.if_index in here}
        return {mac for mac in found if not is_nobody(mac)}

    def is_special(self, macs: Set[str]) -> bool:
        """Whether some MACs are placed by more than tables: radios and bridges."""
        owners = {self._owner[mac] for mac in macs & self._owner.keys()}
        return any(
            self._network.nodes[node].kind in RADIOS or node in self._parts.tables
            for node in owners
        )

    def are_neutral(self, ways: Iterable[tuple[int, int, int]]) -> bool:
        """Whether links tell the same as what a table said, or says, of bridges.

        The port must be that of an announced link to a bridge, so that no link can be
        inferred there, and the links must lead there as well.
        """
        ways = set(ways)
        if not ways:
            return True
        if any(link.evidence == ("fdb",) for link in self._links):
            return False
        alone = Directions(self._bridging(), {})
        announced = {
            self._port(row)
            for row in self._heard
            if BRIDGING & set(row.capabilities)
            and row.remote_device_id in self._parts.tables
        }
        return all(
            port in announced and alone.toward(device, bridge) == port
            for device, bridge, port in ways
        )

    def listed(self, macs: Set[str]) -> dict[str, datetime | None]:
        """Return those of some MACs that tables list, and when the newest was read."""
        every = listed_macs(self._network, self.ports, self._owner)
        return {mac: at for mac, at in every.items() if mac in macs}

    def topology(self, macs: Set[str]) -> Topology:
        """Return where some MACs are; links and announcements are left out."""
        places = self._places.all(among=macs)
        return Topology({}, [], places, frozenset(), self._places.ways)

    def site(self) -> SiteNetwork:
        """Return what goes with the part; who heard whom is left out."""
        devices = {device for found in self._known.values() for device in found}
        rows = self._parts.devices(devices)
        return SiteNetwork(
            network=self._network,
            addresses={},
            heard={},
            read_at={},
            heard_at={},
            learned_at={},
            primary={row.id: row.address for row in rows if self._parts.is_shown(row)},
            known={mac: frozenset(found) for mac, found in self._known.items()},
            told_only=self._parts.told_only(devices),
        )


def _node(row: Row[Any], macs: set[str]) -> Node:
    return Node(
        id=row.id,
        kind=row.type or "",
        name=row.name,
        macs=frozenset(macs),
        managed=row.managed,
    )


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(
        node=row.device_id,
        key=row.key,
        port=row.port_row,
        port_name=row.port,
        protocol="",
        capabilities=frozenset(row.capabilities),
        voice_vlan=voice_vlan_of(row.med or {}),
    )
