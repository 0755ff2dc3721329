"""What is done once in a while, and what everybody does for himself."""

from __future__ import annotations

from tests.pages.stopwatch.person import Person, Task


def _user(person: Person) -> None:
    login = f"nia{'p' if person.phone else 'd'}"
    person.go("Users")
    person.act("New")
    person.fill(login=login, password="maple-street-7")
    person.click(person.form.get_by_label("it", exact=True))
    person.press("Save")
    person.sees(login)


def _token(person: Person) -> None:
    person.go("Users", "Tokens")
    person.act("New")
    person.fill(name="MDM")
    person.click(person.form.get_by_label("it", exact=True))
    person.press("Save")
    person.sees("it is shown once")


def _session(person: Person) -> None:
    person.go("Users", "Sessions")
    person.page.locator("table.list tbody tr").first.wait_for()


def _backup(person: Person) -> None:
    person.go("Jobs", "Backups")
    person.act("Take")
    person.press("Take")
    person.page.locator("main").get_by_text("backup").first.wait_for()


def _language(person: Person) -> None:
    person.click(person.page.get_by_role("button", name="Account"))
    person.link("My login", "#me")
    person.clicks += 1
    person.page.locator("select[name=zone]").select_option("Asia/Jakarta")
    person.click(person.page.get_by_role("button", name="Save"))
    person.sees("WIB")


def _view(person: Person) -> None:
    person.go("Assets")
    person.narrow("laptop")
    person.click(person.page.get_by_role("link", name="Save this search"))
    person.opened()
    person.fill(name=f"Laptops {'p' if person.phone else 'd'}")
    person.press("Save")


def _guide(person: Person) -> None:
    if person.phone:
        person.click(person.page.get_by_role("button", name="Menu"))
    person.click(person.page.locator("#nav a", has_text="Guide"))
    person.heading("Guide")
    person.act_link("Examples for programs")
    person.sees("curl")


HOUSE = (
    Task("give somebody a log-in", "it", 5, _user),
    Task("make a token", "it", 6, _token),
    Task("who is logged in", "it", 3, _session),
    Task("take a backup", "it", 5, _backup),
    Task("own language and time zone", "hr", 4, _language),
    Task("save a search", "hr", 3, _view),
    Task("read the guide", "accounting", 2, _guide),
)
