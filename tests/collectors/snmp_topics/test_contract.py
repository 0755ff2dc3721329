"""Both engines bring the same facts as the recording itself, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from collectors.credentials import SnmpCredential
from collectors.facts import Observation
from collectors.ports import SnmpEngine
from collectors.recordings.replay import ReplaySnmp
from collectors.snmp.engine.own_engine import OwnEngine
from collectors.snmp.reference.pysnmp_engine import PysnmpEngine
from tests.collectors.snmp_topics.agent import COMMUNITY, OLD, USER, serving
from tests.collectors.snmp_topics.seen import NAMES, observe, recording


@pytest.fixture(params=["own", "pysnmp"])
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[SnmpEngine]:
    made: SnmpEngine = OwnEngine() if request.param == "own" else PysnmpEngine()
    yield made
    await made.close()


def facts(seen: Observation) -> Observation:
    """Leave out what differs from run to run."""
    return replace(seen, latency=None)


@pytest.mark.parametrize(
    ("name", "credential"),
    [(name, COMMUNITY) for name in NAMES]
    + [(name, USER) for name in ("stack-ios", "broken", "server")]
    + [("q-bridge", OLD)],
    ids=lambda value: value if isinstance(value, str) else f"v{value.version}",
)
async def test_an_engine_brings_what_the_recording_holds(
    engine: SnmpEngine, name: str, credential: SnmpCredential
) -> None:
    source = recording(name)
    async with serving(source) as port:
        session = engine.session("127.0.0.1", port, credential)
        seen = await observe(session)
    assert facts(seen) == facts(await observe(source))


@pytest.mark.parametrize("credential", [COMMUNITY, OLD], ids=["v2c", "v1"])
async def test_what_follows_an_oid_is_what_the_recording_has(
    engine: SnmpEngine, credential: SnmpCredential
) -> None:
    source = recording("q-bridge")
    last = max(source.objects)
    asked = [(1, 3, 6, 1, 2, 1), (1, 3, 6, 1, 2, 1, 2, 3), last, (1, 3, 6, 1, 4, 1)]
    async with serving(source) as port:
        found = await engine.session("127.0.0.1", port, credential).after(asked)
    assert last not in found
    assert found == await ReplaySnmp(source).after(asked)


async def test_an_agent_that_took_the_place_of_another_is_read() -> None:
    engine, source = OwnEngine(), recording("server")
    async with serving(source) as port:
        first = await observe(engine.session("127.0.0.1", port, USER))
    async with serving(source, port=port):
        second = await observe(engine.session("127.0.0.1", port, USER))
    await engine.close()
    assert facts(first) == facts(second)
    assert first.problems == ()
