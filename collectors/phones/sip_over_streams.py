"""SIP OPTIONS over TCP and TLS, for phones and systems that do not answer UDP.

One connection and one request each; whatever challenge comes is an answer and is never
answered. The certificate is not checked: nothing secret is sent, and phones sign their
own.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from contextlib import suppress

from collectors.errors import Malformed, Refused, TimedOut, TooMuch, Unreachable
from collectors.patience import listening
from collectors.phones.sip_message import MAX_BYTES, SipMessage, options_request, parse
from collectors.phones.sip_over_udp import as_answer
from collectors.ports import Sip, SipAnswer
from collectors.sentences import N_

MAX_PROVISIONAL = 8
"""Answers before the final one that are waited through."""

MAX_BODY = 65_536


class StreamSip(Sip):
    """Asks over TCP, or over TLS.

    Args:
        tls: Whether the connection is encrypted.
    """

    def __init__(self, *, tls: bool = False) -> None:
        self._context = _any_certificate() if tls else None

    async def options(
        self, address: str, port: int = 5060, *, timeout: float = 2.0
    ) -> SipAnswer:
        """Send OPTIONS, return the final answer.

        Raises:
            Refused: Nobody listens there.
            Unreachable: No way there, or no TLS.
            TimedOut: No final answer in time.
            Malformed: The answer is not SIP.
            TooMuch: It is too long.
        """
        try:
            async with listening(timeout):
                return await self._ask(address, port)
        except TimeoutError:
            raise TimedOut(
                N_("no SIP answer from port {port} in {timeout} s"),
                port=port,
                timeout=f"{timeout:g}",
            ) from None
        except ConnectionRefusedError:
            raise Refused(N_("nobody listens on port {port}"), port=port) from None
        except ssl.SSLError as error:
            raise Unreachable(
                N_("no TLS on port {port}: {reason}"), port=port, reason=error.reason
            ) from None
        except OSError as error:
            raise Unreachable(
                N_("port {port}: {what}"), port=port, what=error.strerror or error
            ) from None

    async def _ask(self, address: str, port: int) -> SipAnswer:
        reader, writer = await asyncio.open_connection(
            address, port, ssl=self._context, limit=MAX_BYTES
        )
        try:
            here = writer.get_extra_info("sockname")
            branch = "z9hG4bK" + os.urandom(8).hex()
            request = options_request(
                host=address,
                port=port,
                local_host=str(here[0]),
                local_port=here[1],
                branch=branch,
                transport="TLS" if self._context else "TCP",
            )
            writer.write(request)
            await writer.drain()
            return as_answer(address, port, await _final(reader, branch))
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(0.5):
                    await writer.wait_closed()


async def _final(reader: asyncio.StreamReader, branch: str) -> SipMessage:
    """Return the final answer to our request; others may come before it."""
    for _ in range(MAX_PROVISIONAL):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise TooMuch(
                N_("a SIP message head of more than {max_bytes} bytes"),
                max_bytes=MAX_BYTES,
            ) from None
        except asyncio.IncompleteReadError:
            raise Malformed(N_("the connection ended without a SIP answer")) from None
        message = parse(head.lstrip(b"\r\n"))
        await _skip_body(reader, message)
        if message.status >= 200 and message.branch in {branch, None}:
            return message
    raise TooMuch(
        N_("more than {max_provisional} SIP messages and no final answer"),
        max_provisional=MAX_PROVISIONAL,
    )


async def _skip_body(reader: asyncio.StreamReader, message: SipMessage) -> None:
    text = message.headers.get("content-length", "0")
    size = int(text) if text.isdigit() and len(text) < 10 else 0
    if size > MAX_BODY:
        raise TooMuch(N_("a SIP body of {size} bytes"), size=size)
    try:
        await reader.readexactly(size)
    except asyncio.IncompleteReadError:
        raise Malformed(N_("a SIP body that ends too early")) from None


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
