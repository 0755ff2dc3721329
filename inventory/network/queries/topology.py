"""Where things are and were: links, sightings, unknown neighbours.

All functions take a connection and return plain mappings. May import
`inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, case, func, or_, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.tables import Device, Interface
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import table_of

Span = tuple[datetime, datetime]
"""From - to, half-open."""

_sighting = table_of(Sighting)
_link = table_of(Link)
_device = table_of(Device)
_neighbour = table_of(DeviceNeighbour)
_switch = _device.alias("switch")
_endpoint = _device.alias("endpoint")
_port = table_of(Interface).alias("port")


def plugged_in(connection: Connection, device_id: int) -> list[dict[str, Any]]:
    """Return the open sightings of a device: switch, port, VLAN, address, via."""
    query = _sightings().where(
        _sighting.c.endpoint_id == device_id, _sighting.c.closed_at.is_(None)
    )
    return _rows(connection, query.order_by(_sighting.c.mac, _sighting.c.ip))


def where_was(
    connection: Connection,
    *,
    mac: str | None = None,
    ip: str | None = None,
    during: Span | None = None,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """Return where a MAC or an address was, newest first.

    Args:
        connection: Where.
        mac: Canonical MAC address.
        ip: Canonical IP address; one of the two must be given.
        during: Only places held in this time; None for the whole history.
        limit: At most so many intervals.
    """
    query = _sightings()
    if mac is not None:
        query = query.where(_sighting.c.mac == mac)
    if ip is not None:
        query = query.where(_sighting.c.ip == ip)
    if during is not None:
        query = _held(query, during)
    query = query.order_by(_sighting.c.last_seen.desc(), _sighting.c.id.desc())
    return _rows(connection, query.limit(limit))


def on_port(
    connection: Connection,
    device_id: int,
    interface_id: int,
    *,
    during: Span | None = None,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """Return what was seen on a port, newest first; in some time or ever."""
    query = _sightings().where(
        _sighting.c.device_id == device_id,
        _sighting.c.interface_id == interface_id,
    )
    if during is not None:
        query = _held(query, during)
    query = query.order_by(_sighting.c.last_seen.desc(), _sighting.c.id.desc())
    return _rows(connection, query.limit(limit))


def links_of(connection: Connection, device_id: int) -> list[dict[str, Any]]:
    """Return the open links of a device, both ends by name."""
    query = _links().where(
        or_(_link.c.a_device_id == device_id, _link.c.b_device_id == device_id)
    )
    return _rows(connection, query.order_by(_link.c.id))


def list_links(
    connection: Connection,
    *,
    site: str | None = None,
    after: str | None = None,
    limit: int = 200,
) -> Page:
    """Return a page of open links with the names of devices and ports."""
    query = _links()
    if site is not None:
        query = query.where(_link.c.site == site)
    return fetch_page(
        connection,
        query,
        keys={"id": _link.c.id},
        sort="id",
        row_id=_link.c.id,
        after=after,
        limit=limit,
    )


def list_unknown_neighbours(
    connection: Connection,
    *,
    acknowledged: bool | None = False,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of neighbours that are not devices we know, with the reason.

    Args:
        connection: Where.
        acknowledged: Only those a person has (True) or has not (False) dealt with.
        after: `Page.next` of the page before.
        limit: Rows on a page.
    """
    local = _device.alias("local")
    query = (
        select(
            _neighbour,
            local.c.name.label("device_name"),
            local.c.site.label("site"),
        )
        .join(local, local.c.id == _neighbour.c.device_id)
        .where(_neighbour.c.removed_at.is_(None))
        .where(_neighbour.c.reason.is_not(None))
    )
    if acknowledged is not None:
        stamp = _neighbour.c.acknowledged_at
        query = query.where(stamp.is_not(None) if acknowledged else stamp.is_(None))
    return fetch_page(
        connection,
        query,
        keys={"name": func.coalesce(_neighbour.c.sys_name, "")},
        sort="name",
        row_id=_neighbour.c.id,
        after=after,
        limit=limit,
    )


def _sightings() -> Select[Any]:
    return (
        select(
            _sighting,
            _switch.c.name.label("device_name"),
            _port.c.name.label("port"),
            _port.c.alias.label("port_alias"),
            _endpoint.c.name.label("endpoint_name"),
            _endpoint.c.type.label("endpoint_type"),
        )
        .outerjoin(_switch, _switch.c.id == _sighting.c.device_id)
        .outerjoin(_port, _port.c.id == _sighting.c.interface_id)
        .outerjoin(_endpoint, _endpoint.c.id == _sighting.c.endpoint_id)
    )


def _held(query: Select[Any], during: Span) -> Select[Any]:
    """Keep the places whose interval overlaps a time.

    A place holds until something is seen elsewhere, not only until it was last seen.
    """
    start, end = during
    closed = _sighting.c.closed_at
    return query.where(
        _sighting.c.first_seen < end, or_(closed.is_(None), closed > start)
    )


def devices_named(connection: Connection, name: str) -> list[int]:
    """Return the living devices with a name or an address, in any case."""
    folded = name.lower()
    query = select(_device.c.id).where(
        _device.c.merged_at.is_(None),
        or_(func.lower(_device.c.name) == folded, _device.c.address == folded),
    )
    return list(connection.scalars(query.order_by(_device.c.id)))


def port_named(connection: Connection, device_id: int, name: str) -> int | None:
    """Return the id of a port by its name, its alias or description; None if none.

    A port that is there no more is found by its name as well: it has a history.
    """
    table = table_of(Interface)
    query = select(table).where(table.c.device_id == device_id)
    rows = connection.execute(query.order_by(table.c.id)).all()
    for column in ("name", "descr", "alias"):
        found = [
            row.id
            for row in rows
            if (getattr(row, column) or "").lower() == name.strip().lower()
        ]
        if len(found) == 1:
            return int(found[0])
    return None


def _links() -> Select[Any]:
    a, b = _device.alias("a"), _device.alias("b")
    a_port = table_of(Interface).alias("a_port")
    b_port = table_of(Interface).alias("b_port")
    return (
        select(
            _link,
            a.c.name.label("a_name"),
            a.c.type.label("a_type"),
            func.coalesce(a_port.c.name, announced_port("a", "b", b_port)).label(
                "a_port"
            ),
            b.c.name.label("b_name"),
            b.c.type.label("b_type"),
            func.coalesce(b_port.c.name, announced_port("b", "a", a_port)).label(
                "b_port"
            ),
        )
        .join(a, a.c.id == _link.c.a_device_id)
        .join(b, b.c.id == _link.c.b_device_id)
        .outerjoin(a_port, a_port.c.id == _link.c.a_interface_id)
        .outerjoin(b_port, b_port.c.id == _link.c.b_interface_id)
        .where(_link.c.closed_at.is_(None))
    )


def announced_port(far: str, near: str, port: Any) -> ScalarSelect[Any]:  # noqa: ANN401
    """Select the port a device said it speaks from, where it was not read itself."""
    by_address = _neighbour.c.port_id_type == "mac"
    described = func.coalesce(_neighbour.c.port_descr, _neighbour.c.port_id)
    return (
        select(case((by_address, described), else_=_neighbour.c.port_id))
        .where(
            _neighbour.c.device_id == _link.c[f"{near}_device_id"],
            _neighbour.c.remote_device_id == _link.c[f"{far}_device_id"],
            _neighbour.c.port == port.c.name,
            _neighbour.c.removed_at.is_(None),
        )
        .order_by(_neighbour.c.id)
        .limit(1)
        .scalar_subquery()
    )


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
