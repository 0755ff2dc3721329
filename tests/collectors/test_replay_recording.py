"""Recording a device: complete, without secrets, and anonymised on request."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from collectors.facts import Observation
from collectors.recordings.anonymise import Anonymisation
from collectors.recordings.masks import Masks
from collectors.recordings.record import record
from collectors.recordings.replay import Recording, ReplaySnmp, parse_recording
from tests.collectors.snmp_topics.seen import NAMES, SEEN_AT, observe, recording

KEY = b"only for tests"


async def recorded(
    source: Recording, hide: Anonymisation | None = None, *, everything: bool = False
) -> str:
    return await record(
        ReplaySnmp(source),
        seen_at=SEEN_AT,
        hide=hide,
        key=KEY,
        everything=everything,
    )


def facts(seen: Observation) -> Observation:
    return replace(seen, latency=None)


@pytest.mark.parametrize("name", NAMES)
async def test_a_recording_plays_back_to_the_same_facts(name: str) -> None:
    text = await recorded(recording(name))
    again = await observe(parse_recording(text.encode()))
    assert facts(again) == facts(await observe(name))


async def test_a_recording_of_everything_holds_what_no_topic_reads() -> None:
    odd = (1, 3, 6, 1, 4, 1, 99999, 7, 0)
    source = Recording({**recording("ups").objects, odd: b"odd"})
    usual = parse_recording((await recorded(source)).encode())
    all_of_it = parse_recording((await recorded(source, everything=True)).encode())
    assert odd not in usual.objects
    assert all_of_it.objects[odd] == b"odd"


async def test_secrets_are_blotted_out() -> None:
    logical = (1, 3, 6, 1, 2, 1, 47, 1, 2, 1, 1, 4, 1)
    contact = (1, 3, 6, 1, 2, 1, 1, 4, 0)
    users = (1, 3, 6, 1, 6, 3, 18, 1, 1, 1, 2, 1)
    indexed = (1, 3, 6, 1, 4, 1, 99999, 7, 11, *b"s3cr3t-word")
    pointing = (1, 3, 6, 1, 4, 1, 99999, 8, 0)
    source = Recording(
        {
            **recording("q-bridge").objects,
            contact: b"community is s3cr3t-word!",
            logical: b"s3cr3t-word@10",
            users: b"s3cr3t-word",
            indexed: 1,
            pointing: indexed,
        }
    )
    text = await record(
        ReplaySnmp(source), seen_at=SEEN_AT, secrets=["s3cr3t-word"], everything=True
    )
    assert "s3cr3t" not in text
    objects = parse_recording(text.encode()).objects
    assert objects[contact] == b"community is xxxxxxxxxxx!"
    assert logical not in objects
    assert {users, indexed, pointing}.isdisjoint(objects)


async def test_everything_cannot_be_anonymised() -> None:
    with pytest.raises(ValueError, match="leave one of the two out"):
        await recorded(recording("ups"), Anonymisation(), everything=True)


def originals() -> list[str]:
    """Return texts that an anonymised recording must not hold, in any spelling."""
    macs = ("020000dd0101", "020000ee0101", "020000dd0201", "020000cc0001")
    spelled = [*macs, *(".".join(str(b) for b in bytes.fromhex(m)) for m in macs)]
    texts = ("acc-1", "core-1", "pc-031", "sari", "desk 1", "office", "Berlin", "ops@")
    spelled += [*texts, *(text.encode().hex() for text in texts)]
    spelled += ["FDO0000A001", "LIT0000B001", "5CG0000D01", "IT-00501", "FDO0000E01"]
    return [*spelled, "10.20.0.11", "10.21.0.31", "0a15001f"]


async def test_nothing_that_was_to_be_hidden_is_left() -> None:
    text = (await recorded(recording("stack-ios"), Anonymisation())).lower()
    left = [word for word in originals() if word.lower() in text]
    assert left == []


@pytest.mark.parametrize(
    ("contact", "left"),
    [
        (b"Sari Tan\r\nroom 12, rack-b", b"\r\n"),
        ("Jürgen Groß".encode("latin-1"), b" "),
        ("Jürgen\tGroß".encode(), b"\t"),
    ],
)
async def test_names_are_hidden_in_texts_of_any_lines_and_encoding(
    contact: bytes, left: bytes
) -> None:
    instance = (1, 3, 6, 1, 2, 1, 1, 4, 0)
    elsewhere = (1, 3, 6, 1, 2, 1, 1, 1, 0)
    source = Recording({**recording("q-bridge").objects, instance: contact})
    text = await recorded(source, Anonymisation())
    objects = parse_recording(text.encode()).objects
    value = objects[instance]
    assert isinstance(value, bytes)
    assert left in value
    for word in re.findall(r"\w{4,}", contact.decode("latin-1")):
        assert word.encode() not in value
        assert word.encode("latin-1") not in value
    assert elsewhere in objects


async def test_links_and_identities_still_hold() -> None:
    text = await recorded(recording("stack-ios"), Anonymisation())
    seen = await observe(parse_recording(text.encode()))
    before = await observe("stack-ios")
    assert len(seen.fdb) == len(before.fdb)
    assert [e.if_index for e in seen.fdb] == [e.if_index for e in before.fdb]
    phone = next(n for n in seen.neighbours if n.local_if_index == 20101)
    assert phone.chassis_id in {entry.mac for entry in seen.fdb}
    assert phone.sys_name is not None
    assert re.fullmatch("SEP020000[0-9A-F]{6}", phone.sys_name)
    by_lldp, by_cdp = (
        next(n for n in seen.neighbours if (n.protocol, n.local_if_index) == key)
        for key in (("lldp", 10124), ("cdp", 10124))
    )
    assert by_lldp.sys_name == by_cdp.sys_name
    assert by_lldp.management_addresses[0] == by_cdp.management_addresses[0]
    assert seen.arp[0].mac == by_lldp.chassis_id
    assert [c.model for c in seen.components] == [c.model for c in before.components]
    assert len({c.serial for c in seen.components if c.serial}) == 6


async def test_only_what_was_asked_for_is_replaced() -> None:
    only_serials = Anonymisation(addresses=False, names=False)
    text = await recorded(recording("stack-ios"), only_serials)
    seen = await observe(parse_recording(text.encode()))
    before = await observe("stack-ios")
    assert seen.fdb == before.fdb
    assert seen.system == before.system
    assert seen.components != before.components


async def test_further_serial_objects_can_be_named() -> None:
    vendor = (1, 3, 6, 1, 4, 1, 99999, 7, 0)
    source = Recording({**recording("q-bridge").objects, vendor: b"ABC123"})
    text = await record(
        ReplaySnmp(source),
        seen_at=SEEN_AT,
        hide=Anonymisation(serial_objects=(vendor,)),
        key=KEY,
        extra=[vendor],
    )
    value = parse_recording(text.encode()).objects[vendor]
    assert isinstance(value, bytes)
    assert value != b"ABC123"
    assert re.fullmatch(rb"[A-Z]{3}\d{3}", value)


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("10.1.2.3", "10.1.2.77", 25),
        ("203.0.113.9", "203.0.113.8", 31),
        ("192.168.1.1", "192.168.2.1", 22),
    ],
)
def test_addresses_keep_what_they_share(first: str, second: str, shared: int) -> None:
    masks = Masks(KEY)
    one, two = masks.ip(first), masks.ip(second)
    assert one != first
    bits = [
        "".join(f"{int(part):08b}" for part in address.split("."))
        for address in (one, two)
    ]
    assert bits[0][:shared] == bits[1][:shared]
    assert bits[0][shared] != bits[1][shared]


def test_the_mac_inside_an_address_stays_the_mac() -> None:
    masks = Masks(KEY)
    mac = bytes.fromhex(masks.mac("00:1b:02:03:04:05").replace(":", ""))
    address = masks.ip("fe80::21b:2ff:fe03:405")
    low = mac[4] * 256 + mac[5]
    assert address == f"fe80::21b:2ff:fe{mac[3]:02x}:{low:x}"


def test_addresses_of_nobody_and_of_groups_stay() -> None:
    masks = Masks(KEY)
    for mac in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "00:00:0c:07:ac:01"):
        assert masks.mac(mac) == mac
    for ip in ("0.0.0.0", "127.0.0.1", "255.255.255.255", "224.0.0.1", "::1"):
        assert masks.ip(ip) == ip
