"""Accounting: the books with their periods, and the reports."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import frame
from api.web.deciding import change_button
from api.web.html import Row, badge, link, moment, show, table
from inventory.accounting.books.periods import set_status
from inventory.accounting.posting.post import post_period
from inventory.accounting.posting.reverse import reverse
from inventory.fixed_assets.register_books import cost_shares_of
from inventory.kernel.errors import InventoryError
from inventory.queries.money.books import book_of, list_books, list_periods
from inventory.reports import reports
from inventory.storage.work import UnitOfWork

PATH = "/accounting"
MOST = 1000
"""Books, or periods of a year, on one page."""


async def show_page(request: Request) -> None:
    """Draw the books and the reports."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    books = await visit.read(lambda reading: list_books(reading, limit=MOST).rows)
    with frame.page(visit, PATH, "Accounting"):
        frame.heading("Accounting")
        with frame.card("Books"):
            frame.html(table(books, _BOOKS, "No book is open yet."))
        with frame.card("Reports"):
            rows = [{"name": one.name, "title": one.title} for one in _reports()]
            frame.html(table(rows, _REPORTS))


def _reports() -> list[Any]:
    return sorted(reports().values(), key=lambda one: one.title)


_BOOKS = [
    ("Book", lambda row: link(f"{PATH}/books/{row['id']}", row["code"])),
    ("Name", lambda row: show(row["name"])),
    ("Legal entity", lambda row: show(row["legal_entity"])),
    ("Currency", lambda row: show(row["currency"])),
    ("Assets", lambda row: f"{row['assets']:,}"),
    ("Posted until", lambda row: show(row["last_posted"])),
    ("Next to post", lambda row: show(row["next_to_post"])),
]
_REPORTS = [
    ("Report", lambda row: link(f"{PATH}/reports/{row['name']}", row["title"])),
]


async def show_book(request: Request, book_id: frame.Id) -> None:
    """Draw the periods of a book, a fiscal year at a time."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return

    def reading(connection: Connection) -> tuple[Row, list[Row]]:
        rows = list_periods(connection, book_id, limit=MOST).rows
        return book_of(connection, str(book_id)), [dict(row) for row in rows]

    try:
        book, periods = await visit.read(reading)
    except InventoryError as error:
        frame.nothing(visit, error.problem)
        return
    years = list(dict.fromkeys(row["year"] for row in periods))
    year = request.query_params.get("year") or _present(visit, periods)
    with frame.page(visit, PATH, str(book["code"])):
        frame.html(f'<a class="crumb" href="{PATH}">Accounting</a>')
        under = show(f"{book['name']}, {book['legal_entity']}, {book['currency']}")
        frame.heading(str(book["code"]), under)
        with frame.card(f"Periods of {year}"):
            frame.html(_years(book_id, years, year))
            shown = [row for row in periods if row["year"] == year]
            frame.html(table(shown, _PERIODS, "The book has no such year."))
        if visit.may(Role.ACCOUNTING):
            with frame.card("Post, close, take back"):
                _Desk(visit, book_id, year).draw(periods)


def _present(visit: frame.Visit, periods: list[Row]) -> str:
    today = visit.app.clock().date()
    here = [row["year"] for row in periods if row["first_day"] <= today]
    return str(here[-1] if here else periods[0]["year"] if periods else "")


def _years(book_id: int, years: list[str], chosen: str) -> str:
    place = years.index(chosen) if chosen in years else 0
    years = years[max(0, place - 6) : place + 7]
    return " · ".join(
        f"<b>{escape(year)}</b>"
        if year == chosen
        else link(f"{PATH}/books/{book_id}?year={escape(year)}", year)
        for year in years
    )


_PERIODS = [
    ("Period", lambda row: show(row["key"])),
    ("First day", lambda row: show(row["first_day"])),
    ("Last day", lambda row: show(row["last_day"])),
    ("Status", lambda row: badge(row["status"])),
    ("Depreciation", lambda row: _amount(row)),
    ("Assets", lambda row: show(row["assets"])),
    ("Posted", lambda row: moment(row["posted_at"])),
    ("By", lambda row: show(row["posted_by"])),
    ("Because", lambda row: show(row["reason"])),
]


def _amount(row: Row) -> str:
    if row["depreciation"] is None:
        return '<span class="soft">not posted</span>'
    return show(f"{row['depreciation']} {row['currency']}")


class _Desk:
    """The buttons of a book; what they do is refused with a sentence, or done whole."""

    def __init__(self, visit: frame.Visit, book_id: int, year: str) -> None:
        self.visit, self.book_id, self.year = visit, book_id, year

    def draw(self, periods: list[Row]) -> None:
        """Draw a choice of period, a reason, and what can be done."""
        keys = [row["key"] for row in periods if row["year"] == self.year]
        postings = {row["key"]: row["posting_id"] for row in periods}
        waiting = [row for row in periods if row["posting_id"] is None]
        first = next((row["key"] for row in waiting if row["key"] in keys), None)
        with ui.element("div").classes("tools"):
            period = ui.select(keys, label="Period", value=first or keys[-1])
            reason = ui.input("Reason").classes("grow")
            for field in (period, reason):
                field.props("outlined dense")

        def posting(work: UnitOfWork) -> object:
            found = cost_shares_of(work.connection)
            return post_period(work, self.book_id, str(period.value), found)

        def status(name: str) -> Callable[[UnitOfWork], object]:
            return lambda work: set_status(
                work, self.book_id, str(period.value), name, reason.value or ""
            )

        def back(work: UnitOfWork) -> object:
            number = postings.get(str(period.value)) or 0
            return reverse(work, number, reason.value or "")

        with ui.element("div").classes("tools"):
            self._button("Post", posting)
            self._button("Take the posting back", back)
            self._button("Close", status("closed"))
            self._button("Reopen", status("open"))
            self._button("Lock for good", status("locked"))

    def _button(self, text: str, change: Callable[[UnitOfWork], object]) -> None:
        path = f"{PATH}/books/{self.book_id}?year={self.year}"
        change_button(self.visit, text, change, path)
