"""Persons that turned out to be one, and merges that were a mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement

from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
)
from api.resources.people.case_acts import case_context
from api.resources.people.cases import READERS
from api.resources.references import PERSON, PERSON_MERGE, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.hr.context import lock_provisioning
from inventory.hr.events import merge_persons
from inventory.kernel.texts import N_, NN_

WRITERS = frozenset({Role.HR})
_merge = PERSON_MERGE.table
_from, _into = PERSON.table.alias("from_person"), PERSON.table.alias("into_person")


class PersonMergeRow(RowModel):
    """Two persons that turned out to be one."""

    id: Annotated[int, Column("Merge", sort=True, lead=True)]
    from_id: int
    from_person: Annotated[str, Column("Who is none")]
    from_key: Annotated[str, Column("Key", Show.MONO)]
    into_id: int
    into_person: Annotated[str, Column("Who remains")]
    remark: Annotated[str, Column("Remark")]
    merged_by: Annotated[str, Column("By", shown=False)]
    recorded_at: Annotated[datetime, Column("Merged", Show.AGO, sort=True)]
    undone_at: Annotated[Moment, Column("Undone", Show.AGO, sort=True)]
    undone_by: Annotated[Text, Column("Undone by", shown=False)]


class PersonMergeQuestion(Question):
    """Which merges are asked for."""

    undone: Annotated[bool | None, Choice("Undone")] = None
    from_person: Annotated[
        PersonRef | None, Choice("Who is none", pick="people", main=False)
    ] = None
    into_person: Annotated[
        PersonRef | None, Choice("Who remains", pick="people", main=False)
    ] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Merged", main=False)] = None
    undone_at: Annotated[AwareDatetime | None, Choice("Undone since", main=False)] = (
        None
    )


class MergeIn(Given):
    """Merge this person into another: everything of it is the other's from then on."""

    into: Annotated[PersonRef, Input("Into", pick="people", hint="Who remains.")]
    remark: Annotated[
        str, Field(min_length=1, max_length=2000), Input("Remark", kind="area")
    ]


class Merged(DetailModel):
    """Who remains, and how many rows of each table go over."""

    merge_id: int
    from_id: int
    into_id: int
    moved: dict[str, int]


def merge_person(acting: Acting, given: MergeIn) -> dict[str, Any]:
    """Merge the person of an act into another; answer what goes over."""
    context = case_context(acting)
    row = merge_persons.merge(context, acting.id, int(given.into), given.remark)
    return {
        "merge_id": row["id"],
        "from_id": row["from_id"],
        "into_id": row["into_id"],
        "moved": {name: len(ids) for name, ids in row["moved"].items()},
    }


MERGE_PERSON = Act(
    "merge-person",
    MergeIn,
    merge_person,
    WRITERS,
    verb="merge",
    about="Merge a person into another; try it first, and undo it if it was wrong.",
    title=N_("Merge {given_name} {family_name} into another person"),
    said=N_("They are one person."),
    leads_to="/people/{into_id}",
    answer=Merged,
    lock=lock_provisioning,
    danger=True,
)


def _undo(acting: Acting, _given: NothingIn) -> None:
    merge_persons.undo(case_context(acting), acting.id)


def _undone(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _merge.c.undone_at
    return column.is_not(None) if value else column.is_(None)


_JOINED = ("from_person", "from_key", "into_person")
_SOURCE: TableSource[PersonMergeQuestion] = TableSource(
    table=_merge,
    columns={
        name: _merge.c[name]
        for name in PersonMergeRow.model_fields
        if name not in _JOINED
    }
    | {
        "from_person": full_name(_from),
        "from_key": _from.c.key,
        "into_person": full_name(_into),
    },
    shown=tuple(PersonMergeRow.model_fields),
    refers={"from_person": _merge.c.from_id, "into_person": _merge.c.into_id},
    filters={"undone": _undone},
    joined=_merge.join(_from, _from.c.id == _merge.c.from_id).join(
        _into, _into.c.id == _merge.c.into_id
    ),
    searched=(_from.c.search, _into.c.search),
)

PERSON_MERGES = Resource(
    name="person-merges",
    command="person-merge",
    title=N_("Merged persons"),
    counted=NN_("{count} merge", "{count} merges"),
    group="people",
    roles=READERS,
    rows=PersonMergeRow,
    question=PersonMergeQuestion,
    sort="-id",
    source=_SOURCE,
    reference=PERSON_MERGE,
    detail=PersonMergeRow,
    get=_SOURCE.one,
    called=lambda row: str(row["from_person"]),
    acts=(
        Act(
            "undo-merge",
            NothingIn,
            _undo,
            WRITERS,
            verb="undo",
            about="Let what went over go back to the person it was of.",
            lock=lock_provisioning,
            danger=True,
        ),
    ),
)
