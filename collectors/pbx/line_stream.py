"""A TCP or TLS connection that is read line by line within bounds.

Every wait has an end and every line, answer and conversation a greatest size, so a
peer that sends for ever, drips a byte a minute or never ends a line costs that much
and no more. Errors are those of `collectors.errors`; none of them quotes what was read.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from collectors.errors import Malformed, Refused, TimedOut, TooMuch, Unreachable
from collectors.patience import listening
from collectors.pbx.source import Limits, PbxSource
from collectors.sentences import N_


def tls_context(source: PbxSource) -> ssl.SSLContext:
    """Return how the peer's certificate is checked.

    Raises:
        Unreachable: The file of trusted certificates cannot be read.
    """
    try:
        context = ssl.create_default_context(
            cafile=source.ca_file, cadata=source.authority or None
        )
    except (OSError, ssl.SSLError) as error:
        raise Unreachable(
            N_("the certificates in {ca_file} cannot be read: {what}"),
            ca_file=source.ca_file,
            what=getattr(error, "strerror", None) or error,
        ) from error
    if not source.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class LineStream:
    """Lines of one connection; use `open_stream`."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._left = limits.size

    async def line(self, *, wait: float | None = None) -> bytes:
        """Return the next line with its end.

        Args:
            wait: Seconds; None for the usual ones.

        Raises:
            TimedOut: It did not end in time.
            TooMuch: It, or all together, is too long.
            Malformed: The connection ended.
        """
        seconds = self._limits.idle if wait is None else wait
        try:
            async with listening(seconds):
                found = await self._reader.readuntil(b"\n")
        except TimeoutError:
            raise TimedOut(
                N_("no whole line within {seconds} s"), seconds=f"{seconds:g}"
            ) from None
        except asyncio.LimitOverrunError:
            raise TooMuch(
                N_("a line of more than {line} bytes"), line=self._limits.line
            ) from None
        except asyncio.IncompleteReadError:
            raise Malformed(N_("the connection ended in the middle")) from None
        except OSError as error:
            raise Unreachable(_why(error)) from None
        return self._counted(found)

    async def exactly(self, size: int) -> bytes:
        """Return `size` bytes; raises as `line`."""
        if size > self._limits.answer:
            raise TooMuch(N_("an answer of {size} bytes"), size=size)
        try:
            async with listening(self._limits.idle):
                found = await self._reader.readexactly(size)
        except TimeoutError:
            raise TimedOut(
                N_("no whole answer in {idle} s"), idle=f"{self._limits.idle:g}"
            ) from None
        except asyncio.IncompleteReadError:
            raise Malformed(N_("the connection ended in the middle")) from None
        except OSError as error:
            raise Unreachable(_why(error)) from None
        return self._counted(found)

    def _counted(self, found: bytes) -> bytes:
        self._left -= len(found)
        if self._left < 0:
            raise TooMuch(
                N_("more than {size} bytes altogether"), size=self._limits.size
            )
        return found

    async def send(self, data: bytes) -> None:
        """Send; a peer that does not take it is given up."""
        try:
            async with listening(self._limits.idle):
                self._writer.write(data)
                await self._writer.drain()
        except TimeoutError:
            raise TimedOut(N_("the peer takes nothing")) from None
        except OSError as error:
            raise Unreachable(_why(error)) from None


@asynccontextmanager
async def open_stream(source: PbxSource) -> AsyncIterator[LineStream]:
    """Connect and yield the stream; closes it in the end.

    Raises:
        Refused: Nobody listens there.
        Unreachable: No way there, or its certificate is not trusted.
        TimedOut: No connection in time.
    """
    context = tls_context(source) if source.tls else None
    limits, place = source.limits, source.place
    try:
        async with listening(limits.connect):
            reader, writer = await asyncio.open_connection(
                source.host, source.number, ssl=context, limit=limits.line
            )
    except TimeoutError:
        raise TimedOut(
            N_("no connection to {place} in {connect} s"),
            place=place,
            connect=f"{limits.connect:g}",
        ) from None
    except ConnectionRefusedError:
        raise Refused(N_("nobody listens at {place}"), place=place) from None
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(
            N_(
                "the certificate of {place} is not trusted: {verify_message};"
                " name it in ca_file"
            ),
            place=place,
            verify_message=error.verify_message,
        ) from None
    except OSError as error:
        raise Unreachable(
            N_("{place}: {error}"), place=place, error=_why(error)
        ) from None
    try:
        yield LineStream(reader, writer, limits)
    finally:
        writer.close()
        with suppress(OSError, TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(1.0):
                await writer.wait_closed()


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
