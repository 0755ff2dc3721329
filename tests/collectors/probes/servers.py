"""Machines that answer probes on a loopback address of their own."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

OFFSET = 14_000
"""Added to the ports of the protocols: the real ones need privileges."""

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], "asyncio.Future[None]"]
Answer = Callable[[bytes], list[bytes]]


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for each in self.answer(data):
            self.transport.sendto(each, addr)


@asynccontextmanager
async def machine(
    address: str,
    *,
    udp: Mapping[int, Answer] | None = None,
    tcp: Mapping[int, Callable[..., object]] | None = None,
    tls: Mapping[int, ssl.SSLContext] | None = None,
    offset: int = OFFSET,
) -> AsyncIterator[None]:
    """Open the ports of a machine; port -> how it answers or talks, and in TLS."""
    loop = asyncio.get_running_loop()
    transports, servers = [], []
    for port, answer in (udp or {}).items():
        transport, _ = await loop.create_datagram_endpoint(
            lambda answer=answer: _Udp(answer),  # type: ignore[misc]
            local_addr=(address, port + offset),
        )
        transports.append(transport)
    for port, talk in (tcp or {}).items():
        secure = (tls or {}).get(port)
        server = await asyncio.start_server(talk, address, port + offset, ssl=secure)  # type: ignore[arg-type]
        servers.append(server)
    try:
        yield
    finally:
        for transport in transports:
            transport.close()
        for server in servers:
            server.close()
        await asyncio.sleep(0)


def certificate(folder: Path, name: str, until: datetime) -> ssl.SSLContext:
    """Return a server's side of TLS with a certificate of its own making."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / f"{name}.pem"
    file.write_bytes(secret + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def saying(*parts: bytes) -> Callable[..., object]:
    """Return a server that says something at once and closes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
        writer.close()

    return talk


def serving(answer: Callable[[bytes], bytes]) -> Callable[..., object]:
    """Return a server that answers one HTTP-like request with a head and a body."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = await reader.readexactly(length)
            writer.write(answer(head + body))
            await writer.drain()
        writer.close()

    return talk


def framed(*answers: bytes) -> Callable[..., object]:
    """Return a server of SMB over TCP that gives one answer a message."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            for answer in answers:
                head = await reader.readexactly(4)
                message = await reader.readexactly(int.from_bytes(head[1:], "big"))
                if message.startswith(b"\xffSMB"):
                    break
                writer.write(len(answer).to_bytes(4, "big") + answer)
                await writer.drain()
        writer.close()

    return talk


@contextmanager
def in_thread(make: Callable[[], object]) -> Iterator[None]:
    """Run machines beside the test; `make` returns their context manager."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    manager = make()

    async def enter() -> None:
        await manager.__aenter__()  # type: ignore[attr-defined]

    async def leave() -> None:
        await manager.__aexit__(None, None, None)  # type: ignore[attr-defined]

    asyncio.run_coroutine_threadsafe(enter(), loop).result(120)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(leave(), loop).result(120)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(120)
        loop.close()
