"""Devices as lists and details, read with Core rows: no ORM objects on this path.

All functions take a connection and return plain mappings that JSON can hold once
times are written out. May import `inventory.network.tables`, `inventory.storage` and
SQLAlchemy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlmodel import SQLModel

from inventory.network.device_state import REJECTED, SUGGESTED
from inventory.network.identity_tables import Reconciliation
from inventory.network.queries.topology import links_of, plugged_in
from inventory.network.tables import (
    Device,
    DeviceAddress,
    DeviceComponent,
    DeviceField,
    DeviceNeighbour,
    Identifier,
    Interface,
    StoredObservation,
)
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import col, id_of, table_of
from inventory.storage.searching import contains, plan_search

_device = table_of(Device)
_match = table_of(Reconciliation)

MATCH_STATE = _match.c.state
"""State of reconciliation in the lists of devices."""

_COLUMNS = (
    "id",
    "site",
    "name",
    "type",
    "subtype",
    "vendor",
    "family",
    "model",
    "serial",
    "os",
    "version",
    "asset_tag",
    "location",
    "last_user",
    "address",
    "mac",
    "managed",
    "first_seen",
    "last_seen",
    "merged_into",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFilter:
    """Which devices a list shows; None and empty text mean all.

    Attributes:
        search: Words; each must occur in name, address, MAC, a serial number of it
            or its members, model, vendor, type, operating system or last user; those
            of one or two characters at the beginning of a word. Case does not matter.
        state: State of reconciliation, `matched` to `conflict`.
        managed: True for devices that answered, False for those only seen.
        conditions: Further ones, on the columns of devices and `MATCH_STATE`.
    """

    search: str = ""
    site: str | None = None
    type: str | None = None
    vendor: str | None = None
    state: str | None = None
    managed: bool | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()


def list_devices(
    connection: Connection,
    filters: DeviceFilter | None = None,
    *,
    sort: str = "name",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of devices with their state of reconciliation.

    Args:
        connection: Where.
        filters: Which devices; merged ones are never shown.
        sort: `name`, `type`, `vendor`, `model`, `address`, `site`, `last_seen`,
            `first_seen` or `id`; `-` in front for descending.
        after: `Page.next` of the page before.
        limit: Rows on a page.

    Raises:
        Invalid: Sort key, cursor or limit is not one.
    """
    filters = filters or DeviceFilter()
    found = plan_search(connection, _device, filters.search.lower().split())
    query = select(
        *(_device.c[name] for name in _COLUMNS),
        col(Reconciliation.state).label("state"),
        col(Reconciliation.reason).label("state_reason"),
        col(Reconciliation.asset_id).label("asset_id"),
    ).select_from(_joined())
    keys: dict[str, ColumnElement[Any]] = {
        name: func.coalesce(_device.c[name], "")
        for name in ("type", "vendor", "model", "address")
    }
    # These are never NULL, and as they are, their indexes give the order.
    keys |= {name: _device.c[name] for name in ("name", "site")}
    keys |= {name: _device.c[name] for name in ("last_seen", "first_seen", "id")}
    return fetch_page(
        connection,
        _filtered(query.where(*found.conditions), replace(filters, search="")),
        keys=found.keys(keys),
        sort=sort,
        row_id=id_of(Device),
        after=after,
        limit=limit,
    )


def has_suggestions() -> ColumnElement[bool]:
    """Return the condition that something is suggested of a device, and undecided."""
    field = table_of(DeviceField)
    return exists().where(field.c.device_id == _device.c.id, *undecided(field))


def undecided(field: Table) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a value wait: it is suggested, and nobody has settled it.

    Args:
        field: `device_field`.
    """
    person = field.alias("by_person")
    settled = exists().where(
        person.c.device_id == field.c.device_id,
        person.c.field == field.c.field,
        or_(
            person.c.origin == "person",
            and_(person.c.origin == REJECTED, person.c.value == field.c.value),
        ),
    )
    return field.c.origin == SUGGESTED, field.c.field != "subtype", ~settled


def count_devices(connection: Connection, filters: DeviceFilter | None = None) -> int:
    """Return how many devices `filters` leaves."""
    filters = filters or DeviceFilter()
    asked = select(literal(1)).where(*filters.conditions).get_final_froms()
    by_match = filters.state is not None or _match in asked
    query = select(func.count()).select_from(_joined() if by_match else _device)
    found: int = connection.execute(_filtered(query, filters)).scalar_one()
    return found


def device_facets(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many devices there are per type, vendor and site, for filters."""
    return {
        name: {
            value or "": count
            for value, count in connection.execute(
                select(_device.c[name], func.count())
                .where(col(Device.merged_at).is_(None))
                .group_by(_device.c[name])
            )
        }
        for name in ("type", "vendor", "site")
    }


def device_detail(connection: Connection, device_id: int) -> dict[str, Any] | None:
    """Return a device with all that is known of it; None if there is none.

    Beside the columns of the list: `fields` (every value with source, confidence and
    reasons, chosen or not), `identifiers`, `interfaces`, `addresses`, `components`,
    `neighbours`, `links`, `plugged_in` (open sightings of its MACs), `observations`
    (which collectors read it when, without the facts) and `reconciliation`.
    For a merged device only the columns are filled; follow `merged_into`.
    """
    found = (
        connection.execute(
            select(*(_device.c[name] for name in _COLUMNS)).where(
                id_of(Device) == device_id
            )
        )
        .mappings()
        .one_or_none()
    )
    if found is None:
        return None
    detail = dict(found)
    for name, model, order in _PARTS:
        detail[name] = _parts(connection, model, device_id, order)
    detail["observations"] = _observations(connection, device_id)
    detail["links"] = links_of(connection, device_id)
    detail["plugged_in"] = plugged_in(connection, device_id)
    return detail


def device_of_asset(connection: Connection, asset_id: int) -> int | None:
    """Return the device an asset is matched with, if any."""
    return connection.execute(
        select(col(Reconciliation.device_id))
        .where(
            col(Reconciliation.asset_id) == asset_id,
            col(Reconciliation.closed_at).is_(None),
        )
        .where(col(Reconciliation.device_id).is_not(None))
        .limit(1)
    ).scalar()


_PARTS: tuple[tuple[str, type[SQLModel], tuple[str, ...]], ...] = (
    ("fields", DeviceField, ("field", "origin")),
    ("identifiers", Identifier, ("kind", "value")),
    ("interfaces", Interface, ("if_index", "name")),
    ("addresses", DeviceAddress, ("vrf", "ip")),
    ("components", DeviceComponent, ("id",)),
    ("neighbours", DeviceNeighbour, ("port", "key")),
    ("reconciliation", Reconciliation, ("id",)),
)

_ENDS = ("removed_at", "ended_at", "closed_at")


def _parts(
    connection: Connection,
    model: type[SQLModel],
    device_id: int,
    order: tuple[str, ...],
) -> list[dict[str, Any]]:
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    query = select(table).where(table.c.device_id == device_id)
    for end in _ENDS:
        if end in table.c:
            query = query.where(table.c[end].is_(None))
    query = query.order_by(*(table.c[name] for name in order))
    return [dict(row) for row in connection.execute(query).mappings()]


def _observations(connection: Connection, device_id: int) -> list[dict[str, Any]]:
    table = table_of(StoredObservation)
    shown = ("id", "address", "collector", "port", "credential")
    query = (
        select(*(table.c[n] for n in (*shown, "first_seen", "last_seen")))
        .where(col(StoredObservation.device_id) == device_id)
        .order_by(col(StoredObservation.collector), col(StoredObservation.address))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _joined() -> Any:  # noqa: ANN401
    """Join each device with one open row of reconciliation: a stack has several."""
    # Asked of each row that is joined: to find the first of all devices beforehand
    # takes longer than the page.
    earlier = _match.alias("earlier")
    before = exists().where(
        earlier.c.device_id == col(Reconciliation.device_id),
        earlier.c.closed_at.is_(None),
        earlier.c.id < id_of(Reconciliation),
    )
    return _device.outerjoin(
        _match,
        and_(
            col(Reconciliation.device_id) == id_of(Device),
            col(Reconciliation.closed_at).is_(None),
            ~before,
        ),
    )


def _filtered(query: Select[Any], filters: DeviceFilter) -> Select[Any]:
    query = query.where(col(Device.merged_at).is_(None))
    query = query.where(*filters.conditions)
    words = filters.search.lower().split()
    query = query.where(*(contains(_device, one) for one in words))
    for name in ("site", "type", "vendor"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(_device.c[name] == value)
    if filters.managed is not None:
        query = query.where(col(Device.managed).is_(filters.managed))
    if filters.state is not None:
        query = query.where(col(Reconciliation.state) == filters.state)
    return query
