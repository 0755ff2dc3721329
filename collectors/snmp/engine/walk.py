"""A walk over several columns as a state machine: what to ask next, told each answer.

Each column has its own cursor, so that columns with different rows can be asked for in
one message. Columns of one table go together, others apart. A column ends at the first
object that does not belong to it; a row seen before, an answer without anything new,
an error status that does not go away and every bound end it with a problem. Pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from collectors.errors import CollectError, Malformed
from collectors.facts import Problem, Reason
from collectors.ports import Oid, Table
from collectors.snmp.engine import ber, message
from collectors.snmp.engine.cells import Cells, Indexes, Slot, read_cells
from collectors.snmp.engine.device import Device
from collectors.snmp.engine.operation import Ask, dotted

_FIRST_CELL_BYTES = 22.0
_MOST_SPLITS = 64


@dataclass(slots=True, eq=False)
class Cursor:
    """How far one column was read.

    Attributes:
        column: Its OID.
        prefix: The OID's body.
        at: OID body of the last row; the next one is asked for.
        cells: What was read.
        void: Indexes of rows without a usable value: NULL, or not to be decoded.
        ended: Nothing is left to read.
    """

    column: Oid
    prefix: bytes
    at: bytes
    cells: Cells = field(default_factory=dict)
    void: set[Oid] = field(default_factory=set)
    ended: bool = False

    @property
    def seen(self) -> int:
        """Rows seen so far."""
        return len(self.cells) + len(self.void)


class Walk:
    """One call of `Snmp.walk`.

    Attributes:
        done: Nothing is left to ask.
    """

    def __init__(
        self,
        columns: Sequence[Oid],
        device: Device,
        indexes: Indexes,
        *,
        bulk: bool = True,
        max_rows: int = 0,
    ) -> None:
        self.device = device
        self.indexes = indexes
        self.max_rows = max_rows or device.settings.max_rows
        self.cursors = [
            Cursor(column, body, body)
            for column in dict.fromkeys(columns)
            for body in (ber.oid_body(column),)
        ]
        self.batches = deque(_batches(self.cursors, device))
        self.live: list[Cursor] = []
        self.problem: Problem | None = None
        self.troubles = 0
        self.splits = 0
        self.bulk_allowed = self.bulk = bulk
        self.most = device.settings.repetitions
        self.cell_bytes = _FIRST_CELL_BYTES
        self.asked = 1
        self._next_batch()

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.live

    def table(self) -> Table:
        """Return what was read."""
        columns = {cursor.column: cursor.cells for cursor in self.cursors}
        for column, cells in columns.items():
            keys = list(cells)
            if self.problem is None and keys != sorted(keys):
                self._trouble(Reason.LOOP, f"rows of {dotted(column)} are out of order")
        return Table(columns, self.problem)

    def ask(self, attempt: int, attempts: int) -> Ask:
        """Return the next request; later attempts ask for less, the last by GETNEXT."""
        bindings = b"".join([message.binding(cursor.at) for cursor in self.live])
        self.asked = self._repetitions()
        if attempt > 1:
            self.device.lost(int(self.asked * len(self.live) * self.cell_bytes))
            self.asked = min(self._repetitions(), max(1, self.asked // 2))
        if not self.bulk or (attempt > 2 and attempt == attempts):
            return Ask(message.GETNEXT, 0, 0, bindings)
        return Ask(message.GETBULK, 0, self.asked, bindings)

    def _repetitions(self) -> int:
        """Return how many rows to ask for in one GETBULK."""
        device, wide = self.device, len(self.live)
        rows = int(device.target / self.cell_bytes) // wide
        known = device.rows.get(self.live[0].column[:-1])
        if known is not None:
            left = known + 1 - min(len(cursor.cells) for cursor in self.live)
            if left > 0:
                rows = min(rows, left)
        bound = min(device.settings.repetitions, self.most)
        return max(1, min(rows, device.tuning.repetitions or bound, bound))

    def feed(self, pdu: message.Pdu) -> None:
        """Take in an answer.

        Raises:
            Malformed: It brought nothing that can be used.
        """
        if pdu.status:
            self._refused(pdu.status, pdu.index)
            return
        before = [cursor.seen for cursor in self.live]
        last = [b""] * len(self.live)
        stored, broken = self._read(pdu, last)
        grown = self._advance(before, last)
        ended = [cursor for cursor in self.live if cursor.ended]
        if not grown and not ended:
            raise Malformed(broken or "the answer holds no row that was asked for")
        self._measure(pdu, stored)
        if stored > grown:
            self._trouble(Reason.LOOP, f"rows of {self._where()} are repeated")
        if ended:
            self._drop_ended()

    def _read(self, pdu: message.Pdu, last: list[bytes]) -> tuple[int, str]:
        """Read the bindings; return how many are rows, and what broke off, if any."""
        data, at, end = pdu.data, pdu.start, pdu.end
        slots: list[Slot] = [
            (number, cursor.prefix, len(cursor.prefix), cursor.cells)
            for number, cursor in enumerate(self.live)
        ]
        wide, turn, stored = len(slots), 0, 0
        while at < end and not all(cursor.ended for cursor in self.live):
            if not self.live[turn].ended:
                order = slots[turn:] + slots[:turn] if turn else slots
                at, turn, count = read_cells(data, at, end, order, last, self.indexes)
                stored += count
                if at >= end:
                    break
            try:
                at, row = self._odd(data, at, end, turn, last)
            except Malformed as error:
                return stored, str(error)
            stored += row
            turn = (turn + 1) % wide
        return stored, "the answer is cut off" if pdu.cut else ""

    def _odd(
        self, data: bytes, at: int, end: int, turn: int, last: list[bytes]
    ) -> tuple[int, int]:
        """Judge one binding that is not ordinary; return where the next begins."""
        body, tag, value, stop = message.read_binding(data, at, end)
        cursor = self.live[turn]
        if cursor.ended:
            return stop, 0
        if tag in ber.ABSENT or not body.startswith(cursor.prefix):
            cursor.ended = True
            return stop, 0
        suffix = body[len(cursor.prefix) :]
        try:
            index = self.indexes[suffix]
        except Malformed as error:
            self._stop(cursor, Reason.MALFORMED, str(error))
            return stop, 0
        last[turn] = suffix
        self._keep(cursor, index, tag, value)
        return stop, 1

    def _keep(self, cursor: Cursor, index: Oid, tag: int, value: bytes) -> None:
        try:
            cell = ber.decode_value(tag, value)
        except Malformed as error:
            cell = None
            where = dotted(cursor.column + index)
            self._trouble(Reason.MALFORMED, f"{error} at {where}")
        if cell is not None:
            cursor.cells[index] = cell
        elif index not in cursor.cells:
            cursor.void.add(index)

    def _advance(self, before: list[int], last: list[bytes]) -> int:
        """Move the cursors; end what stands still or is too long. Return new rows."""
        grown = 0
        for cursor, seen, suffix in zip(self.live, before, last, strict=True):
            new = cursor.seen - seen
            grown += new
            if suffix:
                cursor.at = cursor.prefix + suffix
            if not new and suffix and not cursor.ended:
                self._stop(cursor, Reason.LOOP, "the agent repeats")
            if cursor.seen > self.max_rows or (
                cursor.seen == self.max_rows and not cursor.ended
            ):
                self._cut(cursor)
        return grown

    def _cut(self, cursor: Cursor) -> None:
        while len(cursor.cells) > self.max_rows:
            cursor.cells.popitem()
        self._stop(cursor, Reason.TOO_MUCH, f"over {self.max_rows} rows in")

    def _measure(self, pdu: message.Pdu, stored: int) -> None:
        """Learn the size of cells, and how much the agent puts in one answer."""
        size = pdu.end - pdu.start
        wanted = self.asked * len(self.live)
        if stored:
            self.cell_bytes = size / stored
        if self.asked > 1 and self.bulk and not any(c.ended for c in self.live):
            if stored <= len(self.live) < wanted:
                self.device.suspicions += stored == len(self.live)
            else:
                self.device.filled(size, whole=stored >= wanted)

    def _refused(self, status: int, index: int) -> None:
        """Answer an error status: end a column, ask for less, or give a column up."""
        if status == message.NO_SUCH_NAME and (
            0 < index <= len(self.live) or len(self.live) == 1
        ):
            self.live[max(index, 1) - 1].ended = True
            self._drop_ended()
            return
        if self.bulk and self.asked > 1:
            self.most = max(1, self.asked // 4)
        elif self.bulk:
            self.bulk = False
        elif len(self.live) > 1:
            self._split()
        else:
            reason = (
                Reason.AUTH_FAILED
                if status == message.AUTHORIZATION_ERROR
                else Reason.MALFORMED
            )
            self._stop(self.live[0], reason, f"{message.status_name(status)} in")
            self._drop_ended()

    def fail(self, error: CollectError) -> None:
        """Take in that a request failed for good.

        Columns that were asked for together are tried apart, since one of them may
        be what the agent chokes on; not so where the whole device is gone.
        """
        if len(self.live) > 1 and self._worth_splitting(error):
            self._split()
            return
        alone = self._worth_splitting(error) and bool(self.batches)
        for cursor in self.live:
            self._stop(cursor, error.reason, f"{error} in")
        if not alone:
            self.batches.clear()
        self._drop_ended()

    def _worth_splitting(self, error: CollectError) -> bool:
        return (
            error.reason in (Reason.TIMED_OUT, Reason.MALFORMED)
            and self.device.answers > 0
            and self.device.attempts > 1
            and self.splits < _MOST_SPLITS
        )

    def stop(self, reason: Reason, detail: str) -> None:
        """End the walk: a bound is reached, or it was cancelled."""
        self._trouble(reason, detail)
        self.batches.clear()
        self.live = []

    def _split(self) -> None:
        self.splits += 1
        half = len(self.live) // 2
        self.batches.appendleft(self.live[half:])
        self.live = self.live[:half]

    def _stop(self, cursor: Cursor, reason: Reason, detail: str) -> None:
        cursor.ended = True
        self._trouble(reason, f"{detail} {dotted(cursor.column)}")

    def _trouble(self, reason: Reason, detail: str) -> None:
        """Keep the first problem; further ones are counted."""
        self.troubles += 1
        if self.problem is None:
            self.problem = Problem(f"snmp:{self._where()}", reason, detail)

    def _where(self) -> str:
        columns = [cursor.column for cursor in self.live or self.cursors]
        return dotted(columns[0][:-1]) if columns else "nothing"

    def _drop_ended(self) -> None:
        table = self.live[0].column[:-1]
        rows = max(cursor.seen for cursor in self.live)
        self.device.rows[table] = max(rows, self.device.rows.get(table, 0))
        self.live = [cursor for cursor in self.live if not cursor.ended]
        if not self.live:
            self._next_batch()

    def _next_batch(self) -> None:
        while not self.live and self.batches:
            self.live = [c for c in self.batches.popleft() if not c.ended]
        self.most = self.device.settings.repetitions
        tuning = self.device.tuning
        self.bulk = (
            self.bulk_allowed
            and self.device.bulk
            and not any(
                cursor.column[: len(oid)] == oid
                for cursor in self.live
                for oid in tuning.no_bulk
            )
        )


def _batches(cursors: Iterable[Cursor], device: Device) -> list[list[Cursor]]:
    """Put the columns of one table together, as many as one message may ask for."""
    wide = min(
        device.settings.columns, device.tuning.columns or device.settings.columns
    )
    tables: dict[Oid, list[Cursor]] = {}
    for cursor in cursors:
        tables.setdefault(cursor.column[:-1], []).append(cursor)
    return [
        table[at : at + wide]
        for table in tables.values()
        for at in range(0, len(table), wide)
    ]
