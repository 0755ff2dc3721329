"""Lines that give somebody a kit. Imports the steps, stock and the holdings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from inventory.hr.cases.case_records import add_line, lines_of, put, redate
from inventory.hr.cases.holdings import Thing, match, things_of
from inventory.hr.cases.reserve_stock import fill
from inventory.hr.cases.return_assets import call_off, undo
from inventory.hr.cases.steps import automatic
from inventory.hr.context import Hand
from inventory.provisioning.case_tables import CaseLine
from inventory.provisioning.kits import Item
from inventory.provisioning.plan import Planned
from inventory.storage.rows import Row, find, get


def joining(hand: Hand, case: Row, plan: Planned) -> None:
    """Give somebody the kit of the first day, less what he or she holds already."""
    lines = {line["slot"]: line for line in lines_of(hand, case["id"])}
    if plan.cancelled:
        undo(hand, case, lines, "the hire is cancelled")
        return
    held: Mapping[str, Thing] = {}
    if _bridged(hand, plan):
        fresh = [item for item in plan.provide if item.name not in lines]
        held = match(elsewhere(hand, case, lines), fresh)
    provide(hand, case, plan, lines, held)


def elsewhere(hand: Hand, case: Row, lines: Mapping[str, Row]) -> list[Thing]:
    """Return what somebody holds that no line of this case speaks of."""
    ids = {line["id"] for line in lines.values()}
    assets = {line["asset_id"] for line in lines.values() if line["asset_id"]}
    return [
        thing
        for thing in things_of(hand.connection, case["person_id"])
        if thing.line_id not in ids and thing.asset_id not in assets
    ]


def provide(
    hand: Hand,
    case: Row,
    plan: Planned,
    lines: Mapping[str, Row],
    held: Mapping[str, Thing],
) -> None:
    """Let a case have a line for each item, and call off the others."""
    for item in plan.provide:
        line = lines.get(item.name)
        if line is None and item.name in held:
            _keep(hand, case, item, held[item.name])
        else:
            _one(hand, case, item, line, over=plan.over)
    wanted = {item.name for item in plan.provide}
    for slot, line in lines.items():
        if line["action"] == "provide" and slot not in wanted and ":" not in slot:
            call_off(hand, case, line, "not part of the kit any more", returns=True)
    if plan.over:
        for line in lines_of(hand, case["id"]):
            if line["action"] == "provide":
                call_off(hand, case, line, "the employment has ended", returns=False)


def _one(hand: Hand, case: Row, item: Item, line: Row | None, *, over: bool) -> None:
    if line is None:
        line = _new(hand, case, item)
    elif line["state"] == "cancelled" and not over:
        note = "needed after all"
        line = put(hand, line["id"], "requested", name="reopen", note=note)
    redate(hand, case, line, case["effective_on"])
    if line["state"] == "requested" and not over:
        fill(hand, get(hand.connection, CaseLine, line["id"]))


def _bridged(hand: Hand, plan: Planned) -> bool:
    """Whether what somebody still holds counts for the new kit."""
    if plan.previous is None:
        return True
    return plan.on - plan.previous <= timedelta(days=hand.rules.policy.bridge)


def _new(hand: Hand, case: Row, item: Item) -> Row:
    cost = item.cost
    return add_line(
        hand,
        case,
        {
            "slot": item.name,
            "action": "provide",
            "item": item.name,
            "kind": item.kind,
            "wanted": list(item.wanted),
            "tracked": item.tracked,
            "benefit": item.benefit,
            "state": "proposed" if item.approval else "requested",
            "cost_minor": None if cost is None else cost.minor,
            "currency": None if cost is None else cost.currency,
        },
    )


def _keep(hand: Hand, case: Row, item: Item, thing: Thing) -> None:
    """Note that somebody has what the kit asks for; a return of it is called off."""
    if thing.asset_id is not None:
        due = find(
            hand.connection,
            CaseLine,
            asset_id=thing.asset_id,
            action="return",
            closed_on=None,
        )
        if due is not None and due["state"] != "due":
            return
        if due is not None:
            automatic(hand, due, "keep", f"kept for case {case['id']}")
    values = {
        "slot": item.name,
        "action": "keep",
        "item": item.name,
        "kind": item.kind,
        "tracked": thing.asset_id is not None,
        "benefit": item.benefit,
        "asset_id": thing.asset_id,
        "state": "kept",
    }
    add_line(hand, case, values, note=f"has {thing.item}")
