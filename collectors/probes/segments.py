"""Questions to a whole segment: asked once by multicast, answered by whoever is there.

Many responders bind to the group's address and hear no unicast question. The question
leaves with a hop limit of one, once for each of our own addresses.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from collectors.patience import keep_listening

GROUP = "239.255.255.250"
"""Of SSDP (UDA 2.0, 1.1) and of WS-Discovery (1.1, 2.4) alike."""
MOST_ANSWERS, MOST_OF_ONE, LONGEST = 2_000, 8, 16_384

Answers = dict[str, list[bytes]]


@dataclass(frozen=True, slots=True)
class Question:
    """What a whole segment is asked.

    Attributes:
        probe: Name of the probe.
        port: Where the group listens.
        packet: The datagram.
        timeout: Seconds to wait for all answers.
        kind: Tells several questions of a probe apart.
    """

    probe: str
    port: int
    packet: bytes
    timeout: float
    kind: str = ""


class Segments:
    """What machines on our own segments answered, asked when first needed.

    Args:
        told: Told (port, probe) of each question that leaves.
    """

    def __init__(self, told: Callable[[int, str], None]) -> None:
        self._told = told
        self._asked: dict[tuple[str, int, str], asyncio.Task[Answers]] = {}

    async def answers(self, address: str, question: Question) -> Sequence[bytes]:
        """Return what one machine answered to a question to its segment."""
        ip = ipaddress.ip_address(address)
        source = None if ip.version == 6 or ip.is_loopback else _own_address(address)
        if source is None:
            return ()
        key = (source, question.port, question.kind)
        if key not in self._asked:
            self._told(question.port, question.probe)
            self._asked[key] = asyncio.create_task(_ask(source, question))
        return (await asyncio.shield(self._asked[key])).get(address, ())


def _own_address(address: str) -> str | None:
    """Return our address on the way to a machine; None where there is no way."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((address, 9))
        own: str = sock.getsockname()[0]
        return own
    return None


class _Heard(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answers: Answers = defaultdict(list)
        self._left = MOST_ANSWERS

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        mine = self.answers[addr[0]] if self._left > 0 else []
        if self._left > 0 and len(mine) < MOST_OF_ONE:
            self._left -= 1
            mine.append(data[:LONGEST])


async def _ask(source: str, question: Question) -> Answers:
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        transport, heard = await loop.create_datagram_endpoint(
            _Heard, local_addr=(source, 0)
        )
        try:
            sock = transport.get_extra_info("socket")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            sock.setsockopt(
                socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source)
            )
            transport.sendto(question.packet, (GROUP, question.port))
            await keep_listening(question.timeout, question.timeout / 4)
            return heard.answers
        finally:
            transport.close()
    return {}
