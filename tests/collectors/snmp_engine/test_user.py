"""SNMPv3 messages of a user: what is accepted, refused, learnt. Without sockets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import AuthFailed, CollectError, Malformed, Unsupported
from collectors.snmp.engine.protocol import ber, message, v3
from collectors.snmp.engine.protocol.security import Again
from collectors.snmp.engine.protocol.user import (
    NOT_IN_TIME,
    UNKNOWN_ENGINE,
    Remote,
    User,
)
from collectors.snmp.engine.protocol.usm import Keyring

USER = SnmpCredential(
    name="test",
    version="3",
    user="mika",
    auth="sha256",
    auth_secret=SecretStr("authentication"),
    priv="aes128",
    priv_secret=SecretStr("privacy-key"),
)
ENGINE = bytes.fromhex("80001f8880a1b2c3d4")
USM_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
SYS_NAME = ber.oid_body((1, 3, 6, 1, 2, 1, 1, 5, 0))


@dataclass(frozen=True)
class Reply:
    """A message of the agent; every part can be wrong."""

    number: int = 77
    engine: bytes = ENGINE
    boots: int = 5
    time: int = 1000
    user: bytes = b"mika"
    flags: int = v3.AUTH | v3.PRIV
    tag: int = message.RESPONSE
    oid: bytes = SYS_NAME
    credential: SnmpCredential = USER
    spoil: int | None = None

    def datagram(self) -> bytes:
        """Build it."""
        binding = ber.encode(0x30, ber.encode(6, self.oid) + b"\x04\x02ok")
        pdu = message.encode_pdu(self.tag, self.number, 0, 0, binding)
        payload = v3.scoped(self.engine, b"", pdu)
        keys = Keyring().keys(self.credential, ENGINE)
        salt = b""
        if self.flags & v3.PRIV:
            sealed, salt = keys.encrypt(payload, self.boots, self.time, 1)
            payload = ber.encode(4, sealed)
        blank = bytes(keys.digest_size) if self.flags & v3.AUTH else b""
        data, at = v3.encode(
            self.number,
            self.flags,
            (self.engine, self.boots, self.time),
            self.user,
            (blank, salt),
            payload,
        )
        if blank:
            data = data[:at] + keys.sign(data) + data[at + len(blank) :]
        if self.spoil is not None:
            octets = bytearray(data)
            octets[self.spoil] ^= 1
            data = bytes(octets)
        return data


def report(oid: tuple[int, ...], **parts: object) -> Reply:
    """Return an unauthenticated report."""
    plain = Reply(flags=0, tag=message.REPORT, oid=ber.oid_body(oid))
    return replace(plain, **parts)  # type: ignore[arg-type]


def known(authentic: bool = True) -> Remote:
    """Return an engine that has been talked to at time 0."""
    return Remote(ENGINE, 5, 1000, 0.0, authentic)


def user(remote: Remote, credential: SnmpCredential = USER) -> User:
    """Return a user at an engine."""
    return User(credential, remote, Keyring(), 0)


def opened(remote: Remote, reply: Reply, now: float = 0.0) -> message.Pdu | None:
    """Open a message that answers number 77."""
    return user(remote).open(77, reply.datagram(), None, now)


def test_the_first_message_asks_who_the_engine_is_and_tells_no_secret() -> None:
    remote = Remote()
    asked = v3.read_envelope(user(remote).wrap(77, b"", 0.0))
    assert (asked.engine_id, asked.user, asked.flags) == (b"", b"", v3.REPORTABLE)


def test_the_report_to_a_discovery_is_learnt() -> None:
    remote = Remote()
    with pytest.raises(Again):
        opened(remote, report(UNKNOWN_ENGINE, user=b""), now=10.0)
    assert (remote.engine_id, remote.boots, remote.clock(13.5)) == (ENGINE, 5, 1003)
    assert not remote.authentic


def test_requests_are_signed_and_encrypted_for_the_engine() -> None:
    pdu = message.encode_pdu(message.GET, 77, 0, 0, message.binding(SYS_NAME))
    data = user(known()).wrap(77, pdu, 20.0)
    sent = v3.read_envelope(data)
    assert (sent.engine_id, sent.boots, sent.time) == (ENGINE, 5, 1020)
    assert sent.flags == v3.AUTH | v3.PRIV | v3.REPORTABLE
    keys = Keyring().keys(USER, ENGINE)
    assert keys.verify(data, sent.auth_at, sent.auth)
    assert pdu not in data
    _, start, end = sent.payload
    plain = keys.decrypt(data[start:end], 5, 1020, sent.priv)
    assert pdu in plain


def test_no_two_messages_share_a_salt() -> None:
    sender = user(known())
    salts = {v3.read_envelope(sender.wrap(n, b"", 0.0)).priv for n in range(100)}
    assert len(salts) == 100


def test_an_authentic_answer_is_accepted_and_sets_the_clock() -> None:
    remote = known(authentic=False)
    assert opened(remote, Reply(time=2000), now=5.0) is not None
    assert (remote.authentic, remote.time, remote.at) == (True, 2000, 5.0)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(number=78),
        Reply(engine=b"another"),
        Reply(user=b"milla"),
        Reply(flags=0),
        Reply(flags=v3.AUTH),
        Reply(credential=replace(USER, auth_secret=SecretStr("guess"))),
        Reply(boots=4),
        Reply(boots=4, time=999999),
        Reply(time=849),
        Reply(spoil=-1),
        Reply(spoil=-20),
        Reply(tag=0xA7),
        Reply(tag=0xA0),
        Reply(flags=v3.AUTH | v3.PRIV, spoil=36),
    ],
    ids=lambda reply: str(reply)[6:40],
)
def test_forged_old_and_unprotected_answers_are_refused(reply: Reply) -> None:
    remote = known()
    before = replace(remote)
    assert opened(remote, reply) is None
    assert remote == before


def test_an_answer_within_the_window_is_accepted_once_late() -> None:
    assert opened(known(), Reply(time=851)) is not None


def test_a_replayed_answer_is_refused_when_its_time_is_over() -> None:
    remote = known()
    recorded = Reply(time=1000)
    assert opened(remote, recorded, now=100.0) is not None
    assert opened(remote, recorded, now=152.0) is None


def test_an_engine_at_its_last_boot_is_believed_no_more() -> None:
    remote = Remote(ENGINE, 0x7FFFFFFF, 1, 0.0, True)
    assert opened(remote, Reply(boots=0x7FFFFFFF, time=5)) is None


def test_a_restart_of_the_engine_is_learnt_from_an_authentic_answer() -> None:
    remote = known()
    assert opened(remote, Reply(boots=6, time=3)) is not None
    assert (remote.boots, remote.time) == (6, 3)


def test_an_authentic_report_resynchronises() -> None:
    remote = known()
    told = Reply(
        tag=message.REPORT, oid=ber.oid_body(NOT_IN_TIME), boots=9, time=40, flags=1
    )
    with pytest.raises(Again):
        opened(remote, told)
    assert (remote.boots, remote.time, remote.authentic) == (9, 40, True)


def test_a_forged_clock_cannot_shut_a_device_out() -> None:
    remote = known()
    assert opened(remote, report(NOT_IN_TIME, boots=99, time=1)) is None
    assert (remote.boots, remote.authentic) == (5, True)
    fresh = known(authentic=False)
    with pytest.raises(Again):
        opened(fresh, report(NOT_IN_TIME, boots=99, time=1))
    assert opened(fresh, Reply()) is not None
    assert (fresh.boots, fresh.authentic) == (5, True)


def test_a_new_engine_at_the_address_is_asked_anew() -> None:
    remote = known()
    with pytest.raises(Again):
        opened(remote, report(UNKNOWN_ENGINE, engine=b"new engine", boots=1))
    assert (remote.engine_id, remote.authentic) == (b"new engine", False)


@pytest.mark.parametrize("number", [3, 5, 6])
def test_an_agent_that_took_the_place_of_another_is_asked_anew(number: int) -> None:
    remote = known()
    with pytest.raises(Again):
        opened(remote, report((*USM_STATS, number, 0), engine=b"new engine", boots=1))
    assert (remote.engine_id, remote.authentic) == (b"new engine", False)
    with pytest.raises(AuthFailed):
        opened(remote, report((*USM_STATS, number, 0), engine=b"new engine"))


@pytest.mark.parametrize(
    ("oid", "kind", "word"),
    [
        ((*USM_STATS, 1, 0), AuthFailed, "security level"),
        ((*USM_STATS, 3, 0), AuthFailed, "know the user"),
        ((*USM_STATS, 5, 0), AuthFailed, "authentication key"),
        ((*USM_STATS, 6, 0), AuthFailed, "privacy key"),
        ((1, 3, 6, 1, 6, 3, 12, 1, 5, 0), Unsupported, "context"),
        ((1, 3, 6, 1, 6, 3, 11, 2, 1, 1, 0), Unsupported, "USM"),
    ],
)
def test_reports_become_errors_that_say_what_is_wrong(
    oid: tuple[int, ...], kind: type[CollectError], word: str
) -> None:
    with pytest.raises(kind, match=word):
        opened(known(), report(oid))


@pytest.mark.parametrize("engine", [b"", b"x" * 65, b"x" * 4000])
def test_an_engine_without_a_usable_id_is_malformed(engine: bytes) -> None:
    with pytest.raises(Malformed, match="id"):
        opened(Remote(), report(UNKNOWN_ENGINE, engine=engine))
    with pytest.raises(Malformed, match="id"):
        opened(known(), report(UNKNOWN_ENGINE, engine=engine))


def test_an_encrypted_report_to_a_discovery_is_malformed() -> None:
    with pytest.raises(Malformed):
        opened(Remote(), Reply(tag=message.REPORT))


def test_a_user_without_authentication_reads_in_clear() -> None:
    nobody = SnmpCredential(name="n", version="3", user="mika", context="vlan-7")
    asking = user(known(), nobody)
    sent = v3.read_envelope(asking.wrap(77, b"\xa0\x00", 0.0))
    assert (sent.flags, sent.auth, sent.priv) == (v3.REPORTABLE, b"", b"")
    data = asking.wrap(77, b"\xa0\x00", 0.0)
    assert b"vlan-7" in data
    answer = asking.open(77, Reply(flags=0).datagram(), None, 0.0)
    assert answer is not None


def test_why_answers_were_ignored_is_noted_for_the_error() -> None:
    asking = user(known())
    asking.open(77, Reply(spoil=-1).datagram(), None, 0.0)
    assert "authentic" in asking.noted
    asking.open(77, Reply().datagram(), None, 0.0)
    assert asking.noted == ""
