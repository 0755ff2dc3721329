"""Who has an asset and who pays for it: check-out, check-in, allocation."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.compose.rulebooks import context_of
from api.http.actions import Act, Acting, Given, public_url
from api.http.callers import Role
from api.resources.declare import DetailModel, Input
from api.resources.references import COST_CENTRE, AssetRef
from inventory.assets.custody import acceptance
from inventory.assets.custody.allocation import allocate, follow_holder
from inventory.assets.custody.allocation_rules import shares_from_percent
from inventory.assets.custody.handover import check_in_many, check_out_many
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.hr.triggers.signing import send_link
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.queries.references import holder_named

WRITERS = frozenset({Role.IT})
PAYERS = frozenset({Role.IT, Role.ACCOUNTING})
MOST_AT_ONCE = 2000

Assets = Annotated[
    list[AssetRef],
    Field(min_length=1, max_length=MOST_AT_ONCE),
    Input("Assets", pick="assets", hint="Tags or serials, one a line."),
]
On = Annotated[date | None, Input("On", hint="Today without.")]


class CheckOutIn(Given):
    """Assets that one holder gets together."""

    assets: Assets
    holder_kind: Annotated[
        Literal["person", "team", "location", "asset"], Input("Kind of holder")
    ] = "person"
    holder: Annotated[
        str,
        Field(max_length=200),
        Input(
            "Holder",
            pick="people",
            hint=N_("A person; of a team or a place its code, of an asset its tag."),
            about="Key, login, e-mail of a person; code of a place or a team; tag.",
        ),
    ]
    on: On = None
    expected_return: Annotated[date | None, Input("Back by")] = None
    note: Annotated[str, Field(max_length=2000), Input("Note")] = ""
    confirm: Annotated[
        bool, Input("Confirm", about="Make a link by which the person confirms it.")
    ] = False
    terms: Annotated[
        str,
        Field(max_length=20_000),
        Input("Terms", kind="area", about="What is confirmed."),
    ] = ""


class CheckedOut(DetailModel):
    """What was handed over."""

    handover_id: str = Field(
        description="Common name of what was handed over together."
    )
    changed: int = Field(description="Assets that changed their holder.")
    link: str | None = Field(description="To confirm it; shown once.")
    acceptance_id: int | None
    mailed: bool = Field(description="The link goes to the person by mail.")


class CheckInIn(Given):
    """Assets that came back."""

    assets: Assets
    on: On = None


class CheckedIn(DetailModel):
    """What came back."""

    changed: int = Field(description="Assets that somebody held.")


class AllocateIn(Given):
    """Which cost centres bear an asset, in shares that sum to 100 %."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    shares: Annotated[
        list[str],
        Field(min_length=1, max_length=100),
        Input("Shares", hint="4100=60 in percent, one each."),
    ]
    on: On = None
    until: Annotated[date | None, Input("Until", hint="First day no more.")] = None
    reason: Annotated[str, Field(max_length=2000), Input("Reason")] = ""


class FollowIn(Given):
    """Its holder's cost centre bears the asset again from a day."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    on: On = None


def _check_out(acting: Acting, given: CheckOutIn) -> dict[str, Any]:
    work = acting.work
    kind = HolderKind(given.holder_kind)
    if given.confirm and kind is not HolderKind.PERSON:
        raise Invalid(N_("Only a person can confirm a handover."), where="confirm")
    holder = Holder(kind, holder_named(work.connection, kind, given.holder))
    done = check_out_many(
        work,
        [int(one) for one in given.assets],
        holder,
        given.on or work.clock().date(),
        expected_return=given.expected_return,
        note=given.note,
    )
    result: dict[str, Any] = {
        "handover_id": done.handover_id,
        "changed": len(done.changed),
        "link": None,
        "acceptance_id": None,
        "mailed": False,
    }
    if given.confirm and done.changed:
        key = acting.app.seal.derived("acceptance")
        terms = given.terms or acceptance.TERMS
        link = acceptance.request_acceptance(
            work, done.handover_id, holder.id, terms, key
        )
        result["link"] = f"{acting.base}/accept/{link.token}"
        result["acceptance_id"] = link.acceptance_id
        context = context_of(acting.app.settings, work)
        result["mailed"] = send_link(context, link, public_url(acting.app))
    return result


def _check_in(acting: Acting, given: CheckInIn) -> dict[str, Any]:
    day = given.on or acting.work.clock().date()
    taken = check_in_many(acting.work, [int(one) for one in given.assets], day)
    return {"changed": len(taken)}


def _allocate(acting: Acting, given: AllocateIn) -> dict[str, Any]:
    work = acting.work
    parts = []
    for text in given.shares:
        code, _, percent = text.partition("=")
        centre = COST_CENTRE.resolve(work.connection, code, "shares")
        parts.append((centre, percent or "100"))
    changed = allocate(
        work,
        int(given.asset),
        shares_from_percent(parts),
        given.on or work.clock().date(),
        until=given.until,
        reason=given.reason,
    )
    return {"asset_id": int(given.asset), "changed": changed}


def _follow(acting: Acting, given: FollowIn) -> dict[str, Any]:
    day = given.on or acting.work.clock().date()
    changed = follow_holder(acting.work, int(given.asset), day)
    return {"asset_id": int(given.asset), "changed": changed}


CHECK_OUT = Act(
    "check-out",
    CheckOutIn,
    _check_out,
    WRITERS,
    said=N_("{changed} handed over."),
    leads_to="/handovers/{handover_id}",
    about="Hand assets to one holder together; on request with a link to confirm it.",
    title=N_("Hand over"),
    on="list",
    answer=CheckedOut,
    shown_once=("link",),
)
CHECK_IN = Act(
    "check-in",
    CheckInIn,
    _check_in,
    WRITERS,
    said=N_("{changed} taken back."),
    about="Take assets back into stock.",
    title=N_("Take back"),
    on="list",
    answer=CheckedIn,
)
ALLOCATE = Act(
    "allocate",
    AllocateIn,
    _allocate,
    PAYERS,
    said=N_("Cost centres set."),
    ref="asset",
    title=N_("Who pays for {tag}"),
    many=True,
)
FOLLOW = Act(
    "follow-holder",
    FollowIn,
    _follow,
    PAYERS,
    said=N_("It follows its holder again."),
    ref="asset",
    many=True,
)
CUSTODY_ACTS = (CHECK_OUT, CHECK_IN, ALLOCATE, FOLLOW)
