"""The SNMP port over recordings, so that every parser runs without a network.

A recording is text, one object a line, `OID|type|value`, sorted or not, as written
by `collectors.recordings.record` and by snmpsim. The type is the ASN.1 tag number of
the value, with `x` appended where the value is in hex and `e` where it is backslash
escaped. Other contexts of the same agent follow after a line `# context NAME`, or lie
in files `NAME@CONTEXT.snmprec` beside `NAME.snmprec`.
"""

from __future__ import annotations

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError, TimedOut, Unsupported
from collectors.facts import Problem, Reason
from collectors.ports import Oid, Snmp, Table, Value
from collectors.sentences import N_

_INTEGERS = frozenset({"2", "65", "66", "67", "70"})
_CONTEXT = b"# context "
_STRINGS = frozenset({"4", "68"})


@dataclass(frozen=True)
class Recording:
    """What one agent answered.

    Attributes:
        objects: Value by instance OID.
        contexts: Recordings of the agent's other contexts by name.
    """

    objects: Mapping[Oid, Value]
    contexts: Mapping[str, Recording] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_order", sorted(self.objects))

    def after(self, oid: Oid) -> Oid | None:
        """Return the instance that follows an OID."""
        order: list[Oid] = self._order  # type: ignore[attr-defined]
        at = bisect_right(order, oid)
        return order[at] if at < len(order) else None

    def under(self, column: Oid, limit: int) -> dict[Oid, Value]:
        """Return up to `limit` cells below `column` by index."""
        order: list[Oid] = self._order  # type: ignore[attr-defined]
        size = len(column)
        cells: dict[Oid, Value] = {}
        for at in range(bisect_left(order, (*column, 0)), len(order)):
            name = order[at]
            if name[:size] != column or len(cells) >= limit:
                break
            cells[name[size:]] = self.objects[name]
        return cells


def parse_recording(data: bytes) -> Recording:
    """Read a recording; lines that hold no object are skipped.

    The first of several lines with one OID counts. After a line `# context NAME` the
    objects of that context follow.
    """
    sections: dict[str, dict[Oid, Value]] = {"": {}}
    objects = sections[""]
    for line in data.split(b"\n"):
        if line.startswith(_CONTEXT):
            name = line[len(_CONTEXT) :].decode().strip()
            objects = sections.setdefault(name, {})
            continue
        parts = line.rstrip(b"\r").split(b"|", 2)
        if len(parts) != 3:
            continue
        try:
            oid = tuple(map(int, parts[0].split(b".")))
            value = _value(parts[1].decode("ascii"), parts[2])
        except ValueError:
            continue
        if value is not None:
            objects.setdefault(oid, value)
    contexts = {name: Recording(inner) for name, inner in sections.items() if name}
    return Recording(sections[""], contexts)


def load_recording(path: Path) -> Recording:
    """Read a recording file and the files of its other contexts."""
    base = parse_recording(path.read_bytes())
    contexts = {
        other.stem.split("@", 1)[1]: parse_recording(other.read_bytes())
        for other in sorted(path.parent.glob(f"{path.stem}@*{path.suffix}"))
    }
    return Recording(base.objects, {**base.contexts, **contexts})


def _value(kind: str, raw: bytes) -> Value | None:
    """Return a value in the port's types; None for NULL and the exceptions."""
    tag = kind.rstrip("xe")
    if kind != tag:
        raw = _unhex(raw) if kind.endswith("x") else codecs.escape_decode(raw)[0]
    if tag in _STRINGS:
        return raw
    if tag in _INTEGERS:
        return int(raw)
    if tag == "6":
        return tuple(map(int, raw.strip().strip(b".").split(b".")))
    if tag == "64":
        return raw if len(raw) == 4 else IPv4Address(raw.decode("ascii").strip()).packed
    return None


def _unhex(raw: bytes) -> bytes:
    digits = bytes(c for c in raw if c in b"0123456789abcdefABCDEF")
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


class ReplaySnmp:
    """A session with a recording; see `collectors.ports.Snmp`.

    Attributes:
        asked: Columns walked and instances got so far, to see what a collector reads.
    """

    def __init__(self, recording: Recording, *, max_rows: int = 100_000) -> None:
        self._recording = recording
        self._max_rows = max_rows
        self.asked: list[Oid] = []

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """Read instances; absent ones are missing from the answer."""
        self.asked += oids
        objects = self._recording.objects
        return {o: objects[o] for o in oids if o in objects}

    async def after(self, oids: Sequence[Oid]) -> Mapping[Oid, Oid]:
        """Return the instance that follows each OID."""
        self.asked += oids
        found = {oid: self._recording.after(oid) for oid in oids}
        return {oid: follower for oid, follower in found.items() if follower}

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        """Read whole columns."""
        self.asked += columns
        limit = max_rows or self._max_rows
        cells = {c: self._recording.under(c, limit + 1) for c in columns}
        problem = None
        for rows in cells.values():
            if len(rows) <= limit:
                continue
            rows.popitem()
            problem = Problem("snmp", Reason.TOO_MUCH, f"over {limit} rows")
        return Table(cells, problem)

    def with_context(self, context: str) -> Snmp:
        """Return a session to another context, as the agent would have it.

        A community that it does not know is met with silence, but a context of SNMPv3
        is refused; such contexts have names, not numbers.
        """
        contexts = self._recording.contexts
        if context in contexts:
            return ReplaySnmp(contexts[context], max_rows=self._max_rows)
        if any(not name.isdigit() for name in contexts):
            return SilentSnmp(Unsupported(N_("the context is unknown")))
        return SilentSnmp()

    async def close(self) -> None:
        """Nothing is held."""


class SilentSnmp:
    """An agent that never answers, or an unknown context."""

    def __init__(self, error: CollectError | None = None) -> None:
        """Prepare; `error` is what comes instead of silence."""
        self._error = error or TimedOut(N_("no SNMP answer"))

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """Raise `TimedOut`, or the refusal."""
        raise self._error

    async def after(self, oids: Sequence[Oid]) -> Mapping[Oid, Oid]:
        """Raise `TimedOut`, or the refusal."""
        raise self._error

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        """Return an empty table with the reason."""
        return Table({c: {} for c in columns}, self._error.as_problem("snmp"))

    def with_context(self, context: str) -> Snmp:
        """Return the same silence."""
        return self

    async def close(self) -> None:
        """Nothing is held."""


class ReplayEngine:
    """Serves recordings by address; others are silent. See `ports.SnmpEngine`."""

    def __init__(self, recordings: Mapping[str, Recording]) -> None:
        self._recordings = dict(recordings)

    def session(self, address: str, port: int, credential: SnmpCredential) -> Snmp:
        """Return a session; any credential is taken."""
        recording = self._recordings.get(address)
        return ReplaySnmp(recording) if recording else SilentSnmp()

    async def close(self) -> None:
        """Nothing is held."""
