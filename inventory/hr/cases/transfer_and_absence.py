"""Lines of a move and of an absence. Imports the steps and the holdings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inventory.hr.cases.case_records import add_line, lines_of, redate
from inventory.hr.cases.holdings import Thing, match, things_of
from inventory.hr.cases.provision_kit import elsewhere, provide
from inventory.hr.cases.return_assets import ask_back, undo
from inventory.hr.cases.steps import automatic
from inventory.hr.context import Hand
from inventory.provisioning.kits import Item
from inventory.provisioning.plan import Planned
from inventory.storage.rows import Row


def moving(hand: Hand, case: Row, plan: Planned) -> None:
    """Keep, add and return what differs between the kits before and after."""
    lines = {line["slot"]: line for line in lines_of(hand, case["id"])}
    if plan.cancelled:
        undo(hand, case, lines, "the move is cancelled")
        return
    things = elsewhere(hand, case, lines)
    kept = match(things, plan.keep)
    for item in plan.keep:
        if f"keep:{item.name}" not in lines and item.name in kept:
            thing = kept[item.name]
            _stays(hand, case, item, thing)
    left = [thing for thing in things if thing not in kept.values()]
    held = match(left, [i for i in plan.provide if i.name not in lines])
    provide(hand, case, plan, lines, held)
    left = [thing for thing in left if thing not in held.values()]
    _drop(hand, case, plan, lines, left)


def _stays(hand: Hand, case: Row, item: Item, thing: Thing) -> None:
    values = {
        "slot": f"keep:{item.name}",
        "action": "keep",
        "item": item.name,
        "kind": item.kind,
        "tracked": thing.asset_id is not None,
        "asset_id": thing.asset_id,
        "state": "kept",
    }
    add_line(hand, case, values, note=f"has {thing.item}")


def _drop(
    hand: Hand,
    case: Row,
    plan: Planned,
    lines: Mapping[str, Row],
    things: Sequence[Thing],
) -> None:
    fresh = [item for item in plan.drop if f"drop:{item.name}" not in lines]
    found = match(things, fresh)
    for item in plan.drop:
        slot = f"drop:{item.name}"
        calendars = hand.rules.calendars
        on = calendars.shift(case["site"], plan.on, item.overlap)
        if item.name in found:
            ask_back(hand, case, found[item.name], on, slot=slot)
        elif slot in lines:
            redate(hand, case, lines[slot], on)


def absence(hand: Hand, case: Row, plan: Planned) -> None:
    """Suspend what costs by the month, and hand tools to the substitute."""
    lines = {line["slot"]: line for line in lines_of(hand, case["id"])}
    if plan.cancelled:
        undo(hand, case, lines, "the absence is cancelled")
        return
    back = plan.until is not None and plan.until <= hand.today(case["site"])
    if back:
        for line in lines.values():
            if line["closed_on"] is None and line["action"] == "suspend":
                automatic(hand, line, "resume", f"back since {plan.until}")
            elif line["state"] == "due":
                automatic(hand, line, "withdraw", f"back since {plan.until}")
        return
    for thing in things_of(hand.connection, case["person_id"]):
        action = _during(hand, plan, thing)
        if action and thing.slot not in lines:
            _set_aside(hand, case, thing, action, plan)
    for line in lines.values():
        redate(hand, case, line, case["effective_on"])


def _during(hand: Hand, plan: Planned, thing: Thing) -> str:
    policy = hand.rules.policy
    days = None if plan.until is None else (plan.until - plan.on).days
    if thing.kind in policy.suspend and (days is None or days >= policy.absence_days):
        return "suspend"
    if plan.substitute and thing.asset_id is not None and not thing.benefit:
        return "hand-over"
    return ""


def _set_aside(hand: Hand, case: Row, thing: Thing, action: str, plan: Planned) -> None:
    values = {
        "slot": thing.slot,
        "action": action,
        "item": thing.item,
        "kind": thing.kind,
        "tracked": thing.asset_id is not None,
        "asset_id": thing.asset_id,
        "benefit": thing.benefit,
        "state": "due",
    }
    note = f"to {plan.substitute}" if action == "hand-over" else ""
    add_line(hand, case, values, note=note)
