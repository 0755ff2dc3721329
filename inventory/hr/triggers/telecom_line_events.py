"""Telecom lines change outside of a case: lines of cases take notice.

Who puts a line into quarantine on its own page, or lets it be ported, need not know of
cases; and a line that becomes free is for whoever waits for one.
"""

from __future__ import annotations

from sqlalchemy import select

from inventory.hr.cases.case_records import settle_case
from inventory.hr.cases.reserve_stock import reserve_arrivals, reserve_for_line
from inventory.hr.cases.steps import take_automatic_step
from inventory.hr.cases.telecom_lines import KINDS
from inventory.hr.context import CaseContext
from inventory.kernel.events import TelecomLineChanged
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.storage.rows import col, get, table_of
from inventory.telecom.estate.tables import TelecomLine

_LINE = table_of(CaseLine)

_BACK = {
    "quarantine": "receive",
    "notice-given": "receive",
    "cancelled": "receive",
    "porting-out": "keep",
}
"""State of a telecom line -> step of the line of a case that waits for it."""


def on_telecom_line_changed(context: CaseContext, event: TelecomLineChanged) -> None:
    """Close what asks for a line that is back; promise one that is free."""
    step = _BACK.get(event.after)
    if step is not None:
        _take_back(context, event.telecom_line_id, step, event.after)
        _promise_another(context, event.telecom_line_id, event.after)
        return
    kind = get(context.connection, TelecomLine, event.telecom_line_id)["kind"]
    for item, wanted in KINDS.items():
        if wanted == kind:
            reserve_arrivals(context, item)


def promise_free_lines(context: CaseContext) -> int:
    """Give what became free to whoever waits for a line; return how many got one."""
    return sum(reserve_arrivals(context, item) for item in KINDS)


def _take_back(context: CaseContext, line_id: int, step: str, state: str) -> None:
    query = select(_LINE).where(
        col(CaseLine.telecom_line_id) == line_id,
        col(CaseLine.action) == "return",
        col(CaseLine.state) == "due",
    )
    for row in context.connection.execute(query).mappings().all():
        line = dict(row)
        take_automatic_step(
            context, line, step, Said(N_("the line is {state}"), state=state)
        )
        _settle(context, line["case_id"])


def _promise_another(context: CaseContext, line_id: int, state: str) -> None:
    """Give another line, or its turn, to whoever was promised one that is gone."""
    query = select(_LINE).where(
        col(CaseLine.telecom_line_id) == line_id,
        col(CaseLine.action) == "provide",
        col(CaseLine.state).in_(("reserved", "prepared")),
    )
    for row in context.connection.execute(query).mappings().all():
        note = Said(N_("the line is {state}"), state=state)
        released = take_automatic_step(context, dict(row), "release", note)
        reserve_for_line(context, released)


def _settle(context: CaseContext, case_id: int) -> None:
    case = get(context.connection, ProvisioningCase, case_id)
    settle_case(
        context,
        case_id,
        cancelled=bool(case["facts"].get("cancelled")),
        over=context.today(case["site"]) >= case["effective_on"],
    )
