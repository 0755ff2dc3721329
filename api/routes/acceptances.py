"""`/acceptances`: what people were asked to confirm, and what they said."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from api.http.deps import ReadDep, allow
from api.http.errors import Missing
from api.routes.acts import Doing, perform
from api.routes.answers import ALL_PROBLEMS, answer_page
from api.routes.labels import PDF, pdf
from api.routes.parameters import After, Id, Limit
from inventory.assets.custody.acceptance import withdraw_acceptance
from inventory.assets.custody.acceptance_pdf import acceptance_pdf
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.people.tables import Person
from inventory.queries.register.stock import list_acceptances
from inventory.storage.rows import find, get

SEE = frozenset({Role.IT, Role.HR, Role.AUDITOR})
router = APIRouter(
    tags=["custody"], dependencies=[allow(*sorted(SEE))], responses=ALL_PROBLEMS
)


class WithdrawIn(Given):
    """A link that shall work no more."""

    acceptance_id: int


def _withdraw(acting: Acting, given: WithdrawIn) -> dict[str, Any]:
    return {"withdrawn": withdraw_acceptance(acting.work, given.acceptance_id)}


WITHDRAW = Act(
    "withdraw", WithdrawIn, _withdraw, frozenset({Role.IT}), said="Withdrawn."
)
ACTS = (WITHDRAW,)


def document(reading: Connection, acceptance_id: int) -> bytes | None:
    """Return the PDF of an acceptance; None if there is none."""
    row = find(reading, Acceptance, id=acceptance_id)
    if row is None:
        return None
    person = get(reading, Person, row["person_id"])
    name = f"{person['given_name']} {person['family_name']}".strip()
    return acceptance_pdf(row, name)


@router.get("/acceptances")
def list_all(
    reading: ReadDep,
    state: Annotated[
        Literal["pending", "accepted", "disputed", "withdrawn"] | None, Query()
    ] = None,
    handover_id: Annotated[str | None, Query(max_length=100)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """List what people were asked to confirm, the newest first."""
    return answer_page(
        list_acceptances(
            reading, state=state, handover_id=handover_id, after=after, limit=limit
        )
    )


@router.get(
    "/acceptances/{acceptance_id}/pdf",
    responses={200: {"content": {PDF: {}}}, **ALL_PROBLEMS},
)
def as_pdf(reading: ReadDep, acceptance_id: Id) -> Response:
    """Give one PDF for all things of a handover, with the answer and its signature."""
    made = document(reading, acceptance_id)
    if made is None:
        raise Missing(f"There is no acceptance {acceptance_id}.")
    return pdf(made, f"handover-{acceptance_id}")


@router.post("/acceptances/{acceptance_id}/withdraw")
def withdraw_link(doing: Doing, acceptance_id: Id) -> Response:
    """Let a link that is not answered yet work no more."""
    return perform(doing, WITHDRAW, WithdrawIn(acceptance_id=acceptance_id))
