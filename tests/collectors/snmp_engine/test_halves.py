"""Long tables of distant devices are read in two halves at the same time."""

from __future__ import annotations

import pytest

from collectors.facts import Reason
from collectors.snmp.engine.cells import Codebook
from collectors.snmp.engine.walk import Walk
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import COLUMNS, interfaces
from tests.collectors.snmp_engine.simulation import Play, honest

ROWS = 1000
AGENT = honest(interfaces(ROWS), 90)


def begun(delay: float, rows: int = ROWS) -> tuple[Play, Walk]:
    """Play a walk until it is done, or done for the moment."""
    play = Play(honest(interfaces(rows), 90), delay=delay)
    walk = Walk(COLUMNS, play.device, Codebook(), divisible=True)
    play.run(walk)
    return play, walk


def whole(delay: float) -> Walk:
    play = Play(AGENT, delay=delay)
    walk = Walk(COLUMNS, play.device, Codebook())
    play.run(walk)
    return walk


def test_both_halves_together_read_the_table() -> None:
    play, walk = begun(0.02)
    other = walk.divide()
    assert other is not None
    assert walk.divide() is None, "once is enough"
    before = len(play.asked)
    play.run(other)
    play.run(walk)
    asked = [request.oids for _, request in play.asked[before:]]
    assert {len(oids) for oids in asked} == {1, 2}
    walk.join(other)
    assert walk.done
    assert walk.table().columns == whole(0.02).table().columns
    assert walk.table().problem is None
    assert all(len(cells) == ROWS for cells in walk.table().columns.values())


@pytest.mark.parametrize(("delay", "rows"), [(0.001, ROWS), (0.02, 150)])
def test_near_devices_and_short_tables_are_not_divided(delay: float, rows: int) -> None:
    _, walk = begun(delay, rows)
    assert walk.divide() is None
    assert len(walk.table().columns[COLUMNS[0]]) == rows


def test_a_table_of_one_column_is_not_divided() -> None:
    play = Play(AGENT, delay=0.02)
    walk = Walk(COLUMNS[:1], play.device, Codebook(), divisible=True)
    play.run(walk)
    assert walk.divide() is None
    assert len(walk.table().columns[COLUMNS[0]]) == ROWS


def test_what_goes_wrong_in_either_half_is_told() -> None:
    play, walk = begun(0.02)
    other = walk.divide()
    assert other is not None
    play.run(walk)

    def silent(request: wire.Request) -> None:
        return None

    play.answer = silent
    play.run(other)
    walk.join(other)
    problem = walk.table().problem
    assert problem is not None
    assert problem.reason is Reason.TIMED_OUT
    columns = walk.table().columns
    assert len(columns[COLUMNS[0]]) == ROWS
    assert 0 < len(columns[COLUMNS[2]]) < ROWS, "what was read is kept"
