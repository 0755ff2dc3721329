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
    CaseKind.MOVING: move_lines,
    CaseKind.ABSENCE: absence_lines,
    CaseKind.LEAVING: return_leaver_lines,
}


def update_lines(
    context: CaseContext,
    case: Row,
    plan: PlannedCase,
    *,
    fresh: bool = False,
    stranger: bool = False,
) -> None:
    """Add the lines a plan asks for, move the others, undo what is not wanted.

    Args:
        context: The change.
        case: The case.
        plan: What it should be.
        fresh: It was just opened and has no lines.
        stranger: The person was just added and holds nothing.
    """
    if plan.kind is CaseKind.JOINING:
        provide_joiner_lines(context, case, plan, fresh=fresh, stranger=stranger)
    else:
        _FOLLOW[plan.kind](context, case, plan)
