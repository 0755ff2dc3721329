"""What every message to a WinRM service passes.

The certificate is looked at before any secret leaves, and each connection has to show
that same one. Answers are bounded in size, a session in time; redirects are refused,
for they would carry the login to another machine.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from collectors.errors import Malformed, Refused, TimedOut, TooMuch, Unreachable
from collectors.patience import listening
from collectors.sentences import N_

MAX_ANSWER = 4 << 20
"""Bytes of one answer; a service sends at most its MaxEnvelopeSizekb, 500 KiB."""

HANDSHAKE = 10.0
"""Seconds to connect and to shake hands."""

KEY = "X509:"
"""In front of a fingerprint, to tell it from one of an SSH key."""


async def certificate_of(address: str, port: int, way: str = "") -> str:
    """Return the fingerprint of the certificate a port shows; sends nothing else.

    Who signed it says nothing: the services sign theirs themselves, and are asked by
    address. It is pinned like the host key of an SSH server.

    Args:
        address: Where.
        port: Port.
        way: Socket file that leads there through jump hosts.

    Raises:
        Refused: Nobody listens there.
        TimedOut: No answer.
        Malformed: No TLS is spoken there.
        Unreachable: No connection.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with listening(HANDSHAKE):
            if way:
                _, writer = await asyncio.open_unix_connection(
                    way, ssl=context, server_hostname=address
                )
            else:
                _, writer = await asyncio.open_connection(address, port, ssl=context)
    except TimeoutError as error:
        raise TimedOut(N_("the WinRM service did not answer in time")) from error
    except ConnectionRefusedError as error:
        raise Refused(N_("nobody listens on the WinRM port")) from error
    except ssl.SSLError as error:
        raise Malformed(N_("no TLS is spoken on the WinRM port")) from error
    except OSError as error:
        raise Unreachable(
            N_("no connection: {what}"), what=error.strerror or error
        ) from error
    shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 2)
    return KEY + hashlib.sha256(shown).hexdigest()


class BoundedAdapter(HTTPAdapter):
    """Carries the messages of one session.

    Args:
        fingerprint: Of the certificate every connection has to show; empty where no
            TLS is spoken.
        way: Socket file that leads to the service through jump hosts.

    Attributes:
        deadline: `time.monotonic` at which the session ends, whatever it waits for.
    """

    def __init__(self, fingerprint: str, way: str = "") -> None:
        self.deadline = time.monotonic() + HANDSHAKE
        self._way = way
        self._fingerprint = fingerprint.removeprefix(KEY) or None
        self._last: requests.Response | None = None
        super().__init__()

    def close(self) -> None:
        """Close the connections, also that of an answer nobody read to its end."""
        if self._last is not None:
            self._last.raw.close()
            self._last.close()
        super().close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Make connections that compare the certificate."""
        if self._fingerprint is not None:
            kwargs["assert_fingerprint"] = self._fingerprint
        super().init_poolmanager(*args, **kwargs)
        if self._way:
            self.poolmanager.pool_classes_by_scheme = _pools_through(self._way)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ANN401 - as of requests
        verify: bool | str = True,
        cert: Any = None,  # noqa: ANN401
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one message.

        Raises:
            TimedOut: The session's time is over.
            Malformed: The answer leads to another place.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimedOut(N_("the time of the WinRM session is over"))
        asked = timeout[1] if isinstance(timeout, tuple) else timeout
        wait = (min(HANDSHAKE, left), min(float(asked or left), left))
        answer = super().send(request, stream, wait, verify, cert, proxies)
        self._last = answer
        _bound(answer)
        if answer.is_redirect:
            raise Malformed(N_("the WinRM service sends its callers to another place"))
        return answer


def _pools_through(way: str) -> dict[str, type[HTTPConnectionPool]]:
    """Return the pools whose connections are made through a socket file."""

    def connect(self: HTTPConnection) -> socket.socket:
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(self.timeout)
        try:
            made.connect(way)
        except OSError:
            made.close()
            raise
        return made

    plain = type("Plain", (HTTPConnection,), {"_new_conn": connect})
    sealed = type("Sealed", (HTTPSConnection,), {"_new_conn": connect})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SealedPool", (HTTPSConnectionPool,), {"ConnectionCls": sealed}),
    }


def _bound(answer: requests.Response) -> None:
    """Let no more than `MAX_ANSWER` of a body be read."""
    endless = answer.raw.stream

    def stream(*args: Any, **kwargs: Any) -> Iterator[bytes]:  # noqa: ANN401
        read = 0
        for chunk in endless(*args, **kwargs):
            read += len(chunk)
            if read > MAX_ANSWER:
                answer.close()
                raise TooMuch(
                    N_("an answer is longer than {what} MiB"), what=MAX_ANSWER >> 20
                )
            yield chunk

    setattr(answer.raw, "stream", stream)  # noqa: B010 - a method of this one answer
