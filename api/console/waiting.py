"""Waiting for a database server that lets nobody in at this moment."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

from api.console.output import Exit, say
from inventory.kernel.errors import DatabaseCrowded, DatabaseNotReady

FIRST, LONGEST = 1.0, 30.0
"""Seconds of a pause; each is twice the one before."""
PATIENCE = 600.0
"""Seconds after which it is left to whoever starts us again."""


def once_let_in(run: Callable[[Callable[[], None]], Exit]) -> Exit:
    """Run a process that goes on until it is ended, once the database lets it begin.

    A server that is full, or only starts, is asked again and again, as those ask that
    are at work already; any other refusal is for a person to mend.

    Args:
        run: Is handed what says that it has begun: from then on errors are its own.

    Raises:
        StorageError: The database cannot be used, or let us not in for long.
    """
    begun, pause, until = False, FIRST, monotonic() + PATIENCE

    def begin() -> None:
        nonlocal begun
        begun = True

    while True:
        try:
            return run(begin)
        except (DatabaseCrowded, DatabaseNotReady) as error:
            left = until - monotonic()
            if begun or left <= 0:
                raise
            place = f"{error.where}: " if error.where else ""
            say(
                f"purser: {place}{error.problem} Trying again in {pause:.0f} s, for"
                f" {left / 60:.0f} minutes at most; Ctrl-C ends it."
            )
        sleep(pause)
        pause = min(pause * 2, LONGEST)
