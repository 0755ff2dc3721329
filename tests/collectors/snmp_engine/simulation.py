"""An exchange played against a function instead of a network; time is a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from collectors.errors import Malformed
from collectors.snmp.engine import EngineSettings
from collectors.snmp.engine.device import Device
from collectors.snmp.engine.driver import read_number
from collectors.snmp.engine.exchange import Exchange
from collectors.snmp.engine.operation import Operation
from collectors.snmp.engine.protocol.security import Community
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import Mib

Answer = Callable[[wire.Request], bytes | None]


def honest(objects: Mapping[wire.Oid, bytes], most: int = 60) -> Answer:
    """Return an agent that answers truly, up to some bindings at a time."""
    mib = Mib(objects)
    return lambda request: wire.reply(request, mib.answer(request, most))


@dataclass
class Play:
    """One exchange: what was asked when.

    Attributes:
        answer: The agent; None is silence.
        settings: Of the engine.
        delay: Seconds until an answer is there.
        now: The time.
        asked: Requests with the time they were sent.
    """

    answer: Answer
    settings: EngineSettings = field(default_factory=EngineSettings)
    delay: float = 0.01
    now: float = 0.0
    version: int = 1
    asked: list[tuple[float, wire.Request]] = field(default_factory=list)
    device: Device = field(init=False)

    def __post_init__(self) -> None:
        self.device = Device(self.settings)

    def run(self, operation: Operation, most: int = 10_000) -> None:
        """Play to the end."""
        numbers = count(1 << 30)
        security = Community(self.version, b"public")
        exchange = Exchange(operation, self.device, security, lambda: next(numbers))
        datagram = exchange.begin(self.now)
        for _ in range(most):
            if datagram is None:
                assert exchange.done
                return
            request = wire.read_request(datagram)
            self.asked.append((self.now, request))
            data = self.answer(request)
            if data is not None and self.now + self.delay <= exchange.wake:
                self.now += self.delay
                datagram = self._give(exchange, data)
                if datagram is not None or exchange.done:
                    continue
            self.now = exchange.wake
            datagram = exchange.expire(self.now)
        raise AssertionError("no end")

    def _give(self, exchange: Exchange, data: bytes) -> bytes | None:
        try:
            _, pdu = read_number(data)
        except Malformed as error:
            exchange.garbled(error)
            return None
        return exchange.receive(data, pdu, self.now)

    @property
    def tags(self) -> list[int]:
        """PDU tags of the requests."""
        return [request.tag for _, request in self.asked]
