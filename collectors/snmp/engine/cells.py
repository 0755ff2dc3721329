"""The hot loop: bindings of a GETBULK answer straight into the cells of columns.

It knows ordinary bindings only, lengths in one octet and of the column expected, and
stops at the first that is anything else, for `walk` to judge. Every line of it costs
time in every scan; measure (tests/bench) before and after a change. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from collectors.errors import Malformed
from collectors.ports import Oid, Value
from collectors.snmp.engine import ber

Cells = dict[Oid, Value]
Slot = tuple[int, bytes, int, Cells]
"""Number of the column, its OID body, the length of that, and where its cells go."""

_SHORT: Final[dict[int, Callable[[bytes], int]]] = {
    ber.INTEGER: partial(int.from_bytes, signed=True),
    ber.COUNTER32: int.from_bytes,
    ber.GAUGE32: int.from_bytes,
    ber.TICKS: int.from_bytes,
}
"""How to read integers of up to four octets; larger ones need a look at the range."""

_MOST_KNOWN: Final = 1 << 16


class Indexes(dict[bytes, Oid]):
    """Row indexes by their octets, so that equal ones are decoded and kept once.

    One of these serves all devices of an engine; it starts afresh when it is full.
    """

    def __missing__(self, body: bytes) -> Oid:
        if not body:
            raise Malformed("a row without an index")
        if len(self) >= _MOST_KNOWN:
            self.clear()
        index = self[body] = ber.decode_arcs(body)
        return index


def read_cells(
    data: bytes,
    at: int,
    end: int,
    slots: list[Slot],
    last: list[bytes],
    indexes: Indexes,
) -> tuple[int, int, int]:
    """Take in ordinary bindings until one is not.

    Args:
        data: The message.
        at: Where the first binding begins.
        end: Where the last one ends.
        slots: The columns in the order of the bindings, beginning with the one that
            the first binding belongs to.
        last: Per column the index octets of the last cell; kept up to date.
        indexes: Indexes known.

    Returns:
        Where it stopped, the column the binding there belongs to, and how many cells
        it took in.
    """
    count = number = 0
    try:
        while at < end:
            for number, prefix, size, cells in slots:
                oid = at + 4
                value = oid + data[at + 3]
                span = data[value + 1]
                stop = value + 2 + span
                if (
                    stop != at + 2 + data[at + 1]
                    or data[at + 1] > 127
                    or data[at] != 0x30
                    or data[at + 2] != 6
                    or stop > end
                    or data[oid : oid + size] != prefix
                ):
                    return at, number, count
                suffix = data[oid + size : value]
                index = indexes[suffix]
                tag = data[value]
                if tag == 4:
                    cells[index] = data[value + 2 : stop]
                elif span < 5 and tag in _SHORT:
                    cells[index] = _SHORT[tag](data[value + 2 : stop])
                elif (cell := ber.decode_value(tag, data[value + 2 : stop])) is None:
                    return at, number, count
                else:
                    cells[index] = cell
                last[number] = suffix
                count += 1
                at = stop
    except (IndexError, Malformed):
        pass
    return at, number, count
