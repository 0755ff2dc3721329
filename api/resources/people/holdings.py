"""What persons hold now: leavers, people of no employment, things that are overdue."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    and_,
    func,
    or_,
    select,
    union_all,
)

from api.http.callers import OWN_THINGS
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Number,
    Page,
    PageRequest,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.people.cases import READERS
from api.resources.references import ASSET, CASE_LINE, PERSON, AssetRef, PersonRef
from api.resources.resource import Resource
from api.resources.sources import MOST_COUNTED, TableSource, full_name
from inventory.kernel.texts import N_, NN_
from inventory.queries.people.holdings import (
    OF_ASSETS,
    last_day_of,
    last_days,
    tables_of_things,
    things_held,
)
from inventory.storage.paging import Page as Rows
from inventory.storage.paging import Portion, fetch_merged, key_in
from inventory.storage.rows import Row, distinct

_held, _employed, _person = things_held(), last_days(), PERSON.table
_line = CASE_LINE.table
_LEAVERS = select(_employed.c.person_id).where(_employed.c.left_on.is_not(None))
FEW, MOST = 250, 2000
"""Persons whose things are looked at first, and at most before all are.

What is searched for by words is found at the first ones, or nearly nowhere.
"""
What = Literal["asset", "part", "extension", "seat", "counted"]


class HoldingRow(RowModel):
    """A thing that a person holds."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    person_id: int
    person: Annotated[str, Column("Person", sort=True, lead=True)]
    left_on: Annotated[
        Day,
        Column("Left", Show.DAY, sort=True, about="First day without employment."),
    ]
    what: Annotated[What, Column("What", sort=True)]
    item: Annotated[str, Column("Item", sort=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    asset_id: Number
    tag: Annotated[Text, Column("Tag", Show.MONO, sort=True)]
    since: Annotated[date, Column("Held since", Show.DAY, sort=True)]
    expected_return: Annotated[Day, Column("Expected back", Show.DAY, sort=True)]


class HoldingQuestion(Question):
    """Which things are asked for."""

    left: Annotated[bool | None, Choice("Left", about="Its holder has left.")] = None
    external: Annotated[
        bool | None, Choice("Not employed", about="Its holder never was.")
    ] = None
    overdue: Annotated[
        bool | None, Choice("Overdue", about="It should be back by now.")
    ] = None
    what: Annotated[What | None, Choice("What")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", main=False)] = None
    since: Annotated[date | None, Choice("Held since", main=False)] = None
    expected_return: Annotated[date | None, Choice("Expected back", main=False)] = None


def _left(
    whose: ColumnElement[int], value: bool, viewer: Viewer
) -> ColumnElement[bool]:
    gone = select(_employed.c.person_id).where(_employed.c.left_on <= viewer.today)
    return whose.in_(gone) if value else whose.not_in(gone)


def _external(
    whose: ColumnElement[int], value: bool, _viewer: Viewer
) -> ColumnElement[bool]:
    ever = select(_employed.c.person_id)
    other = _person.alias()
    never = select(other.c.id).where(other.c.id.not_in(ever))
    return whose.in_(never) if value else whose.in_(ever)


def _overdue(held: Subquery, value: bool, viewer: Viewer) -> ColumnElement[bool]:
    asked_back = select(_line.c.asset_id).where(
        _line.c.asset_id.is_not(None),
        _line.c.action == "return",
        _line.c.closed_on.is_(None),
        _line.c.effective_on < viewer.today,
    )
    late = or_(
        and_(
            held.c.expected_return.is_not(None),
            held.c.expected_return < viewer.today,
        ),
        and_(held.c.asset_id.is_not(None), held.c.asset_id.in_(asked_back)),
        _left(held.c.person_id, True, viewer),
    )
    return late if value else ~late


@dataclass(frozen=True, kw_only=True)
class _OneTable(TableSource[HoldingQuestion]):
    """Things of one table: all of one kind of what persons hold.

    Attributes:
        place: Which of the tables it is.
    """

    place: int

    def portion(
        self, connection: Connection, asked: HoldingQuestion, viewer: Viewer, name: str
    ) -> Portion:
        """Return the rows that are asked for, to be sorted by a column."""
        plan = self._found(connection, asked)
        conditions = self._conditions(asked, viewer, plan)
        conditions = self._steered(connection, conditions)
        key = self.orders.get(name, self.columns[name])
        query = select(self.table.c.id).where(*conditions)
        query = query.select_from(self._needed((*conditions, key)))
        own = self.table.c.own
        filled = None if name != "left_on" else self.table.c.person_id.in_(_LEAVERS)
        in_order = name in ("id", "what")
        return Portion(query, key, own, self.place, filled, in_order)

    def rows(self, connection: Connection, ids: Sequence[int]) -> Iterator[Row]:
        """Yield the rows of some numbers of the list."""
        own = [one // len(_TABLES) for one in ids if one % len(_TABLES) == self.place]
        if own:
            query = self._shown().select_from(self._whole())
            query = query.where(self.table.c.own.in_(own))
            yield from map(dict, connection.execute(query).mappings())


@dataclass(frozen=True, kw_only=True)
class _InTables(TableSource[HoldingQuestion]):
    """Reads what persons hold without putting it all together.

    It lies in five tables. By name it is read of some persons at a time, of more if
    they do not fill the page, since no index has it by name; else of each table in the
    order of its own indexes.
    """

    def read(
        self,
        connection: Connection,
        asked: HoldingQuestion,
        viewer: Viewer,
        page: PageRequest,
    ) -> Page:
        """Read a page."""
        name = page.sort.removeprefix("-")
        if name not in self.columns or asked.person is not None:
            return TableSource.read(self, connection, asked, viewer, page)
        first, most = (max(FEW // 4, 1), FEW) if asked.search else (FEW, MOST)
        some = first if name == "person" else most + 1
        while some <= most:
            ids, last = _next_persons(connection, asked, viewer, page, some)
            if last and not ids:
                return Rows([], None)
            part = _of_persons(self, ids).read(connection, asked, viewer, page)
            if part.next is not None or last:
                return part
            some *= 8
        numbers, cursor = fetch_merged(
            connection,
            [one.portion(connection, asked, viewer, name) for one in _TABLES],
            key=self.orders.get(name, self.columns[name]),
            sort=page.sort,
            after=page.after,
            limit=page.limit,
            optional=name in _MAY_LACK,
        )
        found = {r["id"]: r for one in _TABLES for r in one.rows(connection, numbers)}
        return Rows([found[one] for one in numbers], cursor)

    def count(
        self, connection: Connection, asked: HoldingQuestion, viewer: Viewer
    ) -> int | None:
        """Return how many there are; None for more than are counted."""
        parts = [one.portion(connection, asked, viewer, "id") for one in _TABLES]
        some = [one.query.limit(MOST_COUNTED + 1).subquery() for one in parts]
        every = union_all(*(select(one.c.id) for one in some))
        every_one = every.limit(MOST_COUNTED + 1).subquery()
        count = connection.execute(
            select(func.count()).select_from(every_one)
        ).scalar_one()
        return int(count) if count <= MOST_COUNTED else None

    def choices(self, connection: Connection) -> Mapping[str, Sequence[str]]:
        """Return the kinds of things there are."""
        kinds = set(distinct(connection, ASSET.table.c.kind))
        for one in _TABLES[OF_ASSETS:]:
            kinds |= set(one.choices(connection)["kind"])
        return {"kind": sorted(kinds)}


def _of_persons(
    source: TableSource[HoldingQuestion], ids: Sequence[int]
) -> TableSource[HoldingQuestion]:
    fields = {one.name: getattr(source, one.name) for one in dataclasses.fields(source)}
    held = _held.c.person_id.in_(ids)
    where = source.where
    return TableSource(**{**fields, "where": lambda viewer: (*where(viewer), held)})


def _next_persons(
    connection: Connection,
    asked: HoldingQuestion,
    viewer: Viewer,
    page: PageRequest,
    some: int,
) -> tuple[Sequence[int], bool]:
    """Return the persons from where a page begins, and whether no more follow them.

    Those of one name belong together: rows are ordered by name and by thing.
    """
    name, start = _person.c.sort_name, key_in(page.after)
    down = page.sort.startswith("-")
    query = select(_person.c.id, name).limit(some + 1)
    query = query.order_by(name.desc() if down else name)
    if isinstance(start, str):
        query = query.where(name <= start if down else name >= start)
    if asked.left is not None:
        query = query.where(_left(_person.c.id, asked.left, viewer))
    if asked.external is not None:
        query = query.where(_external(_person.c.id, asked.external, viewer))
    found = connection.execute(query).all()
    if len(found) <= some:
        return [row.id for row in found], True
    return [r.id for r in found if r.sort_name != found[-1].sort_name], False


def _options(held: Subquery) -> dict[str, Any]:
    """Return how a list of things is read from one table of them, or from all."""
    own = [name for name in HoldingRow.model_fields if name not in _JOINED]
    columns: dict[str, ColumnElement[Any]] = {name: held.c[name] for name in own}
    columns |= {
        "person": full_name(_person),
        "left_on": last_day_of(held.c.person_id),
        "asset": held.c.asset_id,
    }
    return {
        "table": held,
        "columns": columns,
        "shown": tuple(HoldingRow.model_fields),
        "refers": {"person": held.c.person_id},
        "orders": {"person": _person.c.sort_name},
        "filters": {
            "left": partial(_left, held.c.person_id),
            "external": partial(_external, held.c.person_id),
            "overdue": partial(_overdue, held),
        },
        "joined": held.join(_person, _person.c.id == held.c.person_id),
        "searched": (_person.c.search, held.c.item, held.c.tag),
        "offered": ("kind",),
    }


_JOINED = ("person", "left_on")
_MAY_LACK = ("left_on", "tag", "expected_return")
_TABLES = [
    _OneTable(place=place, **_options(held))
    for place, held in enumerate(tables_of_things())
]
_SOURCE = _InTables(**_options(_held))

HOLDINGS = Resource(
    name="holdings",
    command="holding",
    title=N_("Things people hold"),
    counted=NN_("{count} thing", "{count} things"),
    icon="box",
    group="people",
    roles=READERS | OWN_THINGS,
    rows=HoldingRow,
    question=HoldingQuestion,
    sort="person",
    source=_SOURCE,
)
