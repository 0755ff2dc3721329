"""Time limits that count how long we listened, not how long we were not running.

A process that the system stops for seconds (a busy machine, a migrated guest, a lid
that was closed) finds the answers and the end of the wait together when it goes on. A
plain time-out then throws the answers away and calls the devices silent. These limits
give the time back that passed while nobody read, so that whoever answered in time is
heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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


class Wait:
    """A wait in steps, as a sweep's for its last answers.

    Args:
        seconds: How long to listen.
        step: How often to look, in seconds; a step counts as two at most, however long
            the process did not run.
    """

    def __init__(self, seconds: float, step: float) -> None:
        self._left = seconds
        self._step = min(step, seconds)

    async def goes_on(self) -> bool:
        """Sleep for a step; return False, at once, where the time is over."""
        if self._left <= 0:
            return False
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.sleep(self._step)
        self._left -= min(loop.time() - begun, 2 * self._step)
        return True
