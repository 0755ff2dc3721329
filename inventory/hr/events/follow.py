"""Employments, cases, lines and tasks of a person follow all that was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, update

from inventory.hr.cases.follow_plan import follow_plan
from inventory.hr.cases.kit_versions import kits_of_cases
from inventory.hr.context import CaseContext
from inventory.hr.events import entity_transfers, person_match, questions
from inventory.hr.events.employments import write_employments
from inventory.hr.history import statement_of
from inventory.hr.person_file import PersonFile, load_person
from inventory.provisioning.plan import plan
from inventory.provisioning.statements.employment_periods import Timeline, Verdict
from inventory.provisioning.statements.timeline import build_timeline
from inventory.provisioning.tables import HrEvent
from inventory.storage.rows import Row, table_of

_EVENT = table_of(HrEvent)


def follow_person(context: CaseContext, person_id: int) -> list[int]:
    """Let employments, cases and lines of a person follow all that was said.

    Returns:
        The cases there are, in the order they take effect.
    """
    file = load_person(context, person_id)
    if person_match.claim_waiting_events(context, file):
        file = load_person(context, person_id)
    timeline = timeline_of(context, file)
    employments = write_employments(context, file, timeline)
    _write_verdicts(context, file.by_key, timeline.verdicts)
    today = context.today(_site_of_timeline(file, timeline))
    planned = plan(timeline, kits_of_cases(context, file), today)
    cases = follow_plan(context, file, employments, planned)
    entity_transfers.follow_moves(context, file, timeline)
    questions.follow_timeline(context, file, timeline)
    return cases


def timeline_of(context: CaseContext, file: PersonFile) -> Timeline:
    """Return what all that was said of a person means."""
    return build_timeline(
        map(statement_of, file.events),
        context.rules.authority,
        [known for _, known, _ in file.registered()],
        file.organisation,
        file.taken_back,
    )


def _write_verdicts(
    context: CaseContext, events: Mapping[str, Row], verdicts: Mapping[str, Verdict]
) -> None:
    """Write the verdicts that differ, in one statement."""
    changed = [
        {"event": events[key]["id"], "new": verdict.name, "why": verdict.reason}
        for key, verdict in verdicts.items()
        if key in events and _differs(events[key], verdict)
    ]
    for key, verdict in verdicts.items():
        if key in events:
            names = {"verdict": verdict.name, "verdict_reason": verdict.reason}
            events[key] |= names
    if changed:
        query = (
            update(_EVENT)
            .where(_EVENT.c.id == bindparam("event"))
            .values(verdict=bindparam("new"), verdict_reason=bindparam("why"))
        )
        context.connection.execute(query, changed)


def _differs(event: Row, verdict: Verdict) -> bool:
    known = (event["verdict"], event["verdict_reason"])
    return known != (verdict.name, verdict.reason)


def _site_of_timeline(file: PersonFile, timeline: Timeline) -> str:
    places: Iterable[str | None] = (
        period.terms.get("location") for period in reversed(timeline.periods)
    )
    return file.site_of(next(filter(None, places), None))
