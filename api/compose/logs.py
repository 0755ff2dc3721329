"""Structured logs: one event a line, on standard error, never a secret.

Key-value text for people, JSON for collectors. Values under a name that sounds like
a secret are masked as a last line of defence; nothing should log one.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_SECRET = re.compile(
    r"password|passwd|secret|community|token|authorization|cookie|private_key", re.I
)
MASK = "***"


def mask(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask values whose key sounds like a secret (a structlog processor)."""
    for key in event:
        if _SECRET.search(key):
            event[key] = MASK
    return event


def configure(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's logging for this process.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        as_json: JSON lines instead of key-value text.
        stream: Where lines go; standard error when None.
    """
    target = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask,
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=target.isatty(),
            # The default prints local variables, and these may be secrets.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    numeric = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, last]
        if as_json
        else [*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                last,
            ],
        )
    )
    logging.basicConfig(level=numeric, handlers=[handler], force=True)
    for noisy in ("uvicorn", "alembic", "asyncssh", "httpx", "scapy"):
        logging.getLogger(noisy).setLevel(max(numeric, logging.WARNING))
