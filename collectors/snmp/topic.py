"""What a topic is: the columns and scalars to ask for, and the cells they brought.

Pure. A topic file declares one `Topic` and one parser from `Cells` to facts; which
of the declared tables are really walked is decided in `collectors.snmp.collect`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectors.ports import Oid, Value

_NOTHING: Mapping[Oid, Value] = {}


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that are walked together because they share their index.

    Attributes:
        columns: OIDs of the columns.
        entry: Below it lies something if the agent has the table; what is probed
            before walking. Defaults to the row object of the first column.
        unless: Skip this group when one of these columns has rows: the newer table
            already told everything.
        needs: Skip this group unless one of these columns has rows.
        max_rows: Bound per column; 0 for the session's default.
        probe: The OID below which to look for a sign of the table.
        branch: The branch of the tree it is in; see `branch_of`.
    """

    columns: tuple[Oid, ...]
    entry: Oid = ()
    unless: tuple[Oid, ...] = ()
    needs: tuple[Oid, ...] = ()
    max_rows: int = 0
    probe: Oid = field(init=False, compare=False, repr=False)
    branch: Oid = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        probe = self.entry or self.columns[0][:-1]
        object.__setattr__(self, "probe", probe)
        object.__setattr__(self, "branch", branch_of(probe))


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of facts.

    Attributes:
        name: Name in `Observation.reads` and in problems (`snmp:<name>`).
        groups: Tables to walk.
        scalars: Instances to get.
    """

    name: str
    groups: tuple[Group, ...] = ()
    scalars: tuple[Oid, ...] = ()


def branch_of(name: Oid) -> Oid:
    """Return the branch an object is in: an enterprise, a MIB of mib-2, or a standard.

    A branch is what agents have or do not have as a whole.
    """
    return name[:7] if name[:4] == (1, 3, 6, 1) else name[:3]


def columns(entry: Oid, *numbers: int) -> tuple[Oid, ...]:
    """Return the columns of a row object by their last arcs."""
    return tuple((*entry, number) for number in numbers)


@dataclass(slots=True)
class Cells:
    """All that was read from one device, by column and by instance."""

    tables: dict[Oid, dict[Oid, Value]] = field(default_factory=dict)
    scalars: dict[Oid, Value] = field(default_factory=dict)

    def column(self, column: Oid) -> Mapping[Oid, Value]:
        """Return a column's cells by index; empty if it was not read."""
        return self.tables.get(column, _NOTHING)

    def scalar(self, instance: Oid) -> Value | None:
        """Return the value of an instance, None if absent."""
        return self.scalars.get(instance)

    def rows(self, entry: Oid, *numbers: int) -> Iterator[tuple[Oid, dict[int, Value]]]:
        """Yield index and cells (by column number) of every row of a table.

        A row appears if any of the columns has it, in the order of the index.
        """
        found: dict[Oid, dict[int, Value]] = defaultdict(dict)
        for number in numbers:
            for index, value in self.column((*entry, number)).items():
                found[index][number] = value
        yield from sorted(found.items())

    def has(self, columns: tuple[Oid, ...]) -> bool:
        """Whether any of the columns has rows."""
        return any(self.tables.get(column) for column in columns)
