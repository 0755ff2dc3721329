"""A step of a line, with what it does to the asset. Imports `provisioning`, effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.assets.contracts.service import free_seat
from inventory.hr.cases import write_off
from inventory.hr.cases.asset_effects import EFFECTS, StepInProgress
from inventory.hr.cases.case_records import (
    attest,
    last_actor,
    previous_state,
    set_line_state,
    settle_case,
)
from inventory.hr.cases.holdings import EXTENSION, SEAT
from inventory.hr.cases.reserve_stock import (
    end_reservation,
    reserve_arrivals,
    reserve_for_line,
)
from inventory.hr.cases.telecom_lines import carry_out_on_line
from inventory.hr.context import CaseContext
from inventory.hr.requests.approval import check_payer, needs_payer
from inventory.kernel.days import not_future
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.line_states import BEFORE, Step
from inventory.provisioning.separation import Approval, check_separate
from inventory.storage.rows import Row, get
from inventory.telecom.assignments import assign_person

_UNBOUND = frozenset({"release", "cancel"})
"""Steps after which a line has no asset and no telecom line any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """A step somebody wants to take.

    Attributes:
        name: Of the step.
        note: Why, or the name of who signs.
        on: The day; today without.
        carrier: Who transports it.
        tracking: The carrier's number.
        recipient_id: Who gets it, if it is passed on.
        person_id: The person of the register who takes it, if that is known.
    """

    name: str
    note: str = ""
    on: date | None = None
    carrier: str = ""
    tracking: str = ""
    recipient_id: int | None = None
    person_id: int | None = None


def take_line_step(context: CaseContext, line_id: int, request: StepRequest) -> Row:
    """Take a step of a line; return the line.

    Raises:
        NotFound: There is no such line.
        NotAllowed: It is not possible now, or nothing is in stock.
        Invalid: There is no such step, or something is missing.
    """
    context.lock_cases()
    line = get(context.connection, CaseLine, line_id, lock=True)
    step = context.rules.machine.take(
        request.name,
        line["state"],
        line["action"],
        tracked=line["tracked"],
        reason=request.note,
    )
    case = get(context.connection, ProvisioningCase, line["case_id"])
    if step.apart and context.rules.policy.separate:
        asked_by = last_actor(context, line_id)
        check_separate(
            Approval(context.work.actor, request.person_id, asked_by, case["person_id"])
        )
    if step.payer:
        check_payer(context, case, line, request.person_id)
    if request.on is not None:
        not_future(request.on, context.work.clock().date())
        if request.on < case["opened_on"]:
            raise Invalid(
                N_("The case was opened on {opened_on}."),
                where="on",
                remedy=N_("Give a day from {opened_on} on."),
                opened_on=case["opened_on"],
            )
    row = carry_out(context, line, step, request)
    if (step.apart or step.payer) and row["state"] == "requested":
        row = reserve_for_line(context, row)
    if step.signs and request.person_id != case["person_id"]:
        attest(context, line_id)
    case = get(context.connection, ProvisioningCase, line["case_id"])
    settle_case(
        context,
        case["id"],
        cancelled=bool(case["facts"].get("cancelled")),
        over=context.today(case["site"]) >= case["effective_on"],
    )
    return row


def carry_out(context: CaseContext, line: Row, step: Step, request: StepRequest) -> Row:
    """Carry out a step that the machine allowed; return the line."""
    if step.effect == "reserve":
        return _reserve(context, line)
    on = request.on or context.work.clock().date()
    _carry_out_effect(context, line, step, request, on)
    target = _target(context, line, step, request)
    more: dict[str, Any] = {}
    if step.name in _UNBOUND:
        more = {"asset_id": None, "telecom_line_id": None}
    more |= {
        name: value
        for name in ("carrier", "tracking")
        if (value := getattr(request, name))
    }
    row = set_line_state(
        context, line["id"], target, name=step.name, on=on, note=request.note, **more
    )
    if step.name in _UNBOUND and line["telecom_line_id"] is not None:
        reserve_arrivals(context, line["kind"])
    if step.propose and line["telecom_line_id"] is None:
        write_off.propose(context, row, step.propose, on)
    elif step.effect in ("find", "take"):
        write_off.withdraw(context, line["id"], Said(N_("it came back")))
    return row


def _carry_out_effect(
    context: CaseContext, line: Row, step: Step, request: StepRequest, on: date
) -> None:
    """Do to what the line is about what the step does to it."""
    if step.effect == "release":
        end_reservation(context, line)
    elif step.effect and line["asset_id"] is not None:
        current = StepInProgress(
            context=context,
            line=line,
            asset_id=line["asset_id"],
            on=on,
            note=request.note,
            recipient_id=request.recipient_id,
        )
        EFFECTS[step.effect](current)
    elif step.effect and line["telecom_line_id"] is not None:
        act = {"name": step.name, "on": on, "note": request.note}
        act["recipient_id"] = request.recipient_id
        carry_out_on_line(context, line, step.effect, act)
    elif step.effect == "take" and line["slot"].startswith(f"{EXTENSION}:"):
        _free_extension(context, line, on)
    elif step.effect == "take" and line["slot"].startswith(f"{SEAT}:"):
        free_seat(context.work, int(line["slot"].partition(":")[2]), on)


def _target(context: CaseContext, line: Row, step: Step, request: StepRequest) -> str:
    """Return the state a step leads to."""
    if step.dear:
        case = get(context.connection, ProvisioningCase, line["case_id"])
        if needs_payer(context, case, line, request.person_id):
            return step.dear
    if step.target == BEFORE:
        return previous_state(context, line["id"], line["state"])
    return step.target


def _free_extension(context: CaseContext, line: Row, on: date) -> None:
    number = int(line["slot"].partition(":")[2])
    source = f"case:{line['case_id']}"
    assign_person(context.work, number, None, on, source=source)


def _reserve(context: CaseContext, line: Row) -> Row:
    row = reserve_for_line(context, line)
    if row["state"] != "reserved":
        models = " or ".join(line["requested_models"]) or line["kind"]
        raise NotAllowed(
            N_("No {models} is in stock."),
            where="line",
            remedy=N_("It is reserved as soon as one comes in; or add another item."),
            models=models,
        )
    return row


def take_automatic_step(context: CaseContext, line: Row, name: str, note: str) -> Row:
    """Take a step because of what HR said; the caller knows that it is possible."""
    step = context.rules.machine.take(
        name, line["state"], line["action"], tracked=line["tracked"], reason=note
    )
    return carry_out(context, line, step, StepRequest(name=name, note=note))
