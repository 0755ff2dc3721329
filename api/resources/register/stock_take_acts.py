"""What is done in a stock-take: begin, scan, close, decide, confirm what one has."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.callers import OWN_THINGS, STAFF
from api.http.errors import Forbidden
from api.resources.declare import DetailModel, Input, Text
from api.resources.references import LocationRef, StockTakeRef
from api.resources.register.shared import WRITERS
from inventory.assets.stocktake import service as stocktake
from inventory.assets.stocktake.rules import tag_on_label
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.queries.references import assets_named
from inventory.queries.register import stocktakes
from inventory.storage.work import UnitOfWork

_MOST_NAMED = 64
_MANY = 2_000
"""Things; to evaluate so many takes seconds."""
Take = Annotated[StockTakeRef, Input("Stock-take", pick="stock-takes")]
Tags = Annotated[list[str], Field(default_factory=list, max_length=2000)]


class OpenIn(Given):
    """A campaign to begin: what should be there now is what it expects."""

    name: Annotated[str, Field(min_length=1, max_length=200), Input("Name")]
    location: Annotated[
        LocationRef | None, Input("Place", pick="places", hint="Everywhere without.")
    ] = None
    kinds: Annotated[
        list[str],
        Field(default_factory=list, max_length=50),
        Input("Kinds", hint="All without."),
    ]
    evidence_days: Annotated[
        int,
        Field(ge=0, le=3650),
        Input(
            "Days of the network",
            about="A device seen on the network in so many days is found; 0: none.",
        ),
    ] = 30


class ScanIn(Given):
    """Labels that were scanned at one place."""

    take: Take
    texts: Annotated[
        list[str],
        Field(min_length=1, max_length=2000),
        Input("Labels", hint="Tags, serials, MACs or addresses of labels."),
    ]
    location: Annotated[LocationRef | None, Input("Place", pick="places")] = None
    how: Annotated[Literal["wedge", "camera", "hand"], Input("How")] = "wedge"


class ScannedLabel(DetailModel):
    """A label, and the asset it names."""

    text: str
    tag: Text


class Scanned(DetailModel):
    """What was scanned."""

    scans: list[ScannedLabel]
    names: str


class TakeIn(Given):
    """A campaign."""

    take: Take


class Closed(DetailModel):
    """A campaign that was closed."""

    id: int
    corrections: int = Field(description="Corrections that are proposed.")


class DecideIn(Given):
    """Corrections to carry out or to reject."""

    corrections: Annotated[
        list[int], Field(min_length=1, max_length=20_000), Input("Corrections")
    ]
    approve: Annotated[bool, Input("Carry out", hint="Else they are rejected.")] = True
    why: Annotated[str, Field(max_length=500), Input("Why")] = ""


class Decided(DetailModel):
    """How many corrections went which way."""

    applied: int
    rejected: int
    failed: int


class ConfirmIn(Given):
    """What a person says of the things expected with them."""

    take: Take
    have: Annotated[Tags, Input("I have", hint="Tags.")]
    not_mine: Annotated[Tags, Input("I do not have", hint="Tags.")]
    note: Annotated[str, Field(max_length=2000), Input("Note")] = ""


class Confirmed(DetailModel):
    """How much was confirmed and denied."""

    have: int
    not_mine: int


def _open(acting: Acting, given: OpenIn) -> dict[str, Any]:
    work = acting.work
    place = None if given.location is None else int(given.location)
    items = stocktakes.expected_items(
        work.connection, work.clock().date(), location_id=place, kinds=given.kinds
    )
    take_id = stocktake.open_stock_take(
        work,
        given.name,
        items,
        location_id=place,
        kinds=given.kinds,
        evidence_days=given.evidence_days,
    )
    return {"id": take_id, "expected": len(items)}


def _scan(acting: Acting, given: ScanIn) -> dict[str, Any]:
    work = acting.work
    place = None if given.location is None else int(given.location)
    scans = []
    for text in given.texts:
        label = tag_on_label(text)
        found = assets_named(work.connection, label)
        if len(found) > 1:
            raise Invalid(
                N_("{label} names several assets."), where="texts", label=label
            )
        asset = found[0][1] if found else None
        stocktake.record_scan(
            work,
            int(given.take),
            label,
            asset["id"] if asset else None,
            given.how,
            location_id=place,
        )
        scans.append({"text": label, "tag": asset["tag"] if asset else None})
    names = ", ".join(one["tag"] or f"{one['text']} (unknown)" for one in scans)
    return {"scans": scans, "names": names}


def _close(acting: Acting, given: TakeIn) -> dict[str, Any]:
    work, take = acting.work, int(given.take)
    status = stocktakes.stock_take_status(work.connection, take, work.clock())
    corrections = stocktakes.corrections_proposed(work.connection, status)
    by_network = [
        (one.asset_id, status.network[one.asset_id])
        for one in status.results
        if one.how == "network" and one.asset_id is not None
    ]
    count = stocktake.close_stock_take(work, take, corrections, by_network)
    return {"id": take, "corrections": count}


def _cancel(acting: Acting, given: TakeIn) -> dict[str, Any]:
    stocktake.cancel_stock_take(acting.work, int(given.take))
    return {"id": int(given.take)}


def _decide(acting: Acting, given: DecideIn) -> dict[str, Any]:
    return stocktake.decide_corrections(
        acting.work, given.corrections, approve=given.approve, why=given.why
    )


def _confirm(acting: Acting, given: ConfirmIn) -> dict[str, Any]:
    if acting.caller.person_id is None:
        raise Forbidden("Your account belongs to no person of the register.")
    return confirm(acting.work, acting.caller.person_id, given)


def confirm(work: UnitOfWork, person_id: int, given: ConfirmIn) -> dict[str, Any]:
    """Record what a person says of the things a campaign expects with them.

    Raises:
        Invalid: Something is not expected there, or is both had and not had.
    """
    take = int(given.take)
    expected = {
        row["tag"]: row["id"]
        for row in stocktakes.expected_of(work.connection, take, person_id)
    }
    both = set(given.have) & set(given.not_mine)
    strange = ({*given.have, *given.not_mine} - expected.keys()) | both
    if strange:
        raise Invalid(
            N_("{tags}: say have or have not."),
            tags=", ".join(sorted(strange))[:_MOST_NAMED],
        )
    for tags, denied in ((given.have, False), (given.not_mine, True)):
        for tag in tags:
            stocktake.record_scan(
                work,
                take,
                tag,
                expected[tag],
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
    verb="create",
    said=N_("It expects {expected} things."),
    leads_to="/stock-takes/{id}",
)
SCAN = Act(
    "scan",
    ScanIn,
    _scan,
    WRITERS,
    ref="take",
    said=N_("Seen: {names}"),
    answer=Scanned,
    about="Record labels that were scanned.",
)
CLOSE = Act(
    "close-stock-take",
    TakeIn,
    _close,
    WRITERS,
    verb="close",
    ref="take",
    said=N_("{corrections} corrections."),
    answer=Closed,
    about="Close a campaign; it proposes corrections of the register.",
    long=lambda reading, take, _given: stocktake.expects_many(reading, take, _MANY),
)
CANCEL = Act(
    "cancel-stock-take",
    TakeIn,
    _cancel,
    WRITERS,
    verb="cancel",
    ref="take",
    said=N_("Cancelled."),
    about="End a campaign without any correction.",
    danger=True,
)
CONFIRM = Act(
    "mine",
    ConfirmIn,
    _confirm,
    STAFF | OWN_THINGS,
    verb="confirm",
    ref="take",
    said=N_("Thank you: {have} confirmed."),
    answer=Confirmed,
    about="Say what you have of the things a campaign expects with you.",
    own=True,
)
DECIDE = Act(
    "decide",
    DecideIn,
    _decide,
    WRITERS,
    on="list",
    said=N_("{applied} applied, {rejected} rejected, {failed} failed."),
    answer=Decided,
    about="Carry out corrections, or reject them.",
    long=lambda _reading, _none, given: len(given.corrections) > _MANY,
)
TAKE_ACTS = (OPEN, SCAN, CLOSE, CANCEL, CONFIRM)
