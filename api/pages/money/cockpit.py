"""Books and reports; a book with its periods, and what is to be done for the close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.http.callers import Role
from api.pages.acts.row_acts import ROW_ACTS
from api.pages.entity import find
from api.pages.listing import may_do
from api.pages.visit import Answer, View, Visit, refused
from api.resources.listing import list_call
from api.resources.lookups import resolved_question
from api.resources.registry import resource
from inventory.fixed_assets.open_books import without_balances
from inventory.fixed_assets.tax.convention_of_year import years_to_mend
from inventory.fixed_assets.waiting import count_waiting
from inventory.kernel.texts import N_
from inventory.reports import reports

READERS = (Role.ACCOUNTING, Role.AUDITOR)
MOST = 1000
"""Books, or periods of a book, on one page."""

_AROUND = 6
"""Fiscal years offered before and after the one shown."""


def show_accounting(visit: Visit) -> Answer:
    """Draw the books and the reports."""
    if not visit.may(*READERS):
        return refused(N_("Books and reports"))
    books = _rows(visit, "books", {})
    return View(
        template="accounting.html",
        title=N_("Books and reports"),
        here="/accounting",
        about={
            "books": books,
            "reports": sorted(reports().values(), key=lambda one: one.title),
            "may_open": visit.may(Role.ACCOUNTING),
        },
    )


def _rows(
    visit: Visit, name: str, asked: Mapping[str, str]
) -> Sequence[Mapping[str, Any]]:
    one = resource(name)
    call = list_call(one, {**asked, "limit": str(MOST)})
    question = resolved_question(visit.reading, call.asked)
    return one.source.read(visit.reading, question, visit.viewer, call.page).rows


def show_book(visit: Visit, ref: str) -> Answer:
    """Draw the periods of a book, a fiscal year at a time, with what may be done."""
    found = find(visit, resource("books"), ref)
    if isinstance(found, View):
        return found
    periods = _rows(visit, "periods", {"book": f"id:{found.id}"})
    years = list(dict.fromkeys(str(row["year"]) for row in periods))
    year = visit.query.get("year") or _present(visit, periods)
    place = years.index(year) if year in years else 0
    acts = [act for act in resource("periods").acts if may_do(visit, act)]
    shown = [row for row in periods if str(row["year"]) == year]
    return View(
        template="book.html",
        title=str(found.row["code"]),
        here="/accounting",
        about={
            "found": found,
            "book": found.row,
            "year": year,
            "years": years[max(0, place - _AROUND) : place + _AROUND + 1],
            "lines": [
                (row, [a for a in acts if a.verb in ROW_ACTS["periods"](row)])
                for row in shown
            ],
            "back": f"{found.path}?year={year}",
            "may": bool(acts),
            "checks": _checks(visit, found.row, periods),
        },
    )


def _present(visit: Visit, periods: Sequence[Mapping[str, Any]]) -> str:
    here = [row["year"] for row in periods if row["first_day"] <= visit.today]
    return str(here[-1] if here else periods[0]["year"] if periods else "")


def _checks(
    visit: Visit, book: Mapping[str, Any], periods: Sequence[Mapping[str, Any]]
) -> Sequence[tuple[str, int, str]]:
    """Return what is to be done before a close: title, how many, and where."""
    today, name = visit.today, f"id:{book['id']}"
    unposted = [
        row
        for row in periods
        if row["posting_id"] is None
        and row["status"] == "open"
        and row["last_day"] < today
        and row["key"] >= (book["next_to_post"] or row["key"])
    ]
    still_open = [
        row
        for row in periods
        if row["posting_id"] is not None
        and row["status"] == "open"
        and row["last_day"] < today
    ]
    unallocated = resource("unallocated-costs")
    call = list_call(unallocated, {"book": name})
    question = resolved_question(visit.reading, call.asked)
    nobody = unallocated.source.count(visit.reading, question, visit.viewer)
    base = f"book={name}"
    capitalise = resource("books").act("capitalise")
    may = capitalise is not None and may_do(visit, capitalise)
    inward = f"/books/{book['id']}/capitalise" if may else ""
    old = without_balances(visit.reading, book["id"])
    before = f"/books/{book['id']}/take-over" if may else ""
    wrong = years_to_mend(visit.reading, book["id"], today)
    mend = f"/books/{book['id']}/set-convention?year={wrong[0]}" if wrong else ""
    return (
        (N_("Assets not in it yet"), count_waiting(visit.reading, book["id"]), inward),
        *([(N_("Balances to take over"), len(old), before)] if old else ()),
        (N_("Periods to post"), len(unposted), f"/periods?{base}&posted=false"),
        (
            N_("Posted, but not closed"),
            len(still_open),
            f"/periods?{base}&posted=true&status=open",
        ),
        (N_("Costs of nobody"), nobody or 0, f"/unallocated-costs?{base}"),
        *([(N_("Years with the wrong convention"), len(wrong), mend)] if wrong else ()),
    )


PAGES = {"/accounting": show_accounting}
