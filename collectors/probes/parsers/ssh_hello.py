"""The beginning of SSH (RFC 4253): version, algorithms, host key; no login. Pure.

The host key comes with the answer to the first message of a key exchange; what would
follow is not sent. Nothing is verified: a fingerprint is compared, no secret is given.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from collections.abc import Sequence

from collectors.facts import HostKey
from collectors.probes.parsers.said import Said

VERSION = b"SSH-2.0-Purser\r\n"
KEXINIT, KEX_START, KEX_REPLY = 20, 30, 31
LONGEST_PACKET = 35_000
"""RFC 4253, 6.1."""
_GROUP_14 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22"
    "514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"
    "F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3D"
    "C2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E8603"
    "9B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
EXCHANGES = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group14-sha1",
)
KEYS = (
    "ssh-ed25519",
    *("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    *("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-dss"),
)
_CIPHERS = "aes128-ctr,aes256-ctr,aes128-cbc,3des-cbc,aes256-gcm@openssh.com"
_HASHES = "hmac-sha2-256,hmac-sha2-512,hmac-sha1,hmac-md5"
_SSH = re.compile(rb"(?:^|\n)(SSH-[^\r\n]{1,250})\r?\n")


def version_line(data: bytes) -> tuple[str, int] | None:
    """Return the version line and where packets begin; None while it is not there."""
    found = _SSH.search(data)
    if found is None:
        return None
    return found[1].decode("utf-8", "replace"), found.end()


def packet(payload: bytes) -> bytes:
    """Return an unencrypted binary packet (RFC 4253, 6)."""
    padding = 8 - (5 + len(payload)) % 8
    padding += 8 if padding < 4 else 0
    head = struct.pack("!IB", len(payload) + padding + 1, padding)
    return head + payload + bytes(padding)


def packets(data: bytes) -> list[bytes]:
    """Return the payloads of the whole packets at the beginning of some bytes."""
    found: list[bytes] = []
    at = 0
    while at + 5 <= len(data) and len(found) < 8:
        length, padding = struct.unpack_from("!IB", data, at)
        if not padding + 1 <= length <= LONGEST_PACKET or at + 4 + length > len(data):
            break
        found.append(data[at + 5 : at + 4 + length - padding])
        at += 4 + length
    return found


def kexinit(cookie: bytes) -> bytes:
    """Return our KEXINIT; `cookie` are 16 random octets."""
    lists = (
        ",".join(EXCHANGES),
        ",".join(KEYS),
        *(_CIPHERS, _CIPHERS, _HASHES, _HASHES, "none", "none", "", ""),
    )
    body = b"".join(_string(each.encode()) for each in lists)
    return packet(bytes([KEXINIT]) + cookie[:16] + body + bytes(5))


def exchange_start(payload: bytes, secret: bytes) -> bytes | None:
    """Return the first message of the exchange that both sides know.

    Args:
        payload: The server's KEXINIT.
        secret: 32 random octets.

    Returns:
        None where the server knows none of ours.
    """
    offered = algorithms(payload)
    if not offered:
        return None
    chosen = next((name for name in EXCHANGES if name in offered[0]), None)
    if chosen is None:
        return None
    if chosen.startswith("curve25519"):
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        key = X25519PrivateKey.from_private_bytes(secret[:32])
        point = key.public_key().public_bytes_raw()
        return packet(bytes([KEX_START]) + _string(point))
    number = pow(2, int.from_bytes(secret, "big"), _GROUP_14)
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return packet(bytes([KEX_START]) + _string(octets))


def algorithms(payload: bytes) -> list[list[str]]:
    """Return the lists of a KEXINIT (exchanges, host keys, ...); empty if none."""
    if len(payload) < 17 or payload[0] != KEXINIT:
        return []
    found: list[list[str]] = []
    at = 17
    for _ in range(10):
        value = _read_string(payload, at)
        if value is None:
            return found
        found.append(value.decode("ascii", "replace").split(",")[:100])
        at += 4 + len(value)
    return found


def _string(data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + data


def _read_string(data: bytes, at: int) -> bytes | None:
    if at + 4 > len(data):
        return None
    (length,) = struct.unpack_from("!I", data, at)
    return data[at + 4 : at + 4 + length] if at + 4 + length <= len(data) else None


def read_hello(line: str, payloads: Sequence[bytes], port: int) -> Said:
    """Return what a server said until it showed its host key."""
    said = Said()
    said.clue("ssh-banner", line, f"tcp {port}")
    said.serves("ssh", port, product=line)
    for payload in payloads:
        if payload[:1] == bytes([KEX_REPLY]):
            key = _read_string(payload, 1)
            algorithm = _read_string(key, 0) if key else None
            if key and algorithm and algorithm.isascii() and len(algorithm) < 64:
                digest = base64.b64encode(hashlib.sha256(key).digest()).decode()
                fingerprint = f"SHA256:{digest.rstrip('=')}"
                said.host_keys.append(
                    HostKey(algorithm=algorithm.decode(), fingerprint=fingerprint)
                )
    return said
