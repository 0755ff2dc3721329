"""The codec alone: round trips, tables, and agreement with pyasn1 and pysnmp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder  # type: ignore[import-untyped]
from pysnmp.proto import api, rfc1902, rfc1905  # type: ignore[import-untyped]

from collectors.errors import Malformed
from collectors.ports import Oid, Value
from collectors.snmp.engine.protocol import ber, message
from tests.collectors.snmp_engine import wire

arcs = st.integers(0, 2**32 - 1)
oids = st.tuples(
    st.integers(0, 2), st.integers(0, 39), st.lists(arcs, max_size=40)
).map(lambda t: (t[0], t[1], *t[2]))
int32 = st.integers(-(2**31), 2**31 - 1)
uint32 = st.integers(0, 2**32 - 1)


def kind(
    tag: int, make: Callable[[Any], Any], value: st.SearchStrategy[Any]
) -> st.SearchStrategy[tuple[int, Any, Value | None]]:
    """Return a strategy of a tag, a value for pysnmp and the one we must read."""
    return value.map(lambda v: (tag, make(v), v))


values = st.one_of(
    kind(2, rfc1902.Integer32, int32),
    kind(4, rfc1902.OctetString, st.binary(max_size=300)),
    kind(6, rfc1902.ObjectIdentifier, oids),
    kind(0x40, rfc1902.IpAddress, st.binary(min_size=4, max_size=4)),
    kind(0x41, rfc1902.Counter32, uint32),
    kind(0x42, rfc1902.Gauge32, uint32),
    kind(0x43, rfc1902.TimeTicks, uint32),
    kind(0x44, rfc1902.Opaque, st.binary(max_size=20)),
    kind(0x46, rfc1902.Counter64, st.integers(0, 2**64 - 1)),
    st.sampled_from(
        [
            (0x80, rfc1905.noSuchObject, None),
            (0x81, rfc1905.noSuchInstance, None),
            (0x82, rfc1905.endOfMibView, None),
        ]
    ),
)


@given(oids)
def test_object_identifiers_survive_a_round_trip(oid: Oid) -> None:
    assert ber.decode_oid(ber.oid_body(oid)) == oid
    assert ber.oid_body(oid) == wire.oid_octets(oid)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_survive_a_round_trip(value: int) -> None:
    octets = ber.encode_int(value)
    assert ber.read_int(octets, 0, len(octets)) == (value, len(octets))
    assert octets == wire.integer(value)


@given(st.binary(max_size=70000) | st.just(bytes(2**17)), st.integers(0, 0xFE))
def test_elements_survive_a_round_trip(body: bytes, tag: int) -> None:
    octets = ber.encode(tag & ~0x1F, body)
    head = ber.read_header(octets, 0, len(octets))
    assert (head[0], octets[head[1] : head[2]]) == (tag & ~0x1F, body)


@pytest.mark.parametrize(
    ("tag", "body", "value"),
    [
        (ber.INTEGER, b"", 0),
        (ber.INTEGER, b"\xff", -1),
        (ber.INTEGER, b"\x00\xff\xff\xff\xff", 2**32 - 1),
        (ber.COUNTER32, b"\xff\xff\xff\xff", 2**32 - 1),
        (ber.COUNTER32, b"\x00\xff\xff\xff\xff", 2**32 - 1),
        (ber.GAUGE32, b"", 0),
        (ber.COUNTER64, b"\xff" * 8, 2**64 - 1),
        (ber.COUNTER64, b"\0" + b"\xff" * 8, 2**64 - 1),
        (ber.ADDRESS, b"\x0a\x00\x00\x01", b"\x0a\x00\x00\x01"),
        (ber.OBJECT, b"", (0, 0)),
        (ber.OBJECT, b"\x2b\x06\x01", (1, 3, 6, 1)),
        (ber.OBJECT, b"\x78", (2, 40)),
        (ber.NULL, b"", None),
        (ber.END_OF_VIEW, b"", None),
    ],
)
def test_values_are_read_as_agents_mean_them(
    tag: int, body: bytes, value: Value | None
) -> None:
    assert ber.decode_value(tag, body) == value


@pytest.mark.parametrize(
    ("tag", "body"),
    [
        (ber.INTEGER, b"\1" * 9),
        (ber.INTEGER, b"\1" * 20),
        (ber.COUNTER32, b"\1" * 5),
        (ber.COUNTER32, b"\0" * 6),
        (ber.GAUGE32, b"\1\0\0\0\0"),
        (ber.COUNTER64, b"\1" + b"\0" * 8),
        (ber.ADDRESS, b"\1\2\3"),
        (ber.OBJECT, b"\x2b\x86"),
        (ber.OBJECT, b"\x2b" + b"\xff" * 9 + b"\1"),
        (ber.OBJECT, b"\x2b" * 128),
        (ber.OBJECT, b"\xff" * 60000),
        (0x5F, b"x"),
        (0x30, b""),
    ],
)
def test_values_without_a_meaning_are_refused(tag: int, body: bytes) -> None:
    with pytest.raises(Malformed):
        ber.decode_value(tag, body)


def test_an_object_identifier_of_ours_must_be_one() -> None:
    for wrong in ((), (1,), (3, 1), (1, 3, -1), (1, 3, 2**32)):
        with pytest.raises(ValueError, match="give 2 to 128 arcs"):
            ber.oid_body(wrong)


@given(
    st.sampled_from([0, 1]),
    st.binary(max_size=40),
    st.integers(0, 2**31 - 1),
    st.integers(0, 18),
    st.integers(0, 50),
    st.lists(st.tuples(oids, values), max_size=12),
)
def test_messages_of_pysnmp_are_read_as_pysnmp_meant_them(
    version: int,
    community: bytes,
    number: int,
    status: int,
    index: int,
    binds: list[tuple[Oid, tuple[int, Any, Value | None]]],
) -> None:
    module = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    pdu = module.ResponsePDU()
    module.apiPDU.set_defaults(pdu)
    module.apiPDU.set_request_id(pdu, number)
    module.apiPDU.set_error_status(pdu, status)
    module.apiPDU.set_error_index(pdu, index)
    module.apiPDU.set_varbinds(pdu, [(oid, value[1]) for oid, value in binds])
    whole = module.Message()
    module.apiMessage.set_defaults(whole)
    whole["version"] = version
    module.apiMessage.set_community(whole, community)
    module.apiMessage.set_pdu(whole, pdu)
    data = encoder.encode(whole)

    read_version, at, end = message.read_envelope(data)
    read = message.read_community(data, at, end)
    assert (read_version, read.tag) == (version, message.RESPONSE)
    assert (read.request_id, read.status, read.index) == (number, status, index)
    found = [
        (ber.decode_oid(body), tag, ber.decode_value(tag, octets))
        for body, tag, octets in message.read_bindings(read)
    ]
    assert found == [(oid, tag, value) for oid, (tag, _, value) in binds]


@given(
    st.sampled_from([message.GET, message.GETNEXT, message.GETBULK]),
    st.integers(0, 2**31 - 1),
    st.integers(0, 100),
    st.integers(0, 1000),
    st.binary(max_size=200),
    st.lists(oids, max_size=20),
)
def test_requests_are_read_by_pysnmp_as_we_meant_them(
    tag: int, number: int, a: int, b: int, community: bytes, asked: list[Oid]
) -> None:
    bindings = b"".join(message.binding(ber.oid_body(oid)) for oid in asked)
    pdu = message.encode_pdu(tag, number, a, b, bindings)
    data = message.encode_message(message.V2C, community, pdu)

    module = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
    whole, rest = decoder.decode(data, asn1Spec=module.Message())
    assert rest == b""
    assert bytes(module.apiMessage.get_community(whole)) == community
    read = module.apiMessage.get_pdu(whole)
    assert int(read[0]) == number
    assert (int(read[1]), int(read[2])) == (a, b)
    names = [tuple(name) for name, _ in module.apiPDU.get_varbinds(read)]
    assert names == asked
