"""What is kept about a person, told and erased."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import DetailModel, Input, Viewer
from api.resources.extracts import Extract, Parameters
from api.resources.people.case_acts import case_context
from inventory.hr.context import lock_provisioning
from inventory.hr.privacy.access_report import access_report
from inventory.hr.privacy.erase import erase_person
from inventory.kernel.texts import N_

OFFICERS = frozenset({Role.HR})


class AccessReport(DetailModel):
    """Everything kept about a person."""

    person: dict[str, Any]
    kept: dict[str, list[dict[str, Any]]] = Field(description="Rows by table.")
    audit: list[dict[str, Any]] = Field(description="Who changed the person, when.")


class EraseIn(Given):
    """Somebody who left long ago, to be forgotten by name."""

    remark: Annotated[
        str, Field(min_length=1, max_length=2000), Input("Why", kind="area")
    ]


class ErasedPerson(DetailModel):
    """What was erased."""

    rows: dict[str, int] = Field(description="Rows by table.")


def _report(
    connection: Connection, person_id: int, _viewer: Viewer, _asked: Parameters
) -> dict[str, Any]:
    return access_report(connection, person_id)


def _erase(acting: Acting, given: EraseIn) -> dict[str, Any]:
    return {"rows": erase_person(case_context(acting), acting.id, given.remark)}


ACCESS_REPORT = Extract(
    name="access-report",
    about=N_("Tell everything that is kept about the person (GDPR, article 15)."),
    read=_report,
    answer=AccessReport,
    roles=OFFICERS,
)
ERASE = Act(
    "erase-person",
    EraseIn,
    _erase,
    OFFICERS,
    verb="erase",
    title=N_("Erase {given_name} {family_name}"),
    about="Erase names, addresses and signatures of who left long ago; custody, books"
    " and the audit trail stay.",
    said=N_("Erased."),
    answer=ErasedPerson,
    lock=lock_provisioning,
    danger=True,
)
