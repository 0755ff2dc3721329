from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.office.mibs.values import Cell, Oid, Rows, bits, integer, port_list
from collectors.office.snmp import ber
from collectors.office.snmp.encoded import EncodedView
from collectors.office.snmp.v2c import CommunityAgent

arcs = st.integers(0, 2**32 - 1)
oids = st.tuples(st.just(1), st.just(3), st.just(6)).flatmap(
    lambda head: st.lists(arcs, min_size=1, max_size=6).map(lambda t: (*head, *t))
)
views = st.dictionaries(oids, st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=30)


def rows_of(values: dict[Oid, int]) -> Rows:
    return {name: integer(value) for name, value in values.items()}


def name_of(varbind: bytes) -> Oid:
    inner = ber.Reader(ber.Reader(varbind).expect(ber.SEQUENCE))
    return ber.parse_oid(inner.expect(0x06))


@given(oids)
def test_an_object_identifier_survives_the_wire(oid: Oid) -> None:
    assert ber.parse_oid(ber.oid(oid)) == oid


@given(st.integers(-(2**63), 2**64 - 1))
def test_an_integer_survives_the_wire_in_the_fewest_octets(value: int) -> None:
    content = ber.integer(value)
    assert int.from_bytes(content, "big", signed=True) == value
    assert len(content) == 1 or content[:2] not in (b"\x00\x00", b"\xff\xff")
    if len(content) > 1:
        first, second = content[0], content[1] & 0x80
        assert not (first == 0 and not second)


@given(st.binary(max_size=40))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    agent = CommunityAgent({b"x": EncodedView({(1, 3, 6, 1): integer(1)})}, 1472)
    assert agent.answer(octets, 0) is None


@given(views)
def test_next_after_next_visits_everything_in_order(values: dict[Oid, int]) -> None:
    view = EncodedView(rows_of(values))
    name: Oid = (1, 3)
    seen: list[Oid] = []
    while (found := view.next(ber.oid(name)))[-2:] != b"\x82\x00":
        name = name_of(found)
        seen.append(name)
    assert seen == sorted(values)


@given(views, st.integers(1, 5), st.integers(1, 12))
def test_bulk_says_what_repeated_next_would(
    values: dict[Oid, int], columns: int, repetitions: int
) -> None:
    view = EncodedView(rows_of(values))
    names = [ber.oid(name) for name in sorted(values)[:columns]]
    found = view.bulk(names, 0, repetitions, 100_000)
    wanted, last = [], names
    for _ in range(repetitions):
        row = [view.next(name) for name in last]
        wanted += row
        last = [ber.oid(name_of(varbind)) for varbind in row]
        if all(varbind[-2:] == b"\x82\x00" for varbind in row):
            break
    assert found == wanted


def test_a_bulk_answer_stops_before_the_room_is_used_up() -> None:
    view = EncodedView({(1, 3, 6, n): integer(n) for n in range(1, 100)})
    found = view.bulk([ber.oid((1, 3))], 0, 50, 100)
    assert 0 < sum(map(len, found)) <= 100


def test_absent_objects_and_absent_instances_are_told_apart() -> None:
    view = EncodedView({(1, 3, 6, 1, 5, 0): integer(1)})
    assert view.get(ber.oid((1, 3, 6, 1, 5, 7)))[-2:] == b"\x81\x00"
    assert view.get(ber.oid((1, 3, 6, 1, 6, 0)))[-2:] == b"\x80\x00"


def test_uptime_grows_with_the_time_that_passed() -> None:
    from collectors.office.mibs.values import SECONDS, TICKS, UPTIME

    name = (1, 3, 6, 1, 2, 1, 1, 3, 0)
    other = (1, 3, 6, 1, 6, 3, 10, 2, 1, 3, 0)
    view = EncodedView({name: Cell(UPTIME, 100), other: Cell(SECONDS, 100)})
    view.refresh(250)
    assert view.get(ber.oid(name)).endswith(ber.tlv(TICKS, ber.integer(10250)))
    assert view.get(ber.oid(other)).endswith(ber.tlv(2, ber.integer(102)))


def test_bits_are_counted_from_the_left() -> None:
    assert bits((5,)).value == b"\x04"
    assert port_list((1, 10), 2).value == b"\x80\x40"


@pytest.mark.parametrize(
    "octets", [b"", b"\x30", b"\x30\x80\x00", b"\x30\x05\x02", b"\x30\x85aaaaa"]
)
def test_broken_elements_are_refused(octets: bytes) -> None:
    with pytest.raises(ber.Broken):
        ber.Reader(octets).element()
