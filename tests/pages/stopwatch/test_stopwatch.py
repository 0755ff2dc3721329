"""Every job of the list is done from the first page of its role, in few clicks.

`STOPWATCH=table` prints the table; `-m slow` does the same on a phone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.browsing import DESK, PHONE, browser, demonstrated, new_context
from tests.pages.stopwatch.house import HOUSE
from tests.pages.stopwatch.money import MONEY
from tests.pages.stopwatch.network import NETWORK
from tests.pages.stopwatch.people import PEOPLE
from tests.pages.stopwatch.person import Person, Task, told
from tests.pages.stopwatch.register import REGISTER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TASKS = (*NETWORK, *REGISTER, *PEOPLE, *MONEY, *HOUSE)


@dataclass
class Desk:
    """A demo that is served, a browser, and the pages of who has logged in."""

    demo: dict[str, Any]
    chromium: Browser
    pages: dict[tuple[str, bool], Page] = field(default_factory=dict)
    clicks: dict[tuple[str, bool], int] = field(default_factory=dict)

    def person(self, role: str, *, phone: bool) -> Person:
        """Return somebody who is logged in, on his first page."""
        url = self.demo["url"].rstrip("/")
        if (role, phone) not in self.pages:
            context = new_context(
                self.chromium,
                PHONE if phone else DESK,
                locale="en-GB",
                timezone_id="Europe/Amsterdam",
            )
            page = context.new_page()
            page.on("dialog", lambda asked: asked.accept())
            page.goto(f"{url}/login")
            page.locator("[name=login]").fill(role)
            page.locator("[name=password]").fill(self.demo["password"])
            page.locator("[name=password]").press("Enter")
            page.wait_for_url(f"{url}/")
            self.pages[role, phone] = page
        person = Person(
            self.pages[role, phone], url, password=self.demo["password"], phone=phone
        )
        person.home()
        return person


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium; not for longer than a module, for it holds the event loop."""
    with browser() as opened:
        yield opened


@contextmanager
def opened(folder: Path, chromium: Browser) -> Iterator[Desk]:
    """A demo that is served, for all tasks, which build on one another."""
    with demonstrated(folder) as told:
        found = Desk(told, chromium)
        yield found
    if os.environ.get("STOPWATCH"):
        print(table(found))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Desk]:
    """What is worked with at a desk."""
    with opened(tmp_path_factory.mktemp("demo"), chromium) as found:
        yield found


@pytest.fixture(scope="module")
def pocket(
    tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Desk]:
    """What is worked with on a phone: a demo in which nothing is done yet."""
    with opened(tmp_path_factory.mktemp("pocket"), chromium) as found:
        yield found


def table(desk: Desk) -> str:
    """Return what was measured."""
    return told(
        [
            (
                one,
                desk.clicks.get((one.title, False)),
                desk.clicks.get((one.title, True)),
            )
            for one in TASKS
        ]
    )


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.title)
def test_it_is_done_at_a_desk(desk: Desk, task: Task) -> None:
    person = desk.person(task.role, phone=False)
    task.do(person)
    desk.clicks[task.title, False] = person.clicks
    assert person.clicks <= task.most


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.title)
def test_it_is_done_on_a_phone(pocket: Desk, task: Task) -> None:
    person = pocket.person(task.role, phone=True)
    task.do(person)
    pocket.clicks[task.title, True] = person.clicks
    # The menu of a phone has to be opened first.
    assert person.clicks <= task.most + 2
