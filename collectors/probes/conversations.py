"""How each probe of the catalogue is held: what is sent when, what reads the answer."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from collectors.probes.catalogue import Probe
from collectors.probes.parsers import (
    certificates,
    greetings,
    http_page,
    industrial,
    ipp,
    mdns,
    netbios,
    rdp,
    smb,
    snmp_engine,
    ssh_hello,
    upnp,
    wsd,
)
from collectors.probes.parsers.said import Said
from collectors.probes.segments import GROUP
from collectors.probes.wire import GREETING, MOST_DATAGRAMS, Talk, Wire

Converse = Callable[[Wire, Probe, float], Awaitable[Said]]
_random = random.SystemRandom()


async def _mdns(wire: Wire, probe: Probe, timeout: float) -> Said:
    """Ask for services and instances, then for what no TXT record came of."""
    packet = mdns.query(wire.address)
    answers = await wire.ask(
        probe.name, probe.port, packet, timeout, most=MOST_DATAGRAMS
    )
    said = mdns.read(answers, wire.address)
    if said.more:
        packet = mdns.instance_query(said.more)
        answers += await wire.ask(
            probe.name, probe.port, packet, timeout, most=MOST_DATAGRAMS
        )
        said = mdns.read(answers, wire.address)
    return said


async def _ssdp(wire: Wire, probe: Probe, timeout: float) -> Said:
    answers = await wire.ask(
        probe.name, probe.port, upnp.search(wire.address), timeout, most=8
    )
    if not answers:
        # It may hear the group only; answers come spread over the second of MX.
        packet = upnp.search(GROUP)
        answers = await wire.overheard(probe.name, probe.port, packet, timeout + 1.0)
    said = upnp.read_answers(answers, wire.address)
    for location in said.more:
        answer = await _fetch(wire, probe.name, location)
        said.add(upnp.read_description(http_page.body_of(answer)))
    return said


async def _wsd(wire: Wire, probe: Probe, timeout: float) -> Said:
    packet = wsd.probe(uuid.uuid4())
    answers = await wire.ask(probe.name, probe.port, packet, timeout, most=4)
    for devices in (False, True):
        if not answers:
            packet = wsd.probe(uuid.uuid4(), devices=devices)
            answers = await wire.overheard(
                probe.name, probe.port, packet, timeout + 1.0, kind=str(devices)
            )
    said = wsd.read_matches(answers, wire.address)
    for each in said.more:
        endpoint, _, place = each.partition(" ")
        body = wsd.get(uuid.uuid4(), endpoint)
        answer = await _fetch(wire, probe.name, place, body)
        said.add(wsd.read_metadata(http_page.body_of(answer)))
    return said


async def _fetch(wire: Wire, name: str, location: str, body: bytes = b"") -> bytes:
    """Return the answer of a plain HTTP address on the device itself."""
    parts = urlsplit(location)
    path = parts.path or "/"
    path += f"?{parts.query}" if parts.query else ""
    async with wire.connect(name, parts.port or 80, named=True) as talk:
        if talk is None:
            return b""
        if body:
            kind = "application/soap+xml"
            await talk.send(http_page.post(parts.netloc, path, kind, body))
        else:
            await talk.send(http_page.request(parts.netloc, path))
        return await talk.until(http_page.is_whole)
    return b""


async def _netbios(wire: Wire, probe: Probe, timeout: float) -> Said:
    packet = netbios.status_query(_random.randrange(1 << 16))
    answers = await wire.ask(probe.name, probe.port, packet, timeout)
    return netbios.read_status(answers[0]) if answers else Said()


async def _snmp_engine(wire: Wire, probe: Probe, timeout: float) -> Said:
    packet = snmp_engine.discovery(_random.randrange(1 << 24, 1 << 31))
    answers = await wire.ask(probe.name, probe.port, packet, timeout)
    return snmp_engine.read_report(answers[0]) if answers else Said()


async def _ssh(wire: Wire, probe: Probe, _timeout: float) -> Said:
    said = Said()
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is None:
            return said
        data = await talk.until(
            lambda d: ssh_hello.version_line(d) is not None or len(d) > 4096,
            timeout=GREETING,
        )
        found = ssh_hello.version_line(data)
        if found is None:
            return said
        said = ssh_hello.read_hello(found[0], (), probe.port)
        await talk.send(ssh_hello.VERSION + ssh_hello.kexinit(os.urandom(16)))
        rest = data[found[1] :]
        rest += await talk.until(lambda d: len(ssh_hello.packets(rest + d)) > 0)
        payloads = ssh_hello.packets(rest)
        start = payloads and ssh_hello.exchange_start(payloads[0], os.urandom(32))
        if start:
            await talk.send(start)
            rest += await talk.until(lambda d: len(ssh_hello.packets(rest + d)) > 1)
            return ssh_hello.read_hello(found[0], ssh_hello.packets(rest), probe.port)
    return said


async def _http(wire: Wire, probe: Probe, _timeout: float) -> Said:
    return await _pages(wire, probe, tls=False)


async def _https(wire: Wire, probe: Probe, _timeout: float) -> Said:
    return await _pages(wire, probe, tls=True)


async def _pages(wire: Wire, probe: Probe, *, tls: bool) -> Said:
    """Read the first page, and one that it sends us on to on the same server."""
    said = await _page(wire, probe, "/", tls=tls)
    for path in said.more[:1]:
        said.add(await _page(wire, probe, path, tls=tls))
    return said


async def _page(wire: Wire, probe: Probe, path: str, *, tls: bool) -> Said:
    said = Said()
    bare = f"[{wire.address}]" if ":" in wire.address else wire.address
    host = bare if probe.port in (80, 443) else f"{bare}:{probe.port}"
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is None:
            return said
        if tls:
            said = certificates.read_tls(await talk.start_tls(), probe.port)
        await talk.send(http_page.request(host, path))
        answer = await talk.until(http_page.is_whole)
        page = http_page.read_page(answer, probe.port, host, tls=tls)
        said.add(page)
        said.more += page.more
    return said


async def _framed(talk: Talk, message: bytes) -> bytes:
    """Send a message of SMB over TCP; return the answer without its length."""
    await talk.send(message)
    head = await talk.exactly(4)
    return await talk.exactly(int.from_bytes(head[1:], "big"))


async def _smb(wire: Wire, probe: Probe, _timeout: float) -> Said:
    said = Said()
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is None:
            return said
        answer = await _framed(talk, smb.negotiate(os.urandom(16)))
        said.add(smb.read_negotiated(answer))
        if said.services:
            said.add(smb.read_challenge(await _framed(talk, smb.session_setup())))
    return said


async def _smb_1(wire: Wire, probe: Probe, _timeout: float) -> Said:
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is not None:
            return smb.read_negotiated_1(await _framed(talk, smb.negotiate_1()))
    return Said()


async def _rdp(wire: Wire, probe: Probe, _timeout: float) -> Said:
    said = Said()
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is None:
            return said
        await talk.send(rdp.connect_request())
        head = await talk.exactly(4)
        answer = head + await talk.exactly(
            max(0, int.from_bytes(head[2:], "big") - 4) if head[0] == 3 else 0
        )
        wants = rdp.wants_tls(answer)
        if wants is None:
            return said
        said.serves("rdp", probe.port)
        said.announced("rdp server", "answers")
        if wants:
            said.add(certificates.read_tls(await talk.start_tls(), probe.port))
    return said


async def _ipp(wire: Wire, probe: Probe, _timeout: float) -> Said:
    """Ask in the clear; where that is refused, over TLS."""
    bare = f"[{wire.address}]" if ":" in wire.address else wire.address
    for tls in (False, True):
        for path in ipp.PATHS:
            async with wire.connect(probe.name, probe.port) as talk:
                if talk is None:
                    return Said()
                said = Said()
                if tls:
                    found = await talk.start_tls()
                    said.add(certificates.read_tls(found, probe.port))
                host = f"{bare}:{probe.port}"
                question = ipp.request(f"ipp{'s' * tls}://{host}{path}")
                await talk.send(http_page.post(host, path, "application/ipp", question))
                answer = await talk.until(http_page.is_whole)
                said.add(ipp.read_attributes(http_page.body_of(answer)))
                if said.clues:
                    return said
                if http_page.status_of(answer) in (0, 426):
                    break
    return Said()


async def _rtsp(wire: Wire, probe: Probe, _timeout: float) -> Said:
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is not None:
            await talk.send(greetings.rtsp_options(wire.address, probe.port))
            answer = await talk.until(
                lambda d: b"\r\n\r\n" in d or len(d) > 8192, timeout=2 * GREETING
            )
            return greetings.read_rtsp(answer, probe.port)
    return Said()


async def _greeting(wire: Wire, probe: Probe, _timeout: float) -> Said:
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is not None:
            if probe.name == "telnet":
                data = await talk.until(lambda d: len(d) > 2048, timeout=GREETING)
                said = greetings.read_telnet(data, probe.port)
            else:
                data = await talk.until(
                    lambda d: b"\n" in d or len(d) > 2048, timeout=2 * GREETING
                )
                said = greetings.read_mail_or_ftp(data, probe.port)
            return said
    return Said()


async def _modbus(wire: Wire, probe: Probe, _timeout: float) -> Said:
    async with wire.connect(probe.name, probe.port) as talk:
        if talk is not None:
            await talk.send(industrial.modbus_request())
            answer = await talk.until(lambda d: len(d) > 8, timeout=2 * GREETING)
            return industrial.read_modbus(answer)
    return Said()


async def _ethernet_ip(wire: Wire, probe: Probe, timeout: float) -> Said:
    answers = await wire.ask(
        probe.name, probe.port, industrial.list_identity(), timeout
    )
    return industrial.read_identity(answers[0]) if answers else Said()


async def _bacnet(wire: Wire, probe: Probe, timeout: float) -> Said:
    said = Said()
    packet = industrial.bacnet_who_is()
    heard = await wire.ask(probe.name, probe.port, packet, timeout)
    instance = industrial.bacnet_instance(heard[0]) if heard else None
    more = {} if instance is None else {"instance": instance}
    for invoke, number in enumerate((70, 121, 77, 44), 1):
        packet = industrial.bacnet_read(number, invoke, **more)
        answers = await wire.ask(probe.name, probe.port, packet, timeout)
        if not answers:
            break
        said.add(industrial.read_bacnet(answers[0]))
    return said


CONVERSATIONS: Mapping[str, Converse] = {
    "mdns": _mdns,
    "ssdp": _ssdp,
    "ws-discovery": _wsd,
    "netbios": _netbios,
    "snmp-engine": _snmp_engine,
    "ssh": _ssh,
    "http": _http,
    "http-alt": _http,
    "https": _https,
    "https-alt": _https,
    "smb": _smb,
    "smb1": _smb_1,
    "rdp": _rdp,
    "ipp": _ipp,
    "rtsp": _rtsp,
    "airplay": _rtsp,
    "ftp": _greeting,
    "smtp": _greeting,
    "telnet": _greeting,
    "bacnet": _bacnet,
    "modbus": _modbus,
    "ethernet-ip": _ethernet_ip,
}
"""Name of a probe in the catalogue to how it is held."""
