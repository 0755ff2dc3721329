"""Records what an agent answers, so that it can be played back without it.

A recording is made by collecting through a session that keeps every answer: it holds
what the collector reads, no more, in all contexts. `everything` adds the whole tree
below the standard and vendor branches. What SNMP is secured with is never read, and
known secrets are blotted out of all texts; addresses, names and serials are replaced
on request (`collectors.recordings.anonymise`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collectors.ports import Oid, Snmp, Table, Value
from collectors.recordings.anonymise import Anonymisation, anonymised
from collectors.recordings.replay import Recording
from collectors.snmp.collect import collect_snmp
from collectors.snmp.smi_values import dotted

BRANCHES: tuple[Oid, ...] = (
    (1, 0, 8802),
    (1, 2, 840, 10006),
    (1, 3, 6, 1, 2, 1),
    (1, 3, 6, 1, 4, 1),
    (1, 3, 6, 1, 6, 3, 10),
    (1, 3, 111, 2, 802),
)
"""Recorded with `everything`. The rest of snmpV2 holds communities and users."""
_SECRET_COLUMNS: tuple[Oid, ...] = (
    (1, 3, 6, 1, 2, 1, 47, 1, 2, 1, 1, 4),  # entLogicalCommunity
)
_SHORTEST_SECRET = 3
_INT32 = 2**31


@dataclass(slots=True)
class _ContextAnswers:
    """Answers of one context."""

    objects: dict[Oid, Value] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class RecordingSnmp:
    """A session that keeps what another one answers; see `collectors.ports.Snmp`."""

    def __init__(
        self, inner: Snmp, contexts: dict[str, _ContextAnswers], context: str = ""
    ) -> None:
        self._inner = inner
        self._all = contexts
        self._kept = contexts.setdefault(context, _ContextAnswers())

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """Read instances and keep them."""
        answer = await self._inner.get(oids)
        self._kept.objects.update(answer)
        return answer

    async def after(self, oids: Sequence[Oid]) -> Mapping[Oid, Oid]:
        """Return the instances that follow; they are probes and are not kept."""
        return await self._inner.after(oids)

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        """Read whole columns and keep them; single rows are probes and are not kept."""
        table = await self._inner.walk(columns, max_rows=max_rows)
        if max_rows != 1:
            for column, cells in table.columns.items():
                for index, value in cells.items():
                    self._kept.objects[column + index] = value
            if table.problem is not None:
                self._kept.problems.append(
                    f"{dotted(columns[0])}: {table.problem.reason.value}"
                )
        return table

    def with_context(self, context: str) -> Snmp:
        """Return a session to another context that is kept apart."""
        inner = self._inner.with_context(context)
        return RecordingSnmp(inner, self._all, context)

    async def close(self) -> None:
        """Close the session."""
        await self._inner.close()


async def record(
    session: Snmp,
    *,
    seen_at: datetime,
    secrets: Collection[str] = (),
    hide: Anonymisation | None = None,
    key: bytes = b"",
    extra: Sequence[Oid] = (),
    everything: bool = False,
) -> str:
    """Collect from a device and return the recording as text.

    Args:
        session: Whom to ask.
        seen_at: Time noted in the recording, aware UTC.
        secrets: Communities and pass phrases to blot out wherever they stand.
        hide: What else to replace; only what the collector reads is recorded then,
            since nobody knows what other objects hold.
        key: Same key, same replacements; keep it to yourself.
        extra: Instances of vendor objects to record as well.
        everything: Record the whole tree, which takes long; not with `hide`.

    Raises:
        CollectError: The device does not answer.
        ValueError: `everything` was asked for together with `hide`.
    """
    if everything and hide is not None:
        raise ValueError(
            "a recording of everything cannot be anonymised: leave one of the two out"
        )
    kept: dict[str, _ContextAnswers] = {}
    keeping = RecordingSnmp(session, kept)
    await collect_snmp(
        keeping,
        address="",
        port=0,
        site="",
        credential="",
        seen_at=seen_at,
        extra=extra,
    )
    if everything:
        for branch in BRANCHES:
            await keeping.walk([branch])
    contexts = {name: Recording(k.objects) for name, k in kept.items() if k.objects}
    whole = Recording(contexts.pop("").objects, contexts)
    whole = without_secrets(whole, secrets)
    if hide is not None:
        whole = anonymised(whole, hide, key)
    notes = [f"recorded {seen_at.isoformat()}"]
    notes += [f"incomplete {text}" for k in kept.values() for text in k.problems]
    return format_whole(whole, notes)


def without_secrets(recording: Recording, secrets: Collection[str]) -> Recording:
    """Return a recording without columns of secrets and with known ones blotted out.

    Rows whose index spells a secret, as those of tables of users do, are left out.
    """
    words = [secret.encode() for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    arcs = [f".{dotted(word)}." for word in words]
    objects: dict[Oid, Value] = {}
    for name, value in recording.objects.items():
        if any(name[: len(column)] == column for column in _SECRET_COLUMNS):
            continue
        if any(_holds(arcs, oid) for oid in (name, value)):
            continue
        if isinstance(value, bytes):
            for word in words:
                value = value.replace(word, b"x" * len(word))
        objects[name] = value
    contexts = {
        name: without_secrets(inner, secrets)
        for name, inner in recording.contexts.items()
    }
    return Recording(objects, contexts)


def _holds(arcs: Sequence[str], value: Value) -> bool:
    """Whether an object identifier spells one of some words in its arcs."""
    spelled = f".{dotted(value)}." if isinstance(value, tuple) else ""
    return any(word in spelled for word in arcs)


def format_whole(recording: Recording, notes: Iterable[str] = ()) -> str:
    """Return a recording with its contexts as text; notes become comments."""
    head = "".join(f"# {note}\n" for note in notes)
    parts = [head + format_recording(recording.objects)]
    parts += [
        f"# context {name}\n{format_recording(inner.objects)}"
        for name, inner in sorted(recording.contexts.items())
    ]
    return "".join(parts)


def format_recording(objects: Mapping[Oid, Value]) -> str:
    """Return objects as lines in the order of their OIDs."""
    return "".join(
        f"{dotted(name)}|{_typed(objects[name])}\n" for name in sorted(objects)
    )


def _typed(value: Value) -> str:
    if isinstance(value, tuple):
        return f"6|{dotted(value)}"
    if isinstance(value, int):
        return f"{2 if -_INT32 <= value < _INT32 else 70}|{value}"
    if value.isascii() and value.decode().isprintable() and value == value.strip():
        return f"4|{value.decode()}"
    return f"4x|{value.hex()}"
