"""Stock-takes: what to expect, what the network saw, how it stands.

May import every context.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from inventory.assets.register import tables as assets
from inventory.assets.register.lifecycle import DEFAULT
from inventory.assets.register.transitions import current_states
from inventory.assets.stocktake import service as stocktake
from inventory.assets.stocktake.rules import (
    COUNTED_STATES,
    CorrectionProposal,
    CountOutcome,
    CountResult,
    ExpectedItem,
    count_results,
    propose_corrections,
)
from inventory.assets.stocktake.tables import (
    StockTake,
    StockTakeCorrection,
    StockTakeItem,
    StockTakeScan,
)
from inventory.kernel.spans import Span
from inventory.network import tables as network
from inventory.people import tables as people
from inventory.people.organisation import below
from inventory.queries.people.asset_places import places_of
from inventory.queries.register.stocktake_names import named_places
from inventory.storage.dated import still_open
from inventory.storage.rows import Row, chunks, col, get, id_of, table_of

_TAKE = table_of(StockTake)
_ITEM = table_of(StockTakeItem)
_CORRECTION = table_of(StockTakeCorrection)
_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_PLACE = table_of(people.Location)
_DEVICE = table_of(network.Device)


@dataclass(frozen=True, slots=True)
class StockTakeStatus:
    """How a campaign stands.

    Attributes:
        take: Its row.
        results: The outcome of everything.
        network: Assets seen on the network lately, with when and where.
    """

    take: Row
    results: Sequence[CountResult]
    network: dict[int, str]

    @property
    def counts(self) -> dict[str, int]:
        """How many were expected, and how many have which outcome."""
        found = Counter(str(one.outcome) for one in self.results)
        expected = sum(one.expected for one in self.results)
        return {"expected": expected} | {str(o): found[str(o)] for o in CountOutcome}


def expected_items(
    connection: Connection,
    day: date,
    *,
    location_id: int | None = None,
    kinds: Collection[str] = (),
) -> list[ExpectedItem]:
    """Return what a campaign should find: assets that should be here, with where."""
    query = (
        select(id_of(assets.Asset), col(assets.Custody.person_id))
        .outerjoin(
            _CUSTODY,
            (col(assets.Custody.asset_id) == id_of(assets.Asset))
            & still_open(assets.Custody),
        )
        .where(col(assets.Asset.state).in_(COUNTED_STATES))
        .order_by(id_of(assets.Asset))
    )
    if kinds:
        query = query.where(col(assets.Asset.kind).in_(kinds))
    persons = {row.id: row.person_id for row in connection.execute(query)}
    where = places_of(connection, list(persons), Span(day, day + timedelta(days=1)))
    inside = None
    if location_id is not None:
        inside = set(below(connection, "location", location_id))
    items = []
    for asset_id, person in persons.items():
        place = next((one.value.place for one in where[asset_id]), None)
        if inside is None or place in inside:
            items.append(ExpectedItem(asset_id, place, person))
    return items


def seen_on_network(
    connection: Connection, asset_ids: Collection[int], since: datetime
) -> dict[int, str]:
    """Return the assets whose device answered since a moment, with its words."""
    found: dict[int, str] = {}
    for part in chunks(asset_ids):
        query = (
            select(
                col(network.Reconciliation.asset_id),
                col(network.Device.name),
                col(network.Device.address),
                col(network.Device.last_seen),
            )
            .join(
                _DEVICE, id_of(network.Device) == col(network.Reconciliation.device_id)
            )
            .where(
                col(network.Reconciliation.asset_id).in_(part),
                col(network.Reconciliation.closed_at).is_(None),
                col(network.Device.last_seen) >= since,
            )
        )
        for row in connection.execute(query):
            when = row.last_seen.date().isoformat()
            found[row.asset_id] = f"{row.name or row.address} seen on {when}"
    return found


def stock_take_status(
    connection: Connection, take_id: int, now: datetime
) -> StockTakeStatus:
    """Return how a campaign stands; of a closed one as it was when it was closed.

    Raises:
        NotFound: There is no such campaign.
    """
    take = get(connection, StockTake, take_id)
    items = stocktake.items_of(connection, take_id)
    scans = stocktake.scans_of(connection, take_id)
    known = {item.asset_id for item in items}
    turned_up = {one.asset_id for one in scans if one.asset_id} - known
    day = take["recorded_at"].date()
    elsewhere = places_of(connection, turned_up, Span(day, day + timedelta(days=1)))
    homes = {
        asset_id: next((one.value.place for one in parts), None)
        for asset_id, parts in elsewhere.items()
    }
    network: dict[int, str] = {}
    if take["state"] == "open" and take["evidence_days"]:
        since = now - timedelta(days=take["evidence_days"])
        network = seen_on_network(connection, known, since)
    counted = count_results(
        items, scans, homes=homes, inside=_inside(connection), on_network=network
    )
    return StockTakeStatus(take, counted, network)


def corrections_proposed(
    connection: Connection, state: StockTakeStatus
) -> list[CorrectionProposal]:
    """Return what closing proposes."""
    ids = [one.asset_id for one in state.results if one.asset_id is not None]
    states = current_states(connection, ids)
    return propose_corrections(state.results, states, DEFAULT.steps["lose"].sources)


def list_stock_takes(connection: Connection) -> list[Row]:
    """Return all campaigns, the newest first, with how many things they expect."""
    expected = (
        select(func.count())
        .where(col(StockTakeItem.stock_take_id) == id_of(StockTake))
        .scalar_subquery()
    )
    scans = (
        select(func.count())
        .where(col(StockTakeScan.stock_take_id) == id_of(StockTake))
        .scalar_subquery()
    )
    query = (
        select(
            _TAKE,
            col(people.Location.code).label("location"),
            expected.label("expected"),
            scans.label("scans"),
        )
        .outerjoin(_PLACE, id_of(people.Location) == col(StockTake.location_id))
        .order_by(id_of(StockTake).desc())
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def list_corrections(connection: Connection, take_id: int) -> list[Row]:
    """Return what a campaign proposed and what became of it."""
    query = (
        select(
            _CORRECTION,
            col(assets.Asset.tag),
            col(assets.Asset.kind).label("asset_kind"),
        )
        .outerjoin(_ASSET, id_of(assets.Asset) == col(StockTakeCorrection.asset_id))
        .where(col(StockTakeCorrection.stock_take_id) == take_id)
        .order_by(id_of(StockTakeCorrection))
    )
    places = named_places(connection)
    return [
        dict(row) | {"location": places.get(row["detail"].get("location_id") or 0)}
        for row in connection.execute(query).mappings()
    ]


def expected_of(connection: Connection, take_id: int, person_id: int) -> list[Row]:
    """Return what a campaign expects a person to have, with what he said last."""
    answer = (
        select(col(StockTakeScan.answer))
        .where(
            col(StockTakeScan.stock_take_id) == take_id,
            col(StockTakeScan.asset_id) == col(StockTakeItem.asset_id),
            col(StockTakeScan.how) == "person",
        )
        .order_by(id_of(StockTakeScan).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            id_of(assets.Asset),
            col(assets.Asset.tag),
            col(assets.Asset.kind),
            col(assets.Asset.model),
            col(assets.Asset.serial),
            answer.label("answer"),
        )
        .join(_ITEM, col(StockTakeItem.asset_id) == id_of(assets.Asset))
        .where(
            col(StockTakeItem.stock_take_id) == take_id,
            col(StockTakeItem.person_id) == person_id,
        )
        .order_by(col(assets.Asset.tag))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def persons_expected(connection: Connection, take_id: int) -> list[Row]:
    """Return the persons a campaign expects things of, by name."""
    name = func.trim(
        col(people.Person.given_name) + " " + col(people.Person.family_name)
    )
    query = (
        select(id_of(people.Person), name.label("person"), func.count().label("things"))
        .join(_ITEM, col(StockTakeItem.person_id) == id_of(people.Person))
        .where(col(StockTakeItem.stock_take_id) == take_id)
        .group_by(
            id_of(people.Person),
            col(people.Person.given_name),
            col(people.Person.family_name),
        )
        .order_by(id_of(people.Person))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _inside(connection: Connection) -> dict[int, set[int]]:
    """Return each place with itself and all places it lies in."""
    parents = {
        row.id: row.parent_id
        for row in connection.execute(
            select(id_of(people.Location), col(people.Location.parent_id))
        )
    }
    inside: dict[int, set[int]] = {}
    for place in parents:
        chain: set[int] = set()
        current: int | None = place
        while current is not None and current not in chain:
            chain.add(current)
            current = parents.get(current)
        inside[place] = chain
    return inside
