"""Reads one SNMP agent as far as is needed to say what it is.

The system group first, then which enterprises the agent serves; then, with the usual
tables, the objects that identification asks for. Where a main field is still unknown,
likely objects follow in rounds, the most telling first, within bounds. What to ask for,
the caller knows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from collectors.errors import CollectError
from collectors.facts import Clue, Observation
from collectors.ports import Oid, Snmp
from collectors.snmp.collect import spelled
from collectors.snmp.enterprises import ENTERPRISES, sweep_enterprises
from collectors.snmp.smi_values import dotted

MOST_ROUNDS = 4
_FEW_ROWS = 16
_FIRST_OBJECTS = 48


class Wanted(NamedTuple):
    """Instances to get, and columns of which the first rows suffice."""

    objects: Sequence[Oid]
    columns: Sequence[Oid]


class AsksForObjects(Protocol):
    """What identification wants to know beside the usual tables."""

    def objects_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return instances to read once the system group is known."""

    def columns_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return columns of which the first rows suffice."""

    def more_to_read(
        self, observation: Observation, asked: set[Oid]
    ) -> tuple[Sequence[Oid], Sequence[Oid]]:
        """Return further instances and columns; nothing where all is known."""

    def subtrees_to_read(self, observation: Observation) -> Sequence[Oid]:
        """Return subtrees whose first objects may tell what is still unknown."""


async def read_identity(
    session: Snmp,
    identify: AsksForObjects,
    collect: Callable[..., Awaitable[Observation]],
    **common: Any,  # noqa: ANN401 - handed on to `collect`
) -> Observation:
    """Collect from an agent with all that identification asks for.

    Args:
        session: Whom to ask.
        identify: Says what to ask for.
        collect: `collectors.snmp.collect.collect_snmp`.
        common: Its further arguments.

    Raises:
        CollectError: The device does not answer at all.
    """
    first = await collect(session, topics=("system",), **common)
    swept = await sweep_enterprises(session, _enterprise(first))
    first = replace(first, clues=(*first.clues, *swept))
    objects = tuple(identify.objects_to_read(first))
    columns = tuple(identify.columns_to_read(first))
    seen = await collect(session, extra=objects, **common)
    rows = await few_rows(session, columns)
    seen = replace(seen, clues=(*seen.clues, *swept, *rows))
    asked = {*objects, *columns}
    for _ in range(MOST_ROUNDS):
        more = Wanted(*identify.more_to_read(seen, asked))
        if not more.objects and not more.columns:
            break
        asked.update(more.objects, more.columns)
        found = await _instances(session, more.objects)
        found += await few_rows(session, more.columns)
        if found:
            seen = replace(seen, clues=(*seen.clues, *found))
    found = await _first_of(session, identify.subtrees_to_read(seen))
    return replace(seen, clues=(*seen.clues, *found)) if found else seen


def _enterprise(seen: Observation) -> int | None:
    object_id = (seen.system.object_id if seen.system else None) or ""
    arcs = object_id.strip(".").split(".")
    below = tuple(int(arc) for arc in arcs[:7] if arc.isdigit())
    return below[6] if len(below) == 7 and below[:6] == ENTERPRISES else None


async def _instances(session: Snmp, objects: Sequence[Oid]) -> list[Clue]:
    try:
        answers = await session.get(objects) if objects else {}
    except CollectError:
        return []
    return [
        Clue("object", shown, f"snmp {dotted(oid)}")
        for oid, value in answers.items()
        if (shown := spelled(value))
    ]


async def _first_of(session: Snmp, subtrees: Sequence[Oid]) -> list[Clue]:
    """Read the first objects of subtrees that no MIB file describes."""
    found = []
    for subtree in subtrees:
        table = await session.walk([subtree], max_rows=_FIRST_OBJECTS)
        found += [
            Clue("object", shown, f"snmp {dotted((*subtree, *index))}")
            for index, value in table.columns.get(subtree, {}).items()
            if isinstance(value, bytes) and (shown := spelled(value))
        ]
    return found


async def few_rows(session: Snmp, columns: Iterable[Oid]) -> list[Clue]:
    """Read the first rows of some columns as clues of kind `object`.

    Which of them there are is seen first, many in one message.
    """
    listed = list(columns)
    if not listed:
        return []
    table = await session.walk(listed, max_rows=1)
    there = [column for column in listed if table.columns.get(column)]
    if there:
        table = await session.walk(there, max_rows=_FEW_ROWS)
    return [
        Clue("object", shown, f"snmp {dotted((*column, *index))}")
        for column in there
        for index, value in table.columns.get(column, {}).items()
        if (shown := spelled(value))
    ]
