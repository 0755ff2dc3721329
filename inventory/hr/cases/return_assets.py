"""Things come back: once, whatever asks for it. Imports the steps and `assets`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from inventory.assets.register.tables import Asset
from inventory.assets.register.transitions import take_step
from inventory.hr.cases.case_records import (
    add_line,
    lines_of,
    move_deadline,
    set_line_state,
)
from inventory.hr.cases.holdings import HeldItem, held_items, team_pools_led_by
from inventory.hr.cases.steps import take_automatic_step
from inventory.hr.context import CaseContext
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import CaseLine
from inventory.provisioning.plan import PlannedCase
from inventory.provisioning.tasks import open_task
from inventory.storage.rows import Row, find, get

STOCK_STATES = frozenset(
    {"proposed", "budget", "requested", "shortage", "reserved", "prepared"}
)
_WITH_PERSON = frozenset({"delivered", "accepted", "disputed"})
_BACK = frozenset({"in_return", "received", "evaluated", "restocked", "repair"})
_STAYS = frozenset({"kept", "lost", "stolen", "written_off", "bought_out"})
"""Ends after which a thing is not asked for again, though somebody may hold it."""


def withdraw_case_lines(
    context: CaseContext, case: Row, lines: Mapping[str, Row], reason: str
) -> None:
    """Stop or take back everything of a case that is not to be carried out."""
    for line in lines.values():
        if line["action"] == "provide":
            cancel_or_return(context, case, line, reason, returns=True)
        elif line["state"] == "due":
            take_automatic_step(context, line, "withdraw", reason)


def cancel_or_return(
    context: CaseContext, case: Row, line: Row, reason: str, *, returns: bool
) -> None:
    """Stop a line: what is in stock stays there, what is out comes back."""
    if line["state"] in STOCK_STATES:
        take_automatic_step(context, line, "cancel", reason)
    elif line["state"] == "shipped":
        take_automatic_step(context, line, "recall", reason)
    elif line["state"] in _WITH_PERSON and returns:
        for thing in held_items(context.connection, case["person_id"]):
            if thing.line_id == line["id"]:
                request_return(context, case, thing, case["effective_on"], reason)


def request_return(
    context: CaseContext,
    case: Row,
    thing: HeldItem,
    on: date,
    note: str = "",
    slot: str = "",
) -> None:
    """Let a thing come back by a day; once, whatever asks for it."""
    place = slot or thing.slot
    line = find(context.connection, CaseLine, case_id=case["id"], slot=place)
    if line is not None:
        if line["closed_on"] is not None and line["state"] not in _STAYS:
            if _return_is_open(context, thing):
                return
            line = set_line_state(context, line["id"], "due", name="reopen", note=note)
            _recall_asset(context, case, line)
        move_deadline(context, case, line, on)
        if line["state"] == "due":
            _recall_asset(context, case, line)
        return
    if _return_is_open(context, thing):
        return
    values = {
        "slot": place,
        "action": "return",
        "item": thing.item,
        "kind": thing.kind,
        "tracked": thing.tracked,
        "benefit": thing.benefit,
        "asset_id": thing.asset_id,
        "telecom_line_id": thing.telecom_line_id,
        "origin_id": thing.line_id,
        "state": "due",
        "effective_on": on,
    }
    line = add_line(
        context, case, values, note=", ".join(filter(None, (thing.note, note)))
    )
    _recall_asset(context, case, line)


def _return_is_open(context: CaseContext, thing: HeldItem) -> bool:
    """Whether another open line gets it back already."""
    by: dict[str, Any] = {"asset_id": thing.asset_id}
    if thing.asset_id is None:
        by = {"origin_id": thing.line_id} if thing.line_id else {"slot": thing.slot}
    found = find(context.connection, CaseLine, action="return", closed_on=None, **by)
    return found is not None


def _recall_asset(context: CaseContext, case: Row, line: Row) -> None:
    """Let the register say that a thing is due; of a quiet leave, on its last day."""
    confidential = case["quiet"] and case["kind"] == "leaving"
    if confidential and context.today(case["site"]) < case["effective_on"]:
        return
    if line["asset_id"] is None:
        return
    asset = get(context.connection, Asset, line["asset_id"])
    if asset["state"] == "in_use":
        today = context.work.clock().date()
        reason = f"case {line['case_id']}"
        take_step(context.work, asset["id"], "recall", on=today, reason=reason)


def return_leaver_lines(context: CaseContext, case: Row, plan: PlannedCase) -> None:
    """Ask for everything a leaver holds, tools first, benefits on the last day."""
    if plan.cancelled:
        lines = {line["slot"]: line for line in lines_of(context, case["id"])}
        withdraw_case_lines(context, case, lines, Said(N_("the end is cancelled")))
        _ask_about_reissue(context, case, lines)
        return
    tools_on = plan.tools_on or plan.on
    for thing in held_items(context.connection, case["person_id"]):
        if plan.limit and thing.since and thing.since > plan.limit:
            continue
        on = plan.on if thing.benefit else tools_on
        request_return(context, case, thing, on, plan.reason)
    for pool in team_pools_led_by(context.connection, case["person_id"]):
        if not find(context.connection, CaseLine, case_id=case["id"], slot=pool.slot):
            values: Row = {"slot": pool.slot, "action": "hand-over", "state": "due"}
            values |= {"kind": pool.kind, "item": pool.item, "tracked": False}
            add_line(
                context, case, {**values, "effective_on": tools_on}, note=pool.note
            )
    if plan.legal_hold:
        for line in lines_of(context, case["id"]):
            if line["state"] in ("due", "in_return", "received", "evaluated"):
                take_automatic_step(context, line, "hold", Said(N_("legal hold")))


def _ask_about_reissue(
    context: CaseContext, case: Row, lines: Mapping[str, Row]
) -> None:
    """Ask whether somebody who stays after all gets back what was given back."""
    back = [line["item"] for line in lines.values() if line["state"] in _BACK]
    if back:
        open_task(
            context.work,
            "re-issue",
            source=f"case:{case['id']}",
            person_id=case["person_id"],
            case_id=case["id"],
            subject=Said(N_("The end was cancelled after things were given back")),
            detail=", ".join(back),
            owner="it",
        )
