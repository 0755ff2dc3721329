"""Reminding a person of what should be back by now."""

from __future__ import annotations

from api.http.actions import Act, Acting, NothingIn
from api.http.callers import Role
from api.resources.declare import DetailModel
from api.resources.people.case_acts import case_context
from inventory.hr.triggers.overdue_loans import remind_person
from inventory.kernel.texts import N_


class Reminded(DetailModel):
    """What somebody is reminded of."""

    overdue: int


def _remind(acting: Acting, _given: NothingIn) -> dict[str, int]:
    return {"overdue": remind_person(case_context(acting), acting.id)}


REMIND = Act(
    "remind-person",
    NothingIn,
    _remind,
    frozenset({Role.HR, Role.IT}),
    verb="remind",
    title=N_("Remind"),
    about="Write a mail that reminds the person of what should be back by now.",
    said=N_("{overdue} overdue; the mail waits to be sent."),
    answer=Reminded,
)
