"""An authenticator in memory: makes passkeys and shows them, as a browser would."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as b64

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey (ES256).

    Attributes:
        verifies: It checks a finger or a PIN.
        counts: Many do not, and say 0 always.
        counter: How often it was shown.
    """

    def __init__(self, host: str, origin: str) -> None:
        self._host = host
        self._origin = origin
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.verifies = True
        self.counts = True
        self.counter = 0

    def make(self, options: str) -> str:
        """Answer `navigator.credentials.create`."""
        asked = json.loads(options)
        numbers = self._key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id
        data = self._data(ATTESTED) + attested + cbor2.dumps(cose)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._said("webauthn.create", asked["challenge"]),
            attestationObject=made,
        )

    def show(self, options: str) -> str:
        """Answer `navigator.credentials.get`."""
        asked = json.loads(options)
        self.counter += self.counts
        said = self._said("webauthn.get", asked["challenge"])
        data = self._data(0)
        signed = data + hashlib.sha256(said).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=said, authenticatorData=data, signature=signature
        )

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        host = hashlib.sha256(self._host.encode()).digest()
        return host + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self._origin}
        return json.dumps(told | {"crossOrigin": False}).encode()

    def _answer(self, **response: bytes) -> str:
        told: dict[str, Any] = {"id": b64(self.id), "rawId": b64(self.id)}
        told |= {"type": "public-key", "clientExtensionResults": {}}
        told["response"] = {name: b64(one) for name, one in response.items()}
        return json.dumps(told)
