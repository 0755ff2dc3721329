"""A change of cases, with the rules of the site. Part of the wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.compose.rulebooks import provisioning_of
from inventory.hr.context import CaseContext
from inventory.storage.work import UnitOfWork

if TYPE_CHECKING:
    from config.settings import Settings
    from inventory.telecom.estate.line_states import LineStates


def context_of(settings: Settings, work: UnitOfWork) -> CaseContext:
    """Return the change of cases of a unit of work.

    Raises:
        DataError: A data file of provisioning is broken.
    """

    def line_states() -> LineStates:
        from api.compose.telecom_rules import telecom_rules

        return telecom_rules(settings).states

    return CaseContext(work, provisioning_of(settings), line_states)
