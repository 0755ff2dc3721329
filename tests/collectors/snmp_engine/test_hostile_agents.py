"""No agent costs more than the bounds, and none makes the engine raise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from time import process_time

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from collectors.ports import Table
from collectors.snmp.engine import EngineSettings, OwnEngine
from tests.collectors.snmp_engine import hostile_net
from tests.collectors.snmp_engine.agents import COLUMNS, SCALARS, serving
from tests.collectors.snmp_engine.hostile import HOSTILE

assert hostile_net  # registers its agents

CREDENTIAL = SnmpCredential(name="test", community=SecretStr("public"))
BOUNDS = EngineSettings(
    timeout=0.1,
    retries=2,
    quickest=0.03,
    max_rows=300,
    walk_bytes=500_000,
    walk_seconds=1.5,
    device_seconds=4.0,
)
MOST_REQUESTS = BOUNDS.max_rows
MOST_SECONDS = 60.0
MOST_CPU = 2.0


@pytest.fixture
async def engine() -> AsyncIterator[OwnEngine]:
    own = OwnEngine(BOUNDS)
    yield own
    await own.close()


def check(table: Table) -> None:
    assert set(table.columns) == set(COLUMNS)
    for cells in table.columns.values():
        assert len(cells) <= BOUNDS.max_rows


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_agent_stays_within_the_bounds(
    engine: OwnEngine, name: str
) -> None:
    handler, reasons = HOSTILE[name]
    loop = asyncio.get_running_loop()
    async with serving(handler) as (agent, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        began, cpu = loop.time(), process_time()
        table = await session.walk(COLUMNS)
        assert loop.time() - began < MOST_SECONDS
        assert process_time() - cpu < MOST_CPU
        assert len(agent.received) < MOST_REQUESTS
        check(table)
        reason = table.problem.reason if table.problem else None
        assert reason in reasons, table.problem


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_get_from_a_hostile_agent_answers_or_raises_ours(
    engine: OwnEngine, name: str
) -> None:
    handler, _ = HOSTILE[name]
    loop = asyncio.get_running_loop()
    async with serving(handler) as (agent, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        began = loop.time()
        with suppress(CollectError):
            assert set(await session.get(list(SCALARS))) <= set(SCALARS)
        assert loop.time() - began < MOST_SECONDS
        assert len(agent.received) < MOST_REQUESTS


def test_there_are_many_kinds_of_hostile_agents() -> None:
    assert len(HOSTILE) >= 60
