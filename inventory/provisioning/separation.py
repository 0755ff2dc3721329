"""Who asks for something, or gets it, does not approve it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody approves what was asked for.

    Attributes:
        actor: Who approves, as the audit trail names him.
        person_id: The person of the register the approver is; None if not known.
        asked_by: Who asked, as the audit trail names him; None if not known.
        for_person: Who gets it, or lost it; None if nobody.
    """

    actor: str
    person_id: int | None
    asked_by: str | None
    for_person: int | None


def check_separate(approval: Approval) -> None:
    """Refuse an approval by who asked, and by who it is for (ISO/IEC 27001, A.5.3).

    Raises:
        NotAllowed: Both are one.
    """
    if approval.asked_by is not None and approval.actor == approval.asked_by:
        raise NotAllowed(
            N_("Who asked for it does not approve it."),
            where="actor",
            remedy=N_("Let somebody else decide."),
        )
    own = approval.person_id is not None and approval.person_id == approval.for_person
    if own:
        raise NotAllowed(
            N_("Nobody approves what is for himself."),
            where="actor",
            remedy=N_("Let somebody else decide."),
        )
