"""Numbers of the public network, with where they lead on a day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime
from sqlalchemy import Connection

from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
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
from api.resources.lookups import conditions, equalities
from api.resources.references import PHONE_NUMBER, ExtensionRef, PhoneSystemRef
from api.resources.resource import Resource
from api.resources.sources import QuerySource
from inventory.kernel.texts import N_, NN_
from inventory.queries.telephony import extensions as queries
from inventory.storage.rows import col
from inventory.telecom.tables import NumberExtension


class NumberRow(RowModel):
    """A number of the public network."""

    id: Annotated[int, Column("Number of the row", shown=False, sort=True)]
    e164: Annotated[str, Column("Number", Show.MONO, sort=True, lead=True)]
    kind: Annotated[Text, Column("Kind", sort=True, about="As the system calls it.")]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    status: Annotated[
        Text, Column("Status", shown=False, about="As the system calls it.")
    ]
    city: Annotated[Text, Column("City", shown=False)]
    system: Annotated[Text, Column("System")]
    extension_id: Number
    extension: Annotated[Text, Column("Extension", Show.MONO)]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]


class NumberQuestion(Question):
    """Which numbers are asked for; the search takes digits of them."""

    state: Annotated[Literal["free", "assigned", "gone"] | None, Choice("State")] = None
    system: Annotated[PhoneSystemRef | None, Choice("System", pick="phone-systems")] = (
        None
    )
    extension: Annotated[
        ExtensionRef | None,
        Choice("Extension", pick="extensions", main=False, about="It leads there."),
    ] = None
    e164: Annotated[Word, Choice("Number", main=False)] = None
    kind: Annotated[Word, Choice("Kind", main=False)] = None
    status: Annotated[Word, Choice("Status", main=False)] = None
    city: Annotated[Word, Choice("City", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("First seen", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None


_number = PHONE_NUMBER.table
COLUMNS = {
    name: _number.c[name]
    for name in "state e164 kind status city first_seen last_seen".split()
} | {
    "system": _number.c.system_id,
    "extension": col(NumberExtension.extension_id),
}


def _read(
    connection: Connection, asked: NumberQuestion, viewer: Viewer, page: PageRequest
) -> Page:
    return queries.list_numbers(
        connection,
        viewer.day,
        search=asked.search,
        found=(*equalities(asked, COLUMNS), *conditions(asked, COLUMNS)),
        sort=page.sort,
        after=page.after,
        limit=page.limit,
    )


NUMBERS = Resource(
    name="numbers",
    command="number",
    title=N_("Numbers"),
    counted=NN_("{count} number", "{count} numbers"),
    icon="phone",
    group="telephony",
    roles=frozenset({Role.IT, Role.HR, Role.AUDITOR, Role.ACCOUNTING}),
    rows=NumberRow,
    question=NumberQuestion,
    sort="e164",
    source=QuerySource(read=_read, columns=COLUMNS),
    reference=PHONE_NUMBER,
    detail=NumberRow,
    get=lambda connection, number_id, viewer: queries.number_detail(
        connection, number_id, viewer.day
    ),
    called=lambda row: str(row["e164"]),
    as_of=True,
    list_as_of=True,
)
