"""What accounting and auditors do."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.pages.stopwatch.person import Person, Task

if TYPE_CHECKING:
    from playwright.sync_api import Locator

TODAY = date.today().isoformat()
POST = "td.beside :text-is('Post')"


def _schedule(person: Person) -> None:
    person.search("IT-00001", "IT-00001")
    person.link("Value")
    person.page.locator("figure.chart").first.wait_for()
    person.click(person.page.locator("details summary", has_text="The numbers").first)
    person.sees("Depreciation")


def _books(person: Person) -> None:
    person.search("IT-00001", "IT-00001")
    person.link("Value")
    person.page.locator(".card h2", has_text="IFRS").wait_for()
    person.page.locator(".card h2", has_text="TAX").wait_for()


def _what_if(person: Person) -> None:
    person.go("Schedules")
    person.narrow("IT-00013")
    person.page.locator("output.count", has_text=re.compile("^2 ")).wait_for()
    person.click(person.row("IFRS").locator("td.lead a"))
    person.heading("IT-00013")
    person.act("Record event")
    _impairment(person)
    person.press("Try it first")
    person.sees("What would happen", "100.00 EUR")
    assert person.stored("book-events", asset="IT-00013", kind="impair") == []


def _impairment(person: Person) -> None:
    person.choose(type="impair")
    person.fill(effective=TODAY)
    person.form.locator("[name='details.impair.recoverable']").fill("100.00")


def _impair(person: Person) -> None:
    person.search("IT-00013", "IT-00013")
    person.act("Record event")
    _impairment(person)
    person.fill(book="IFRS")
    person.press("Record event")
    rows = person.until("book-events", asset="IT-00013", kind="impair")
    assert rows[0]["effective"] == TODAY


def _capitalise(person: Person) -> None:
    person.link("IFRS")
    person.act("Capitalise")
    person.press("Capitalise")
    person.page.locator("#dialog dl, .said").first.wait_for()
    waiting = person.stored("books", code="IFRS")
    assert waiting[0]["last_posted"]


def _post(person: Person) -> None:
    person.link("IFRS")
    period = person.page.locator("main tbody tr", has=person.page.locator(POST)).first
    key = period.locator("a.lead").inner_text()
    person.click(period.locator(POST))
    # The month may not have ended yet, which has to be said.
    early = person.page.locator("input[name=early]")
    person.page.locator(".said").or_(early).first.wait_for()
    if early.count():
        person.click(early)
        person.press("Post")
    (posting,) = person.until("postings", book="IFRS", period=key)
    assert posting["assets"] > 0
    lines = person.stored("journal-lines", book="IFRS", posting_id=str(posting["id"]))
    assert sum(Decimal(one["debit"]) - Decimal(one["credit"]) for one in lines) == 0


def _close(person: Person) -> None:
    person.link("IFRS")
    # The first that is not closed yet; what is closed comes before it.
    closes = person.page.locator("td.beside :text-is('Close')")
    first = person.page.locator("main tbody tr", has=closes).first
    key = first.locator("a.lead").inner_text()
    row = person.page.locator("main tbody tr", has_text=key)
    for verb, state in (("Close", "closed"), ("Reopen", "open"), ("Close", "closed")):
        _decide(person, row, verb)
        person.until("periods", book="IFRS", key=key, status=state)
    _decide(person, row, "Lock")
    person.until("periods", book="IFRS", key=key, status="locked")


def _decide(person: Person, row: Locator, verb: str) -> None:
    """Press an act beside a period, and its button where it asks."""
    act = row.locator(f"td.beside :text-is('{verb}')")
    asks = act.evaluate("one => one.tagName") == "A"
    person.click(act)
    if asks:
        person.opened()
        if person.form.locator("[name=reason]").count():
            person.fill(reason="Audited")
        person.send(verb)
    row.locator(f"td.beside :text-is('{verb}')").wait_for(state="detached")


def _journal(person: Person) -> None:
    person.act("Export the journal")
    person.fill(book="IFRS")
    person.fill(profile="odoo")
    person.press("Hand the journal over")
    (export,) = person.until("journal-exports", book="IFRS")
    file = f"{person.url}/journal-exports/{export['id']}/extracts/file"
    answer = person.page.request.get(file)
    rows = list(csv.DictReader(io.StringIO(answer.text().lstrip("\ufeff"))))
    assert len(rows) == export["lines"] > 0
    names = {name.lower(): name for name in rows[0]}
    debit, credit = (
        next(real for low, real in names.items() if word in low)
        for word in ("debit", "credit")
    )
    sums = [sum(Decimal(row[name] or 0) for row in rows) for name in (debit, credit)]
    assert sums[0] == sums[1] > 0


def _explain(person: Person) -> None:
    person.click(person.page.locator("main a[href^='/books/']").first)
    person.click(person.page.locator("main tbody td a.lead").first)
    person.page.locator("main dl.facts").first.wait_for()


def _report(person: Person) -> None:
    person.act_link("Reports")
    person.link("Fixed asset register as of any day")
    person.heading("Fixed asset register")
    person.press("Show")
    total = person.page.locator("main tfoot td.num").first
    assert total.inner_text().endswith(" EUR")


def _write_off(person: Person) -> None:
    person.click(person.page.locator("a.number", has_text="Write-offs to decide"))
    person.click(person.page.locator("main td.beside >> text=Approve").first)
    person.opened()
    person.fill(remark="Insured")
    person.send("Approve")
    assert person.until("write-offs", state="approved")


def _invoice(person: Person) -> None:
    person.click(
        person.page.locator("a.number", has_text="Findings of carrier invoices")
    )
    person.click(person.page.locator("table.list tbody a").first)
    person.act("Accept")
    before = len(person.stored("invoice-findings", state="accepted"))
    person.send("Accept")
    assert len(person.stored("invoice-findings", state="accepted")) == before + 1


def _nobody(person: Person) -> None:
    person.click(person.page.locator("a.number", has_text="Costs of nobody"))
    person.click(person.page.locator("main a[href^='/assets/']").first)
    number = person.page.url.rpartition("/")[2]
    person.act("Allocate")
    person.fill(shares="4000=60\n5000=40")
    person.send("Allocate")
    rows = person.stored("allocations", asset=f"id:{number}")
    assert {"4000", "5000"} <= {one["code"] for row in rows for one in row["shares"]}


def _trail(person: Person) -> None:
    person.link("Open the audit trail")
    person.page.locator("select[name=entity], input[name=entity]").first.wait_for()
    person.act("Verify")
    person.press("Verify")
    told = person.page.locator("#dialog dl div", has_text="Problem count")
    told.locator("dd", has_text=re.compile(r"^\s*0\s*$")).wait_for()


def _as_of(person: Person) -> None:
    person.click(person.page.locator("main .acts a", has_text="As of a day"))
    person.fill(name="IT-00001", day="2026-06-01")
    person.press("Ask")
    person.page.locator("main table, main .facts").first.wait_for()


MONEY = (
    Task("schedule of an asset, curve and rows", "accounting", 3, _schedule),
    Task("book beside book", "accounting", 2, _books),
    Task("try an impairment before it is booked", "accounting", 7, _what_if),
    Task("record an impairment", "accounting", 5, _impair),
    Task("put waiting purchases into a book", "accounting", 4, _capitalise),
    Task("post a month", "accounting", 4, _post),
    Task("close, reopen, close and lock a month", "accounting", 9, _close),
    Task("hand the journal to the ledger", "accounting", 2, _journal),
    Task("from a book to a period and what was posted", "accounting", 4, _explain),
    Task("read a report", "accounting", 3, _report),
    Task("decide a write-off", "accounting", 3, _write_off),
    Task("decide a finding of a carrier's invoice", "accounting", 5, _invoice),
    Task("costs of nobody, to the one that pays", "accounting", 5, _nobody),
    Task("the audit trail, checked whole", "auditor", 3, _trail),
    Task("who held what on a day", "auditor", 2, _as_of),
)
