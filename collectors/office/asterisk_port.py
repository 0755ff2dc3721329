"""The manager port of the office's telephone system: one conversation a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from collectors.office.asterisk_answers import (
    BANNER,
    Exchange,
    accepted,
    farewell,
    refused,
)
from collectors.office.settings import PbxAccount
from collectors.office.tcp_port import TcpPort

_MAX_LINES = 64


class ManagerPort(TcpPort):
    """Listens for managers and answers the one who knows the secret.

    Args:
        exchange: Makes the answers when somebody connects.
        account: User and secret that are let in.
    """

    def __init__(self, exchange: Callable[[], Exchange], account: PbxAccount) -> None:
        self._exchange = exchange
        self._account = account

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ValueError):
            writer.write(BANNER)
            await self._answer(reader, writer)
        writer.close()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        exchange, inside = self._exchange(), False
        while request := await _request(reader):
            action, tag = request.get("action", "").lower(), request.get("actionid", "")
            if action == "login":
                inside = request.get("username") == self._account.user and (
                    request.get("secret") == self._account.secret.get_secret_value()
                )
                writer.write(accepted(tag) if inside else refused(tag))
            elif action == "logoff" or not inside:
                writer.write(farewell(tag) if inside else refused(tag))
                return
            else:
                writer.write(exchange.answer(request))
            await writer.drain()


async def _request(reader: asyncio.StreamReader) -> dict[str, str]:
    found: dict[str, str] = {}
    for _ in range(_MAX_LINES):
        line = (await reader.readline()).decode("utf-8", "replace")
        if not line.strip():
            break
        name, _, value = line.partition(":")
        found[name.strip().lower()] = value.strip()
    return found
