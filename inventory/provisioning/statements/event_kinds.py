"""Kinds of HR events, and one event as a value. Pure; imports nothing of ours.

`effective_on` of each kind, as the API documents it::

    hire, rehire, hire.changed     first day of the employment
    hire.cancelled                 the first day that was announced
    transfer, .changed             first day in the new place
    transfer.cancelled             the first day that was announced
    leave_of_absence, leave.changed
                                   first day away;  data.until: first day back
    leave.cancelled                the first day away that was announced
    leave.ended                    first day back
    termination, .changed          last day of the employment
    termination.cancelled          the last day that was announced
    deceased                       last day of the employment
    contract.extended              new last day of the contract
    contract.extension.cancelled   the last day that was announced

What was announced for another day is named by `data.previous` in the changes; without
it, they are of what the source announced last. A hire with `data.already_here` tells of
somebody who has worked here for a while: nothing is prepared for the first day. A
person may be employed by several legal entities at a time: `data.legal_entity` says
which employment is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What happened; the order decides between events said at the same moment."""

    HIRE = "hire"
    REHIRE = "rehire"
    HIRE_CHANGED = "hire.changed"
    TRANSFER = "transfer"
    TRANSFER_CHANGED = "transfer.changed"
    LEAVE = "leave_of_absence"
    LEAVE_CHANGED = "leave.changed"
    LEAVE_ENDED = "leave.ended"
    EXTENDED = "contract.extended"
    TERMINATION = "termination"
    TERMINATION_CHANGED = "termination.changed"
    DECEASED = "deceased"
    TRANSFER_CANCELLED = "transfer.cancelled"
    LEAVE_CANCELLED = "leave.cancelled"
    EXTENSION_CANCELLED = "contract.extension.cancelled"
    TERMINATION_CANCELLED = "termination.cancelled"
    HIRE_CANCELLED = "hire.cancelled"


BEGINS = frozenset({EventKind.HIRE, EventKind.REHIRE})
LEAVERS = frozenset({EventKind.TERMINATION, EventKind.DECEASED})
"""Kinds that take things away from somebody; a flood of them is suspicious."""

WORK_FIELDS = (
    "legal_entity",
    "department",
    "cost_centre",
    "location",
    "manager",
    "title",
    "role",
    "worker_type",
)
"""Where somebody works and as what: codes, a person's key, text."""
PERSON_FIELDS = ("given_name", "family_name", "email", "login")
LEAVING_FIELDS = (
    "last_working_day",
    "garden_leave_from",
    "reason",
    "legal_hold",
    "quiet",
)
_ORDER = {kind: position for position, kind in enumerate(EventKind)}


@dataclass(frozen=True, slots=True)
class EventStatement:
    """One event.

    Attributes:
        key: Unique name: source and id.
        source: Who says it.
        kind: What happened.
        on: Effective day; see above.
        asserted_at: When the source said it.
        data: Further fields; absent ones are not said.
        forced: A person decided that it holds, though it contradicts.
    """

    key: str
    source: str
    kind: EventKind
    on: date
    asserted_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    forced: bool = False

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Where it stands among all events, however they arrived."""
        return self.asserted_at, _ORDER[self.kind], self.key

    def day(self, name: str) -> date | None:
        """Return a field that is a day; None if it is not said."""
        value = self.data.get(name)
        return date.fromisoformat(value) if isinstance(value, str) else value
