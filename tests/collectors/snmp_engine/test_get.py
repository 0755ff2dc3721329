"""GETs as state machines: splitting, leaving out, saying why. Without sockets."""

from __future__ import annotations

import pytest

from collectors.errors import AuthFailed, Malformed, TimedOut
from collectors.snmp.engine.get import Get
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import SCALARS, Mib, interfaces
from tests.collectors.snmp_engine.simulation import Answer, Play, honest


def test_a_get_of_many_objects_is_split() -> None:
    objects = interfaces(50)
    names = [*list(objects)[:70], (1, 3, 9, 9)]
    play = Play(honest(objects))
    operation = Get(names, play.device)
    play.run(operation)
    assert set(operation.found) == set(names) - {(1, 3, 9, 9)}
    assert max(len(request.oids) for _, request in play.asked) == 24


def test_a_get_too_big_for_the_agent_is_halved() -> None:
    objects = interfaces(10)
    mib = Mib(objects)

    def answer(request: wire.Request) -> bytes:
        if len(request.oids) > 3:
            return wire.reply(request, [], 1, 0)
        return wire.reply(request, mib.answer(request))

    operation = Get(list(objects), (play := Play(answer)).device)
    play.run(operation)
    assert set(operation.found) == set(objects)


@pytest.mark.parametrize("index", ["right", 0, 99])
def test_v1_objects_that_are_absent_are_left_out_one_by_one(index: object) -> None:
    objects = interfaces(4)
    mib = Mib(objects)

    def answer(request: wire.Request) -> bytes:
        gone = [at for at, oid in enumerate(request.oids) if oid not in objects]
        if gone:
            number = gone[0] + 1 if index == "right" else index
            return wire.reply(request, [], 2, int(str(number)))
        return wire.reply(request, mib.answer(request))

    absent = [(1, 3, 6, 1, 5, number) for number in range(5)]
    names = [name for pair in zip(objects, absent, strict=False) for name in pair]
    play = Play(answer, version=0)
    operation = Get(names, play.device)
    play.run(operation)
    assert operation.error is None
    assert set(operation.found) == set(names) - set(absent)


def test_one_object_that_breaks_the_agent_does_not_hide_the_others() -> None:
    objects = interfaces(3)
    mib = Mib(objects)
    bad = list(objects)[1]
    play = Play(
        lambda r: (
            wire.reply(r, [], 5, 1) if bad in r.oids else wire.reply(r, mib.answer(r))
        )
    )
    operation = Get(list(objects), play.device)
    play.run(operation)
    assert operation.error is None
    assert set(operation.found) == set(objects) - {bad}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda request: None, TimedOut),
        (lambda request: wire.reply(request, [], 16, 1), AuthFailed),
        (lambda request: wire.reply(request, [], 5, 1), Malformed),
        (lambda request: wire.reply(request, []), Malformed),
        (lambda request: b"rubbish", Malformed),
    ],
)
def test_a_get_that_brings_nothing_says_why(
    answer: Answer, kind: type[Exception]
) -> None:
    play = Play(answer)
    operation = Get(list(SCALARS), play.device)
    play.run(operation)
    assert isinstance(operation.error, kind)


def test_an_agent_that_chokes_on_a_pair_of_objects_is_asked_for_single_ones() -> None:
    mib = Mib(interfaces(1))
    play = Play(lambda r: None if len(r.oids) > 1 else wire.reply(r, mib.answer(r)))
    operation = Get(list(SCALARS), play.device)
    play.run(operation)
    assert set(operation.found) == set(SCALARS)
