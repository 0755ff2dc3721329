"""What name servers call an address; messages are made by dnspython."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rrset
import pytest

from collectors.probes.names import GIVES_UP, SiteNames, is_generated
from collectors.probes.wire import Sent
from tests.collectors.probes.servers import OFFSET, machine

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
SERVER, OTHER = "127.88.40.1", "127.88.40.2"
ZONE = "office.example"
Records = Mapping[tuple[str, str], list[str]]
RECORDS: Records = {
    ("21.0.0.10.in-addr.arpa.", "PTR"): ["printer-hall.office.example."],
    ("printer-hall.office.example.", "A"): ["10.0.0.21"],
    ("22.0.0.10.in-addr.arpa.", "PTR"): ["old-name.office.example."],
    ("old-name.office.example.", "A"): ["10.0.0.99"],
    ("23.0.0.10.in-addr.arpa.", "PTR"): ["only-reverse.office.example."],
    ("24.0.0.10.in-addr.arpa.", "PTR"): ["dhcp-10-0-0-24.office.example."],
    ("dhcp-10-0-0-24.office.example.", "A"): ["10.0.0.24"],
    ("camera-gate.office.example.", "A"): ["10.0.0.25"],
    (
        "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
        "PTR",
    ): ["nas.office.example."],
    ("nas.office.example.", "AAAA"): ["2001:db8::7"],
}


def answered(question: bytes) -> list[bytes]:
    """Answer as a name server does."""
    asked = dns.message.from_wire(question)
    (rrset,) = asked.question
    kind = dns.rdatatype.to_text(rrset.rdtype)
    reply = dns.message.make_response(asked)
    values = RECORDS.get((str(rrset.name).lower(), kind))
    if values:
        reply.answer.append(dns.rrset.from_text(rrset.name, 60, "IN", kind, *values))
    else:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return [reply.to_wire()]


SOA = "ns.office.example. admin.office.example. 1 3600 600 86400 60"


def zone_of(*, whole: bool = True, allowed: bool = True) -> Callable[..., object]:
    """Return a server that hands a zone over in two messages, or refuses."""

    def messages(question: bytes) -> list[bytes]:
        asked = dns.message.from_wire(question)
        first, second = (dns.message.make_response(asked) for _ in range(2))
        if not allowed:
            first.set_rcode(dns.rcode.REFUSED)
            return [first.to_wire()]
        soa = dns.rrset.from_text(f"{ZONE}.", 60, "IN", "SOA", SOA)
        first.answer.append(soa)
        for (name, kind), values in RECORDS.items():
            if kind != "PTR":
                rows = dns.rrset.from_text(name, 60, "IN", kind, *values)
                second.answer.append(rows)
        if whole:
            second.answer.append(soa)
        return [first.to_wire(), second.to_wire()]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2))
        for each in messages(await reader.readexactly(length)):
            writer.write(len(each).to_bytes(2) + each)
        await writer.drain()
        writer.close()

    return talk


def named(
    *addresses: str,
    udp: Callable[[bytes], list[bytes]] = answered,
    tcp: Callable[..., object] | None = None,
    zones: tuple[str, ...] = (),
    timeout: float = 5.0,
) -> tuple[dict[str, list[tuple[str, str]]], list[Sent]]:
    """Return what addresses are called with where it stands, and what was sent."""
    sent: list[Sent] = []

    async def whole() -> dict[str, list[tuple[str, str]]]:
        names = SiteNames(rate=10_000, timeout=timeout, offset=OFFSET, log=sent.append)
        found = {}
        async with machine(SERVER, udp={53: udp}, tcp={53: tcp} if tcp else {}):
            for address in addresses:
                seen = await names.collect(
                    (SERVER,), zones, address=address, seen_at=NOON
                )
                clues = seen.clues if seen else ()
                found[address] = [(c.value, c.source) for c in clues]
        return found

    return asyncio.run(whole()), sent


def test_a_name_counts_by_where_the_forward_zone_leads() -> None:
    found, sent = named(*(f"10.0.0.{n}" for n in range(21, 27)), "2001:db8::7")
    assert found == {
        "10.0.0.21": [("printer-hall.office.example", "dns PTR")],
        "10.0.0.22": [],
        "10.0.0.23": [("only-reverse.office.example", "dns PTR alone")],
        "10.0.0.24": [],
        "10.0.0.25": [],
        "10.0.0.26": [],
        "2001:db8::7": [("nas.office.example", "dns PTR")],
    }
    assert {(each.address, each.transport, each.port) for each in sent} == {
        (SERVER, "udp", 53)
    }


def test_a_zone_is_read_once_where_it_is_handed_over() -> None:
    found, sent = named("10.0.0.25", "10.0.0.26", tcp=zone_of(), zones=(ZONE,))
    assert found["10.0.0.25"] == [("camera-gate.office.example", "dns zone")]
    assert found["10.0.0.26"] == []
    assert [each.transport for each in sent].count("tcp") == 1


@pytest.mark.parametrize("given", [{"whole": False}, {"allowed": False}])
def test_a_zone_that_is_kept_or_cut_names_nothing(given: dict[str, bool]) -> None:
    found, _ = named("10.0.0.25", tcp=zone_of(**given), zones=(ZONE,))
    assert found == {"10.0.0.25": []}


def test_answers_to_other_questions_are_none() -> None:
    def forged(question: bytes) -> list[bytes]:
        (honest,) = answered(question)
        return [bytes([honest[0] ^ 1]) + honest[1:]]

    assert named("10.0.0.21", udp=forged, timeout=0.3)[0] == {"10.0.0.21": []}


def test_a_silent_server_is_asked_a_few_times_only() -> None:
    asked = (f"10.0.0.{n}" for n in range(1, 20))
    _, sent = named(*asked, udp=lambda _: [], timeout=0.3)
    assert len(sent) == GIVES_UP


def test_names_that_repeat_the_address_are_none() -> None:
    assert is_generated("dhcp-10-0-0-24.example", "10.0.0.24")
    assert is_generated("24.0.0.10.pool.example", "10.0.0.24")
    assert not is_generated("sw-10-0.example", "10.0.0.24")
