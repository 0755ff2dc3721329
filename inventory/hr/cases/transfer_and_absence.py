"""Lines of a move and of an absence. Imports the steps and the holdings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inventory.hr.cases.case_records import add_line, lines_of, move_deadline
from inventory.hr.cases.holdings import HeldItem, held_items, match_items
from inventory.hr.cases.provision_kit import items_outside_case, provide_items
from inventory.hr.cases.return_assets import request_return, withdraw_case_lines
from inventory.hr.cases.steps import take_automatic_step
from inventory.hr.context import CaseContext
from inventory.kernel.texts import N_, Said
from inventory.provisioning.kits import Item
from inventory.provisioning.plan import PlannedCase
from inventory.storage.rows import Row


def move_lines(context: CaseContext, case: Row, plan: PlannedCase) -> None:
    """Keep, add and return what differs between the kits before and after."""
    lines = {line["slot"]: line for line in lines_of(context, case["id"])}
    if plan.cancelled:
        withdraw_case_lines(context, case, lines, Said(N_("the move is cancelled")))
        return
    things = items_outside_case(context, case, lines)
    kept = match_items(things, plan.keep)
    for item in plan.keep:
        if f"keep:{item.name}" not in lines and item.name in kept:
            thing = kept[item.name]
            _add_kept_line(context, case, item, thing)
    left = [thing for thing in things if thing not in kept.values()]
    held = match_items(left, [i for i in plan.provide if i.name not in lines])
    provide_items(context, case, plan, lines, held)
    left = [thing for thing in left if thing not in held.values()]
    _return_dropped(context, case, plan, lines, left)


def _add_kept_line(
    context: CaseContext, case: Row, item: Item, thing: HeldItem
) -> None:
    values = {
        "slot": f"keep:{item.name}",
        "action": "keep",
        "item": item.name,
        "kind": item.kind,
        "tracked": thing.tracked,
        "asset_id": thing.asset_id,
        "telecom_line_id": thing.telecom_line_id,
        "state": "kept",
    }
    add_line(context, case, values, note=Said(N_("has {item}"), item=thing.item))


def _return_dropped(
    context: CaseContext,
    case: Row,
    plan: PlannedCase,
    lines: Mapping[str, Row],
    things: Sequence[HeldItem],
) -> None:
    fresh = [item for item in plan.drop if f"drop:{item.name}" not in lines]
    found = match_items(things, fresh)
    for item in plan.drop:
        slot = f"drop:{item.name}"
        calendars = context.rules.calendars
        on = calendars.shift(case["site"], plan.on, item.overlap)
        if item.name in found:
            request_return(context, case, found[item.name], on, slot=slot)
        elif slot in lines:
            move_deadline(context, case, lines[slot], on)


def absence_lines(context: CaseContext, case: Row, plan: PlannedCase) -> None:
    """Suspend what costs by the month, and hand tools to the substitute."""
    lines = {line["slot"]: line for line in lines_of(context, case["id"])}
    if plan.cancelled:
        withdraw_case_lines(context, case, lines, Said(N_("the absence is cancelled")))
        return
    back = plan.until is not None and plan.until <= context.today(case["site"])
    if back:
        for line in lines.values():
            if line["closed_on"] is None and line["action"] == "suspend":
                take_automatic_step(
                    context,
                    line,
                    "resume",
                    Said(N_("back since {until}"), until=plan.until),
                )
            elif line["state"] == "due":
                take_automatic_step(
                    context,
                    line,
                    "withdraw",
                    Said(N_("back since {until}"), until=plan.until),
                )
        return
    for thing in held_items(context.connection, case["person_id"]):
        action = _action_during_absence(context, plan, thing)
        if action and thing.slot not in lines:
            _add_absence_line(context, case, thing, action, plan)
    for line in lines.values():
        move_deadline(context, case, line, case["effective_on"])


def _action_during_absence(
    context: CaseContext, plan: PlannedCase, thing: HeldItem
) -> str:
    policy = context.rules.policy
    days = None if plan.until is None else (plan.until - plan.on).days
    if thing.kind in policy.suspend and (days is None or days >= policy.absence_days):
        return "suspend"
    if plan.substitute and thing.tracked and not thing.benefit:
        return "hand-over"
    return ""


def _add_absence_line(
    context: CaseContext, case: Row, thing: HeldItem, action: str, plan: PlannedCase
) -> None:
    values = {
        "slot": thing.slot,
        "action": action,
        "item": thing.item,
        "kind": thing.kind,
        "tracked": thing.tracked,
        "asset_id": thing.asset_id,
        "telecom_line_id": thing.telecom_line_id,
        "benefit": thing.benefit,
        "state": "due",
    }
    note = f"to {plan.substitute}" if action == "hand-over" else ""
    add_line(context, case, values, note=note)
