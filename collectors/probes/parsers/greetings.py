"""What servers say first, and to a harmless question: FTP, SMTP, Telnet, RTSP. Pure."""

from __future__ import annotations

import re

from collectors.probes.parsers.said import Said
from collectors.probes.parsers.upnp import headers
from collectors.text import printable, without_escapes

FTP, TELNET, SMTP, RTSP, AIRPLAY = 21, 23, 25, 554, 7000
_CODE = re.compile(r"^220[ -]")
_OPTION = re.compile(
    rb"\xff[\xfb-\xfe].|\xff\xfa[^\xff]{0,64}\xff\xf0|\xff[\xf0-\xf9]", re.S
)
"""Commands of Telnet (RFC 854): options, sub-negotiations, others."""
_REALM = re.compile(r"realm=\"?([^\",]{1,200})", re.IGNORECASE)


def rtsp_options(address: str, port: int) -> bytes:
    """Return an OPTIONS request (RFC 2326, 10.1)."""
    host = f"[{address}]" if ":" in address else address
    return (
        f"OPTIONS rtsp://{host}:{port}/ RTSP/1.0\r\nCSeq: 1\r\n"
        "User-Agent: Purser\r\n\r\n"
    ).encode()


def read_rtsp(answer: bytes, port: int) -> Said:
    """Return what the answer to OPTIONS says; nothing where it is no RTSP."""
    said = Said()
    text = answer[:8192].decode("utf-8", "replace")
    if not text.startswith(("RTSP/1.", "RTSP/2.")):
        return said
    told = headers(text)
    said.announced("rtsp server", told.get("server"))
    if realm := _REALM.search(told.get("www-authenticate", "")):
        said.announced("rtsp realm", realm[1])
    said.serves("rtsp", port, product=told.get("server"))
    return said


def read_mail_or_ftp(data: bytes, port: int) -> Said:
    """Return what a greeting with code 220 says (RFC 959, 5.4; RFC 5321, 4.2)."""
    said = Said()
    protocol = "ftp" if port == FTP else "smtp"
    line = printable(data[:1024].decode("utf-8", "replace").split("\n", 1)[0])
    if not _CODE.match(line):
        return said
    text = line[4:].strip()
    said.announced(f"{protocol} greeting", text)
    first = text.split(" ", 1)[0]
    if protocol == "smtp" and "." in first:
        said.name(first, "smtp greeting")
    said.serves(protocol, port, product=text)
    return said


def read_telnet(data: bytes, port: int) -> Said:
    """Return what a Telnet server writes before a login."""
    said = Said()
    if not data:
        return said
    plain = without_escapes(_OPTION.sub(b"", data[:4096]).decode("utf-8", "replace"))
    lines = [printable(line) for line in plain.split("\n")]
    text = " / ".join(line for line in lines if line)[:200]
    said.announced("telnet greeting", text)
    said.serves("telnet", port, product=text)
    return said
