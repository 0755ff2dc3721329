"""What agents get wrong costs a cell, never a table and never the device."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.errors import TimedOut
from collectors.facts import Observation, Problem, Reason
from collectors.ports import Oid, Snmp, Table, Value
from collectors.recordings.replay import Recording, ReplaySnmp, SilentSnmp
from collectors.snmp import collect
from collectors.snmp.engine.device import Tuning
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.topic import Cells
from collectors.snmp.topic_register import PARTS
from collectors.snmp.topics import addresses, interfaces, system
from tests.collectors.snmp_topics.seen import observe, recording


@pytest.fixture
async def broken() -> Observation:
    return await observe("broken")


def test_no_topic_fails(broken: Observation) -> None:
    assert broken.problems == ()


def test_texts_end_at_a_zero_octet(broken: Observation) -> None:
    assert broken.system is not None
    assert broken.system.descr == "Widget 3000"
    assert broken.system.name == "würfel"
    assert broken.system.contact is None
    assert broken.system.object_id is None


def test_circles_of_parts_are_cut_so_that_all_have_a_way_to_a_root(
    broken: Observation,
) -> None:
    parents = {part.index: part.parent for part in broken.components}
    assert parents == {1: 2, 2: 3, 3: None, 4: None, 5: None, 6: 1, 7: None}


def test_dates_and_uuids_are_read_where_they_are_whole(broken: Observation) -> None:
    first, second = broken.components[:2]
    assert (first.manufactured, first.uuid) == (None, None)
    assert second.manufactured == "2022-03-14"
    assert second.uuid == "00010203-0405-0607-0809-0a0b0c0d0e0f"


def test_macs_are_read_from_seven_octets_and_from_text(broken: Observation) -> None:
    macs = {i.name: i.mac for i in broken.interfaces}
    assert macs == {
        "eth0": "02:00:02:00:00:01",
        "eth1": "00:02:00:02:00:02",
        "ghost0": None,
    }


def test_unknown_states_are_neither_up_nor_down(broken: Observation) -> None:
    eth1 = next(i for i in broken.interfaces if i.name == "eth1")
    assert eth1.admin_up is None


def test_rows_that_are_numbered_are_named_by_their_value(broken: Observation) -> None:
    assert [(a.ip, a.prefix_length) for a in broken.addresses] == [("192.0.2.33", None)]


def test_rows_cut_short_are_left_out(broken: Observation) -> None:
    assert [e.ip for e in broken.arp] == ["192.0.2.1"]
    assert [e.mac for e in broken.fdb] == ["02:00:02:00:00:04"]
    assert [n.chassis_id for n in broken.neighbours] == ["vmnic2"]


async def test_a_silent_device_is_an_error() -> None:
    with pytest.raises(TimedOut):
        await observe(SilentSnmp())


class OneBadTable:
    """Plays a recording, but breaks off the walk of one column."""

    def __init__(self, source: Recording, bad: Oid, reason: Reason) -> None:
        self._inner = ReplaySnmp(source)
        self._bad = bad
        self._reason = reason

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        return await self._inner.get(oids)

    async def after(self, oids: Sequence[Oid]) -> Mapping[Oid, Oid]:
        return await self._inner.after(oids)

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        table = await self._inner.walk(columns, max_rows=max_rows)
        if self._bad in columns:
            table.problem = Problem("snmp", self._reason, "broke off")
        return table

    def with_context(self, context: str) -> Snmp:
        return self._inner.with_context(context)

    async def close(self) -> None:
        pass


async def test_one_bad_table_is_a_problem_of_its_topic_only() -> None:
    session = OneBadTable(recording("q-bridge"), interfaces.IF_DESCR, Reason.LOOP)
    seen = await observe(cast(Snmp, session))
    where = {problem.where for problem in seen.problems}
    assert where == {"snmp:interfaces"}
    assert "interfaces" not in seen.reads
    assert {"fdb", "vlans", "arp"} <= seen.reads
    assert len(seen.interfaces) == 7, "what was read is kept"


async def test_an_empty_table_that_was_read_is_complete() -> None:
    seen = await observe("printer")
    assert seen.fdb == ()
    assert "fdb" in seen.reads


async def test_topics_left_out_are_not_complete() -> None:
    seen = await observe("q-bridge", topics={"fdb"})
    assert seen.reads == {"fdb"}
    assert seen.interfaces == ()
    assert seen.fdb[0].if_index is not None, "the port map is read all the same"


_COLUMNS = sorted(
    {
        column
        for part in PARTS
        for group in part.topic.groups
        for column in group.columns
    }
)
_SCALARS = sorted({o for part in PARTS for o in part.topic.scalars})
_VALUES: st.SearchStrategy[Value] = st.one_of(
    st.integers(-(2**63), 2**64),
    st.binary(max_size=20),
    st.lists(st.integers(0, 2**32 - 1), max_size=12).map(tuple),
)
_INDEXES = st.lists(
    st.one_of(st.integers(0, 8), st.integers(0, 2**32 - 1)), min_size=1, max_size=22
).map(tuple)
_CELLS = st.builds(
    Cells,
    tables=st.dictionaries(
        st.sampled_from(_COLUMNS),
        st.dictionaries(_INDEXES, _VALUES, max_size=4),
        max_size=30,
    ),
    scalars=st.dictionaries(st.sampled_from(_SCALARS), _VALUES, max_size=20),
)


@settings(max_examples=100, deadline=None)
@given(_CELLS)
def test_no_parser_ever_raises(cells: Cells) -> None:
    ports = PortMap.of(cells)
    for part in PARTS:
        for build in part.builds.values():
            build(cells, ports)


def test_parts_fill_fields_of_an_observation() -> None:
    known = {field.name for field in fields(Observation)}
    assert {name for part in PARTS for name in part.builds} <= known


class Advised(ReplaySnmp):
    """A session that remembers what advice it got."""

    advice: Tuning | None = None

    def tune(self, tuning: Tuning) -> None:
        self.advice = tuning


@pytest.mark.parametrize(
    ("object_id", "advised"),
    [((1, 3, 6, 1, 4, 1, 1991, 1, 3), True), ((1, 3, 6, 1, 4, 1, 9, 1), False)],
)
async def test_agents_with_quirks_are_asked_in_their_own_way(
    object_id: Oid, advised: bool
) -> None:
    session = Advised(Recording({(1, 3, 6, 1, 2, 1, 1, 2, 0): object_id}))
    await observe(session)
    assert (session.advice is not None) == advised
    if session.advice is not None:
        assert interfaces.IF_PHYS_ADDRESS in session.advice.no_bulk


class Deaf:
    """A session in a context that its agent does not know: nothing ever comes."""

    def __init__(self, asked: list[str], context: str) -> None:
        self._asked = asked
        self._context = context

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        self._asked.append(self._context)
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        pass


class DeafInContexts(OneBadTable):
    """Plays a recording, but hears nothing under `community@vlan`."""

    def __init__(self, source: Recording) -> None:
        super().__init__(source, (), Reason.LOOP)
        self.asked: list[str] = []

    def with_context(self, context: str) -> Snmp:
        return cast(Snmp, Deaf(self.asked, context))


async def test_a_switch_without_contexts_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collect, "_LEAST_PATIENCE", 0.01)
    session = DeafInContexts(recording("stack-ios"))
    seen = await asyncio.wait_for(observe(cast(Snmp, session)), timeout=60)
    (problem,) = seen.problems
    assert (problem.where, problem.reason) == ("snmp:fdb", Reason.TIMED_OUT)
    assert "per VLAN: no answer in a context" in problem.detail
    assert "fdb" not in seen.reads
    assert len(session.asked) == 1, "one VLAN shows it for all"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ((1, 3, 6, 1, 4, 1, 9, 1, 7), "1.3.6.1.4.1.9.1.7"),
        (b".1.3.6.1.4.1.232.165.11", "1.3.6.1.4.1.232.165.11"),
        (b"1.3.6.1.4.1.9.1.7\0", "1.3.6.1.4.1.9.1.7"),
        (bytes.fromhex("2b060104018140"), "1.3.6.1.4.1.192"),
        (bytes.fromhex("2b0601040181"), None),
        (b"Connectrix DS-6505B", None),
        (b"10.1.3.6", None),
        ((0, 0), None),
        (b"1." * 2000 + b"1", None),
        (7, None),
    ],
)
def test_a_sys_object_id_is_read_from_octets_too(sent: Value, read: str | None) -> None:
    cells = Cells(scalars={system.SYS_OBJECT_ID: sent})
    assert system.parse_system(cells).object_id == read


async def test_objects_with_line_ends_are_text() -> None:
    source = recording("q-bridge")
    instance = (1, 3, 6, 1, 4, 1, 9, 9999, 1, 0)
    for value, clue in (
        (b"Serial 1234\r\nRev B\n", "Serial 1234\r\nRev B"),
        (b"\x00\x01AB\r\nxyzw\xff", b"\x00\x01AB\r\nxyzw\xff".hex()),
        (b"AB\nCDE", b"AB\nCDE".hex()),
    ):
        told = Recording({**source.objects, instance: value})
        seen = await observe(told, extra=[instance])
        assert [c.value for c in seen.clues if c.kind == "object"] == [clue]


def test_an_interface_that_waits_for_its_address_has_none() -> None:
    column = (*addresses.OLD_ENTRY, 1)
    cells = Cells({column: {(0, 0, 0, 0): bytes(4), (10, 0, 0, 1): b"\x0a\0\0\x01"}})
    assert [a.ip for a in addresses.parse_addresses(cells)] == ["10.0.0.1"]


def test_an_address_with_its_virtual_system_behind_it_is_the_address() -> None:
    index, mask = (10, 0, 0, 1, 3), (*addresses.OLD_ENTRY, 3)
    cells = Cells({(*addresses.OLD_ENTRY, 2): {index: 7}, mask: {index: b"\xff" * 4}})
    [found] = addresses.parse_addresses(cells)
    assert (found.ip, found.prefix_length, found.if_index) == ("10.0.0.1", 32, 7)
