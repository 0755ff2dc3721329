"""Probes one host that answered: each question once, side by side, none twice.

Whatever fails is silence of that probe; the observation holds what the others brought.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from collectors.facts import Clue, Observation, Problem, Reason
from collectors.pacing import Pace
from collectors.probes.catalogue import NEVER, Probe, ProbeRules
from collectors.probes.conversations import CONVERSATIONS
from collectors.probes.parsers.said import Said
from collectors.probes.segments import GROUP, Segments
from collectors.probes.wire import Log, Sent, Wire
from collectors.sentences import N_, Told

SIDE_BY_SIDE = 6
"""Connections with one device at a time."""
RATE = 200.0
"""Packets and connections a second, over all devices of a scan."""


class Prober:
    """Probes devices at one pace.

    Args:
        rate: Packets and connections a second over all devices.
        timeout: Seconds to wait for a datagram, and somewhat more for connections.
        offset: Added to every port; for a simulated office.
        log: Told of everything that is sent.
    """

    def __init__(
        self,
        *,
        rate: float = RATE,
        timeout: float = 1.0,
        offset: int = 0,
        log: Log = lambda _: None,
    ) -> None:
        self._pace = Pace(rate)
        self._timeout = timeout
        self._offset = offset
        self._log = log
        self._segments = Segments(
            lambda port, probe: log(Sent(GROUP, "udp", port, probe))
        )

    async def collect(
        self,
        rules: ProbeRules,
        *,
        address: str,
        site: str = "",
        seen_at: datetime,
    ) -> Observation | None:
        """Return what a device says unasked by name; None where it says nothing."""
        wire = Wire(
            address,
            self._pace,
            patience=1.5 * self._timeout,
            offset=self._offset,
            segments=self._segments if rules.by_multicast else None,
            log=self._log,
        )
        slots = asyncio.Semaphore(SIDE_BY_SIDE)

        problems: list[Problem] = []

        async def one(probe: Probe) -> Said:
            async with slots:
                return await self._ask(wire, probe, problems)

        probes = [p for p in rules.probes_for(address) if p.port not in NEVER]
        said = Said()
        for each in await asyncio.gather(*(one(probe) for probe in probes)):
            said.add(each)
        if not said.clues and not said.services and not problems:
            return None
        found = observation_of(said, address, site, seen_at)
        return replace(found, problems=tuple(problems))

    async def _ask(self, wire: Wire, probe: Probe, problems: list[Problem]) -> Said:
        ask = CONVERSATIONS[probe.name]
        try:
            return await ask(wire, probe, self._timeout)
        except (OSError, TimeoutError, EOFError):
            return Said()
        except Exception as error:  # noqa: BLE001
            # The boundary where a fault of ours becomes a result of this probe alone.
            kind = type(error).__name__
            detail = Told(N_("{error}; please report it"), error=kind)
            problems.append(Problem(f"probe:{probe.name}", Reason.INTERNAL, detail))
            return Said()


def observation_of(
    said: Said, address: str, site: str, seen_at: datetime
) -> Observation:
    """Return what was said as an observation, the ports that answered as clues."""
    ports = {s.port for s in said.services if s.transport == "tcp"}
    ports |= {s.port for s in said.services if s.protocol == "mdns"}
    clues = [*said.clues]
    clues += [Clue("open-port", str(port), f"probe {port}") for port in sorted(ports)]
    return Observation(
        address=address,
        collector="probe",
        seen_at=seen_at,
        site=site,
        host_keys=tuple(said.host_keys),
        services=tuple(
            sorted(said.services, key=lambda s: (s.transport, s.port, s.protocol))
        ),
        reads=frozenset(("services",)),
        clues=tuple(sorted(clues, key=lambda c: (c.kind, c.source, c.value))),
    )
