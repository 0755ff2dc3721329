"""A walk over several columns as a state machine: what to ask next, told each answer.

Columns of one table go together, others apart. Answers are made as large as the agent
allows; one that breaks on a request is asked for less, then by GETNEXT, then for single
columns, and what still fails is a problem of the table beside the rows that were read.
Pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from collectors.errors import CollectError, Malformed
from collectors.facts import Problem, Reason
from collectors.ports import Oid, Table
from collectors.sentences import N_, Told
from collectors.snmp.engine.batch import Batch, Cursor, Reading
from collectors.snmp.engine.cells import Codebook
from collectors.snmp.engine.device import Device
from collectors.snmp.engine.operation import Ask, dotted
from collectors.snmp.engine.protocol import ber, message

_FIRST_CELL_BYTES = 22.0
_LONG = 200
"""Rows after which a table is long enough to be read in two halves at once."""
_MOST_SPLITS = 64


class Walk:
    """One call of `Snmp.walk`."""

    def __init__(
        self,
        columns: Sequence[Oid],
        device: Device,
        codebook: Codebook,
        *,
        bulk: bool = True,
        max_rows: int = 0,
        divisible: bool = False,
    ) -> None:
        """Plan a walk.

        Args:
            columns: OIDs of the columns.
            device: What is known of the agent.
            codebook: The engine's.
            bulk: Whether the version of the protocol has GETBULK.
            max_rows: Bound per column; 0 for the setting.
            divisible: Whether to be done for the moment when a long table of a distant
                device is found, for `divide` to be called.
        """
        self._divisible, self._paused, self._halved = divisible, False, False
        self._device = device
        self._codebook = codebook
        self._max_rows = max_rows or device.settings.max_rows
        self._version_has_bulk = bulk
        self._cursors = _cursors(columns)
        self._waiting = deque(_batches(self._cursors, device, mixed=max_rows == 1))
        self._problem: Problem | None = None
        self._troubles = 0
        self._splits = 0
        self._cell_bytes = _FIRST_CELL_BYTES
        self._asked = 1
        self._attempt = 1
        self._by_bulk = False
        self._batch = Batch((), codebook)
        self._bulk = bulk
        self._most = 1
        self._next_batch()

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask, or it is time to `divide`."""
        return self._paused or not self._batch.cursors

    def divide(self) -> Walk | None:
        """Leave half of the columns under way to another walk, and go on.

        Returns:
            The other walk, to be carried out at the same time and then given to
            `join`; None where this one has ended.
        """
        if not self._paused:
            return None
        self._paused, self._divisible, self._halved = False, False, True
        other = Walk((), self._device, self._codebook, bulk=self._version_has_bulk)
        cursors = self._batch.cursors
        half = len(cursors) // 2
        self._batch = Batch(cursors[:half], self._codebook)
        other._cursors = cursors[half:]
        other._batch = Batch(cursors[half:], self._codebook)
        for name in ("_max_rows", "_cell_bytes", "_bulk", "_most", "_halved"):
            setattr(other, name, getattr(self, name))
        return other

    def join(self, other: Walk) -> None:
        """Take over what went wrong in the other half; the rows are here already."""
        self._troubles += other._troubles
        self._problem = self._problem or other._problem

    def table(self) -> Table:
        """Return what was read."""
        columns = {cursor.column: cursor.cells for cursor in self._cursors}
        for column, cells in columns.items():
            keys = list(cells)
            if keys != sorted(keys):
                told = Told(N_("rows out of order in {oid}"), oid=dotted(column))
                self._trouble(Reason.LOOP, told)
        problem = self._problem
        if problem is not None and self._troubles > 1:
            text = N_("{what}; {count} more of such")
            more = Told(text, what=problem.detail, count=self._troubles - 1)
            problem = Problem(problem.where, problem.reason, more)
        return Table(columns, problem)

    def ask(self, attempt: int, attempts: int) -> Ask:
        """Return the next request; later attempts ask for less, the last by GETNEXT."""
        self._asked = self._repetitions()
        if attempt > 1:
            expected = self._asked * len(self._batch) * self._cell_bytes
            self._device.lost(int(expected))
            self._asked = self._device.smaller(min(self._asked, self._repetitions()))
        bindings = self._batch.bindings()
        self._attempt = attempt
        self._by_bulk = self._asks_bulk and not 2 < attempt == attempts
        if not self._by_bulk:
            self._asked = 1
            return Ask(message.GETNEXT, 0, 0, bindings)
        return Ask(message.GETBULK, 0, self._asked, bindings)

    def _repetitions(self) -> int:
        """Return how many rows to ask for in one GETBULK."""
        device, batch = self._device, self._batch
        rows = int(device.target / self._cell_bytes) // len(batch)
        known = device.rows.get(batch.table)
        if known is not None:
            left = known + 1 - batch.rows()[0]
            if 0 < left < rows:
                rows = left
        most = device.repetitions << (self._halved and not device.is_touchy)
        return max(1, min(rows, self._most, most))

    @property
    def _asks_bulk(self) -> bool:
        return self._bulk and self._device.bulk

    def feed(self, pdu: message.Pdu) -> None:
        """Take in an answer.

        Raises:
            Malformed: It brought nothing that can be used.
        """
        if pdu.status:
            self._refused(pdu.status, pdu.index)
            return
        batch = self._batch
        reading = batch.read(pdu)
        if not reading.grown and not batch.ended:
            raise Malformed(
                reading.broken or N_("the answer holds no row that was asked for")
            )
        if not batch.ended:
            self._measure(len(pdu.data) - pdu.start, reading)
        if batch.rows()[1] > self._max_rows:
            batch.cut(self._max_rows)
        if batch.troubles or batch.ended:
            self._settle()
        elif self._divisible and len(batch) > 1 and self._device.is_distant:
            self._paused = batch.rows()[0] >= _LONG

    def _measure(self, size: int, reading: Reading) -> None:
        """Learn the size of cells, and how much the agent puts in one answer."""
        stored, wide = reading.stored, len(self._batch)
        self._cell_bytes = size / stored
        if not self._asks_bulk:
            return
        if self._attempt > 1 and stored <= self._asked * wide:
            self._device.hesitated(self._asked, bulk=self._by_bulk)
        elif self._by_bulk:
            self._device.filled(size, whole=stored >= self._asked * wide)

    def _refused(self, status: int, index: int) -> None:
        """Answer an error status: end a column, ask for less, or give a column up."""
        batch = self._batch
        if status == message.NO_SUCH_NAME and 0 < index <= len(batch):
            batch.cursors[index - 1].ended = True
        elif self._asks_bulk and self._asked > 1:
            self._most = max(1, self._asked // 4)
            return
        elif self._asks_bulk:
            self._bulk = False
            return
        elif len(batch) > 1:
            self._split()
            return
        elif status == message.NO_SUCH_NAME:
            batch.cursors[0].ended = True
        else:
            denied = status == message.AUTHORIZATION_ERROR
            reason = Reason.AUTH_FAILED if denied else Reason.MALFORMED
            batch.stop(batch.cursors[0], reason, message.status_name(status))
        self._settle()

    def fail(self, error: CollectError) -> None:
        """Take in that a request failed for good.

        Columns that were asked for together are tried apart, since one of them may
        be what the agent chokes on; not so where the whole device is gone.
        """
        hope = (
            error.reason in (Reason.TIMED_OUT, Reason.MALFORMED)
            and self._device.answers > 0
            and self._device.attempts > 1
        )
        if hope and len(self._batch) > 1 and self._splits < _MOST_SPLITS:
            self._split()
            return
        for cursor in self._batch.cursors:
            self._batch.stop(cursor, error.reason, error.detail)
        if not hope:
            self._waiting.clear()
        self._settle()

    def stop(self, reason: Reason, detail: str) -> None:
        """End the walk: a bound is reached."""
        self._trouble(reason, detail)
        self._waiting.clear()
        self._batch = Batch((), self._codebook)

    def _split(self) -> None:
        self._splits += 1
        cursors = self._batch.cursors
        half = len(cursors) // 2
        self._waiting.appendleft(cursors[half:])
        self._batch = Batch(cursors[:half], self._codebook)

    def _trouble(self, reason: Reason, detail: str) -> None:
        """Keep the first problem; further ones are counted."""
        self._troubles += 1
        if self._problem is None:
            where = self._batch.table if self._batch.cursors else ()
            where = where or self._cursors[0].column[:-1]
            self._problem = Problem(f"snmp:{dotted(where)}", reason, detail)

    def _settle(self) -> None:
        """Note what was wrong, leave ended columns out, take up the next batch."""
        batch = self._batch
        for reason, detail in batch.troubles:
            self._trouble(reason, detail)
        batch.troubles.clear()
        left = [cursor for cursor in batch.cursors if not cursor.ended]
        if len(left) == len(batch):
            return
        for cursor in batch.cursors:
            if cursor.ended and cursor.doubted and len(batch) > 1:
                cursor.ended = False
                self._waiting.append([cursor])
        rows = self._device.rows
        rows[batch.table] = max(batch.rows()[1], rows.get(batch.table, 0))
        self._batch = Batch(left, self._codebook)
        if not left:
            self._next_batch()

    def _next_batch(self) -> None:
        if not self._waiting:
            return
        cursors = self._waiting.popleft()
        self._batch = Batch(cursors, self._codebook)
        self._most = self._max_rows + 1
        self._bulk = self._version_has_bulk and not any(
            cursor.column[: len(oid)] == oid
            for cursor in cursors
            for oid in self._device.tuning.no_bulk
        )


def _cursors(columns: Iterable[Oid]) -> list[Cursor]:
    bodies = {column: ber.oid_body(column) for column in columns}
    return [Cursor(column, body, body) for column, body in bodies.items()]


def _batches(
    cursors: Iterable[Cursor], device: Device, *, mixed: bool
) -> list[list[Cursor]]:
    """Put the columns of one table together, as many as one message may ask for.

    Where only first rows are wanted, to see what there is, all columns are `mixed`.
    """
    most = device.settings.columns
    most = min(most, device.tuning.columns or most)
    tables: dict[Oid, list[Cursor]] = {}
    for cursor in cursors:
        table = () if mixed else cursor.column[:-1]
        tables.setdefault(table, []).append(cursor)
    batches = []
    for group in tables.values():
        messages = -(-len(group) // most)
        wide = -(-len(group) // messages)
        batches += [group[at : at + wide] for at in range(0, len(group), wide)]
    return batches
