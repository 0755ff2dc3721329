"""Which cost centres pay a charge on the day it falls due, for thousands at once.

The shares of the charge itself come first, or the people it is for. Else the line
decides: a cost centre that was said for it; the cost centre of the person who has it,
on that very day; of the asset it is built into; of the place where it is. Then the
account. Where nothing is known nobody pays, and the answer says so. Imports `people`,
`estate` and `queries`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy import Connection, select

from inventory.kernel.money import split
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.people.employments import employments_on
from inventory.queries.money.cost_allocation import allocations
from inventory.storage.dated import overlapping
from inventory.storage.rows import Row, chunks, col, id_of, table_of
from inventory.telecom.estate.charge_tables import ChargeShare
from inventory.telecom.estate.tables import LineAssignment, TelecomLine

_DAY = timedelta(days=1)
_MOST_LEVELS = 20
_ASSIGNMENT = table_of(LineAssignment)
_LOCATION = table_of(people.Location)
_DEPARTMENT = table_of(people.Department)

Weights = Sequence[tuple[int | None, int]]
"""Cost centre -> weight; None is nobody."""


@dataclass(frozen=True, slots=True)
class Due:
    """A charge that falls due.

    Attributes:
        charge_id: The charge.
        line_id: Its line; None: it is of the account.
        sharing: See `RecurringCharge.sharing`.
        on: The day.
        legal_entity_id: Whose account it is.
        account_centre_id: Pays what nobody else is known to pay.
    """

    charge_id: int
    line_id: int | None
    sharing: str
    on: date
    legal_entity_id: int
    account_centre_id: int | None


@dataclass(frozen=True, slots=True)
class Paid:
    """Who pays, by weight, and why."""

    weights: Weights
    basis: str

    def split(self, amount: int) -> list[tuple[int | None, int]]:
        """Return the parts of an amount by cost centre, which sum to it exactly."""
        if len(self.weights) == 1:
            return [(self.weights[0][0], amount)]
        parts = split(amount, [weight for _, weight in self.weights])
        centres = [centre for centre, _ in self.weights]
        return list(zip(centres, parts, strict=True))


class Payers:
    """Finds who pays; reads what decides about all charges in a few statements.

    Args:
        connection: Where to look.
        due: The charges that fall due, of whatever days.
    """

    def __init__(self, connection: Connection, due: Sequence[Due]) -> None:
        self._connection = connection
        self._by_line: dict[int, list[Row]] = defaultdict(list)
        self._people = _People(connection)
        self._assets: dict[int, list[tuple[Span, Weights]]] = {}
        self._shares = self._load_shares([one.charge_id for one in due])
        lines = {one.line_id for one in due if one.line_id is not None}
        self._places = self._load_places(lines)
        if due:
            first = min(one.on for one in due)
            last = max(one.on for one in due) + _DAY
            self._load_assignments(lines, Span(first, last))

    def of(self, due: Due) -> Paid:
        """Return who pays a charge."""
        shares = self._shares.get(due.charge_id)
        if due.sharing == "shares" and shares:
            return Paid(shares, "shares")
        if due.sharing == "people":
            place = self._places.get(due.line_id or 0)
            heads = self._people.heads(due.on, due.legal_entity_id, place)
            if heads:
                return Paid(heads, "people")
        found = self._of_line(due) if due.line_id is not None else None
        if found is not None:
            return found
        if due.account_centre_id is not None:
            return Paid([(due.account_centre_id, 1)], "account")
        return Paid([(None, 1)], "nobody")

    def _of_line(self, due: Due) -> Paid | None:
        held = {
            row["role"]: row
            for row in self._by_line.get(due.line_id or 0, ())
            if due.on in Span(row["valid_from"], row["valid_to"])
        }
        if "cost-centre" in held:
            return Paid([(held["cost-centre"]["cost_centre_id"], 1)], "cost-centre")
        if "person" in held:
            person = held["person"]["person_id"]
            centre = self._people.centre_of(person, due.on)
            if centre is not None:
                return Paid([(centre, 1)], "person")
        if "asset" in held:
            for span, weights in self._assets.get(held["asset"]["asset_id"], ()):
                if due.on in span:
                    return Paid(weights, "asset")
        place = held["location"]["location_id"] if "location" in held else None
        centre = self._people.centre_of_place(
            place or self._places.get(due.line_id or 0)
        )
        return Paid([(centre, 1)], "location") if centre is not None else None

    def _load_assignments(self, lines: Iterable[int], window: Span) -> None:
        query = select(_ASSIGNMENT).where(overlapping(LineAssignment, window))
        for part in chunks(lines):
            of = col(LineAssignment.line_id).in_(part)
            for row in self._connection.execute(query.where(of)).mappings():
                self._by_line[row["line_id"]].append(dict(row))
        rows = [row for some in self._by_line.values() for row in some]
        assets = {row["asset_id"] for row in rows if row["asset_id"] is not None}
        for asset_id, parts in allocations(self._connection, assets, window).items():
            self._assets[asset_id] = [
                (part.span, [(one.cost_centre_id, one.ppm) for one in part.shares])
                for part in parts
                if part.shares
            ]

    def _load_shares(self, charges: Iterable[int]) -> dict[int, Weights]:
        found: dict[int, list[tuple[int | None, int]]] = defaultdict(list)
        query = select(
            col(ChargeShare.charge_id),
            col(ChargeShare.cost_centre_id),
            col(ChargeShare.weight),
        ).order_by(col(ChargeShare.charge_id), col(ChargeShare.cost_centre_id))
        for part in chunks(charges):
            of = col(ChargeShare.charge_id).in_(part)
            for charge, centre, weight in self._connection.execute(query.where(of)):
                found[charge].append((centre, weight))
        return dict(found)

    def _load_places(self, lines: Iterable[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for part in chunks(lines):
            query = select(id_of(TelecomLine), col(TelecomLine.a_location_id)).where(
                id_of(TelecomLine).in_(part),
                col(TelecomLine.a_location_id).is_not(None),
            )
            for line, place in self._connection.execute(query):
                if place is not None:
                    found[line] = place
        return found


@dataclass
class _People:
    """Cost centres of people and places, read once for each day that is asked for."""

    connection: Connection
    _days: dict[date, dict[int, Row]] = field(default_factory=dict)

    def centre_of(self, person_id: int, day: date) -> int | None:
        """Return the cost centre of a person on a day."""
        row = self._on(day).get(person_id)
        return None if row is None else self._centre(row)

    def heads(self, day: date, entity_id: int, place: int | None) -> Weights:
        """Return how many people each cost centre has, at a place or in an entity."""
        below = self._below(place) if place is not None else None
        counted: Counter[int] = Counter()
        for row in self._on(day).values():
            centre = self._centre(row)
            here = below is None or row["location_id"] in below
            if centre is not None and here and row["legal_entity_id"] == entity_id:
                counted[centre] += 1
        if not counted and below is not None:
            return self.heads(day, entity_id, None)
        return sorted(counted.items())

    def centre_of_place(self, place: int | None) -> int | None:
        """Return the cost centre of a place, or of what it is in."""
        for _ in range(_MOST_LEVELS):
            if place is None:
                return None
            parent, centre = self._places.get(place, (None, None))
            if centre is not None:
                return centre
            place = parent
        return None

    def _on(self, day: date) -> Mapping[int, Row]:
        if day not in self._days:
            found: dict[int, Row] = {}
            for row in employments_on(self.connection, day):
                # Of several employments the one recorded first counts.
                found.setdefault(row["person_id"], row)
            self._days[day] = found
        return self._days[day]

    def _centre(self, row: Row) -> int | None:
        own: int | None = row["cost_centre_id"]
        return own or self._departments.get(row["department_id"])

    def _below(self, place: int) -> set[int]:
        children: dict[int | None, list[int]] = defaultdict(list)
        for number, (parent, _) in self._places.items():
            children[parent].append(number)
        found, waiting = {place}, [place]
        while waiting:
            new = [one for one in children[waiting.pop()] if one not in found]
            found.update(new)
            waiting += new
        return found

    @cached_property
    def _places(self) -> dict[int, tuple[int | None, int | None]]:
        columns = _LOCATION.c
        query = select(columns.id, columns.parent_id, columns.cost_centre_id)
        return {
            number: (parent, centre)
            for number, parent, centre in self.connection.execute(query)
        }

    @cached_property
    def _departments(self) -> dict[int | None, int]:
        columns = _DEPARTMENT.c
        query = select(columns.id, columns.cost_centre_id).where(
            columns.cost_centre_id.is_not(None)
        )
        return {number: centre for number, centre in self.connection.execute(query)}
