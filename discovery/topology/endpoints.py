"""Devices that are known only because others saw or heard them. Pure.

A Windows computer that answers nothing, a phone that LLDP-MED describes: what others
know of it becomes an observation like any other, so that matching, identification and
the register treat it alike. `heard` observations hold announcements, `seen` ones a MAC
with its addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors.facts import Address, Clue, Interface, Neighbour, Observation
from discovery.matching import placeholders
from discovery.matching.identifiers import Identifier, announced_numbers
from discovery.topology.model import SWITCHING, Network, Ports, is_bridge, is_nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAnnouncement:
    """One announcement with who heard it and whom it is taken for.

    Attributes:
        node: The device it is taken for, if any.
        kind: Its type, empty if unknown.
        managed: Whether that device answers itself.
        at: When the one who heard it was last read.
    """

    neighbour: Neighbour
    node: int | None = None
    kind: str = ""
    managed: bool = False
    at: datetime


def announced_endpoints(
    heard: Iterable[HeardAnnouncement], site: str, macs: Mapping[str, str]
) -> list[Observation]:
    """Return an observation for each endpoint that announced itself.

    What switches, routers and firewalls say of themselves is left out if they answer:
    their neighbours know nothing better.

    Args:
        heard: Announcements.
        site: Where they were heard.
        macs: Address -> MAC, for phones that announce themselves by address only.
    """
    by_key: dict[str, list[HeardAnnouncement]] = defaultdict(list)
    for each in heard:
        if _answers(each):
            continue
        key = _key(each.neighbour, macs)
        if key is not None:
            by_key[key].append(each)
    found = []
    for key, group in sorted(by_key.items()):
        newest = max(each.at for each in group)
        recent = [each.neighbour for each in group if each.at == newest]
        distinct = {_plain(n): n for n in recent}
        found.append(
            Observation(
                address=key,
                collector="heard",
                seen_at=newest,
                site=site,
                neighbours=tuple(distinct[k] for k in sorted(distinct)),
                clues=_mac_clue(key),
                reads=frozenset(("neighbours", "clues")),
            )
        )
    return found


def recognised(
    heard: Iterable[HeardAnnouncement], site: str, macs: Mapping[str, str]
) -> dict[str, int]:
    """Return key -> device of announcements whose device answers itself by now.

    By that key a device of its own may have been made of the announcement, while
    nothing of the box had been read yet. Arguments as of `announced_endpoints`.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for each in heard:
        if each.node is None or not _answers(each):
            continue
        key = _key(each.neighbour, macs)
        if key is not None:
            found[key].add(each.node)
    return {key: min(nodes) for key, nodes in found.items() if len(nodes) == 1}


def _answers(each: HeardAnnouncement) -> bool:
    """Whether it is of a switch, router or firewall that answers itself."""
    return each.managed and each.kind in SWITCHING


def _key(neighbour: Neighbour, macs: Mapping[str, str]) -> str | None:
    """Return what the announcements of one endpoint have in common; None for nobody.

    A MAC if there is one, so that LLDP and CDP of one phone come together.
    """
    joining: list[Identifier] = [i for i in announced_numbers(neighbour) if i.joins]
    by_kind = {i.kind: i.value for i in reversed(joining)}
    by_address = (macs.get(ip) for ip in neighbour.management_addresses)
    resolved = next((mac for mac in by_address if mac is not None), None)
    return by_kind.get("mac") or resolved or by_kind.get("serial")


def _mac_clue(key: str) -> tuple[Clue, ...]:
    return (Clue("mac", key, "heard"),) if key.count(":") == 5 else ()


def _plain(neighbour: Neighbour) -> str:
    """Order announcements by content: who heard them does not matter."""
    return repr(
        (neighbour.protocol, neighbour.chassis_id, neighbour.port_id, neighbour)
    )


def listed_macs(
    network: Network, ports: Ports, owner: Mapping[str, int]
) -> dict[str, datetime | None]:
    """Return what tables and radios list, and the newest table that does.

    None where a radio alone does. Bridges and virtual routers are nobody's endpoint.

    Args:
        network: All that is known.
        ports: Of the network.
        owner: MAC -> node, for MACs that one node holds.
    """
    found: dict[str, datetime | None] = {s.mac: None for s in network.stations}
    for node, table in sorted(network.tables.items(), key=lambda t: t[1].read_at):
        own, indexes = network.nodes[node].macs, {r.if_index for r in table.rows}
        shown = {i for i in indexes if ports.at(node, i) is not None}
        macs = {row.mac for row in table.rows if row.if_index in shown}
        found.update(dict.fromkeys(macs - own, table.read_at))
    return {
        mac: at
        for mac, at in found.items()
        if not is_nobody(mac) and not is_bridge(mac, network, owner)
    }


def learned_endpoints(
    listed: Mapping[str, datetime | None],
    addresses: Mapping[str, tuple[str, ...]],
    known: Mapping[str, frozenset[int]],
    told_only: frozenset[int],
    site: str,
    *,
    default: datetime,
) -> list[Observation]:
    """Return an observation for each MAC that belongs to no device that answers.

    Whoever announces itself is in it as well: which address it has is then known
    whatever was read first, its announcement or the tables that list it.

    Args:
        listed: MAC -> when the newest table that lists it was read.
        addresses: MAC -> its IP addresses.
        known: MAC -> the devices that hold it.
        told_only: Devices known from what others tell alone.
        site: Of the tables.
        default: When, where no table does.
    """
    found = []
    for mac, at in sorted(listed.items()):
        holders = known.get(mac, frozenset())
        if placeholders.is_shared_mac(mac) or not holders <= told_only:
            continue
        card = Interface(if_index=0, name="", mac=mac, physical=True)
        found.append(
            Observation(
                address=mac,
                collector="seen",
                seen_at=at or default,
                site=site,
                interfaces=(card,),
                addresses=tuple(Address(ip=ip) for ip in addresses.get(mac, ())),
                clues=(Clue("mac", mac, "forwarding table"),),
                reads=frozenset(("addresses", "interfaces", "clues")),
            )
        )
    return found
