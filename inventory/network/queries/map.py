"""The topology of a site as nodes and edges, for a picture or another program.

May import `inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.queries.topology import announced_port
from inventory.network.tables import Device, Interface
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.storage.rows import table_of

_device = table_of(Device)
_link = table_of(Link)
_sighting = table_of(Sighting)
_neighbour = table_of(DeviceNeighbour)
_port = table_of(Interface)

INFRASTRUCTURE = frozenset(("switch", "router", "firewall", "wireless"))
"""Types of devices that others are plugged into."""


def map_sites(connection: Connection) -> list[str]:
    """Return the sites that have devices."""
    query = select(_device.c.site).distinct().where(_device.c.merged_at.is_(None))
    return sorted(connection.scalars(query))


def network_map(
    connection: Connection, site: str | None, *, endpoints: bool = False
) -> dict[str, list[dict[str, Any]]]:
    """Return `nodes` and `edges` of a site, or of all sites.

    A node has `id`, `name`, `type`, `site` and `managed`. An edge has `a`, `b`,
    `a_port`, `b_port`, `kind`, `evidence` and `members` (the pairs of ports of a
    bundle of cables); the ends are ids of nodes. Switches and
    their like are nodes even where no link of them is known. A neighbour that was
    heard but not visited is a node too: its id is negative, the kind of its edges
    `unvisited`.

    Args:
        connection: Where.
        site: Which; None for all.
        endpoints: With what is plugged in, joined to its switch or, where something
            lies between, to that.
    """
    edges = _links(connection, site)
    if endpoints:
        edges += _places(connection, site, {(e["a"], e["b"]) for e in edges})
    used = {edge[end] for edge in edges for end in ("a", "b")}
    shown = ("id", "name", "type", "site", "managed")
    query = select(*(_device.c[name] for name in shown)).order_by(_device.c.id)
    query = _of_site(query.where(_device.c.merged_at.is_(None)), _device, site)
    nodes = [
        dict(row)
        for row in connection.execute(query).mappings()
        if row["id"] in used or (row["managed"] and row["type"] in INFRASTRUCTURE)
    ]
    beyond, heard = _unvisited(connection, site, endpoints=endpoints)
    nodes, edges = nodes + beyond, edges + heard
    known = {node["id"] for node in nodes}
    # A link may still lead to a device that was merged into another one since.
    edges = [edge for edge in edges if {edge["a"], edge["b"]} <= known]
    return {"nodes": nodes, "edges": edges}


def _unvisited(
    connection: Connection, site: str | None, *, endpoints: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return nodes and edges of neighbours that are no device we know.

    What several switches heard under one name, or with one chassis id, is one node.
    """
    query = (
        select(_neighbour, _device.c.site)
        .join(_device, _device.c.id == _neighbour.c.device_id)
        .where(
            _neighbour.c.removed_at.is_(None),
            _neighbour.c.remote_device_id.is_(None),
            _device.c.merged_at.is_(None),
        )
        .order_by(_neighbour.c.id)
    )
    if not endpoints:
        # Only what others are plugged into needs a reason for not being visited.
        query = query.where(_neighbour.c.reason.is_not(None))
    nodes: dict[tuple[str, str], dict[str, Any]] = {}
    edges = []
    for row in connection.execute(_of_site(query, _device, site)):
        name = row.sys_name or row.chassis_id or row.port_id or f"neighbour {row.id}"
        key = (row.site, (row.chassis_id or name).lower())
        node = nodes.setdefault(
            key,
            {
                "id": -row.id,
                "name": name,
                "type": None,
                "site": row.site,
                "managed": False,
            },
        )
        edges.append(
            {
                "a": row.device_id,
                "b": node["id"],
                "a_port": row.port,
                "b_port": row.port_id,
                "kind": "unvisited",
                "evidence": [row.protocol],
                "members": [],
            }
        )
    return list(nodes.values()), edges


def _of_site(query: Select[Any], table: Table, site: str | None) -> Select[Any]:
    return query if site is None else query.where(table.c.site == site)


def _links(connection: Connection, site: str | None) -> list[dict[str, Any]]:
    a, b = _port.alias("a"), _port.alias("b")
    query = (
        select(
            _link.c.a_device_id.label("a"),
            _link.c.b_device_id.label("b"),
            func.coalesce(a.c.name, announced_port("a", "b", b)).label("a_port"),
            func.coalesce(b.c.name, announced_port("b", "a", a)).label("b_port"),
            _link.c.kind,
            _link.c.evidence,
            _link.c.members,
        )
        .outerjoin(a, a.c.id == _link.c.a_interface_id)
        .outerjoin(b, b.c.id == _link.c.b_interface_id)
        .where(_link.c.closed_at.is_(None))
        .order_by(_link.c.id)
    )
    query = _of_site(query, _link, site)
    return [dict(row) for row in connection.execute(query).mappings()]


def _places(
    connection: Connection, site: str | None, linked: set[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Return an edge for each endpoint that no link shows already."""
    query = (
        select(
            _sighting.c.device_id,
            _sighting.c.behind_id,
            _sighting.c.endpoint_id,
            _sighting.c.via,
            _port.c.name.label("port"),
        )
        .outerjoin(_port, _port.c.id == _sighting.c.interface_id)
        .where(_sighting.c.closed_at.is_(None))
        .where(_sighting.c.device_id.is_not(None))
        .where(_sighting.c.endpoint_id.is_not(None))
        .order_by(_sighting.c.id)
    )
    query = _of_site(query, _sighting, site)
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row in connection.execute(query):
        near = row.behind_id or row.device_id
        pair = (near, row.endpoint_id)
        if near == row.endpoint_id or pair in linked or pair[::-1] in linked:
            continue
        found[pair] = {
            "a": near,
            "b": row.endpoint_id,
            "a_port": None if row.behind_id else row.port,
            "b_port": None,
            "kind": row.via or "endpoint",
            "evidence": ["fdb"],
            "members": [],
        }
    return list(found.values())
