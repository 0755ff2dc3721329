"""What IT does with the register."""

from __future__ import annotations

from tests.pages.browsing import PHONE, new_context
from tests.pages.stopwatch.person import Person, Task


def _edit(person: Person) -> None:
    person.search("IT-00041", "IT-00041")
    person.act("Edit")
    person.fill(name="Spare of sales")
    person.send("Save")
    person.sees("Spare of sales")
    (asset,) = person.stored("assets", tag="IT-00041")
    assert asset["name"] == "Spare of sales"


def _bulk(person: Person) -> None:
    person.go("Assets")
    person.narrow("Cisco")
    person.click(person.page.locator("[data-all]:visible"))
    bar = person.page.locator("[data-bulk]")
    person.click(bar.get_by_role("button", name="Update"))
    person.opened()
    supplier = f"Depot {'phone' if person.phone else 'desk'} BV"
    person.fill(supplier=supplier)
    person.press("Try it first")
    person.sees("What would happen", supplier)
    assert person.stored("assets", supplier=supplier) == []
    person.press("Save")
    rows = person.until("assets", supplier=supplier)
    assert len(rows) > 5


def _labels(person: Person) -> None:
    person.go("Assets", "Labels")
    person.fill(tags="IT-00001\nIT-00002")
    with person.page.expect_response("**/labels*") as answer:
        person.press("Make a PDF")
    assert answer.value.headers["content-type"] == "application/pdf"


def _stock_take(person: Person) -> None:
    person.go("Stock", "Stock-takes")
    person.act("New")
    name = f"Count {'phone' if person.phone else 'desk'}"
    person.fill(name=name)
    person.send("Save")
    person.click(person.page.locator("main .acts a", has_text="Scan"))
    person.page.locator("input[name=texts]").fill("IT-00001")
    person.page.keyboard.press("Enter")
    answered = person.page.locator("[data-seen] li:not([aria-busy])")
    answered.filter(has_text="IT-00001").wait_for()
    (take,) = person.stored("stock-takes", name=name)
    (scanned,) = person.stored("stock-take-scans", stock_take=str(take["id"]))
    assert scanned["tag"] == "IT-00001"


def _order(person: Person) -> None:
    name = f"PO-{'phone' if person.phone else 'desk'}"
    person.go("Orders")
    person.act("New")
    person.fill(number=name, supplier="Telefoon Direct B.V.", currency="EUR")
    person.fill(lines="1; laptop; Lenovo; T14; 900.00")
    person.send("Save")
    person.heading(name)
    person.act("Receive")
    person.fill(without_serial="1")
    person.press("Receive")
    person.sees("IT-")
    (asset,) = person.stored("assets", order_number=name)
    assert (asset["state"], asset["kind"]) == ("in_stock", "laptop")


def _contract(person: Person) -> None:
    number = f"C-{'phone' if person.phone else 'desk'}"
    person.go("Contracts")
    person.act("New")
    person.fill(number=number, name="Support", kind="maintenance")
    person.fill(starts_on="2026-01-01", ends_on="2027-12-31")
    person.send("Save")
    person.heading(number)
    person.act("Cover")
    person.fill(tags="IT-00001")
    person.press("Cover")
    person.sees("IT-00001")
    (contract,) = person.stored("contracts", number=number)
    assert contract["ends_on"] == "2027-12-31"


def _licence(person: Person) -> None:
    name = f"Drawing {'phone' if person.phone else 'desk'}"
    person.go("Contracts", "Licences")
    person.act("New")
    person.fill(key=name, product="Draw", seats="3", starts_on="2026-01-01")
    person.send("Save")
    person.heading(name)
    person.act("Assign")
    person.fill(person="p-015")
    person.send("Assign")
    (use,) = person.stored("licence-uses", search=name)
    assert "Visser" in str(use)


def _hand_out(person: Person) -> None:
    person.act("Hand out")
    person.fill(assets="IT-00041", holder="p-015")
    person.tick("confirm")
    person.press("Hand over")
    person.page.locator("svg.qr, .qr").first.wait_for()
    link = person.page.get_by_text("/accept/").first.inner_text()
    _sign(person, link[link.index("http") :].split()[0])
    (signed,) = person.stored("acceptances", person="p-015", sort="-id")[:1]
    assert signed["state"] == "accepted"
    person.page.keyboard.press("Escape")


def _sign(person: Person, link: str) -> None:
    """Sign on the telephone of who receives it, who has no log-in."""
    browser = person.page.context.browser
    assert browser is not None
    context = new_context(browser, PHONE)
    page = context.new_page()
    page.goto(link)
    page.locator("[name=signature]").fill("Visser")
    page.get_by_role("button", name="I got these things").click()
    page.get_by_role("link", name="Save the document (PDF)").wait_for()
    context.close()


def _take_back(person: Person) -> None:
    person.act("Take back")
    person.fill(assets="IT-00041")
    person.press("Take back")
    person.until("assets", tag="IT-00041", state="in_stock")


def _close_stock_take(person: Person) -> None:
    name = f"Count {'phone' if person.phone else 'desk'}"
    person.go("Stock", "Stock-takes")
    person.click(person.row(name).locator("td.lead a"))
    person.act("Close")
    person.press("Close")
    (take,) = person.until("stock-takes", name=name, state="closed")
    assert take["closed_at"]


REGISTER = (
    Task("correct an asset", "it", 3, _edit),
    Task("change many assets, tried before", "it", 5, _bulk),
    Task("print labels", "it", 3, _labels),
    Task("take stock by typing", "it", 5, _stock_take),
    Task("order and receive", "it", 6, _order),
    Task("contract and what it covers", "it", 6, _contract),
    Task("licence and a seat", "it", 7, _licence),
    Task("hand over with a code to sign", "it", 3, _hand_out),
    Task("take something back", "it", 2, _take_back),
    Task("close a stock-take", "it", 5, _close_stock_take),
)
