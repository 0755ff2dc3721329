"""IPP Get-Printer-Attributes (RFC 8011, RFC 8010, PWG 5100.13). Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from collectors.probes.parsers.said import Said

PORT = 631
PATHS = ("/ipp/print", "/")
_WANTED = (
    *("printer-make-and-model", "printer-uuid", "printer-name", "printer-info"),
    *("printer-device-id", "printer-firmware-string-version", "printer-dns-sd-name"),
    *("printer-location", "printer-organization", "printer-state", "device-uuid"),
)
_OPERATION, _END = 0x000B, 0x03
_CHARSET, _LANGUAGE, _URI, _KEYWORD = 0x47, 0x48, 0x45, 0x44
_TOLD = frozenset(("printer-make-and-model", "printer-firmware-string-version"))
_UUIDS = frozenset(("printer-uuid", "device-uuid"))
MOST_ATTRIBUTES = 200


def request(uri: str, number: int = 1) -> bytes:
    """Return the question for what tells a printer from others."""
    body = struct.pack("!BBHIB", 1, 1, _OPERATION, number, 1)
    body += _attribute(_CHARSET, "attributes-charset", "utf-8")
    body += _attribute(_LANGUAGE, "attributes-natural-language", "en")
    body += _attribute(_URI, "printer-uri", uri)
    name = "requested-attributes"
    for each in _WANTED:
        body += _attribute(_KEYWORD, name, each)
        name = ""
    return body + bytes([_END])


def _attribute(tag: int, name: str, value: str) -> bytes:
    named, valued = name.encode(), value.encode()
    head = struct.pack("!BH", tag, len(named))
    return head + named + struct.pack("!H", len(valued)) + valued


def read_attributes(body: bytes) -> Said:
    """Return what the attributes of a printer say; nothing where it is no IPP."""
    said = Said()
    if len(body) < 9 or body[0] not in (1, 2):
        return said
    (status,) = struct.unpack_from("!H", body, 2)
    found = dict(_attributes(body)) if status < 0x0400 else {}
    for name, value in found.items():
        if name in _TOLD:
            said.announced(f"ipp {name}", value)
        elif name in _UUIDS:
            said.uuid(value, f"ipp {name}")
    if device_id := found.get("printer-device-id"):
        read_device_id(said, device_id, "ipp device-id")
    for name in ("printer-dns-sd-name", "printer-name"):
        said.name(found.get(name), f"ipp {name}")
    if found:
        said.announced("ipp printer", "answers")
        said.serves("ipp", PORT, product=found.get("printer-make-and-model"))
    return said


def _attributes(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield name and first value of each attribute, the first of a name last."""
    at, count = 8, 0
    seen: set[str] = set()
    while at + 1 <= len(body) and count < MOST_ATTRIBUTES:
        tag = body[at]
        if tag == _END:
            return
        if tag < 0x10:
            at += 1
            continue
        count += 1
        if at + 3 > len(body):
            return
        (size,) = struct.unpack_from("!H", body, at + 1)
        name = body[at + 3 : at + 3 + size].decode("ascii", "replace")
        at += 3 + size
        if at + 2 > len(body):
            return
        (length,) = struct.unpack_from("!H", body, at)
        value = body[at + 2 : at + 2 + length]
        at += 2 + length
        if name and name not in seen and 0x41 <= tag <= 0x49:
            seen.add(name)
            yield name, value.decode("utf-8", "replace")


_DEVICE_ID = {
    **{"MFG": "MFG", "MANUFACTURER": "MFG"},
    **{"MDL": "MDL", "MODEL": "MDL"},
    **{"SN": "SN", "SERN": "SN", "SERIALNUMBER": "SN"},
    **{"FWVER": "FW", "FW": "FW"},
}
"""Keys of an IEEE 1284 device id and their long forms."""


def read_device_id(said: Said, text: str, source: str) -> None:
    """Take in an IEEE 1284 device id (`MFG:HP;MDL:LaserJet;SN:...;`)."""
    for pair in text.split(";")[:40]:
        name, colon, value = pair.partition(":")
        if colon and (known := _DEVICE_ID.get(name.strip().upper())):
            said.announced(f"{source} {known}", value)
