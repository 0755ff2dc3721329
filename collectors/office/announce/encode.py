"""Answers of devices to probes, as the protocols' documents have them. Pure."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence


def dns_name(name: str) -> bytes:
    """Return a name of labels separated by dots as it stands in a message."""
    labels = name.split(".")
    return b"".join(bytes([len(e.encode())]) + e.encode() for e in labels if e) + b"\0"


def dns_answer(*records: tuple[str, int, bytes]) -> bytes:
    """Return a response with some (name, type, data) records (RFC 1035, 4.1)."""
    head = struct.pack("!6H", 0, 0x8400, 0, len(records), 0, 0)
    return head + b"".join(
        dns_name(name) + struct.pack("!2HIH", kind, 0x8001, 120, len(data)) + data
        for name, kind, data in records
    )


def txt(**pairs: str) -> bytes:
    """Return the data of a TXT record (RFC 6763, 6)."""
    each = [f"{name}={value}".encode() for name, value in pairs.items()]
    return b"".join(bytes([len(e)]) + e for e in each)


def srv(host: str, port: int = 0) -> bytes:
    """Return the data of an SRV record (RFC 2782)."""
    return struct.pack("!3H", 0, 0, port) + dns_name(host)


def instance(
    name: str, service: str, host: str, **pairs: str
) -> list[tuple[str, int, bytes]]:
    """Return the records of one service instance (RFC 6763)."""
    full = f"{name}.{service}.local"
    return [
        (f"{service}.local", 12, dns_name(full)),
        (full, 33, srv(f"{host}.local")),
        (full, 16, txt(**pairs)),
    ]


def ipp_answer(attributes: Mapping[str, tuple[int, str]], status: int = 0) -> bytes:
    """Return a response of a printer in HTTP (RFC 8010); attribute -> (tag, value)."""
    body = struct.pack("!BBHIB", 2, 0, status, 1, 0x04)
    for name, (tag, value) in attributes.items():
        body += struct.pack("!BH", tag, len(name)) + name.encode()
        body += struct.pack("!H", len(value.encode())) + value.encode()
    return http_answer(body + b"\x03", "application/ipp")


def http_answer(
    body: bytes, kind: str = "text/html", status: str = "200 OK", **headers: str
) -> bytes:
    """Return an HTTP response with its length."""
    more = "".join(f"{n.replace('_', '-')}: {v}\r\n" for n, v in headers.items())
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def netbios_status(names: Sequence[tuple[str, int, bool]], mac: str) -> bytes:
    """Return a node status response (RFC 1002, 4.2.18); (name, suffix, is a group)."""
    head = struct.pack("!6H", 1, 0x8400, 0, 1, 0, 0) + b"\x20" + b"CK" + b"A" * 30
    rows = b"".join(
        name.ljust(15).encode()[:15]
        + bytes([suffix])
        + (b"\x84\0" if group else b"\4\0")
        for name, suffix, group in names
    )
    data = bytes([len(names)]) + rows + bytes.fromhex(mac.replace(":", "")) + bytes(40)
    return head + b"\0" + struct.pack("!2HIH", 0x21, 1, 0, len(data)) + data


def smb_negotiated(guid: bytes, *, dialect: int = 0x0302, signing: int = 1) -> bytes:
    """Return an SMB 2 NEGOTIATE response without its length (MS-SMB2, 2.2.4)."""
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0)
    body = struct.pack("<HHHH16s", 65, signing, dialect, 0, guid)
    body += struct.pack("<IIIIQQHHI", 1, 65536, 65536, 65536, 0, 0, 128, 0, 0)
    return header + bytes(16) + body


def smb_challenge(pairs: Mapping[int, str], version: tuple[int, int, int]) -> bytes:
    """Return a SESSION_SETUP response with an NTLM CHALLENGE (MS-SMB2, 2.2.6)."""
    header = b"\xfeSMB" + struct.pack(
        "<HHIHHIIQIIQ", 64, 1, 0xC0000016, 1, 1, 1, 0, 1, 0, 0, 1
    )
    blob = ntlm_challenge(pairs, version)
    return header + bytes(16) + struct.pack("<HHHH", 9, 0, 72, len(blob)) + blob


def ntlm_challenge(pairs: Mapping[int, str], version: tuple[int, int, int]) -> bytes:
    """Return a CHALLENGE message (MS-NLMP, 2.2.1.2)."""
    info = b"".join(
        struct.pack("<HH", kind, len(text.encode("utf-16-le")))
        + text.encode("utf-16-le")
        for kind, text in pairs.items()
    )
    info += bytes(4)
    major, minor, build = version
    return (
        b"NTLMSSP\0"
        + struct.pack("<IHHII", 2, 0, 0, 56, 0x02890205)
        + bytes(16)
        + struct.pack("<HHI", len(info), len(info), 56)
        + struct.pack("<BBH4s", major, minor, build, b"\0\0\0\x0f")
        + info
    )


def upnp_description(fields: Mapping[str, str]) -> bytes:
    """Return a UPnP device description (UDA 2.0, 2.3)."""
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        '<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0">'
        f"<device>{inside}</device></root>"
    ).encode()


def probe_match(types: str, scopes: str, endpoint: str, xaddrs: str) -> bytes:
    """Return a ProbeMatches of WS-Discovery."""
    return (
        '<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/'
        'soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Body>'
        "<d:ProbeMatches><d:ProbeMatch><w:EndpointReference><w:Address>"
        f"{endpoint}</w:Address></w:EndpointReference><d:Types>{types}</d:Types>"
        f"<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{xaddrs}</d:XAddrs>"
        "</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
    ).encode()
