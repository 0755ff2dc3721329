"""OfficeServer: every device of the office on its own loopback address.

On Linux all of 127.0.0.0/8 is local, so no address has to be configured and no
privilege is needed. One socket an address and protocol, all in one event loop.
"""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Callable
from functools import partial
from typing import cast

from collectors.office.announce.machine import Machine
from collectors.office.asterisk_answers import Exchange
from collectors.office.asterisk_port import ManagerPort
from collectors.office.cabling import Scene
from collectors.office.errors import PortTaken
from collectors.office.model import Office
from collectors.office.phone_pages import page_of
from collectors.office.phone_web import WebPort
from collectors.office.settings import Plan
from collectors.office.shells.ssh import Terminal
from collectors.office.shells.terminals import terminal_of
from collectors.office.sip import UserAgent
from collectors.office.snmp.agents import Answer, agent_for
from collectors.office.tcp_port import TcpPort

_EPOCH = 1_700_000_000
"""Boots are seconds since then (November 2023), unless given."""


_Answer = Callable[[bytes, tuple[str, int]], bytes | None]


class _Datagrams(asyncio.DatagramProtocol):
    """Hands datagrams to a function and sends what it returns."""

    def __init__(self, answer: _Answer) -> None:
        self._answer = answer
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._answer(data, addr)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


class OfficeServer:
    """Runs the office.

    Args:
        office: Its truth.
        plan: Networks, ports and credentials.
        clock: Monotonic seconds; uptimes grow with it.
        boots: How often the SNMP engines have started; must grow from start to start,
            or managers take a fresh start for a replay.
    """

    def __init__(
        self,
        office: Office,
        plan: Plan,
        clock: Callable[[], float] = time.monotonic,
        boots: int | None = None,
    ) -> None:
        self.office = office
        self.plan = plan
        self.scene = Scene(office)
        self._clock = clock
        self._boots = int(time.time()) - _EPOCH if boots is None else boots
        self._started = 0.0
        self._transports: list[asyncio.BaseTransport] = []
        self._terminals: list[Terminal | TcpPort] = []

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks to scan."""
        return self.plan.networks

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of all devices, of those too that answer nobody."""
        devices = self.office.devices.values()
        return tuple(str(d.address) for d in devices if d.address)

    @property
    def seeds(self) -> tuple[str, ...]:
        """The addresses of the switches, to start a crawl from."""
        found = (self.office.devices[key].address for key in self.scene.switches)
        return tuple(str(a) for a in found if a)

    async def start(self) -> None:
        """Open all sockets.

        Raises:
            PortTaken: One of them is in use; nothing is left open.
        """
        self._started = self._clock()
        try:
            await self._start_snmp()
            await self._start_sip()
            await self._start_ssh()
            await self._start_managers()
            await self._start_pages()
            await self._start_announcing()
        except PortTaken:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close all sockets; harmless if none is open."""
        for transport in self._transports:
            transport.close()
        self._transports.clear()
        for terminal in self._terminals:
            await terminal.close()
        self._terminals.clear()
        await asyncio.sleep(0)

    def _elapsed(self) -> int:
        return int((self._clock() - self._started) * 100)

    async def _start_snmp(self) -> None:
        for key, device in self.office.devices.items():
            if device.snmp and device.address:
                credentials = [self.plan.snmp[name] for name in device.snmp]
                agent = agent_for(self.scene, key, credentials, self._boots)
                await self._datagrams(
                    str(device.address), "snmp", self._answering(agent)
                )

    def _answering(self, agent: Answer) -> _Answer:
        return lambda datagram, _: agent(datagram, self._elapsed())

    async def _start_sip(self) -> None:
        for key, device in self.office.devices.items():
            model = self.office.model_of(key)
            if model.sip is not None and device.address:
                agent = UserAgent(
                    product=self.office.fill(model.sip, key),
                    status=model.sip_status,
                    contact=f"{device.address}:{self.plan.ports.sip}",
                    user=device.extension,
                )
                await self._datagrams(str(device.address), "sip", agent.answer)

    async def _start_ssh(self) -> None:
        port = self.plan.ports.ssh
        for key, device in self.office.devices.items():
            if self.office.model_of(key).shell is None or not device.address:
                continue
            terminal = terminal_of(self.scene, key, self.plan)
            try:
                await terminal.listen(str(device.address), port)
            except OSError as error:
                raise _taken(error, str(device.address), port, "ssh") from error
            self._terminals.append(terminal)

    async def _start_managers(self) -> None:
        port = self.plan.ports.manager
        for account in self.plan.pbx:
            device = self.office.devices.get(account.device)
            if device is None or not device.address:
                continue
            manager = ManagerPort(self._exchange, account)
            try:
                await manager.listen(str(device.address), port)
            except OSError as error:
                raise _taken(error, str(device.address), port, "ami") from error
            self._terminals.append(manager)

    async def _start_pages(self) -> None:
        port = self.plan.ports.web
        for key, device in self.office.devices.items():
            phone = self.office.model_of(key).type == "phone"
            if not phone or not device.address:
                continue
            web = WebPort(partial(page_of, self.office, key))
            try:
                await web.listen(str(device.address), port)
            except OSError as error:
                raise _taken(error, str(device.address), port, "http") from error
            self._terminals.append(web)

    async def _start_announcing(self) -> None:
        offset = self.plan.ports.probes
        for key, device in self.office.devices.items():
            if self.office.model_of(key).announces is None or not device.address:
                continue
            machine = Machine(self.office, key, offset)
            for port, answer in machine.udp():
                at, said = port + offset, partial(_always, answer)
                await self._datagrams(machine.address, "probes", said, at)
            for port, talks in machine.tcp():
                at = port + offset
                try:
                    await talks.listen(machine.address, at)
                except OSError as error:
                    raise _taken(error, machine.address, at, "probes") from error
                self._terminals.append(talks)

    def _exchange(self) -> Exchange:
        return Exchange(self.office, self.plan.ports.sip, int(time.time()))

    async def _datagrams(
        self, address: str, protocol: str, answer: _Answer, port: int = 0
    ) -> None:
        port = port or getattr(self.plan.ports, protocol)
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(answer), local_addr=(address, port)
            )
        except OSError as error:
            raise _taken(error, address, port, protocol) from error
        self._transports.append(transport)


def _always(answer: bytes, _datagram: bytes, _sender: tuple[str, int]) -> bytes:
    return answer


def _taken(error: OSError, address: str, port: int, protocol: str) -> PortTaken:
    if error.errno == errno.EADDRINUSE:
        why = "another program uses it (is an office running already?)"
    else:
        why = error.strerror or str(error)
    return PortTaken(
        f"cannot listen on {address} port {port} for {protocol}: {why}; "
        f"stop that program or set ports.{protocol} in the scan file"
    )
