"""The one table: which event is of interest to whom.

Handlers run before the commit, within the transaction of the change: what they write
is there if, and only if, the change is. Stands above all contexts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inventory.events import Event
from inventory.storage.work import UnitOfWork

Handler = Callable[[UnitOfWork, Any], None]

HANDLERS: Mapping[type[Event], tuple[Handler, ...]] = {}
"""Event -> who wants to know, in this order."""

OF_ALL: tuple[Handler, ...] = ()
"""Who wants to know of every event."""


def dispatch(work: UnitOfWork, event: Event) -> None:
    """Tell an event to everybody who wants to know; `UnitOfWork` calls it."""
    for handler in (*HANDLERS.get(type(event), ()), *OF_ALL):
        handler(work, event)
