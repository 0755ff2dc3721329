"""Reads what is stored though some of it is damaged: the rest still counts.

A damaged row is as good as none: the next visit writes it anew. It is named in the
log, for a row that cannot be read means a broken disk or a fault of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

import structlog

from collectors.facts import Observation
from discovery.observations import codec

Entry = TypeVar("Entry")

log = structlog.get_logger("purser.scan")


def facts_or_none(stored: bytes, *, seen_at: datetime) -> Observation | None:
    """Return a stored observation as `codec.decode` does; None if it is damaged."""
    try:
        return codec.decode(stored, seen_at=seen_at)
    except ValueError as error:
        log.error("facts cannot be read", problem=str(error), seen_at=str(seen_at))
        return None


def entries_or_none(
    decode: Callable[[bytes], Iterable[Entry]], stored: bytes
) -> tuple[Entry, ...]:
    """Return a stored table of `codec`; nothing of one that is damaged."""
    try:
        return tuple(decode(stored))
    except (ValueError, TypeError) as error:
        log.error("a learned table cannot be read", problem=str(error))
        return ()
