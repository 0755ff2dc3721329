"""Observations made from the recordings in `tests/recordings`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from collectors.facts import Observation
from collectors.ports import Oid, Snmp
from collectors.recordings.replay import Recording, ReplaySnmp, load_recording
from collectors.snmp.collect import collect_snmp

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
NAMES = sorted(p.stem for p in RECORDINGS.glob("*.snmprec") if "@" not in p.stem)
SEEN_AT = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)


def recording(name: str) -> Recording:
    """Return a recording of `tests/recordings` with its contexts."""
    return load_recording(RECORDINGS / f"{name}.snmprec")


async def observe(
    source: Snmp | Recording | str,
    topics: Collection[str] | None = None,
    extra: Sequence[Oid] = (),
) -> Observation:
    """Collect from a session, a recording, or a recording by name."""
    if isinstance(source, str):
        source = recording(source)
    session = ReplaySnmp(source) if isinstance(source, Recording) else source
    return await collect_snmp(
        session,
        address="127.0.0.1",
        port=161,
        site="lab",
        credential="replay",
        seen_at=SEEN_AT,
        topics=topics,
        extra=extra,
    )
