"""Credentials as values: what a session needs to log in. Pure.

Secrets are `pydantic.SecretStr`, so that no repr, log line or traceback shows them.
Which credential is tried where, and what worked, is decided in `discovery`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

AUTH_PROTOCOLS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
"""SNMPv3 authentication: RFC 3414 (md5, sha1) and RFC 7860 (the rest)."""

PRIV_PROTOCOLS = ("des", "3des", "aes128", "aes192", "aes256", "aes192c", "aes256c")
"""SNMPv3 privacy: RFC 3414, RFC 3826; `aes192`/`aes256` extend the key after
draft-blumenthal-aes-usm-04, the `c` forms after draft-reeder-snmpv3-usm-3desede
(as Cisco does)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpCredential:
    """A community (v1, v2c) or a USM user (v3).

    Attributes:
        name: What the administrator calls it; this, never the secret, is stored.
        version: `1`, `2c` or `3`.
        community: For v1 and v2c.
        user: USM user name.
        auth: One of `AUTH_PROTOCOLS`, None for noAuth.
        auth_secret: Authentication pass phrase.
        priv: One of `PRIV_PROTOCOLS`, None for noPriv.
        priv_secret: Privacy pass phrase.
        context: SNMPv3 context name.
    """

    name: str
    version: str = "2c"
    community: SecretStr | None = None
    user: str | None = None
    auth: str | None = None
    auth_secret: SecretStr | None = None
    priv: str | None = None
    priv_secret: SecretStr | None = None
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpHost:
    """A host through which others are reached (OpenSSH's ProxyJump).

    Attributes:
        host: Address or name, as seen from the hop before it.
        port: Its SSH port.
        login: The account there.
    """

    host: str
    port: int = 22
    login: SshCredential


@dataclass(frozen=True, slots=True, kw_only=True)
class SshCredential:
    """An account for SSH.

    Attributes:
        name: What the administrator calls it.
        user: Account name.
        password: Password, or None for key logins.
        private_key: PEM or OpenSSH text of a private key.
        key_secret: Pass phrase of the private key.
        agent: Whether the keys of the running ssh-agent may be used.
        agent_key: Fingerprint of the one to use, `SHA256:...`; servers end a login
            after a handful of keys.
        enable_secret: Second secret of network devices.
        device_type: A netmiko device type, where the administrator knows it.
        jumps: The way there; the first one is nearest to us.
        trouble: Why it cannot be used, such as a key file that is missing.
    """

    name: str
    user: str
    password: SecretStr | None = None
    private_key: SecretStr | None = None
    key_secret: SecretStr | None = None
    agent: bool = False
    agent_key: str | None = None
    enable_secret: SecretStr | None = None
    device_type: str | None = None
    jumps: tuple[JumpHost, ...] = ()
    trouble: str | None = None


WINRM_AUTH = ("negotiate", "ntlm", "kerberos", "basic", "certificate")
"""How an account logs in by WinRM: SPNEGO (RFC 4178) and what it chooses between,
HTTP Basic (RFC 7617), or a client certificate of TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WinRmCredential:
    r"""An account for Windows by WinRM.

    Attributes:
        name: What the administrator calls it.
        user: `DOMAIN\user`, `user@domain`, or a local account.
        password: None for certificates, and for Kerberos with a ticket cache.
        auth: One of `WINRM_AUTH`.
        certificate: PEM text of the client certificate.
        private_key: PEM text of its key.
        http: Plain HTTP, with messages that NTLM or Kerberos encrypts.
        jumps: The way there; the first one is nearest to us.
        trouble: Why it cannot be used, such as a key file that is missing.
    """

    name: str
    user: str = ""
    password: SecretStr | None = None
    auth: str = "negotiate"
    certificate: str | None = None
    private_key: SecretStr | None = None
    http: bool = False
    jumps: tuple[JumpHost, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxCredential:
    """An account of a telephone system's management interface.

    Attributes:
        name: What the administrator calls it.
        user: Account, client id; empty where a password alone logs in.
        password: Password, client secret or token.
        tenant: Directory of a cloud system.
    """

    name: str
    user: str = ""
    password: SecretStr
    tenant: str = ""
