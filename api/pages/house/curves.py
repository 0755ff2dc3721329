"""Curves and states of the first page: what was unknown, worth, scanned, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.pages.register.charts import Chart, chart
from api.pages.visit import Visit
from api.resources.listing import list_call
from api.resources.registry import resource
from inventory.kernel.money import minor_digits
from inventory.kernel.texts import N_
from inventory.network.queries.open_over_time import open_over_time
from inventory.queries.money.value_curve import values_by_period
from inventory.storage.audit import read_head, verify

WEEKS = 12
SCANS = 6
MOST_CHECKED = 20_000
"""Entries of the trail that a look at the first page checks."""
MOST_BOOKS = 3


@dataclass(frozen=True, slots=True)
class Curved:
    """A curve with what it is called and counted in.

    Attributes:
        title: Of the card.
        chart: The curve.
        unit: Of its values.
        path: Of the list behind it.
        rows: Label and value of each point, as text.
    """

    title: str
    chart: Chart
    unit: str
    path: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chain:
    """The state of the audit trail.

    Attributes:
        count: Entries.
        seal: Of the last, shortened.
        whole: None where there are too many to check at each look.
    """

    count: int
    seal: str
    whole: bool | None


def unknown_devices(visit: Visit) -> Curved | None:
    """Return how many devices were not registered, week by week."""
    found = open_over_time(
        visit.reading,
        "unregistered",
        now=visit.app.clock(),
        days=7 * WEEKS,
        step=7,
    )
    if not any(count for _, count in found):
        return None
    labels = [visit.words.day(day) for day, _ in found]
    counts = [count for _, count in found]
    title = N_("Devices that nobody registered")
    made = chart([(title, "b", [float(c) for c in counts], True)], labels, ticks=4)
    rows = [
        (label, visit.words.number(c)) for label, c in zip(labels, counts, strict=True)
    ]
    return Curved(title, made, "", "/worklist?state=unregistered", rows)


def book_values(visit: Visit) -> Sequence[Curved]:
    """Return what the assets of each book were worth at the end of its periods."""
    books = resource("books")
    call = list_call(books, {"limit": str(MOST_BOOKS)})
    found = []
    page = books.source.read(visit.reading, call.asked, visit.viewer, call.page)
    for book in page.rows:
        values = values_by_period(visit.reading, book["id"])
        if len(values) < 2:
            continue
        size = 10 ** minor_digits(book["currency"])
        labels = [period for period, _, _ in values]
        line = ("Book value", "a", [minor / size for _, _, minor in values], True)
        title = visit.words.text(N_("Book value, {book}"), book=book["code"])
        rows = [(p, visit.words.money(m, book["currency"])) for p, _, m in values]
        made = chart([line], labels, ticks=4)
        path = f"/books/{book['id']}"
        found.append(Curved(title, made, book["currency"], path, rows))
    return found


def scan_health(visit: Visit) -> Sequence[Mapping[str, Any]]:
    """Return the last scans with what answered, what was read and what was not."""
    scans = resource("scans")
    call = list_call(scans, {"sort": "-id", "limit": str(SCANS)})
    page = scans.source.read(visit.reading, call.asked, visit.viewer, call.page)
    found = []
    for row in page.rows:
        ended, begun = row.get("finished_at"), row.get("started_at")
        counts = row.get("counts") or {}
        passed = ended - begun if ended and begun else timedelta()
        more = {"counts": counts, "seconds": round(passed.total_seconds())}
        found.append({**row, **more})
    return found


def chain_state(visit: Visit) -> Chain | None:
    """Return the end of the audit trail, checked where that is soon done."""
    head = read_head(visit.reading)
    if head is None:
        return None
    whole = None
    if head.count <= MOST_CHECKED:
        whole = not verify(visit.app.whole or visit.app.engine)
    return Chain(head.count, head.hash[:12], whole)
