"""Who a registered phone is, and what is no evidence of it."""

from __future__ import annotations

import random
import uuid

import pytest

from collectors.pbx.facts import Registration
from collectors.pbx.phone_identity import (
    address_of,
    bare_instance,
    described,
    host_of_contact,
    mac_of_instance,
    mac_of_name,
    moment,
)

MAC = "80:5e:c0:11:22:44"


@pytest.mark.parametrize(
    ("instance", "mac"),
    [
        ("<urn:uuid:00000000-0000-1000-8000-805EC0112244>", MAC),
        ('"<urn:uuid:00000000-0000-0000-0000-805ec0112244>"', MAC),
        (f"urn:uuid:{uuid.UUID('0fa3bfa8-1dd2-11b2-9c4e-805ec0112244')}", MAC),
        ("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00:a0:c9:1e:6b:f6"),
        ("urn:uuid:f81d4fae-7dec-1fff-a765-00a0c91e6bf6", None),
        ("urn:uuid:4f9a2b0e-5a43-4c9e-9a51-805ec0112244", None),
        ("urn:uuid:00000000-0000-1000-8000-000000000000", None),
        ("urn:uuid:", None),
        (None, None),
    ],
)
def test_an_instance_tells_a_mac_only_where_it_surely_is_one(
    instance: str | None, mac: str | None
) -> None:
    assert mac_of_instance(instance) == mac


def test_random_digits_of_softphones_are_almost_never_taken_for_a_mac() -> None:
    digits = random.Random(7)
    wrong = 0
    for _ in range(20_000):
        text = f"{digits.getrandbits(128):032x}"
        wrong += mac_of_instance(f"urn:uuid:{uuid.UUID(text)}") is not None
    assert wrong < 20


@pytest.mark.parametrize(
    ("name", "mac"),
    [
        ("SEP805EC0112244", MAC),
        ("ATA805EC0112244", MAC),
        ("805ec0112244", MAC),
        ("CSFAMUSTER", None),
        ("SEP", None),
        ("", None),
        (None, None),
    ],
)
def test_a_device_name_tells_the_mac_in_it(name: str | None, mac: str | None) -> None:
    assert mac_of_name(name) == mac


@pytest.mark.parametrize(
    ("contact", "host", "port"),
    [
        ("sip:2001-0x55@10.0.0.21:5070", "10.0.0.21", 5070),
        ('"A" <sips:1@[2001:db8::1]:5061;transport=tls>', "2001:db8::1", 5061),
        ("sofia/internal/sip:1000@10.0.0.5", "10.0.0.5", None),
        ("sip:a@host.example:99999", "host.example", None),
        ("nothing", None, None),
        (None, None, None),
        ("sip:" + "a" * 5000, None, None),
    ],
)
def test_a_contact_tells_where_a_phone_is(
    contact: str | None, host: str | None, port: int | None
) -> None:
    found = host_of_contact(contact)
    assert found == (host, port) or (contact and len(contact) > 1024)


def test_the_surest_evidence_of_the_mac_counts() -> None:
    seen = Registration(
        extension="1",
        device_name="SEP805EC0112244",
        user_agent="Cisco-CP-6841-3PCC/11.1.1 (00727826a4e1)",
    )
    assert described(seen).mac == MAC


def test_nonsense_is_none() -> None:
    assert address_of("10.0.0.300") is None
    assert address_of("[2001:DB8::1]") == "2001:db8::1"
    assert moment("-1") is None
    assert moment("99999999999999") is None
    assert bare_instance("sip:x") is None
