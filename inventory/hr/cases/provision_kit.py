"""Lines that give somebody a kit. Imports the steps, stock and the holdings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from inventory.hr.cases.case_records import (
    add_line,
    lines_of,
    move_deadline,
    set_line_state,
)
from inventory.hr.cases.fresh_lines import add_item_lines
from inventory.hr.cases.holdings import HeldItem, held_items, match_items
from inventory.hr.cases.reserve_stock import reserve_for_line
from inventory.hr.cases.return_assets import cancel_or_return, withdraw_case_lines
from inventory.hr.cases.steps import take_automatic_step
from inventory.hr.context import CaseContext
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import CaseLine
from inventory.provisioning.kits import Item
from inventory.provisioning.plan import PlannedCase
from inventory.storage.rows import Row, find


def provide_joiner_lines(
    context: CaseContext,
    case: Row,
    plan: PlannedCase,
    *,
    fresh: bool = False,
    stranger: bool = False,
) -> None:
    """Give somebody the kit of the first day, less what he or she holds already.

    Args:
        context: The change.
        case: The case.
        plan: What it should be.
        fresh: It was just opened and has no lines.
        stranger: The person was just added and holds nothing.
    """
    known = [] if fresh else lines_of(context, case["id"])
    lines = {line["slot"]: line for line in known}
    if plan.cancelled:
        withdraw_case_lines(context, case, lines, Said(N_("the hire is cancelled")))
        return
    held: Mapping[str, HeldItem] = {}
    if not stranger and _still_holds_previous_kit(context, plan):
        missing = [item for item in plan.provide if item.name not in lines]
        held = match_items(items_outside_case(context, case, lines), missing)
    provide_items(context, case, plan, lines, held, fresh_case=fresh)


def items_outside_case(
    context: CaseContext, case: Row, lines: Mapping[str, Row]
) -> list[HeldItem]:
    """Return what somebody holds that no line of this case speaks of."""
    ids = {line["id"] for line in lines.values()}
    assets = {line["asset_id"] for line in lines.values() if line["asset_id"]}
    return [
        thing
        for thing in held_items(context.connection, case["person_id"])
        if thing.line_id not in ids and thing.asset_id not in assets
    ]


def provide_items(
    context: CaseContext,
    case: Row,
    plan: PlannedCase,
    lines: Mapping[str, Row],
    held: Mapping[str, HeldItem],
    *,
    fresh_case: bool = False,
) -> None:
    """Let a case have a line for each item, and call off the others."""
    fresh = []
    for item in plan.provide:
        line = lines.get(item.name)
        if line is not None:
            _update_item_line(context, case, line, over=plan.over)
        elif item.name in held:
            _add_kept_line(context, case, item, held[item.name])
        else:
            fresh.append(item)
    add_item_lines(context, case, fresh, reserves=not plan.over, fresh=fresh_case)
    item_names = {item.name for item in plan.provide}
    for slot, line in lines.items():
        if line["action"] == "provide" and slot not in item_names and ":" not in slot:
            cancel_or_return(
                context,
                case,
                line,
                Said(N_("not part of the kit any more")),
                returns=True,
            )
    if plan.over:
        for line in lines_of(context, case["id"]):
            if line["action"] == "provide":
                cancel_or_return(
                    context,
                    case,
                    line,
                    Said(N_("the employment has ended")),
                    returns=False,
                )


def _update_item_line(
    context: CaseContext, case: Row, line: Row, *, over: bool
) -> None:
    if line["state"] == "cancelled" and not over:
        note = Said(N_("needed after all"))
        line = set_line_state(
            context, line["id"], "requested", name="reopen", note=note
        )
    move_deadline(context, case, line, case["effective_on"])
    if line["state"] == "requested" and not over:
        reserve_for_line(context, line)


def _still_holds_previous_kit(context: CaseContext, plan: PlannedCase) -> bool:
    """Whether what somebody still holds counts for the new kit."""
    if plan.previous is None:
        return True
    return plan.on - plan.previous <= timedelta(days=context.rules.policy.bridge)


def _add_kept_line(
    context: CaseContext, case: Row, item: Item, thing: HeldItem
) -> None:
    """Note that somebody has what the kit asks for; a return of it is called off."""
    if thing.asset_id is not None:
        due = find(
            context.connection,
            CaseLine,
            asset_id=thing.asset_id,
            action="return",
            closed_on=None,
        )
        if due is not None and due["state"] != "due":
            return
        if due is not None:
            take_automatic_step(
                context, due, "keep", Said(N_("kept for case {id}"), id=case["id"])
            )
    values = {
        "slot": item.name,
        "action": "keep",
        "item": item.name,
        "kind": item.kind,
        "tracked": thing.tracked,
        "benefit": item.benefit,
        "asset_id": thing.asset_id,
        "telecom_line_id": thing.telecom_line_id,
        "state": "kept",
    }
    add_line(context, case, values, note=Said(N_("has {item}"), item=thing.item))
