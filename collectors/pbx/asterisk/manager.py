"""A conversation with an Asterisk manager: log in, ask, take lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from collectors.errors import AuthFailed, CollectError, Malformed, TooMuch, Unsupported
from collectors.pbx.asterisk.ami import Message, MessageReader, request
from collectors.pbx.line_stream import LineStream, open_stream
from collectors.pbx.source import Limits, PbxSource
from collectors.sentences import N_

_BANNER = b"Asterisk Call Manager"
MAX_GREETING = 10
"""Lines before the greeting must have come: others are no manager."""

_NONE_WORDS = ("no ", "there are no", "not found", "unable to find", "unable to ret")
_UNKNOWN_WORDS = ("invalid/unknown command", "unknown action", "unknown command")


@dataclass(frozen=True, slots=True)
class Listed:
    """The answer to an action.

    Attributes:
        response: The first message.
        events: Those that followed, without the one that ends the list.
        whole: Whether as many came as the manager counted.
    """

    response: Message
    events: tuple[Message, ...] = ()
    whole: bool = True


class Manager:
    """A manager session; use `open_manager`."""

    def __init__(self, stream: LineStream, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._asked = 0

    async def greet(self) -> str:
        """Wait for the greeting; return the version of the protocol.

        Raises:
            Malformed: Whoever listens there is no Asterisk manager.
        """
        for _ in range(MAX_GREETING):
            line = await self._stream.line(wait=self._limits.connect)
            if line.startswith(_BANNER):
                greeting = line.decode("ascii", "replace").strip()
                return greeting.rpartition("/")[2][:40]
        raise Malformed(N_("no greeting of an Asterisk manager"))

    async def login(self, user: str, secret: str) -> None:
        """Log in without events.

        Raises:
            AuthFailed: The account is refused.
        """
        fields = {"Username": user, "Secret": secret, "Events": "off"}
        answer = await self._exchange("Login", fields)
        if answer.response.response != "Success":
            raise AuthFailed(
                N_("the manager refuses the account {user}"), user=repr(user)
            )

    async def logoff(self) -> None:
        """Say goodbye; whatever comes of it."""
        with suppress(CollectError):
            await self._stream.send(request("Logoff", "bye", {}))

    async def ask(self, action: str, **fields: str) -> Listed:
        """Perform an action that only reads.

        A list with nothing in it, which some versions call an error, is empty.

        Raises:
            AuthFailed: The account may not do this.
            Unsupported: This Asterisk knows no such action.
            Malformed: The answer breaks the protocol.
            TooMuch: The list is too long.
        """
        answer = await self._exchange(action, fields)
        if answer.response.response not in {"Error", "Failed"}:
            return answer
        message = answer.response.get("Message")
        lower = message.lower()
        if "permission denied" in lower:
            raise AuthFailed(
                N_(
                    "the manager account may not do {action}: it needs the write"
                    " classes system and reporting"
                ),
                action=action,
            )
        if lower.startswith(_UNKNOWN_WORDS):
            raise Unsupported(N_("this Asterisk knows no {action}"), action=action)
        if lower.startswith(_NONE_WORDS):
            return Listed(answer.response)
        raise Malformed(
            N_("{action} failed: {what}"),
            action=action,
            what=message[:200] or "without a reason",
        )

    async def _exchange(self, action: str, fields: dict[str, str]) -> Listed:
        self._asked += 1
        mine = f"purser-{self._asked}"
        await self._stream.send(request(action, mine, fields))
        reader, response, events = MessageReader(), None, list[Message]()
        while True:
            message = reader.feed(await self._stream.line())
            if message is None or message.get("ActionID") != mine:
                continue
            if message.response:
                response = message
                if not _list_follows(message):
                    return Listed(message)
            elif message.ends_list:
                counted = message.get("ListItems")
                whole = not counted.isdigit() or int(counted) == len(events)
                return Listed(response or Message(), tuple(events), whole)
            else:
                events.append(message)
            if len(events) > self._limits.rows:
                raise TooMuch(
                    N_("{action} lists more than {rows} rows"),
                    action=action,
                    rows=self._limits.rows,
                )


def _list_follows(message: Message) -> bool:
    starts = message.get("EventList").lower() == "start"
    return starts or "will follow" in message.get("Message").lower()


@asynccontextmanager
async def open_manager(source: PbxSource) -> AsyncIterator[Manager]:
    """Connect, log in, yield the session, log off.

    Raises:
        CollectError: No connection, no manager, no login.
    """
    async with open_stream(source) as stream:
        manager = Manager(stream, source.limits)
        await manager.greet()
        await manager.login(source.user, source.secret.get_secret_value())
        yield manager
        await manager.logoff()
