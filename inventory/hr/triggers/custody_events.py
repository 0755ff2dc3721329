"""Things change hands or state outside of a case: its lines take notice.

Who hands a laptop out or takes it back on the asset's own page need not know of cases.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.assets.register.tables import Asset, Custody
from inventory.assets.stock.service import release_reservation
from inventory.hr.cases.case_records import put, settle_case
from inventory.hr.cases.reserve_stock import arrived, fill, reserved_as
from inventory.hr.context import Hand
from inventory.hr.events.receive import follow_person
from inventory.kernel.events import (
    AssetRegistered,
    AssetStateChanged,
    CaseChanged,
    CustodyChanged,
    HandoverAnswered,
)
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.storage.rows import Row, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_LINE = table_of(CaseLine)
_CUSTODY = table_of(Custody)

_COMING = ("reserved", "prepared", "shipped")
_GOING = ("due", "in_return")
_GONE = frozenset({"lost", "stolen", "retired", "disposed", "in_repair"})

_without: WeakKeyDictionary[UnitOfWork, bool] = WeakKeyDictionary()
"""Units of work that began without any open case: a load of a whole company."""


def case_changed(hand: Hand, event: CaseChanged) -> None:
    """Remember that there are cases now."""
    _without[hand.work] = False


def asset_registered(hand: Hand, event: AssetRegistered) -> None:
    """Use a new thing for what is short."""
    if not _idle(hand):
        asset = get(hand.connection, Asset, event.asset_id)
        if asset["state"] == "in_stock":
            arrived(hand, asset["kind"])


def state_changed(hand: Hand, event: AssetStateChanged) -> None:
    """Use what came into stock; replace what was promised and is gone."""
    if _idle(hand):
        return
    asset = get(hand.connection, Asset, event.asset_id)
    if asset["state"] == "in_stock":
        arrived(hand, asset["kind"])
    elif asset["state"] in _GONE:
        for line in _lines(hand, event.asset_id, _COMING[:2]):
            _replace(hand, line, f"{asset['tag']} is {asset['state']}")


def custody_changed(hand: Hand, event: CustodyChanged) -> None:
    """Let lines follow custody; a leaver's new things are asked back."""
    if _idle(hand):
        return
    holder = find(hand.connection, Custody, asset_id=event.asset_id, valid_to=None)
    for line in _lines(hand, event.asset_id, _COMING):
        _handed(hand, line, holder)
    for line in _lines(hand, event.asset_id, _GOING):
        _returned(hand, line, holder)
    person_id = holder and holder["person_id"]
    if person_id and _leaves(hand, person_id):
        follow_person(hand, person_id)


def handover_answered(hand: Hand, event: HandoverAnswered) -> None:
    """Let the lines of a handover be signed for, or disputed, with its answer."""
    answer = get(hand.connection, Acceptance, event.acceptance_id)
    query = (
        select(id_of(CaseLine), col(CaseLine.case_id))
        .join(_CUSTODY, col(Custody.asset_id) == col(CaseLine.asset_id))
        .where(
            col(Custody.act) == event.act,
            col(Custody.person_id) == event.person_id,
            col(Custody.valid_to).is_(None),
            col(CaseLine.action) == "provide",
            col(CaseLine.state) == "delivered",
        )
    )
    name = "accept" if event.state == "accepted" else "dispute"
    note = answer["signature"] or answer["remark"]
    for line_id, case_id in hand.connection.execute(query).all():
        put(hand, line_id, event.state, name=name, note=note)
        case = get(hand.connection, ProvisioningCase, case_id)
        cancelled = bool(case["facts"].get("cancelled"))
        settle_case(hand, case_id, cancelled=cancelled, over=True)


def _idle(hand: Hand) -> bool:
    known = _without.get(hand.work)
    if known is None:
        found = hand.connection.execute(
            select(id_of(ProvisioningCase)).limit(1)
        ).scalar()
        known = _without[hand.work] = found is None
    return known


def _lines(hand: Hand, asset_id: int, states: tuple[str, ...]) -> list[Row]:
    query = select(_LINE).where(
        col(CaseLine.asset_id) == asset_id,
        col(CaseLine.closed_on).is_(None),
        col(CaseLine.state).in_(states),
    )
    return [dict(row) for row in hand.connection.execute(query).mappings().all()]


def _handed(hand: Hand, line: Row, holder: Row | None) -> None:
    if holder is None:
        return
    case = get(hand.connection, ProvisioningCase, line["case_id"])
    if holder["person_id"] == case["person_id"] and line["action"] == "provide":
        release_reservation(hand.work, reserved_as(hand, line), "handed-out")
        note = "handed out in the register"
        put(hand, line["id"], "delivered", name="deliver", note=note)
        return
    if line["state"] != "shipped":
        _replace(hand, line, "it was handed to somebody else")


def _replace(hand: Hand, line: Row, why: str) -> None:
    """Take another thing for a line that lost the one it was promised."""
    release_reservation(hand.work, reserved_as(hand, line), "handed-out")
    row = put(hand, line["id"], "requested", name="release", note=why, asset_id=None)
    fill(hand, row)


def _returned(hand: Hand, line: Row, holder: Row | None) -> None:
    case = get(hand.connection, ProvisioningCase, line["case_id"])
    if holder is not None and holder["person_id"] == case["person_id"]:
        return
    if line["action"] == "provide":
        return
    more: dict[str, Any] = {"name": "take_back", "note": "taken back in the register"}
    state = "restocked"
    if holder is not None:
        state = "handed_over"
        more = {"name": "hand_over", "note": "handed on in the register"}
    put(hand, line["id"], state, **more)
    settle_case(
        hand,
        case["id"],
        cancelled=bool(case["facts"].get("cancelled")),
        over=hand.today(case["site"]) > case["effective_on"],
    )


def _leaves(hand: Hand, person_id: int) -> bool:
    query = select(id_of(ProvisioningCase)).where(
        col(ProvisioningCase.person_id) == person_id,
        col(ProvisioningCase.kind) == "leaving",
        col(ProvisioningCase.state) != "cancelled",
    )
    return hand.connection.execute(query.limit(1)).scalar() is not None
