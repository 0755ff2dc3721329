"""Carries out the reading that topics declare: probes, walks, fallbacks, problems.

Imports the ports and the topics' shapes; knows no object by name. One reader serves
one device and one collection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from collectors.errors import CollectError
from collectors.facts import Problem, Reason
from collectors.ports import Oid, Snmp, Table
from collectors.snmp.topic import Cells, Group, Topic, branch_of

_PROBE_WIDTH = 12
"""Tables probed in one message: few, as answers must fit a datagram."""
_SURE = frozenset((1, 3, 6, 1, 2, 1, group) for group in (1, 2, 4))
"""system, interfaces and ip: every agent has them, so it is not asked."""


@dataclass
class Reader:
    """Reads tables of one device, a few at a time.

    Attributes:
        session: Whom to ask.
        parallel: Walks under way at once.
        cells: What was read so far.
        broken: Why a group is incomplete, by its columns.
    """

    session: Snmp
    parallel: int = 3
    cells: Cells = field(default_factory=Cells)
    broken: dict[tuple[Oid, ...], Problem] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(self.parallel)

    async def scalars(self, instances: Iterable[Oid]) -> None:
        """Get instances into the cells; raises `CollectError`."""
        unread = [o for o in dict.fromkeys(instances) if o not in self.cells.scalars]
        if unread:
            self.cells.scalars.update(await self.session.get(unread))

    async def read(self, topics: Sequence[Topic], extra: Sequence[Oid] = ()) -> None:
        """Read what the agent has of these topics, and the `extra` instances.

        First a few messages tell which branches of the tree the agent has, then
        which tables in them; then tables are walked. Fallbacks and dependent tables
        follow once it is known what they hang on.
        """
        groups = list(dict.fromkeys(g for topic in topics for g in topic.groups))
        scalars = [o for topic in topics for o in topic.scalars]
        branches_needed = {g.branch for g in groups} | {branch_of(o) for o in scalars}
        branches = await self._present(branches_needed - _SURE) | _SURE
        instances = [o for o in scalars if branch_of(o) in branches]
        groups = [g for g in groups if g.branch in branches]
        first = [g for g in groups if not g.unless and not g.needs]
        second = [g for g in groups if g.unless or g.needs]
        await asyncio.gather(
            self._optional([*instances, *extra]), self._walk_there(first)
        )
        await self._walk_there([g for g in second if self._wanted(g)])

    async def _walk_there(self, groups: Sequence[Group]) -> None:
        present = await self._present({g.probe for g in groups})
        await self._walk_all(g for g in groups if g.probe in present)

    def _wanted(self, group: Group) -> bool:
        if group.unless and self.cells.has(group.unless):
            return False
        return not group.needs or self.cells.has(group.needs)

    async def _present(self, entries: set[Oid]) -> set[Oid]:
        """Return the entries below which the agent has something, or may have."""
        ordered = sorted(entries)
        chunks = [
            ordered[at : at + _PROBE_WIDTH]
            for at in range(0, len(ordered), _PROBE_WIDTH)
        ]
        tables = await asyncio.gather(*(self._probe(chunk) for chunk in chunks))
        return {entry for table in tables for entry in table}

    async def _probe(self, entries: Sequence[Oid]) -> set[Oid]:
        async with self._gate:
            table = await self.session.walk(entries, max_rows=1)
        present = {entry for entry in entries if table.columns.get(entry)}
        if table.problem is not None and table.problem.reason is not Reason.TOO_MUCH:
            return set(entries)
        return present

    async def _walk_all(self, groups: Iterable[Group]) -> None:
        await asyncio.gather(*(self._walk(group) for group in groups))

    async def _walk(self, group: Group) -> None:
        async with self._gate:
            table = await self.session.walk(group.columns, max_rows=group.max_rows)
        self.take(group.columns, table)

    def take(self, columns: tuple[Oid, ...], table: Table) -> None:
        """Keep what a walk brought, and why it is incomplete if it is."""
        self.cells.tables.update(table.columns)
        if table.problem is not None:
            self.broken[columns] = table.problem

    def problem(self, topic: Topic) -> Problem | None:
        """Return why a topic is incomplete, None if all of it was read."""
        for group in topic.groups:
            if group.columns in self.broken:
                return replace(self.broken[group.columns], where=f"snmp:{topic.name}")
        return None

    async def _optional(self, instances: Iterable[Oid]) -> None:
        """Get instances of a device that has answered; a failure leaves them out."""
        try:
            await self.scalars(instances)
        except CollectError:
            return
