"""Assets as lists and details. May import every context of `inventory`.

All functions take a connection and return plain mappings that JSON can hold once days
and times are written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    func,
    select,
)

from inventory.assets.identifiers.service import identifiers_of
from inventory.assets.register import tables as assets
from inventory.assets.register.details import LISTED
from inventory.assets.register.lifecycle import DEFAULT, Lifecycle
from inventory.assets.register.transitions import state_on
from inventory.people import tables as people
from inventory.queries.money.cost_allocation import AllocationSpan, allocation_on
from inventory.queries.money.cost_centre_assets import assets_charged_to
from inventory.queries.register.asset_parts import devices_of, parts_of
from inventory.queries.register.holders import (
    custody_history,
    holder_columns,
    with_holder,
)
from inventory.storage.dated import still_open
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import AnySelect, Row, col, distinct, id_of, table_of
from inventory.storage.searching import SearchPlan, contains, plan_search, words_of

_ASSET = table_of(assets.Asset)
_MAKER = table_of(assets.Manufacturer)
_CUSTODY = table_of(assets.Custody)
_LOCATION = table_of(people.Location)
_ENTITY = table_of(people.LegalEntity)
_CENTRE = table_of(people.CostCentre)
_CATEGORY = table_of(assets.Category)

_SHOWN = (
    "id",
    "tag",
    "kind",
    "name",
    "serial",
    "state",
    "cost_minor",
    "currency",
    *LISTED,
)
_SORTS = ("tag", "id", "kind", "state")
_BY_TAG = ("kind", "state")
"""Sorts whose index has the tag second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFilter:
    """Which assets a list shows; None and empty text mean all.

    Attributes:
        search: Words; each must occur in tag, serial, name, model, order, invoice or
            manufacturer, those of one or two characters at the beginning of a word.
            Case does not matter.
        held: True for what somebody holds, False for what nobody holds.
        person_id: Held by this person now.
        holder_location_id: Held by this place now.
        location_id: Belongs to this place.
        bearer: A cost centre, and the day on which it bears it.
        conditions: Further ones, on the columns of the table of assets.
    """

    search: str = ""
    kind: str | None = None
    state: str | None = None
    asset_class: str | None = None
    legal_entity_id: int | None = None
    location_id: int | None = None
    manufacturer_id: int | None = None
    held: bool | None = None
    person_id: int | None = None
    holder_location_id: int | None = None
    bearer: tuple[int, date] | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()

    @property
    def of_custody(self) -> bool:
        """Whether it depends on who holds the asset."""
        return (self.held, self.person_id, self.holder_location_id) != (None,) * 3


def list_assets(
    connection: Connection,
    filters: AssetFilter | None = None,
    *,
    sort: str = "tag",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of assets with manufacturer, place and present holder.

    Args:
        connection: Where to look.
        filters: Which assets.
        sort: `tag`, `id`, `kind` or `state`; `-` in front for descending.
        after: `Page.next` of the page before.
        limit: Rows on a page.

    Raises:
        Invalid: Sort key, cursor or limit is not one.
    """
    filters = filters or AssetFilter()
    found = plan_search(connection, _ASSET, words_of(filters.search))
    # Names are joined to the rows of the page, not to all that are sorted for it.
    page = fetch_page(
        connection,
        _narrowed(filters, found),
        keys=found.keys({name: _ASSET.c[name] for name in _SORTS}),
        sort=sort,
        row_id=_ASSET.c["tag" if sort.removeprefix("-") in _BY_TAG else "id"],
        after=after,
        limit=limit,
    )
    query = select(
        *(_ASSET.c[name] for name in _SHOWN),
        col(assets.Manufacturer.name).label("manufacturer"),
        col(people.LegalEntity.code).label("legal_entity"),
        col(people.Location.code).label("location"),
        *holder_columns(),
    ).select_from(_joined())
    ids = [row["id"] for row in page.rows]
    rows = connection.execute(query.where(id_of(assets.Asset).in_(ids))).mappings()
    named = {row["id"]: dict(row) for row in rows}
    return Page([named[one] for one in ids], page.next)


def _narrowed(filters: AssetFilter, found: SearchPlan) -> AnySelect:
    source: FromClause = _ASSET
    if filters.of_custody:
        source = source.outerjoin(
            _CUSTODY,
            (col(assets.Custody.asset_id) == id_of(assets.Asset))
            & still_open(assets.Custody),
        )
    query = select(id_of(assets.Asset)).select_from(source).where(*found.conditions)
    return filtered(query, replace(filters, search=""))


def count_assets(
    connection: Connection,
    filters: AssetFilter | None = None,
    *,
    most: int | None = None,
) -> int:
    """Return how many assets `filters` leaves.

    Args:
        connection: Where to look.
        filters: Which assets.
        most: Stop counting after one more than that.
    """
    filters = filters or AssetFilter()
    if filters == AssetFilter(held=False):
        return _count_unheld(connection)
    found = plan_search(connection, _ASSET, words_of(filters.search))
    query = _narrowed(filters, found).limit(None if most is None else most + 1)
    counted = select(func.count()).select_from(query.subquery())
    return int(connection.execute(counted).scalar_one())


def _count_unheld(connection: Connection) -> int:
    """Count all assets and those that are held: each has one holder at most.

    To look for a holder of each takes ten times as long where nearly all have one.
    """
    every = select(func.count()).select_from(_ASSET)
    held = select(func.count()).select_from(_CUSTODY).where(still_open(assets.Custody))
    counted = connection.execute(
        select(every.scalar_subquery(), held.scalar_subquery())
    ).one()
    return int(counted[0]) - int(counted[1])


def asset_choices(connection: Connection) -> dict[str, list[str]]:
    """Return the kinds and states that assets have, for filters.

    Jumps from one value to the next in the index, however many assets there are.
    """
    return {name: distinct(connection, _ASSET.c[name]) for name in ("kind", "state")}


def asset_detail(
    connection: Connection, asset_id: int, day: date, *, lifecycle: Lifecycle = DEFAULT
) -> Row | None:
    """Return everything about an asset as of a day; None if there is none.

    Adds to the columns of the list: `custody` (all holders over time), `holder_on_day`,
    `state_on_day`, `states`, `bearing` (who pays on that day), `parts` (assets it
    holds), `identifiers` (MACs, IMEIs, UUIDs), `devices` (what it was matched with on
    the network) and `steps` (each with the reasons why it is not possible now).
    """
    found = _head(connection, asset_id)
    if found is None:
        return None
    row = {name: value for name, value in found.items() if name != "search"}
    custody = custody_history(connection, col(assets.Custody.asset_id) == asset_id)
    held = any(one["valid_to"] is None for one in custody)
    return row | {
        "custody": custody,
        "holder_on_day": next((one for one in custody if _covers(one, day)), None),
        "state_on_day": state_on(connection, asset_id, day),
        "states": _rows(
            connection,
            select(
                col(assets.AssetState.state),
                col(assets.AssetState.since),
                col(assets.AssetState.reason),
            )
            .where(col(assets.AssetState.asset_id) == asset_id)
            .order_by(col(assets.AssetState.since), id_of(assets.AssetState)),
        ),
        "bearing": bearing_row(connection, allocation_on(connection, asset_id, day)),
        "parts": parts_of(connection, asset_id),
        "identifiers": identifiers_of(connection, asset_id),
        "devices": devices_of(connection, asset_id),
        "steps": [
            {"name": offer.step.name, "target": offer.step.target}
            | {"needs": sorted(offer.step.needs), "roles": sorted(offer.step.roles)}
            | {"allowed": offer.allowed, "reasons": list(offer.reasons)}
            for offer in lifecycle.offers(row["state"], held=held)
        ],
    }


def _head(connection: Connection, asset_id: int) -> RowMapping | None:
    query = (
        select(
            _ASSET,
            col(assets.Manufacturer.name).label("manufacturer"),
            col(people.LegalEntity.code).label("legal_entity"),
            col(people.Location.code).label("location"),
            col(assets.Category.code).label("category"),
        )
        .select_from(
            _ASSET.outerjoin(_MAKER)
            .outerjoin(_ENTITY)
            .outerjoin(_LOCATION)
            .outerjoin(_CATEGORY)
        )
        .where(id_of(assets.Asset) == asset_id)
    )
    return connection.execute(query).mappings().one_or_none()


def bearing_row(connection: Connection, bearing: AllocationSpan) -> Row:
    """Return a bearing with codes and names of its cost centres."""
    ids = [share.cost_centre_id for share in bearing.shares]
    named: Mapping[int, Any] = {
        row.id: row
        for row in connection.execute(
            select(_CENTRE).where(id_of(people.CostCentre).in_(ids))
        )
    }
    return {
        "source": bearing.source,
        "shares": [
            asdict(share)
            | {
                "code": named[share.cost_centre_id].code,
                "name": named[share.cost_centre_id].name,
            }
            for share in bearing.shares
        ],
    }


def _joined() -> FromClause:
    return with_holder(
        _ASSET.outerjoin(_MAKER)
        .outerjoin(
            _ENTITY, id_of(people.LegalEntity) == col(assets.Asset.legal_entity_id)
        )
        .outerjoin(_LOCATION, id_of(people.Location) == col(assets.Asset.location_id))
        .outerjoin(
            _CUSTODY,
            (col(assets.Custody.asset_id) == id_of(assets.Asset))
            & still_open(assets.Custody),
        )
    )


def filtered(query: AnySelect, filters: AssetFilter) -> AnySelect:
    """Return a query over assets and their open custody, with a filter put on it."""
    query = query.where(*(contains(_ASSET, one) for one in words_of(filters.search)))
    query = query.where(*filters.conditions)
    for name in (
        "kind",
        "state",
        "asset_class",
        "legal_entity_id",
        "location_id",
        "manufacturer_id",
    ):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(_ASSET.c[name] == value)
    if filters.bearer is not None:
        query = query.where(
            id_of(assets.Asset).in_(
                select(assets_charged_to(*filters.bearer).c.asset_id)
            )
        )
    if filters.held is not None:
        nobody = id_of(assets.Custody).is_(None)
        query = query.where(~nobody if filters.held else nobody)
    if filters.person_id is not None:
        query = query.where(col(assets.Custody.person_id) == filters.person_id)
    if filters.holder_location_id is not None:
        query = query.where(
            col(assets.Custody.location_id) == filters.holder_location_id
        )
    return query


def _covers(custody: Row, day: date) -> bool:
    return custody["valid_from"] <= day and (
        custody["valid_to"] is None or day < custody["valid_to"]
    )


def _rows(connection: Connection, query: AnySelect) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
