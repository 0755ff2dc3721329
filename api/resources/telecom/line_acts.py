"""What becomes of a line, and who has it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.resources.declare import Input
from api.resources.references import AssetRef, CostCentreRef, LocationRef, PersonRef
from api.resources.telecom.shared import WRITERS, rules
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.telecom.estate import lines


class AssignLineIn(Given):
    """Who or what has the line from a day on."""

    person: Annotated[PersonRef | None, Input("Person", pick="people")] = None
    tag: Annotated[
        AssetRef | None, Input("Asset", pick="assets", hint="It is built into.")
    ] = None
    place: Annotated[LocationRef | None, Input("Place", pick="places")] = None
    cost_centre: Annotated[
        CostCentreRef | None,
        Input("Cost centre", pick="cost-centres", hint="Pays, whoever uses it."),
    ] = None
    on: Annotated[date | None, Input("From", hint="Today without.")] = None


class UnassignLineIn(Given):
    """Nobody, or nothing, has the line from a day on."""

    role: Annotated[
        str,
        Field(pattern="^(person|asset|location|cost-centre)$"),
        Input("Role", hint="person, asset, location or cost-centre"),
    ] = "person"
    on: Annotated[date | None, Input("From", hint="Today without.")] = None


class LineStepIn(Given):
    """The next step of the line: activate, suspend, quarantine, port-out, cancel."""

    step: Annotated[
        str,
        Field(min_length=1, max_length=40),
        Input("Step", hint="activate, suspend, quarantine, reuse, port-out, cancel"),
    ]
    on: Annotated[date | None, Input("From", hint="Today without.")] = None
    reason: Annotated[str, Field(max_length=1000), Input("Reason")] = ""


def _day(acting: Acting, on: date | None) -> date:
    return on or acting.work.clock().date()


def _assign(acting: Acting, given: AssignLineIn) -> None:
    holders: dict[str, Any] = {
        "person": given.person,
        "asset": given.tag,
        "location": given.place,
        "cost-centre": given.cost_centre,
    }
    told = {role: one for role, one in holders.items() if one is not None}
    if not told:
        raise Invalid(N_("Say who or what has it."), where="person")
    day, states = _day(acting, given.on), rules(acting).states
    for role, one in told.items():
        lines.assign(acting.work, states, acting.id, role, int(one), day)


def _unassign(acting: Acting, given: UnassignLineIn) -> None:
    lines.unassign(acting.work, acting.id, given.role, _day(acting, given.on))


def _step(acting: Acting, given: LineStepIn) -> None:
    day = _day(acting, given.on)
    states = rules(acting).states
    lines.take_step(acting.work, states, acting.id, given.step, day, given.reason)


LINE_ACTS = (
    Act(
        "assign-line",
        AssignLineIn,
        _assign,
        WRITERS,
        verb="assign",
        many=True,
        said=N_("Saved."),
    ),
    Act(
        "unassign-line",
        UnassignLineIn,
        _unassign,
        WRITERS,
        verb="unassign",
        said=N_("Saved."),
    ),
    Act(
        "line-step",
        LineStepIn,
        _step,
        WRITERS,
        verb="step",
        many=True,
        said=N_("Saved."),
    ),
)
