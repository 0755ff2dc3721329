"""Who is on the ports of switches: devices, their assets and holders; read only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Text,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)

from inventory.assets.register import tables as assets
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device, Interface
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.queries.register.holders import holder_columns, with_holder
from inventory.storage.dated import still_open
from inventory.storage.rows import Row, chunks, col, id_of, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_DEVICE = table_of(Device)
_LINK = table_of(Link)
_MATCH = table_of(Reconciliation)
_NEIGHBOUR = table_of(DeviceNeighbour)
_PORT = table_of(Interface)
_SEEN = table_of(Sighting)
_ENDPOINT = _DEVICE.alias("endpoint")
_FAR = _DEVICE.alias("far")
_FAR_PORT = _PORT.alias("far_port")


def occupants(
    connection: Connection, ports: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    """Return port -> what is on it at present, the longest there first.

    Each with MAC, address, device, what lies between, and the asset with its holder
    where the device is one of the register.
    """
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for some in chunks(ports):
        query = _seen().where(_on(some), _SEEN.c.closed_at.is_(None))
        for row in connection.execute(query.order_by(_SEEN.c.first_seen, _SEEN.c.id)):
            found[row.interface_id].append(_occupant(row))
    _give_assets(connection, [row for rows in found.values() for row in rows])
    return found


def history(connection: Connection, port: int, limit: int) -> list[dict[str, Any]]:
    """Return who was on a port, the newest first, at most so many."""
    query = _seen().where(_on([port]))
    query = query.order_by(_SEEN.c.last_seen.desc(), _SEEN.c.id.desc()).limit(limit)
    rows = [
        _occupant(row) | {"last_seen": row.last_seen, "until": row.closed_at}
        for row in connection.execute(query)
    ]
    _give_assets(connection, rows)
    return rows


def _on(ports: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition of being seen on one of some ports, as the index has it."""
    switches = select(_PORT.c.device_id).where(_PORT.c.id.in_(ports))
    return _SEEN.c.device_id.in_(switches) & _SEEN.c.interface_id.in_(ports)


def _occupant(row: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "mac": row.mac,
        "ip": row.ip,
        "device_id": row.endpoint_id,
        "device": row.endpoint_name,
        "type": row.endpoint_type,
        "vlan": row.vlan,
        "via": row.via,
        "since": row.first_seen,
        "asset_id": None,
        "asset": None,
        "holder": None,
    }


def _seen() -> Select[Any]:
    return select(
        _SEEN,
        func.coalesce(
            func.nullif(_ENDPOINT.c.name, ""), _ENDPOINT.c.address, _ENDPOINT.c.mac
        ).label("endpoint_name"),
        _ENDPOINT.c.type.label("endpoint_type"),
    ).outerjoin(_ENDPOINT, _ENDPOINT.c.id == _SEEN.c.endpoint_id)


def _give_assets(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Give rows the asset that their device is, with who holds it at present."""
    wanted = sorted({row["device_id"] for row in rows if row["device_id"] is not None})
    found: dict[int, Row] = {}
    for some in chunks(wanted):
        source = with_holder(
            _MATCH.join(_ASSET, id_of(assets.Asset) == _MATCH.c.asset_id).outerjoin(
                _CUSTODY,
                (col(assets.Custody.asset_id) == id_of(assets.Asset))
                & still_open(assets.Custody),
            )
        )
        query = (
            select(
                _MATCH.c.device_id, _MATCH.c.asset_id, _ASSET.c.tag, *holder_columns()
            )
            .select_from(source)
            .where(_MATCH.c.device_id.in_(some), _MATCH.c.closed_at.is_(None))
            .order_by(_MATCH.c.id)
        )
        for row in connection.execute(query).mappings():
            found.setdefault(row["device_id"], dict(row))
    for one in rows:
        asset = found.get(one["device_id"])
        if asset is not None:
            one["asset_id"], one["asset"] = asset["asset_id"], asset["tag"]
            one["holder"] = asset["holder"]


def leads_to(connection: Connection, ports: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return port -> the other end of its cable: a device we know, or what it says.

    A cable is known from the links; without one, from what the neighbour announces.
    """
    found: dict[int, dict[str, Any]] = {}
    for some in chunks(ports):
        announced = (
            select(
                _PORT.c.id.label("near"),
                _NEIGHBOUR.c.remote_device_id.label("far_id"),
                func.coalesce(_NEIGHBOUR.c.sys_name, _NEIGHBOUR.c.chassis_id).label(
                    "said"
                ),
                _NEIGHBOUR.c.port_id.label("far_port"),
            )
            .join(
                _NEIGHBOUR,
                (_NEIGHBOUR.c.device_id == _PORT.c.device_id)
                & (_NEIGHBOUR.c.port == _PORT.c.name),
            )
            .where(_PORT.c.id.in_(some), _NEIGHBOUR.c.removed_at.is_(None))
            .order_by(_NEIGHBOUR.c.id)
        )
        for row in connection.execute(_named(announced.subquery())):
            found.setdefault(row.near, _end(row))
        for row in connection.execute(_named(_links(some).subquery())):
            found[row.near] = _end(row)
    return found


def _links(ports: Iterable[int]) -> Any:  # noqa: ANN401 - a union of two queries
    wanted = list(ports)
    ends = []
    for near, far in (("a", "b"), ("b", "a")):
        ends.append(
            select(
                _LINK.c[f"{near}_interface_id"].label("near"),
                _LINK.c[f"{far}_device_id"].label("far_id"),
                cast(null(), Text).label("said"),
                _FAR_PORT.c.name.label("far_port"),
            )
            .outerjoin(_FAR_PORT, _FAR_PORT.c.id == _LINK.c[f"{far}_interface_id"])
            .where(
                _LINK.c[f"{near}_interface_id"].in_(wanted), _LINK.c.closed_at.is_(None)
            )
        )
    return union_all(*ends)


def _named(ends: Subquery) -> Select[Any]:
    return select(ends, _FAR.c.name, _FAR.c.type).outerjoin(
        _FAR, _FAR.c.id == ends.c.far_id
    )


def _end(row: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "device_id": row.far_id,
        "device": row.name or row.said,
        "type": row.type,
        "port": row.far_port,
    }


def used_last(connection: Connection, ports: Sequence[int]) -> dict[int, datetime]:
    """Return port -> when something was seen on it last."""
    found: dict[int, datetime] = {}
    for some in chunks(ports):
        query = (
            select(_SEEN.c.interface_id, func.max(_SEEN.c.last_seen))
            .where(_on(some))
            .group_by(_SEEN.c.interface_id)
        )
        found |= {port: at for port, at in connection.execute(query)}
    return found


def idle_since(before: datetime) -> ColumnElement[bool]:
    """Return the condition that a port has not been used since a moment.

    It is down, did not change since, and nothing was seen on it since. Of a port
    that does not say when it went down, it must be known for so long.
    """
    since = func.coalesce(_PORT.c.changed_at, _PORT.c.first_seen)
    seen = select(_SEEN.c.id).where(
        _SEEN.c.device_id == _PORT.c.device_id,
        _SEEN.c.interface_id == _PORT.c.id,
        _SEEN.c.last_seen > before,
    )
    down = or_(_PORT.c.oper_up.is_(False), _PORT.c.admin_up.is_(False))
    return down & (since <= before) & ~seen.exists()
