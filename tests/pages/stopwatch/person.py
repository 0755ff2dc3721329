"""Who sits before the browser, and how often he clicks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import APIRequestContext, Locator, Page


@dataclass(frozen=True, slots=True)
class Task:
    """Something that somebody does.

    Attributes:
        title: What it is.
        role: Who does it.
        most: Clicks it may take on a desk; one more on a phone, for the menu.
        do: How, from the first page of the role.
    """

    title: str
    role: str
    most: int
    do: Callable[[Person], None]


class Person:
    """Somebody before the browser; each click and each choice counts as one."""

    def __init__(
        self, page: Page, url: str, *, password: str = "", phone: bool = False
    ) -> None:
        self.page = page
        self.url = url
        self.password = password
        self.phone = phone
        self.clicks = 0

    def home(self) -> None:
        """Stand on the first page, with nothing counted."""
        self.page.goto(f"{self.url}/")
        self.clicks = 0

    def click(self, what: Locator) -> None:
        """Click on something."""
        self.clicks += 1
        what.click()

    def go(self, *titles: str) -> None:
        """Follow the navigation, then tabs beside the list."""
        nav = self.page.locator("#nav")
        if self.phone:
            self.click(self.page.get_by_role("button", name="Menu"))
        place = nav.locator(f"a:text-is('{titles[0]}')")
        if not place.is_visible():
            group = self.page.locator("#nav details")
            inside = self.page.locator(f"a:text-is('{titles[0]}')")
            self.click(group.filter(has=inside).locator("summary"))
        self.click(place)
        self.heading(titles[0])
        for title in titles[1:]:
            self.click(self.page.locator(f"main .tabs a:text-is('{title}')"))
            self.heading(title)

    def heading(self, text: str) -> None:
        """Wait for the page of a heading, and its scripts."""
        self.page.locator("main h1", has_text=text).first.wait_for()
        self.page.wait_for_load_state()

    def link(self, name: str, inside: str = "main") -> None:
        """Follow a link of the page."""
        place = self.page.locator(inside)
        self.click(place.get_by_role("link", name=name, exact=True).first)
        self.page.wait_for_load_state()

    def act(self, name: str) -> None:
        """Choose an act of the page; those under the dots cost a click more."""
        place = self.page.locator("main .acts").first
        found = place.locator(f"a:has-text('{name}')").first
        if not found.is_visible():
            self.click(place.locator("[popovertarget=acts]"))
        self.click(found)
        self.opened()

    def act_link(self, name: str) -> None:
        """Follow a button of the page that leads to another page."""
        self.click(self.page.locator("main .acts a", has_text=name).first)
        self.page.wait_for_load_state()

    def opened(self) -> None:
        """Wait for a form, in a dialog or on a page of its own."""
        self.page.locator("#dialog[open] form, main form.form").first.wait_for()

    @property
    def form(self) -> Locator:
        """The form that is open."""
        dialog = self.page.locator("#dialog[open]")
        return dialog if dialog.count() else self.page.locator("main")

    def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, text in fields.items():
            self.form.locator(f"[name='{name}']:visible").first.fill(text)

    def choose(self, **fields: str) -> None:
        """Choose from lists by the names of their fields."""
        for name, value in fields.items():
            self.clicks += 1
            self.form.locator(f"select[name='{name}']").select_option(value)

    def tick(self, *names: str) -> None:
        """Tick boxes by the names of their fields."""
        for name in names:
            self.click(self.form.locator(f"input[name='{name}']").first)

    def send(self, button: str) -> None:
        """Press the button of the form, and wait until the page says it is taken."""
        dialog = self.page.locator("#dialog[open]")
        in_dialog = dialog.count() > 0
        self.press(button)
        if in_dialog:
            dialog.wait_for(state="hidden")
        self.page.locator(".said").wait_for()

    def press(self, button: str) -> None:
        """Press a button of the form."""
        self.click(self.form.get_by_role("button", name=button, exact=True).last)

    def search(self, words: str, hit: str) -> None:
        """Find something from any page, and open it."""
        if self.phone:
            self.click(self.page.locator(".find input"))
        else:
            self.page.keyboard.press("Control+k")
        self.page.locator("#palette input").fill(words)
        self.click(self.page.locator("#palette").get_by_role("option", name=hit).first)

    def stored(self, resource: str, /, **asked: str) -> list[dict[str, Any]]:
        """Return the rows of a list as they are stored, by a request of its own."""
        answer = self.page.request.get(f"{self.url}/{resource}.jsonl", params={**asked})
        assert answer.ok, (resource, answer.status, answer.text())
        return [json.loads(line) for line in answer.text().splitlines()]

    def until(self, resource: str, /, **asked: str) -> list[dict[str, Any]]:
        """Return the rows of a list once there are some: work ends a little later."""
        for _ in range(120):
            if rows := self.stored(resource, **asked):
                return rows
            self.page.wait_for_timeout(500)
        raise AssertionError(f"nothing in {resource} of {asked}")

    def other(self, login: str) -> APIRequestContext:
        """Return somebody else's browser, logged in, without a window."""
        browser = self.page.context.browser
        assert browser is not None
        asking = browser.new_context().request
        form = {"login": login, "password": self.password}
        headers = {"origin": self.url}
        assert asking.post(f"{self.url}/login", form={**form}, headers=headers).ok
        return asking

    def row(self, text: str) -> Locator:
        """The row of a table that has a text."""
        return self.page.locator("main tbody tr", has_text=text).first

    def narrow(self, words: str) -> None:
        """Search in the list."""
        self.page.get_by_label("Search in this list").fill(words)
        self.page.wait_for_url(f"**search={words.replace(' ', '+')}*")

    def sees(self, *texts: str) -> None:
        """Wait for texts on the page."""
        from playwright.sync_api import TimeoutError as TooLate

        for text in texts:
            found = self.page.locator("body").get_by_text(text).locator("visible=true")
            try:
                found.first.wait_for()
            except TooLate as error:
                shown = self.page.locator("body").inner_text()
                raise AssertionError(f"{text!r} is not on the page: {shown}") from error


def told(rows: Sequence[tuple[Task, int | None, int | None]]) -> str:
    """Return the table: task, role, clicks on a desk and on a phone."""
    lines = ["task | role | desk | phone", "--- | --- | --- | ---"]
    for task, desk, phone in rows:
        shown = ["–" if one is None else str(one) for one in (desk, phone)]  # noqa: RUF001
        lines.append(" | ".join([task.title, task.role, *shown]))
    return "\n".join(lines)
