"""Recordings of devices as observations: read by the collector, as in a scan."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.facts import Clue, Observation
from collectors.ports import Oid, Snmp
from collectors.recordings.replay import Recording as Objects
from collectors.recordings.replay import ReplaySnmp, load_recording
from collectors.snmp.collect import collect_snmp, spelled
from collectors.snmp.identity_reading import read_identity
from collectors.snmp.smi_values import dotted
from discovery.identity.identification import RuleIdentification
from discovery.identity.identify import Identity, Knowledge

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
NEUTRAL = {
    "load-balancer": "other",
    "console-server": "other",
    "time-server": "other",
    "media": "other",
    "industrial": "other",
}
"""General types the corpus has no word for."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What one agent answers, and what the collector makes of it."""

    objects: Objects
    facts: Observation


def read(path: Path) -> Recording:
    """Read a .snmprec file, with all that a scan collects of any device."""
    return of(load_recording(path))


def of(objects: Objects) -> Recording:
    """Return a recording with all that a scan collects of any device."""
    return Recording(objects, _collect(objects))


def observe(recording: Recording, knowledge: Knowledge) -> Observation:
    """Ask as a scan does: the system group, then what identification wants."""
    known = recording.facts

    async def collect(
        _: Snmp, topics: tuple[str, ...] = (), extra: tuple[Oid, ...] = ()
    ) -> Observation:
        """Return what the collector read, as reading it again takes long."""
        if topics:
            return Observation(
                address=known.address,
                collector="snmp",
                seen_at=SEEN,
                system=known.system,
            )
        answers = _answers(recording.objects, extra)
        return replace(known, clues=(*known.clues, *answers))

    identification = RuleIdentification(knowledge)
    session = ReplaySnmp(recording.objects)
    return _outcome(read_identity(session, identification, collect))


def _outcome(reading: Coroutine[Any, Any, Observation]) -> Observation:
    """Run what never waits."""
    try:
        reading.send(None)
    except StopIteration as end:
        seen: Observation = end.value
        return seen
    raise AssertionError("a replay does not wait")


def _collect(objects: Objects) -> Observation:
    return asyncio.run(
        collect_snmp(
            ReplaySnmp(objects),
            address="127.0.0.1",
            port=161,
            site="",
            credential="read",
            seen_at=SEEN,
        )
    )


def _answers(objects: Objects, wanted: tuple[Oid, ...]) -> list[Clue]:
    """Return the instances a GET brings, in the words the collector has for them."""
    answered = {oid: objects.objects[oid] for oid in wanted if oid in objects.objects}
    return [
        Clue("object", shown, f"snmp {dotted(oid)}")
        for oid, value in answered.items()
        if (shown := spelled(value))
    ]


def answer(identity: Identity) -> Mapping[str, str | None]:
    """Return an identity in the form the corpus scorer reads."""
    general = identity.value("type")
    return {
        "type": NEUTRAL.get(general or "", general),
        "vendor": identity.value("vendor"),
        "model": identity.value("model"),
        "serial": identity.value("serial"),
        "os_version": identity.value("version"),
    }
