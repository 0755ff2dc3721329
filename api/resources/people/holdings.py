"""What persons hold now: leavers, people of no employment, things that are overdue."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from sqlalchemy import ColumnElement, Connection, and_, or_, select

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
from api.resources.references import CASE_LINE, PERSON, AssetRef, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.kernel.texts import N_, NN_
from inventory.queries.people.holdings import last_days, things_held
from inventory.storage.paging import key_in

_held, _employed, _person = things_held(), last_days(), PERSON.table
_line = CASE_LINE.table
FEW, MOST = 250, 2000
"""Persons whose things are looked at first, and at most before all are."""
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


def _left(value: bool, viewer: Viewer) -> ColumnElement[bool]:
    gone = and_(_employed.c.left_on.is_not(None), _employed.c.left_on <= viewer.today)
    return gone if value else ~gone


def _external(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    ever = select(_employed.c.person_id)
    never = select(_person.c.id).where(_person.c.id.not_in(ever))
    return _held.c.person_id.in_(never) if value else _held.c.person_id.in_(ever)


def _overdue(value: bool, viewer: Viewer) -> ColumnElement[bool]:
    asked_back = select(_line.c.asset_id).where(
        _line.c.asset_id.is_not(None),
        _line.c.action == "return",
        _line.c.closed_on.is_(None),
        _line.c.effective_on < viewer.today,
    )
    late = or_(
        and_(
            _held.c.expected_return.is_not(None),
            _held.c.expected_return < viewer.today,
        ),
        and_(_held.c.asset_id.is_not(None), _held.c.asset_id.in_(asked_back)),
        _left(True, viewer),
    )
    return late if value else ~late


@dataclass(frozen=True, kw_only=True)
class _ByPerson(TableSource[HoldingQuestion]):
    """Reads by name without sorting what everybody holds.

    What is held lies in five tables, so that no index has it by name: it is read of
    some persons at a time, of more if they do not fill the page.
    """

    def read(
        self,
        connection: Connection,
        asked: HoldingQuestion,
        viewer: Viewer,
        page: PageRequest,
    ) -> Page:
        """Read a page."""
        if page.sort.removeprefix("-") == "person" and asked.person is None:
            some = FEW
            while (ids := _next_persons(connection, page, some)) is not None:
                part = _of_persons(self, ids).read(connection, asked, viewer, page)
                if part.next is not None:
                    return part
                some *= 8
        return TableSource.read(self, connection, asked, viewer, page)


def _of_persons(
    source: TableSource[HoldingQuestion], ids: Sequence[int]
) -> TableSource[HoldingQuestion]:
    fields = {one.name: getattr(source, one.name) for one in dataclasses.fields(source)}
    held = _held.c.person_id.in_(ids)
    where = source.where
    return TableSource(**{**fields, "where": lambda viewer: (*where(viewer), held)})


def _next_persons(
    connection: Connection, page: PageRequest, some: int
) -> Sequence[int] | None:
    """Return the persons from where a page begins; None if no more follow them.

    Those of one name belong together: rows are ordered by name and by thing.
    """
    if some > MOST:
        return None
    name, start = _person.c.sort_name, key_in(page.after)
    down = page.sort.startswith("-")
    query = select(_person.c.id, name).limit(some + 1)
    query = query.order_by(name.desc() if down else name)
    if isinstance(start, str):
        query = query.where(name <= start if down else name >= start)
    found = connection.execute(query).all()
    if len(found) <= some:
        return None
    return [row.id for row in found if row.sort_name != found[-1].sort_name]


_JOINED = ("person", "left_on")
_SOURCE: TableSource[HoldingQuestion] = _ByPerson(
    table=_held,
    columns={
        name: _held.c[name] for name in HoldingRow.model_fields if name not in _JOINED
    }
    | {
        "person": full_name(_person),
        "left_on": _employed.c.left_on,
        "asset": _held.c.asset_id,
    },
    shown=tuple(HoldingRow.model_fields),
    refers={"person": _held.c.person_id},
    orders={"person": _person.c.sort_name},
    filters={"left": _left, "external": _external, "overdue": _overdue},
    joined=_held.join(_person, _person.c.id == _held.c.person_id).outerjoin(
        _employed, _employed.c.person_id == _held.c.person_id
    ),
    searched=(_person.c.search, _held.c.item, _held.c.tag),
    offered=("kind",),
)

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
