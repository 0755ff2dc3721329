"""`/stock-takes`: campaigns, scans, outcomes, and the corrections they propose."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.errors import Forbidden
from api.routes.acts import Doing, perform
from api.routes.answers import ALL_PROBLEMS, answer
from api.routes.parameters import Id
from inventory.assets.stocktake import service as stocktake
from inventory.assets.stocktake.rules import CountOutcome, tag_on_label
from inventory.kernel.errors import Invalid
from inventory.people.organisation import unit_named
from inventory.queries.references import assets_named
from inventory.queries.register import stocktakes
from inventory.queries.register.stocktake_names import results_with_names
from inventory.storage.work import UnitOfWork

SEE = frozenset({Role.IT, Role.ACCOUNTING, Role.AUDITOR})
WRITERS = frozenset({Role.IT})
router = APIRouter(
    tags=["stock-takes"], dependencies=[allow(*sorted(SEE))], responses=ALL_PROBLEMS
)
_STRAY = 64


class OpenIn(Given):
    """A campaign to begin."""

    name: str = Field(min_length=1, max_length=200)
    location: str | None = Field(default=None, max_length=200, description="Its code.")
    kinds: list[str] = Field(default=[], max_length=50)
    evidence_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description="A device seen on the network in so many days is found; 0: none.",
    )


class ScanIn(Given):
    """Labels that were scanned at one place."""

    take: int = Field(ge=1)
    texts: list[str] = Field(min_length=1, max_length=2000)
    location: str | None = Field(default=None, max_length=200)
    how: Literal["wedge", "camera", "hand"] = "wedge"


class TakeIn(Given):
    """A campaign."""

    take: int = Field(ge=1)


class DecideIn(Given):
    """Corrections to carry out or to reject."""

    corrections: list[int] = Field(min_length=1, max_length=20_000)
    approve: bool = True
    why: str = Field(default="", max_length=500)


class MineIn(Given):
    """What a person says of the things expected with him."""

    take: int = Field(ge=1)
    have: list[str] = Field(default=[], max_length=2000, description="Tags he has.")
    not_mine: list[str] = Field(default=[], max_length=2000)
    note: str = Field(default="", max_length=2000)


def _open(acting: Acting, given: OpenIn) -> dict[str, Any]:
    work = acting.work
    place = given.location
    number = unit_named(work.connection, "location", place) if place else None
    items = stocktakes.expected_items(
        work.connection, work.clock().date(), location_id=number, kinds=given.kinds
    )
    take_id = stocktake.open_stock_take(
        work,
        given.name,
        items,
        location_id=number,
        kinds=given.kinds,
        evidence_days=given.evidence_days,
    )
    return {"id": take_id, "expected": len(items)}


def _scan(acting: Acting, given: ScanIn) -> dict[str, Any]:
    work = acting.work
    place = given.location
    number = unit_named(work.connection, "location", place) if place else None
    seen = []
    for text in given.texts:
        label = tag_on_label(text)
        found = assets_named(work.connection, label)
        if len(found) > 1:
            raise Invalid(f"{label!r} names several assets.", where="texts")
        row = found[0][1] if found else None
        stocktake.record_scan(
            work,
            given.take,
            label,
            row["id"] if row else None,
            given.how,
            location_id=number,
        )
        seen.append({"text": label, "tag": row["tag"] if row else None})
    names = ", ".join(one["tag"] or f"{one['text']} (unknown)" for one in seen)
    return {"scans": seen, "names": names}


def _close(acting: Acting, given: TakeIn) -> dict[str, Any]:
    work = acting.work
    state = stocktakes.stock_take_status(work.connection, given.take, work.clock())
    wanted = stocktakes.corrections_proposed(work.connection, state)
    by_network = [
        (one.asset_id, state.network[one.asset_id])
        for one in state.results
        if one.how == "network" and one.asset_id is not None
    ]
    count = stocktake.close_stock_take(work, given.take, wanted, by_network)
    return {"id": given.take, "corrections": count}


def _cancel(acting: Acting, given: TakeIn) -> dict[str, Any]:
    stocktake.cancel_stock_take(acting.work, given.take)
    return {"id": given.take}


def _decide(acting: Acting, given: DecideIn) -> dict[str, Any]:
    return stocktake.decide_corrections(
        acting.work, given.corrections, approve=given.approve, why=given.why
    )


def _mine(acting: Acting, given: MineIn) -> dict[str, Any]:
    if acting.caller.person_id is None:
        raise Forbidden("Your account belongs to no person of the register.")
    return confirm(acting.work, acting.caller.person_id, given)


def confirm(work: UnitOfWork, person_id: int, given: MineIn) -> dict[str, Any]:
    """Note what a person says of the things a campaign expects with him.

    Raises:
        Invalid: Something is not expected with him, or is both his and not his.
    """
    mine = {
        row["tag"]: row["id"]
        for row in stocktakes.expected_of(work.connection, given.take, person_id)
    }
    both = set(given.have) & set(given.not_mine)
    strange = ({*given.have, *given.not_mine} - mine.keys()) | both
    if strange:
        raise Invalid(f"{', '.join(sorted(strange))[:_STRAY]}: say have or have not.")
    for tags, denied in ((given.have, False), (given.not_mine, True)):
        for tag in tags:
            stocktake.record_scan(
                work,
                given.take,
                tag,
                mine[tag],
                "person",
                denied=denied,
                note=given.note,
            )
    return {"have": len(given.have), "not_mine": len(given.not_mine)}


OPEN = Act(
    "open-stock-take",
    OpenIn,
    _open,
    WRITERS,
    said="It expects {expected} things.",
    leads_to="/stock-takes/{id}",
)
SCAN = Act("scan", ScanIn, _scan, WRITERS, said="Seen: {names}")
CLOSE = Act(
    "close-stock-take", TakeIn, _close, WRITERS, said="{corrections} corrections."
)
CANCEL = Act("cancel-stock-take", TakeIn, _cancel, WRITERS, said="Cancelled.")
DECIDE = Act(
    "decide",
    DecideIn,
    _decide,
    WRITERS,
    said="{applied} applied, {rejected} rejected, {failed} failed.",
)
MINE = Act("mine", MineIn, _mine, said="Thank you: {have} confirmed.")
ACTS = (OPEN, SCAN, CLOSE, CANCEL, DECIDE, MINE)


def person_token(key: bytes, take_id: int, person_id: int) -> str:
    """Return the signed name of a person in a campaign, for a link."""
    said = f"{take_id}.{person_id}"
    return f"{said}.{hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:40]}"


def person_of(key: bytes, token: str) -> tuple[int, int] | None:
    """Return campaign and person of a token; None for one not made here."""
    take, _, rest = token.partition(".")
    person, _, _ = rest.partition(".")
    if not (take.isdecimal() and person.isdecimal()):
        return None
    made = person_token(key, int(take), int(person))
    return (int(take), int(person)) if hmac.compare_digest(made, token) else None


@router.get("/stock-takes")
def list_all(reading: ReadDep) -> Response:
    """List campaigns, the newest first."""
    return answer({"items": stocktakes.list_stock_takes(reading), "next": None})


@router.post("/stock-takes")
def open_take(doing: Doing, given: OpenIn) -> Response:
    """Begin a campaign: what should be there now is what it expects."""
    return perform(doing, OPEN, given)


@router.get("/stock-takes/{take_id}")
def detail(
    app: AppDep,
    reading: ReadDep,
    take_id: Id,
    outcome: Annotated[CountOutcome | None, Query()] = None,
) -> Response:
    """Show how a campaign stands: counts, the outcome of everything, corrections."""
    state = stocktakes.stock_take_status(reading, take_id, app.clock())
    said = [one for one in state.results if outcome in (None, one.outcome)]
    return answer(
        state.take
        | {
            "counts": state.counts,
            "results": results_with_names(reading, said),
            "corrections": stocktakes.list_corrections(reading, take_id),
        }
    )


@router.post("/stock-takes/scans")
def scan(doing: Doing, given: ScanIn) -> Response:
    """Note labels that were scanned: tags, serials, MACs, or addresses of labels."""
    return perform(doing, SCAN, given)


@router.post("/stock-takes/close")
def close(doing: Doing, given: TakeIn) -> Response:
    """Close a campaign; it proposes corrections of the register."""
    return perform(doing, CLOSE, given)


@router.post("/stock-takes/cancel")
def cancel(doing: Doing, given: TakeIn) -> Response:
    """End a campaign without any correction."""
    return perform(doing, CANCEL, given)


@router.post("/stock-takes/corrections")
def decide(doing: Doing, given: DecideIn) -> Response:
    """Carry out corrections, or reject them."""
    return perform(doing, DECIDE, given)
