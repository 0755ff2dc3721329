"""Time limits that count how long we listened, not how long we were not running.

A process that the system stops for seconds (a busy machine, a migrated guest, a lid
that was closed) finds the answers and the end of the wait together when it goes on. A
plain time-out then throws the answers away and calls the devices silent. These limits
give the time back that passed while nobody read, so that whoever answered in time is
heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

LATE = 0.05
"""Seconds by which a timer may be late before the process counts as not running."""
GIVEN_BACK = 3.0
"""At most so many times its length is added to a limit: a loop that is always late is
overloaded, and must come to an end as well."""


@asynccontextmanager
async def listening(seconds: float | None) -> AsyncIterator[None]:
    """Limit what is done within to so many seconds of listening.

    Args:
        seconds: The limit; None for none.

    Raises:
        TimeoutError: It took longer.
    """
    async with asyncio.timeout(None) as limit:
        deadline = None if seconds is None else _Deadline(limit, seconds)
        try:
            yield
        finally:
            if deadline is not None:
                deadline.timer.cancel()


class _Deadline:
    """Ends a limit when its time is over, later where the timer itself came late."""

    def __init__(self, limit: asyncio.Timeout, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._seconds = seconds
        self._to_give = GIVEN_BACK * seconds
        self.timer = self._loop.call_later(seconds, self._due)

    def _due(self) -> None:
        late = self._loop.time() - self.timer.when()
        more = min(late, self._seconds, self._to_give)
        if late > LATE and more > 0:
            self._to_give -= more
            self.timer = self._loop.call_later(more, self._due)
        else:
            self._limit.reschedule(self._loop.time())


async def keep_listening(
    seconds: float, step: float, enough: Callable[[], bool] = lambda: False
) -> None:
    """Listen for a while, as a sweep does for its last answers.

    Args:
        seconds: How long.
        step: How often to look, in seconds; a step counts as two at most, however long
            the process did not run.
        enough: Whether all has been heard.
    """
    loop, left = asyncio.get_running_loop(), seconds
    while left > 0 and not enough():
        begun = loop.time()
        await asyncio.sleep(min(step, seconds))
        left -= min(loop.time() - begun, 2 * min(step, seconds))
