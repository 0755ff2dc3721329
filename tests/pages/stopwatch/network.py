"""What IT does with the network."""

from __future__ import annotations

from tests.pages.stopwatch.person import Person, Task


def _credential(person: Person) -> None:
    person.go("Credentials")
    person.act("Store a credential")
    name = f"branch-{'2' if person.phone else '1'}"
    person.fill(name=name)
    person.choose(kind="snmp-v2c")
    person.form.get_by_label("Community").fill("rempah-ro")
    person.send("Store a credential")
    person.sees(name)
    (stored,) = person.stored("credentials", name=name)
    assert stored["kind"] == "snmp-v2c"
    assert "rempah" not in str(stored)
    person.link("Credentials")
    person.act("Test")
    person.fill(name=name, address="127.10.99.1")
    person.press("Test")
    person.page.locator("#dialog dl.facts, #dialog .problem").first.wait_for()


def _scan(person: Person) -> None:
    person.act("Start a scan")
    person.fill(targets="127.10.99.0/29", site="rotterdam")
    person.send("Start a scan")
    person.page.locator("h1 .badge", has_text="finished").wait_for(timeout=120_000)
    person.sees("Addresses asked")


def _failed(person: Person) -> None:
    person.act("Start a scan")
    person.fill(targets="127.10.99.250", site="rotterdam")
    person.send("Start a scan")
    person.page.locator("h1 .badge", has_text="finished").wait_for(timeout=120_000)
    person.go("Scans", "Hosts of scans")
    person.narrow("127.10.")
    link = person.row("127.10.").locator("td.lead a")
    address = link.inner_text().strip()
    person.click(link)
    person.act("Retry")
    person.send("Retry")
    newest = person.stored("scans", sort="-id")[0]
    assert newest["request"]["targets"] == [address]


def _schedule(person: Person) -> None:
    person.go("Jobs", "Recurring jobs")
    person.act("Plan something that recurs")
    name = f"every-night-{'2' if person.phone else '1'}"
    person.fill(name=name, kind="sweep", rule="0 2 * * *", targets="10.0.0.0/30")
    person.send("Plan something that recurs")
    person.sees(name)
    (stored,) = person.stored("recurring-jobs", name=name)
    assert stored["next_at"] is not None


def _where_mac(person: Person) -> None:
    person.go("Whereabouts")
    person.page.locator("main input[name=q]").fill("127.10.10.21")
    person.click(person.page.get_by_role("button", name="Find", exact=True))
    person.page.locator("main tbody tr").first.wait_for()
    person.sees("now")


def _where_laptop(person: Person) -> None:
    person.search("firmans", "Firmansyah")
    person.sees("Holds now", "ThinkPad")


def _where_phone(person: Person) -> None:
    person.search("handayani", "Handayani")
    person.sees("Extensions", "Switch port")


def _port(person: Person) -> None:
    person.search("sw-floor1", "sw-floor1")
    person.click(person.page.locator("main .tabs a", has_text="Ports"))
    person.sees("Speed", "VLAN")


def _map(person: Person) -> None:
    person.go("Map")
    person.page.locator(".picture .node").first.wait_for()
    person.page.get_by_label("Find a device").fill("sw-floor1")
    person.page.locator(".picture .node.on", has_text="sw-floor1").wait_for()
    person.sees("Links of sw-floor1")
    person.click(person.page.locator(".picture .node.on"))


def _map_vlan(person: Person) -> None:
    person.go("Map")
    person.page.locator(".picture .node").first.wait_for()
    person.clicks += 1
    person.page.locator("select[name=vlan]").select_option("20")
    person.page.wait_for_url("**vlan=20*")
    person.page.locator(".picture .node").first.wait_for()


def _adopt(person: Person) -> None:
    person.click(person.page.locator("a.number", has_text="Seen, not registered"))
    row = person.row("Canteen")
    person.click(row.get_by_role("link", name="Adopt Canteen"))
    person.opened()
    tag = f"AV-{'2' if person.phone else '1'}"
    person.fill(tag=tag, cost="199.00", currency="EUR", holder="p-015")
    person.choose(kind="accessory")
    person.send("Adopt")
    person.search(tag, tag)
    person.heading(tag)
    person.sees("Visser")
    (asset,) = person.stored("assets", tag=tag)
    assert asset["state"] == "in_use"


def _undo_adopt(person: Person) -> None:
    person.go("Worklist")
    person.click(person.page.locator("select[name=state]"))
    person.page.locator("select[name=state]").select_option("matched")
    person.page.wait_for_url("**state=matched*")
    person.narrow("canteen")
    person.click(person.row("Canteen").locator("a").first)
    person.act("Take back")
    person.form.locator("textarea, input[type=text]").first.fill("Tried only")
    person.press("Take back")
    (row,) = person.until("worklist", search="canteen", state="unregistered")
    assert row["asset_id"] is None


def _correct(person: Person) -> None:
    person.search("Canteen", "Canteen")
    person.act("Correct")
    person.fill(type="media")
    person.send("Save")
    person.sees("media")
    (device,) = person.stored("devices", name="Canteen")
    assert device["type"] == "media"


def _merge(person: Person) -> None:
    person.search("TV-Meeting", "TV-Meeting")
    person.act("Merge")
    person.fill(other="imac-design")
    person.press("Merge")
    person.page.locator("#dialog dl.facts").first.wait_for()
    assert person.stored("devices", search="TV-Meeting") == []
    person.page.keyboard.press("Escape")
    person.go("Worklist", "Merges and splits")
    person.click(person.page.locator("main tbody td.beside >> text=Revoke").first)
    person.until("devices", search="TV-Meeting")


NETWORK = (
    Task("store a credential and try it", "it", 8, _credential),
    Task("scan a range and watch", "it", 2, _scan),
    Task("see why a host failed, try it again", "it", 8, _failed),
    Task("scan every night", "it", 5, _schedule),
    Task("where is an address", "it", 3, _where_mac),
    Task("where is somebody's laptop", "it", 1, _where_laptop),
    Task("where is the phone of an extension", "it", 1, _where_phone),
    Task("what is on the ports of a switch", "it", 2, _port),
    Task("map: find, links, fold", "it", 2, _map),
    Task("map: one VLAN", "it", 2, _map_vlan),
    Task("register a device that was seen", "it", 5, _adopt),
    Task("take that back", "it", 6, _undo_adopt),
    Task("correct the type of a device", "it", 3, _correct),
    Task("merge two devices and part them", "it", 8, _merge),
)
