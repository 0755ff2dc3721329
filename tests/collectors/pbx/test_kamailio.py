"""Kamailio read by JSON-RPC, and what hostile HTTP servers cost."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from collectors.errors import CollectError
from collectors.facts import Reason
from collectors.pbx.facts import PbxReading
from collectors.pbx.kamailio import registrations_of
from collectors.pbx.read import read_pbx
from tests.collectors.pbx.servers import (
    NOON,
    SOON,
    Answer,
    Asked,
    Talk,
    serving,
    source,
    web,
)


def contact(address: str, **more: object) -> dict[str, object]:
    told = {"Address": address, "Expires": 56, "Received": "[not set]"}
    return {"Contact": told | more}


def dump(*records: tuple[str, list[dict[str, object]]]) -> dict[str, object]:
    listed = [{"Info": {"AoR": aor, "HashID": 1, "Contacts": c}} for aor, c in records]
    domain = {"Domain": "location", "Size": 1024, "AoRs": listed, "Stats": {}}
    return {"Domains": [{"Domain": domain}]}


DUMP = dump(
    (
        "2001",
        [
            contact(
                "sip:2001-0x55c4@10.0.0.21:5070",
                **{
                    "User-Agent": "Yealink SIP-T46S 66.86.0.15",
                    "Instance": '"<urn:uuid:0fa3bfa8-1dd2-11b2-9c4e-805ec0112244>"',
                },
            )
        ],
    ),
    (
        "2002",
        [
            contact(
                "sip:2002@192.168.1.5:5060;transport=udp",
                **{"Received": "sip:203.0.113.9:40123", "User-Agent": "x"},
            )
        ],
    ),
)


def registrar(asked: Asked) -> Answer:
    method = json.loads(asked.body)["method"]
    known: dict[str, object] = {
        "ul.dump": DUMP,
        "core.version": "kamailio 5.6.3 (x86_64/linux)",
    }
    if asked.path != "/RPC" or method not in known:
        return 404, "no"
    return 200, json.dumps({"jsonrpc": "2.0", "result": known[method], "id": 1})


async def reading(talk: Talk, **more: object) -> PbxReading:
    async with serving(talk) as port:
        return await read_pbx(source("kamailio", port, user="", **more), NOON)


async def test_registrations_are_read_with_their_phones() -> None:
    found = await reading(web(registrar))
    assert found.problems == ()
    assert found.version == "5.6.3"
    one, two = found.registrations
    assert (one.extension, one.ip, one.port) == ("2001", "10.0.0.21", 5070)
    assert one.mac == "80:5e:c0:11:22:44"
    assert one.expires_at == NOON + timedelta(seconds=56)
    assert (two.ip, two.port) == ("203.0.113.9", 40123)
    assert found.reads == {"registrations"}


async def test_equal_numbers_of_two_realms_are_two_extensions() -> None:
    both = dump(
        ("7@a.example", [contact("sip:7@10.0.0.1")]),
        ("7@b.example", [contact("sip:7@10.0.0.2")]),
    )
    found = registrations_of(both, NOON)
    assert {(r.partition, r.extension) for r in found} == {
        ("a.example", "7"),
        ("b.example", "7"),
    }


def test_a_dump_nested_without_end_is_left() -> None:
    nested: list[object] = []
    for _ in range(5_000):
        nested = [nested]
    assert registrations_of(nested, NOON) == ()


async def test_a_server_without_json_rpc_is_unsupported() -> None:
    found = await reading(web(lambda _: (404, "no")))
    assert [p.reason for p in found.problems] == [Reason.UNSUPPORTED]


async def _endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


async def _slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"a: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _nonsense(_: object, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def _squeezed(_: Asked) -> Answer:
    packed = gzip.compress(b" " * 10_000).decode("latin-1")
    return 200, packed, {"Content-Encoding": "gzip"}


HOSTILE: dict[str, tuple[Talk, Reason]] = {
    "a body without end": (_endless, Reason.TOO_MUCH),
    "headers a few bytes at a time": (_slow, Reason.TIMED_OUT),
    "another protocol": (_nonsense, Reason.MALFORMED),
    "a compressed body": (web(_squeezed), Reason.MALFORMED),
    "a redirect": (
        web(lambda _: (302, "", {"Location": "http://127.0.0.1:1/"})),
        Reason.MALFORMED,
    ),
    "deep JSON": (web(lambda _: (200, "[" * 100_000)), Reason.MALFORMED),
    "a wait of an hour": (
        web(lambda _: (429, "", {"Retry-After": "3600"})),
        Reason.TOO_MUCH,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_server_costs_its_own_reading(name: str) -> None:
    talk, reason = HOSTILE[name]
    bounds = replace(SOON, idle=1.0, answer=3_000_000, size=5_000_000)
    async with asyncio.timeout(60):
        found = await reading(talk, limits=bounds)
    assert [p.reason for p in found.problems] == [reason]
    assert found.reads == frozenset()


async def test_a_password_is_sent_and_never_told() -> None:
    seen: list[str] = []

    def handle(asked: Asked) -> Answer:
        seen.append(asked.headers.get("authorization", ""))
        return 401, "who are you"

    async with serving(web(handle)) as port:
        found = await read_pbx(source("kamailio", port), NOON)
    assert seen[0].startswith("Basic ")
    assert [p.reason for p in found.problems] == [Reason.AUTH_FAILED]
    assert "marked" not in repr(found)


def test_an_error_is_one_of_the_tree() -> None:
    with pytest.raises(CollectError):
        registrations_of("nothing", NOON)
