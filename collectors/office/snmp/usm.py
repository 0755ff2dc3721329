"""USM (RFC 3414) of one agent: keys, digests and ciphers come from pysnmp.

pysnmp is here so that our manager's security is tried against code that is not ours.
Only its services are used, not its engine: an engine loads MIB modules, writes a boot
counter into the temporary directory and needs about 200 us a varbind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pysnmp.entity import config  # type: ignore[import-untyped]
from pysnmp.proto.error import ProtocolError, StatusInformation  # type: ignore[import-untyped]
from pysnmp.proto.rfc1902 import OctetString  # type: ignore[import-untyped]

from collectors.credentials import SnmpCredential

_AUTH = {
    "md5": config.USM_AUTH_HMAC96_MD5,
    "sha1": config.USM_AUTH_HMAC96_SHA,
    "sha224": config.USM_AUTH_HMAC128_SHA224,
    "sha256": config.USM_AUTH_HMAC192_SHA256,
    "sha384": config.USM_AUTH_HMAC256_SHA384,
    "sha512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    "des": config.USM_PRIV_CBC56_DES,
    "3des": config.USM_PRIV_CBC168_3DES,
    "aes128": config.USM_PRIV_CFB128_AES,
    "aes192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "aes256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "aes192c": config.USM_PRIV_CFB192_AES,
    "aes256c": config.USM_PRIV_CFB256_AES,
}


class Refused(Exception):
    """A digest or a cipher text that does not fit the keys."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Boots and time of the authoritative engine."""

    boots: int
    seconds: int


class User:
    """One user with keys localised to one engine.

    Args:
        credential: Name, protocols and pass phrases.
        engine_id: The agent's engine.
    """

    def __init__(self, credential: SnmpCredential, engine_id: bytes) -> None:
        self.name = (credential.user or "").encode()
        self._auth: Any = None
        self._priv: Any = None
        if credential.auth and credential.auth_secret:
            protocol = _AUTH[credential.auth]
            self._auth = config.AUTH_SERVICES[protocol]
            secret = OctetString(credential.auth_secret.get_secret_value())
            master = self._auth.hash_passphrase(secret)
            self._auth_key = self._auth.localize_key(master, OctetString(engine_id))
            if credential.priv and credential.priv_secret:
                self._priv = config.PRIV_SERVICES[_PRIV[credential.priv]]
                secret = OctetString(credential.priv_secret.get_secret_value())
                master = self._priv.hash_passphrase(protocol, secret)
                self._priv_key = self._priv.localize_key(
                    protocol, master, OctetString(engine_id)
                )

    @property
    def level(self) -> int:
        """The flags its messages must carry: 0, 1 (auth) or 3 (auth and priv)."""
        return (self._auth is not None) + 2 * (self._priv is not None)

    @property
    def digest_size(self) -> int:
        """Octets of a digest."""
        return int(self._auth.digest_length)

    def verify(self, message: bytes, digest: bytes) -> None:
        """Check a whole message; raises `Refused`."""
        try:
            self._auth.authenticate_incoming_message(
                self._auth_key, OctetString(digest), message
            )
        except (StatusInformation, ProtocolError) as error:
            raise Refused("wrong digest") from error

    def sign(self, message: bytes) -> bytes:
        """Return a message with its digest where the zeros are."""
        signed: bytes = self._auth.authenticate_outgoing_message(
            self._auth_key, message
        )
        return signed

    def decrypt(self, data: bytes, salt: bytes, stamp: Stamp) -> bytes:
        """Return the plain scoped PDU; raises `Refused`."""
        parameters = (stamp.boots, stamp.seconds, OctetString(salt))
        try:
            plain: bytes = self._priv.decrypt_data(
                self._priv_key, parameters, OctetString(data)
            )
        except (StatusInformation, ValueError) as error:
            raise Refused("cannot be decrypted") from error
        return plain

    def encrypt(self, data: bytes, stamp: Stamp) -> tuple[bytes, bytes]:
        """Return cipher text and salt."""
        parameters = (stamp.boots, stamp.seconds, None)
        cipher, salt = self._priv.encrypt_data(self._priv_key, parameters, data)
        return cipher.asOctets(), salt.asOctets()
