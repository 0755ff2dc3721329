"""Placements of an employment follow what is planned. Imports `people`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TypeAlias

from inventory.hr.context import CaseContext
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.people.rules import EmploymentTerms, RecordedPlacement
from inventory.storage.rows import add_many, change

Planned: TypeAlias = tuple[Span, EmploymentTerms]


def replace_placements(
    context: CaseContext,
    employment_id: int,
    recorded: Sequence[RecordedPlacement],
    planned: Sequence[Planned],
) -> date | None:
    """Write placements that differ; return the first day on which one does.

    Args:
        context: The change.
        employment_id: Of which employment.
        recorded: The placements there are.
        planned: Those there should be.
    """
    known = [one for one in recorded if one.span]
    same = {(one.span, one.terms) for one in known}
    changed: list[date] = []
    ends: dict[int, date | None] = {}
    for one in known:
        if (one.span, one.terms) in planned:
            continue
        match = next(
            (w for w in planned if w[0].start == one.span.start and w[1] == one.terms),
            None,
        )
        ends[one.id] = one.span.start if match is None else match[0].end
        if match is not None:
            same.add(match)
        else:
            changed.append(one.span.start)
    # Shorter ones first: what grows may need the days that another one leaves.
    for one in sorted(known, key=lambda one: _grows(one.span.end, ends.get(one.id))):
        if one.id in ends:
            values: dict[str, Any] = {
                "valid_to": ends[one.id],
                "ended_recorded_at": context.work.clock(),
            }
            change(context.work, people.Placement, one.id, values, action="end")
    new = [
        {
            "employment_id": employment_id,
            **asdict(terms),
            "valid_from": span.start,
            "valid_to": span.end,
        }
        for span, terms in planned
        if (span, terms) not in same
    ]
    add_many(context.work, people.Placement, new)
    changed += [values["valid_from"] for values in new]
    return min(changed, default=None)


def _grows(old: date | None, new: date | None) -> bool:
    """Whether a placement that ends with `new` covers more days than with `old`."""
    return old is not None and (new is None or new > old)
