"""Headers and cookies of a request, read from its ASGI scope."""

from __future__ import annotations

from http.cookies import SimpleCookie

from starlette.types import Scope


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
