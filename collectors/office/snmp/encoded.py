"""A view encoded once: from any object identifier to the next varbind. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from collectors.office.mibs.values import SECONDS, TICKS, UPTIME, Cell, Oid, Rows
from collectors.office.snmp import ber

_NO_OBJECT = b"\x80\x00"
_NO_INSTANCE = b"\x81\x00"
_END_OF_VIEW = b"\x82\x00"
_READ_ONLY = 17
_TOO_BIG = 1
_HEADROOM = 60
"""Octets of a message around its varbinds, community included."""
_MAX_REPETITIONS = 200


class EncodedView:
    """The objects of one context, ready to send.

    Varbinds are kept as encoded octets; only the few values that grow are encoded
    anew. A manager that walks sends back names this view has sent, so the way from a
    name to the next is one dictionary look-up on octets.
    """

    def __init__(self, rows: Rows) -> None:
        self.names: list[Oid] = sorted(rows)
        raw = [ber.oid(name) for name in self.names]
        self._raw = raw
        self._position = {name: at for at, name in enumerate(raw)}
        self._growing = {
            at: rows[name]
            for at, name in enumerate(self.names)
            if rows[name].tag in (UPTIME, SECONDS)
        }
        self.varbinds = [
            ber.varbind(name, ber.NULL if at in self._growing else ber.cell(cell))
            for at, (name, cell) in enumerate(
                zip(raw, (rows[n] for n in self.names), strict=True)
            )
        ]
        self._shown = -1
        self.refresh(0)

    def refresh(self, elapsed: int) -> None:
        """Encode the growing values.

        Args:
            elapsed: Hundredths of a second since the office started.
        """
        if elapsed == self._shown:
            return
        self._shown = elapsed
        for at, cell in self._growing.items():
            start = cell.value if isinstance(cell.value, int) else 0
            now = start + elapsed // 100
            if cell.tag == UPTIME:
                grown = Cell(TICKS, (start * 100 + elapsed) & 0xFFFFFFFF)
            else:
                grown = Cell(ber.INTEGER, now)
            self.varbinds[at] = ber.varbind(self._raw[at], ber.cell(grown))

    def get(self, name: bytes) -> bytes:
        """Return the varbind of an instance, or one that says there is none."""
        at = self._position.get(name)
        if at is not None:
            return self.varbinds[at]
        column = ber.parse_oid(name)[:-1]
        near = bisect_left(self.names, column)
        known = near < len(self.names) and self.names[near][: len(column)] == column
        return ber.varbind(name, _NO_INSTANCE if known else _NO_OBJECT)

    def after(self, name: bytes) -> int:
        """Return the position of the first object after a name."""
        at = self._position.get(name)
        if at is not None:
            return at + 1
        return bisect_right(self.names, ber.parse_oid(name))

    def next(self, name: bytes) -> bytes:
        """Return the varbind that follows a name, or the end of the view."""
        at = self.after(name)
        if at < len(self.varbinds):
            return self.varbinds[at]
        return ber.varbind(name, _END_OF_VIEW)

    def bulk(
        self, names: Sequence[bytes], once: int, repetitions: int, room: int
    ) -> list[bytes]:
        """Return the varbinds of a GETBULK answer (RFC 3416, section 4.2.3).

        Args:
            names: The names asked, as OID contents.
            once: How many of them to step once only.
            repetitions: How often to step the rest.
            room: Octets the varbinds may fill.
        """
        out = [self.next(name) for name in names[:once]]
        used = sum(map(len, out))
        last = list(names[once:])
        places = [self.after(name) for name in last]
        for _ in range(min(repetitions, _MAX_REPETITIONS)):
            ended = True
            for which, at in enumerate(places):
                if at < len(self.varbinds):
                    found = self.varbinds[at]
                    last[which] = self._raw[at]
                    places[which] = at + 1
                    ended = False
                else:
                    found = ber.varbind(last[which], _END_OF_VIEW)
                used += len(found)
                if used > room:
                    return out
                out.append(found)
            if ended:
                break
        return out


def answer_pdu(view: EncodedView, tag: int, pdu: bytes, size: int) -> bytes | None:
    """Return the Response-PDU to a request; None for what an agent ignores.

    Args:
        view: What to answer from.
        tag: Tag of the request PDU.
        pdu: Its content.
        size: Largest message in octets.

    Raises:
        Broken: The PDU cannot be read.
    """
    reader = ber.Reader(pdu)
    request_id = reader.integer()
    first, second = reader.integer(), reader.integer()
    asked = ber.Reader(reader.expect(ber.SEQUENCE))
    names = []
    while asked.more():
        names.append(ber.Reader(asked.expect(ber.SEQUENCE)).expect(0x06))
    room = size - _HEADROOM
    status = 0
    if tag == 0xA0:
        found = [view.get(name) for name in names]
    elif tag == 0xA1:
        found = [view.next(name) for name in names]
    elif tag == 0xA5:
        found = view.bulk(names, max(first, 0), max(second, 0), room)
    elif tag == 0xA3:
        found, status = [ber.varbind(n, ber.NULL) for n in names], _READ_ONLY
    else:
        return None
    if sum(map(len, found)) > room:
        found, status = [], _TOO_BIG
    index = 1 if status == _READ_ONLY else 0
    return ber.response(0xA2, request_id, status, index, found)
