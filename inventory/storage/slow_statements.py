"""Names statements that take long, by their text and time; never by their values."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Engine, event

SLOW_SECONDS = 0.5
MOST_TEXT = 600
"""Characters of a statement that are logged: enough to find it in the source."""

_STARTED = "purser_started"

log = structlog.get_logger("purser.sql")


def watch_statements(
    engine: Engine,
    report: Callable[[float], None] = lambda _: None,
    *,
    slow: float = SLOW_SECONDS,
) -> None:
    """Log each statement of an engine that takes long.

    Args:
        engine: Its views are watched as well.
        report: Called with the seconds that such a statement took.
        slow: Seconds from which on it is said.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Any, *_: Any) -> None:  # noqa: ANN401
        connection.info[_STARTED] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def _after(
        connection: Any,  # noqa: ANN401
        _cursor: Any,  # noqa: ANN401
        statement: str,
        *_: Any,  # noqa: ANN401
    ) -> None:
        seconds = time.perf_counter() - connection.info.get(_STARTED, float("inf"))
        if seconds >= slow:
            report(seconds)
            text = " ".join(statement.split())[:MOST_TEXT]
            log.warning("slow statement", ms=round(seconds * 1000), sql=text)
