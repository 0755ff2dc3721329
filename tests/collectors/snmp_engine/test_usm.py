"""Keys and ciphers: the vectors of RFC 3414, and agreement with pysnmp."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.type import univ  # type: ignore[import-untyped]
from pydantic import SecretStr
from pysnmp.hlapi.v3arch import asyncio as hl  # type: ignore[import-untyped]
from pysnmp.proto.secmod.rfc3414 import service  # type: ignore[import-untyped]

from collectors.credentials import AUTH_PROTOCOLS, PRIV_PROTOCOLS, SnmpCredential
from collectors.errors import Malformed, Unsupported
from collectors.snmp.engine.protocol import usm

ENGINE = bytes.fromhex("000000000000000000000002")
THEIR_ENGINE = univ.OctetString(ENGINE)

_MODEL = service.SnmpUSMSecurityModel
AUTH_ID: dict[str, Any] = {
    "md5": hl.USM_AUTH_HMAC96_MD5,
    "sha1": hl.USM_AUTH_HMAC96_SHA,
    "sha224": hl.USM_AUTH_HMAC128_SHA224,
    "sha256": hl.USM_AUTH_HMAC192_SHA256,
    "sha384": hl.USM_AUTH_HMAC256_SHA384,
    "sha512": hl.USM_AUTH_HMAC384_SHA512,
}
AUTH = {name: _MODEL.AUTH_SERVICES[number] for name, number in AUTH_ID.items()}
PRIV: dict[str, Any] = {
    "des": _MODEL.PRIV_SERVICES[hl.USM_PRIV_CBC56_DES],
    "3des": _MODEL.PRIV_SERVICES[hl.USM_PRIV_CBC168_3DES],
    "aes128": _MODEL.PRIV_SERVICES[hl.USM_PRIV_CFB128_AES],
    "aes192": _MODEL.PRIV_SERVICES[hl.USM_PRIV_CFB192_AES_BLUMENTHAL],
    "aes256": _MODEL.PRIV_SERVICES[hl.USM_PRIV_CFB256_AES_BLUMENTHAL],
    "aes192c": _MODEL.PRIV_SERVICES[hl.USM_PRIV_CFB192_AES],
    "aes256c": _MODEL.PRIV_SERVICES[hl.USM_PRIV_CFB256_AES],
}


def credential(auth: str | None, priv: str | None) -> SnmpCredential:
    """Return a v3 user."""
    return SnmpCredential(
        name="test",
        version="3",
        user="u",
        auth=auth,
        auth_secret=SecretStr("maplesyrup"),
        priv=priv,
        priv_secret=SecretStr("sweet maple"),
    )


@pytest.mark.parametrize(
    ("name", "key", "local"),
    [
        ("md5", "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
        (
            "sha1",
            "9fb5cc0381497b3793528939ff788d5d79145211",
            "6695febc9288e36282235fc7151f128497b38f3f",
        ),
    ],
)
def test_keys_are_those_of_rfc_3414(name: str, key: str, local: str) -> None:
    made = usm.pass_phrase_key(name, b"maplesyrup")
    assert made.hex() == key
    assert usm.localized(name, made, ENGINE).hex() == local


@pytest.mark.parametrize("priv", PRIV_PROTOCOLS)
@pytest.mark.parametrize("auth", AUTH_PROTOCOLS)
def test_what_we_encrypt_pysnmp_decrypts_and_back(auth: str, priv: str) -> None:
    keys = usm.Keyring().keys(credential(auth, priv), ENGINE)
    number, cipher = AUTH_ID[auth], PRIV[priv]
    stretched = cipher.hash_passphrase(number, b"sweet maple")
    key = cipher.localize_key(number, stretched, THEIR_ENGINE)
    plain = b"\x30\x82\x01\x00" + bytes(range(256))
    sealed, salt = keys.encrypt(plain, 7, 4711, 99)
    theirs = univ.OctetString
    opened = bytes(cipher.decrypt_data(key, (7, 4711, theirs(salt)), theirs(sealed)))
    assert opened[: len(plain)] == plain
    sealed, salt = cipher.encrypt_data(key, (7, 4711, None), plain)
    opened = keys.decrypt(bytes(sealed), 7, 4711, bytes(salt))
    assert opened[: len(plain)] == plain


@pytest.mark.parametrize("auth", AUTH_PROTOCOLS)
def test_digests_are_those_of_pysnmp(auth: str) -> None:
    keys = usm.Keyring().keys(credential(auth, None), ENGINE)
    theirs = AUTH[auth]
    key = theirs.localize_key(theirs.hash_passphrase(b"maplesyrup"), THEIR_ENGINE)
    blank = b"x" * 20 + bytes(keys.digest_size) + b"y" * 70
    signed = bytes(theirs.authenticate_outgoing_message(key, blank))
    digest = signed[20 : 20 + keys.digest_size]
    assert keys.sign(blank) == digest
    assert keys.verify(signed, 20, digest)


@given(st.integers(0, 119), st.integers(1, 255))
@settings(max_examples=50)
def test_one_wrong_octet_breaks_a_digest(at: int, change: int) -> None:
    keys = usm.Keyring().keys(credential("sha256", None), ENGINE)
    blank = b"x" * 40 + bytes(24) + b"y" * 56
    digest = keys.sign(blank)
    message = bytearray(blank[:40] + digest + blank[64:])
    message[at] ^= change
    assert not keys.verify(bytes(message), 40, bytes(message[40:64]))


@pytest.mark.parametrize("priv", PRIV_PROTOCOLS)
def test_a_salt_of_a_wrong_size_is_refused(priv: str) -> None:
    keys = usm.Keyring().keys(credential("sha1", priv), ENGINE)
    for salt in (b"", b"1234567", b"123456789"):
        with pytest.raises(Malformed):
            keys.decrypt(bytes(16), 1, 1, salt)
    with pytest.raises(Malformed):
        keys.decrypt(bytes(16), -1, 1, bytes(8))


@pytest.mark.parametrize(
    "wrong",
    [
        SnmpCredential(name="a", version="3", user="u", auth="md5"),
        SnmpCredential(
            name="a", version="3", user="u", auth="md5", auth_secret=SecretStr("")
        ),
        SnmpCredential(name="a", version="3", user="u", priv="des"),
        SnmpCredential(
            name="a", version="3", user="u", auth="sha3", auth_secret=SecretStr("x")
        ),
    ],
)
def test_an_incomplete_credential_is_named_but_not_shown(wrong: SnmpCredential) -> None:
    with pytest.raises(Unsupported, match="credential 'a'"):
        usm.Keyring().keys(wrong, ENGINE)


def test_a_missing_privacy_key_is_no_reason_to_fail_otherwise() -> None:
    keys = usm.Keyring().keys(credential("sha1", None), ENGINE)
    assert not keys.private
    with pytest.raises(Malformed):
        keys.decrypt(bytes(16), 1, 1, bytes(8))
