"""The cryptography of the User-based Security Model: keys, digests, ciphers.

Pure; imports `cryptography`, the credentials and the errors. RFC 3414 (MD5, SHA-1,
DES), RFC 7860 (SHA-2), RFC 3826 (AES-128); AES-192, AES-256 and 3DES have no RFC, only
drafts, and two ways to lengthen a key: draft-blumenthal-aes-usm-04 and
draft-reeder-snmpv3-usm-3desede-00.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import Malformed, Unsupported
from collectors.sentences import N_

_DIGESTS: Final = {
    "md5": ("md5", 12),
    "sha1": ("sha1", 12),
    "sha224": ("sha224", 16),
    "sha256": ("sha256", 24),
    "sha384": ("sha384", 32),
    "sha512": ("sha512", 48),
}
"""Hash function, and how many octets of the digest are sent."""

_PASS_PHRASE_OCTETS: Final = 1 << 20
_MOST_KEYS: Final = 1 << 16


def pass_phrase_key(hash_name: str, secret: bytes) -> bytes:
    """Return the key of a pass phrase (RFC 3414, appendix A.2)."""
    times = _PASS_PHRASE_OCTETS // len(secret) + 1
    stretched = (secret * times)[:_PASS_PHRASE_OCTETS]
    return hashlib.new(hash_name, stretched, usedforsecurity=False).digest()


def localized(hash_name: str, key: bytes, engine_id: bytes) -> bytes:
    """Return the key of a user at one engine (RFC 3414, section 2.6)."""
    text = key + engine_id + key
    return hashlib.new(hash_name, text, usedforsecurity=False).digest()


def _blumenthal(hash_name: str, key: bytes, engine_id: bytes, size: int) -> bytes:
    while len(key) < size:
        key += hashlib.new(hash_name, key, usedforsecurity=False).digest()
    return key


def _reeder(hash_name: str, key: bytes, engine_id: bytes, size: int) -> bytes:
    last = key
    while len(key) < size:
        last = localized(hash_name, pass_phrase_key(hash_name, last), engine_id)
        key += last
    return key


class _Des:
    """DES and 3DES in CBC; the salt is the engine's boots and a counter."""

    def __init__(self, key: bytes, size: int) -> None:
        single = key[:size]
        self._algorithm = TripleDES(single * (24 // size))
        self._pad = key[size : size + 8]

    def _cipher(self, salt: bytes) -> Cipher[CBC]:
        mask = zip(self._pad, salt, strict=True)
        return Cipher(self._algorithm, CBC(bytes(a ^ b for a, b in mask)))

    def encrypt(
        self, plain: bytes, boots: int, time: int, counter: int
    ) -> tuple[bytes, bytes]:
        """Return cipher text and salt."""
        salt = boots.to_bytes(4) + (counter & 0xFFFFFFFF).to_bytes(4)
        encryptor = self._cipher(salt).encryptor()
        padded = plain + bytes(-len(plain) % 8)
        return encryptor.update(padded) + encryptor.finalize(), salt

    def decrypt(self, sealed: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """Return plain text, with its padding."""
        if len(salt) != 8 or len(sealed) % 8:
            raise Malformed(N_("the salt or the length does not fit DES"))
        decryptor = self._cipher(salt).decryptor()
        return decryptor.update(sealed) + decryptor.finalize()


class _Aes:
    """AES in CFB; boots, time and a 64-bit salt make the initialisation vector."""

    def __init__(self, key: bytes, size: int) -> None:
        self._algorithm = AES(key[:size])

    def encrypt(
        self, plain: bytes, boots: int, time: int, counter: int
    ) -> tuple[bytes, bytes]:
        """Return cipher text and salt."""
        salt = counter.to_bytes(8)
        vector = boots.to_bytes(4) + time.to_bytes(4) + salt
        encryptor = Cipher(self._algorithm, CFB(vector)).encryptor()
        return encryptor.update(plain) + encryptor.finalize(), salt

    def decrypt(self, sealed: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """Return plain text."""
        if len(salt) != 8:
            raise Malformed(N_("the salt does not fit AES"))
        vector = boots.to_bytes(4) + time.to_bytes(4) + salt
        decryptor = Cipher(self._algorithm, CFB(vector)).decryptor()
        return decryptor.update(sealed) + decryptor.finalize()


Extend = Callable[[str, bytes, bytes, int], bytes]


@dataclass(frozen=True, slots=True)
class _Privacy:
    cipher: type[_Des] | type[_Aes]
    size: int
    needs: int
    extend: Extend


_CIPHERS: Final = {
    "des": _Privacy(_Des, 8, 16, _blumenthal),
    "3des": _Privacy(_Des, 24, 32, _reeder),
    "aes128": _Privacy(_Aes, 16, 16, _blumenthal),
    "aes192": _Privacy(_Aes, 24, 24, _blumenthal),
    "aes256": _Privacy(_Aes, 32, 32, _blumenthal),
    "aes192c": _Privacy(_Aes, 24, 24, _reeder),
    "aes256c": _Privacy(_Aes, 32, 32, _reeder),
}


class Keys:
    """A user's keys at one engine: signs, verifies, encrypts, decrypts.

    Attributes:
        digest_size: Octets of authentication parameters; 0 without authentication.
        private: Whether there is a privacy key.
    """

    def __init__(
        self,
        digest: tuple[str, int, bytes] | None,
        cipher: _Des | _Aes | None,
    ) -> None:
        self._hash, self.digest_size, self._key = digest or ("", 0, b"")
        self._cipher = cipher

    @property
    def private(self) -> bool:
        """Whether messages are encrypted."""
        return self._cipher is not None

    def sign(self, message: bytes) -> bytes:
        """Return the digest of a message whose own place for it holds zeros."""
        return hmac.digest(self._key, message, self._hash)[: self.digest_size]

    def verify(self, message: bytes, at: int, digest: bytes) -> bool:
        """Whether `digest`, which stands at `at` of `message`, is right."""
        size = self.digest_size
        if len(digest) != size:
            return False
        blank = b"%b%b%b" % (message[:at], bytes(size), message[at + size :])
        return hmac.compare_digest(self.sign(blank), digest)

    def encrypt(
        self, plain: bytes, boots: int, time: int, counter: int
    ) -> tuple[bytes, bytes]:
        """Return cipher text and privacy parameters."""
        assert self._cipher is not None
        return self._cipher.encrypt(plain, boots, time, counter)

    def decrypt(self, sealed: bytes, boots: int, time: int, salt: bytes) -> bytes:
        """Return plain text.

        Raises:
            Malformed: Sizes or numbers do not fit the cipher, or there is no key.
        """
        if self._cipher is None or not (
            0 <= boots <= 0x7FFFFFFF and 0 <= time <= 0x7FFFFFFF
        ):
            raise Malformed(N_("an encrypted message that cannot be decrypted"))
        return self._cipher.decrypt(sealed, boots, time, salt)


def _phrase(secret: SecretStr | None) -> bytes:
    return secret.get_secret_value().encode() if secret is not None else b""


def check(credential: SnmpCredential) -> None:
    """Make sure that a v3 credential can be used at all.

    Raises:
        Unsupported: It names an unknown protocol, lacks a pass phrase, or has privacy
            without authentication; the text names the credential.
    """
    name, auth, priv = credential.name, credential.auth, credential.priv
    if auth is None:
        if priv is not None:
            raise Unsupported(
                N_("credential {name}: privacy needs authentication"), name=repr(name)
            )
        return
    if auth not in _DIGESTS or (priv is not None and priv not in _CIPHERS):
        raise Unsupported(
            N_("credential {name}: unknown protocol {auth}/{priv}"),
            name=repr(name),
            auth=auth,
            priv=priv,
        )
    if not _phrase(credential.auth_secret):
        raise Unsupported(
            N_("credential {name} lacks the authentication pass phrase"),
            name=repr(name),
        )
    if priv is not None and not _phrase(credential.priv_secret):
        raise Unsupported(
            N_("credential {name} lacks the privacy pass phrase"), name=repr(name)
        )


class Keyring:
    """Makes the keys of users at engines, and keeps them: making one is slow."""

    def __init__(self) -> None:
        self._stretched: dict[tuple[str, bytes], bytes] = {}
        self._keys: dict[tuple[SnmpCredential, bytes], Keys] = {}

    def keys(self, credential: SnmpCredential, engine_id: bytes) -> Keys:
        """Return the keys of a v3 credential at an engine.

        Raises:
            Unsupported: As `check`.
        """
        known = self._keys.get((credential, engine_id))
        if known is None:
            if len(self._keys) >= _MOST_KEYS:
                self._keys.clear()
            known = self._make(credential, engine_id)
            self._keys[credential, engine_id] = known
        return known

    def _make(self, credential: SnmpCredential, engine_id: bytes) -> Keys:
        check(credential)
        auth, priv = credential.auth, credential.priv
        if auth is None:
            return Keys(None, None)
        hash_name, sent = _DIGESTS[auth]
        key = self._localized(hash_name, _phrase(credential.auth_secret), engine_id)
        digest = (hash_name, sent, key)
        if priv is None:
            return Keys(digest, None)
        privacy = _CIPHERS[priv]
        key = self._localized(hash_name, _phrase(credential.priv_secret), engine_id)
        key = privacy.extend(hash_name, key, engine_id, privacy.needs)
        return Keys(digest, privacy.cipher(key, privacy.size))

    def _localized(self, hash_name: str, secret: bytes, engine_id: bytes) -> bytes:
        key = self._stretched.get((hash_name, secret))
        if key is None:
            key = self._stretched[hash_name, secret] = pass_phrase_key(
                hash_name, secret
            )
        return localized(hash_name, key, engine_id)
