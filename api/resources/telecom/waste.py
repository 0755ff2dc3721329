"""What is paid for nobody: lines, SIMs and numbers, with the way out of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from sqlalchemy import Connection

from api.compose.telecom_rules import telecom_rules
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.resource import Resource
from api.resources.telecom.shared import PAYING, PEOPLE
from inventory.kernel.texts import N_, NN_
from inventory.telecom_expense.waste import find_waste

Kind = Literal[
    "billed-for-nobody",
    "line-of-leaver",
    "no-usage",
    "line-without-sim",
    "sim-without-line",
    "sim-without-device",
    "sim-not-in-inventory",
    "sim-in-unexpected-use",
    "range-unused",
    "number-unused",
    "extension-unused",
    "phone-not-seen",
]


class WasteRow(RowModel):
    """Something that is paid for nobody."""

    kind: Annotated[Kind, Column("Kind", Show.STATE, sort=True)]
    about: Annotated[str, Column("About", sort=True, lead=True)]
    line_id: Number
    account: Annotated[str, Column("Account", Show.MONO)]
    person_id: Annotated[Number, Column("Person number", shown=False, roles=PEOPLE)]
    person: Annotated[
        Text, Column("Person", roles=PEOPLE, about="Had it last, or has it and left.")
    ]
    since: Annotated[Day, Column("Since", Show.DAY, sort=True)]
    monthly_minor: Annotated[
        int, Column("A month", Show.MONEY, sort=True, total=True, about="Net.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]
    contract: Annotated[Text, Column("Contract")]
    cancel_by: Annotated[Day, Column("Last cancellation day", Show.DAY, sort=True)]
    ends_by: Annotated[Day, Column("Would end", Show.DAY)]


class WasteQuestion(Question):
    """Which of it is asked for."""

    kind: Annotated[Kind | None, Choice("Kind")] = None
    account: Annotated[Word, Choice("Account", about="Its number.")] = None
    contract: Annotated[Word, Choice("Contract", main=False)] = None
    monthly_minor: Annotated[int | None, Choice("A month", main=False)] = None
    cancel_by: Annotated[date | None, Choice("Last cancellation day", main=False)] = (
        None
    )


def _compute(
    connection: Connection, _asked: WasteQuestion, viewer: Viewer
) -> Sequence[Row]:
    assert viewer.app is not None
    rules = telecom_rules(viewer.app.settings)
    return find_waste(connection, rules.states, rules.types, viewer.today)


TELECOM_WASTE = Resource(
    name="telecom-waste",
    command="telecom-waste",
    title=N_("Paid for nobody"),
    counted=NN_("{count} telecom item", "{count} telecom items"),
    group="telephony",
    roles=PAYING,
    rows=WasteRow,
    question=WasteQuestion,
    sort="-monthly_minor",
    source=ComputedSource(
        rows=WasteRow, compute=_compute, key=("kind", "account", "about")
    ),
    called=lambda row: str(row["about"]),
)
