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
    (user,) = person.stored("users", login=login)
    assert user["roles"] == ["it"]


def _token(person: Person) -> None:
    person.go("Users", "Tokens")
    person.act("New")
    person.fill(name="MDM")
    person.click(person.form.get_by_label("it", exact=True))
    person.press("Save")
    person.sees("it is shown once")
    (token, *_) = person.stored("tokens", name="MDM", sort="-id")
    assert token["revoked_at"] is None


def _session(person: Person) -> None:
    other = person.other("manager")
    assert other.get(f"{person.url}/team").ok
    (newest, *_) = person.stored("sessions", login="manager", sort="-id")
    person.go("Users", "Sessions")
    person.click(person.page.locator(f"main a[href$='/sessions/{newest['id']}']").first)
    person.act("End")
    person.press("End")
    person.page.locator(".said").wait_for()
    told = other.get(f"{person.url}/team")
    assert told.status == 401


def _webhook(person: Person) -> None:
    name = f"Ticket desk {'p' if person.phone else 'd'}"
    person.go("Jobs", "Webhooks")
    person.act("New")
    person.fill(name=name, url="https://hooks.example/purser", events="asset.*")
    person.press("Save")
    person.sees("it is shown once")
    (hook,) = person.stored("webhooks", name=name)
    assert hook["url"] == "https://hooks.example/purser"
    person.page.keyboard.press("Escape")
    person.page.goto(f"{person.url}/webhooks")
    row = person.row(name)
    person.click(row.get_by_role("button", name="Ping"))
    (message,) = person.until("deliveries", webhook=name)
    assert message["state"] != "withdrawn"


def _backup(person: Person) -> None:
    before = len(person.stored("backups"))
    person.go("Jobs", "Backups")
    person.act("Take")
    person.press("Take")
    rows = person.until("backups", sort="-id")
    while len(rows) == before:
        person.page.wait_for_timeout(500)
        rows = person.stored("backups", sort="-id")
    assert rows[0]["row_count"] > 1000
    assert not rows[0]["problem"]


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
    name = f"Laptops {'p' if person.phone else 'd'}"
    person.fill(name=name)
    person.send("Save")
    (view,) = person.stored("views", name=name)
    assert view["query"] == "search=laptop"


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
    Task("who is logged in; log somebody out", "it", 7, _session),
    Task("tell another program, and try it", "it", 6, _webhook),
    Task("take a backup", "it", 5, _backup),
    Task("own language and time zone", "hr", 4, _language),
    Task("save a search", "hr", 3, _view),
    Task("read the guide", "accounting", 2, _guide),
)
