"""Finding SNMP agents through any `SnmpEngine`, one short session each.

The engine of our own probes thousands of agents through one socket; this does the same
job over the reference engine, where that one is chosen, and in tests. Imports ports.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from collectors.pacing import Pace
from collectors.phones.message import printable
from collectors.ports import Oid, SnmpEngine, Value
from collectors.streaming import keep_pace, merge

SYS_DESCR: Oid = (1, 3, 6, 1, 2, 1, 1, 1, 0)
SYS_OBJECT_ID: Oid = (1, 3, 6, 1, 2, 1, 1, 2, 0)
ENGINE_ID: Oid = (1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0)


class SnmpSign(Protocol):
    """What a probe returns of one agent; see `SnmpFound`."""

    @property
    def address(self) -> str: ...  # noqa: D102
    @property
    def credential(self) -> str | None: ...  # noqa: D102
    @property
    def engine_id(self) -> str | None: ...  # noqa: D102
    @property
    def latency(self) -> float | None: ...  # noqa: D102
    @property
    def descr(self) -> str | None: ...  # noqa: D102
    @property
    def object_id(self) -> str | None: ...  # noqa: D102


class SnmpProbe(Protocol):
    """Asks many addresses under several credentials, streams who answers."""

    def __call__(
        self,
        addresses: Collection[str],
        probes: Collection[SnmpCredential],
        *,
        port: int,
        rate: float,
        timeout: float,
        retries: int,
    ) -> AsyncIterator[SnmpSign]:
        """Ask; `rate` is packets per second, `retries` further tries."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpFound:
    """An agent that answered.

    Attributes:
        address: Who.
        credential: Name of the credential that it accepted.
        engine_id: snmpEngineID in hex, where it tells.
        latency: Seconds of the whole session.
        descr: sysDescr.
        object_id: sysObjectID, dotted.
    """

    address: str
    credential: str
    engine_id: str | None = None
    latency: float | None = None
    descr: str | None = None
    object_id: str | None = None


class SessionProbe:
    """An `SnmpProbe` over the sessions of an engine.

    Time-out and retries are those of the engine.
    """

    def __init__(self, engine: SnmpEngine, *, in_flight: int = 50) -> None:
        self._engine = engine
        self._in_flight = in_flight

    def __call__(
        self,
        addresses: Collection[str],
        probes: Collection[SnmpCredential],
        *,
        port: int,
        rate: float,
        timeout: float,
        retries: int,
    ) -> AsyncIterator[SnmpFound]:
        """Try the credentials in order at each address, stop at the first accepted."""
        pace = Pace(rate)
        targets = iter(tuple(addresses))

        async def work(put: Callable[[SnmpFound], None]) -> None:
            for address in targets:
                for credential in probes:
                    await keep_pace(pace)
                    found = await self._ask(address, port, credential)
                    if found is not None:
                        put(found)
                        break

        workers = min(self._in_flight, max(1, len(addresses)))
        return merge([work] * workers)

    async def _ask(
        self, address: str, port: int, credential: SnmpCredential
    ) -> SnmpFound | None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        session = self._engine.session(address, port, credential)
        try:
            got = await session.get((SYS_DESCR, SYS_OBJECT_ID, ENGINE_ID))
        except CollectError:
            return None
        finally:
            await session.close()
        return SnmpFound(
            address=address,
            credential=credential.name,
            engine_id=_hex(got.get(ENGINE_ID)),
            latency=loop.time() - begun,
            descr=_text(got, SYS_DESCR),
            object_id=_dotted(got.get(SYS_OBJECT_ID)),
        )


def _text(got: Mapping[Oid, Value], oid: Oid) -> str | None:
    value = got.get(oid)
    if not isinstance(value, bytes):
        return None
    return printable(value.decode("utf-8", "replace"))


def _hex(value: Value | None) -> str | None:
    return value.hex() if isinstance(value, bytes) and value else None


def _dotted(value: Value | None) -> str | None:
    return ".".join(map(str, value)) if isinstance(value, tuple) else None
