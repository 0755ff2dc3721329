"""Machines heard as they start, and which device they are."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from sqlalchemy import Engine, text

from collectors.errors import Unsupported
from collectors.facts import ArpEntry, Reason
from collectors.link.dhcp_observation import dhcp_client_observation
from collectors.link.frames import DhcpSign, parse_frame
from collectors.phones.plug_and_play import GROUP, PnpSign
from collectors.phones.plug_and_play_listener import phone_observation
from discovery.notifications.listen import (
    Listened,
    listen,
    write_dhcp_servers,
    write_machines,
)
from discovery.observations.apply import apply_visit
from discovery.observations.visit import make_visit
from inventory.network.findings.write import acknowledge_finding
from inventory.network.queries.devices import device_detail, list_devices
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import T0, PlainIdentify, box

Clock = Callable[[], datetime]
PHONE = bytes.fromhex("000413741767")
MAC = "00:04:13:74:17:67"
SERVER = bytes.fromhex("001b21000001")
IDENTIFY = PlainIdentify()


def request(mac: bytes = PHONE, *options: tuple[int, bytes]) -> bytes:
    """A DHCP request as it is on the wire (RFC 2131)."""
    bootp = b"\x01\x01\x06\0" + bytes(24) + mac + bytes(10 + 64 + 128)
    told = b"".join(bytes([n, len(v)]) + v for n, v in options)
    bootp += bytes.fromhex("63825363") + b"\x35\x01\x01" + told + b"\xff"
    udp = struct.pack("!HHHH", 68, 67, 0, 0) + bootp
    ip = bytes([0x45]) + bytes(8) + b"\x11" + bytes(10) + udp
    return b"\xff" * 6 + mac + b"\x08\0" + ip


FRAME = request(
    PHONE,
    (12, b"desk-42"),
    (60, b"snomD785"),
    (55, bytes([1, 3, 66])),
    (61, b"\x01" + PHONE),
    (43, b"\x01\x02ab"),
    (50, bytes([10, 0, 0, 21])),
)


def offer(server: str, router: str, sender: bytes = SERVER) -> bytes:
    """What a DHCP server offers to everybody (RFC 2131)."""
    told = (
        *((53, b"\x02"), (54, socket.inet_aton(server)), (51, (3600).to_bytes(4))),
        *((3, socket.inet_aton(router)), (6, socket.inet_aton(router) * 2)),
        (15, b"office.example"),
    )
    bootp = b"\x02\x01\x06\0" + bytes(24) + PHONE + bytes(10 + 64 + 128)
    options = b"".join(bytes([n, len(v)]) + v for n, v in told)
    bootp += bytes.fromhex("63825363") + options + b"\xff"
    udp = struct.pack("!HHHH", 67, 68, 0, 0) + bootp
    ip = bytes([0x45]) + bytes(8) + b"\x11\0\0" + socket.inet_aton(server)
    return b"\xff" * 6 + sender + b"\x08\0" + ip + b"\xff" * 4 + udp


class Wire:
    """A link on which some frames are heard."""

    def __init__(self, *frames: bytes, refused: bool = False) -> None:
        self._frames = frames
        self._refused = refused

    async def arp(self, network: str, *, interface: str) -> list[ArpEntry]:
        raise NotImplementedError

    async def listen(self, *, interface: str, seconds: float) -> AsyncIterator[bytes]:
        if self._refused:
            raise Unsupported(f"no raw frames on {interface}")
        for frame in self._frames:
            yield frame


def hear(wire: Wire, clock: Clock) -> Listened:
    return asyncio.run(
        listen(
            wire,
            interface="eth9",
            interface_ip=None,
            seconds=0.1,
            clock=clock,
            site="x",
        )
    )


def test_a_request_tells_vendor_class_client_and_vendor_options() -> None:
    sign = parse_frame(FRAME, "eth0")
    assert sign == DhcpSign(
        mac=MAC,
        ip="10.0.0.21",
        hostname="desk-42",
        vendor_class="snomD785",
        requested=(1, 3, 66),
        vendor_options=b"\x01\x02ab".hex(),
    )
    other = parse_frame(request(PHONE, (61, b"\0printer")), "eth0")
    assert isinstance(other, DhcpSign)
    assert other.client_id == b"\0printer".hex()


def test_a_randomised_address_is_no_machine() -> None:
    assert dhcp_client_observation(DhcpSign(mac="02:04:13:74:17:67"), T0) is None


def test_each_machine_is_heard_once_and_garbage_is_left(clock: Clock) -> None:
    heard = hear(Wire(FRAME, b"\xff" * 60, FRAME, FRAME[:100]), clock)
    (seen,) = heard.seen
    assert (seen.address, seen.site, seen.collector) == ("10.0.0.21", "x", "link")
    assert ("dhcp-vendor-class", "snomD785") in {(c.kind, c.value) for c in seen.clues}


def test_an_interface_one_may_not_listen_on_is_a_reason(clock: Clock) -> None:
    heard = hear(Wire(refused=True), clock)
    assert heard.seen == ()
    assert [p.reason for p in heard.problems] == [Reason.UNSUPPORTED]


def test_a_phone_heard_twice_over_is_one_device_and_the_one_that_is_known(
    engine: Engine, clock: Clock
) -> None:
    sign = PnpSign(mac=MAC, ip="10.0.0.21", vendor="snom", model="snomD785")
    heard = (*hear(Wire(FRAME), clock).seen, phone_observation(sign, clock, "x"))
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        known = apply_visit(
            work, make_visit([box(serial="AX17", macs=[MAC])], IDENTIFY), IDENTIFY
        )
        assert write_machines(work, heard, IDENTIFY) == [known.device_id]
        assert write_machines(work, heard, IDENTIFY) == [known.device_id]
        work.commit()
    with engine.connect() as connection:
        assert len(list_devices(connection).rows) == 1
        detail = device_detail(connection, known.device_id or 0)
    assert detail is not None
    assert (detail["serial"], detail["name"]) == ("AX17", "desk-42")
    assert {seen["collector"] for seen in detail["observations"]} >= {"link"}


async def test_plug_and_play_is_heard_beside_dhcp(clock: Clock) -> None:
    text = (
        f"SUBSCRIBE sip:MAC%3a{PHONE.hex()}@{GROUP} SIP/2.0\r\n"
        'Event: ua-profile;vendor="snom";model="snomD785"\r\n\r\n'
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        mine = socket.inet_aton("127.0.0.1")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, mine)
        hearing = asyncio.create_task(
            listen(
                Wire(),
                interface="lo",
                interface_ip="127.0.0.1",
                seconds=0.5,
                clock=clock,
            )
        )
        while not hearing.done():
            sock.sendto(text.encode(), (GROUP, 5060))
            await asyncio.sleep(0.05)
        heard = await hearing
    if heard.problems:
        assert [p.where for p in heard.problems] == ["sip:plug-and-play"]
        return
    assert [seen.phones[0].model for seen in heard.seen] == ["snomD785"]


def heard_servers(engine: Engine, clock: Clock, *frames: bytes) -> list[str]:
    """Hear frames, write what they say of servers, return what they are called."""
    heard = hear(Wire(*frames), clock)
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        found = write_dhcp_servers(work, "x", heard.servers)
        work.commit()
    return found


def finding(engine: Engine) -> list[tuple[str, str, bool]]:
    """Kind, detail and whether it was acknowledged, of what is open."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT kind, detail, note IS NOT NULL FROM network_finding"
                " WHERE closed_at IS NULL"
            )
        )
        return [(row[0], row[1], bool(row[2])) for row in rows]


def test_a_server_tells_what_it_hands_out_and_clients_name_theirs(
    clock: Clock,
) -> None:
    chosen = request(PHONE, (54, bytes([10, 0, 0, 9])))
    one, other = hear(Wire(offer("10.0.0.1", "10.0.0.254"), chosen), clock).servers
    assert (one.address, one.router, one.mac) == (
        *("10.0.0.1", "10.0.0.254"),
        SERVER.hex(":"),
    )
    assert (one.domain, one.lease_seconds) == ("office.example", 3600)
    assert (other.address, other.mac, other.segment) == ("10.0.0.9", None, "eth9")


def test_two_servers_on_a_segment_are_a_finding_until_somebody_says_why(
    engine: Engine, clock: Clock
) -> None:
    office = offer("10.0.0.1", "10.0.0.254")
    assert heard_servers(engine, clock, office, office) == ["10.0.0.1"]
    assert finding(engine) == []
    rogue = offer("192.168.1.1", "192.168.1.1")
    heard_servers(engine, clock, rogue)
    two = "10.0.0.1, 192.168.1.1"
    assert finding(engine) == [("two-dhcp-servers", two, False)]
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        acknowledge_finding(work, 1, "a lab, until Friday")
        work.commit()
    heard_servers(engine, clock, office, rogue)
    assert finding(engine) == [("two-dhcp-servers", two, True)]
    third = request(PHONE, (54, bytes([10, 0, 0, 9])))
    heard_servers(engine, clock, third)
    assert finding(engine) == [
        ("two-dhcp-servers", "10.0.0.1, 10.0.0.9, 192.168.1.1", False)
    ]
