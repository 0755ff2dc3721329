"""One walk over several columns, as a state machine told each answer in turn.

Pure; used by `pysnmp_engine`, whose library would follow a looping agent for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectors.facts import Problem, Reason
from collectors.ports import Oid, Value

NO_SUCH_NAME = 2
"""Error status of an SNMPv1 agent for an absent object (RFC 1157)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkBounds:
    """How much one walk may cost.

    Attributes:
        timeout: Seconds to wait for an answer.
        retries: Further tries after the first.
        rows: Rows per column.
        seconds: Wall time of one walk.
        repetitions: Most rows asked in one GETBULK.
        columns: Most columns asked in one message.
    """

    timeout: float = 2.0
    retries: int = 2
    rows: int = 100_000
    seconds: float = 120.0
    repetitions: int = 25
    columns: int = 12


@dataclass(slots=True)
class Answer:
    """A response: error status (0 is none), its index, and the bindings."""

    status: int
    index: int
    binds: list[tuple[Oid, Value | None]]


@dataclass(slots=True)
class Walk:
    """The state of one walk.

    Agents whose rows are out of order are followed as long as each row is new;
    a row seen before ends the walk as a loop.
    """

    bounds: WalkBounds
    bulk: bool
    cells: dict[Oid, dict[Oid, Value]]
    cursors: dict[Oid, Oid]
    repetitions: int
    width: int
    problem: Problem | None = None
    open: list[Oid] = field(default_factory=list)

    @classmethod
    def over(cls, columns: Sequence[Oid], bounds: WalkBounds, *, bulk: bool) -> Walk:
        """Start a walk; `bulk` is whether the agent understands GETBULK."""
        unique = list(dict.fromkeys(columns))
        return cls(
            bounds,
            bulk,
            {c: {} for c in unique},
            {c: c for c in unique},
            min(bounds.repetitions, bounds.rows + 1),
            bounds.columns,
            open=unique,
        )

    def next_batch(self) -> list[Oid]:
        """Return the columns to ask for next; empty when all is read."""
        return self.open[: self.width]

    def ask_less(self) -> bool:
        """Ask for fewer rows from now on; False where that cannot be."""
        fewer = max(1, self.repetitions // 4)
        lesser = fewer < self.repetitions
        self.repetitions = fewer
        return lesser

    def stop(self, reason: Reason, detail: str) -> None:
        """End the walk early; the first reason given is kept."""
        self.problem = self.problem or Problem("snmp", reason, detail)
        self.open = []

    def settle(self) -> None:
        """Judge what was read as a whole: rows out of order are a fault as well."""
        for column, cells in self.cells.items():
            keys = list(cells)
            if keys != sorted(keys):
                detail = f"rows of {_dotted(column)} are out of order"
                self.problem = self.problem or Problem("snmp", Reason.LOOP, detail)

    def take(self, batch: Sequence[Oid], answer: Answer) -> None:
        """Take in the answer to a request for the successors of `batch`."""
        if answer.status:
            self._refused(batch, answer)
            return
        before = dict(self.cursors)
        for at, (oid, value) in enumerate(answer.binds):
            column = batch[at % len(batch)]
            if column in self.open:
                self._cell(column, oid, value)
        stuck = [c for c in batch if c in self.open and self.cursors[c] == before[c]]
        if len(stuck) == len(batch):
            self.stop(Reason.MALFORMED, "the answer holds no row that was asked for")

    def _cell(self, column: Oid, oid: Oid, value: Value | None) -> None:
        index = oid[len(column) :]
        if value is None or oid[: len(column)] != column or not index:
            self.open.remove(column)
            return
        cells = self.cells[column]
        if index in cells:
            self._give_up(column, Reason.LOOP, f"the agent repeats {_dotted(oid)}")
            return
        cells[index] = value
        self.cursors[column] = oid
        if len(cells) > self.bounds.rows:
            del cells[index]
            detail = f"over {self.bounds.rows} rows in {_dotted(column)}"
            self._give_up(column, Reason.TOO_MUCH, detail)

    def _give_up(self, column: Oid, reason: Reason, detail: str) -> None:
        self.problem = self.problem or Problem("snmp", reason, detail)
        self.open.remove(column)

    def _refused(self, batch: Sequence[Oid], answer: Answer) -> None:
        """Handle an error status: v1 end of a column, tooBig, or a broken object."""
        if answer.status == NO_SUCH_NAME and 0 < answer.index <= len(batch):
            self.open.remove(batch[answer.index - 1])
        elif self.bulk and self.ask_less():
            return
        elif self.bulk:
            self.bulk = False
        elif len(batch) > 1:
            self.width = max(1, len(batch) // 2)
        else:
            detail = f"error status {answer.status} at {_dotted(batch[0])}"
            self._give_up(batch[0], Reason.MALFORMED, detail)


def _dotted(oid: Oid) -> str:
    return ".".join(map(str, oid))
