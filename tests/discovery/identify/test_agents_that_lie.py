"""Agents that answer nonsense are asked little, and what is wrong is said."""

from __future__ import annotations

from functools import partial

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.facts import Observation, Reason
from collectors.snmp.collect import collect_snmp
from collectors.snmp.engine import EngineSettings, OwnEngine
from collectors.snmp.identity_reading import read_identity
from discovery.identity.identification import RuleIdentification
from discovery.identity.identify import Knowledge, identify
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import Agent, serving
from tests.discovery.identify.support import SEEN

DESCR, OBJECT_ID, NAME = ((1, 3, 6, 1, 2, 1, 1, n, 0) for n in (1, 2, 5))
SAME = (1, 3, 6, 1, 2, 1, 1, 1, 0)
MOST_REQUESTS = 400
DESCRIPTIONS = {
    "no UTF-8": b"Sch\xfctzenstra\xdfe \xff\xfe switch 24 ports",
    "long": b"Model: X100 " * 5000,
    "NUL and escapes": b"\0\x1b[2J switch\0\r\n",
}


def lying(descr: bytes) -> dict[wire.Oid, bytes]:
    return {
        DESCR: wire.octets(descr),
        OBJECT_ID: wire.oid_tlv((0, 0)),
        NAME: wire.octets(b"box"),
    }


def answer(told: dict[wire.Oid, bytes], agent: Agent, data: bytes) -> None:
    """Answer GET from a few objects, and all else with one and the same object."""
    request = wire.read_request(data)
    if request.tag == wire.GET:
        binds = [wire.bind(o, told.get(o, wire.NO_INSTANCE)) for o in request.oids]
    else:
        binds = [wire.bind(SAME, wire.octets(b"again")) for _ in request.oids]
    agent.send(wire.reply(request, binds))


async def asked(descr: bytes, shipped: Knowledge) -> tuple[Observation, list[bytes]]:
    engine = OwnEngine(EngineSettings(timeout=1.0, retries=1, device_seconds=30.0))
    credential = SnmpCredential(name="test", community=SecretStr("public"))
    async with serving(partial(answer, lying(descr))) as (agent, port):
        session = engine.session("127.0.0.1", port, credential)
        try:
            seen = await read_identity(
                session,
                RuleIdentification(shipped),
                collect_snmp,
                address="127.0.0.1",
                port=port,
                site="",
                credential="test",
                seen_at=SEEN,
            )
        finally:
            await engine.close()
        return seen, agent.received


@pytest.mark.parametrize("kind", DESCRIPTIONS)
async def test_what_lies_is_asked_little_and_the_reason_stated(
    kind: str, shipped: Knowledge
) -> None:
    seen, received = await asked(DESCRIPTIONS[kind], shipped)
    assert len(received) < MOST_REQUESTS
    assert Reason.LOOP in {problem.reason for problem in seen.problems}
    found = identify([seen], shipped)
    assert found.value("vendor") is None, "0.0 is nobody's"
    assert all(len(v.value or "") <= 256 for v in found.fields.values())
    if "switch" in DESCRIPTIONS[kind].decode("latin-1"):
        assert found.value("type") == "switch"
