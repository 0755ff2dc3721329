"""`/contracts`, `/licences`, `/consumables`, and `/ending`: what ends soon."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Missing
from api.routes.acts import Doing, perform
from api.routes.answers import ALL_PROBLEMS, answer, answer_page
from api.routes.parameters import After, Id, Limit
from api.routes.people import SEE_PEOPLE
from api.routes.terms_acts import (
    ASSIGN,
    CONSUMABLE,
    CONTRACT,
    COVER,
    LICENCE,
    MOVE,
    UNASSIGN,
    AssignIn,
    ConsumableIn,
    ContractIn,
    CoverIn,
    LicenceIn,
    MoveIn,
    UnassignIn,
)
from inventory.queries.register import contracts as terms

router = APIRouter(tags=["terms"], dependencies=[allow(*Role)], responses=ALL_PROBLEMS)


@router.get("/ending")
def ending(
    app: AppDep, reading: ReadDep, days: Annotated[int, Query(ge=0, le=3650)] = 90
) -> Response:
    """List warranties, contracts and licences that end within some days."""
    rows = terms.ending_soon(reading, app.clock().date(), days)
    return answer({"items": rows, "next": None})


@router.get("/contracts")
def contracts(reading: ReadDep, after: After = None, limit: Limit = 50) -> Response:
    """List contracts by number."""
    return answer_page(terms.list_contracts(reading, after=after, limit=limit))


@router.put("/contracts")
def contract(doing: Doing, given: ContractIn) -> Response:
    """Record a contract, or correct the one with that number."""
    return perform(doing, CONTRACT, given)


@router.post("/contracts/cover")
def cover(doing: Doing, given: CoverIn) -> Response:
    """Let a contract be about assets from a day, or no more."""
    return perform(doing, COVER, given)


@router.get("/contracts/{contract_id}")
def contract_detail(reading: ReadDep, contract_id: Id) -> Response:
    """Show a contract with the assets it is about."""
    found = terms.contract_detail(reading, contract_id)
    if found is None:
        raise Missing(f"There is no contract {contract_id}.")
    return answer(found)


@router.get("/licences")
def licences(reading: ReadDep, after: After = None, limit: Limit = 50) -> Response:
    """List licences by key with their seats, and how many are used."""
    return answer_page(terms.list_licences(reading, after=after, limit=limit))


@router.put("/licences")
def licence(doing: Doing, given: LicenceIn) -> Response:
    """Record a licence and its seats, or correct the one with that key."""
    return perform(doing, LICENCE, given)


@router.post("/licences/assign")
def assign(doing: Doing, given: AssignIn) -> Response:
    """Give a free seat to a person or an asset; never more than there are."""
    return perform(doing, ASSIGN, given)


@router.post("/licences/unassign")
def unassign(doing: Doing, given: UnassignIn) -> Response:
    """Free a seat."""
    return perform(doing, UNASSIGN, given)


@router.get("/licences/{licence_id}")
def licence_detail(
    reading: ReadDep, who: Annotated[Caller, allow(*Role)], licence_id: Id
) -> Response:
    """Show a licence with who used its seats."""
    found = terms.licence_detail(reading, licence_id)
    if found is None:
        raise Missing(f"There is no licence {licence_id}.")
    if who.roles.isdisjoint(SEE_PEOPLE):
        found["uses"] = [row for row in found["uses"] if row["person_id"] is None]
    return answer(found)


@router.get("/consumables")
def consumables(reading: ReadDep) -> Response:
    """List consumables with what each room has, and what lacks."""
    return answer({"items": terms.list_consumables(reading), "next": None})


@router.put("/consumables")
def consumable(doing: Doing, given: ConsumableIn) -> Response:
    """Add a consumable, or correct the one with that key."""
    return perform(doing, CONSUMABLE, given)


@router.post("/consumables/moves")
def move(doing: Doing, given: MoveIn) -> Response:
    """Record that some came, went, were brought elsewhere or counted."""
    return perform(doing, MOVE, given)


@router.get("/consumables/{consumable_id}/moves")
def moves(
    reading: ReadDep,
    _who: Annotated[Caller, allow(*sorted(SEE_PEOPLE))],
    consumable_id: Id,
) -> Response:
    """Show the ledger of a consumable, the newest first."""
    rows = terms.consumable_moves(reading, consumable_id)
    return answer({"items": rows, "next": None})
