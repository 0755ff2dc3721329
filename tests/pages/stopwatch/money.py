"""What accounting and auditors do."""

from __future__ import annotations

import re

from tests.pages.stopwatch.person import Person, Task


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
    person.act("Preview")
    person.form.locator("button").last.wait_for()


def _capitalise(person: Person) -> None:
    person.link("IFRS")
    person.act("Capitalise")
    person.press("Capitalise")


def _explain(person: Person) -> None:
    person.click(person.page.locator("main a[href^='/books/']").first)
    person.click(person.page.locator("main tbody td a.lead").first)
    person.page.locator("main dl.facts").first.wait_for()


def _report(person: Person) -> None:
    person.act_link("Reports")
    person.link("Fixed asset register as of any day")
    person.heading("Fixed asset register")


def _write_off(person: Person) -> None:
    person.go("Write-offs")
    person.heading("Write-offs")


def _invoice(person: Person) -> None:
    person.click(
        person.page.locator("a.number", has_text="Findings of carrier invoices")
    )
    person.click(person.page.locator("table.list tbody a").first)
    person.act("Accept")
    person.press("Accept")


def _nobody(person: Person) -> None:
    person.click(person.page.locator("a.number", has_text="Costs of nobody"))
    person.click(person.page.locator("main a[href^='/assets/']").first)
    person.act("Allocate")


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
    Task("what a schedule would be", "accounting", 3, _what_if),
    Task("put waiting purchases into a book", "accounting", 4, _capitalise),
    Task("from a book to a period and what was posted", "accounting", 4, _explain),
    Task("read a report", "accounting", 2, _report),
    Task("write-offs to decide", "accounting", 2, _write_off),
    Task("decide a finding of a carrier's invoice", "accounting", 5, _invoice),
    Task("costs of nobody, to the one that pays", "accounting", 4, _nobody),
    Task("the audit trail, checked whole", "auditor", 3, _trail),
    Task("who held what on a day", "auditor", 2, _as_of),
)
