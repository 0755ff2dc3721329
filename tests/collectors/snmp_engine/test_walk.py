"""Walks as state machines: how they ask, what they learn. Without sockets."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.facts import Reason
from collectors.ports import Oid, Table, Value
from collectors.snmp.engine import EngineSettings, Tuning
from collectors.snmp.engine.cells import Codebook
from collectors.snmp.engine.walk import Walk
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import (
    COLUMNS,
    SCALARS,
    TABLE,
    Mib,
    interfaces,
)
from tests.collectors.snmp_engine.simulation import Play, honest


def walked(play: Play, columns: tuple[Oid, ...] = COLUMNS, **options: bool) -> Table:
    """Walk and return the table."""
    operation = Walk(columns, play.device, Codebook(), **options)
    play.run(operation)
    return operation.table()


def expected(objects: Mapping[wire.Oid, bytes], column: Oid) -> dict[Oid, bytes]:
    """Return what a column holds, still encoded."""
    size = len(column)
    return {oid[size:]: v for oid, v in objects.items() if oid[:size] == column}


indexes = st.lists(
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6).map(tuple),
    max_size=40,
    unique=True,
)


@given(
    st.lists(indexes, min_size=1, max_size=9),
    st.integers(1, 90),
    st.sampled_from([0, 1]),
    st.integers(1, 12),
)
@settings(deadline=None, max_examples=40)
def test_whatever_rows_columns_have_all_are_read(
    rows: list[list[Oid]], most: int, version: int, wide: int
) -> None:
    columns = tuple((*TABLE, number + 1) for number in range(len(rows)))
    objects = {
        (*column, *index): wire.integer(len(index))
        for column, there in zip(columns, rows, strict=True)
        for index in there
    }
    objects[1, 3, 6, 1, 2, 1, 99, 1, 0] = wire.integer(1)
    mib = Mib(objects)

    def v1(request: wire.Request) -> bytes:
        binds = mib.answer(request)
        ended = [at for at, bind in enumerate(binds) if bind.endswith(wire.END_OF_VIEW)]
        if ended:
            return wire.reply(request, [], 2, ended[0] + 1)
        return wire.reply(request, binds)

    answer = v1 if version == 0 else honest(objects, most)
    play = Play(answer, EngineSettings(columns=wide), version=version)
    table = walked(play, columns, bulk=version == 1)
    assert table.problem is None
    for column, there in zip(columns, rows, strict=True):
        assert list(table.columns[column]) == sorted(there)
        assert all(v == len(i) for i, v in table.columns[column].items())


def test_a_column_nobody_answers_is_there_and_empty() -> None:
    table = walked(Play(honest(SCALARS)))
    assert table.columns == {column: {} for column in COLUMNS}
    assert table.problem is None


def test_values_arrive_with_their_types() -> None:
    column = (1, 3, 6, 1, 4, 1, 9, 1)
    given_values: dict[int, tuple[bytes, Value]] = {
        1: (wire.integer(-5), -5),
        2: (wire.integer(2**32 - 1, 0x42), 2**32 - 1),
        3: (wire.integer(2**64 - 1, 0x46), 2**64 - 1),
        4: (wire.octets(b"x" * 300), b"x" * 300),
        5: (wire.octets(b""), b""),
        6: (wire.oid_tlv((1, 3, 6, 1, 4, 1, 9)), (1, 3, 6, 1, 4, 1, 9)),
        7: (wire.tlv(0x40, b"\x0a\0\0\1"), b"\x0a\0\0\1"),
        8: (wire.integer(0x7FFFFFFF, 0x41), 0x7FFFFFFF),
        9: (wire.tlv(0x44, b"\x9f\x78\x04abcd"), b"\x9f\x78\x04abcd"),
    }
    objects: dict[Oid, bytes] = {
        (*column, row): octets for row, (octets, _) in given_values.items()
    }
    table = walked(Play(honest(objects)), (column,))
    assert table.columns[column] == {
        (row,): value for row, (_, value) in given_values.items()
    }


def test_a_cell_that_cannot_be_read_is_left_out_and_told() -> None:
    objects = interfaces(9)
    objects[(*COLUMNS[0], 4)] = b"\x02\x14" + b"\1" * 20
    objects[(*COLUMNS[1], 5)] = wire.NOTHING
    table = walked(Play(honest(objects)))
    assert len(table.columns[COLUMNS[0]]) == 8
    assert len(table.columns[COLUMNS[1]]) == 8
    assert len(table.columns[COLUMNS[2]]) == 9
    assert table.problem is not None
    assert table.problem.reason is Reason.MALFORMED
    assert "1.3.6.1.2.1.2.2.1.1.4" in table.problem.detail


def test_answers_grow_as_far_as_the_agent_fills_them() -> None:
    play = Play(honest(interfaces(3000), most=100_000))
    assert walked(play).problem is None
    sizes = [request.b for _, request in play.asked]
    assert sizes[0] < max(sizes) <= play.settings.repetitions
    assert len(play.asked) < 3000 * 3 / 100


def test_the_rows_of_one_column_tell_how_many_to_ask_of_the_next() -> None:
    objects = interfaces(5)
    play = Play(honest(objects), EngineSettings(columns=1))
    walked(play)
    assert [request.b for _, request in play.asked[1:]] == [6, 6]


def test_an_agent_known_to_break_on_bulk_is_asked_by_getnext() -> None:
    play = Play(honest(interfaces(5)))
    play.device.tune(Tuning(bulk=False))
    assert walked(play).problem is None
    assert set(play.tags) == {wire.NEXT}


def test_only_the_table_that_breaks_on_bulk_is_asked_by_getnext() -> None:
    play = Play(honest(interfaces(5)))
    play.device.tune(Tuning(no_bulk=(COLUMNS[1],)))
    other = (1, 3, 6, 1, 2, 1, 99, 1)
    walked(play, (*COLUMNS, other))
    assert [r.tag for _, r in play.asked if r.oids[0][: len(other)] == other] == [
        wire.BULK
    ]
    assert {r.tag for _, r in play.asked if r.oids[0][: len(TABLE)] == TABLE} == {
        wire.NEXT
    }


def test_a_vendors_bound_on_rows_and_columns_is_kept() -> None:
    play = Play(honest(interfaces(30)))
    play.device.tune(Tuning(repetitions=4, columns=2))
    assert walked(play).problem is None
    assert max(request.b for _, request in play.asked) == 4
    assert max(len(request.oids) for _, request in play.asked) == 2


def test_an_agent_that_is_silent_to_large_requests_is_asked_for_less() -> None:
    mib = Mib(interfaces(40))
    play = Play(
        lambda r: (
            None if r.b > 6 and r.tag == wire.BULK else wire.reply(r, mib.answer(r))
        )
    )
    assert walked(play).problem is None
    late = [request.b for _, request in play.asked[6:]]
    assert late
    assert max(late) <= 6


def test_single_losses_do_not_change_how_an_agent_is_asked() -> None:
    mib = Mib(interfaces(2000))
    turns = iter(range(10**6))
    play = Play(
        lambda r: None if next(turns) % 9 == 5 else wire.reply(r, mib.answer(r))
    )
    assert walked(play).problem is None
    assert play.device.bulk
    assert play.device.repetitions == play.settings.repetitions


def test_a_walk_over_a_dead_device_costs_one_patience() -> None:
    play = Play(lambda request: None)
    table = walked(play, (*COLUMNS, (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1)))
    assert table.problem is not None
    assert table.problem.reason is Reason.TIMED_OUT
    assert play.now <= play.settings.timeout * (play.settings.retries + 1) + 0.1


def test_a_device_that_died_is_asked_once_and_not_three_times() -> None:
    play = Play(lambda request: None)
    for _ in range(3):
        walked(play)
    before = len(play.asked)
    walked(play)
    assert len(play.asked) == before + 1


def test_the_bound_on_rows_is_exact() -> None:
    for rows, complete in ((20, True), (21, False)):
        play = Play(honest(interfaces(rows)))
        operation = Walk(COLUMNS, play.device, Codebook(), max_rows=20)
        play.run(operation)
        table = operation.table()
        assert [len(cells) for cells in table.columns.values()] == [20] * 3
        assert table.complete is complete


def test_a_walk_ends_when_its_time_is_over() -> None:
    slow = Play(honest(interfaces(500), most=3), EngineSettings(walk_seconds=5.0))
    slow.delay = 0.45
    table = walked(slow)
    assert table.problem is not None
    assert table.problem.reason is Reason.TOO_MUCH
    assert slow.now < 6.0
    assert table.columns[COLUMNS[0]]


def test_a_device_that_used_up_its_time_is_asked_no_more() -> None:
    slow = Play(honest(interfaces(500), most=3), EngineSettings(device_seconds=5.0))
    slow.delay = 0.45
    walked(slow)
    asked = len(slow.asked)
    table = walked(slow)
    assert table.problem is not None
    assert table.problem.reason is Reason.TOO_MUCH
    assert len(slow.asked) == asked
