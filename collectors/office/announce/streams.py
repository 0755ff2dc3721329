"""Conversations by TCP: web pages, IPP, SMB, RTSP, greetings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from collectors.office.tcp_port import TcpPort


class OneAnswer(TcpPort):
    """Answers one request of a head and a body, then closes.

    Args:
        answer: The request's first line -> what is sent.
    """

    def __init__(self, answer: Callable[[str], bytes]) -> None:
        self._answer = answer

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ValueError):
            head = await reader.readuntil(b"\r\n\r\n")
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    await reader.readexactly(int(line.partition(b":")[2]))
            writer.write(self._answer(head.decode("latin-1").split("\r\n")[0]))
            await writer.drain()
        writer.close()


class Greeting(TcpPort):
    """Says something first and waits for the other side to go."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError, TimeoutError):
            writer.write(f"{self._text}\r\n".encode())
            await writer.drain()
            async with asyncio.timeout(10):
                await reader.read(64)
        writer.close()


class SmbPort(TcpPort):
    """Gives one answer a message, each with its length before it.

    Args:
        answers: To the messages of SMB 2, in order.
        old: To the first message of SMB 1; empty: the connection is closed.
    """

    def __init__(self, answers: tuple[bytes, ...], old: bytes = b"") -> None:
        self._answers = answers
        self._old = old

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            for answer in self._answers:
                head = await reader.readexactly(4)
                message = await reader.readexactly(int.from_bytes(head[1:], "big"))
                said = self._old if message.startswith(b"\xffSMB") else answer
                if not said:
                    break
                writer.write(len(said).to_bytes(4, "big") + said)
                await writer.drain()
        writer.close()
