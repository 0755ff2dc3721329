"""Telephone systems over TLS: a certificate is checked, or pinned by its file."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from collectors.facts import Reason
from collectors.pbx.facts import PbxReading
from collectors.pbx.read import read_pbx
from tests.collectors.pbx.servers import NOON, serving, source, web
from tests.collectors.pbx.servers import manager as asterisk
from tests.collectors.pbx.test_kamailio import registrar

BORN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate of 127.0.0.1, signed by itself, and its key."""
    place = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pbx")])
    own = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(BORN - timedelta(days=3650))
        .not_valid_after(BORN + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([own]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain, form = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    (place / "key.pem").write_bytes(key.private_bytes(pem, form, plain))
    (place / "cert.pem").write_bytes(signed.public_bytes(pem))
    return place


async def reading(kind: str, folder: Path, **more: object) -> PbxReading:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    core = {"CoreSettings": "Response: Success\n@\nAsteriskVersion: 20.5.0\n\n"}
    talk = asterisk(core) if kind == "asterisk" else web(registrar)
    async with serving(talk, ssl_context=context) as port:
        return await read_pbx(source(kind, port, tls=True, **more), NOON)


KINDS = pytest.mark.parametrize("kind", ["asterisk", "kamailio"])


@KINDS
async def test_a_certificate_that_nobody_vouches_for_stops_it(
    kind: str, folder: Path
) -> None:
    found = await reading(kind, folder)
    assert [p.reason for p in found.problems] == [Reason.UNREACHABLE]
    assert "ca_file" in found.problems[0].detail
    assert found.version is None


@KINDS
async def test_a_certificate_that_is_pinned_is_trusted(kind: str, folder: Path) -> None:
    found = await reading(kind, folder, ca_file=str(folder / "cert.pem"))
    assert found.version


@KINDS
async def test_checking_may_be_turned_off(kind: str, folder: Path) -> None:
    assert (await reading(kind, folder, verify=False)).version


@KINDS
async def test_a_file_of_certificates_that_is_not_there_is_named(
    kind: str, folder: Path
) -> None:
    found = await reading(kind, folder, ca_file=str(folder / "none.pem"))
    assert [p.reason for p in found.problems] == [Reason.UNREACHABLE]
    assert "none.pem" in found.problems[0].detail
