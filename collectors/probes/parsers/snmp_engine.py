"""The identity of an SNMPv3 engine, told without a user (RFC 3414, 4). Pure."""

from __future__ import annotations

from collectors.errors import Malformed
from collectors.probes.parsers.said import Said
from collectors.snmp.engine.probes import read_reply
from collectors.snmp.engine.protocol import v3

PORT = 161
_BY_MAC = 3
"""The format of an engine id made from the address of a card (RFC 3411)."""


def discovery(number: int) -> bytes:
    """Return the message that every engine answers with its identity."""
    return v3.discovery(number)


def read_report(datagram: bytes) -> Said:
    """Return the identity in the answer to a discovery; nothing where it is none."""
    said = Said()
    try:
        engine = read_reply(datagram).engine_id
    except Malformed:
        return said
    if not 5 <= len(engine) <= 32:
        return said
    said.clue("engine-id", engine.hex(), "snmpEngineID")
    said.serves("snmp", PORT, transport="udp")
    if engine[0] & 0x80:
        number = int.from_bytes(engine[:4], "big") & 0x7FFFFFFF
        said.announced("snmp engine enterprise", str(number))
        if len(engine) >= 11 and engine[4] == _BY_MAC:
            said.mac(engine[5:11].hex(":"), "snmpEngineID")
    return said
