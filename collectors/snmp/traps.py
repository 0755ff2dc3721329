"""Receives traps and informs of SNMP v1, v2c and v3 through pysnmp.

Whoever sends under a known community or user is heard; what it means is decided in
`collectors.snmp.notifications`. Imports pysnmp; `api.compose.wiring` starts it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pysnmp.carrier.asyncio.dgram import udp, udp6  # type: ignore[import-untyped]
from pysnmp.carrier.error import CarrierError  # type: ignore[import-untyped]
from pysnmp.entity import config, engine  # type: ignore[import-untyped]
from pysnmp.entity.rfc3413 import ntfrcv  # type: ignore[import-untyped]
from pysnmp.proto import rfc1902  # type: ignore[import-untyped]

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError, Unreachable
from collectors.sentences import N_
from collectors.snmp.engine.protocol import ber, message, v3
from collectors.snmp.engine.protocol.usm import Keyring
from collectors.snmp.notifications import FloodGate, Notice, read_notice
from collectors.snmp.reference.pysnmp_engine import AUTH, PRIV, plain

_SIGNED, _SEALED = 1, 2
"""Bits of msgFlags (RFC 3412)."""
_NOTIFICATIONS = (0xA4, 0xA6, 0xA7)
"""Tags of the trap of SNMPv1, of informs and of the trap since SNMPv2."""
_MOST_ENGINES = 10_000
"""Senders of SNMPv3 traps whose keys are kept."""


class TrapReceiver:
    """Listens on one address and hands every notice to a callback."""

    def __init__(
        self,
        credentials: Sequence[SnmpCredential],
        heard: Callable[[Notice], None],
        *,
        address: str = "0.0.0.0",  # noqa: S104 - notifications come from anywhere
        port: int = 162,
    ) -> None:
        """Prepare to listen.

        Args:
            credentials: Communities and users to hear.
            heard: Called with each notice, in the event loop; must not block.
            address: Where to listen; an IPv6 address listens for IPv6.
            port: 0 takes a free one.
        """
        self._credentials = list(credentials)
        self._heard = heard
        self._address = address
        self._port = port
        self._engine: Any = None
        self._transport: Any = None
        self._users = {c.user: c for c in self._credentials if c.version == "3"}
        self._keyring = Keyring()
        self._senders: set[tuple[str, bytes]] = set()
        self._communities = {
            c.community.get_secret_value().encode()
            for c in self._credentials
            if c.version != "3" and c.community is not None
        }
        self._flood = FloodGate()
        self._counts: Counter[str] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """What became of the datagrams: each is `received`, and at most one of
        `flood`, `garbage`, `stranger` (unknown community or user), `unsecured` (wrong
        or missing signature), `discovery`, `other` (no notification that asks for a
        collection) and `notices`. The rest pysnmp refused.
        """  # noqa: D205 - the first sentence needs its list
        return dict(self._counts)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        name = self._transport.transport.get_extra_info("sockname")
        bound: int = name[1]
        return bound

    async def start(self) -> None:
        """Open the socket.

        Raises:
            Unreachable: The address or the port is not ours to listen on.
        """
        self._engine = engine.SnmpEngine()
        six = ":" in self._address
        domain, kind = (
            (udp6.DOMAIN_NAME, udp6.Udp6AsyncioTransport)
            if six
            else (udp.DOMAIN_NAME, udp.UdpAsyncioTransport)
        )
        where = (
            f"[{self._address}]:{self._port}"
            if six
            else f"{self._address}:{self._port}"
        )
        try:
            self._transport = kind().open_server_mode((self._address, self._port))
            self._transport.datagram_received = self._datagram
            config.add_transport(self._engine, domain, self._transport)
            await self._transport._lport
        except (CarrierError, OSError) as error:
            self._engine.close_dispatcher()
            self._engine = self._transport = None
            raise Unreachable(
                N_(
                    "cannot listen for traps on {where}: {name}; choose another"
                    " port, or allow this one (port 162 needs"
                    " CAP_NET_BIND_SERVICE)"
                ),
                where=where,
                name=type(error).__name__,
            ) from error
        for number, credential in enumerate(self._credentials):
            self._allow(number, credential)
        ntfrcv.NotificationReceiver(self._engine, self._received)

    async def stop(self) -> None:
        """Close the socket."""
        if self._engine is not None:
            self._engine.close_dispatcher()
            self._engine = self._transport = None
            await asyncio.sleep(0)  # lets the transport report that it is closed

    def _allow(self, number: int, credential: SnmpCredential) -> None:
        if credential.version == "3":
            self._allow_user(credential)
        elif credential.community is not None:
            community = credential.community.get_secret_value()
            config.add_v1_system(self._engine, f"c{number}", community)

    def _allow_user(self, credential: SnmpCredential, sender: bytes = b"") -> None:
        """Add a user: informs name our engine, traps the sender's."""
        auth, priv = credential.auth_secret, credential.priv_secret
        known: dict[str, Any] = {}
        if credential.auth and auth is not None:
            known["authProtocol"] = AUTH[credential.auth]
            known["authKey"] = auth.get_secret_value()
        if credential.priv and priv is not None:
            known["privProtocol"] = PRIV[credential.priv]
            known["privKey"] = priv.get_secret_value()
        if sender:
            known["securityEngineId"] = rfc1902.OctetString(sender)
        config.add_v3_user(self._engine, credential.user, **known)

    def _datagram(self, datagram: bytes, address: tuple[Any, ...]) -> None:
        self._counts["received"] += 1
        if not self._flood.admits(str(address[0]), time.monotonic()):
            self._counts["flood"] += 1
            return
        try:
            refused = self._refusal(datagram)
        except CollectError:
            refused = "garbage"
        if refused:
            self._counts[refused] += 1
            return
        type(self._transport).datagram_received(self._transport, datagram, address)

    def _refusal(self, datagram: bytes) -> str:
        """Return why a datagram does not go on to pysnmp, empty if it does.

        Raises:
            Malformed: It is no SNMP message.
        """
        version, at, end = message.read_envelope(datagram)
        if version == message.V3:
            return self._refusal_of_user(datagram)
        start, stop = ber.read(datagram, at, end, ber.OCTETS)
        if datagram[start:stop] not in self._communities:
            return "stranger"
        tag, _, _ = ber.read_header(datagram, stop, end)
        return "" if tag in _NOTIFICATIONS else "other"

    def _refusal_of_user(self, datagram: bytes) -> str:
        """Return why a message of SNMPv3 is refused.

        An SNMPv3 trap names the engine it comes from, which nobody knows beforehand:
        its user is made known at that engine now, provided that the message is signed
        rightly and secured as the user is to be. pysnmp itself would take an unsigned
        trap of a user with keys.
        """
        envelope = v3.read_envelope(datagram)
        if not envelope.user or not envelope.engine_id:
            self._counts["discovery"] += 1
            return ""  # answered with a report
        user = envelope.user.decode("utf-8", "replace")
        credential = self._users.get(user)
        if credential is None:
            return "stranger"
        if not self._is_genuine(credential, envelope, datagram):
            return "unsecured"
        sender = (user, envelope.engine_id)
        if sender not in self._senders and len(self._senders) < _MOST_ENGINES:
            self._senders.add(sender)
            self._allow_user(credential, envelope.engine_id)
        return ""

    def _is_genuine(
        self, credential: SnmpCredential, envelope: v3.Envelope, datagram: bytes
    ) -> bool:
        needed = _SIGNED * bool(credential.auth) | _SEALED * bool(credential.priv)
        if envelope.flags & needed != needed:
            return False
        try:
            keys = self._keyring.keys(credential, envelope.engine_id)
        except CollectError:
            return False
        return not credential.auth or keys.verify(
            datagram, envelope.auth_at, envelope.auth
        )

    def _received(
        self,
        sender: Any,  # noqa: ANN401 - pysnmp is untyped
        reference: Any,  # noqa: ANN401
        _engine_id: Any,  # noqa: ANN401
        _context: Any,  # noqa: ANN401
        binds: Any,  # noqa: ANN401
        _extra: Any,  # noqa: ANN401
    ) -> None:
        _, address = sender.message_dispatcher.get_transport_info(reference)
        values = [
            (name, value) for name, value in map(plain, binds) if value is not None
        ]
        notice = read_notice(str(address[0]).split("%")[0], values)
        self._counts["other" if notice is None else "notices"] += 1
        if notice is not None:
            self._heard(notice)
