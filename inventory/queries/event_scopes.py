"""Where events happened: sites and legal entities, for subscriptions to one place.

An event names an asset, an employment, a person, a case, a book or a site; each leads
to the place and the company it belongs to. A handful of statements do for any number
of events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from inventory.accounting.tables import Book
from inventory.assets.register.tables import Asset
from inventory.kernel.events import EmploymentEnded, Event
from inventory.outbox.delivery_rules import Scope
from inventory.people.tables import Employment, LegalEntity, Location, Placement
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.storage.rows import chunks, col, id_of, table_of

_EMPLOYMENT = table_of(Employment)
_PLACEMENT = table_of(Placement)

DEEPEST = 20
"""Levels of locations; more are a ring."""

Places = dict[int, set[tuple[int | None, int | None]]]
"""Id -> pairs of location and legal entity."""


def scopes(connection: Connection, events: Sequence[Event], today: date) -> list[Scope]:
    """Return where events happened, in their order.

    Args:
        connection: Where to look.
        events: The events.
        today: A quiet leave is confidential until its last day.
    """
    secret = _confidential(connection, events, today)
    assets = _assets(connection, _ids(events, "asset_id"))
    cases = _cases(connection, _ids(events, "case_id"))
    people = _people(
        connection, _ids(events, "person_id") | {p for p in cases.values() if p}
    )
    employments = _employments(connection, _ids(events, "employment_id"))
    books = _books(connection, _ids(events, "book_id"))
    codes = _Codes(connection)
    found = []
    for event in events:
        person = getattr(event, "person_id", None)
        if person is None:
            person = cases.get(getattr(event, "case_id", None) or 0)
        pairs = assets.get(getattr(event, "asset_id", None) or 0, set()) | (
            employments.get(getattr(event, "employment_id", None) or 0)
            or people.get(person or 0, set())
        )
        pairs = pairs | books.get(getattr(event, "book_id", None) or 0, set())
        scope = codes.scope(pairs, getattr(event, "site", ""))
        found.append(replace(scope, confidential=secret(event)))
    return found


def _confidential(
    connection: Connection, events: Sequence[Event], today: date
) -> Callable[[Event], bool]:
    """Return what tells whether an event betrays a leave that is HR's alone.

    A leave that was called off stays confidential, too: it would be told of by that.
    """
    leavers = {one.person_id for one in events if isinstance(one, EmploymentEnded)}
    query = select(id_of(ProvisioningCase), col(ProvisioningCase.person_id)).where(
        col(ProvisioningCase.kind) == "leaving",
        col(ProvisioningCase.quiet).is_(True),
        col(ProvisioningCase.effective_on) > today,
    )
    cases: set[int] = set()
    people: set[int] = set()
    for column, ids in (
        (id_of(ProvisioningCase), _ids(events, "case_id")),
        (col(ProvisioningCase.person_id), leavers),
    ):
        for part in chunks(ids):
            for case_id, person_id in connection.execute(query.where(column.in_(part))):
                cases.add(case_id)
                people.add(person_id)
    return lambda event: (
        getattr(event, "case_id", None) in cases
        or (isinstance(event, EmploymentEnded) and event.person_id in people)
    )


def _ids(events: Iterable[Event], name: str) -> set[int]:
    return {
        value for event in events if (value := getattr(event, name, None)) is not None
    }


def _assets(connection: Connection, ids: set[int]) -> Places:
    places: Places = {}
    for part in chunks(ids):
        query = select(
            id_of(Asset), col(Asset.location_id), col(Asset.legal_entity_id)
        ).where(id_of(Asset).in_(part))
        for row in connection.execute(query):
            places.setdefault(row[0], set()).add((row[1], row[2]))
    return places


def _books(connection: Connection, ids: set[int]) -> Places:
    places: Places = {}
    for part in chunks(ids):
        query = select(id_of(Book), col(Book.legal_entity_id)).where(
            id_of(Book).in_(part)
        )
        for book, entity in connection.execute(query):
            places.setdefault(book, set()).add((None, entity))
    return places


def _cases(connection: Connection, ids: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in chunks(ids):
        query = select(id_of(ProvisioningCase), col(ProvisioningCase.person_id)).where(
            id_of(ProvisioningCase).in_(part)
        )
        found.update((case, person) for case, person in connection.execute(query))
    return found


def _placed(column: Any, part: list[int]) -> Select[Any]:  # noqa: ANN401
    """Return employments with the location of their last placement."""
    later = _PLACEMENT.alias()
    last = ~(
        select(later.c.id)
        .where(
            later.c.employment_id == col(Placement.employment_id),
            or_(
                later.c.valid_from > col(Placement.valid_from),
                and_(
                    later.c.valid_from == col(Placement.valid_from),
                    later.c.id > id_of(Placement),
                ),
            ),
        )
        .exists()
    )
    joined = _EMPLOYMENT.outerjoin(
        _PLACEMENT, and_(col(Placement.employment_id) == id_of(Employment), last)
    )
    return (
        select(column, col(Placement.location_id), col(Employment.legal_entity_id))
        .select_from(joined)
        .where(column.in_(part))
    )


def _employments(connection: Connection, ids: set[int]) -> Places:
    return _by(connection, id_of(Employment), ids)


def _people(connection: Connection, ids: set[int]) -> Places:
    return _by(connection, col(Employment.person_id), ids)


def _by(connection: Connection, column: Any, ids: set[int]) -> Places:  # noqa: ANN401
    places: Places = {}
    for part in chunks(ids):
        for row in connection.execute(_placed(column, part)):
            places.setdefault(row[0], set()).add((row[1], row[2]))
    return places


class _Codes:
    """Codes of sites and legal entities, read when they are first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._places: dict[int, tuple[int | None, str, str]] | None = None
        self._entities: dict[int, str] | None = None

    def scope(
        self, pairs: Iterable[tuple[int | None, int | None]], site: str = ""
    ) -> Scope:
        """Return the scope of pairs of location and legal entity, and of a site."""
        listed = list(pairs)
        sites = {self._site(place) for place, _ in listed if place is not None} | {site}
        entities = {self._entity(each) for _, each in listed if each is not None}
        return Scope(frozenset(sites - {""}), frozenset(entities - {""}))

    def _site(self, place: int | None) -> str:
        if self._places is None:
            query = select(
                id_of(Location),
                col(Location.parent_id),
                col(Location.kind),
                col(Location.code),
            )
            rows = self._connection.execute(query)
            self._places = {number: (up, kind, code) for number, up, kind, code in rows}
        for _ in range(DEEPEST):
            if place is None or place not in self._places:
                break
            place, kind, code = self._places[place]
            if kind == "site":
                return code
        return ""

    def _entity(self, number: int) -> str:
        if self._entities is None:
            query = select(id_of(LegalEntity), col(LegalEntity.code))
            rows = self._connection.execute(query)
            self._entities = {each: code for each, code in rows}
        return self._entities.get(number, "")
