"""Assets with value and papers, custody, labels, imports, stock-takes, the past."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.pages.register.asset import _chart
from api.pages.register.sentences import tell
from api.pages.words import Words
from inventory.assets.stocktake.rules import ExpectedItem
from inventory.assets.stocktake.service import open_stock_take
from inventory.bulk.profiles.store import PEOPLE, save_profile
from inventory.hr.staff_lists.profile import read_staff_profile
from inventory.queries.register.timeline import timeline
from tests.pages.conftest import Office


def row(last: str, charge: str, accumulated: str, **more: object) -> dict[str, Any]:
    told = {"first_day": f"{last[:8]}01", "last_day": last, "cost": "90.00"}
    closing = f"{90 - float(accumulated):.2f}"
    told |= {"depreciation": charge, "accumulated": accumulated, "closing": closing}
    return {**told, "period": last[:7], "posted": False, **more}


def test_the_curves_go_from_cost_to_what_is_left_and_plans_are_shaded() -> None:
    rows = [
        row("2026-01-31", "30.00", "30.00", posted=True),
        row("2026-02-28", "30.00", "60.00"),
        row("2026-03-31", "30.00", "90.00"),
    ]
    drawn = _chart({"rows": rows}, date(2026, 2, 14))
    assert drawn is not None
    cost, charged, value = ([p[2] for p in one.points] for one in drawn.curves)
    assert cost == [90.0] * 4
    assert charged == [0.0, 30.0, 60.0, 90.0]
    assert value == [90.0, 60.0, 30.0, 0.0]
    places = [point[0] for point in drawn.curves[0].points]
    assert drawn.shade == (places[1], places[3])
    assert drawn.now == places[2]
    booked = [one | {"posted": True} for one in rows]
    whole = _chart({"rows": booked}, date(2026, 5, 1))
    assert whole is not None
    assert (whole.shade, whole.now) == (None, None)


def test_a_curve_begins_where_another_system_left_off() -> None:
    taken = _chart({"rows": [row("2026-01-31", "30.00", "60.00")]}, date(2026, 1, 1))
    assert taken is not None
    _, charged, value = ([p[2] for p in one.points] for one in taken.curves)
    assert charged == [30.0, 60.0]
    assert value == [60.0, 30.0]


def test_an_asset_shows_its_holder_cost_centre_and_device(visit: Office) -> None:
    page = visit("accounting").see("/assets?search=laptop-1").follow("T-001")
    told = page.text("main")
    for part in ("Ada Berg", "4100 Sales", "1,249.00 EUR", "pc-004"):
        assert part in told
    assert "Ada Berg" not in page.texts("main a"), "may not see people"
    assert "Ada Berg" in visit("it").see("/assets/T-001").texts("main a")
    past = visit("it").see("/assets/T-001?as_of=2020-01-01").text(".facts")
    assert "nobody" in past


def test_the_value_of_an_asset_is_drawn_in_each_book(visit: Office) -> None:
    page = visit("accounting").see("/assets/T-001").follow("Value")
    assert {"IFRS", "TAX"} <= set(page.texts("h2"))
    assert "1,249.00 EUR" in page.text("main")
    assert "straight-line" in page.text("main")
    label = page.one("svg[role=img]").get("aria-label")
    assert label.startswith("Book value from 1,249.00 EUR on 20")
    none = visit("it").see("/assets/T-002/worth")
    assert "It is in no book." in none.text("main")
    assert visit("hr").see("/assets/T-001/worth").status == 403
    assert "Value" not in visit("hr").see("/assets/T-001").texts("nav.tabs a")


def test_a_timeline_is_sentences_in_the_language_of_the_reader(visit: Office) -> None:
    page = visit("it").see("/assets/T-001/timeline")
    told = page.texts("ol.timeline li p")
    assert "Ada Berg received it" in told
    assert "The network and the register agree about it" in told
    assert any("months of 2026 depreciated" in one for one in told)
    only = visit("it").see("/assets/T-001/timeline?kind=custody")
    assert {"custody", "year"} == {
        each.get("class") for each in only.tree.cssselect("ol.timeline li")
    }
    with visit.app.engine.connect() as reading:
        entries = timeline(reading, 1)
    words = Words("id", visit.app.clock())
    assert any(one.text == "Ada Berg menerimanya" for one in tell(entries, words))


def test_steps_that_an_asset_allows_are_offered_and_others_explained(
    visit: Office,
) -> None:
    page = visit("it").see("/assets/T-001")
    offered = page.texts("#acts a")
    assert "Repair" in offered
    assert "Retire" not in offered
    assert "it begins at: in transit, ordered, requested" in page.text("details dl")
    assert visit("auditor").see("/assets/T-001").tree.cssselect("#acts a") == []


def test_files_come_back_as_downloads_that_cannot_run(office: Office) -> None:
    page = office("it").see("/assets/T-001/papers")
    html = ("x.html", b"<script>alert(1)</script>", "text/html")
    kept = page.send("form[enctype]", files={"file": html})
    assert kept.status == 200
    path = kept.one("a[href^='/kept/']").get("href")
    answer = office("it").client.ask(path)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    empty = office("it").see("/assets/T-001/papers").send("form[enctype]")
    assert empty.status == 422
    noted = kept.follow("Write a note").send(text="dented")
    assert noted.url.endswith("/assets/T-001/papers") or "/papers" in noted.url
    assert "dented" in noted.text("main")
    gone = noted.follow("Remove x.html").send()
    assert "x.html" not in gone.text("main")
    assert office("hr").see("/assets/T-001/papers", {}).status == 403


def test_things_are_taken_back_and_handed_out_and_errors_keep_what_was_typed(
    office: Office,
) -> None:
    visitor = office("it")
    back = visitor.see("/assets/T-002").follow("Take back").send()
    assert back.url.endswith("/assets/2")
    assert "in stock" in back.text("h1")
    form = back.follow("Hand out")
    wrong = form.send(holder="nobody-we-know")
    assert wrong.status == 422
    assert wrong.one("#f-holder").get("value") == "nobody-we-know"
    done = wrong.send(holder="p-1")
    assert "Ada Berg" in done.text("main")
    assert office("auditor").see("/assets/check-out").status == 403


def test_a_label_opens_its_asset_and_labels_are_printed(visit: Office) -> None:
    visitor = visit("it")
    for label in ("T-001", "d0004"):
        assert visitor.see(f"/a/{label}").text("h1").startswith("T-001")
    assert visitor.see("/a/nothing%3Cb%3E").status == 404
    form = visitor.see("/labels?tags=T-001,T-002")
    assert form.one("#f-tags").text == "T-001\nT-002"
    sent = {"tags": "T-001\nT-002", "medium": "24mm", "skip": "0"}
    made = visitor.client.ask("/labels", form=sent)
    assert made.content.startswith(b"%PDF-")
    wrong = visitor.see("/labels", sent | {"tags": "nothing"})
    assert wrong.status == 422
    assert "nothing" in wrong.text("[role=alert]")


def test_a_table_is_uploaded_tried_and_imported(office: Office) -> None:
    form = office("it").see("/import")
    table = ("a.csv", b"tag,kind\nX-1,laptop\n", "text/csv")
    trial = form.send("form[enctype]", files={"file": table})
    assert "1 create" in trial.text("main")
    assert office("it").see("/assets?search=X-1").rows() == []
    kept = trial.one("#mapping [name=kept]").get("value") or ""
    sent = {"kept": kept, "profile": "spreadsheet", "atomic": "true"}
    done = office("it").see("/import/run", sent)
    assert done.text(".said") == "Imported: 1 create."
    assert len(office("it").see("/assets?search=X-1").rows()) == 1
    changed = ("b.csv", b"tag,cost,currency\nT-001,1300.00,EUR\n", "text/csv")
    again = office("it").see("/import").send("form[enctype]", files={"file": changed})
    assert "cost: 1,249.00 EUR \N{RIGHTWARDS ARROW} 1,300.00 EUR" in again.text("main")
    lost = office("it").see("/import/run", {"kept": "../../etc", "profile": "purser"})
    assert "not there any more" in lost.text("main")
    assert office("auditor").see("/import").status == 403


def test_many_are_changed_alike(office: Office) -> None:
    visitor = office("it")
    form = visitor.see("/assets/selected?act=update&id=1&id=2")
    assert "2 things are selected" in form.text("main")
    done = form.send(supplier="Bechtle")
    assert done.status == 200
    page = visitor.see("/assets?supplier=Bechtle&fields=tag")
    assert [one["Tag"] for one in page.rows()] == ["T-001", "T-002"]


def test_a_search_is_saved_and_offered_again(office: Office) -> None:
    page = office("it").see("/assets?kind=laptop").follow("Save this search")
    assert page.one("#f-query").get("value") == "kind=laptop"
    page.send(name="Laptops")
    again = office("it").see("/assets").follow("Laptops")
    assert again.url.endswith("/assets?kind=laptop")
    assert "Laptops" not in office("hr").see("/assets").texts("nav.chips a")


def test_a_stock_take_is_scanned_closed_and_its_corrections_decided(
    office: Office,
) -> None:
    with office.app.work("test") as work:
        items = [ExpectedItem(1, None, 1), ExpectedItem(2, None)]
        take = open_stock_take(work, "Spring", items)
        work.commit()
    visitor = office("it")
    page = visitor.see(f"/stock-takes/{take}")
    assert "Expected" in page.text(".numbers")
    assert "/mine/" in page.text("main details")
    scan = page.follow("Scan")
    noted = scan.send("form[data-scanner]", texts="http://x.example/a/T-002")
    assert noted.text(".seen") == "T-002"
    unknown = {"texts": "ZZ", "script": "yes"}
    answer = visitor.client.ask(f"/stock-takes/{take}/scan", form=unknown)
    assert answer.json() == {"said": "ZZ (unknown)", "well": False}
    closed = visitor.see(f"/stock-takes/{take}/close").send()
    assert closed.status == 200
    page = visitor.see(f"/stock-takes/{take}")
    assert page.tree.cssselect("input[name=corrections]")
    approved = {"corrections": "9999", "approve": "false"}
    assert visitor.see(f"/stock-takes/{take}/decide", approved).status == 200
    late = visitor.client.ask(f"/stock-takes/{take}/scan", form=unknown)
    assert late.json()["well"] is False
    assert office("hr").see(f"/stock-takes/{take}").status == 403


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("what=asset&name=T-001", 200),
        ("what=asset&name=nothing", 422),
        ("what=cost-centre&name=4100&from=2020-01-01&to=2019-01-01", 422),
        ("what=rubbish&name=x", 200),
        ("what=asset&name=T-001&day=yesterday", 200),
    ],
)
def test_questions_about_the_past_are_answered_or_refused_in_words(
    visit: Office, question: str, status: int
) -> None:
    page = visit("it").see(f"/as-of?{question}")
    assert page.status == status
    refused = visit("accounting").see("/as-of?what=person&name=p-1")
    assert "not for your role" in refused.text("[role=alert]")


def test_columns_of_a_table_are_mapped_before_it_is_imported(office: Office) -> None:
    it = office("it")
    table = ("odd.csv", b"Tag;Thing;Shelf\nMAP-1;Drucker;A 3\n", "text/csv")
    trial = it.see("/import").send("form[enctype]", files={"file": table})
    columns = trial.tree.cssselect("#mapping .field > select[name=field]")
    assert [one.value for one in columns] == ["tag", "-", "-"]
    mapping: dict[str, str | list[str]] = {
        "kept": trial.one("#mapping [name=kept]").get("value") or "",
        "profile": "spreadsheet",
        "head": ["Tag", "Thing", "Shelf"],
        "field": ["tag", "name", "note"],
    }
    tried = it.see("/import", mapping)
    assert "printer" in tried.text("#mapping")
    columns = tried.tree.cssselect("#mapping .field > select[name=field]")
    assert [one.value for one in columns] == ["tag", "name", "note"]
    with office.app.work("test") as work:
        people = {"title": "People", "columns": {"Nr": "number"}}
        save_profile(work, "people", people, about=PEOPLE, read=read_staff_profile)
        work.commit()
    refused = it.see("/import/run", mapping | {"atomic": "false", "save_as": "people"})
    assert refused.status == 422
    columns = refused.tree.cssselect("#mapping .field > select[name=field]")
    assert [one.value for one in columns] == ["tag", "name", "note"]
    assert refused.one("#f-save").get("value") == "people"
    assert it.see("/assets?search=MAP-1").rows() == []
    how: dict[str, str | list[str]] = {"atomic": "true", "save_as": "shelves"}
    done = it.see("/import/run", mapping | how)
    assert done.text(".said") == "Imported: 1 create."
    assert len(it.see("/assets?search=MAP-1").rows()) == 1
    assert "shelves" in it.see("/import").text("#f-profile")


def test_what_is_wrong_with_a_row_is_told_in_the_readers_language(
    office: Office,
) -> None:
    it = office("it")
    it.language = "id"
    table = ("a.csv", b"Tag;Bezeichnung;User\nIDN-1;Laptop;nobody at all\n", "text/csv")
    trial = it.see("/import").send("form[enctype]", files={"file": table})
    told = trial.text("#mapping")
    assert "nobody at all" in told
    assert "There is no person" not in told
    assert "pemegang" in told or "orang" in told
    assert "nama: Laptop" in told
