"""A step of a line, with what it does to the asset. Imports `provisioning`, effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from inventory.assets.custody.rules import not_future
from inventory.hr.cases import write_off
from inventory.hr.cases.asset_effects import EFFECTS, Doing
from inventory.hr.cases.case_records import last_state, put, settle_case
from inventory.hr.cases.holdings import EXTENSION
from inventory.hr.cases.reserve_stock import fill, give_back
from inventory.hr.context import Hand
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.provisioning.case_tables import CaseLine, ProvisioningCase
from inventory.provisioning.line_states import BEFORE, Step
from inventory.storage.rows import Row, get
from inventory.telecom.assignments import assign_person

_UNBOUND = frozenset({"release", "cancel"})
"""Steps after which a line has no asset any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A step somebody wants to take.

    Attributes:
        name: Of the step.
        note: Why, or the name of who signs.
        on: The day; today without.
        carrier: Who transports it.
        tracking: The carrier's number.
        to: Who gets it, if it is passed on.
    """

    name: str
    note: str = ""
    on: date | None = None
    carrier: str = ""
    tracking: str = ""
    to: int | None = None


def take(hand: Hand, line_id: int, wish: Wish) -> Row:
    """Take a step of a line; return the line.

    Raises:
        NotFound: There is no such line.
        NotAllowed: It is not possible now, or nothing is in stock.
        Invalid: There is no such step, or something is missing.
    """
    hand.alone()
    line = get(hand.connection, CaseLine, line_id, lock=True)
    step = hand.rules.machine.take(
        wish.name,
        line["state"],
        line["action"],
        tracked=line["tracked"],
        reason=wish.note,
    )
    case = get(hand.connection, ProvisioningCase, line["case_id"])
    if wish.on is not None:
        not_future(wish.on, hand.work.clock().date())
        if wish.on < case["opened_on"]:
            raise Invalid(
                f"The case was opened on {case['opened_on']}.",
                where="on",
                remedy=f"Give a day from {case['opened_on']} on.",
            )
    row = carry_out(hand, line, step, wish)
    case = get(hand.connection, ProvisioningCase, line["case_id"])
    settle_case(
        hand,
        case["id"],
        cancelled=bool(case["facts"].get("cancelled")),
        over=hand.today(case["site"]) >= case["effective_on"],
    )
    return row


def carry_out(hand: Hand, line: Row, step: Step, wish: Wish) -> Row:
    """Carry out a step that the machine allowed; return the line."""
    if step.effect == "reserve":
        return _reserve(hand, line)
    on = wish.on or hand.work.clock().date()
    if step.effect == "release":
        give_back(hand, line)
    elif step.effect and line["asset_id"] is not None:
        doing = Doing(
            hand=hand,
            line=line,
            asset_id=line["asset_id"],
            on=on,
            note=wish.note,
            to=wish.to,
        )
        EFFECTS[step.effect](doing)
    elif step.effect == "take" and line["slot"].startswith(f"{EXTENSION}:"):
        _free_extension(hand, line, on)
    target = step.target
    if target == BEFORE:
        target = last_state(hand, line["id"], line["state"])
    more: dict[str, Any] = {"asset_id": None} if step.name in _UNBOUND else {}
    more |= {
        name: value
        for name in ("carrier", "tracking")
        if (value := getattr(wish, name))
    }
    row = put(hand, line["id"], target, name=step.name, on=on, note=wish.note, **more)
    if step.propose:
        write_off.propose(hand, row, step.propose, on)
    elif step.effect in ("find", "take"):
        write_off.withdraw(hand, line["id"], "it came back")
    return row


def _free_extension(hand: Hand, line: Row, on: date) -> None:
    number = int(line["slot"].partition(":")[2])
    source = f"case:{line['case_id']}"
    assign_person(hand.work, number, None, on, source=source)


def _reserve(hand: Hand, line: Row) -> Row:
    row = fill(hand, line)
    if row["state"] != "reserved":
        wanted = " or ".join(line["wanted"]) or line["kind"]
        raise NotAllowed(
            f"No {wanted} is in stock.",
            where="line",
            remedy="It is reserved as soon as one comes in; or add another item.",
        )
    return row


def automatic(hand: Hand, line: Row, name: str, note: str, **more: Any) -> Row:  # noqa: ANN401
    """Take a step because of what HR said; the caller knows that it is possible."""
    step = hand.rules.machine.take(
        name, line["state"], line["action"], tracked=line["tracked"], reason=note
    )
    return carry_out(hand, line, step, Wish(name=name, note=note, **more))
