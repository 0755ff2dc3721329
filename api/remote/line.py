"""A collector's line to the centre: HTTPS with a token, tried until it works.

What cannot be sent waits; a refusal that waiting does not mend ends the program.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import random
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import structlog

from api.remote.spool import Kept
from inventory.kernel.errors import Invalid

PROTOCOL = 2
"""Of the line; the centre refuses an older one than it understands."""
PREFIX = "/api/v1/collector"
REVOKED, UNKNOWN, TOO_OLD = (
    *("collector-revoked", "collector-not-let-in"),
    "collector-too-old",
)
"""Problems that waiting does not mend. The same status of a proxy in between, or of
another program at that address, says nothing of this collector."""
LONGEST_PAUSE = 5.0
SAID_EVERY = 600.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
log = structlog.get_logger("purser.collector")


class Revoked(Exception):
    """The centre lets this collector in no more."""


class Unknown(Exception):
    """The centre does not know this collector."""


class TooOld(Exception):
    """The centre does not understand this release."""


_ENDS: dict[str, type[Exception]] = {
    REVOKED: Revoked,
    UNKNOWN: Unknown,
    TOO_OLD: TooOld,
}


def _problem(answer: httpx.Response) -> str:
    """Return the word for what is wrong (RFC 9457), if this is an answer of ours."""
    try:
        return str(answer.json()["type"]).rpartition(":")[2]
    except (ValueError, KeyError, TypeError):
        return ""


class Line:
    """Sends requests until they are answered.

    Args:
        server: Address of the centre; HTTPS, but for this machine itself.
        token: Of the collector.
        ca_file: Certificate authorities beside those of the system.

    Raises:
        Invalid: The address is none, or not encrypted.
    """

    def __init__(self, server: str, token: str, ca_file: Path | None = None) -> None:
        url = httpx.URL(server)
        if url.scheme != "https" and url.host not in _LOOPBACK:
            raise Invalid(
                f"{server} is no HTTPS address.",
                where="server",
                remedy="Secrets of the site go over this line: write https://...",
            )
        trusted = ssl.create_default_context()
        if ca_file is not None:
            trusted.load_verify_locations(ca_file)
        self._gone: float | None = None
        self._said: float | None = None
        self._http = httpx.AsyncClient(
            base_url=str(url).rstrip("/") + PREFIX,
            verify=trusted,
            timeout=httpx.Timeout(30.0, connect=5.0),
            headers={
                "Authorization": f"Bearer {token}",
                "X-Purser-Protocol": str(PROTOCOL),
            },
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _not_reached(self, error: Exception) -> None:
        """Say it once, and now and then: an outage may last for days."""
        now = time.monotonic()
        self._gone = self._gone or now
        if self._said is None or now - self._said > SAID_EVERY:
            self._said = now
            why, seconds = type(error).__name__, round(now - self._gone)
            log.warning("the centre is not reached", error=why, seconds=seconds)

    def _reached(self) -> None:
        if self._gone is not None:
            seconds = round(time.monotonic() - self._gone)
            log.warning("the centre is reached again", seconds=seconds)
            self._gone = self._said = None

    async def ask(self, path: str, body: Any) -> Any:  # noqa: ANN401
        """Send a request until it is answered; return the answer.

        Raises:
            Revoked: The token is revoked.
            Unknown: The token is none of this centre.
            TooOld: This release is too old.
        """
        content = gzip.compress(json.dumps(body).encode(), 6)
        pause = 0.5
        while True:
            try:
                answer = await self._http.post(
                    path,
                    content=content,
                    headers={
                        "Content-Type": "application/json",
                        "X-Purser-Packed": "gzip",
                        "X-Purser-Clock": repr(time.time()),
                    },
                )
            except httpx.HTTPError as error:
                self._not_reached(error)
            else:
                self._reached()
                if answer.is_success:
                    return answer.json()
                problem = _problem(answer)
                if problem in _ENDS:
                    raise _ENDS[problem]
                log.warning(
                    "the centre refuses", status=answer.status_code, problem=problem
                )
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, LONGEST_PAUSE)


def as_sent(kept: Sequence[Kept]) -> list[dict[str, Any]]:
    """Return hosts as they are sent."""
    return [
        {
            "uid": each.uid,
            "slice": each.slice_id,
            "address": each.address,
            "seen_at": each.seen_at.timestamp(),
            "body": base64.b64encode(each.body).decode(),
        }
        for each in kept
    ]
