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
from inventory.assets.stock.tables import Reservation
from inventory.hr.cases.reserve_stock import give_back, reserved_as
from inventory.hr.context import Hand
from inventory.kernel.errors import Invalid
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.storage.rows import Row, add, find, get


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """A step being taken.

    Attributes:
        line: The line before it.
        asset_id: What it is about.
        on: The day.
        note: Why.
        to: Who gets it, if it is passed on.
    """

    hand: Hand
    line: Row
    asset_id: int
    on: date
    note: str
    to: int | None = None

    def step(self, name: str) -> None:
        """Take a step of the asset's own lifecycle."""
        reason = self.note or f"case {self.line['case_id']}"
        take_step(self.hand.work, self.asset_id, name, on=self.on, reason=reason)

    @property
    def state(self) -> str:
        """State of the asset now."""
        return str(get(self.hand.connection, Asset, self.asset_id)["state"])

    @property
    def holder(self) -> Row | None:
        """Open custody of the asset."""
        return find(
            self.hand.connection, Custody, asset_id=self.asset_id, valid_to=None
        )


def _prepare(doing: Doing) -> None:
    if doing.state in ("in_stock", "reserved"):
        doing.step("prepare")


def _send(doing: Doing) -> None:
    give_back(doing.hand, doing.line, "handed-out")
    doing.step("send")


def _give(doing: Doing) -> None:
    hand, case_id = doing.hand, doing.line["case_id"]
    case = get(hand.connection, ProvisioningCase, case_id)
    give_back(hand, doing.line, "handed-out")
    end = case["facts"].get("contract_end")
    custody.check_out(
        hand.work,
        doing.asset_id,
        Holder(HolderKind.PERSON, case["person_id"]),
        doing.on,
        expected_return=date.fromisoformat(end) if end else None,
        act=f"case:{case_id}",
    )


def _release(doing: Doing) -> None:
    give_back(doing.hand, doing.line)


def _keep(doing: Doing) -> None:
    if doing.state == "due_back" and doing.holder:
        doing.step("keep")


def _take(doing: Doing) -> None:
    """Custody ends at receipt; nobody gets the thing before it was looked at."""
    if doing.holder:
        custody.check_in(doing.hand.work, doing.asset_id, doing.on)
    elif doing.state == "in_transit":
        doing.step("receive")
    _put_aside(doing)


def _find(doing: Doing) -> None:
    if doing.state in ("lost", "stolen"):
        doing.step("find")
    _put_aside(doing)


def _put_aside(doing: Doing) -> None:
    if doing.state != "in_stock":
        return
    values = {
        "asset_id": doing.asset_id,
        "request": f"evaluate:{doing.line['id']}/{doing.line['steps']}",
        "purpose": "to be looked at",
        "reserved_on": doing.on,
    }
    add(doing.hand.work, Reservation, values)
    doing.step("reserve")


def _restock(doing: Doing) -> None:
    release_reservation(doing.hand.work, reserved_as(doing.hand, doing.line))


def _repair(doing: Doing) -> None:
    _restock(doing)
    if doing.state == "in_stock":
        # Through `prepared`: `repair` begins at what somebody has in his hands.
        doing.step("prepare")
        doing.step("repair")


def _dispose(doing: Doing) -> None:
    _restock(doing)
    if doing.state in ("in_stock", "in_repair", "lost", "stolen"):
        doing.step("retire")
    if doing.state == "retired":
        doing.step("dispose")


def _sell(doing: Doing) -> None:
    if doing.holder:
        custody.check_in(doing.hand.work, doing.asset_id, doing.on)
    _dispose(doing)


def _lose(doing: Doing) -> None:
    give_back(doing.hand, doing.line, "handed-out")
    if doing.state not in ("lost", "stolen"):
        doing.step("lose")


def _steal(doing: Doing) -> None:
    give_back(doing.hand, doing.line, "handed-out")
    doing.step("steal")


def _pass_on(doing: Doing) -> None:
    if doing.to is None:
        raise Invalid("Say who gets it.", where="to", remedy="Give a person as `to`.")
    holder = Holder(HolderKind.PERSON, doing.to)
    act = f"case:{doing.line['case_id']}"
    custody.check_out(doing.hand.work, doing.asset_id, holder, doing.on, act=act)


EFFECTS: Mapping[str, Callable[[Doing], None]] = {
    "prepare": _prepare,
    "send": _send,
    "give": _give,
    "release": _release,
    "keep": _keep,
    "take": _take,
    "find": _find,
    "restock": _restock,
    "repair": _repair,
    "dispose": _dispose,
    "sell": _sell,
    "lose": _lose,
    "steal": _steal,
    "pass_on": _pass_on,
}
"""Effect of the data file -> what it does; `reserve` is a step of its own."""
