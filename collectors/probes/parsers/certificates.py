"""X.509 certificates of servers: names, issuer, end, the key's fingerprint. Pure."""

from __future__ import annotations

import base64
import hashlib
import warnings
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtensionOID, NameOID

from collectors.facts import Certificate
from collectors.probes.parsers.said import Said
from collectors.text import printable

MOST_BYTES = 65_536
MOST_NAMES = 20
_SUBJECT = {
    "CN": NameOID.COMMON_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "serialNumber": NameOID.SERIAL_NUMBER,
}


def read_certificate(der: bytes) -> Certificate | None:
    """Return what a certificate says; None where it cannot be read."""
    if len(der) > MOST_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            # Devices write serial numbers and names that the standard forbids.
            warnings.simplefilter("ignore")
            return _read(x509.load_der_x509_certificate(der))
    except Exception:  # noqa: BLE001 - the parser of the library raises many kinds
        return None


def _read(found: x509.Certificate) -> Certificate:
    key = found.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
    return Certificate(
        subject=_text(found.subject),
        issuer=_text(found.issuer),
        names=_alternative_names(found),
        not_before=_aware(found.not_valid_before_utc),
        not_after=_aware(found.not_valid_after_utc),
        key=f"SHA256:{digest}",
        self_signed=found.subject == found.issuer,
    )


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _text(name: x509.Name) -> str:
    return printable(name.rfc4514_string()[:400])


def _alternative_names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = found.extensions.get_extension_for_oid(
            ExtensionOID.SUBJECT_ALTERNATIVE_NAME
        ).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return ()
    if not isinstance(extension, x509.SubjectAlternativeName):
        return ()
    names = extension.get_values_for_type(x509.DNSName)[:MOST_NAMES]
    return tuple(printable(name[:253]) for name in names)


def read_tls(der: bytes, port: int) -> Said:
    """Return what the certificate of a server tells of the device."""
    said = Said()
    found = read_certificate(der)
    if found is None:
        return said
    said.clue("tls-name", found.subject, f"tls {port} subject")
    for part in ("CN", "O", "OU", "serialNumber"):
        said.announced(f"tls subject {part}", subject_part(der, part))
    common = subject_part(der, "CN")
    if common and _is_host_name(common):
        said.name(common, f"tls {port} CN")
    said.serves("tls", port, product=found.subject, certificate=found)
    return said


def subject_part(der: bytes, part: str) -> str | None:
    """Return one attribute of the subject; None where it is absent."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            subject = x509.load_der_x509_certificate(der).subject
            found = subject.get_attributes_for_oid(_SUBJECT[part])
    except Exception:  # noqa: BLE001 - as above
        return None
    value = found[0].value if found else None
    return value if isinstance(value, str) else None


def _is_host_name(text: str) -> bool:
    """Whether a common name may be a host's: no product and no wildcard."""
    labels = text.split(".")
    return len(labels) > 1 and all(
        label.replace("-", "").replace("_", "").isalnum() for label in labels
    )
