"""Addresses that an identity provider tells of itself, before anything is sent there.

Pure. The client's secret and people's codes go to them, and our server asks them from
inside of the network: so a document may not lead from TLS to plain HTTP (OpenID Connect
Discovery 1.0, section 3), nor from a provider elsewhere to this machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit


def endpoint_of(issuer: str, about: Mapping[str, Any], name: str) -> str:
    """Return an address of a discovery document.

    Args:
        issuer: The provider as the settings name it.
        about: The document.
        name: Such as `token_endpoint`.

    Raises:
        ValueError: The document has none, or one where nothing may be sent; says why.
    """
    told = about.get(name)
    if not isinstance(told, str) or not told:
        raise ValueError(f"the discovery document has no {name}")
    own, there = urlsplit(issuer), _split(told)
    if there is None or there.scheme not in ("https", "http") or not there.hostname:
        raise ValueError(f"{name} of the discovery document is no web address")
    if there.username is not None:
        raise ValueError(f"{name} of the discovery document holds a user name")
    if own.scheme == "https" and there.scheme != "https":
        raise ValueError(f"{name} of the discovery document is not https")
    if _is_here(there.hostname) and not _is_here(own.hostname or ""):
        raise ValueError(f"{name} of the discovery document is on this machine")
    return told


def _split(address: str) -> SplitResult | None:
    try:
        found = urlsplit(address)
        _ = found.port
    except ValueError:
        return None
    return found


def _is_here(host: str) -> bool:
    """Whether a host is this machine, or reached only on its own link."""
    if host.casefold().rstrip(".").split(".")[-1] == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
    )
