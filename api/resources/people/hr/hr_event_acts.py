"""What a person does with an event that contradicts what is known."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role
from api.resources.declare import DetailModel, Input
from api.resources.people.case_acts import case_context
from api.resources.people.tasks import RemarkIn
from api.resources.references import PersonRef
from inventory.hr.context import lock_provisioning
from inventory.hr.events import settle
from inventory.kernel.texts import N_
from inventory.provisioning.statements.event_kinds import EventKind

WRITERS = frozenset({Role.HR})
Code = Annotated[str | None, Field(max_length=200)]


class EventCorrectIn(Given):
    """What an event should have said; what is left empty stays as it was said."""

    effective_on: Annotated[date | None, Input("On")] = None
    kind: Annotated[EventKind | None, Input("Kind")] = None
    employee_id: Annotated[Code, Input("Employee", hint="Id at the source.")] = None
    legal_entity: Annotated[Code, Input("Legal entity", hint="Its code.")] = None
    department: Annotated[Code, Input("Department", hint="Its code.")] = None
    cost_centre: Annotated[Code, Input("Cost centre", hint="Its code.")] = None
    location: Annotated[Code, Input("Place", hint="Its code.")] = None
    manager: Annotated[
        Code, Input("Manager", hint="A person's key, or an id at the source.")
    ] = None
    number: Annotated[Code, Input("Personnel number")] = None
    given_name: Annotated[Code, Input("Given name")] = None
    family_name: Annotated[Code, Input("Family name")] = None
    email: Annotated[Code, Input("E-mail")] = None
    title: Annotated[Code, Input("Title")] = None
    role: Annotated[Code, Input("Role")] = None
    previous: Annotated[
        date | None, Input("Announced for", hint="The day that was announced.")
    ] = None
    until: Annotated[date | None, Input("Back on")] = None
    without: Annotated[
        list[Literal["manager", "email", "number", "department", "cost_centre"]],
        Field(default_factory=list),
        Input("Leave out", hint="Fields it should not have named."),
    ]


class EventCorrected(DetailModel):
    """The event that says what was meant, and what became of it."""

    event_id: int
    verdict: str
    verdict_reason: str
    case_ids: list[int]


class AssignIn(Given):
    """Whom an event is about that named an unknown id."""

    person: Annotated[PersonRef, Input("Person", pick="people")]


def _correct(acting: Acting, given: EventCorrectIn) -> dict[str, Any]:
    said = given.model_dump(exclude={"without"}, exclude_none=True)
    days = ("previous", "until")
    changes = {k: v.isoformat() if k in days else v for k, v in said.items()}
    changes |= dict.fromkeys(given.without)
    outcome = settle.correct(case_context(acting), acting.id, changes)
    return {
        "event_id": outcome.event["id"],
        "verdict": outcome.event["verdict"],
        "verdict_reason": outcome.event["verdict_reason"],
        "case_ids": list(outcome.case_ids),
    }


def _withdraw(acting: Acting, given: RemarkIn) -> None:
    settle.withdraw(case_context(acting), acting.id, given.remark)


def _force(acting: Acting, given: RemarkIn) -> None:
    settle.force(case_context(acting), acting.id, given.remark)


def _assign(acting: Acting, given: AssignIn) -> None:
    settle.assign(case_context(acting), acting.id, int(given.person))


def _retry(acting: Acting, _given: NothingIn) -> None:
    settle.retry(case_context(acting), acting.id)


HR_EVENT_ACTS = (
    Act(
        "correct-event",
        EventCorrectIn,
        _correct,
        WRITERS,
        verb="correct",
        about="Replace an event by one that says what was meant.",
        said=N_("Corrected: {verdict}."),
        answer=EventCorrected,
        lock=lock_provisioning,
    ),
    Act(
        "withdraw-event",
        RemarkIn,
        _withdraw,
        WRITERS,
        verb="withdraw",
        about="Let an event count no more; it stays on record.",
        lock=lock_provisioning,
        danger=True,
    ),
    Act(
        "force-event",
        RemarkIn,
        _force,
        WRITERS,
        verb="force",
        about="Let an event hold though it contradicts what was said before.",
        lock=lock_provisioning,
        danger=True,
    ),
    Act(
        "assign-event",
        AssignIn,
        _assign,
        WRITERS,
        verb="assign",
        about="Say whom an event is about that named an unknown id.",
        lock=lock_provisioning,
    ),
    Act(
        "retry-event",
        NothingIn,
        _retry,
        WRITERS,
        verb="retry",
        about="Try an event again that contradicted the register.",
        lock=lock_provisioning,
    ),
)
