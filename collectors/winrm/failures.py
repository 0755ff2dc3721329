"""What goes wrong over WinRM, as errors of ours. Imports pypsrp and requests."""

from __future__ import annotations

import requests
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from spnego.exceptions import BadMechanismError, FeatureMissingError, SpnegoError

from collectors.errors import (
    AuthFailed,
    CollectError,
    Malformed,
    Refused,
    TimedOut,
    Unreachable,
    Unsupported,
    UnusableCredential,
)
from collectors.sentences import N_
from collectors.text import printable

NO_METHOD = "did not response with one of"
"""In pypsrp's text where a server offers none of our methods: no secret was sent."""

ACCESS_DENIED = 5
"""ERROR_ACCESS_DENIED of Windows, the code of a WSManFault as well."""


def translated(error: Exception) -> CollectError:
    """Return an error of the libraries or of the system as one of ours."""
    match error:
        case CollectError():
            return error
        case requests.Timeout() | TimeoutError():
            return TimedOut(N_("the WinRM service did not answer in time"))
        case requests.ConnectionError() | OSError():
            if "refused" in str(error).lower():
                return Refused(N_("nobody listens on the WinRM port"))
            if "timed out" in str(error).lower():
                return TimedOut(N_("the WinRM service did not answer in time"))
            return Unreachable(
                N_("the connection broke: {error}"), error=one_line(error)
            )
        case AuthenticationError() | SpnegoError():
            return _of_login(error)
        case WSManFaultError():
            return _of_fault(error)
        case WinRMTransportError():
            return Unsupported(
                N_("no WinRM service: HTTP status {code}"), code=error.code
            )
        case _:
            # The peer's XML and its objects end in whatever the parser raises.
            kind = type(error).__name__
            return Malformed(
                N_("the peer does not speak WinRM properly ({kind})"), kind=kind
            )


def _of_login(error: Exception) -> CollectError:
    if NO_METHOD in str(error):
        return Unsupported(
            N_("the WinRM service offers no method this account can use")
        )
    if isinstance(error, (BadMechanismError, FeatureMissingError)):
        return UnusableCredential(
            N_("this machine cannot speak Kerberos: install purser[kerberos]")
        )
    return AuthFailed(N_("the WinRM service refused the account or its secret"))


def _of_fault(error: WSManFaultError) -> CollectError:
    if error.code == ACCESS_DENIED:
        return Unsupported(
            N_(
                "the account may log in, but not by PowerShell: it needs to be"
                " in the group Remote Management Users"
            )
        )
    said = printable(" ".join(str(error.reason or "").split()))[:160]
    told = f"{error.code} {said}".rstrip()
    return Unsupported(N_("the WinRM service refused: fault {fault}"), fault=told)


def one_line(error: Exception) -> str:
    """Return the error's text as one printable line: parts come from the peer."""
    return printable(" ".join(str(error).split()))[:160]
