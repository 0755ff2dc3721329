"""What is done once a day while Purser is served: places that nobody confirmed end.

Scans do this for their own site; a site that is not scanned any more is left to this.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from api.wiring import App
from discovery.expiry import expire
from inventory.errors import InventoryError
from inventory.network.map_queries import map_sites

log = structlog.get_logger("purser.housekeeping")

EVERY = timedelta(days=1)


def expire_places(
    app: App, *, site: str | None = None, place: timedelta | None = None
) -> dict[str, int]:
    """End places that nobody confirmed; return how many were closed and forgotten.

    Args:
        app: The composition.
        site: Only of this site; None for all.
        place: How long a place is believed; None as the settings say.
    """
    scan = app.settings.scan
    believed = place or timedelta(days=scan.place_days)
    history = timedelta(days=scan.history_days)
    with app.engine.connect() as connection:
        sites = [site] if site is not None else map_sites(connection)
    counts = {"closed": 0, "forgotten": 0}
    for each in sites:
        with app.work("housekeeping") as work:
            closed, forgotten = expire(work, each, place=believed, history=history)
            work.commit()
        counts["closed"] += closed
        counts["forgotten"] += forgotten
    return counts


@contextmanager
def running(app: App, every: timedelta = EVERY) -> Iterator[None]:
    """Do it now and then again and again, in a thread, until the block is left."""
    over = threading.Event()

    def rounds() -> None:
        while True:
            try:
                expire_places(app)
            except InventoryError as error:
                log.warning("housekeeping", code=error.code, problem=error.problem)
            if over.wait(every.total_seconds()):
                return

    thread = threading.Thread(target=rounds, name="housekeeping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30)
