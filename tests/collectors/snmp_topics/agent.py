"""An SNMP agent of its own make, over pysnmp, that serves a recording on loopback.

It answers v1 and v2c with community `public`, its other contexts under
`public@NAME`, and SNMPv3 (SHA-256, AES-128) with contexts by name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr
from pysnmp.carrier.asyncio.dgram import udp  # type: ignore[import-untyped]
from pysnmp.entity import config, engine  # type: ignore[import-untyped]
from pysnmp.entity.rfc3413 import cmdrsp, context  # type: ignore[import-untyped]
from pysnmp.proto import rfc1902, rfc1905  # type: ignore[import-untyped]
from pysnmp.proto.acmod import void  # type: ignore[import-untyped]
from pysnmp.smi import instrum  # type: ignore[import-untyped]

from collectors.credentials import SnmpCredential
from collectors.ports import Oid, Value
from collectors.recordings.replay import Recording

COMMUNITY = SnmpCredential(name="lab", version="2c", community=SecretStr("public"))
OLD = SnmpCredential(name="lab", version="1", community=SecretStr("public"))
USER = SnmpCredential(
    name="lab",
    version="3",
    user="purser",
    auth="sha256",
    auth_secret=SecretStr("authentication"),
    priv="aes128",
    priv_secret=SecretStr("encryption"),
)


_Binding = tuple[Any, Any]


class _Objects(instrum.AbstractMibInstrumController):  # type: ignore[misc]
    """Answers GET and GETNEXT from a recording."""

    def __init__(self, recording: Recording) -> None:
        self._objects = recording.objects
        self._order = sorted(recording.objects)

    def read_variables(self, *binds: _Binding, **_: object) -> list[_Binding]:
        return [
            (name, _wire(self._objects[oid]))
            if (oid := tuple(name)) in self._objects
            else (name, rfc1905.noSuchInstance)
            for name, _value in binds
        ]

    def read_next_variables(self, *binds: _Binding, **_: object) -> list[_Binding]:
        return [self._after(tuple(name)) for name, _value in binds]

    def _after(self, oid: Oid) -> _Binding:
        at = bisect_right(self._order, oid)
        if at == len(self._order):
            return rfc1902.ObjectName(oid), rfc1905.endOfMibView
        following = self._order[at]
        return rfc1902.ObjectName(following), _wire(self._objects[following])


def _wire(value: Value) -> object:
    if isinstance(value, bytes):
        return rfc1902.OctetString(value)
    if isinstance(value, tuple):
        return rfc1902.ObjectIdentifier(value if len(value) > 1 else (*value, 0))
    if -(2**31) <= value < 2**31:
        return rfc1902.Integer32(value)
    if 0 <= value < 2**32:
        return rfc1902.Gauge32(value)
    return rfc1902.Counter64(value)


@asynccontextmanager
async def serving(
    recording: Recording, vlans: Sequence[str] = (), port: int = 0
) -> AsyncIterator[int]:
    """Serve a recording; yields the port on 127.0.0.1.

    `vlans` are contexts that v3 knows as `vlan-NAME` too, as IOS has it; `port` is
    any free one for 0.
    """
    agent = engine.SnmpEngine()
    agent.access_control_model = {void.Vacm.ACCESS_MODEL_ID: void.Vacm()}
    transport = udp.UdpAsyncioTransport().open_server_mode(("127.0.0.1", port))
    config.add_transport(agent, udp.DOMAIN_NAME, transport)
    config.add_v1_system(agent, "main", "public")
    config.add_v3_user(
        agent,
        "purser",
        config.USM_AUTH_HMAC192_SHA256,
        "authentication",
        config.USM_PRIV_CFB128_AES,
        "encryption",
    )
    served = context.SnmpContext(agent)
    served.unregister_context_name(b"")
    served.register_context_name(b"", _Objects(recording))
    for name, inner in recording.contexts.items():
        for spelled in (name, f"vlan-{name}"):
            served.register_context_name(spelled.encode(), _Objects(inner))
        config.add_v1_system(
            agent, f"c{name}", f"public@{name}", contextName=name.encode()
        )
    for responder in (
        cmdrsp.GetCommandResponder,
        cmdrsp.NextCommandResponder,
        cmdrsp.BulkCommandResponder,
    ):
        responder(agent, served)
    await transport._lport
    try:
        yield transport.transport.get_extra_info("sockname")[1]
    finally:
        agent.close_dispatcher()
