"""Handing out, taking back, steps of the lifecycle, and who bears an asset."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from api.http.errors import Forbidden
from api.routes.acts import Doing, perform
from api.routes.answers import ALL_PROBLEMS, answer
from inventory.assets.custody import acceptance
from inventory.assets.custody.allocation import allocate, follow_holder
from inventory.assets.custody.allocation_rules import shares_from_percent
from inventory.assets.custody.handover import check_in_many, check_out_many
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.register.lifecycle import DEFAULT
from inventory.assets.register.transitions import take_step
from inventory.kernel.errors import Invalid
from inventory.people.organisation import unit_named
from inventory.queries.references import asset_ids_of, holder_named

router = APIRouter(tags=["custody"], responses=ALL_PROBLEMS)
WRITERS = frozenset({Role.IT})
PAYERS = frozenset({Role.IT, Role.ACCOUNTING})
Tags = Annotated[
    list[str], Field(min_length=1, max_length=2000, description="Tags of assets.")
]


class HandOverIn(Given):
    """Things that are handed over together."""

    tags: Tags
    holder_kind: Literal["person", "team", "location", "asset"] = "person"
    holder: str = Field(
        max_length=200,
        description="Key, login, e-mail of a person; code of a place or a team; tag.",
    )
    on: date | None = Field(default=None, description="First day; today without.")
    expected_return: date | None = None
    note: str = Field(default="", max_length=2000)
    confirm: bool = Field(
        default=False, description="Make a link by which the person confirms it."
    )
    terms: str = Field(default="", max_length=20_000, description="What is confirmed.")


class TakeBackIn(Given):
    """Things that came back."""

    tags: Tags
    on: date | None = None


class StepIn(Given):
    """A step of the lifecycle."""

    tag: str = Field(max_length=64)
    step: str = Field(max_length=40)
    on: date | None = None
    reason: str = Field(default="", max_length=2000)


class AllocateIn(Given):
    """Who bears an asset: shares as `4100=60` in percent, one each."""

    tag: str = Field(max_length=64)
    shares: list[str] = Field(min_length=1, max_length=100)
    on: date | None = None
    until: date | None = None
    reason: str = Field(default="", max_length=2000)


class FollowIn(Given):
    """Its holder's cost centre bears the asset again from a day."""

    tag: str = Field(max_length=64)
    on: date | None = None


def _hand_over(acting: Acting, given: HandOverIn) -> dict[str, Any]:
    work = acting.work
    kind = HolderKind(given.holder_kind)
    if given.confirm and kind is not HolderKind.PERSON:
        raise Invalid("Only a person can confirm a handover.", where="confirm")
    holder = Holder(kind, holder_named(work.connection, kind, given.holder))
    done = check_out_many(
        work,
        asset_ids_of(work.connection, given.tags),
        holder,
        given.on or work.clock().date(),
        expected_return=given.expected_return,
        note=given.note,
    )
    result: dict[str, Any] = {
        "act": done.act,
        "changed": len(done.changed),
        "link": None,
        "acceptance_id": None,
    }
    if given.confirm and done.changed:
        key = acting.app.seal.derived("acceptance")
        terms = given.terms or acceptance.TERMS
        link = acceptance.request_acceptance(work, done.act, holder.id, terms, key)
        result["link"] = f"{acting.base}/accept/{link.token}"
        result["acceptance_id"] = link.acceptance_id
    return result


def _take_back(acting: Acting, given: TakeBackIn) -> dict[str, Any]:
    work = acting.work
    ids = asset_ids_of(work.connection, given.tags)
    taken = check_in_many(work, ids, given.on or work.clock().date())
    return {"changed": len(taken)}


def _step(acting: Acting, given: StepIn) -> dict[str, Any]:
    work = acting.work
    step = DEFAULT.steps.get(given.step)
    if step is not None and step.roles.isdisjoint(map(str, acting.caller.roles)):
        needed = " or ".join(sorted(step.roles))
        raise Forbidden(f"The step {step.name!r} needs the role {needed}.")
    (asset_id,) = asset_ids_of(work.connection, [given.tag])
    day = given.on or work.clock().date()
    taken = take_step(work, asset_id, given.step, on=day, reason=given.reason)
    return {"asset_id": asset_id, "step": taken.name, "state": taken.target}


def _allocate(acting: Acting, given: AllocateIn) -> dict[str, Any]:
    work = acting.work
    (asset_id,) = asset_ids_of(work.connection, [given.tag])
    parts = []
    for text in given.shares:
        code, _, percent = text.partition("=")
        centre = unit_named(work.connection, "cost_centre", code)
        parts.append((centre, percent or "100"))
    day = given.on or work.clock().date()
    changed = allocate(
        work,
        asset_id,
        shares_from_percent(parts),
        day,
        until=given.until,
        reason=given.reason,
    )
    return {"asset_id": asset_id, "changed": changed}


def _follow(acting: Acting, given: FollowIn) -> dict[str, Any]:
    work = acting.work
    (asset_id,) = asset_ids_of(work.connection, [given.tag])
    day = given.on or work.clock().date()
    return {"asset_id": asset_id, "changed": follow_holder(work, asset_id, day)}


HAND_OVER = Act(
    "hand-over",
    HandOverIn,
    _hand_over,
    WRITERS,
    said="{changed} handed over.",
    leads_to="/handovers/{act}",
)
TAKE_BACK = Act(
    "take-back", TakeBackIn, _take_back, WRITERS, said="{changed} taken back."
)
STEP = Act(
    "step", StepIn, _step, frozenset({Role.IT, Role.ACCOUNTING}), said="It is {state}."
)
ALLOCATE = Act("allocate", AllocateIn, _allocate, PAYERS, said="Cost centres set.")
FOLLOW = Act("follow", FollowIn, _follow, PAYERS, said="It follows its holder again.")
ACTS = (HAND_OVER, TAKE_BACK, STEP, ALLOCATE, FOLLOW)


@router.post("/handovers")
def hand_over(doing: Doing, given: HandOverIn) -> Response:
    """Hand many things over in one act; on request with a link to confirm it.

    The link is shown once. All or nothing: if one thing cannot be handed over, `errors`
    names each with its reason.
    """
    return perform(doing, HAND_OVER, given)


@router.post("/returns")
def take_back(doing: Doing, given: TakeBackIn) -> Response:
    """Take many things back into stock."""
    return perform(doing, TAKE_BACK, given)


@router.post("/steps")
def step(doing: Doing, given: StepIn) -> Response:
    """Take a step of the lifecycle; an asset's `steps` say which are possible now."""
    return perform(doing, STEP, given)


@router.get("/steps")
def steps(doing: Doing) -> Response:
    """List states and steps of the lifecycle: from where, what is needed, by whom."""
    return answer(
        {
            "states": [
                {"name": one.name, "meaning": one.meaning, "owned": one.owned}
                for one in DEFAULT.states.values()
            ],
            "steps": [
                {
                    "name": one.name,
                    "from": sorted(one.sources),
                    "to": one.target,
                    "needs": sorted(one.needs),
                    "roles": sorted(one.roles),
                    "ends_custody": one.ends_custody,
                }
                for one in DEFAULT.steps.values()
            ],
        }
    )


@router.post("/allocations")
def allocate_asset(doing: Doing, given: AllocateIn) -> Response:
    """Let cost centres bear an asset from a day, in shares that sum to 100 %."""
    return perform(doing, ALLOCATE, given)


@router.post("/allocations/follow-holder")
def follow(doing: Doing, given: FollowIn) -> Response:
    """Let an asset follow its holder's cost centre again from a day."""
    return perform(doing, FOLLOW, given)
