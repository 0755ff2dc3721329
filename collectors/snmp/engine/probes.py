"""The packets of a sweep and what their answers say. Pure.

One packet per community, and one discovery message for all users of v3 together, each
with a request-id of its own by which an answer tells what it answers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from collectors.credentials import SnmpCredential
from collectors.errors import Malformed
from collectors.sentences import N_
from collectors.snmp.engine.protocol import ber, message, v3

SYS_DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)
SYS_OBJECT_ID = (1, 3, 6, 1, 2, 1, 1, 2, 0)


@dataclass(frozen=True, slots=True)
class Probe:
    """A packet to send to everybody.

    Attributes:
        packet: The datagram.
        number: Its request-id or msgID.
        credential: Name of its credential; None for the discovery of v3 engines.
    """

    packet: bytes
    number: int
    credential: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What an answer to a probe says.

    Attributes:
        number: The request-id or msgID it answers.
        is_report: It answers a discovery.
        engine_id: snmpEngineID, in an answer to a discovery.
        descr: sysDescr.
        object_id: sysObjectID in dotted form.
    """

    number: int
    is_report: bool
    engine_id: bytes = b""
    descr: str | None = None
    object_id: str | None = None


def build_probes(credentials: Sequence[SnmpCredential]) -> list[Probe]:
    """Encode the packets; their numbers cannot be guessed."""
    numbers = random.SystemRandom().sample(
        range(1 << 24, 1 << 31), len(credentials) + 1
    )
    bindings = b"".join(
        message.binding(ber.oid_body(oid)) for oid in (SYS_DESCR, SYS_OBJECT_ID)
    )
    built = []
    for credential in credentials:
        if credential.version == "3" or credential.community is None:
            continue
        number = numbers.pop()
        pdu = message.encode_pdu(message.GET, number, 0, 0, bindings)
        version = message.V1 if credential.version == "1" else message.V2C
        community = credential.community.get_secret_value().encode()
        packet = message.encode_message(version, community, pdu)
        built.append(Probe(packet, number, credential.name))
    if any(credential.version == "3" for credential in credentials):
        number = numbers.pop()
        built.append(Probe(v3.discovery(number), number, None))
    return built


def read_reply(data: bytes) -> Reply:
    """Read an answer; one with an error status is an answer too.

    Raises:
        Malformed: It is no response, and no report of a v3 engine.
    """
    version, at, end = message.read_envelope(data)
    if version == message.V3:
        envelope = v3.read_envelope(data)
        v3.check_discovery(envelope, data)
        return Reply(envelope.message_id, True, envelope.engine_id)
    pdu = message.read_community(data, at, end)
    if pdu.tag != message.RESPONSE:
        raise Malformed(N_("the answer is not a response"))
    found: dict[bytes, str] = {}
    with suppress(Malformed):
        for body, tag, value in message.read_bindings(pdu):
            if tag == ber.OCTETS:
                found[body] = value.decode("utf-8", "replace")
            elif tag == ber.OBJECT:
                found[body] = ".".join(map(str, ber.decode_oid(value)))
    descr = found.get(ber.oid_body(SYS_DESCR))
    object_id = found.get(ber.oid_body(SYS_OBJECT_ID))
    return Reply(pdu.request_id, False, b"", descr, object_id)
