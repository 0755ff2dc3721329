"""The generic reader, on a list that is declared here: places with their parents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import pytest
from sqlalchemy import Connection, Engine

from api.http.callers import Caller, Role
from api.resources.declare import (
    Choice,
    Column,
    PageRequest,
    Question,
    RowModel,
    Text,
    Viewer,
    Word,
)
from api.resources.lookups import lookup_fields, resolved_question, split_lookups
from api.resources.references import LOCATION, LocationRef
from api.resources.sources import TableSource
from inventory.kernel.errors import Invalid
from inventory.people.organisation import ensure
from inventory.people.tables import Location
from inventory.storage.rows import table_of
from tests.inventory.world import Clock, work_on

_place = table_of(Location)
_parent = _place.alias("parent")
TODAY = date(2026, 3, 17)
VIEWER = Viewer(Caller("test", "test", frozenset(Role)), TODAY, TODAY)


class PlaceRow(RowModel):
    """A place."""

    id: Annotated[int, Column("Number", sort=True)]
    code: Annotated[str, Column("Code", sort=True, lead=True)]
    parent: Annotated[Text, Column("Within", sort=True)]
    within: Text


class PlaceQuestion(Question):
    """Which places."""

    code: Annotated[Word, Choice("Code")] = None
    parent: Annotated[Word, Choice("Within")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    within: Annotated[LocationRef | None, Choice("Within", pick="places")] = None


def named(
    _connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    return [row | {"within": f"{row['parent']} {viewer.day:%Y}"} for row in rows]


PLACES: TableSource[PlaceQuestion] = TableSource(
    table=_place,
    joined=_place.outerjoin(_parent, _parent.c.id == _place.c.parent_id),
    columns={
        "id": _place.c.id,
        "code": _place.c.code,
        "parent": _parent.c.code,
        "kind": _place.c.kind,
    },
    shown=("id", "code", "parent"),
    filters={"within": lambda value, _viewer: _place.c.parent_id == value},
    searched=(_place.c.code, _place.c.name, _parent.c.name),
    where=lambda _viewer: (_place.c.code != "hidden",),
    finish=named,
    offered=("kind",),
)


@pytest.fixture
def reading(engine: Engine, clock: Clock) -> Iterator[Connection]:
    """Two sites, two rooms in one of them, a hidden one."""
    with work_on(engine, clock) as work:
        north = ensure(work, "location", "north", name="North 100%", kind="site")
        ensure(work, "location", "south", name="South", kind="site")
        for code in ("r1", "r2", "hidden"):
            ensure(work, "location", code, name="Room", kind="room", parent_id=north)
        work.commit()
    with engine.connect() as connection:
        yield connection


def codes(reading: Connection, sort: str = "code", **asked: object) -> list[str]:
    """Read all pages, two rows at a time."""
    plain = {name: one for name, one in asked.items() if "__" not in name}
    question = PlaceQuestion.model_validate(plain)
    question = question.looked_up(tuple(split_lookups(asked)))
    question = resolved_question(reading, question)
    found: list[str] = []
    after: str | None = None
    while True:
        page = PageRequest(sort=sort, after=after, limit=2)
        read = PLACES.read(reading, question, VIEWER, page)
        found += [row["code"] for row in read.rows]
        after = read.next
        if after is None:
            assert PLACES.count(reading, question, VIEWER) == len(found)
            return found


def test_what_is_joined_is_sorted_and_what_is_missing_comes_first(
    reading: Connection,
) -> None:
    assert codes(reading) == ["north", "r1", "r2", "south"]
    assert codes(reading, "-code") == ["south", "r2", "r1", "north"]
    assert codes(reading, "parent") == ["north", "south", "r1", "r2"]
    assert codes(reading, "-parent") == ["r2", "r1", "south", "north"]


def test_a_filter_is_a_column_or_a_condition(reading: Connection) -> None:
    assert codes(reading, kind="room") == ["r1", "r2"]
    assert codes(reading, parent="north") == ["r1", "r2"]
    assert codes(reading, within="NORTH") == ["r1", "r2"]
    assert codes(reading, within="south") == []


def test_words_are_sought_in_all_columns_as_they_are(reading: Connection) -> None:
    assert codes(reading, search="room") == ["r1", "r2"]
    assert codes(reading, search="room r2") == ["r2"]
    assert codes(reading, search="north room") == ["r1", "r2"]
    assert codes(reading, search="0%") == ["north", "r1", "r2"]
    assert codes(reading, search="_") == []


def test_lookups_of_a_column(reading: Connection) -> None:
    assert codes(reading, code__in=["r1", "south", "x"]) == ["r1", "south"]
    assert codes(reading, code__contains="O") == ["north", "south"]
    assert codes(reading, code__contains="%") == []
    assert codes(reading, parent__isnull=True) == ["north", "south"]
    assert codes(reading, parent__isnull=False) == ["r1", "r2"]


def test_lookups_follow_from_the_type() -> None:
    fields = lookup_fields(PlaceQuestion, PLACES.columns)
    assert [name for name in fields if name.startswith("code")] == [
        "code__in",
        "code__contains",
        "code__isnull",
    ]
    assert not any(name.startswith("within") for name in fields), "no column"


def test_a_page_is_finished_and_a_filter_offers_what_there_is(
    reading: Connection,
) -> None:
    page = PLACES.read(reading, PlaceQuestion(), VIEWER, PageRequest(sort="-code"))
    assert page.rows[-1]["within"] == "None 2026"
    assert PLACES.choices(reading) == {"kind": ["room", "site"]}


def test_one_cannot_sort_by_what_is_only_filtered(reading: Connection) -> None:
    with pytest.raises(Invalid, match="sorted by 'kind'"):
        codes(reading, "kind")


def test_a_name_is_an_id_or_a_code_and_never_both(
    engine: Engine, clock: Clock, reading: Connection
) -> None:
    with work_on(engine, clock) as work:
        ensure(work, "location", "2", name="Two", kind="site")
        work.commit()
    with engine.connect() as fresh:
        assert LOCATION.resolve(fresh, "id:2") == 2
        two = LOCATION.resolve(fresh, "code:2")
        assert two != 2
        assert LOCATION.resolve(fresh, 2) == 2, "a number of JSON is an id"
        with pytest.raises(Invalid, match=rf"id:2 \(south\); id:{two} \(2\)"):
            LOCATION.resolve(fresh, "2")
        for nothing in ("", "  ", "-1", "0", "9" * 30, "id:", "id:x", "\x00", "r1\x00"):
            with pytest.raises(Exception, match="There is no place"):
                LOCATION.resolve(fresh, nothing)
