"""The one table: which event is of interest to whom.

Handlers run before the commit, within the transaction of the change: what they write
is there if, and only if, the change is. Stands above all contexts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from inventory.accounting.catalogue.asset_classes import Rules as AccountingRules
from inventory.fixed_assets import proposals
from inventory.fixed_assets.waiting import on_asset_changed
from inventory.hr.context import CaseContext
from inventory.hr.triggers import (
    custody_events,
    notices,
    orders,
    sightings_of_leavers,
    telecom_line_events,
)
from inventory.kernel import events
from inventory.provisioning.rules import Rules
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.line_states import LineStates
from inventory.telecom_expense.leavers import on_employment_ended

Handler = Callable[[CaseContext, Any], None]

HANDLERS: Mapping[type[events.Event], tuple[Handler, ...]] = {
    events.AssetRegistered: (custody_events.on_asset_registered,),
    events.OrderPlaced: (orders.on_order_placed,),
    events.OrderCancelled: (orders.on_order_cancelled,),
    events.AssetStateChanged: (custody_events.on_state_changed,),
    events.CustodyChanged: (custody_events.on_custody_changed,),
    events.CaseChanged: (custody_events.on_case_changed, notices.on_case_opened),
    events.LineChanged: (notices.on_line_changed,),
    events.LineDue: (notices.on_line_due,),
    events.HandoverAnswered: (custody_events.on_handover_answered,),
    events.TelecomLineChanged: (telecom_line_events.on_telecom_line_changed,),
    events.NetworkCompared: (sightings_of_leavers.on_network_compared,),
}
"""Event -> who wants to know, in this order."""

OF_ALL: tuple[Callable[[UnitOfWork, events.Event], None], ...] = ()
"""Who wants to know of every event."""


def dispatcher(
    rules: Callable[[Connection], Rules],
    accounting: Callable[[], AccountingRules] | None = None,
    line_states: Callable[[], LineStates] | None = None,
) -> Callable[[UnitOfWork, events.Event], None]:
    """Return what a `UnitOfWork` calls for each event.

    Args:
        rules: Returns the rules of provisioning that are in force in a database;
            asked for when they are needed.
        accounting: Returns those of accounting; None: nothing comes into books.
        line_states: Returns those of telecom lines; None: lines of leavers stay.
    """

    def dispatch(work: UnitOfWork, event: events.Event) -> None:
        for handler in HANDLERS.get(type(event), ()):
            handler(CaseContext(work, rules, line_states), event)
        if accounting is not None and isinstance(event, events.AssetStateChanged):
            if event.after == "in_use":
                on_asset_changed(work, accounting(), event.asset_id)
        if isinstance(event, events.AssetStateChanged):
            proposals.on_state_changed(work, event)
        if line_states is not None and isinstance(event, events.EmploymentEnded):
            today = work.clock().date()
            on_employment_ended(work, line_states(), event.person_id, today)
        if isinstance(event, events.AssetLeftBook):
            proposals.on_left_book(work, event)
        for everything in OF_ALL:
            everything(work, event)

    return dispatch
