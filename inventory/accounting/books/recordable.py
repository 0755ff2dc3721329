"""Which events may still be recorded of an asset in a book.

What was taken over and what went elsewhere at book value is fixed with its balances:
the other system, the parts or the other legal entity go on from them. Imports
`storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from inventory.accounting.books.load import AssetInBook
from inventory.accounting.books.periods import period_row
from inventory.accounting.model.events import (
    Cancel,
    DisposalKind,
    Dispose,
    Event,
    Opening,
)
from inventory.accounting.model.valid_events import in_force
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.periods import Calendar
from inventory.kernel.texts import N_


def check_recordable(
    connection: Connection,
    book_id: int,
    asset: AssetInBook,
    event: Event,
    calendar: Calendar,
) -> None:
    """Refuse an event that the books can no longer take.

    Args:
        connection: Where periods are.
        book_id: The book.
        asset: The asset with its events so far.
        event: The event.
        calendar: That of the book.

    Raises:
        NotAllowed: Its dates lie in periods that take no postings.
        Invalid: It changes balances that were taken over or went elsewhere.
    """
    _check_period(connection, book_id, event, calendar)
    for changed in _changed(asset, event):
        _check_taken_over(asset, changed)
        _check_gone(asset, changed)


def _changed(asset: AssetInBook, event: Event) -> Iterator[Event]:
    """Yield the event, or what it takes back or brings back."""
    known = {one.id: one for one in asset.events}
    while isinstance(event, Cancel) and event.of in known:
        event = known[event.of]
    yield event


def _check_taken_over(asset: AssetInBook, event: Event) -> None:
    opening = next((e for e in in_force(asset.events) if isinstance(e, Opening)), None)
    if opening is None or event.effective > opening.effective:
        return
    booked = asset.booked_from is not None
    if event.id == opening.id:
        if booked or opening.transfer:
            raise Invalid(
                N_("The balances taken over on {day} are in use."),
                where="effective",
                remedy=N_("Correct the cost or the estimates by an event instead."),
                day=opening.effective,
            )
    elif event.effective < opening.effective and (booked or opening.transfer):
        raise Invalid(
            N_("The balances of {day} were taken over; what was before is in them."),
            where="effective",
            remedy=N_("Let the event take effect on {day} or later."),
            day=opening.effective,
        )


def _check_gone(asset: AssetInBook, event: Event) -> None:
    for moved in in_force(asset.events):
        if not isinstance(moved, Dispose) or moved.kind is not DisposalKind.TRANSFER:
            continue
        if event.effective <= moved.effective:
            raise Invalid(
                N_("The balances went elsewhere at the end of {day}."),
                where="effective",
                remedy=N_("Record the event where they went to, after that day."),
                day=moved.effective,
            )


def _check_period(
    connection: Connection, book_id: int, event: Event, calendar: Calendar
) -> None:
    """Refuse an event that would have to be booked where nothing can be."""
    effective, booked = calendar.at(event.effective), calendar.at(event.known)
    status = period_row(connection, book_id, booked.id)["status"]
    if event.posting is not None and status != "open":
        raise NotAllowed(
            N_("Period {period} of the posting date {posting} is {status}."),
            remedy=N_("Give a posting date in an open period."),
            period=booked.id,
            posting=event.posting,
            status=status,
        )
    if event.posting is None and status == "locked" and not isinstance(event, Opening):
        raise NotAllowed(
            N_(
                "Event {event} takes effect on {effective}, in the locked "
                "period {period}."
            ),
            remedy=N_("Add a posting date in an open period, which catches it up."),
            event=event.id,
            effective=event.effective,
            period=effective.id,
        )
