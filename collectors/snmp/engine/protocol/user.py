"""Security of SNMPv3: a user's messages to and from one engine.

Finds out the engine's id, boots and time, keeps them, refuses what is forged, old or
replayed, and turns reports into what they mean. Pure: the time is an argument.
RFC 3414, sections 2.2.3, 3.1 and 3.2; RFC 3412 for the contexts.

Boots and time that come in an unauthenticated report are only used for what we send;
they refuse nothing, so that nobody can shut a device out by forging one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from collectors.credentials import SnmpCredential
from collectors.errors import AuthFailed, CollectError, Malformed, Unsupported
from collectors.ports import Oid
from collectors.sentences import N_
from collectors.snmp.engine.protocol import ber, message, v3
from collectors.snmp.engine.protocol.security import Again
from collectors.snmp.engine.protocol.usm import Keyring, Keys, check

WINDOW: Final = 150
"""Seconds that a message may be late (RFC 3414, section 2.2.3)."""
_LAST_BOOTS: Final = 0x7FFFFFFF
_LONGEST_ENGINE_ID: Final = 64

_USM: Final = (1, 3, 6, 1, 6, 3, 15, 1, 1)
NOT_IN_TIME: Final = (*_USM, 2, 0)
UNKNOWN_ENGINE: Final = (*_USM, 4, 0)
_REFUSALS: Final[Mapping[Oid, tuple[type[CollectError], str]]] = MappingProxyType(
    {
        (*_USM, 1, 0): (AuthFailed, "the user may not use this security level"),
        (*_USM, 3, 0): (AuthFailed, "the agent does not know the user"),
        (*_USM, 5, 0): (AuthFailed, "the authentication key or protocol is wrong"),
        (*_USM, 6, 0): (AuthFailed, "the privacy key or protocol is wrong"),
        (1, 3, 6, 1, 6, 3, 12, 1, 4, 0): (Unsupported, "the context is unavailable"),
        (1, 3, 6, 1, 6, 3, 12, 1, 5, 0): (Unsupported, "the context is unknown"),
        (1, 3, 6, 1, 6, 3, 11, 2, 1, 1, 0): (Unsupported, "the agent lacks USM"),
        (1, 3, 6, 1, 6, 3, 11, 2, 1, 2, 0): (Malformed, "the agent cannot read us"),
        (1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0): (Unsupported, "no handler for the PDU"),
    }
)
"""What a report means, by the object it carries."""
_OF_KEYS: Final = frozenset((*_USM, number, 0) for number in (3, 5, 6))
"""Refusals of a user or a key, which belong to one engine."""


@dataclass(slots=True)
class Remote:
    """What is known of an engine; shared by all users of it.

    Attributes:
        engine_id: snmpEngineID; empty until it is known.
        boots: snmpEngineBoots.
        time: snmpEngineTime at `at`.
        at: Monotonic time of the message that said so.
        authentic: Boots and time came in an authenticated message.
    """

    engine_id: bytes = b""
    boots: int = 0
    time: int = 0
    at: float = 0.0
    authentic: bool = False

    def clock(self, now: float) -> int:
        """Return the engine's time now, as far as we know."""
        return min(self.time + int(now - self.at), _LAST_BOOTS)

    def learn(self, envelope: v3.Envelope, now: float, *, authentic: bool) -> None:
        """Take over boots and time of a message."""
        self.boots, self.time = envelope.boots, envelope.time
        self.at, self.authentic = now, authentic

    def outdated(self, envelope: v3.Envelope, now: float) -> bool:
        """Whether an authenticated message is too old to be believed."""
        if not self.authentic:
            return False
        if self.boots == _LAST_BOOTS or envelope.boots < self.boots:
            return True
        late = self.clock(now) - envelope.time > WINDOW
        return envelope.boots == self.boots and late


class User:
    """Implements `security.Security` for a v3 credential and a context."""

    version = message.V3

    def __init__(
        self,
        credential: SnmpCredential,
        remote: Remote,
        keyring: Keyring,
        counter: int,
    ) -> None:
        """Prepare; nothing is derived before the engine is known.

        Args:
            credential: The user, and the context to ask in.
            remote: What is known of the engine.
            keyring: Makes the keys.
            counter: Where salts begin; must be random (RFC 3826, section 3.1.2.1).
        """
        self._credential = credential
        self._context = credential.context.encode()
        self._name = (credential.user or "").encode()
        self._remote = remote
        self._keyring = keyring
        self._counter = counter
        self._known: tuple[bytes, Keys] = b"", Keys(None, None)
        self.noted = ""

    def _keys(self) -> Keys:
        engine_id = self._remote.engine_id
        if self._known[0] != engine_id:
            self._known = engine_id, self._keyring.keys(self._credential, engine_id)
        return self._known[1]

    def wrap(self, request_id: int, pdu: bytes, now: float) -> bytes:
        """Return the datagram that carries `pdu`, or a discovery that goes before.

        Raises:
            Unsupported: The credential is incomplete.
        """
        remote = self._remote
        if not remote.engine_id:
            check(self._credential)
            return v3.discovery(request_id)
        keys = self._keys()
        time = remote.clock(now)
        payload = v3.scoped(remote.engine_id, self._context, pdu)
        flags, salt = v3.REPORTABLE, b""
        if keys.private:
            flags |= v3.PRIV
            self._counter = self._counter + 1 & 0xFFFFFFFFFFFFFFFF
            sealed, salt = keys.encrypt(payload, remote.boots, time, self._counter)
            payload = ber.encode(ber.OCTETS, sealed)
        if keys.digest_size:
            flags |= v3.AUTH
        engine = (remote.engine_id, remote.boots, time)
        blank = bytes(keys.digest_size)
        datagram, at = v3.encode(
            request_id, flags, engine, self._name, (blank, salt), payload
        )
        if not blank:
            return datagram
        end = at + keys.digest_size
        return b"%b%b%b" % (datagram[:at], keys.sign(datagram), datagram[end:])

    def open(
        self, request_id: int, data: bytes, pdu: message.Pdu | None, now: float
    ) -> message.Pdu | None:
        """Return the PDU of an answer; None for a message to be ignored.

        Raises:
            Again: Engine id, boots or time were learnt; send the request again.
            AuthFailed: The agent refuses the user, a key or the security level.
            Unsupported: The agent lacks the context or the security model.
            Malformed: The message cannot be read.
        """
        envelope = v3.read_envelope(data)
        if envelope.message_id != request_id:
            return None
        if not self._remote.engine_id:
            return self._discovered(envelope, data, now)
        keys = self._keys()
        authentic = bool(envelope.flags & v3.AUTH and keys.digest_size)
        if authentic and not self._believable(envelope, data, keys):
            self.noted = N_("only answers came that are not authentic")
            return None
        opened = self._payload(envelope, data, keys)
        if opened.tag == message.REPORT:
            if authentic and not self._remote.outdated(envelope, now):
                self._synchronize(envelope, now)
            self._report(opened, envelope, now, authentic=authentic)
            return None
        secure = authentic or not keys.digest_size
        sealed = bool(envelope.flags & v3.PRIV) or not keys.private
        if not secure or not sealed or envelope.engine_id != self._remote.engine_id:
            self.noted = N_("only answers came that lack the security asked for")
            return None
        if opened.tag != message.RESPONSE:
            return None
        if authentic and self._remote.outdated(envelope, now):
            self.noted = N_("only answers came that are outside the time window")
            return None
        if authentic:
            self._synchronize(envelope, now)
        self.noted = ""
        return opened

    def _believable(self, envelope: v3.Envelope, data: bytes, keys: Keys) -> bool:
        return (
            envelope.engine_id == self._remote.engine_id
            and envelope.user == self._name
            and keys.verify(data, envelope.auth_at, envelope.auth)
        )

    def _synchronize(self, envelope: v3.Envelope, now: float) -> None:
        remote = self._remote
        newer = (envelope.boots, envelope.time) > (remote.boots, remote.time)
        if newer or not remote.authentic:
            remote.learn(envelope, now, authentic=True)

    def _payload(self, envelope: v3.Envelope, data: bytes, keys: Keys) -> message.Pdu:
        tag, start, end = envelope.payload
        if envelope.flags & v3.PRIV:
            if tag != ber.OCTETS:
                raise Malformed(N_("an encrypted message without cipher text"))
            data = keys.decrypt(
                data[start:end], envelope.boots, envelope.time, envelope.priv
            )
            tag, start, end = ber.read_header(data, 0, len(data))
        if tag != ber.SEQUENCE:
            raise Malformed(N_("the message holds no scoped PDU"))
        return v3.read_scoped(data, start, end)

    def _discovered(
        self, envelope: v3.Envelope, data: bytes, now: float
    ) -> message.Pdu | None:
        """Take over the identity from the report to a discovery."""
        v3.check_discovery(envelope, data)
        if not 0 < len(envelope.engine_id) <= _LONGEST_ENGINE_ID:
            raise Malformed(N_("the engine does not tell its id"))
        self._remote.engine_id = envelope.engine_id
        self._remote.learn(envelope, now, authentic=False)
        self.noted = N_(
            "the agent answers, but not this user: is the privacy key right?"
        )
        raise Again

    def _report(
        self,
        pdu: message.Pdu,
        envelope: v3.Envelope,
        now: float,
        *,
        authentic: bool,
    ) -> None:
        """Act on a report; one that says nothing to us is ignored."""
        remote = self._remote
        for body, _, _ in message.read_bindings(pdu):
            oid = ber.decode_oid(body)
            other = envelope.engine_id != remote.engine_id
            if other and (oid == UNKNOWN_ENGINE or oid in _OF_KEYS):
                # Some agents that took the place of another one do not say that they
                # know no such engine, but that they know no such user or key of it.
                self._replaced(envelope, now)
            if oid in _REFUSALS:
                kind, text = _REFUSALS[oid]
                raise kind(text)
            if oid == NOT_IN_TIME and (authentic or not remote.authentic):
                remote.learn(envelope, now, authentic=authentic)
                raise Again

    def _replaced(self, envelope: v3.Envelope, now: float) -> None:
        """Take over the identity of an engine that stands where another one was."""
        if not 0 < len(envelope.engine_id) <= _LONGEST_ENGINE_ID:
            raise Malformed(N_("the engine does not tell its id"))
        self._remote.engine_id = envelope.engine_id
        self._remote.learn(envelope, now, authentic=False)
        raise Again
