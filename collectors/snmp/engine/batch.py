"""Columns that are asked for in one message, and how an answer is read into them.

Each column has its own cursor, so that columns with different rows can go together: in
an answer, the bindings belong to the columns in turn, whatever their rows are. A column
ends at the first object that does not belong to it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from collectors.errors import Malformed
from collectors.facts import Reason
from collectors.ports import Oid
from collectors.sentences import N_, Told
from collectors.snmp.engine.cells import Cells, Codebook, Slot, read_cells
from collectors.snmp.engine.operation import dotted
from collectors.snmp.engine.protocol import ber, message


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
        doubted: Its end looked wrong once: the agent went back behind the column, as
            some do that mix up the columns of one request. It is asked for alone then.
    """

    column: Oid
    prefix: bytes
    at: bytes
    cells: Cells = field(default_factory=dict)
    void: set[Oid] = field(default_factory=set)
    ended: bool = False
    doubted: bool = False

    @property
    def seen(self) -> int:
        """Rows seen so far."""
        return len(self.cells) + len(self.void)


class Reading(NamedTuple):
    """What one answer brought.

    Attributes:
        stored: Bindings that were rows of their columns.
        grown: How many of them were new.
        broken: What made the rest of the answer unreadable, if anything.
    """

    stored: int
    grown: int
    broken: str


class Batch:
    """Columns asked for together.

    Attributes:
        cursors: Those that have not ended yet when the batch is made.
        ended: How many have ended since.
        troubles: What was found wrong since it was last looked at.
    """

    __slots__ = ("_codebook", "_sizes", "_slots", "cursors", "ended", "troubles")

    def __init__(self, cursors: Iterable[Cursor], codebook: Codebook) -> None:
        self.cursors = [cursor for cursor in cursors if not cursor.ended]
        self.ended = 0
        self.troubles: list[tuple[Reason, str]] = []
        self._codebook = codebook
        self._sizes = [cursor.seen for cursor in self.cursors]
        self._slots: list[Slot] = []
        for number, cursor in enumerate(self.cursors):
            heads = codebook.heads(cursor.prefix)
            self._slots.append((number, heads, heads.width, cursor.cells))

    def __len__(self) -> int:
        return len(self.cursors)

    @property
    def table(self) -> Oid:
        """The OID of the table row that the columns belong to."""
        return self.cursors[0].column[:-1]

    def bindings(self) -> bytes:
        """Return the bindings of a request for the next rows."""
        return b"".join([message.binding(cursor.at) for cursor in self.cursors])

    def rows(self) -> tuple[int, int]:
        """Return how many rows the shortest and the longest column have so far."""
        return min(self._sizes), max(self._sizes)

    def stop(self, cursor: Cursor, reason: Reason, detail: str) -> None:
        """End a column for a reason."""
        self._end(cursor)
        told = Told(N_("{what} in {oid}"), what=detail, oid=dotted(cursor.column))
        self.troubles.append((reason, told))

    def _end(self, cursor: Cursor) -> None:
        self.ended += not cursor.ended
        cursor.ended = True

    def read(self, pdu: message.Pdu) -> Reading:
        """Read an answer, move the cursors, and end the columns that stand still."""
        last = [b""] * len(self.cursors)
        stored, broken = self._bindings(pdu, last)
        before = self._sizes
        self._sizes = [len(c.cells) + len(c.void) for c in self.cursors]
        grown = sum(self._sizes) - sum(before)
        for cursor, suffix in zip(self.cursors, last, strict=True):
            if suffix:
                cursor.at = cursor.prefix + suffix
        if stored > grown:
            self._repeated(before, last)
        return Reading(stored, grown, broken)

    def _bindings(self, pdu: message.Pdu, last: list[bytes]) -> tuple[int, str]:
        data, at, slots = pdu.data, pdu.start, self._slots
        end, wide, turn, stored = len(data), len(slots), 0, 0
        while at < end and self.ended < wide:
            if not self.cursors[turn].ended:
                order = slots[turn:] + slots[:turn] if turn else slots
                at, turn, count = read_cells(data, at, order, last, self._codebook)
                stored += count
                if at >= end:
                    break
            try:
                at, row = self._odd(data, at, turn, last)
            except Malformed as error:
                return stored, str(error)
            stored += row
            turn = (turn + 1) % wide
        return stored, "the answer is cut off" if pdu.cut else ""

    def _odd(
        self, data: bytes, at: int, turn: int, last: list[bytes]
    ) -> tuple[int, int]:
        """Judge one binding that is not ordinary.

        Returns:
            Where the next binding begins, and 1 if this one was a row.

        Raises:
            Malformed: The binding cannot be read, nor what follows it.
        """
        body, tag, value, stop = message.read_binding(data, at, len(data))
        cursor = self.cursors[turn]
        if cursor.ended:
            return stop, 0
        if tag in ber.ABSENT or not body.startswith(cursor.prefix):
            if tag not in ber.ABSENT and not cursor.doubted:
                cursor.doubted = _behind(body, cursor.prefix)
            self._end(cursor)
            return stop, 0
        suffix = body[len(cursor.prefix) :]
        try:
            index = self._codebook.indexes[suffix]
        except Malformed as error:
            self.stop(cursor, Reason.MALFORMED, error.detail)
            return stop, 0
        last[turn] = suffix
        self._keep(cursor, index, tag, value)
        return stop, 1

    def _keep(self, cursor: Cursor, index: Oid, tag: int, value: bytes) -> None:
        cell = None
        try:
            cell = ber.decode_value(tag, value)
        except Malformed as error:
            where = dotted(cursor.column + index)
            told = Told(N_("{what} at {oid}"), what=error.detail, oid=where)
            self.troubles.append((Reason.MALFORMED, told))
        if cell is not None:
            cursor.cells[index] = cell
        elif index not in cursor.cells:
            cursor.void.add(index)

    def _repeated(self, before: list[int], last: list[bytes]) -> None:
        """Some rows were seen before: end the columns that brought nothing else."""
        told = Told(N_("rows repeated in {oid}"), oid=dotted(self.table))
        self.troubles.append((Reason.LOOP, told))
        for number, cursor in enumerate(self.cursors):
            still = self._sizes[number] == before[number]
            if still and last[number] and not cursor.ended:
                self.stop(cursor, Reason.LOOP, N_("the agent goes round"))

    def cut(self, rows: int) -> None:
        """Cut the columns with more than `rows` rows there, and end them."""
        for cursor in self.cursors:
            if cursor.seen <= rows:
                continue
            while len(cursor.cells) > rows:
                cursor.cells.popitem()
            self.stop(
                cursor, Reason.TOO_MUCH, Told(N_("over {count} rows"), count=rows)
            )


def _behind(body: bytes, prefix: bytes) -> bool:
    """Whether an object lies before a column, where no agent should get from it."""
    try:
        return ber.decode_arcs(body) < ber.decode_arcs(prefix)
    except Malformed:
        return False
