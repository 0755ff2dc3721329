"""Which cost centres an asset is charged to, in which shares, day by day.

An allocation of the asset itself comes first. Else it follows its holder on that day:
the cost centre of a person's placement or, if that says none, of the department; of
the team or the place; or of the asset it is a part of. What nobody holds follows
the place where it belongs. Where nothing is known it is unallocated, and the answer
says so.

May import `assets` and `people`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from inventory.assets.custody.allocation_rules import Share, Shares, whole_share
from inventory.assets.custody.rules import CustodyPeriod, Holder, HolderKind
from inventory.assets.custody.service import HOLDER_COLUMNS, MAX_NESTING
from inventory.assets.register import tables as assets
from inventory.kernel.spans import Dated, Layered, Span, layer
from inventory.people import tables as people
from inventory.storage.rows import chunks, table_of

_CUSTODY = table_of(assets.Custody)
_ALLOCATION = table_of(assets.Allocation)
_SHARE = table_of(assets.AllocationShare)
_ASSET = table_of(assets.Asset)
_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)
_DEPARTMENT = table_of(people.Department)
_TEAM = table_of(people.Team)
_LOCATION = table_of(people.Location)

SOURCES = ("allocation", "holder", "location")
"""What an allocation may rest on, the strongest first."""


@dataclass(frozen=True, slots=True)
class AllocationSpan:
    """The cost centres of an asset during a span.

    Attributes:
        shares: Empty if it is unallocated.
        source: One of `SOURCES`; None if it is unallocated.
    """

    span: Span
    shares: Shares
    source: str | None


def allocation_on(connection: Connection, asset_id: int, day: date) -> AllocationSpan:
    """Return the cost centres of an asset on a day."""
    window = Span(day, day + timedelta(days=1))
    return allocations(connection, [asset_id], window)[asset_id][0]


def allocations(
    connection: Connection, asset_ids: Collection[int], window: Span
) -> dict[int, list[AllocationSpan]]:
    """Return the cost centres of each asset, day by day, over a window without gaps.

    Args:
        connection: Where to look.
        asset_ids: Which assets; thousands are fine.
        window: The days that are asked about.
    """
    facts = _AllocationRows(connection, window)
    facts.load(asset_ids)
    return {
        asset_id: [_allocation_span(part) for part in facts.timeline(asset_id)]
        for asset_id in asset_ids
    }


def charged_days(
    connection: Connection, asset_ids: Collection[int], centre_id: int, window: Span
) -> dict[int, list[Span]]:
    """Return when each asset is charged to a cost centre within a window."""
    return {
        asset_id: [
            part.span
            for part in parts
            if any(share.cost_centre_id == centre_id for share in part.shares)
        ]
        for asset_id, parts in allocations(connection, asset_ids, window).items()
    }


def _allocation_span(part: Layered[Shares]) -> AllocationSpan:
    if part.value is None or part.layer is None:
        return AllocationSpan(part.span, (), None)
    return AllocationSpan(part.span, part.value, SOURCES[part.layer])


class _AllocationRows:
    """All rows that decide about some assets, read in a few statements."""

    def __init__(self, connection: Connection, window: Span) -> None:
        self._connection = connection
        self._window = window
        self._home: dict[int, int | None] = {}
        self._custody: dict[int, list[CustodyPeriod]] = defaultdict(list)
        self._allocated: dict[int, list[Dated[Shares]]] = defaultdict(list)
        self._persons: dict[int, list[Dated[Shares]]] = {}
        self._teams = self._centres(_TEAM)
        self._places = self._centres(_LOCATION)
        self._departments = self._centres(_DEPARTMENT)

    def load(self, asset_ids: Iterable[int]) -> None:
        """Read what decides about these assets, and about those they are parts of."""
        missing = set(asset_ids)
        for _ in range(MAX_NESTING):
            missing -= self._home.keys()
            if not missing:
                break
            self._load(sorted(missing))
            holders = [
                one.holder for period in self._custody.values() for one in period
            ]
            self._load_persons({h.id for h in holders if h.kind is HolderKind.PERSON})
            missing = {h.id for h in holders if h.kind is HolderKind.ASSET}

    def timeline(self, asset_id: int, depth: int = 0) -> list[Layered[Shares]]:
        """Return the cost centres of an asset over the window."""
        held_by = [
            part
            for period in self._custody[asset_id]
            for part in self._of_holder(period, depth)
        ]
        place = self._home.get(asset_id)
        home = self._places.get(place) if place else None
        at_home = [Dated(self._window, whole_share(home))] if home else []
        return layer([self._allocated[asset_id], held_by, at_home], self._window)

    def _of_holder(self, period: CustodyPeriod, depth: int) -> list[Dated[Shares]]:
        kind, number = period.holder.kind, period.holder.id
        if kind is HolderKind.PERSON:
            shares_of_holder = self._persons.get(number, [])
        elif kind is HolderKind.ASSET:
            shares_of_holder = (
                [] if depth >= MAX_NESTING else self._of_asset(number, depth)
            )
        else:
            centres = self._teams if kind is HolderKind.TEAM else self._places
            centre = centres.get(number)
            shares_of_holder = (
                [Dated(self._window, whole_share(centre))] if centre else []
            )
        met = ((one.span.meet(period.span), one.value) for one in shares_of_holder)
        return [Dated(span, shares) for span, shares in met if span]

    def _of_asset(self, asset_id: int, depth: int) -> list[Dated[Shares]]:
        return [
            Dated(part.span, part.value)
            for part in self.timeline(asset_id, depth + 1)
            if part.value
        ]

    def _load(self, ids: list[int]) -> None:
        for number, place in self._rows(ids, _ASSET, "id", "location_id"):
            self._home[number] = place
        holders = tuple(HOLDER_COLUMNS.items())
        names = (column for _kind, column in holders)
        for row in self._dated(ids, _CUSTODY, "asset_id", "id", *names):
            asset, start, end, number, *holder_ids = row
            holder = next(
                Holder(kind, one)
                for (kind, _column), one in zip(holders, holder_ids, strict=True)
                if one is not None
            )
            self._custody[asset].append(CustodyPeriod(number, holder, Span(start, end)))
        allocation_rows = list(self._dated(ids, _ALLOCATION, "asset_id", "id"))
        parts: dict[int, list[Share]] = defaultdict(list)
        for number, centre, lower, upper in self._rows(
            [row[3] for row in allocation_rows],
            _SHARE,
            "allocation_id",
            "cost_centre_id",
            "lower_ppm",
            "upper_ppm",
        ):
            parts[number].append(Share(centre, upper - lower))
        for asset, start, end, number in allocation_rows:
            shares = tuple(sorted(parts[number], key=lambda one: one.cost_centre_id))
            self._allocated[asset].append(Dated(Span(start, end), shares))

    def _load_persons(self, ids: set[int]) -> None:
        new = sorted(ids - self._persons.keys())
        self._persons.update((number, []) for number in new)
        person_of = {
            employment: person
            for person, employment in self._rows(new, _EMPLOYMENT, "person_id", "id")
        }
        rows = self._dated(
            list(person_of),
            _PLACEMENT,
            "employment_id",
            "cost_centre_id",
            "department_id",
        )
        # Of several employments the one recorded first counts.
        for employment, start, end, own, department in sorted(
            rows, key=lambda row: (row[0], row[1])
        ):
            centre = own or self._departments.get(department)
            if centre:
                dated = Dated(Span(start, end), whole_share(centre))
                self._persons[person_of[employment]].append(dated)

    def _dated(
        self, ids: list[int], table: Table, key: str, *names: str
    ) -> Iterable[Any]:
        """Yield (key, valid_from, valid_to, names...) of rows in the window."""
        in_window = table.c.valid_to.is_(None) | (table.c.valid_to > self._window.start)
        if self._window.end is not None:
            in_window &= table.c.valid_from < self._window.end
        return self._rows(
            ids, table, key, "valid_from", "valid_to", *names, where=in_window
        )

    def _rows(
        self,
        ids: list[int],
        table: Table,
        key: str,
        *names: str,
        where: ColumnElement[bool] | None = None,
    ) -> Iterable[Any]:
        """Yield (key, names...) as tuples: mappings would take most of the time."""
        query = select(*(table.c[name] for name in (key, *names)))
        if where is not None:
            query = query.where(where)
        for part in chunks(ids):
            yield from self._connection.execute(query.where(table.c[key].in_(part)))

    def _centres(self, table: Table) -> Mapping[int | None, int]:
        rows = self._connection.execute(
            select(table.c.id, table.c.cost_centre_id).where(
                table.c.cost_centre_id.is_not(None)
            )
        )
        return {number: centre for number, centre in rows}
