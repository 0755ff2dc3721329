"""What may be done with a case: a step of a line, and something above the kit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.compose.rulebooks import context_of
from api.http.actions import Act, Acting, Given, public_url
from api.http.callers import Role
from api.resources.declare import DetailModel, Input
from api.resources.references import PersonRef
from inventory.hr.cases.extra_items import Extra, request_extra
from inventory.hr.cases.hand_over import GIVEN, TAKEN, Way, hand_over
from inventory.hr.cases.steps import StepRequest, take_line_step
from inventory.hr.context import CaseContext, lock_provisioning
from inventory.hr.triggers.signing import send_link
from inventory.kernel.errors import Invalid, NotFound
from inventory.kernel.money import MoneyError, parse_money
from inventory.kernel.texts import N_
from inventory.provisioning.case_tables import CaseLine
from inventory.storage.rows import get

WRITERS = frozenset({Role.HR, Role.IT})
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


class CaseStepIn(Given):
    """A step of a line of the case, with what it does to the asset."""

    line: Annotated[Id, Input("Line")]
    step: Annotated[
        str,
        Field(max_length=40),
        Input("Step", hint="One of `steps_possible` of the line."),
    ]
    note: Annotated[
        str, Field(max_length=2000), Input("Note", hint="Why, or who signs.")
    ] = ""
    on: Annotated[date | None, Input("On", hint="Today without.")] = None
    carrier: Annotated[str, Field(max_length=100), Input("Carrier")] = ""
    tracking: Annotated[str, Field(max_length=100), Input("Tracking number")] = ""
    to: Annotated[
        PersonRef | None,
        Input("To", pick="people", hint="Who gets it, if it is passed on."),
    ] = None


class ItemIn(Given):
    """Something above the kit that somebody asks for."""

    item: Annotated[str, Field(min_length=1, max_length=100), Input("Item")]
    kind: Annotated[str, Field(min_length=1, max_length=40), Input("Kind")]
    models: Annotated[
        list[str],
        Field(default_factory=list, max_length=20),
        Input("Products", hint="That do, the best first; any without."),
    ]
    tracked: Annotated[bool, Input("Registered", hint="It is an asset.")] = True
    benefit: Annotated[
        bool, Input("Benefit", hint="Stays until the employment ends.")
    ] = False
    cost: Annotated[
        str | None, Field(max_length=20), Input("Cost", kind="money", hint="249.00")
    ] = None
    currency: Annotated[
        str | None, Field(pattern="^[A-Z]{3}$"), Input("Currency", hint="ISO 4217.")
    ] = None


class HandOverIn(Given):
    """All that is ready in a case, handed over together and signed for once."""

    lines: Annotated[
        list[Id],
        Field(default_factory=list, max_length=200),
        Input("Lines", hint="All that are ready without."),
    ]
    on: Annotated[date | None, Input("On", hint="Today without.")] = None
    sign: Annotated[
        bool, Input("To be signed", hint="Make a link, and mail it where mail is sent.")
    ] = True
    terms: Annotated[
        str,
        Field(max_length=20_000),
        Input("Terms", kind="area", hint="The usual ones without."),
    ] = ""


class TakeBackIn(HandOverIn):
    """All that is due in a case, taken back together and signed for once."""

    lines: Annotated[
        list[Id],
        Field(default_factory=list, max_length=200),
        Input("Lines", hint="All that are to come back without."),
    ]


class HandedOver(DetailModel):
    """What changed hands with a case."""

    lines: list[int] = Field(description="Lines that were delivered or received.")
    link: str | None = Field(description="To sign for them; shown once.")
    acceptance_id: int | None
    mailed: bool = Field(description="The link goes to the person by mail.")


def case_context(acting: Acting) -> CaseContext:
    """Return the change of cases of an act."""
    return context_of(acting.app.settings, acting.work)


def _step(acting: Acting, given: CaseStepIn) -> None:
    line = get(acting.work.connection, CaseLine, given.line)
    if line["case_id"] != acting.id:
        text = N_("The case {case} has no line {line}.")
        raise NotFound(text, where="line", case=acting.id, line=given.line)
    request = StepRequest(
        name=given.step,
        note=given.note,
        on=given.on,
        carrier=given.carrier,
        tracking=given.tracking,
        recipient_id=None if given.to is None else int(given.to),
        person_id=acting.caller.person_id,
    )
    take_line_step(case_context(acting), given.line, request)


def _add_item(acting: Acting, given: ItemIn) -> None:
    cost = None
    if given.cost is not None:
        currency = given.currency or acting.app.settings.currency
        try:
            cost = parse_money(given.cost, currency)
        except MoneyError as error:
            raise Invalid(str(error), where="cost") from error
    extra = Extra(
        item=given.item,
        kind=given.kind,
        models=tuple(given.models),
        tracked=given.tracked,
        benefit=given.benefit,
        cost=cost,
    )
    request_extra(case_context(acting), acting.id, extra)


class DecideLineIn(Given):
    """Whether what was asked for above the kit is given."""

    note: Annotated[
        str, Field(max_length=2000), Input("Note", kind="area", hint="Why.")
    ] = ""


def _decide_line(acting: Acting, given: DecideLineIn, step: str) -> None:
    line = get(acting.work.connection, CaseLine, acting.id)
    if step == "approve" and line["state"] == "budget":
        step = "approve_cost"
    request = StepRequest(name=step, note=given.note, person_id=acting.caller.person_id)
    take_line_step(case_context(acting), acting.id, request)


DECIDERS = WRITERS | {Role.MANAGER, Role.ACCOUNTING}
LINE_ACTS = (
    Act(
        "approve-line",
        DecideLineIn,
        lambda acting, given: _decide_line(acting, given, "approve"),
        DECIDERS,
        verb="approve",
        about="Approve what was asked for above the kit; never by who asked.",
        lock=lock_provisioning,
    ),
    Act(
        "refuse-line",
        DecideLineIn,
        lambda acting, given: _decide_line(acting, given, "refuse"),
        DECIDERS,
        verb="refuse",
        about="Refuse what was asked for above the kit; say why.",
        lock=lock_provisioning,
    ),
)


def _hand_over(acting: Acting, given: HandOverIn, way: Way = GIVEN) -> dict[str, Any]:
    context = case_context(acting)
    done = hand_over(
        context,
        acting.id,
        acting.app.seal.derived("acceptance"),
        lines=given.lines,
        on=given.on,
        terms=given.terms,
        sign=given.sign,
        way=way,
    )
    found: dict[str, Any] = {"lines": [line["id"] for line in done.lines]}
    found |= {"link": None, "acceptance_id": None, "mailed": False}
    if done.link is not None:
        found["link"] = f"{acting.base}/accept/{done.link.token}"
        found["acceptance_id"] = done.link.acceptance_id
        found["mailed"] = send_link(context, done.link, public_url(acting.app))
    return found


CASE_ACTS = (
    Act(
        "case-hand-over",
        HandOverIn,
        _hand_over,
        WRITERS,
        verb="hand-over",
        title=N_("Hand over"),
        about="Hand over all that is ready, counted things too; one link signs for it.",
        said=N_("Handed over."),
        lock=lock_provisioning,
        answer=HandedOver,
        shown_once=("link",),
    ),
    Act(
        "case-take-back",
        TakeBackIn,
        lambda acting, given: _hand_over(acting, given, TAKEN),
        WRITERS,
        verb="take-back",
        title=N_("Take back"),
        about="Take back all that is due; one link signs for it.",
        said=N_("Taken back."),
        lock=lock_provisioning,
        answer=HandedOver,
        shown_once=("link",),
    ),
    Act(
        "case-step",
        CaseStepIn,
        _step,
        WRITERS,
        verb="step",
        about="Take a step of a line, with what it does to the asset.",
        lock=lock_provisioning,
    ),
    Act(
        "case-item",
        ItemIn,
        _add_item,
        WRITERS,
        verb="add-item",
        about="Ask for something above the kit; it waits for approval.",
        lock=lock_provisioning,
    ),
)
