"""Which events of an asset count, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.accounting.model.events import (
    Cancel,
    Event,
    EventError,
    HoldForSale,
    ResumeUse,
)


def in_force(events: Sequence[Event]) -> list[Event]:
    """Return the events that count, in order of their days.

    Events of one day keep the order in which they were given.

    Raises:
        EventError: Two events share an id, or a cancelled one is unknown.
    """
    known: dict[str, Event] = {}
    for event in events:
        if event.id in known:
            raise EventError(f"two events are called {event.id}")
        known[event.id] = event
    cancelled: set[str] = set()
    for event in reversed(events):  # so that a cancellation can be cancelled
        if isinstance(event, Cancel) and event.id not in cancelled:
            if event.of not in known:
                raise EventError(
                    f"event {event.id} cancels {event.of}, which is unknown"
                )
            cancelled.add(event.of)
    return sorted(
        (e for e in events if e.id not in cancelled and not isinstance(e, Cancel)),
        key=lambda event: event.effective,
    )


def check_held(events: Sequence[Event]) -> None:
    """Check that only what is held for sale is taken back into use (IFRS 5.26).

    Raises:
        EventError: It is not held.
    """
    held = False
    for event in in_force(events):
        if isinstance(event, ResumeUse) and not held:
            raise EventError(
                f"event {event.id}: the asset is not held for sale on "
                f"{event.effective} (IFRS 5.26)"
            )
        if isinstance(event, HoldForSale | ResumeUse):
            held = isinstance(event, HoldForSale)
