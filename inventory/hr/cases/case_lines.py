"""Lines of one case follow its plan: who does it, by kind of case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inventory.hr.cases.provision_kit import joining
from inventory.hr.cases.return_assets import leaving
from inventory.hr.cases.transfer_and_absence import absence, moving
from inventory.hr.context import Hand
from inventory.provisioning.plan import CaseKind, Planned
from inventory.storage.rows import Row

_FOLLOW: Mapping[CaseKind, Callable[[Hand, Row, Planned], None]] = {
    CaseKind.JOINING: joining,
    CaseKind.MOVING: moving,
    CaseKind.ABSENCE: absence,
    CaseKind.LEAVING: leaving,
}


def follow_lines(hand: Hand, case: Row, plan: Planned) -> None:
    """Add the lines a plan asks for, move the others, undo what is not wanted."""
    _FOLLOW[plan.kind](hand, case, plan)
