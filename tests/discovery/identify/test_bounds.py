from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.facts import Clue, Observation
from discovery.identity.identify import (
    Knowledge,
    columns_to_read,
    identify,
    objects_to_read,
)
from tests.discovery.identify.support import SEEN, knowledge, seen

HOSTILE = [
    "A" * 65536,
    "Version " * 9000,
    "model: " * 9000,
    "\x00\x01\x02" * 22000,
    "1." * 32768,
    "(" * 65536,
    " " * 65536,
    "Zürich Schalter ✓ 5€",
    "\ufffd\ufffd\u202e evil",
    "日本語スイッチ " * 4000,
    "a-b-" * 16384,
    "\n\r\t" * 20000,
]


@pytest.mark.parametrize("descr", HOSTILE)
def test_hostile_descriptions_take_little_time(descr: str, shipped: Knowledge) -> None:
    told = seen(descr, "e.9.1.615")
    started = time.thread_time()
    identity = identify([told], shipped)
    assert time.thread_time() - started < 2
    assert identity.value("vendor") == "Cisco"
    assert all(len(v.value or "") <= 256 for v in identity.fields.values())


OID = st.lists(st.integers(0, 2**32 - 1), max_size=20).map(
    lambda arcs: ".".join(map(str, (1, 3, 6, 1, 4, 1, *arcs)))
)


@settings(max_examples=60, deadline=None)
@given(
    descr=st.one_of(st.none(), st.text(max_size=200)),
    oid=st.one_of(st.none(), OID, st.text(max_size=20)),
    objects=st.dictionaries(OID, st.text(max_size=40), max_size=5),
)
def test_whatever_a_device_answers_is_identified_without_an_error(
    descr: str | None, oid: str | None, objects: dict[str, str], shipped: Knowledge
) -> None:
    told = seen(descr, oid, objects)
    identity = identify([told], shipped)
    assert identity.fields
    assert len(objects_to_read(told, shipped)) <= 160
    assert len(columns_to_read(told, shipped)) <= 16


def test_the_order_of_observations_does_not_matter(shipped: Knowledge) -> None:
    snmp = seen("RouterOS RB951G", "e.14988.1")
    sip = Observation(
        address="192.0.2.9",
        collector="sip",
        seen_at=SEEN,
        clues=(Clue("sip-user-agent", "Yealink SIP-T46S 66.86.0.15", "sip"),),
    )
    one, other = identify([snmp, sip], shipped), identify([sip, snmp], shipped)
    assert one.fields == other.fields


def test_no_observation_is_an_unknown_device(shipped: Knowledge) -> None:
    assert all(v.value is None for v in identify([], shipped).fields.values())


def test_what_a_device_costs_does_not_grow_with_the_number_of_vendors() -> None:
    def files(count: int) -> list[str]:
        return [
            f"vendor: Maker{n}\nenterprises: {100000 + n}\n"
            f"rules: [{{anywhere: true, text: [maker{n} box], type: switch}}]"
            for n in range(count)
        ]

    told = seen("maker7 box 1.2.3 of the finest sort", "e.100007.1")
    few, many = knowledge(*files(20)), knowledge(*files(1000))
    assert identify([told], many).value("vendor") == "Maker7"
    looked_few = len(identify([told], few).statements)
    assert len(identify([told], many).statements) == looked_few

    def cost(know: Knowledge) -> float:
        best = 1.0
        for _ in range(5):
            started = time.thread_time()
            for _ in range(20):
                identify([told], know)
            best = min(best, (time.thread_time() - started) / 20)
        return best

    assert cost(many) < 3 * cost(few)
