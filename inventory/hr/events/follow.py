"""Employments, cases, lines and tasks of a person follow all that was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, update

from inventory.hr.cases.follow_plan import follow_plan
from inventory.hr.cases.kit_versions import kits_of_cases
from inventory.hr.context import CaseContext
from inventory.hr.events import entity_transfers, person_match, questions
from inventory.hr.events.employments import write_employments
from inventory.hr.history import statement_of
from inventory.hr.person_file import PersonFile, load_person
from inventory.hr.requests.asking import call_off_requests
from inventory.kernel.texts import N_, Said
from inventory.provisioning.plan import REQUEST, plan
from inventory.provisioning.statements.employment_periods import Timeline, Verdict
from inventory.provisioning.statements.timeline import build_timeline
from inventory.provisioning.tables import HrEvent
from inventory.storage.rows import Row, table_of

_EVENT = table_of(HrEvent)
_FOLLOWS = ("verdict", "verdict_reason", "case_id")
"""Columns of an event that all the events of a person decide together."""
_WRITE_VERDICT = (
    update(_EVENT)
    .where(_EVENT.c.id == bindparam("event"))
    .values({name: bindparam(f"new_{name}") for name in _FOLLOWS})
)


def follow_person(
    context: CaseContext, person_id: int, added: PersonFile | None = None
) -> list[int]:
    """Let employments, cases and lines of a person follow all that was said.

    Args:
        context: The change.
        person_id: The person.
        added: All there is of somebody who was just added, by `file_of_stranger`.

    Returns:
        The cases there are, in the order they take effect.
    """
    file = added or load_person(context, person_id)
    if person_match.claim_waiting_events(context, file):
        file = load_person(context, person_id)
    timeline = timeline_of(context, file)
    employments = write_employments(context, file, timeline)
    before = [dict(event) for event in file.events]
    _set_verdicts(file.by_key, timeline.verdicts)
    today = context.today(_site_of_timeline(file, timeline))
    planned = plan(timeline, kits_of_cases(context, file), today)
    cases = follow_plan(context, file, employments, planned)
    if _asks_in_vain(file, timeline, today):
        call_off_requests(
            context, file.id, Said(N_("who asked for it works here no more"))
        )
    _write_events(context, before, file.events)
    entity_transfers.follow_moves(context, file, timeline)
    questions.follow_timeline(context, file, timeline)
    return cases


def _asks_in_vain(file: PersonFile, timeline: Timeline, today: date) -> bool:
    """Whether somebody who asked for something works here no more."""
    asked = any(
        case["kind"] == REQUEST and case["state"] == "open"
        for case in file.cases.values()
    )
    return asked and all(
        period.cancelled or (period.last is not None and period.last < today)
        for period in timeline.periods
    )


def timeline_of(context: CaseContext, file: PersonFile) -> Timeline:
    """Return what all that was said of a person means."""
    return build_timeline(
        map(statement_of, file.events),
        context.rules.authority,
        [known for _, known, _ in file.registered()],
        file.organisation,
        file.taken_back,
    )


def _set_verdicts(events: Mapping[str, Row], verdicts: Mapping[str, Verdict]) -> None:
    for key, verdict in verdicts.items():
        if key in events:
            names = {"verdict": verdict.name, "verdict_reason": verdict.reason}
            events[key] |= names


def _write_events(
    context: CaseContext, before: Sequence[Row], after: Sequence[Row]
) -> None:
    """Write verdicts and cases of the events that differ, in one statement."""
    changed = [
        {"event": new["id"], **{f"new_{name}": new[name] for name in _FOLLOWS}}
        for old, new in zip(before, after, strict=True)
        if any(old[name] != new[name] for name in _FOLLOWS)
    ]
    if changed:
        context.connection.execute(_WRITE_VERDICT, changed)


def _site_of_timeline(file: PersonFile, timeline: Timeline) -> str:
    places: Iterable[str | None] = (
        period.terms.get("location") for period in reversed(timeline.periods)
    )
    return file.site_of(next(filter(None, places), None))
