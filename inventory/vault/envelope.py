"""Sealing secrets: AES-256-GCM under a data key, which a master key wraps. Pure.

The public fields of a row are authenticated together with its secret (associated
data, NIST SP 800-38D): a sealed secret that is moved to another row, or whose row is
given another user, site or network, does not open. Nonces are random, 96 bits; a data
key seals far fewer than the 2^32 messages that are allowed for them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.texts import N_

KEY_BYTES = 32
_NONCE_BYTES = 12


class VaultError(InventoryError):
    """The stored secrets cannot be opened."""

    code = "vault"
    remedy = "Restore the master key, or enter the secrets anew."


class KeyLost(VaultError):
    """The master key that sealed these secrets is not here."""

    code = "vault-key-lost"


class Tampered(VaultError):
    """A sealed secret was altered, or belongs to another row."""

    code = "vault-tampered"
    remedy = (
        "Restore the row from a backup, or remove the credential and add it again;"
        " find out who wrote to the database."
    )


@dataclass(frozen=True, slots=True)
class Key:
    """A key and the short name by which rows refer to it.

    Attributes:
        name: For a master key a digest of it, so that a wrong key is known as wrong.
        secret: 32 bytes.
    """

    name: str
    secret: bytes = field(repr=False)


def master_key(text: str) -> Key:
    """Read a master key from its text form, 32 bytes in URL-safe base64.

    Raises:
        Invalid: It is none; the text is not quoted.
    """
    try:
        secret = base64.urlsafe_b64decode(text.strip().encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise Invalid(
            N_("This is not a master key: 32 bytes in URL-safe base64 are needed."),
            where="vault",
            remedy=N_("`purser credential new-key` prints a fresh one."),
        )
    return Key(hashlib.sha256(b"purser master key" + secret).hexdigest()[:16], secret)


def new_master_text() -> str:
    """Return a fresh master key in its text form."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def new_data_key() -> Key:
    """Return a fresh data key."""
    return Key(secrets.token_hex(8), secrets.token_bytes(KEY_BYTES))


def wrap(master: Key, data: Key) -> str:
    """Return a data key as it is stored."""
    about = _about({"master": master.name, "key": data.name})
    return _encrypt(master, data.secret, about)


def unwrap(masters: Sequence[Key], master: str, name: str, wrapped: str) -> Key:
    """Return the data key of a stored one.

    Args:
        masters: The master keys at hand.
        master: Name of the one that wrapped it.
        name: Name of the data key.
        wrapped: As `wrap` returned it.

    Raises:
        KeyLost: That master key is not among them.
        Tampered: The stored key was altered.
    """
    found = next((key for key in masters if key.name == master), None)
    if found is None:
        at_hand = ", ".join(key.name for key in masters) or "none"
        raise KeyLost(
            N_(
                "The stored secrets were sealed under master key {master}; at hand "
                "is {at_hand}."
            ),
            where="vault",
            remedy=N_(
                "Give back that key (see [vault] in purser.toml: key_file, the "
                "variable PURSER_VAULT__KEY, or the keyring). If it is lost for "
                "good, run `purser credential remove --all` and enter the secrets "
                "anew."
            ),
            master=master,
            at_hand=at_hand,
        )
    return Key(
        name, _decrypt(found, wrapped, _about({"master": master, "key": name}), "key")
    )


def seal(key: Key, public: Mapping[str, object], hidden: Mapping[str, str]) -> str:
    """Return secrets sealed together with the public fields of their row.

    Args:
        key: A data key.
        public: What is stored in the open beside them; has a JSON form.
        hidden: Name -> secret.
    """
    return _encrypt(key, json.dumps(dict(hidden)).encode(), _about(public))


def unseal(
    key: Key, public: Mapping[str, object], sealed: str, what: str
) -> dict[str, str]:
    """Return the secrets of a row.

    Args:
        key: The data key it was sealed under.
        public: As given to `seal`.
        sealed: As `seal` returned it.
        what: Names the row in the error.

    Raises:
        Tampered: Either was altered since.
    """
    text = _decrypt(key, sealed, _about(public), what)
    found: dict[str, str] = json.loads(text)
    return found


def _about(public: Mapping[str, object]) -> bytes:
    return json.dumps(public, sort_keys=True, separators=(",", ":")).encode()


def _encrypt(key: Key, text: bytes, about: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    body = AESGCM(key.secret).encrypt(nonce, text, about)
    return base64.urlsafe_b64encode(nonce + body).decode("ascii")


def _decrypt(key: Key, sealed: str, about: bytes, what: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(sealed.encode("ascii"))
        nonce, body = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        return AESGCM(key.secret).decrypt(nonce, body, about)
    except (binascii.Error, UnicodeEncodeError, ValueError, InvalidTag):
        # No cause: a traceback must not carry ciphertext or keys along.
        raise Tampered(
            N_("The sealed secret of {what} was altered, or its row was."),
            where="vault",
            what=what,
        ) from None
