"""What goes wrong in an SSH login, as errors of ours. Imports asyncssh."""

from __future__ import annotations

import asyncssh

from collectors.errors import (
    AuthFailed,
    CollectError,
    HostKeyChanged,
    Malformed,
    Refused,
    TimedOut,
    Unreachable,
    Unsupported,
)
from collectors.sentences import N_
from collectors.text import printable


def translated(error: Exception, unknown_key: str | None = None) -> CollectError:
    """Return an error of asyncssh or of the system as one of ours.

    Args:
        error: What was raised.
        unknown_key: Fingerprint of a host key that was not the pinned one: whatever
            the end of the connection looked like, this was its cause.
    """
    text = one_line(error)
    if unknown_key is not None:
        return HostKeyChanged(
            N_("the host key is {unknown_key}, another was pinned"),
            unknown_key,
            unknown_key=unknown_key,
        )
    match error:
        case TimeoutError():
            return TimedOut(N_("the SSH login did not finish in time"))
        case ConnectionRefusedError():
            return Refused(N_("nobody listens on the SSH port"))
        case asyncssh.PermissionDenied():
            return AuthFailed(N_("the device refused the account or its secret"))
        case asyncssh.KeyExchangeFailed():
            return Unsupported(
                N_(
                    "no common SSH algorithm ({text}): an old device may need"
                    " legacy algorithms allowed for its range"
                ),
                text=text,
            )
        case asyncssh.ConnectionLost() | ConnectionResetError() | BrokenPipeError():
            if "timeout" in text.lower():
                return TimedOut(N_("the SSH login did not finish in time"))
            return Malformed(N_("the peer broke off the login: {text}"), text=text)
        case OSError():
            return Unreachable(N_("no connection: {text}"), text=text)
        case _:
            # asyncssh ends a connection with whatever its parser of the peer's
            # packets raised: any exception that arrives here is about the peer
            return Malformed(
                N_("the peer does not speak SSH properly: {text}"), text=text
            )


def one_line(error: Exception) -> str:
    """Return the error's text, one printable line: parts of it come from the peer."""
    reason = getattr(error, "reason", "") or getattr(error, "strerror", "")
    return printable(str(reason or error))[:200]
