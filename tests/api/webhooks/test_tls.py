"""Receivers by TLS: at the address judged, the certificate is checked for the name."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.webhooks.address_guard import Guard
from api.webhooks.sender import Sender, trusting
from inventory.kernel.errors import Invalid
from inventory.outbox.delivery_queue import DueDelivery
from inventory.outbox.signing import new_secret


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Make a certificate of a host that signs itself; return it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


@asynccontextmanager
async def listening(pem: Path, key: Path) -> AsyncIterator[tuple[int, list[str]]]:
    """Yield the port of a receiver by TLS, and the Host headers it was sent."""
    hosts: list[str] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        for line in head.split("\r\n"):
            if line.lower().startswith("host:"):
                hosts.append(line[5:].strip())
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], hosts


def due(host: str, port: int) -> DueDelivery:
    return DueDelivery(
        delivery_id=1,
        webhook_id=1,
        url=f"https://{host}:{port}/hook",
        uid="msg_1",
        body="{}",
        own=False,
        attempts=1,
        keys=(new_secret(),),
    )


async def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_the_certificate_is_checked_for_the_name_of_the_receiver(
    tmp_path: Path,
) -> None:
    pem, key = certificate(tmp_path, "receiver.example")
    async with listening(pem, key) as (port, hosts):
        guard = Guard(["127.0.0.0/8"])
        clock = datetime.now(UTC)
        known = Sender(guard, 5, lambda: clock, here, trust=trusting(pem))
        taken = await known.send(due("receiver.example", port))
        other = await known.send(due("other.example", port))
        await known.close()
        strict = Sender(guard, 5, lambda: clock, here)
        unknown = await strict.send(due("receiver.example", port))
        await strict.close()
    assert (taken.status, taken.problem) == (204, "")
    assert hosts == [f"receiver.example:{port}"]
    assert other.status is unknown.status is None
    assert other.problem
    assert unknown.problem


def test_a_file_without_certificates_is_said_so(tmp_path: Path) -> None:
    for content in (None, "no certificate"):
        file = tmp_path / "ca.pem"
        if content is not None:
            file.write_text(content)
        with pytest.raises(Invalid, match=r"ca\.pem"):
            trusting(file)
