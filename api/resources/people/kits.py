"""Kits: what somebody gets who works as something, by the rules that are in force."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.compose.rulebooks import provisioning_in_force
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Day,
    DetailModel,
    Input,
    PageRequest,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.people.case_acts import case_context
from api.resources.references import CaseRef
from api.resources.resource import Resource
from api.resources.sources import QuerySource
from inventory.hr.context import lock_provisioning
from inventory.hr.events.apply_kits import apply_kits
from inventory.kernel.errors import BadCursor, Invalid
from inventory.kernel.texts import N_, NN_
from inventory.storage.paging import Page


class KitRow(RowModel):
    """A kit."""

    id: Annotated[int, Column("Place in the file", sort=True)]
    name: Annotated[str, Column("Name", lead=True)]
    items: Annotated[list[str], Column("Items")]
    without: Annotated[list[str], Column("Without", about="Items of other kits.")]
    when: Annotated[
        dict[str, list[str]], Column("For", about="All of the fields have to fit.")
    ]
    start: Annotated[Day, Column("From", Show.DAY)]
    end: Annotated[Day, Column("Until", Show.DAY, about="First day no more.")]


class KitQuestion(Question):
    """Which kits are asked for."""

    item: Annotated[Word, Choice("Item", about="It contains it.")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None


def _rows(
    connection: Connection, asked: KitQuestion, viewer: Viewer
) -> list[dict[str, Any]]:
    assert viewer.app is not None
    kits = provisioning_in_force(viewer.app.settings, connection).kits.kits
    words = asked.search.casefold().split()
    return [
        {
            "id": number,
            "name": kit.name,
            "items": list(kit.items),
            "without": list(kit.without),
            "when": {name: list(values) for name, values in kit.when.items()},
            "start": kit.start,
            "end": kit.end,
        }
        for number, kit in enumerate(kits, 1)
        if asked.item in (None, *kit.items)
        and asked.name in (None, kit.name)
        and all(w in " ".join((kit.name, *kit.items)).casefold() for w in words)
    ]


def _read(
    connection: Connection, asked: KitQuestion, viewer: Viewer, page: PageRequest
) -> Page:
    rows = _rows(connection, asked, viewer)
    if page.sort.startswith("-"):
        rows.reverse()
    if not 1 <= page.limit <= 1000:
        raise Invalid(N_("The limit is from 1 to 1000."), where="limit")
    start = 0
    if page.after is not None:
        places = {str(row["id"]): place for place, row in enumerate(rows, 1)}
        if page.after not in places:
            raise BadCursor
        start = places[page.after]
    end = start + page.limit
    more = str(rows[end - 1]["id"]) if end < len(rows) else None
    return Page(rows[start:end], more)


class ApplyKitsIn(Given):
    """Let open cases follow the kits of today; they keep those of their beginning."""

    cases: Annotated[
        list[CaseRef],
        Field(default_factory=list, max_length=1000),
        Input("Cases", pick="cases", hint="All that are open without."),
    ]


class CaseOfKits(DetailModel):
    """A case that follows the kits of today, and what differs."""

    case_id: int
    person_id: int
    added: list[str]
    called_off: list[str]


class KitsApplied(DetailModel):
    """The cases that were opened with other kits."""

    count: int
    items: list[CaseOfKits]


def _apply(acting: Acting, given: ApplyKitsIn) -> dict[str, Any]:
    found = apply_kits(case_context(acting), [int(each) for each in given.cases])
    return {"count": len(found), "items": found}


KITS = Resource(
    name="kits",
    command="kit",
    title=N_("Kits"),
    counted=NN_("{count} kit", "{count} kits"),
    group="people",
    roles=frozenset({Role.HR, Role.IT, Role.AUDITOR}),
    rows=KitRow,
    question=KitQuestion,
    sort="id",
    source=QuerySource(
        read=_read,
        count=lambda connection, asked, viewer: len(_rows(connection, asked, viewer)),
    ),
    acts=(
        Act(
            "apply-kits",
            ApplyKitsIn,
            _apply,
            frozenset({Role.HR, Role.IT}),
            verb="apply",
            on="list",
            about="Let open cases follow the kits of today; try it first.",
            said=N_("{count} cases follow the kits of today."),
            answer=KitsApplied,
            try_first=True,
            lock=lock_provisioning,
        ),
    ),
)
