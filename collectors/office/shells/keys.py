"""Host keys of the office's SSH servers, made from what the truth says.

The same device shows the same key after each start, as a real one does, and no key
has to be kept in a file. Nothing is read or written.
"""

from __future__ import annotations

from hashlib import sha256

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)


def host_key(seed: str) -> asyncssh.SSHKey:
    """Return the ed25519 key of the device with this seed; no secret worth keeping."""
    secret = Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest())
    text = secret.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return asyncssh.import_private_key(text)
