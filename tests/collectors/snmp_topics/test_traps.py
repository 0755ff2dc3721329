"""Traps and informs: what is heard, from whom, and what is made of it."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from collectors.errors import Unreachable
from collectors.snmp.notifications import (
    AGENT_ADDRESS,
    TRAP_OID,
    FloodGate,
    MacChange,
    Notice,
    NoticeGate,
    read_notice,
)
from collectors.snmp.smi_values import oid
from collectors.snmp.traps import TrapReceiver
from tests.collectors.snmp_topics.agent import COMMUNITY, USER
from tests.needs import missing

LINK_DOWN = ("1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7")
V3 = ("-v3", "-u", "purser", "-l", "authPriv")
KEYS = ("-a", "SHA-256", "-A", "authentication", "-x", "AES", "-X", "encryption")


class Listener:
    """A receiver under test with what it heard."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Notice] = asyncio.Queue()
        self.receiver = TrapReceiver(
            [COMMUNITY, USER], self.heard.put_nowait, address="127.0.0.1", port=0
        )

    async def send(
        self, program: str, *options: str, bindings: Sequence[str] = LINK_DOWN
    ) -> int:
        """Let net-snmp send something; returns its exit status."""
        if shutil.which(program) is None:
            missing("lab", f"{program} is not installed (Debian package snmp)")
        target = f"127.0.0.1:{self.receiver.port}"
        process = await asyncio.create_subprocess_exec(
            program, "-m", "", *options, target, "", *bindings
        )
        return await process.wait()

    async def next(self) -> Notice:
        """Return the next notice."""
        return await asyncio.wait_for(self.heard.get(), timeout=60)

    async def nothing_so_far(self) -> bool:
        """Whether nothing was heard before a notice that is sent now."""
        marker = "--clientaddr=127.0.0.77"
        await self.send("snmptrap", "-v2c", "-c", "public", marker)
        return (await self.next()).source == "127.0.0.77"


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    await made.receiver.start()
    yield made
    await made.receiver.stop()


async def test_a_trap_tells_its_source_and_its_interface(listener: Listener) -> None:
    await listener.send("snmptrap", "-v2c", "-c", "public", "--clientaddr=127.0.0.9")
    assert await listener.next() == Notice(
        source="127.0.0.9",
        kind="link-down",
        topics=frozenset({"interfaces", "neighbours", "fdb"}),
        if_index=7,
    )


async def test_a_trap_of_the_first_version_names_its_agent(listener: Listener) -> None:
    old = ("1.3.6.1.4.1.9", "192.0.2.7", "0", "0", "")
    if shutil.which("snmptrap") is None:
        missing("lab", "snmptrap is not installed (Debian package snmp)")
    process = await asyncio.create_subprocess_exec(
        *("snmptrap", "-v1", "-c", "public", f"127.0.0.1:{listener.receiver.port}"),
        *old,
    )
    assert await process.wait() == 0
    notice = await listener.next()
    assert (notice.kind, notice.topics) == ("cold-start", None)
    assert (notice.source, notice.agent) == ("127.0.0.1", "192.0.2.7")


@pytest.mark.parametrize("security", [("-v2c", "-c", "public"), (*V3, *KEYS)])
async def test_informs_are_heard_and_acknowledged(
    listener: Listener, security: tuple[str, ...]
) -> None:
    assert await listener.send("snmpinform", *security) == 0
    assert (await listener.next()).kind == "link-down"


async def test_signed_traps_of_engines_never_met_are_heard(listener: Listener) -> None:
    for engine in ("0x8000000001020304", "0x8000000001020305"):
        await listener.send("snmptrap", *V3, *KEYS, "-e", engine)
        assert (await listener.next()).if_index == 7


@pytest.mark.parametrize(
    ("security", "counted"),
    [
        (("-v2c", "-c", "wrong"), "stranger"),
        (
            (
                *V3,
                *KEYS[:3],
                "another pass phrase",
                *KEYS[4:],
                "-e",
                "0x8000000001020306",
            ),
            "unsecured",
        ),
        ((*V3[:-1], "noAuthNoPriv", "-e", "0x8000000001020307"), "unsecured"),
        (
            (*V3[:-1], "authNoPriv", *KEYS[:4], "-e", "0x8000000001020308"),
            "unsecured",
        ),
        (
            ("-v3", "-u", "nobody", *V3[3:], *KEYS, "-e", "0x8000000001020309"),
            "stranger",
        ),
    ],
    ids=["community", "pass phrase", "unsigned", "unsealed", "user"],
)
async def test_strangers_and_unsecured_traps_are_counted_and_not_heard(
    listener: Listener, security: tuple[str, ...], counted: str
) -> None:
    await listener.send("snmptrap", *security)
    assert await listener.nothing_so_far()
    assert listener.receiver.counts == {"received": 2, counted: 1, "notices": 1}


async def test_an_unsigned_trap_is_not_heard_from_an_engine_that_is_known(
    listener: Listener,
) -> None:
    engine = ("-e", "0x800000000102030a")
    await listener.send("snmptrap", *V3, *KEYS, *engine)
    await listener.next()
    await listener.send("snmptrap", *V3[:-1], "noAuthNoPriv", *engine)
    assert await listener.nothing_so_far()


async def test_garbage_does_not_stop_the_receiver(listener: Listener) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for garbage in (
            b"",
            b"\x30",
            b"\x30\x82\xff\xff",
            bytes(1400),
            b"\x30\x03\x02\x01",
        ):
            sock.sendto(garbage, ("127.0.0.1", listener.receiver.port))
    assert await listener.nothing_so_far()
    assert listener.receiver.counts == {"received": 6, "garbage": 5, "notices": 1}


async def test_a_flood_is_cut_off(listener: Listener) -> None:
    listener.receiver._flood = FloodGate(each=3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(50):
            sock.sendto(bytes(60), ("127.0.0.1", listener.receiver.port))
    async with asyncio.timeout(60):
        while listener.receiver.counts.get("received") != 50:
            await asyncio.sleep(0)
    counts = listener.receiver.counts
    assert counts["garbage"] + counts["flood"] == 50
    assert counts["flood"] > counts["garbage"] >= 3


async def test_notifications_of_no_interest_are_left_alone(listener: Listener) -> None:
    await listener.send(
        *("snmptrap", "-v2c", "-c", "public"), bindings=("1.3.6.1.6.3.1.1.5.5",)
    )
    assert await listener.nothing_so_far()
    assert listener.receiver.counts == {"received": 2, "other": 1, "notices": 1}


async def test_a_taken_port_is_an_error_with_a_remedy(listener: Listener) -> None:
    port = listener.receiver.port
    second = TrapReceiver([COMMUNITY], print, address="127.0.0.1", port=port)
    with pytest.raises(Unreachable, match="choose another port"):
        await second.start()


def test_mac_notifications_list_what_came_and_went() -> None:
    message = bytes.fromhex("010014020000ee01010005020014020000ee0102000600")
    notice = read_notice(
        "192.0.2.1",
        [
            (TRAP_OID, oid("1.3.6.1.4.1.9.9.215.2.0.1")),
            (oid("1.3.6.1.4.1.9.9.215.1.1.8.1.2.1"), message),
            (AGENT_ADDRESS, bytes(4)),
        ],
    )
    assert notice is not None
    assert (notice.kind, notice.topics) == ("mac-notification", frozenset({"fdb"}))
    assert notice.agent is None
    assert notice.macs == (
        MacChange(learned=True, vlan=20, mac="02:00:00:ee:01:01", bridge_port=5),
        MacChange(learned=False, vlan=20, mac="02:00:00:ee:01:02", bridge_port=6),
    )


def test_a_notification_without_its_kind_is_no_notice() -> None:
    assert read_notice("192.0.2.1", [(TRAP_OID, b"no oid")]) is None
    assert read_notice("192.0.2.1", []) is None


PORTS = Notice(source="192.0.2.1", kind="link-up", topics=frozenset({"fdb"}))
AT = "192.0.2.1"


def test_a_device_is_due_once_its_burst_is_over() -> None:
    gate = NoticeGate(settle=5, quiet=60)
    parts = replace(PORTS, kind="parts-changed", topics=frozenset({"components"}))
    assert gate.hear(AT, PORTS, 100)
    assert gate.hear(AT, parts, 104)
    assert gate.due(104) == {}
    (due,) = gate.due(105).values()
    assert due.topics == frozenset({"fdb", "components"})
    assert gate.due(106) == {}


def test_a_storm_collects_a_device_once_in_a_while() -> None:
    gate = NoticeGate(settle=5, quiet=60)
    collected = 0
    for second in range(600):
        gate.hear(AT, PORTS, second)
        collected += len(gate.due(second))
    assert collected == 10


def test_a_restart_among_what_waits_asks_for_everything() -> None:
    gate = NoticeGate()
    gate.hear(AT, PORTS, 0)
    gate.hear(AT, replace(PORTS, kind="cold-start", topics=None), 1)
    gate.hear(AT, PORTS, 2)
    assert [notice.topics for notice in gate.due(90).values()] == [None]


def test_made_up_devices_do_not_fill_the_memory() -> None:
    gate = NoticeGate(settle=0, quiet=60, most=2)
    heard = [gate.hear(f"192.0.2.{n}", PORTS, 0) for n in range(4)]
    assert heard == [True, True, False, False]
    assert len(gate.due(0)) == 2
    assert gate.hear("192.0.2.9", PORTS, 1)
    assert gate.due(1) == {}, "as many as allowed were collected lately"
    assert list(gate.due(60)) == ["192.0.2.9"]


def test_who_waited_longest_goes_first_and_the_others_later() -> None:
    gate = NoticeGate(settle=0, quiet=60)
    for second, device in enumerate("cab"):
        gate.hear(device, PORTS, second)
    assert list(gate.due(9, most=2)) == ["c", "a"]
    assert list(gate.due(9, most=2)) == ["b"]


def test_a_flood_of_one_source_leaves_room_for_others() -> None:
    gate = FloodGate(each=3, total=5)
    assert [gate.admits("loud", 0.1) for _ in range(5)] == [True] * 3 + [False] * 2
    assert gate.admits("calm", 0.2)
    assert gate.admits("third", 0.3)
    assert not gate.admits("fourth", 0.4)
    assert gate.admits("loud", 1.0)
