"""SNMP through pysnmp: the reference engine behind the same port.

It is slower than our own engine by two orders of magnitude and serves as its oracle
in contract tests, and as the other engine by setting. Imports pysnmp, the ports and
the errors; nothing of ours imports it but the wiring and tests.

pysnmp follows looping agents for ever and raises its own exceptions: the walk here
has bounds, and everything leaves as `collectors.errors`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pyasn1.type import univ  # type: ignore[import-untyped]
from pysnmp.error import PySnmpError  # type: ignore[import-untyped]
from pysnmp.hlapi.v3arch import asyncio as hl  # type: ignore[import-untyped]
from pysnmp.proto import errind, rfc1905  # type: ignore[import-untyped]

from collectors.credentials import SnmpCredential
from collectors.errors import (
    AuthFailed,
    CollectError,
    Malformed,
    TimedOut,
    Unreachable,
    Unsupported,
)
from collectors.facts import Reason
from collectors.ports import Oid, Snmp, Table, Value
from collectors.sentences import N_
from collectors.snmp.reference.pysnmp_walk import NO_SUCH_NAME, Answer, Walk, WalkBounds

AUTH = {
    "md5": hl.USM_AUTH_HMAC96_MD5,
    "sha1": hl.USM_AUTH_HMAC96_SHA,
    "sha224": hl.USM_AUTH_HMAC128_SHA224,
    "sha256": hl.USM_AUTH_HMAC192_SHA256,
    "sha384": hl.USM_AUTH_HMAC256_SHA384,
    "sha512": hl.USM_AUTH_HMAC384_SHA512,
}
PRIV = {
    "des": hl.USM_PRIV_CBC56_DES,
    "3des": hl.USM_PRIV_CBC168_3DES,
    "aes128": hl.USM_PRIV_CFB128_AES,
    "aes192": hl.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "aes256": hl.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "aes192c": hl.USM_PRIV_CFB192_AES,
    "aes256c": hl.USM_PRIV_CFB256_AES,
}
_REFUSED = (
    errind.UnknownUserName,
    errind.UnknownSecurityName,
    errind.WrongDigest,
    errind.AuthenticationError,
    errind.AuthenticationFailure,
    errind.DecryptionError,
    errind.UnsupportedSecurityLevel,
    errind.NotInTimeWindow,
    errind.NoAccessEntry,
    errind.NoGroupName,
    errind.NoSuchView,
)
_ABSENT = rfc1905.NoSuchObject | rfc1905.NoSuchInstance | rfc1905.EndOfMibView
_GET_CHUNK = 24


class PysnmpEngine:
    """Implements `collectors.ports.SnmpEngine` over pysnmp.

    One pysnmp engine is kept per credential, because its user table cannot hold
    the same user name with two keys.
    """

    def __init__(self, bounds: WalkBounds | None = None) -> None:
        self._bounds = bounds or WalkBounds()
        self._entities: dict[SnmpCredential, Any] = {}

    def session(self, address: str, port: int, credential: SnmpCredential) -> Snmp:
        """Return a session; sends nothing yet."""
        entity = self._entities.get(credential)
        if entity is None:
            entity = self._entities[credential] = hl.SnmpEngine()
        return PysnmpSession(entity, address, port, credential, self._bounds)

    async def close(self) -> None:
        """Close the engine's sockets."""
        entities, self._entities = self._entities, {}
        for entity in entities.values():
            entity.close_dispatcher()
        await asyncio.sleep(0)  # lets the transports report that they are closed


class PysnmpSession:
    """One agent under one credential; see `collectors.ports.Snmp`."""

    def __init__(
        self,
        entity: Any,  # noqa: ANN401 - pysnmp is untyped
        address: str,
        port: int,
        credential: SnmpCredential,
        bounds: WalkBounds,
    ) -> None:
        self._entity = entity
        self._address = address
        self._port = port
        self._credential = credential
        self._bounds = bounds
        self._target: Any = None
        self._answered = False

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """Read instances; absent ones are missing from the answer."""
        found: dict[Oid, Value] = {}
        pending = [
            list(oids[i : i + _GET_CHUNK]) for i in range(0, len(oids), _GET_CHUNK)
        ]
        while pending:
            chunk = pending.pop(0)
            answer = await self._ask(hl.get_cmd, chunk)
            if answer.status == 0:
                found |= {o: v for o, v in answer.binds if v is not None}
            elif len(chunk) > 1:
                pending[:0] = _without_culprit(chunk, answer)
        return found

    async def after(self, oids: Sequence[Oid]) -> Mapping[Oid, Oid]:
        """Return the instance that follows each OID."""
        found: dict[Oid, Oid] = {}
        for oid in oids:
            answer = await self._ask(hl.next_cmd, [oid])
            for follower, value in answer.binds[:1]:
                if not answer.status and value is not None and follower > oid:
                    found[oid] = follower
        return found

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        """Read whole columns together; never raises for one bad table."""
        bounds = self._bounds
        if max_rows:
            bounds = replace(bounds, rows=max_rows)
        walk = Walk.over(columns, bounds, bulk=self._credential.version != "1")
        try:
            async with asyncio.timeout(bounds.seconds):
                while batch := walk.next_batch():
                    answer = await self._next_rows(walk, batch)
                    if answer is not None:
                        walk.take(batch, answer)
        except TimeoutError:
            walk.stop(Reason.TOO_MUCH, f"walk took over {bounds.seconds:g} s")
        except CollectError as error:
            walk.stop(error.reason, str(error))
        walk.settle()
        return Table(walk.cells, walk.problem)

    async def _next_rows(self, walk: Walk, batch: Sequence[Oid]) -> Answer | None:
        """Return the answer; None where one that is shorter may come instead.

        Some agents are silent where an answer outgrows what they can send.
        """
        cursors = [walk.cursors[column] for column in batch]
        if not walk.bulk:
            return await self._ask(hl.next_cmd, cursors)
        try:
            return await self._ask(hl.bulk_cmd, cursors, 0, walk.repetitions)
        except TimedOut:
            if self._answered and walk.ask_less():
                return None
            raise

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
        return PysnmpSession(
            self._entity, self._address, self._port, credential, self._bounds
        )

    async def close(self) -> None:
        """Nothing is held per session."""

    async def _ask(
        self,
        command: Any,  # noqa: ANN401 - pysnmp is untyped
        oids: Iterable[Oid],
        *numbers: int,
    ) -> Answer:
        binds = [hl.ObjectType(hl.ObjectIdentity(oid)) for oid in oids]
        try:
            indication, status, index, answered = await command(
                self._entity,
                _auth_data(self._credential),
                await self._transport(),
                hl.ContextData(contextName=self._credential.context.encode()),
                *numbers,
                *binds,
                lookupMib=False,
            )
        except PySnmpError as error:
            raise _translated(error) from error
        if indication is not None:
            raise _translated(indication)
        self._answered = True
        return Answer(int(status), int(index), [plain(bind) for bind in answered])

    async def _transport(self) -> Any:  # noqa: ANN401 - pysnmp is untyped
        if self._target is None:
            six = ":" in self._address
            kind = hl.Udp6TransportTarget if six else hl.UdpTransportTarget
            self._target = await kind.create(
                (self._address, self._port),
                timeout=self._bounds.timeout,
                retries=self._bounds.retries,
            )
        return self._target


def _without_culprit(chunk: list[Oid], answer: Answer) -> list[list[Oid]]:
    """Split a refused GET: leave out what the agent names, else halve it."""
    if answer.status == NO_SUCH_NAME and 0 < answer.index <= len(chunk):
        return [chunk[: answer.index - 1] + chunk[answer.index :]]
    half = len(chunk) // 2
    return [chunk[:half], chunk[half:]]


def _auth_data(credential: SnmpCredential) -> Any:  # noqa: ANN401 - pysnmp is untyped
    if credential.version != "3":
        secret = credential.community
        text = secret.get_secret_value() if secret is not None else ""
        return hl.CommunityData(text, mpModel=0 if credential.version == "1" else 1)
    auth, priv = credential.auth_secret, credential.priv_secret
    return hl.UsmUserData(
        credential.user or "",
        auth.get_secret_value() if auth is not None and credential.auth else None,
        priv.get_secret_value() if priv is not None and credential.priv else None,
        authProtocol=AUTH[credential.auth] if credential.auth else hl.USM_AUTH_NONE,
        privProtocol=PRIV[credential.priv] if credential.priv else hl.USM_PRIV_NONE,
    )


def _translated(error: Exception) -> CollectError:
    """Turn a pysnmp error into ours; texts of pysnmp hold no secret."""
    if isinstance(error, errind.RequestTimedOut):
        return TimedOut(N_("no SNMP answer"))
    if isinstance(error, _REFUSED):
        return AuthFailed(str(error))
    if isinstance(error, errind.UnsupportedMsgProcessingModel):
        return Unsupported(str(error))
    if isinstance(error, errind.ErrorIndication):
        return Malformed(str(error))
    return Unreachable(type(error).__name__)


def plain(bind: Any) -> tuple[Oid, Value | None]:  # noqa: ANN401 - pysnmp is untyped
    """Return OID and value of a binding in our own types; None if absent."""
    name, value = bind
    oid = tuple(name)
    if isinstance(value, univ.Null | _ABSENT):
        return oid, None
    if isinstance(value, univ.ObjectIdentifier):
        return oid, tuple(value)
    if isinstance(value, univ.OctetString):
        return oid, value.asOctets()
    return oid, int(value)
