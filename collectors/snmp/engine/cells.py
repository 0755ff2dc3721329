"""The hot loop: bindings of a GETBULK answer straight into the cells of columns.

Almost all octets of an answer have been seen before: the head of a binding (its
lengths, and the column's OID) takes a few forms per column, indexes recur in every
column of a table and on every device, and so do small numbers. So they are looked up
as they stand instead of being decoded, in a `Codebook` that one engine keeps for all
its devices, and only what is new is decoded. The loop stops at the first binding that
is not ordinary, for `walk` to judge. Every line of it costs time in every scan; measure
(tests/bench) before and after a change. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from collectors.errors import Malformed
from collectors.ports import Oid, Value
from collectors.sentences import N_
from collectors.snmp.engine.protocol import ber

Cells = dict[Oid, Value]

_MOST_INDEXES = 1 << 16
_MOST_VALUES = 1 << 15
_MOST_HEADS = 1 << 10
_MOST_COLUMNS = 1 << 11
_SHORT_VALUE = 6


_NOT_OURS = (0, 1 << 40, 0)
"""Form of a head that is not that of an ordinary binding: it reaches over any end."""


class Heads(dict[bytes, tuple[int, int, int]]):
    """Forms that the octets of a binding up to the index take, for one column.

    A form is where the value begins and where the binding ends, both counted from its
    beginning, and the octets of the value. Only bindings under 128 octets that belong
    to the column are ordinary.
    """

    __slots__ = ("prefix", "width")

    def __init__(self, prefix: bytes) -> None:
        self.prefix = prefix
        self.width = len(prefix) + 4

    def __missing__(self, head: bytes) -> tuple[int, int, int]:
        if len(head) != self.width:
            return _NOT_OURS
        total, size = head[1], head[3]
        form = (size + 4, total + 2, total - size - 4)
        if (
            head[0] != ber.SEQUENCE
            or head[2] != ber.OBJECT
            or total > 0x7F
            or size <= len(self.prefix)
            or head[4:] != self.prefix
        ):
            form = _NOT_OURS
        if len(self) >= _MOST_HEADS:
            self.clear()
        self[head] = form
        return form


class Indexes(dict[bytes, Oid]):
    """Row indexes by their octets, so that equal ones are decoded and kept once."""

    def __missing__(self, body: bytes) -> Oid:
        if not body:
            raise Malformed(N_("a row without an index"))
        if len(self) >= _MOST_INDEXES:
            self.clear()
        self[body] = index = ber.decode_arcs(body)
        return index


class Values(dict[bytes, Value]):
    """Short values by their octets with tag and length; longer ones are not kept."""

    def __missing__(self, octets: bytes) -> Value:
        value = ber.decode_value(octets[0], octets[2:])
        if value is None:
            raise Malformed(N_("no value"))
        if len(octets) <= _SHORT_VALUE:
            if len(self) >= _MOST_VALUES:
                self.clear()
            self[octets] = value
        return value


class Codebook:
    """What the devices of one engine have said before. Bounded.

    Attributes:
        indexes: Row indexes.
        values: Short values.
    """

    def __init__(self) -> None:
        self.indexes = Indexes()
        self.values = Values()
        self._heads: dict[bytes, Heads] = {}

    def heads(self, prefix: bytes) -> Heads:
        """Return the heads known of a column, by its OID body."""
        heads = self._heads.get(prefix)
        if heads is None:
            if len(self._heads) >= _MOST_COLUMNS:
                self._heads.clear()
            heads = self._heads[prefix] = Heads(prefix)
        return heads


Slot = tuple[int, Heads, int, Cells]
"""Number of the column, its heads and their length, and where its cells go."""


def read_cells(
    data: bytes,
    at: int,
    slots: Sequence[Slot],
    last: list[bytes],
    codebook: Codebook,
) -> tuple[int, int, int]:
    """Take in ordinary bindings until one is not, or the data ends.

    Args:
        data: Octets that end with the last binding.
        at: Where the first binding begins.
        slots: The columns in the order of the bindings, beginning with the one that
            the first binding belongs to.
        last: Per column the index octets of the last cell; kept up to date.
        codebook: What is known.

    Returns:
        Where it stopped, the number of the column that the binding there belongs to,
        and how many cells it took in.
    """
    indexes, values = codebook.indexes, codebook.values
    count, number, end = 0, slots[0][0], len(data)
    try:
        while True:
            for number, heads, width, cells in slots:
                start = at + width
                to_value, to_next, span = heads[data[at:start]]
                value = at + to_value
                stop = at + to_next
                if stop > end or data[value + 1] != span:
                    return at, number, count
                suffix = data[start:value]
                if data[value] == 4:
                    cells[indexes[suffix]] = data[value + 2 : stop]
                else:
                    cells[indexes[suffix]] = values[data[value:stop]]
                last[number] = suffix
                count += 1
                at = stop
    except (IndexError, Malformed):
        return at, number, count
