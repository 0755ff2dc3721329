"""SMB 2 negotiation (MS-SMB2) and whether SMB 1 is spoken (MS-CIFS). Pure."""

from __future__ import annotations

import struct

from collectors.probes.parsers import ntlm
from collectors.probes.parsers.said import Said

PORT = 445
_MORE_PROCESSING = 0xC0000016
_DIALECTS = (0x0202, 0x0210, 0x0300, 0x0302)
_NAMES = {
    0x0202: "2.0.2",
    0x0210: "2.1",
    0x0300: "3.0",
    0x0302: "3.0.2",
    0x0311: "3.1.1",
}
_SPNEGO = bytes.fromhex("06062b0601050502")
_NTLMSSP = bytes.fromhex("060a2b06010401823702020a")


def _framed(body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + body


def _header(command: int, number: int) -> bytes:
    return struct.pack(
        "<4sHHIHHIIQIIQ16s",
        b"\xfeSMB",
        64,
        1,
        0,
        command,
        1,
        0,
        0,
        number,
        0,
        0,
        0,
        b"",
    )


def negotiate(client: bytes) -> bytes:
    """Return an SMB 2 NEGOTIATE.

    Args:
        client: 16 octets that name this client; any.
    """
    body = struct.pack("<HHHHI16sQ", 36, len(_DIALECTS), 1, 0, 0, client, 0)
    dialects = b"".join(struct.pack("<H", d) for d in _DIALECTS)
    return _framed(_header(0, 0) + body + dialects)


def session_setup() -> bytes:
    """Return a SESSION_SETUP that asks for a challenge; nothing answers it later."""
    token = _der(0x04, ntlm.negotiate())
    mechanisms = _der(0xA0, _der(0x30, _NTLMSSP))
    init = _der(0xA0, _der(0x30, mechanisms + _der(0xA2, token)))
    blob = _der(0x60, _SPNEGO + init)
    body = struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 88, len(blob), 0)
    return _framed(_header(1, 1) + body + blob)


def negotiate_1() -> bytes:
    """Return an SMB 1 NEGOTIATE of the last dialect of SMB 1 alone."""
    flags, flags_2 = 0x18, 0xC001
    header = struct.pack(
        *("<4sBIBHH8sHHHHH", b"\xffSMB", 0x72, 0, flags, flags_2, 0, b""),
        *(0, 0, 1, 0, 1),
    )
    dialect = b"\x02NT LM 0.12\0"
    return _framed(header + struct.pack("<BH", 0, len(dialect)) + dialect)


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    return bytes([tag, 0x82]) + struct.pack("!H", size) + content


def read_negotiated(message: bytes) -> Said:
    """Return what a NEGOTIATE response says: dialect, signing, the server's GUID."""
    said = Said()
    if len(message) < 64 + 64 or message[:4] != b"\xfeSMB":
        return said
    mode, dialect = struct.unpack_from("<HH", message, 64 + 2)
    guid = message[64 + 8 : 64 + 24]
    name = _NAMES.get(dialect, f"{dialect:#06x}")
    said.announced("smb dialect", name)
    said.announced("smb signing", "required" if mode & 2 else "not required")
    said.uuid(_guid(guid), "smb server guid")
    said.serves("smb", PORT, product=f"SMB {name}")
    return said


def _guid(octets: bytes) -> str:
    """Return a GUID as text; empty where it is the server's name, as Samba has it."""
    if octets.rstrip(b"\0").isascii() and octets[-1] == 0:
        return ""
    a, b, c = struct.unpack_from("<IHH", octets)
    rest = octets[8:].hex()
    return f"{a:08x}-{b:04x}-{c:04x}-{rest[:4]}-{rest[4:]}"


def read_challenge(message: bytes) -> Said:
    """Return what a SESSION_SETUP response says of the server."""
    if len(message) < 72 or message[:4] != b"\xfeSMB":
        return Said()
    (status,) = struct.unpack_from("<I", message, 8)
    if status != _MORE_PROCESSING:
        return Said()
    offset, length = struct.unpack_from("<HH", message, 64 + 4)
    return ntlm.read_challenge(message[offset : offset + length], "smb")


def read_negotiated_1(message: bytes) -> Said:
    """Return that SMB 1 is spoken, if a server took up its dialect."""
    said = Said()
    if len(message) >= 35 and message[:5] == b"\xffSMB\x72":
        status, index = message[5:9], message[33:35]
        if message[32] >= 1 and not any(status) and index == b"\0\0":
            said.announced("smb 1", "spoken")
            said.serves("smb1", PORT, product="SMB 1")
    return said
