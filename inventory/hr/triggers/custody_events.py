"""Things change hands or state outside of a case: its lines take notice.

Who hands a laptop out or takes it back on the asset's own page need not know of cases.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from inventory.assets.custody.acceptance import RETURNED
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.register.tables import Asset, Custody
from inventory.assets.stock.service import release_reservation
from inventory.hr.cases.asset_effects import put_aside
from inventory.hr.cases.case_records import add_story, set_line_state, settle_case
from inventory.hr.cases.reserve_stock import (
    reserve_arrivals,
    reserve_for_line,
    reserve_received,
    reserved_as,
)
from inventory.hr.context import CaseContext
from inventory.hr.events.follow import follow_person
from inventory.kernel.events import (
    AssetRegistered,
    AssetStateChanged,
    CaseChanged,
    CustodyChanged,
    HandoverAnswered,
)
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.tasks import open_task
from inventory.storage.rows import Row, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_LINE = table_of(CaseLine)
_CUSTODY = table_of(Custody)

_COMING = ("reserved", "prepared", "shipped")
_GOING = ("due", "in_return")
_GONE = frozenset({"lost", "stolen", "retired", "disposed", "in_repair"})

_no_cases_yet: WeakKeyDictionary[UnitOfWork, bool] = WeakKeyDictionary()
"""Units of work that began without any open case: a load of a whole company."""


def on_case_changed(context: CaseContext, event: CaseChanged) -> None:
    """Remember that there are cases now."""
    _no_cases_yet[context.work] = False


def on_asset_registered(context: CaseContext, event: AssetRegistered) -> None:
    """Use a new thing for what it was ordered for, or for what is short."""
    if not _no_cases(context):
        reserve_received(context, event.asset_id)
        asset = get(context.connection, Asset, event.asset_id)
        if asset["state"] == "in_stock":
            reserve_arrivals(context, asset["kind"])


def on_state_changed(context: CaseContext, event: AssetStateChanged) -> None:
    """Use what came into stock; replace what was promised and is gone."""
    if event.after not in ("in_stock", *_GONE) or _no_cases(context):
        return
    asset = get(context.connection, Asset, event.asset_id)
    if asset["state"] == "in_stock":
        reserve_arrivals(context, asset["kind"])
    elif asset["state"] in _GONE:
        for line in _open_lines(context, event.asset_id, _COMING[:2]):
            _reserve_another(context, line, f"{asset['tag']} is {asset['state']}")


def on_custody_changed(context: CaseContext, event: CustodyChanged) -> None:
    """Let lines follow custody; a leaver's new things are asked back."""
    if _no_cases(context):
        return
    holder = find(context.connection, Custody, asset_id=event.asset_id, valid_to=None)
    for line in _open_lines(context, event.asset_id, _COMING):
        _follow_check_out(context, line, holder)
    for line in _open_lines(context, event.asset_id, _GOING):
        _follow_check_in(context, line, holder)
    person_id = holder and holder["person_id"]
    if person_id and _is_leaving(context, person_id):
        follow_person(context, person_id)


def on_handover_answered(context: CaseContext, event: HandoverAnswered) -> None:
    """Let the lines of a handover be signed for, or disputed, with its answer."""
    answer = get(context.connection, Acceptance, event.acceptance_id)
    if answer["handover_id"].startswith(RETURNED):
        _on_return_answered(context, answer)
        return
    query = select(id_of(CaseLine), col(CaseLine.case_id)).where(
        col(CaseLine.action) == "provide", col(CaseLine.state) == "delivered"
    )
    if answer["lines"]:
        query = query.where(id_of(CaseLine).in_(answer["lines"]))
    else:
        query = query.join(
            _CUSTODY, col(Custody.asset_id) == col(CaseLine.asset_id)
        ).where(
            col(Custody.handover_id) == event.handover_id,
            col(Custody.person_id) == event.person_id,
            col(Custody.valid_to).is_(None),
        )
    name = "accept" if event.state == "accepted" else "dispute"
    note = answer["signature"] or answer["remark"]
    for line_id, case_id in context.connection.execute(query).all():
        set_line_state(context, line_id, event.state, name=name, note=note)
        case = get(context.connection, ProvisioningCase, case_id)
        cancelled = bool(case["facts"].get("cancelled"))
        settle_case(context, case_id, cancelled=cancelled, over=True)


def _on_return_answered(context: CaseContext, answer: Row) -> None:
    """Note in the story of lines that their return is signed for, or disputed."""
    signed = answer["state"] == "accepted"
    name = "sign_return" if signed else "dispute_return"
    for line_id in answer["lines"]:
        add_story(context, line_id, name, answer["signature"] or answer["remark"])
    if signed or not answer["lines"]:
        return
    line = get(context.connection, CaseLine, answer["lines"][0])
    open_task(
        context.work,
        "return-disputed",
        source=f"case:{line['case_id']}",
        person_id=answer["person_id"],
        case_id=line["case_id"],
        subject=answer["handover_id"],
        detail=answer["remark"],
        owner="it",
        key=str(answer["id"]),
    )


def _no_cases(context: CaseContext) -> bool:
    known = _no_cases_yet.get(context.work)
    if known is None:
        found = context.connection.execute(
            select(id_of(ProvisioningCase)).limit(1)
        ).scalar()
        known = _no_cases_yet[context.work] = found is None
    return known


def _open_lines(
    context: CaseContext, asset_id: int, states: tuple[str, ...]
) -> list[Row]:
    query = select(_LINE).where(
        col(CaseLine.asset_id) == asset_id,
        col(CaseLine.closed_on).is_(None),
        col(CaseLine.state).in_(states),
    )
    return [dict(row) for row in context.connection.execute(query).mappings().all()]


def _follow_check_out(context: CaseContext, line: Row, holder: Row | None) -> None:
    if holder is None:
        return
    case = get(context.connection, ProvisioningCase, line["case_id"])
    if holder["person_id"] == case["person_id"] and line["action"] == "provide":
        release_reservation(context.work, reserved_as(context, line), "handed-out")
        note = Said(N_("handed out in the register"))
        set_line_state(context, line["id"], "delivered", name="deliver", note=note)
        return
    if line["state"] != "shipped":
        _reserve_another(context, line, Said(N_("it was handed to somebody else")))


def _reserve_another(context: CaseContext, line: Row, reason: str) -> None:
    """Take another thing for a line that lost the one it was promised."""
    release_reservation(context.work, reserved_as(context, line), "handed-out")
    row = set_line_state(
        context, line["id"], "requested", name="release", note=reason, asset_id=None
    )
    reserve_for_line(context, row)


def _follow_check_in(context: CaseContext, line: Row, holder: Row | None) -> None:
    case = get(context.connection, ProvisioningCase, line["case_id"])
    if holder is not None and holder["person_id"] == case["person_id"]:
        return
    if line["action"] == "provide":
        return
    more: dict[str, Any] = {
        "name": "receive",
        "note": Said(N_("taken back in the register")),
    }
    state = "received"
    if holder is not None:
        state = "handed_over"
        more = {"name": "hand_over", "note": Said(N_("handed on in the register"))}
    row = set_line_state(context, line["id"], state, **more)
    if state == "received":
        put_aside(context, row, context.work.clock().date())
    settle_case(
        context,
        case["id"],
        cancelled=bool(case["facts"].get("cancelled")),
        over=context.today(case["site"]) > case["effective_on"],
    )


def _is_leaving(context: CaseContext, person_id: int) -> bool:
    query = select(id_of(ProvisioningCase)).where(
        col(ProvisioningCase.person_id) == person_id,
        col(ProvisioningCase.kind) == "leaving",
        col(ProvisioningCase.state) != "cancelled",
    )
    return context.connection.execute(query.limit(1)).scalar() is not None
