"""Kinds of credentials: their fields, which of them are secret, what must go together.

Pure. Field names are those of `collectors.credentials`, so that opening is copying.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

AUTH = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
WINRM_AUTH = ("negotiate", "ntlm", "kerberos", "basic", "certificate")
PRIV = ("des", "3des", "aes128", "aes192", "aes256", "aes192c", "aes256c")


@dataclass(frozen=True, slots=True)
class CredentialKind:
    """What a kind of credential consists of.

    Attributes:
        public: Fields stored in the open.
        secret: Fields that are sealed.
        required: Fields of either sort that must be there.
        one_of: At least one of these must be there, if any are named.
    """

    public: tuple[str, ...]
    secret: tuple[str, ...]
    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()


_LOGIN = ("password", "private_key", "agent")

KINDS: Mapping[str, CredentialKind] = {
    "snmp-v1": CredentialKind((), ("community",), ("community",)),
    "snmp-v2c": CredentialKind((), ("community",), ("community",)),
    "snmp-v3": CredentialKind(
        ("user", "auth", "priv", "context"), ("auth_secret", "priv_secret"), ("user",)
    ),
    "ssh": CredentialKind(
        ("user", "device_type", "jumps", "agent", "agent_key"),
        ("password", "private_key", "key_secret", "enable_secret"),
        ("user",),
        _LOGIN,
    ),
    "jump": CredentialKind(
        ("user", "host", "port", "agent", "agent_key"),
        ("password", "private_key", "key_secret"),
        ("user", "host"),
        _LOGIN,
    ),
    "winrm": CredentialKind(
        ("user", "auth", "certificate", "http"),
        ("password", "private_key"),
        (),
        ("password", "private_key", "auth"),
    ),
    "pbx": CredentialKind(("user", "tenant"), ("password",), ("password",)),
}
"""`jumps` names credentials of kind `jump`, the first one nearest to us; `agent` says
that the keys of the running ssh-agent may be used."""

_CHOICES = {"auth": AUTH, "priv": PRIV}
_WINRM_CHOICES = {"auth": WINRM_AUTH}
_TEXTS = (
    "user",
    "device_type",
    "host",
    "context",
    "auth",
    "priv",
    "tenant",
    "agent_key",
    "certificate",
)


def kind_of(name: str) -> CredentialKind:
    """Return a kind.

    Raises:
        Invalid: There is none of this name.
    """
    if name not in KINDS:
        raise Invalid(
            N_("There is no kind of credential {name!r}."),
            where="kind",
            remedy=N_("Use one of {names}."),
            name=name,
            names=", ".join(KINDS),
        )
    return KINDS[name]


def checked_fields(
    name: str, public: Mapping[str, object], secret: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    """Return the fields of a credential without the empty ones, in the known order.

    Raises:
        Invalid: A field is unknown, missing, of a wrong form or does not fit another.
    """
    kind = kind_of(name)
    _known(name, kind, public, secret)
    shown = {f: public[f] for f in kind.public if public.get(f)}
    hidden = {f: secret[f] for f in kind.secret if secret.get(f)}
    for field in kind.required:
        if field not in shown and field not in hidden:
            raise Invalid(
                N_("A credential of kind {name} needs it."),
                where=field,
                name=name,
            )
    if kind.one_of and not any(f in shown or f in hidden for f in kind.one_of):
        raise Invalid(
            N_("A credential of kind {name} needs one of {names}."),
            where=kind.one_of[0],
            name=name,
            names=", ".join(kind.one_of),
        )
    _forms(shown, _WINRM_CHOICES if name == "winrm" else _CHOICES)
    if name == "winrm":
        _way_in(shown, hidden)
    if name == "snmp-v3":
        _protected(shown, hidden)
    if "key_secret" in hidden and "private_key" not in hidden:
        raise Invalid(
            N_("A pass phrase needs its private_key."),
            where="key_secret",
        )
    return shown, hidden


def _known(
    name: str,
    kind: CredentialKind,
    public: Mapping[str, object],
    secret: Mapping[str, str],
) -> None:
    strange = (public.keys() - set(kind.public)) | (secret.keys() - set(kind.secret))
    if strange:
        raise Invalid(
            N_("A credential of kind {name} has no such field."),
            where=min(strange),
            remedy=N_("Its fields are {names}."),
            name=name,
            names=", ".join((*kind.public, *kind.secret)),
        )


def _forms(shown: Mapping[str, object], choices: Mapping[str, tuple[str, ...]]) -> None:
    for field, value in shown.items():
        if field in _TEXTS and not isinstance(value, str):
            raise Invalid(
                N_("A text is needed."),
                where=field,
            )
        if field in choices and value not in choices[field]:
            raise Invalid(
                N_("{value!r} is none of {names}."),
                where=field,
                value=value,
                names=", ".join(choices[field]),
            )
    port = shown.get("port", 22)
    if not isinstance(port, int) or not 0 < port < 65536:
        raise Invalid(
            N_("A port is a number from 1 to 65535."),
            where="port",
        )
    jumps = shown.get("jumps", [])
    if not isinstance(jumps, list) or not all(isinstance(j, str) for j in jumps):
        raise Invalid(
            N_("jumps is a list of names."),
            where="jumps",
        )
    for field in ("agent", "http"):
        if not isinstance(shown.get(field, True), bool):
            raise Invalid(N_("{name} is true or false."), where=field, name=field)


def _way_in(shown: Mapping[str, object], hidden: Mapping[str, str]) -> None:
    """Check that a WinRM account has what its method needs."""
    auth = str(shown.get("auth", "negotiate"))
    needs = {"certificate": ("certificate", "private_key"), "kerberos": ()}
    for field in needs.get(auth, ("user", "password")):
        if field not in shown and field not in hidden:
            raise Invalid(N_("WinRM by {auth} needs it."), where=field, auth=auth)
    if shown.get("http") and auth in ("basic", "certificate"):
        raise Invalid(
            N_("WinRM by {auth} is used over HTTPS only."),
            where="http",
            remedy=N_("Leave http out, or choose negotiate, ntlm or kerberos."),
            auth=auth,
        )


def _protected(shown: Mapping[str, object], hidden: Mapping[str, str]) -> None:
    for protocol, secret in (("auth", "auth_secret"), ("priv", "priv_secret")):
        if (protocol in shown) != (secret in hidden):
            raise Invalid(
                N_("{protocol} and {secret} are given together or not at all."),
                where=protocol,
                protocol=protocol,
                secret=secret,
            )
    if "priv" in shown and "auth" not in shown:
        raise Invalid(
            N_("Privacy needs authentication (RFC 3414)."),
            where="auth",
        )
    for secret, text in hidden.items():
        if len(text) < 8:
            raise Invalid(
                N_(
                    "A pass phrase of SNMPv3 has 8 characters or more (RFC 3414, 11.2)."
                ),
                where=secret,
            )


def check_networks(networks: list[str]) -> list[str]:
    """Return networks in their usual form, `first-last` ranges as CIDR networks.

    Raises:
        Invalid: One is neither a network nor a range.
    """
    found: list[str] = []
    for text in networks:
        try:
            found += [str(network) for network in cidrs(text)]
        except ValueError as error:
            raise Invalid(
                f"{text!r} is not a network: {error}.",
                where="networks",
                remedy=N_("Write 10.1.0.0/24 or 10.1.0.1-10.1.0.99."),
            ) from None
    return found


def cidrs(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Return a network or a range `first-last` (last octets allowed) as networks.

    Raises:
        ValueError: It is neither.
    """
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        return [ipaddress.ip_network(first, strict=False)]
    if "." not in last and ":" not in last:
        last = f"{first.rpartition('.')[0]}.{last}"
    start, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
    return list(ipaddress.summarize_address_range(start, end))
