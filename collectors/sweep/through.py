"""Who answers behind a jump host: TCP connects out of it (direct-tcpip).

Nothing else goes through a jump host: no ICMP, no UDP. A jump host that lets nobody
through is one problem, not silence of all that lies behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

from collectors.credentials import JumpHost
from collectors.errors import CollectError, Refused, TimedOut
from collectors.facts import Problem
from collectors.streaming import merge
from collectors.sweep.sweep import Answer
from collectors.sweep.tcp import banner

IN_FLIGHT = 8
"""Channels under way at once: the jump host has other work."""


class Reach(Protocol):
    """Connects to a port from the last of some jump hosts."""

    async def greet(
        self, jumps: Sequence[JumpHost], address: str, port: int, timeout: float
    ) -> bytes:
        """Return what the server there says at once.

        Raises:
            Refused: Nobody listens there.
            TimedOut: Nothing answers.
            CollectError: A jump host does not let us through.
        """
        ...


async def sweep_through(
    reach: Reach,
    jumps: Sequence[JumpHost],
    addresses: Sequence[str],
    ports: Sequence[int],
    *,
    timeout: float,
    on_problem: Callable[[Problem], None],
) -> AsyncIterator[Answer]:
    """Try every port of every address from behind the jumps; yield open ones.

    Args:
        reach: Connects.
        jumps: The way; the first one is nearest to us.
        addresses: As seen from the last jump host.
        ports: TCP ports.
        timeout: Seconds for one connect, the way through the hops included.
        on_problem: Told once where a jump host lets nobody through.
    """
    targets: Iterator[tuple[str, int]] = ((a, p) for p in ports for a in addresses)
    broken: list[CollectError] = []

    async def work(put: Callable[[Answer], None]) -> None:
        loop = asyncio.get_running_loop()
        for address, port in targets:
            if broken:
                return
            begun = loop.time()
            try:
                data = await reach.greet(jumps, address, port, timeout)
            except (Refused, TimedOut):
                continue
            except CollectError as error:
                if not broken:
                    on_problem(error.as_problem(f"sweep:{jumps[-1].login.name}"))
                broken.append(error)
                return
            text = banner(data)
            detail = {"banner": text} if text else {}
            put(Answer(address, "tcp", port, loop.time() - begun, detail))

    workers = min(IN_FLIGHT, len(addresses) * len(ports))
    async for answer in merge([partial(work)] * workers):
        yield answer
