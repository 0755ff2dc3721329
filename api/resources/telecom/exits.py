"""Last days to give notice, the next one first; the letter that gives it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import Connection

from api.http.files import File
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
    Viewer,
    Word,
)
from api.resources.extracts import Extract, Parameters
from api.resources.resource import Resource
from api.resources.telecom.shared import PAYING
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import get
from inventory.telecom.estate.tables import CarrierContract
from inventory.telecom_expense.exits import list_exits
from inventory.telecom_expense.letters import notice_letter


class ExitRow(RowModel):
    """The next way out of a contract."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    contract: Annotated[str, Column("Contract", Show.MONO, sort=True, lead=True)]
    name: Annotated[str, Column("Name")]
    provider: Annotated[str, Column("Provider", sort=True)]
    account: Annotated[str, Column("Account", Show.MONO)]
    cancel_by: Annotated[
        Day,
        Column(
            "Last cancellation day",
            Show.DAY,
            sort=True,
            about="None: it ends without notice.",
        ),
    ]
    days_left: Annotated[Number, Column("Days left", Show.NUMBER, sort=True)]
    ends_by: Annotated[date, Column("Would end", Show.DAY, sort=True)]
    renews_months: Annotated[int, Column("Renews (months)", Show.NUMBER)]
    lines: Annotated[int, Column("Lines", Show.NUMBER)]
    monthly_minor: Annotated[
        int, Column("A month", Show.MONEY, sort=True, about="Net, of its lines.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]


class ExitQuestion(Question):
    """Which contracts are asked for."""

    provider: Annotated[Word, Choice("Provider", about="Its name.")] = None
    account: Annotated[Word, Choice("Account", main=False, about="Its number.")] = None
    cancel_by: Annotated[date | None, Choice("Last cancellation day", main=False)] = (
        None
    )
    days_left: Annotated[int | None, Choice("Days left")] = None


def _compute(
    connection: Connection, _asked: ExitQuestion, viewer: Viewer
) -> Sequence[Row]:
    return list_exits(connection, viewer.today)


CONTRACT_EXITS = Resource(
    name="contract-exits",
    command="contract-exit",
    title=N_("Cancellation days"),
    counted=NN_("{count} contract", "{count} contracts"),
    group="telephony",
    roles=PAYING,
    rows=ExitRow,
    question=ExitQuestion,
    sort="cancel_by",
    source=ComputedSource(rows=ExitRow, compute=_compute, key=("id",)),
    called=lambda row: str(row["contract"]),
    links={"/api/v1/calendars/contract-exits.ics": N_("As a calendar")},
)

PDF = "application/pdf"


class LetterOf(Parameters):
    """In which language, and about which lines."""

    language: Literal["en", "id"] = Field("en", description="en or id.")
    lines: str = Field(
        "",
        max_length=10_000,
        description="Names of lines with commas; all of the contract without.",
    )


def _letter(
    connection: Connection, contract_id: int, viewer: Viewer, asked: LetterOf
) -> File:
    number = get(connection, CarrierContract, contract_id)["number"]
    names = [name.strip() for name in asked.lines.split(",") if name.strip()]
    made = notice_letter(connection, contract_id, asked.language, viewer.today, names)
    return File(f"notice-{number}-{asked.language}.pdf", PDF, [made], shown=True)


LETTER = Extract(
    name="letter",
    about=N_("Give the letter that gives notice, as PDF."),
    read=_letter,
    media=(PDF,),
    parameters=LetterOf,
)
