"""Which of a person's employments an event speaks of. Pure.

Somebody may be employed by several legal entities at a time. An event means the one
whose legal entity it names, or else the one its own source announced; if that does not
tell them apart it waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.authority import Authority
from inventory.provisioning.statements.employment_periods import PeriodDraft, Verdict
from inventory.provisioning.statements.event_kinds import EventKind, EventStatement
from inventory.provisioning.statements.organisation import Organisation

SAME_HIRE = timedelta(days=31)
"""Two systems may differ so much about the first day of one employment."""
WAITS = "waits"
"""Verdict while an event does not fit; it is tried again after the others."""

Drafts = list[PeriodDraft]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What decides beside the events: whose word counts, and who belongs to whom.

    Attributes:
        led_by_nobody: Keys of events that name a manager nobody knows.
    """

    authority: Authority
    organisation: Organisation = field(default_factory=Organisation)
    led_by_nobody: frozenset[str] = frozenset()


def waits(reason: str) -> Verdict:
    """Return the verdict on an event that does not fit yet."""
    return Verdict(WAITS, reason)


NOBODY = waits(Said(N_("nobody is employed on that day; it waits for the hire")))
SEVERAL = waits(
    Said(N_("several legal entities employ the person; name one as legal_entity"))
)
_MAY_LEAD_ELSEWHERE = frozenset(
    {EventKind.TRANSFER, EventKind.TRANSFER_CHANGED, EventKind.HIRE_CHANGED}
)
"""Kinds whose legal entity may be the one somebody goes to."""


def employment_meant(
    drafts: Drafts, event: EventStatement, fits: Callable[[PeriodDraft], bool]
) -> PeriodDraft | Verdict:
    """Return the employment an event means, of those it fits.

    Returns:
        Or the verdict: nobody is employed, or several legal entities employ the person.
    """
    fitting = [draft for draft in drafts if fits(draft)]
    entity = event.data.get("legal_entity")
    if entity:
        named = [draft for draft in fitting if _is_with(draft, entity)]
        if named or event.kind not in _MAY_LEAD_ELSEWHERE:
            fitting = named
    found = latest(fitting)
    if found is None:
        return NOBODY
    rivals = [
        draft
        for draft in fitting
        if draft.overlaps(found) and not _share_employer(draft, found)
    ]
    if not rivals or event.forced:
        return found
    own = [draft for draft in (found, *rivals) if event.source in draft.sources]
    return own[0] if len(own) == 1 else SEVERAL


def same_start(drafts: Drafts, event: EventStatement) -> PeriodDraft | None:
    """Return the employment that begins, or was said to begin, as a hire says."""
    return latest(
        d
        for d in drafts
        if d.alive and event.on in d.starts and _is_with(d, _entity(event))
    )


def overlapping_draft(drafts: Drafts, event: EventStatement) -> PeriodDraft | None:
    """Return an employment that one from a day on would overlap, with one employer."""
    return latest(
        d
        for d in drafts
        if d.alive and (d.last is None or d.last >= event.on)
        if _is_with(d, _entity(event))
    )


def restates(draft: PeriodDraft, event: EventStatement) -> bool:
    """Whether a hire may be another account of an employment that is known."""
    return event.source not in draft.sources or event.asserted_at.date() <= draft.start


def latest(drafts: Iterable[PeriodDraft]) -> PeriodDraft | None:
    """Return the employment that begins last; None without any."""
    return max(drafts, key=lambda draft: (draft.start, draft.root), default=None)


def _entity(event: EventStatement) -> str | None:
    entity: str | None = event.data.get("legal_entity")
    return entity


def _share_employer(one: PeriodDraft, other: PeriodDraft) -> bool:
    known = one.entities and other.entities
    return one is other or not known or bool(one.entities & other.entities)


def _is_with(draft: PeriodDraft, entity: str | None) -> bool:
    return entity is None or not draft.entities or entity in draft.entities
