"""The reference engine: its walk has bounds, and its errors are ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import AuthFailed, TimedOut
from collectors.facts import Reason
from collectors.ports import Oid, Value
from collectors.recordings.replay import Recording
from collectors.snmp.reference.pysnmp_engine import PysnmpEngine, PysnmpSession
from collectors.snmp.reference.pysnmp_walk import NO_SUCH_NAME, Answer, Walk, WalkBounds
from tests.collectors.snmp_topics.agent import COMMUNITY, OLD, USER, serving

COLUMN: Oid = (1, 3, 6, 1, 9, 1)
OTHER: Oid = (1, 3, 6, 1, 9, 2)
TOO_BIG, GENERAL = 1, 5


def rows(*binds: tuple[Oid, Value | None]) -> Answer:
    return Answer(0, 0, list(binds))


def started(*columns: Oid, bulk: bool = True, **bounds: int) -> Walk:
    return Walk.over(columns, WalkBounds(**bounds), bulk=bulk)


def test_a_walk_ends_where_another_column_begins() -> None:
    walk = started(COLUMN)
    walk.take(walk.next_batch(), rows(((*COLUMN, 1), 7), ((*OTHER, 1), 8)))
    assert walk.next_batch() == []
    assert walk.cells == {COLUMN: {(1,): 7}}
    assert walk.problem is None


def test_a_row_seen_before_ends_the_walk_as_a_loop() -> None:
    walk = started(COLUMN)
    walk.take([COLUMN], rows(((*COLUMN, 1), 7), ((*COLUMN, 2), 7), ((*COLUMN, 1), 7)))
    assert walk.next_batch() == []
    assert walk.problem is not None
    assert walk.problem.reason is Reason.LOOP
    assert list(walk.cells[COLUMN]) == [(1,), (2,)]


def test_rows_out_of_order_are_read_and_told() -> None:
    walk = started(COLUMN)
    walk.take([COLUMN], rows(((*COLUMN, 9), 7), ((*COLUMN, 2), 7), (OTHER, None)))
    walk.settle()
    assert set(walk.cells[COLUMN]) == {(9,), (2,)}
    assert walk.problem is not None
    assert walk.problem.reason is Reason.LOOP


def test_a_column_past_the_bound_is_cut_but_not_its_neighbours() -> None:
    walk = started(COLUMN, OTHER, rows=1)
    binds = [((*c, n), n) for n in (1, 2) for c in (COLUMN, OTHER)]
    walk.take([COLUMN, OTHER], rows(*binds))
    assert walk.cells == {COLUMN: {(1,): 1}, OTHER: {(1,): 1}}
    assert walk.problem is not None
    assert walk.problem.reason is Reason.TOO_MUCH


def test_an_answer_without_a_row_ends_the_walk() -> None:
    walk = started(COLUMN)
    walk.take([COLUMN], rows())
    assert walk.problem is not None
    assert walk.problem.reason is Reason.MALFORMED


def test_an_agent_that_refuses_is_asked_for_less_and_then_column_by_column() -> None:
    walk = started(COLUMN, OTHER, repetitions=20)
    walk.take(walk.next_batch(), Answer(TOO_BIG, 0, []))
    assert (walk.repetitions, walk.bulk) == (5, True)
    walk.take(walk.next_batch(), Answer(TOO_BIG, 0, []))
    walk.take(walk.next_batch(), Answer(TOO_BIG, 0, []))
    assert (walk.repetitions, walk.bulk) == (1, False)
    walk.take(walk.next_batch(), Answer(GENERAL, 0, []))
    assert walk.next_batch() == [COLUMN]
    walk.take([COLUMN], Answer(GENERAL, 0, []))
    assert walk.next_batch() == [OTHER], "the broken column alone is given up"
    assert walk.problem is not None
    assert walk.problem.reason is Reason.MALFORMED


def test_no_such_name_ends_the_column_it_points_at() -> None:
    walk = started(COLUMN, OTHER, bulk=False)
    walk.take([COLUMN, OTHER], Answer(NO_SUCH_NAME, 1, []))
    assert walk.next_batch() == [OTHER]
    assert walk.problem is None


@pytest.fixture
async def engine() -> AsyncIterator[PysnmpEngine]:
    made = PysnmpEngine(WalkBounds(timeout=0.3, retries=0))
    yield made
    await made.close()


async def test_absent_instances_are_left_out_in_every_version(
    engine: PysnmpEngine,
) -> None:
    there, absent = (*COLUMN, 1), (*COLUMN, 2)
    async with serving(Recording({there: 7})) as port:
        for credential in (OLD, COMMUNITY, USER):
            session = engine.session("127.0.0.1", port, credential)
            assert await session.get([there, absent]) == {there: 7}
            assert await session.get([absent]) == {}


@pytest.mark.parametrize(
    "credential",
    [
        replace(USER, auth_secret=SecretStr("another pass phrase")),
        replace(USER, user="nobody"),
    ],
    ids=["pass phrase", "user"],
)
async def test_a_refused_login_is_told_from_silence(
    engine: PysnmpEngine, credential: SnmpCredential
) -> None:
    async with serving(Recording({(*COLUMN, 1): 7})) as port:
        session = engine.session("127.0.0.1", port, credential)
        with pytest.raises(AuthFailed):
            await session.get([(*COLUMN, 1)])


async def test_one_user_name_may_have_two_keys(engine: PysnmpEngine) -> None:
    wrong = replace(USER, auth_secret=SecretStr("another pass phrase"))
    async with serving(Recording({(*COLUMN, 1): 7})) as port:
        for credential, works in ((USER, True), (wrong, False), (USER, True)):
            session = engine.session("127.0.0.1", port, credential)
            table = await session.walk([COLUMN])
            assert table.complete == works


async def test_silence_is_a_time_out(engine: PysnmpEngine) -> None:
    wrong = replace(COMMUNITY, community=SecretStr("wrong"))
    async with serving(Recording({(*COLUMN, 1): 7})) as port:
        session = engine.session("127.0.0.1", port, wrong)
        with pytest.raises(TimedOut) as caught:
            await session.get([(*COLUMN, 1)])
        assert "wrong" not in str(caught.value)
        table = await session.walk([COLUMN])
    assert table.problem is not None
    assert table.problem.reason is Reason.TIMED_OUT


async def test_an_agent_silent_where_answers_grow_too_large_is_asked_for_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = Recording({(*COLUMN, n): n for n in range(1, 31)})
    engine = PysnmpEngine()
    asked: list[int] = []
    ask = PysnmpSession._ask

    async def choking(
        self: PysnmpSession, command: object, oids: Iterable[Oid], *numbers: int
    ) -> Answer:
        asked.append(numbers[-1])
        if numbers[-1] > 10:
            raise TimedOut("no SNMP answer")
        return await ask(self, command, oids, *numbers)

    async with serving(source) as port:
        session = engine.session("127.0.0.1", port, COMMUNITY)
        await session.walk([COLUMN], max_rows=1)
        monkeypatch.setattr(PysnmpSession, "_ask", choking)
        table = await session.walk([COLUMN])
    await engine.close()
    assert table.problem is None
    assert list(table.columns[COLUMN]) == [(n,) for n in range(1, 31)]
    assert asked[:2] == [25, 6]
