"""Listens for phones that start: SIP plug-and-play on its multicast group.

Joins the group, reads, says nothing. One hop only: it needs a leg in the voice VLAN.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from datetime import datetime

from collectors.errors import Unreachable
from collectors.facts import Clue, Observation, Phone
from collectors.patience import keep_listening
from collectors.phones.plug_and_play import GROUP, PORT, PnpSign, read_sign
from collectors.sentences import N_

MAX_SIGNS = 4_096
"""Phones kept from one listening; a flood is cut there."""
_STEP = 0.05


async def hear_phones(
    *, interface_ip: str, seconds: float, port: int = PORT
) -> list[PnpSign]:
    """Return the phones that announce themselves within `seconds`, each once.

    Args:
        interface_ip: Our address on the segment.
        seconds: How long to listen.
        port: Where they send to.

    Raises:
        Unreachable: The group cannot be joined, or the port is in use.
    """
    found: dict[str, PnpSign] = {}
    loop = asyncio.get_running_loop()
    sock = _joined(interface_ip, port)
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(found), sock=sock
        )
    except OSError as error:
        sock.close()
        raise Unreachable(
            N_("cannot listen for phones: {strerror}"), strerror=error.strerror
        ) from error
    try:
        await keep_listening(seconds, _STEP)
    finally:
        transport.close()
        await asyncio.sleep(0)
    return [found[mac] for mac in sorted(found)]


def _joined(interface_ip: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((GROUP, port))
        member = struct.pack("4s4s", _packed(GROUP), _packed(interface_ip))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    except OSError as error:
        sock.close()
        raise Unreachable(
            N_("cannot join {group} on {interface_ip}: {what}"),
            group=GROUP,
            interface_ip=interface_ip,
            what=error.strerror or error,
        ) from error
    return sock


def _packed(address: str) -> bytes:
    return socket.inet_aton(address)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, found: dict[str, PnpSign]) -> None:
        self._found = found

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep what a phone says; the newest of one phone counts."""
        sign = read_sign(data, addr[0])
        if sign is not None and (
            sign.mac in self._found or len(self._found) < MAX_SIGNS
        ):
            self._found[sign.mac] = sign


def phone_observation(
    sign: PnpSign, seen_at: Callable[[], datetime], site: str
) -> Observation:
    """Return a heard phone as an observation of the phone itself."""
    clues = [Clue("mac", sign.mac, "sip plug-and-play")]
    if sign.vendor and sign.model:
        user_agent = " ".join(filter(None, (sign.vendor, sign.model, sign.version)))
        clues.append(Clue("sip-user-agent", user_agent, "sip plug-and-play"))
    return Observation(
        address=sign.ip,
        collector="link",
        seen_at=seen_at(),
        site=site,
        phones=(
            Phone(
                mac=sign.mac,
                contact_ip=sign.ip,
                manufacturer=sign.vendor,
                model=sign.model,
                firmware=sign.version,
                source="sip plug-and-play",
            ),
        ),
        clues=tuple(clues),
    )
