"""What is dear is approved by who pays, too."""

from __future__ import annotations

from sqlalchemy import select

from inventory.hr.cases.case_records import last_actor
from inventory.hr.context import CaseContext
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.people import tables as people
from inventory.provisioning.separation import Approval, check_separate
from inventory.storage.rows import Row, col, get


def needs_payer(
    context: CaseContext, case: Row, line: Row, person_id: int | None
) -> bool:
    """Whether a line costs more than who approves it may approve alone.

    Args:
        context: The change.
        case: Of the line.
        line: The line.
        person_id: Who approves; the owner of the cost centre is asked but once.
    """
    limit = context.rules.policy.approve_up_to
    if limit is None or (line["cost_minor"] or 0) <= limit:
        return False
    return person_id is None or owner_of_centre(context, case) != person_id


def check_payer(
    context: CaseContext, case: Row, line: Row, person_id: int | None
) -> None:
    """Refuse an approval by another than the owner of the cost centre that pays.

    Where a cost centre has no owner, anybody decides but who approved before.

    Raises:
        NotAllowed: Somebody else owns it.
    """
    owner = owner_of_centre(context, case)
    before = last_actor(context, line["id"]) if owner is None else None
    check_separate(Approval(context.work.actor, person_id, before, case["person_id"]))
    if owner is None or owner == person_id:
        return
    who = get(context.connection, people.Person, owner)
    raise NotAllowed(
        N_("It is dear: {name}, who owns the cost centre {code}, approves it."),
        where="line",
        name=f"{who['given_name']} {who['family_name']}".strip(),
        code=_centre(case),
    )


def _centre(case: Row) -> str:
    return str(case["facts"].get("terms", {}).get("cost_centre") or "")


def owner_of_centre(context: CaseContext, case: Row) -> int | None:
    """Return who owns the cost centre that pays for a case; None if nobody does."""
    query = select(col(people.CostCentre.manager_id)).where(
        col(people.CostCentre.code) == _centre(case)
    )
    return context.connection.execute(query).scalar()
