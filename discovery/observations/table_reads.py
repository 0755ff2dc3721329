"""When each table of a device was asked for last, and what came of it. Pure.

A table that failed or was cut off says nothing about what is not in it, however new it
is. So each table has its own time and its own state, apart from the visit's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from collectors.facts import Observation

TABLES = ("interfaces", "addresses", "components", "vlans", "neighbours", "fdb", "arp")
"""Tables of which is kept how they were read."""

COMPLETE, TRUNCATED, FAILED = "complete", "truncated", "failed"

Reads = Mapping[str, list[str]]
"""Table -> when it was asked for last, what came of it, when it was last complete
(empty for never). Times are ISO 8601 with an offset. A table that is not in it was not
asked for."""


def reads_of(observation: Observation, before: Reads) -> dict[str, list[str]]:
    """Return how the tables were read, after one more visit.

    Args:
        observation: What the visit brought, not merged with anything.
        before: The same, of the visits so far.
    """
    found = {name: list(read) for name, read in before.items()}
    at = observation.seen_at
    for name in TABLES:
        state = state_of(observation, name)
        if state is None:
            continue
        known = found.get(name, ["", "", ""])
        complete = [known[2]] + ([at.isoformat()] if state == COMPLETE else [])
        whole = max(complete, key=_moment)
        if _moment(known[0]) <= at.timestamp():
            found[name] = [at.isoformat(), state, whole]
        else:
            found[name] = [known[0], known[1], whole]
    return found


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() if text else float("-inf")


def state_of(observation: Observation, table: str) -> str | None:
    """Return what came of asking for a table; None if it was not asked for."""
    if table in observation.reads:
        return COMPLETE
    if getattr(observation, table):
        return TRUNCATED
    asked = {problem.where.partition(":")[2] for problem in observation.problems}
    return FAILED if table in asked else None


def is_complete(reads: Reads, table: str) -> bool:
    """Whether the newest reading of a table brought all of it."""
    return reads.get(table, ("", "", ""))[1] == COMPLETE


def complete_at(reads: Reads, table: str) -> datetime | None:
    """Return when a table was last read completely; None for never."""
    text = reads.get(table, ("", "", ""))[2]
    return datetime.fromisoformat(text) if text else None
