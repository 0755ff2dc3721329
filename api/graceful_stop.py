"""A process that is asked to end is gone within seconds, whatever still runs in it.

What runs gets its time first. A thread that waits for a lock or for a long query cannot
be ended in Python, and Python waits for it at its exit; but the process can be ended:
the database rolls back what was not committed, scans and jobs go on in the next
process, as after a power cut.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

LAST_SECONDS = 4.5
"""From the signal to the end, whatever still runs."""

log = structlog.get_logger("purser")


def _leave() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


class Ending:
    """Counts from the moment the process was asked to end.

    Args:
        seconds: After which it is over.
        leave: Ends the process.
    """

    def __init__(
        self, seconds: float = LAST_SECONDS, leave: Callable[[], None] = _leave
    ) -> None:
        self._leave = leave
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._once = threading.Lock()

    def begin(self) -> None:
        """Begin to count; the process was asked to end. Asked again, it goes on."""
        if self._once.acquire(blocking=False):
            self._timer.start()

    def _cut(self) -> None:
        threads = [one.name for one in threading.enumerate() if one.is_alive()]
        log.warning("ended before everything had", still=sorted(threads))
        self._leave()
