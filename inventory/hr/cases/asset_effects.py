"""What a step of a line does to the asset. Imports `assets`.

The register is the truth about custody: it begins when a thing is handed over, and
ends when it is received, whatever HR's days are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from inventory.assets.custody import service as custody
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.register.tables import Asset, Custody
from inventory.assets.register.transitions import take_step
from inventory.assets.stock.service import release_reservation
from inventory.assets.stock.tables import HELD_BACK, Reservation
from inventory.hr.cases.reserve_stock import end_reservation, reserved_as
from inventory.hr.context import CaseContext
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, Said
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.storage.rows import Row, add, find, get

_BACK_BY = {
    "in_transit": "receive",
    "lost": "find",
    "stolen": "find",
    "retired": "reinstate",
    "disposed": "recover",
    "in_repair": "repaired",
}
"""State of a thing that turns up -> the step that brings it back into stock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepInProgress:
    """A step being taken.

    Attributes:
        line: The line before it.
        asset_id: What it is about.
        on: The day.
        note: Why.
        recipient_id: Who gets it, if it is passed on.
    """

    context: CaseContext
    line: Row
    asset_id: int
    on: date
    note: str
    recipient_id: int | None = None

    def take_asset_step(self, name: str) -> None:
        """Take a step of the asset's own lifecycle."""
        reason = self.note or f"case {self.line['case_id']}"
        take_step(self.context.work, self.asset_id, name, on=self.on, reason=reason)

    @property
    def state(self) -> str:
        """State of the asset now."""
        return str(get(self.context.connection, Asset, self.asset_id)["state"])

    @property
    def holder(self) -> Row | None:
        """Open custody of the asset."""
        return find(
            self.context.connection, Custody, asset_id=self.asset_id, valid_to=None
        )


def _prepare(current: StepInProgress) -> None:
    if current.state != "prepared":
        current.take_asset_step("prepare")


def _send(current: StepInProgress) -> None:
    end_reservation(current.context, current.line, "handed-out")
    current.take_asset_step("send")


def _check_out(current: StepInProgress) -> None:
    context, case_id = current.context, current.line["case_id"]
    case = get(context.connection, ProvisioningCase, case_id)
    end_reservation(context, current.line, "handed-out")
    end = case["facts"].get("contract_end")
    custody.check_out(
        context.work,
        current.asset_id,
        Holder(HolderKind.PERSON, case["person_id"]),
        current.on,
        expected_return=date.fromisoformat(end) if end else None,
        handover_id=f"case:{case_id}",
    )


def _release_stock(current: StepInProgress) -> None:
    end_reservation(current.context, current.line)


def _keep(current: StepInProgress) -> None:
    if current.state == "due_back" and current.holder:
        current.take_asset_step("keep")


def _check_in(current: StepInProgress) -> None:
    """Custody ends at receipt; nobody gets the thing before it was looked at."""
    if current.holder:
        custody.check_in(current.context.work, current.asset_id, current.on)
    elif current.state in _BACK_BY:
        current.take_asset_step(_BACK_BY[current.state])
    put_aside(current.context, current.line, current.on)


def _mark_found(current: StepInProgress) -> None:
    """A thing that was given up comes back to the register, written off or not."""
    if current.state in _BACK_BY:
        current.take_asset_step(_BACK_BY[current.state])
    put_aside(current.context, current.line, current.on)


def put_aside(context: CaseContext, line: Row, on: date) -> None:
    """Keep a thing that came back from everybody until somebody looked at it."""
    asset = get(context.connection, Asset, line["asset_id"])
    if asset["state"] != "in_stock":
        return
    values = {
        "asset_id": asset["id"],
        "request": f"{HELD_BACK}{line['id']}/{line['steps']}",
        "purpose": Said(N_("to be looked at")),
        "reserved_on": on,
    }
    add(context.work, Reservation, values)
    reason = f"case {line['case_id']}"
    take_step(context.work, asset["id"], "reserve", on=on, reason=reason)


def _restock(current: StepInProgress) -> None:
    release_reservation(
        current.context.work, reserved_as(current.context, current.line)
    )
    if current.state in _BACK_BY:
        current.take_asset_step(_BACK_BY[current.state])


def _send_to_repair(current: StepInProgress) -> None:
    _restock(current)
    if current.state != "in_repair":
        # Through `prepared`: `repair` begins at what somebody has in his hands.
        current.take_asset_step("prepare")
        current.take_asset_step("repair")


def _dispose_of(current: StepInProgress) -> None:
    _restock(current)
    if current.state in ("in_stock", "in_repair", "lost", "stolen"):
        current.take_asset_step("retire")
    if current.state == "retired":
        current.take_asset_step("dispose")


def _sell(current: StepInProgress) -> None:
    if current.holder:
        custody.check_in(current.context.work, current.asset_id, current.on)
    _dispose_of(current)


def _mark_lost(current: StepInProgress) -> None:
    end_reservation(current.context, current.line, "handed-out")
    if current.state not in ("lost", "stolen"):
        current.take_asset_step("lose")


def _mark_stolen(current: StepInProgress) -> None:
    end_reservation(current.context, current.line, "handed-out")
    current.take_asset_step("steal")


def _pass_on(current: StepInProgress) -> None:
    if current.recipient_id is None:
        raise Invalid(
            N_("Say who gets it."),
            where="to",
            remedy=N_("Give a person as `to`."),
        )
    holder = Holder(HolderKind.PERSON, current.recipient_id)
    handover_id = f"case:{current.line['case_id']}"
    custody.check_out(
        current.context.work,
        current.asset_id,
        holder,
        current.on,
        handover_id=handover_id,
    )


def _nothing(_current: StepInProgress) -> None:
    """A thing stays what and where it is; what it costs is agreed elsewhere."""


EFFECTS: Mapping[str, Callable[[StepInProgress], None]] = {
    "prepare": _prepare,
    "send": _send,
    "give": _check_out,
    "release": _release_stock,
    "keep": _keep,
    "take": _check_in,
    "find": _mark_found,
    "restock": _restock,
    "repair": _send_to_repair,
    "dispose": _dispose_of,
    "sell": _sell,
    "lose": _mark_lost,
    "steal": _mark_stolen,
    "pass_on": _pass_on,
    "suspend": _nothing,
    "resume": _nothing,
}
"""Effect of the data file -> what it does; `reserve_asset` is a step of its own."""
