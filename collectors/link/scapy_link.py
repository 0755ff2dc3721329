"""A local segment through scapy: asking by ARP, listening to announcements.

Needs raw sockets; where the process may not have them, `Unsupported` says what to
change. Listening is passive: nothing is sent, and nobody is told that we listen.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from collectors import macs
from collectors.errors import TooMuch, Unsupported
from collectors.facts import ArpEntry
from collectors.ports import Link
from collectors.sentences import N_

LARGEST = 4_096
"""Addresses of a network asked by ARP; a segment with more is a routing mistake."""

HEARD = "ether proto 0x88cc or ether dst 01:00:0c:cc:cc:cc or (udp and port 67)"
"""LLDP, CDP, and DHCP of clients and servers, in pcap's filter language."""

MAX_FRAMES = 10_000


class ScapyLink(Link):
    """Implements `Link`; scapy is loaded when it is first used.

    Args:
        timeout: Seconds to wait for answers after the last request.
        rate: ARP requests per second.
    """

    def __init__(self, *, timeout: float = 1.5, rate: float = 200.0) -> None:
        self._timeout = timeout
        self._interval = 1 / rate

    async def arp(self, network: str, *, interface: str) -> list[ArpEntry]:
        """Ask who has each address of `network` on `interface`.

        Raises:
            Unsupported: The process may not send raw frames, or there is no such
                interface.
            TooMuch: The network has more than `LARGEST` addresses.
        """
        targets = ipaddress.ip_network(network, strict=False)
        if targets.version != 4 or targets.num_addresses > LARGEST:
            raise TooMuch(
                N_("{network} is asked by ARP only up to {largest} IPv4 addresses"),
                network=network,
                largest=LARGEST,
            )
        return await asyncio.to_thread(self._arp, str(targets), interface)

    def _arp(self, network: str, interface: str) -> list[ArpEntry]:
        from scapy.layers.l2 import ARP, Ether
        from scapy.sendrecv import srp

        question = Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(pdst=network)
        try:
            answered, _ = srp(
                question,
                iface=interface,
                timeout=self._timeout,
                inter=self._interval,
                verbose=0,
            )
        except (OSError, ValueError) as error:
            raise _refused(interface, error) from error
        found: dict[str, ArpEntry] = {}
        for _, reply in answered:
            mac = macs.from_text(str(reply[ARP].hwsrc))
            if mac:
                ip = str(reply[ARP].psrc)
                found.setdefault(ip, ArpEntry(ip=ip, mac=mac))
        return list(found.values())

    async def listen(self, *, interface: str, seconds: float) -> AsyncIterator[bytes]:
        """Yield LLDP, CDP and DHCP frames heard within `seconds`.

        Raises:
            Unsupported: The process may not listen, or there is no such interface.
        """
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[bytes] = asyncio.Queue(MAX_FRAMES)

        def heard(packet: Any) -> None:  # noqa: ANN401
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_put, queue, bytes(packet))

        socket = await asyncio.to_thread(_open, interface)
        from scapy.sendrecv import AsyncSniffer

        sniffer = AsyncSniffer(opened_socket=socket, prn=heard, store=False)
        sniffer.start()
        try:
            until = loop.time() + seconds
            while (left := until - loop.time()) > 0:
                try:
                    frame = await asyncio.wait_for(queue.get(), left)
                except TimeoutError:
                    return
                yield frame
        finally:
            with suppress(Exception):  # scapy raises where a sniffer never ran
                await asyncio.to_thread(sniffer.stop)
            socket.close()


def _put(queue: asyncio.Queue[bytes], frame: bytes) -> None:
    if not queue.full():
        queue.put_nowait(frame)


def _open(interface: str) -> Any:  # noqa: ANN401
    """Return a socket that hears what `HEARD` says."""
    # These fill in the sockets of `conf` and what frames of an interface are.
    import scapy.layers.l2
    import scapy.sendrecv  # noqa: F401
    from scapy.config import conf
    from scapy.error import Scapy_Exception

    try:
        return conf.L2listen(iface=interface, filter=HEARD)
    except (OSError, ValueError, Scapy_Exception) as error:
        raise _refused(interface, error) from error


def _refused(interface: str, error: Exception) -> Unsupported:
    return Unsupported(
        N_(
            "no raw frames on {interface} ({error}): give the process"
            " CAP_NET_RAW, check the name of the interface, and install"
            " libpcap for listening"
        ),
        interface=interface,
        error=error,
    )
