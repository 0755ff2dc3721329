"""Signing keys as they lie in the database: AES-256-GCM, bound to their webhook. Pure.

The key that seals them is derived from the key file of the installation, so that a
copy of the database alone signs nothing.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

_NONCE = 12


class Sealer:
    """Seals signing keys and opens them.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: str, webhook_id: int) -> str:
        """Return a signing key as it is kept."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, secret.encode(), _bound(webhook_id))
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, webhook_id: int) -> str:
        """Return the signing key.

        Raises:
            Invalid: It was altered, belongs to another webhook, or the key of this
                installation is another.
        """
        try:
            raw = base64.b64decode(sealed, validate=True)
            opened = self._cipher.decrypt(
                raw[:_NONCE], raw[_NONCE:], _bound(webhook_id)
            )
        except (binascii.Error, InvalidTag, ValueError):
            raise Invalid(
                N_("The signing key cannot be opened."),
                where=f"webhook {webhook_id}",
                remedy=N_(
                    "Restore the key file of this installation, or make a new "
                    "signing key: purser webhook rotate."
                ),
            ) from None
        return opened.decode()


def _bound(webhook_id: int) -> bytes:
    return f"webhook:{webhook_id}".encode()
