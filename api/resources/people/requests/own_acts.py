"""What people do with their own things: ask, confirm, bring back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.compose.rulebooks import provisioning_now
from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.http.errors import Forbidden
from api.resources.declare import Input
from api.resources.people.case_acts import case_context
from api.resources.references import PersonRef
from inventory.hr.cases.steps import StepRequest, take_line_step
from inventory.hr.context import lock_provisioning
from inventory.hr.requests.asking import ask_for
from inventory.hr.requests.own_things import appoint_return
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.people.tables import Person
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.storage.rows import get

OWNERS = frozenset({Role.EMPLOYEE, Role.MANAGER, Role.HR, Role.IT})
_FOR_OTHERS = frozenset({Role.HR, Role.IT, Role.MANAGER})


class AskIn(Given):
    """Something of the catalogue that somebody who works here asks for."""

    item: Annotated[
        str,
        Field(min_length=1, max_length=100),
        Input(
            "Item",
            known=lambda app: list(provisioning_now(app).kits.items),
            hint="Of the catalogue.",
        ),
    ]
    why: Annotated[
        str,
        Field(min_length=1, max_length=2000),
        Input("Needed for", kind="area"),
    ]
    person: Annotated[
        PersonRef | None, Input("For", pick="people", hint="Yourself without.")
    ] = None


class HaveIn(Given):
    """Somebody has what was handed to him."""

    signer: Annotated[
        str,
        Field(max_length=200),
        Input(
            "Signed on paper by",
            hint="Where the person signed a paper and you attest that.",
        ),
    ] = ""


class AppointIn(Given):
    """When and where somebody brings a thing back."""

    on: Annotated[date, Input("On")]
    where: Annotated[str, Field(max_length=200), Input("Where", hint="Or how.")] = ""


def _ask(acting: Acting, given: AskIn) -> dict[str, Any]:
    own = acting.caller.person_id
    person = own if given.person is None else int(given.person)
    if person is None:
        raise Invalid(
            N_("Your account belongs to no person: say for whom it is."), where="person"
        )
    if person != own and acting.caller.roles.isdisjoint(_FOR_OTHERS):
        raise Forbidden("You ask for yourself only.")
    line = ask_for(case_context(acting), person, given.item, given.why)
    return {"id": line["id"]}


def _own_line(acting: Acting) -> int:
    """Return the person of a line, who is the caller.

    Raises:
        NotAllowed: It is somebody else's.
    """
    line = get(acting.work.connection, CaseLine, acting.id)
    case = get(acting.work.connection, ProvisioningCase, line["case_id"])
    person = int(case["person_id"])
    if person != acting.caller.person_id:
        raise NotAllowed(N_("It is somebody else's."), where="line")
    return person


def _have(acting: Acting, given: HaveIn) -> None:
    if given.signer and acting.caller.roles & {Role.HR, Role.IT}:
        # By another than who got it: the story of the line says so.
        name, signer = given.signer, acting.caller.person_id
    else:
        signer = _own_line(acting)
        person = get(acting.work.connection, Person, signer)
        name = f"{person['given_name']} {person['family_name']}".strip()
    request = StepRequest(name="accept", note=name, person_id=signer)
    take_line_step(case_context(acting), acting.id, request)


def _appoint(acting: Acting, given: AppointIn) -> None:
    if acting.caller.roles.isdisjoint({Role.HR, Role.IT}):
        _own_line(acting)
    appoint_return(case_context(acting), acting.id, given.on, given.where)


OWN_LINE_ACTS = (
    Act(
        "ask-for",
        AskIn,
        _ask,
        OWNERS,
        verb="ask",
        on="list",
        title=N_("Ask for something"),
        about="Ask for something of the catalogue; the manager approves it.",
        said=N_("Asked for; you are told once it is decided."),
        lock=lock_provisioning,
    ),
    Act(
        "confirm-line",
        HaveIn,
        _have,
        OWNERS,
        verb="confirm",
        title=N_("I have it"),
        about="Confirm, as the person who got it, that you have it.",
        said=N_("Thank you: it is confirmed."),
        lock=lock_provisioning,
    ),
    Act(
        "appoint-return",
        AppointIn,
        _appoint,
        OWNERS,
        verb="appoint",
        title=N_("Bring it back"),
        about="Say when and where a thing is brought back; IT gets a task.",
        said=N_("Noted; IT expects it."),
        lock=lock_provisioning,
    ),
)
