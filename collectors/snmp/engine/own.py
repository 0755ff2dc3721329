"""The engine behind the port: `OwnEngine` makes sessions, sessions make exchanges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collectors.credentials import SnmpCredential
from collectors.ports import Oid, Snmp, Table, Value
from collectors.snmp.engine import message
from collectors.snmp.engine.cells import Codebook
from collectors.snmp.engine.device import Device, Tuning
from collectors.snmp.engine.driver import Driver, socket_address
from collectors.snmp.engine.exchange import Exchange
from collectors.snmp.engine.get import Get
from collectors.snmp.engine.operation import Operation
from collectors.snmp.engine.security import Community, Security
from collectors.snmp.engine.settings import EngineSettings
from collectors.snmp.engine.walk import Walk


class OwnEngine:
    """Implements `collectors.ports.SnmpEngine`.

    Belongs to one event loop at a time; sockets are opened with the first request.
    """

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self._settings = settings or EngineSettings()
        self._driver = Driver(self._settings)
        self._codebook = Codebook()

    def session(self, address: str, port: int, credential: SnmpCredential) -> Snmp:
        """Return a session; sends nothing yet.

        Raises:
            Unreachable: `address` is no IP address.
        """
        return OwnSession(
            self._driver,
            self._codebook,
            Device(self._settings),
            socket_address(address, port),
            credential,
        )

    async def close(self) -> None:
        """Close the engine's sockets; requests under way are cancelled."""
        self._driver.close()


class OwnSession:
    """One agent under one credential and context; see `collectors.ports.Snmp`."""

    def __init__(
        self,
        driver: Driver,
        codebook: Codebook,
        device: Device,
        target: tuple[str | int, ...],
        credential: SnmpCredential,
        context: str = "",
    ) -> None:
        self._driver = driver
        self._codebook = codebook
        self._device = device
        self._target = target
        self._credential = credential
        self._security = _security(credential, context)

    def tune(self, tuning: Tuning) -> None:
        """Take into account what is known about this kind of agent."""
        self._device.tuning = tuning

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """Read instances; absent ones are missing from the answer.

        Raises:
            CollectError: As the port says.
        """
        operation = Get(oids, self._device)
        await self._carry_out(operation)
        if operation.error is not None:
            raise operation.error
        return operation.found

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        """Read whole columns together; never raises for one bad table."""
        bulk = self._security.version != message.V1
        operation = Walk(
            columns, self._device, self._codebook, bulk=bulk, max_rows=max_rows
        )
        await self._carry_out(operation)
        return operation.table()

    def with_context(self, context: str) -> Snmp:
        """Return a session to another context of the same agent."""
        return OwnSession(
            self._driver,
            self._codebook,
            self._device,
            self._target,
            self._credential,
            context,
        )

    async def close(self) -> None:
        """Nothing is held per session."""

    async def _carry_out(self, operation: Operation) -> None:
        if operation.done:
            return
        exchange = Exchange(
            operation, self._device, self._security, self._driver.new_id
        )
        await self._driver.carry_out(exchange, self._target)


def _security(credential: SnmpCredential, context: str) -> Security:
    secret = credential.community
    community = secret.get_secret_value() if secret is not None else ""
    if context:
        community = f"{community}@{context}"
    version = message.V1 if credential.version == "1" else message.V2C
    return Community(version, community.encode())
