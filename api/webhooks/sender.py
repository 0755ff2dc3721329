"""One message to one receiver: resolved, judged, called at the address judged.

No redirects, no proxy, no cookies, no answer kept: only the status matters. The host
name goes into the Host header and into TLS, so that certificates are checked for it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from api.webhooks.address_guard import AddressRefused, Guard
from inventory.kernel.errors import Invalid
from inventory.outbox.delivery_queue import GONE, DueDelivery, Outcome
from inventory.outbox.signing import headers

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to addresses; raises OSError."""

BUSY = frozenset({429, 502, 503, 504})
LONGEST_ANSWER = 64 * 1024
"""Bytes of an answer we read, so that a connection can be used again."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def trusting(ca_file: Path) -> ssl.SSLContext:
    """Return the public authorities and those of a file.

    Raises:
        Invalid: The file cannot be read, or holds no certificate.
    """
    trust = httpx.create_ssl_context(trust_env=False)
    try:
        trust.load_verify_locations(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise Invalid(
            f"The certificates of {ca_file} cannot be read.",
            where="webhooks.ca_file",
            remedy="Name a PEM file with at least one certificate.",
        ) from error
    return trust


class Sender:
    """Sends messages.

    Args:
        guard: Says which addresses may be called.
        timeout: Seconds a receiver may take, from the name to the answer.
        clock: The present moment as aware UTC.
        resolver: Finds addresses.
        transport: Instead of the network, in tests.
        trust: Whose certificates are taken; without, the public authorities.
    """

    def __init__(
        self,
        guard: Guard,
        timeout: float,
        clock: Callable[[], datetime],
        resolver: Resolver = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._timeout = timeout
        self._clock = clock
        self._resolve = resolver
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=timeout,
            transport=transport,
            verify=trust or True,
            headers={"user-agent": "Purser-Webhooks"},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(self, due: DueDelivery) -> Outcome:
        """Send a message; say how it went. Never raises for what receivers do."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                outcome = await self._try(due)
        except TimeoutError:
            outcome = Outcome(status=None, problem="It took too long.")
        except AddressRefused as error:
            outcome = Outcome(status=None, problem=str(error))
        except OSError as error:
            reason = error.strerror or "unknown"
            outcome = Outcome(status=None, problem=f"The host is not found: {reason}.")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # Its text may hold the whole address, which may hold a secret.
            outcome = Outcome(status=None, problem=f"No answer: {_reason(error)}.")
        took = round((time.monotonic() - started) * 1000)
        return Outcome(
            status=outcome.status,
            problem=outcome.problem,
            milliseconds=took,
            retry_after=outcome.retry_after,
            permanent=outcome.permanent,
        )

    async def _try(self, due: DueDelivery) -> Outcome:
        parts = urlsplit(due.url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        found = await self._resolve(host, port)
        address = self._guard.judge_all(found, secure=secure)
        literal = f"[{address}]" if ":" in address else address
        url = urlunsplit(
            (parts.scheme, f"{literal}:{port}", parts.path, parts.query, "")
        )
        sent = headers(due.uid, self._clock(), due.body, due.keys, own=due.own)
        request = self._client.build_request(
            "POST",
            url,
            content=due.body.encode(),
            headers=sent | {"host": parts.netloc},
            extensions={"sni_hostname": host},
        )
        answer = await self._client.send(request, stream=True)
        try:
            await _drain(answer)
        finally:
            await answer.aclose()
        return self._judge(answer)

    def _judge(self, answer: httpx.Response) -> Outcome:
        status = answer.status_code
        if 200 <= status < 300:
            return Outcome(status=status)
        problem = f"The receiver answered {status}."
        if 300 <= status < 400:
            problem = f"The receiver answered {status}; redirects are not followed."
        retry_after = None
        if status in BUSY:
            retry_after = retry_after_of(
                answer.headers.get("retry-after", ""), self._clock()
            )
        return Outcome(
            status=status,
            problem=problem,
            retry_after=retry_after,
            permanent=status == GONE,
        )


async def _drain(answer: httpx.Response) -> None:
    if answer.is_stream_consumed:
        return
    size = 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > LONGEST_ANSWER:
            return


def retry_after_of(text: str, now: datetime) -> timedelta | None:
    """Return how long Retry-After asks to wait: seconds, or a date (RFC 9110)."""
    if text.strip().isdigit():
        return timedelta(seconds=min(int(text), 10**7))
    try:
        return max(parsedate_to_datetime(text) - now, timedelta())
    except (TypeError, ValueError):
        return None


def _reason(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
