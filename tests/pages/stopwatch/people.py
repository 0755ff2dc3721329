"""What HR and those it is about do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.pages.stopwatch.person import Person, Task

if TYPE_CHECKING:
    from playwright.sync_api import Locator

STAFF = (
    b"Number;Family name;Given name;Legal entity;Start date;Cost centre\n"
    b"901;Alam;Citra;RBN;2026-01-05;3000\n"
)
SOON = (date.today() + timedelta(days=10)).isoformat()


def _join(person: Person) -> None:
    size = "phone" if person.phone else "desk"
    person.click(person.page.locator("main .acts a", has_text="Somebody joins"))
    person.fill(effective_on=SOON, given_name="Nia", family_name=f"Putri {size}")
    person.fill(number=f"77{size}", legal_entity="RBN", cost_centre="3000")
    person.page.locator("#preview tbody tr").first.wait_for()
    person.press("Announce")
    person.heading("Joining")
    (case,) = person.stored("cases", kind="joining", search=size)
    assert case["effective_on"] == SOON
    assert case["lines"]


def _move(person: Person) -> None:
    person.click(person.page.locator("main .acts a", has_text="Somebody moves"))
    person.fill(person=SOMEBODY, effective_on=SOON, cost_centre="5000")
    person.page.locator("#preview p strong").first.wait_for()
    person.press("Announce")
    person.page.locator(".said").wait_for()
    (case,) = person.stored("cases", kind="moving", person=SOMEBODY)
    assert case["effective_on"] == SOON


def _leave(person: Person) -> None:
    person.click(person.page.locator("main .acts a", has_text="Somebody leaves"))
    person.fill(person=SOMEBODY, effective_on=SOON)
    person.page.locator("#preview tbody tr").first.wait_for()
    person.press("Announce")
    person.heading("Leaving")
    (case,) = person.stored("cases", kind="leaving", person=SOMEBODY)
    assert case["open_lines"]


SOMEBODY = "p-016"
"""Ingrid Bakker, who moves and leaves: she has an extension, a computer and a phone."""


def _leaver(person: Person) -> Locator:
    return person.row("leaving of Ingrid Bakker").locator("td.lead a")


def _holding(person: Person) -> None:
    person.click(person.page.locator("a.number", has_text="Left, but still holding"))
    person.sees("Firmansyah")


def _case(person: Person) -> None:
    person.go("Cases")
    person.click(_leaver(person))
    person.sees("Lines", "What HR said")
    line = person.page.locator("main tbody tr", has_text="extension").first
    person.click(line.get_by_role("button", name="Receive"))
    asked = {"search": "extension", "person": SOMEBODY, "state": "received"}
    assert person.until("case-lines", **asked)


def _lost(person: Person) -> None:
    person.go("Cases")
    person.click(_leaver(person))
    line = person.page.locator("main tbody tr", has_text="computer").first
    person.click(line.get_by_role("link", name="Lose"))
    person.opened()
    person.fill(note="Left on a train")
    person.press("Step")
    person.until("write-offs", state="proposed", person=SOMEBODY)


def _staff_list(person: Person) -> None:
    person.go("People")
    person.click(person.page.locator("main .tabs a", has_text="Staff list"))
    person.page.locator("[name=file]").set_input_files(
        {
            "name": "staff.csv",
            "mimeType": "text/csv",
            "buffer": STAFF,
        }
    )
    person.press("Show what it does")
    person.click(person.page.get_by_role("button", name="Take it in"))
    person.sees("Taken in")
    assert person.until("people", search="Alam Citra")


PEOPLE = (
    Task("announce a joiner with preview", "hr", 2, _join),
    Task("announce a mover", "hr", 2, _move),
    Task("announce a leaver", "hr", 2, _leave),
    Task("who left and still holds something", "hr", 1, _holding),
    Task("work off a line of a case", "hr", 3, _case),
    Task("say that a leaver's thing is lost", "hr", 5, _lost),
    Task("take in a list of staff", "hr", 4, _staff_list),
)
