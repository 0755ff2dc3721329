"""What is negotiated with an SSH server, newest first. Pure data.

Lists are OpenSSH's names. The fast elliptic curves come before the hybrids with a
post-quantum part: an inventory of ten thousand machines pays for every key exchange.
`LEGACY` is for old devices in ranges where the administrator allows it: SHA-1, group 1,
CBC and DSA (deprecated by RFC 9142 and RFC 8758).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Algorithms:
    """One offer: key exchange, host keys, ciphers and MACs in order of preference."""

    kex: tuple[str, ...]
    host_keys: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]

    def only_host_keys(self, names: tuple[str, ...]) -> Algorithms:
        """Return the offer narrowed to some host key algorithms."""
        return Algorithms(self.kex, names, self.ciphers, self.macs)


CURRENT = Algorithms(
    kex=(
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
    ),
    host_keys=(
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "rsa-sha2-512",
        "rsa-sha2-256",
    ),
    ciphers=(
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
    ),
    macs=(
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
        "hmac-sha1",
    ),
)

LEGACY = Algorithms(
    kex=(
        *CURRENT.kex,
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group1-sha1",
    ),
    host_keys=(*CURRENT.host_keys, "ssh-rsa", "ssh-dss"),
    ciphers=(*CURRENT.ciphers, "aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"),
    macs=(*CURRENT.macs, "hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
)

FAMILIES = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),
    ("ssh-dss",),
)
"""A server has one key of each family at most."""


def families(offer: Algorithms) -> tuple[tuple[str, ...], ...]:
    """Return the host key algorithms of an offer, one key per group."""
    groups = (tuple(n for n in group if n in offer.host_keys) for group in FAMILIES)
    return tuple(group for group in groups if group)
