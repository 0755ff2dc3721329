"""Topic peers: BGP, OSPF and EIGRP neighbours and the default gateway. Pure.

Hints where to look next. BGP4-MIB (RFC 4273), OSPF-MIB (RFC 4750), CISCO-BGP4-MIB for
IPv6, CISCO-EIGRP-MIB; of IP-FORWARD-MIB (RFC 4292) only the default route is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.facts import Peer
from collectors.snmp.smi_values import inet_index, ip, ip_arcs, number, oid
from collectors.snmp.topic import Cells, Group, Topic, columns

BGP_ENTRY = oid("1.3.6.1.2.1.15.3.1")
OSPF_ENTRY = oid("1.3.6.1.2.1.14.10.1")
CISCO_BGP_ENTRY = oid("1.3.6.1.4.1.9.9.187.1.2.5.1")

EIGRP_ENTRY = oid("1.3.6.1.4.1.9.9.449.1.4.1.1")
INET_DEFAULT_ROUTE = oid("1.3.6.1.2.1.4.24.7.1.7.1.4.0.0.0.0.0")
CIDR_DEFAULT_ROUTE = oid("1.3.6.1.2.1.4.24.4.1.4.0.0.0.0.0.0.0.0")
DEFAULT_ROUTE = oid("1.3.6.1.2.1.4.21.1.7.0.0.0.0")

TOPIC = Topic(
    "peers",
    (
        Group(columns(BGP_ENTRY, 1, 2, 9)),
        Group(columns(OSPF_ENTRY, 3, 6)),
        Group(columns(CISCO_BGP_ENTRY, 3, 11, 12)),
        Group(columns(EIGRP_ENTRY, 3)),
        Group((INET_DEFAULT_ROUTE,)),
        Group((CIDR_DEFAULT_ROUTE,), unless=(INET_DEFAULT_ROUTE,)),
        Group((DEFAULT_ROUTE,), unless=(INET_DEFAULT_ROUTE, CIDR_DEFAULT_ROUTE)),
    ),
)
_ESTABLISHED = 6
_TWO_WAY = 4
GATEWAY = "gateway"
"""Protocol of a peer that is only where packets for elsewhere go."""
_UNSPECIFIED = ("0.0.0.0", "::")  # noqa: S104 - compared, never bound


def parse_peers(cells: Cells) -> tuple[Peer, ...]:
    """Return each peer once a protocol; the wider table of a protocol wins."""
    found: dict[tuple[str, str], Peer] = {}
    for peer in _told(cells):
        if peer.ip not in _UNSPECIFIED:
            found.setdefault((peer.protocol, peer.ip), peer)
    return tuple(found.values())


def _told(cells: Cells) -> Iterator[Peer]:
    yield from _bgp(cells)
    yield from _cisco_bgp(cells)
    yield from _ospf(cells)
    for value in cells.column((*EIGRP_ENTRY, 3)).values():
        address = ip(value) if isinstance(value, bytes) else None
        if address:
            yield Peer(ip=address, protocol="eigrp", up=True)
    for address in _gateways(cells):
        yield Peer(ip=address, protocol=GATEWAY)


def _gateways(cells: Cells) -> Iterator[str]:
    """Yield the next hops of the default route; of RFC 4292 they end the index."""
    hops = [ip(value) for value in cells.column(DEFAULT_ROUTE).values()]
    hops += [ip_arcs(index[-4:]) for index in cells.column(CIDR_DEFAULT_ROUTE)]
    hops += [
        ip_arcs(index[-4:])
        for index in cells.column(INET_DEFAULT_ROUTE)
        if index[-6:-4] == (1, 4)
    ]
    yield from (hop for hop in hops if hop)


def _bgp(cells: Cells) -> Iterator[Peer]:
    for index, row in cells.rows(BGP_ENTRY, 1, 2, 9):
        address = ip_arcs(index)
        if address:
            yield Peer(
                ip=address,
                protocol="bgp",
                router_id=_router_id(row.get(1)),
                up=row.get(2) == _ESTABLISHED if 2 in row else None,
                remote_as=number(row.get(9)),
            )


def _cisco_bgp(cells: Cells) -> Iterator[Peer]:
    for index, row in cells.rows(CISCO_BGP_ENTRY, 3, 11, 12):
        parsed = inet_index(index)
        if parsed:
            yield Peer(
                ip=parsed[0],
                protocol="bgp",
                router_id=_router_id(row.get(12)),
                up=row.get(3) == _ESTABLISHED if 3 in row else None,
                remote_as=number(row.get(11)),
            )


def _ospf(cells: Cells) -> Iterator[Peer]:
    for index, row in cells.rows(OSPF_ENTRY, 3, 6):
        address = ip_arcs(index[:4])
        state = number(row.get(6))
        if address:
            yield Peer(
                ip=address,
                protocol="ospf",
                router_id=_router_id(row.get(3)),
                up=state >= _TWO_WAY if state is not None else None,
            )


def _router_id(value: object) -> str | None:
    found = ip(value) if isinstance(value, bytes) else None
    return None if found in _UNSPECIFIED else found
