"""The engine behind the port: `OwnEngine` makes sessions, sessions make exchanges."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError
from collectors.ports import Oid, Snmp, Table, Value
from collectors.snmp.engine.cells import Codebook
from collectors.snmp.engine.device import Device, Tuning
from collectors.snmp.engine.driver import Driver
from collectors.snmp.engine.exchange import Exchange
from collectors.snmp.engine.get import Get
from collectors.snmp.engine.next_instances import Successor
from collectors.snmp.engine.operation import Operation
from collectors.snmp.engine.protocol import message
from collectors.snmp.engine.protocol.security import Community, Security
from collectors.snmp.engine.protocol.user import Remote, User
from collectors.snmp.engine.protocol.usm import Keyring
from collectors.snmp.engine.settings import EngineSettings
from collectors.snmp.engine.sockets import Target, socket_address
from collectors.snmp.engine.walk import Walk

_MOST_REMOTES = 1 << 16


class OwnEngine:
    """Implements `collectors.ports.SnmpEngine`.

    Belongs to one event loop at a time; sockets are opened with the first request.
    """

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self.settings = settings or EngineSettings()
        self.driver = Driver(self.settings)
        self.codebook = Codebook()
        self._keyring = Keyring()
        self._remotes: dict[Target, Remote] = {}

    def session(self, address: str, port: int, credential: SnmpCredential) -> Snmp:
        """Return a session; sends nothing yet.

        Raises:
            Unreachable: `address` is no IP address.
        """
        target = socket_address(address, port)
        return OwnSession(self, Device(self.settings), target, credential)

    async def close(self) -> None:
        """Close the engine's sockets; requests under way are cancelled."""
        self.driver.close()

    def security(self, credential: SnmpCredential, target: Target) -> Security:
        """Return what wraps the messages of a credential to an agent."""
        if credential.version == "3":
            return User(
                credential,
                self._remote(target),
                self._keyring,
                random.SystemRandom().getrandbits(64),
            )
        secret = credential.community
        community = secret.get_secret_value() if secret is not None else ""
        version = message.V1 if credential.version == "1" else message.V2C
        return Community(version, community.encode())

    def _remote(self, target: Target) -> Remote:
        """Return what is known of the v3 engine at an address."""
        remote = self._remotes.get(target)
        if remote is None:
            if len(self._remotes) >= _MOST_REMOTES:
                self._remotes.clear()
            remote = self._remotes[target] = Remote()
        return remote


class OwnSession:
    """One agent under one credential and context; see `collectors.ports.Snmp`."""

    def __init__(
        self,
        engine: OwnEngine,
        device: Device,
        target: Target,
        credential: SnmpCredential,
    ) -> None:
        self._engine = engine
        self._device = device
        self._target = target
        self._credential = credential
        self._security = engine.security(credential, target)

    def tune(self, tuning: Tuning) -> None:
        """Take into account what is known about this kind of agent."""
        self._device.tune(tuning)

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

    async def after(self, oids: Sequence[Oid]) -> Mapping[Oid, Oid]:
        """Return the instance that follows each OID.

        Raises:
            CollectError: As the port says.
        """
        operation = Successor(oids, self._device)
        await self._carry_out(operation)
        if operation.error is not None:
            raise operation.error
        return operation.found

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        """Read whole columns together; never raises for one bad table."""
        operation = Walk(
            columns,
            self._device,
            self._engine.codebook,
            bulk=self._security.version != message.V1,
            max_rows=max_rows,
            divisible=self._engine.settings.per_device > 1,
        )
        await self._finish(operation)
        other = operation.divide()
        if other is not None:
            await asyncio.gather(self._finish(operation), self._finish(other))
            operation.join(other)
        return operation.table()

    async def _finish(self, operation: Walk) -> None:
        try:
            await self._carry_out(operation)
        except CollectError as error:
            operation.stop(error.reason, str(error))

    def with_context(self, context: str) -> Snmp:
        """Return a session to another context of the same agent."""
        credential = self._credential
        if credential.version == "3":
            credential = replace(credential, context=context)
        elif credential.community is not None:
            indexed = f"{credential.community.get_secret_value()}@{context}"
            credential = replace(
                credential, community=type(credential.community)(indexed)
            )
        return OwnSession(self._engine, self._device, self._target, credential)

    async def close(self) -> None:
        """Nothing is held per session."""

    async def _carry_out(self, operation: Operation) -> None:
        if operation.done:
            return
        driver = self._engine.driver
        exchange = Exchange(operation, self._device, self._security, driver.new_id)
        await driver.carry_out(exchange, self._target)
