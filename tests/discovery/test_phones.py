"""By what a host is asked whether it is a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from collectors.facts import Observation
from collectors.phones.sip_over_streams import StreamSip
from collectors.phones.status_page_client import PhoneWeb
from collectors.sweep.sweep import Answer
from discovery.access.credentials import Credentials, Memory
from discovery.access.offering import Offering
from discovery.scan.collect import HostCollector, page_port, sip_streams
from discovery.scan.context import Collectors, ScanContext
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanOptions, ScanRequest
from tests.collectors.pbx.servers import serving, web
from tests.collectors.phones.test_stream import CISCO, user_agent

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def host(*answers: tuple[str, int], address: str = "127.0.0.1") -> Host:
    found = Host(address=address, seen_at=NOON)
    found.answers = [
        Answer(address=address, protocol=protocol, port=port, latency=0.0, detail={})
        for protocol, port in answers
    ]
    return found


def context(**more: object) -> ScanContext:
    names = "sip snmp sip_tcp sip_tls web shells clis remotings probe names"
    parts: dict[str, object] = dict.fromkeys(names.split())
    parts["collectors"] = Collectors()
    return cast(ScanContext, SimpleNamespace(**(parts | more)))


def collect(asked: Host, with_kit: ScanContext, options: ScanOptions) -> Host:
    request = ScanRequest(targets=("127.0.0.1",), options=options)
    collector = HostCollector(with_kit, request, Offering(Credentials(()), Memory()))
    asyncio.run(collector.collect(asked))
    return asked


def test_tcp_comes_before_tls_and_only_where_it_answered() -> None:
    tcp, tls = StreamSip(), StreamSip(tls=True)
    parts, options = context(sip_tcp=tcp, sip_tls=tls), ScanOptions()
    both = host(("tcp", 5061), ("tcp", 5060))
    assert sip_streams(both, parts, options) == [(tcp, 5060), (tls, 5061)]
    assert sip_streams(host(("tcp", 5061)), parts, options) == [(tls, 5061)]
    assert sip_streams(host(("tcp", 80)), parts, options) == []


def test_a_page_is_asked_for_where_no_agent_tells_more() -> None:
    assert page_port(host(("tcp", 443)), ScanOptions()) == 443
    assert page_port(host(("tcp", 443), ("tcp", 80)), ScanOptions()) == 80
    assert page_port(host(("tcp", 80), ("snmp", 161)), ScanOptions()) is None
    assert page_port(host(("tcp", 22)), ScanOptions()) is None


@asynccontextmanager
async def phone() -> AsyncIterator[tuple[int, int]]:
    talk, _ = user_agent()
    async with serving(talk) as sip, serving(web(lambda _: (200, CISCO))) as page:
        yield sip, page


async def test_a_phone_on_tcp_with_a_page_tells_both() -> None:
    async with phone() as (sip, page):
        asked = host(("tcp", sip), ("tcp", page))
        options = ScanOptions(sip_port=sip, page_ports=(page,))
        parts = context(sip_tcp=StreamSip(), web=PhoneWeb())
        await asyncio.to_thread(collect, asked, parts, options)
    by_name: dict[str, Observation] = {o.collector: o for o in asked.observations}
    assert by_name["sip"].phones[0].user_agent == "Yealink SIP-T46S 66.86.0.15"
    told: Any = by_name["http"].hardware
    assert told.serial == "FCH2447A1QX"
    assert asked.problems == []


@pytest.mark.parametrize("sip", [False, True])
async def test_a_web_server_without_a_page_is_a_problem_of_phones_only(
    sip: bool,
) -> None:
    bad = web(lambda _: (200, "x" * 300_000))
    async with serving(bad) as page:
        told = [("tcp", page)] + ([("sip", 5060)] if sip else [])
        asked = host(*told)
        options = ScanOptions(page_ports=(page,))
        await asyncio.to_thread(collect, asked, context(web=PhoneWeb()), options)
    assert [p.where for p in asked.problems] == (["http:status"] if sip else [])
