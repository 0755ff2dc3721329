"""People: who works where, and who holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.models.register import PersonDetail
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Number,
    Page,
    PageRequest,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.lookups import conditions, equalities
from api.resources.people.cases import TOLD
from api.resources.people.hr.person_merges import MERGE_PERSON
from api.resources.people.hr.privacy import ACCESS_REPORT, ERASE
from api.resources.people.hr.reminders import REMIND
from api.resources.perform import changes_of, partial
from api.resources.references import (
    PERSON,
    CostCentreRef,
    DepartmentRef,
    LegalEntityRef,
    LocationRef,
    PersonRef,
)
from api.resources.register.extracts.history import held_by
from api.resources.resource import Resource
from api.resources.sources import MOST_COUNTED, QuerySource
from inventory.assets.custody.rules import HolderKind
from inventory.hr.views.lists import confidential_leavers
from inventory.kernel.errors import Conflict
from inventory.kernel.texts import N_, NN_
from inventory.people.persons import NewPerson, add_person, change_person
from inventory.people.tables import Person
from inventory.queries.people import people
from inventory.queries.telephony.extensions import lines_of_person
from inventory.storage.rows import find, get

SEE_PEOPLE = frozenset({Role.IT, Role.HR, Role.AUDITOR})
WRITERS = frozenset({Role.IT, Role.HR})


class PersonRow(RowModel):
    """A person of the list, with where he or she works on the day."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    key: Annotated[str, Column("Key", Show.MONO, shown=False, about="Of HR.")]
    given_name: Annotated[str, Column("Given name")]
    family_name: Annotated[str, Column("Name", sort=True, lead=True)]
    email: Annotated[Text, Column("E-mail")]
    login: Annotated[Text, Column("Login", Show.MONO)]
    employment_id: Number = Field(description="On the day; null for nobody employed.")
    number: Annotated[Text, Column("Personnel number", Show.MONO, shown=False)]
    legal_entity: Annotated[Text, Column("Legal entity", shown=False)]
    employed_from: Annotated[Day, Column("Employed from", Show.DAY, shown=False)]
    employed_to: Annotated[Day, Column("Employed until", Show.DAY, shown=False)]
    title: Annotated[Text, Column("Title", shown=False)]
    department: Annotated[Text, Column("Department")]
    cost_centre: Annotated[Text, Column("Cost centre", Show.MONO)]
    cost_centre_name: Annotated[Text, Column("Name of the cost centre", shown=False)]
    location: Annotated[Text, Column("Place")]
    manager: Annotated[Text, Column("Manager", shown=False)]
    holdings: Annotated[
        int, Column("Holds", Show.NUMBER, about="Assets held on the day.")
    ]


class PersonQuestion(Question):
    """Which people are asked for; work and holdings are those of the day."""

    employed: Annotated[bool | None, Choice("Employed", about="On the day.")] = None
    holding: Annotated[
        bool | None, Choice("Holds something", about="On the day, or not.")
    ] = None
    department: Annotated[
        DepartmentRef | None, Choice("Department", pick="departments", main=False)
    ] = None
    cost_centre: Annotated[
        CostCentreRef | None,
        Choice(
            "Cost centre",
            pick="cost-centres",
            main=False,
            lookups=(),
            about="Works for it on the day.",
        ),
    ] = None
    location: Annotated[
        LocationRef | None, Choice("Place", pick="places", main=False)
    ] = None
    manager: Annotated[
        PersonRef | None, Choice("Manager", pick="people", main=False)
    ] = None
    legal_entity: Annotated[
        LegalEntityRef | None, Choice("Legal entity", pick="legal-entities", main=False)
    ] = None
    key: Annotated[Word, Choice("Key", main=False)] = None
    number: Annotated[Word, Choice("Personnel number", main=False)] = None
    given_name: Annotated[Word, Choice("Given name", main=False)] = None
    family_name: Annotated[Word, Choice("Family name", main=False)] = None
    email: Annotated[Word, Choice("E-mail", main=False)] = None
    login: Annotated[Word, Choice("Login", main=False)] = None
    title: Annotated[Word, Choice("Title", main=False)] = None
    employed_from: Annotated[date | None, Choice("Employed from", main=False)] = None
    employed_to: Annotated[date | None, Choice("Employed until", main=False)] = None


COLUMNS = people.work_conditions()


class PersonIn(Given):
    """A person to add."""

    key: Annotated[
        str,
        Field(min_length=1, max_length=200),
        Input("Key", hint="Stable name at the source, such as hr:10023."),
    ]
    family_name: Annotated[
        str, Field(min_length=1, max_length=200), Input("Family name")
    ]
    given_name: Annotated[str, Field(max_length=200), Input("Given name")] = ""
    email: Annotated[str | None, Field(max_length=254), Input("E-mail")] = None
    login: Annotated[
        str | None,
        Field(max_length=200),
        Input("Login", hint="Account name on computers."),
    ] = None


EditIn = partial(PersonIn, "PersonEditIn", "key")


def _filter(asked: PersonQuestion) -> people.PersonFilter:
    centre = asked.cost_centre
    return people.PersonFilter(
        search=asked.search,
        employed=asked.employed,
        holding=asked.holding,
        cost_centre_id=None if centre is None else int(centre),
        conditions=(*equalities(asked, COLUMNS), *conditions(asked, COLUMNS)),
    )


def _read(
    connection: Connection, asked: PersonQuestion, viewer: Viewer, page: PageRequest
) -> Page:
    found = people.list_people(
        connection,
        viewer.day,
        _filter(asked),
        sort=page.sort,
        after=page.after,
        limit=page.limit,
    )
    rows = [dict(row) for row in found.rows]
    for row in _confidential(connection, rows, viewer):
        row["employed_to"] = None
    return replace(found, rows=rows)


def _confidential(
    connection: Connection, rows: Sequence[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    """Return the rows of people whose leave the viewer is not told of yet."""
    if viewer.caller.roles & TOLD or not rows:
        return []
    ids = {row["id"] for row in rows}
    leavers = confidential_leavers(connection, ids, viewer.today)
    return [row for row in rows if row["id"] in leavers]


def _count(connection: Connection, asked: PersonQuestion, viewer: Viewer) -> int | None:
    filters = _filter(asked)
    found = people.count_people(connection, viewer.day, filters, most=MOST_COUNTED)
    return found if found <= MOST_COUNTED else None


def _get(connection: Connection, person_id: int, viewer: Viewer) -> Row | None:
    found = people.person_detail(connection, person_id, viewer.day)
    if found is None:
        return None
    if _confidential(connection, [found], viewer):
        found = _without_leave(found, viewer.today)
    return found | {"extensions": lines_of_person(connection, person_id, viewer.day)}


def _without_leave(found: dict[str, Any], today: date) -> dict[str, Any]:
    """Return a person as if the end of what runs today were not known."""

    def runs(row: dict[str, Any]) -> bool:
        return row["valid_to"] is not None and bool(row["valid_to"] > today)

    employments = [
        one
        | ({"valid_to": None, "end_reason": None} if runs(one) else {})
        | {
            "placements": [
                placed | ({"valid_to": None} if _last(one, placed) else {})
                for placed in one["placements"]
            ]
        }
        for one in found["employments"]
    ]
    return found | {"employed_to": None, "employments": employments}


def _last(employment: Mapping[str, Any], placed: Mapping[str, Any]) -> bool:
    return bool(placed["valid_to"] == employment["valid_to"])


def _create(acting: Acting, given: PersonIn) -> dict[str, Any]:
    if find(acting.work.connection, Person, key=given.key) is not None:
        raise Conflict(
            N_("There is a person {key} already."), where="key", key=given.key
        )
    return {"id": add_person(acting.work, NewPerson(**dict(given)))}


def _update(acting: Acting, given: Given) -> None:
    changes = dict(changes_of(given))
    if "given_name" in changes:
        changes["given_name"] = changes["given_name"] or ""
    change_person(acting.work, acting.id, **changes)


def _begin(acting: Acting) -> dict[str, Any]:
    row = get(acting.work.connection, Person, acting.id)
    return {name: row[name] for name in EditIn.model_fields}


PEOPLE = Resource(
    name="people",
    command="person",
    title=N_("People"),
    counted=NN_("{count} person", "{count} people"),
    icon="person",
    group="people",
    roles=SEE_PEOPLE | {Role.MANAGER},
    rows=PersonRow,
    question=PersonQuestion,
    sort="family_name",
    source=QuerySource(read=_read, count=_count, columns=COLUMNS),
    reference=PERSON,
    detail=PersonDetail,
    get=_get,
    extracts=(held_by(HolderKind.PERSON), ACCESS_REPORT),
    called=lambda row: f"{row['given_name']} {row['family_name']}".strip(),
    acts=(
        Act(
            "add-person",
            PersonIn,
            _create,
            WRITERS,
            said=N_("Saved."),
            leads_to="/people/{id}",
            verb="create",
            about="Add a person; employments come from HR's events or a file.",
            many=True,
        ),
        Act(
            "edit-person",
            EditIn,
            _update,
            WRITERS,
            said=N_("Saved."),
            verb="update",
            about="Correct name, e-mail address or login of a person.",
            many=True,
            begin=_begin,
        ),
        MERGE_PERSON,
        REMIND,
        ERASE,
    ),
    as_of=True,
    list_as_of=True,
    searched=True,
)
