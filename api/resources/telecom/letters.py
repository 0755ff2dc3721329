"""The letter that gives notice of a contract."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from sqlalchemy import Connection

from api.http.files import File
from api.resources.declare import Viewer
from api.resources.extracts import Extract, Parameters
from inventory.kernel.texts import N_
from inventory.storage.rows import get
from inventory.telecom.estate.tables import CarrierContract
from inventory.telecom_expense.letters import notice_letter

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
