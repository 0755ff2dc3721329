"""Asking many addresses and handing on each answer as it comes.

Shared by `sweep`, `icmp` and `phones`: a merge of several producers into one stream,
and the rounds in which one datagram socket asks every address that is still silent.
Imports `pacing` and `patience` only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import suppress
from typing import TypeVar

from collectors.pacing import Pace
from collectors.patience import keep_listening

T = TypeVar("T")

Producer = Callable[[Callable[[T], None]], Awaitable[None]]
"""Gets a function that hands on one item; returns when it has no more."""


async def merge(producers: Collection[Producer[T]]) -> AsyncGenerator[T, None]:
    """Run the producers side by side and yield their items in order of arrival.

    Leaving the stream early cancels them; an exception in one ends all and is raised.
    """
    queue: asyncio.Queue[T | None] = asyncio.Queue()
    tasks = [asyncio.ensure_future(make(queue.put_nowait)) for make in producers]
    for task in tasks:
        task.add_done_callback(lambda _: queue.put_nowait(None))
    running = len(tasks)
    try:
        while running:
            item = await queue.get()
            if item is not None:
                yield item
                continue
            running -= 1
            for task in tasks:
                if task.done():
                    task.result()
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


async def keep_pace(pace: Pace) -> None:
    """Sleep until the next packet may leave.

    Gives way to the receiver even when there is no wait, else its buffer overflows.
    """
    await asyncio.sleep(pace.claim(asyncio.get_running_loop().time()))


async def closed(transport: asyncio.BaseTransport) -> None:
    """Close a transport and give the loop the turn in which it closes the socket."""
    transport.close()
    await asyncio.sleep(0)


async def rounds(
    waiting: Collection[T],
    send: Callable[[T], None],
    *,
    pace: Pace,
    timeout: float,
    retries: int,
    poll: float = 0.02,
) -> None:
    """Send to everybody in `waiting`, again to who is left, `retries` times more.

    Args:
        waiting: Who has not answered; the receiver removes from it.
        send: Sends one packet to one of them.
        pace: Spaces the packets.
        timeout: Seconds to listen after the last packet of each round.
        retries: Further rounds after the first.
        poll: How often to look whether everybody has answered, in seconds.
    """
    for _ in range(1 + retries):
        for target in tuple(waiting):
            if target in waiting:
                await keep_pace(pace)
                send(target)
        await keep_listening(timeout, poll, lambda: not waiting)
        if not waiting:
            return
