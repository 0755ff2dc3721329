"""Recordings: reading the format, and the SNMP port over them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import TimedOut
from collectors.facts import Reason
from collectors.ports import Oid, Value
from collectors.recordings.record import format_recording
from collectors.recordings.replay import (
    Recording,
    ReplayEngine,
    ReplaySnmp,
    load_recording,
    parse_recording,
)

TEXT = b"""# a comment
1.3.6.1.2.1.1.1.0|4|A | in the text
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.1
1.3.6.1.2.1.1.3.0|67|12345
1.3.6.1.2.1.2.2.1.6.10|4x|0200 00AA 0001
1.3.6.1.2.1.2.2.1.6.2|4x|
1.3.6.1.2.1.4.20.1.1.10.0.0.1|64|10.0.0.1
1.3.6.1.2.1.4.20.1.1.10.0.0.2|64x|0a000002
1.3.6.1.2.1.4.20.1.1.10.0.0.3|64|nonsense
1.3.6.1.2.1.99.1.0|5|
1.3.6.1.2.1.99.2.0|4e|a\\x00b
1.3.6.1.2.1.99.3.0|70|18446744073709551615
1.3.6.1.2.1.99.4.0|2|-3
1.3.6.1.2.1.1.3.0|67|99999
no object at all
1.3.6.1.x|4|broken
# context 20
1.3.6.1.2.1.1.3.0|67|20
"""


def test_every_type_is_read_into_the_types_of_the_port() -> None:
    objects = parse_recording(TEXT).objects
    assert objects == {
        (1, 3, 6, 1, 2, 1, 1, 1, 0): b"A | in the text",
        (1, 3, 6, 1, 2, 1, 1, 2, 0): (1, 3, 6, 1, 4, 1, 9, 1, 1),
        (1, 3, 6, 1, 2, 1, 1, 3, 0): 12345,
        (1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 10): b"\x02\0\0\xaa\0\x01",
        (1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 2): b"",
        (1, 3, 6, 1, 2, 1, 4, 20, 1, 1, 10, 0, 0, 1): b"\x0a\0\0\x01",
        (1, 3, 6, 1, 2, 1, 4, 20, 1, 1, 10, 0, 0, 2): b"\x0a\0\0\x02",
        (1, 3, 6, 1, 2, 1, 99, 2, 0): b"a\0b",
        (1, 3, 6, 1, 2, 1, 99, 3, 0): 2**64 - 1,
        (1, 3, 6, 1, 2, 1, 99, 4, 0): -3,
    }


def test_contexts_follow_in_the_same_file_or_lie_beside_it(tmp_path: Path) -> None:
    (tmp_path / "sw.snmprec").write_bytes(TEXT)
    (tmp_path / "sw@30.snmprec").write_bytes(b"1.3.6.1.2.1.1.3.0|67|30\n")
    (tmp_path / "sw2@40.snmprec").write_bytes(b"")
    loaded = load_recording(tmp_path / "sw.snmprec")
    ticks = (1, 3, 6, 1, 2, 1, 1, 3, 0)
    assert {n: r.objects[ticks] for n, r in loaded.contexts.items()} == {
        "20": 20,
        "30": 30,
    }


async def test_a_walk_brings_columns_in_the_order_of_their_index() -> None:
    session = ReplaySnmp(parse_recording(TEXT))
    macs, absent = (1, 3, 6, 1, 2, 1, 2, 2, 1, 6), (1, 3, 6, 1, 2, 1, 2, 2, 1, 7)
    table = await session.walk([macs, absent])
    assert list(table.columns[macs]) == [(2,), (10,)]
    assert table.columns[absent] == {}
    assert table.complete


async def test_a_walk_past_the_bound_is_cut_and_says_so() -> None:
    session = ReplaySnmp(Recording({(1, 3, n): n for n in range(5)}))
    table = await session.walk([(1, 3)], max_rows=4)
    assert list(table.columns[1, 3].values()) == [0, 1, 2, 3]
    assert table.problem is not None
    assert table.problem.reason is Reason.TOO_MUCH
    assert (await session.walk([(1, 3)], max_rows=5)).complete


async def test_a_get_leaves_out_what_is_absent() -> None:
    session = ReplaySnmp(Recording({(1, 3, 1): 7}))
    assert await session.get([(1, 3, 1), (1, 3, 2)]) == {(1, 3, 1): 7}


async def test_contexts_and_addresses_without_a_recording_are_silent() -> None:
    credential = SnmpCredential(name="any", community=SecretStr("public"))
    engine = ReplayEngine({"192.0.2.1": Recording({(1, 3, 1): 7})})
    known = engine.session("192.0.2.1", 161, credential)
    assert await known.get([(1, 3, 1)]) == {(1, 3, 1): 7}
    for silent in (
        engine.session("192.0.2.2", 161, credential),
        known.with_context("20"),
    ):
        with pytest.raises(TimedOut):
            await silent.get([(1, 3, 1)])
        table = await silent.walk([(1, 3)])
        assert table.problem is not None
        assert table.problem.reason is Reason.TIMED_OUT


_OIDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6).map(
    lambda arcs: (1, 3, *arcs)
)
_VALUES: st.SearchStrategy[Value] = st.one_of(
    st.integers(-(2**31), 2**64 - 1),
    st.binary(max_size=12),
    st.text(max_size=12).map(str.encode),
    _OIDS,
)


@given(st.dictionaries(_OIDS, _VALUES, max_size=8))
def test_what_is_written_is_read_back(objects: dict[Oid, Value]) -> None:
    assert parse_recording(format_recording(objects).encode()).objects == objects
