"""An SNMPv3 agent: datagram in, datagram out (RFC 3412, RFC 3414).

Reports what a manager needs to find the engine, its time and its own mistakes, and
answers requests whose security is at least the user's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.office.mibs.values import COUNTER32, Oid
from collectors.office.snmp import ber
from collectors.office.snmp.encoded import EncodedView, answer_pdu
from collectors.office.snmp.usm import Refused, Stamp, User

_V3 = 3
_USM = 3
_REPORTABLE = 4
_WINDOW = 150
"""Seconds a message's time may be off (RFC 3414, section 2.2.3)."""
_USM_STATS: Oid = (1, 3, 6, 1, 6, 3, 15, 1, 1)
_LEVEL, _TIME, _USER, _ENGINE, _DIGEST, _CIPHER = 1, 2, 3, 4, 5, 6
"""usmStats: unsupportedSecLevels, notInTimeWindows, unknownUserNames,
unknownEngineIDs, wrongDigests, decryptionErrors."""
_UNKNOWN_CONTEXT: Oid = (1, 3, 6, 1, 6, 3, 12, 1, 5, 0)
_AUTHORIZATION_ERROR = 16
_HEADER_ROOM = 140
"""Octets of headers, security parameters and padding around a PDU."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A message taken apart."""

    whole: bytes
    id: int
    flags: int
    engine_id: bytes
    stamp: Stamp
    user_name: bytes
    digest: bytes
    salt: bytes
    data_tag: int
    data: bytes


class _Report(Exception):
    """Ends the processing of a message with a Report-PDU.

    Args:
        oid: The counter that counts this.
        user: Signs the report; None for a plain one.
    """

    def __init__(self, oid: Oid, user: User | None = None) -> None:
        super().__init__()
        self.oid = oid
        self.user = user


def _stats(number: int) -> Oid:
    return (*_USM_STATS, number, 0)


def _parse(datagram: bytes) -> _Message | None:
    """Take a message apart; None if it is not v3 with USM."""
    whole = ber.Reader(ber.Reader(datagram).expect(ber.SEQUENCE))
    if whole.integer() != _V3:
        return None
    header = ber.Reader(whole.expect(ber.SEQUENCE))
    message_id, _size = header.integer(), header.integer()
    flags = header.expect(ber.OCTET_STRING)
    if header.integer() != _USM or len(flags) != 1:
        return None
    security = ber.Reader(
        ber.Reader(whole.expect(ber.OCTET_STRING)).expect(ber.SEQUENCE)
    )
    engine_id = security.expect(ber.OCTET_STRING)
    stamp = Stamp(security.integer(), security.integer())
    user, digest, salt = (security.expect(ber.OCTET_STRING) for _ in range(3))
    data_tag, data = whole.element()
    return _Message(
        whole=datagram,
        id=message_id,
        flags=flags[0],
        engine_id=engine_id,
        stamp=stamp,
        user_name=user,
        digest=digest,
        salt=salt,
        data_tag=data_tag,
        data=data,
    )


class SecureAgent:
    """Answers for one device.

    Args:
        engine_id: snmpEngineID.
        boots: snmpEngineBoots; must grow with each start.
        uptime: snmpEngineTime when the office started.
        users: Who may ask.
        contexts: Context name -> what it shows.
        size: Largest answer in octets.
    """

    def __init__(
        self,
        engine_id: bytes,
        boots: int,
        uptime: int,
        users: Sequence[User],
        contexts: Mapping[bytes, EncodedView],
        size: int,
    ) -> None:
        self._engine_id = engine_id
        self._boots = boots
        self._uptime = uptime
        self._users = {user.name: user for user in users}
        self._contexts = contexts
        self._size = size
        self._counted: dict[Oid, int] = {}

    def answer(self, datagram: bytes, elapsed: int) -> bytes | None:
        """Return the answer to a datagram; None where a real agent is silent.

        Args:
            datagram: What came.
            elapsed: Hundredths of a second since the office started.
        """
        now = Stamp(self._boots, self._uptime + elapsed // 100)
        try:
            message = _parse(datagram)
            if message is None:
                return None
            try:
                return self._serve(message, now, elapsed)
            except _Report as report:
                return self._report(message, report, now)
        except ber.Broken:
            return None

    def _serve(self, message: _Message, now: Stamp, elapsed: int) -> bytes | None:
        user = self._authenticated(message, now)
        scoped = self._opened(message, user)
        engine_id = scoped.expect(ber.OCTET_STRING)
        name = scoped.expect(ber.OCTET_STRING)
        tag, pdu = scoped.element()
        view = self._contexts.get(name)
        if view is None or engine_id != self._engine_id:
            raise _Report(_UNKNOWN_CONTEXT, user)
        view.refresh(elapsed)
        if message.flags & 3 != user.level:
            answer: bytes | None = _refusal(pdu)
        else:
            answer = answer_pdu(view, tag, pdu, self._size - _HEADER_ROOM)
        if answer is None:
            return None
        plain = self._scope(name, answer)
        return self._sealed(message.id, message.flags & 3, user, plain, now)

    def _authenticated(self, message: _Message, now: Stamp) -> User:
        """Return the user after the checks of RFC 3414, section 3.2."""
        if message.engine_id != self._engine_id:
            raise _Report(_stats(_ENGINE))
        user = self._users.get(message.user_name)
        if user is None:
            raise _Report(_stats(_USER))
        if message.flags & 3 & ~user.level or message.flags & 3 == 2:
            raise _Report(_stats(_LEVEL))
        if message.flags & 1:
            try:
                user.verify(message.whole, message.digest)
            except Refused:
                raise _Report(_stats(_DIGEST)) from None
            late = abs(message.stamp.seconds - now.seconds) > _WINDOW
            if message.stamp.boots != now.boots or late:
                raise _Report(_stats(_TIME), user)
        return user

    def _opened(self, message: _Message, user: User) -> ber.Reader:
        """Return a reader of the scoped PDU's content."""
        if not message.flags & 2:
            if message.data_tag != ber.SEQUENCE:
                raise ber.Broken("an encrypted PDU without the flag")
            return ber.Reader(message.data)
        try:
            plain = user.decrypt(message.data, message.salt, message.stamp)
            return ber.Reader(ber.Reader(plain).expect(ber.SEQUENCE))
        except (Refused, ber.Broken):
            raise _Report(_stats(_CIPHER)) from None

    def _scope(self, context: bytes, pdu: bytes) -> bytes:
        return ber.tlv(
            ber.SEQUENCE,
            ber.tlv(ber.OCTET_STRING, self._engine_id)
            + ber.tlv(ber.OCTET_STRING, context)
            + pdu,
        )

    def _report(self, message: _Message, report: _Report, now: Stamp) -> bytes | None:
        if not message.flags & _REPORTABLE:
            return None
        count = self._counted[report.oid] = self._counted.get(report.oid, 0) + 1
        value = ber.tlv(COUNTER32, ber.integer(count))
        pdu = ber.response(
            0xA8, _request_id(message), 0, 0, [ber.varbind(ber.oid(report.oid), value)]
        )
        level = 1 if report.user is not None else 0
        plain = self._scope(b"", pdu)
        return self._sealed(message.id, level, report.user, plain, now)

    def _sealed(
        self, message_id: int, flags: int, user: User | None, plain: bytes, now: Stamp
    ) -> bytes:
        """Return a whole message: encrypted and signed as the flags say."""
        salt, digest, data = b"", b"", plain
        if user is not None and flags & 2:
            cipher, salt = user.encrypt(plain, now)
            data = ber.tlv(ber.OCTET_STRING, cipher)
        if user is not None and flags & 1:
            digest = bytes(user.digest_size)
        security = ber.tlv(
            ber.SEQUENCE,
            ber.tlv(ber.OCTET_STRING, self._engine_id)
            + ber.tlv(ber.INTEGER, ber.integer(now.boots))
            + ber.tlv(ber.INTEGER, ber.integer(now.seconds))
            + ber.tlv(ber.OCTET_STRING, user.name if user else b"")
            + ber.tlv(ber.OCTET_STRING, digest)
            + ber.tlv(ber.OCTET_STRING, salt),
        )
        header = ber.tlv(
            ber.SEQUENCE,
            ber.tlv(ber.INTEGER, ber.integer(message_id))
            + ber.tlv(ber.INTEGER, ber.integer(self._size))
            + ber.tlv(ber.OCTET_STRING, bytes((flags,)))
            + ber.tlv(ber.INTEGER, ber.integer(_USM)),
        )
        whole = ber.tlv(
            ber.SEQUENCE,
            ber.tlv(ber.INTEGER, ber.integer(_V3))
            + header
            + ber.tlv(ber.OCTET_STRING, security)
            + data,
        )
        return user.sign(whole) if user is not None and flags & 1 else whole


def _request_id(message: _Message) -> int:
    """Return the request id of a plain PDU; 0 where it cannot be read."""
    if message.flags & 2:
        return 0
    scoped = ber.Reader(message.data)
    scoped.element()
    scoped.element()
    return ber.Reader(scoped.element()[1]).integer()


def _refusal(pdu: bytes) -> bytes:
    """Return an authorizationError: the request's security is below the user's."""
    request_id = ber.Reader(pdu).integer()
    return ber.response(0xA2, request_id, _AUTHORIZATION_ERROR, 0, [])
