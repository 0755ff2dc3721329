"""The engine against an agent of pysnmp, for what net-snmp cannot do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr
from pysnmp.carrier.asyncio.dgram import udp  # type: ignore[import-untyped]
from pysnmp.entity import config  # type: ignore[import-untyped]
from pysnmp.entity import engine as entity
from pysnmp.entity.rfc3413 import cmdrsp, context  # type: ignore[import-untyped]

from collectors.credentials import AUTH_PROTOCOLS, SnmpCredential
from collectors.snmp.engine import EngineSettings, OwnEngine
from tests.collectors.snmp_engine.snmpd import free_port
from tests.collectors.snmp_engine.test_usm import AUTH_ID

SYSTEM = [(1, 3, 6, 1, 2, 1, 1, number, 0) for number in (1, 2, 3)]
SYS_OR = [(1, 3, 6, 1, 2, 1, 1, 9, 1, number) for number in (2, 3)]


@asynccontextmanager
async def serving(auth: str) -> AsyncIterator[int]:
    """Run an agent of pysnmp with a user of `auth` and 3DES."""
    port = free_port()
    agent = entity.SnmpEngine()
    transport = udp.UdpTransport().open_server_mode(("127.0.0.1", port))
    config.add_transport(agent, udp.DOMAIN_NAME, transport)
    config.add_v3_user(
        agent, "mika", AUTH_ID[auth], "authentication",
        config.USM_PRIV_CBC168_3DES, "privacy-key",
    )  # fmt: skip
    config.add_vacm_user(agent, 3, "mika", "authPriv", (1, 3, 6), (1, 3, 6))
    where = context.SnmpContext(agent)
    cmdrsp.GetCommandResponder(agent, where)
    cmdrsp.NextCommandResponder(agent, where)
    cmdrsp.BulkCommandResponder(agent, where)
    for _ in range(10):
        await asyncio.sleep(0)  # lets the transport open its socket
    try:
        yield port
    finally:
        agent.close_dispatcher()
        await asyncio.sleep(0)


@pytest.mark.parametrize("auth", AUTH_PROTOCOLS)
async def test_triple_des_reads_an_agent_of_pysnmp(auth: str) -> None:
    user = SnmpCredential(
        name="test",
        version="3",
        user="mika",
        auth=auth,
        auth_secret=SecretStr("authentication"),
        priv="3des",
        priv_secret=SecretStr("privacy-key"),
    )
    engine = OwnEngine(EngineSettings(timeout=30.0, retries=1))
    try:
        async with serving(auth) as port:
            session = engine.session("127.0.0.1", port, user)
            assert set(await session.get(SYSTEM)) == set(SYSTEM)
            table = await session.walk(SYS_OR)
            assert table.problem is None
    finally:
        await engine.close()
