"""Extensions: who is reached by which number inside, and on which phone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime
from sqlalchemy import Connection

from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.models.telephony import ExtensionDetail, ExtensionPhone
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Moment,
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
from api.resources.references import (
    EXTENSION,
    DeviceRef,
    PersonRef,
    PhoneSystemRef,
)
from api.resources.resource import Resource
from api.resources.sources import MOST_COUNTED, QuerySource
from inventory.kernel.texts import N_, NN_
from inventory.queries.telephony import extensions as queries
from inventory.telecom.assignments import assign_person

SEE_LINES = frozenset({Role.IT, Role.HR, Role.AUDITOR})


class ExtensionRow(RowModel):
    """An extension of the list, as of a day."""

    id: Annotated[int, Column("Number of the row", shown=False, sort=True)]
    number: Annotated[str, Column("Extension", Show.MONO, sort=True, lead=True)]
    partition: Annotated[str, Column("Partition", shown=False)]
    system: Annotated[str, Column("System")]
    name: Annotated[Text, Column("Name", sort=True)]
    email: Annotated[Text, Column("E-mail", shown=False)]
    login: Annotated[Text, Column("Login", Show.MONO, shown=False)]
    cost_centre: Annotated[
        Text,
        Column("Account", shown=False, about="Account code in the telephone system."),
    ]
    mailbox: Annotated[Text, Column("Mailbox", Show.MONO, shown=False)]
    enabled: Annotated[bool | None, Column("Enabled", Show.YES, shown=False)]
    first_seen: Annotated[datetime, Column("First seen", Show.AGO, shown=False)]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]
    removed_at: Annotated[
        Moment,
        Column("Removed", Show.AGO, shown=False, about="Since when it is not listed."),
    ]
    person_note: Annotated[
        Text,
        Column("Remark", shown=False, about="Why no person was recognised."),
    ]
    person_id: Number
    person: Annotated[Text, Column("Person", sort=True)]
    person_evidence: Annotated[
        Text,
        Column(
            "Recognised by", shown=False, about="email, login, key, number, name, hand."
        ),
    ]
    person_since: Annotated[Day, Column("Since", Show.DAY, shown=False)]
    phones: list[ExtensionPhone]
    numbers: Annotated[list[str], Column("Numbers", Show.MONO)]
    groups: Annotated[list[str], Column("Groups", shown=False)]


class ExtensionQuestion(Question):
    """Which extensions are asked for; persons and phones are those of the day."""

    system: Annotated[PhoneSystemRef | None, Choice("System", pick="phone-systems")] = (
        None
    )
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    device: Annotated[
        DeviceRef | None,
        Choice(
            "Device",
            pick="devices",
            main=False,
            about="On this device, a phone, on the day.",
        ),
    ] = None
    free: Annotated[
        bool | None, Choice("Free", about="Nobody's on the day, or somebody's.")
    ] = None
    removed: Annotated[
        bool | None,
        Choice("Removed", main=False, about="Those too that are not listed any more."),
    ] = None
    number: Annotated[Word, Choice("Extension", main=False)] = None
    partition: Annotated[Word, Choice("Partition", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    email: Annotated[Word, Choice("E-mail", main=False)] = None
    login: Annotated[Word, Choice("Login", main=False)] = None
    cost_centre: Annotated[Word, Choice("Account", main=False)] = None
    mailbox: Annotated[Word, Choice("Mailbox", main=False)] = None
    enabled: Annotated[bool | None, Choice("Enabled", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("First seen", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None


_extension = EXTENSION.table
COLUMNS = {
    name: _extension.c[name]
    for name in (
        "number partition name email login cost_centre mailbox enabled first_seen"
        " last_seen"
    ).split()
} | {"system": _extension.c.system_id}


class AssignExtensionIn(Given):
    """Whose an extension shall be."""

    person: Annotated[
        PersonRef | None, Input("Person", pick="people", hint="Nobody's without.")
    ] = None
    on: Annotated[date | None, Input("From", hint="The first day; today without.")] = (
        None
    )


def _filter(asked: ExtensionQuestion) -> queries.ExtensionFilter:
    person, device = asked.person, asked.device
    return queries.ExtensionFilter(
        search=asked.search,
        person_id=None if person is None else int(person),
        device_id=None if device is None else int(device),
        free=asked.free,
        removed=bool(asked.removed),
        conditions=(*equalities(asked, COLUMNS), *conditions(asked, COLUMNS)),
    )


def _read(
    connection: Connection, asked: ExtensionQuestion, viewer: Viewer, page: PageRequest
) -> Page:
    return queries.list_extensions(
        connection,
        viewer.day,
        _filter(asked),
        sort=page.sort,
        after=page.after,
        limit=page.limit,
    )


def _count(
    connection: Connection, asked: ExtensionQuestion, viewer: Viewer
) -> int | None:
    found = queries.count_extensions(connection, viewer.day, _filter(asked))
    return found if found <= MOST_COUNTED else None


def _get(connection: Connection, extension_id: int, viewer: Viewer) -> Row | None:
    return queries.extension_detail(connection, extension_id, viewer.day)


def _assign(acting: Acting, given: AssignExtensionIn) -> dict[str, Any]:
    assign_person(
        acting.work,
        acting.id,
        None if given.person is None else int(given.person),
        given.on or acting.work.clock().date(),
        source=acting.caller.actor,
    )
    return {"id": acting.id}


EXTENSIONS = Resource(
    name="extensions",
    command="extension",
    title=N_("Extensions"),
    counted=NN_("{count} extension", "{count} extensions"),
    icon="phone",
    group="telephony",
    roles=SEE_LINES,
    rows=ExtensionRow,
    question=ExtensionQuestion,
    sort="number",
    source=QuerySource(read=_read, count=_count, columns=COLUMNS),
    reference=EXTENSION,
    detail=ExtensionDetail,
    get=_get,
    called=lambda row: str(row["number"]),
    acts=(
        Act(
            "assign-extension",
            AssignExtensionIn,
            _assign,
            frozenset({Role.IT}),
            said=N_("Saved."),
            verb="assign",
            about="Say whose an extension is from a day; no system overrules it.",
            many=True,
        ),
    ),
    as_of=True,
    list_as_of=True,
    searched=True,
)
