"""Headers and cookies of a request, read from its ASGI scope."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from functools import cache
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.types import Scope

NOT_PUBLIC = (
    *("localhost", "test", "example", "invalid", "local", "home.arpa", "internal"),
    *("intranet", "private", "corp", "home", "lan"),
)
"""Ends of names that nobody can register: RFC 6761, 6762 (with appendix G), 8375."""


def header(scope: Scope, name: bytes) -> str:
    """Return a header of the request as text, empty where it is absent."""
    for key, value in scope.get("headers", ()):
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def cookie(scope: Scope, name: str) -> str:
    """Return a cookie of the request, empty where it is absent."""
    jar: SimpleCookie = SimpleCookie()
    for part in header(scope, b"cookie").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            jar.load(f"{key}={value}")
    return jar[name].value if name in jar else ""


def is_our_name(scope: Scope, ours: Iterable[str | None]) -> bool:
    """Return whether a request names us by a name that is not an attacker's.

    Whoever owns a name can let it point here and have a browser ask us as if we were
    his site (DNS rebinding). Addresses, names without a dot and names that cannot be
    registered are not his; others have to be named by the settings.

    Args:
        scope: The request.
        ours: Our other names, or addresses with them.
    """
    try:
        name = (urlsplit(f"//{header(scope, b'host')}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if "." not in name or ":" in name or name.rpartition(".")[2].isdecimal():
        return True  # addresses, too
    known = {
        urlsplit(one if "//" in one else f"//{one}").hostname for one in ours if one
    }
    ends = tuple(f".{end}" for end in NOT_PUBLIC)
    return name.endswith(ends) or name in known | {_machine()}


@cache
def _machine() -> str:
    return socket.gethostname().lower()
