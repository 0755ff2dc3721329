"""`/acceptances/{id}/pdf`: the document of a handover with its answer."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.http.answers import ALL_PROBLEMS
from api.http.auth import Role
from api.http.deps import ReadDep, allow
from api.http.errors import Missing
from api.http.parameters import Id
from api.routes.labels import PDF, pdf
from inventory.assets.custody.acceptance_pdf import acceptance_pdf
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.people.tables import Person
from inventory.storage.rows import find, get

SEE = frozenset({Role.IT, Role.HR, Role.AUDITOR})
router = APIRouter(
    tags=["custody"], dependencies=[allow(*sorted(SEE))], responses=ALL_PROBLEMS
)


def document(reading: Connection, acceptance_id: int) -> bytes | None:
    """Return the PDF of an acceptance; None if there is none."""
    row = find(reading, Acceptance, id=acceptance_id)
    if row is None:
        return None
    person = get(reading, Person, row["person_id"])
    name = f"{person['given_name']} {person['family_name']}".strip()
    return acceptance_pdf(row, name)


@router.get(
    "/acceptances/{acceptance_id}/pdf",
    operation_id="acceptances_pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {}}}, **ALL_PROBLEMS},
)
def as_pdf(reading: ReadDep, acceptance_id: Id) -> Response:
    """Give one PDF for all things of a handover, with the answer and its signature."""
    made = document(reading, acceptance_id)
    if made is None:
        raise Missing(f"There is no acceptance {acceptance_id}.")
    return pdf(made, f"handover-{acceptance_id}")
