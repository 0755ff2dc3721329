"""Lines of one case follow its plan: who does it, by kind of case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inventory.hr.cases.provision_kit import provide_joiner_lines
from inventory.hr.cases.return_assets import return_leaver_lines
from inventory.hr.cases.transfer_and_absence import absence_lines, move_lines
from inventory.hr.context import CaseContext
from inventory.provisioning.plan import CaseKind, PlannedCase
from inventory.storage.rows import Row

_FOLLOW: Mapping[CaseKind, Callable[[CaseContext, Row, PlannedCase], None]] = {
    CaseKind.JOINING: provide_joiner_lines,
    CaseKind.MOVING: move_lines,
    CaseKind.ABSENCE: absence_lines,
    CaseKind.LEAVING: return_leaver_lines,
}


def update_lines(context: CaseContext, case: Row, plan: PlannedCase) -> None:
    """Add the lines a plan asks for, move the others, undo what is not wanted."""
    _FOLLOW[plan.kind](context, case, plan)
