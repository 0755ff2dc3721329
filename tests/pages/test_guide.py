"""The guide, announcements of HR, own password and zone, all that match."""

from __future__ import annotations

import pytest

from api.handbook.chapters import CHAPTERS, FOLDER
from api.pages.house.guide_examples import CALLS
from api.pages.house.guide_tasks import TASKS
from api.pages.render import GUIDE
from api.pages.words import LANGUAGES, Words
from api.resources.registry import ENTRIES
from inventory.people import accounts
from tests.pages.conftest import PASSWORD, Office, Visit

MOST_BYTES = 1_500_000
"""Of all pictures together; the guide loads those that come into sight."""


@pytest.mark.parametrize("role", accounts.LOGIN_ROLES)
def test_each_task_of_the_guide_begins_where_its_role_may_go(
    visit: Visit, role: str
) -> None:
    visitor = visit(role)
    page = visitor.see("/guide")
    links = [a.get("href") for a in page.tree.cssselect(".guide dt a")]
    assert links == [one.path for one in TASKS if one.role == role]
    for path in links:
        assert visitor.see(path).status == 200, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_main_tasks_of_each_role_have_a_picture(visit: Office, language: str) -> None:
    names = {one.name for one in TASKS}
    assert {path.name.split(".")[0] for path in GUIDE.glob("*.webp")} <= names
    assert sum(path.stat().st_size for path in GUIDE.iterdir()) < MOST_BYTES
    for role in accounts.LOGIN_ROLES:
        visitor = visit(role, language)
        page = visitor.see("/guide")
        images = page.tree.cssselect(".guide img")
        assert images, role
        for one in images:
            assert one.get("alt")
            assert one.get("src").endswith(f".{language}.webp")
            assert visitor.client.ask(one.get("src")).content[8:12] == b"WEBP"


def test_the_examples_for_programs_name_paths_of_the_api(visit: Office) -> None:
    page = visit("it").see("/guide/programs")
    assert page.status == 200
    described = {entry.name for entry in ENTRIES}
    for one in CALLS:
        name = one.path.split("?")[0].removeprefix("/api/v1/").split("/")[0]
        assert name in described, one.path
        assert one.curl("http://purser.example").startswith("curl -H")
        compile(one.python("http://purser.example"), "example", "exec")
    assert "$TOKEN" in page.text("main")


def test_hr_sees_what_follows_before_a_joiner_is_announced(office: Office) -> None:
    hr = office("hr")
    form = hr.see("/announce?kind=joining")
    waiting = form.send(fields={"family_name": "Putri"})
    assert waiting.status == 200
    assert "First day" in waiting.text("#preview")
    said = {
        "effective_on": "2026-12-01",
        "given_name": "Nia",
        "family_name": "Putri",
        "number": "7788",
        "legal_entity": "100",
    }
    wrong = hr.see(
        "/announce",
        {"kind": "joining", "do": "announce"} | said | {"cost_centre": "no"},
    )
    assert wrong.status == 422
    assert wrong.errors().keys() == {"cost_centre"}
    assert wrong.form["given_name"] == "Nia"
    seen = wrong.send(fields={"cost_centre": "4100"})
    assert "Nia Putri" in seen.text("#preview")
    assert hr.see("/cases?person=Nia+Putri").rows() == []
    told = hr.see(
        "/announce", {"kind": "joining", "do": "announce", "cost_centre": "4100"} | said
    )
    assert told.text("h1").startswith("Joining")
    assert office("it").see("/announce").status == 403


def test_a_leaver_is_named_by_name_and_everything_held_is_a_line(
    office: Office,
) -> None:
    said = {"kind": "leaving", "person": "Ada Berg", "effective_on": "2026-12-31"}
    page = office("hr").see("/announce", said | {"do": "preview"})
    assert "T-001" in page.text("#preview")
    unknown = office("hr").see(
        "/announce", said | {"person": "Nobody", "do": "announce"}
    )
    assert unknown.errors().keys() == {"person"}


def test_somebody_changes_his_own_password(office: Office) -> None:
    visitor = office("auditor")
    new = "cinnamon-and-clove"
    sent = {"do": "password", "old": "wrong", "new": new, "again": new}
    assert "old password is wrong" in visitor.see("/my-login", sent).text(".problem")
    sent |= {"old": PASSWORD, "again": "other"}
    assert "two ways" in visitor.see("/my-login", sent).text(".problem")
    done = visitor.see("/my-login", sent | {"again": new})
    assert done.url.endswith("/login?next=/my-login") or "login" in done.url
    form = office.stranger().see("/login")
    page = form.send(css="form", login="auditor", password=new)
    assert page.text("h1") == "Overview"


def test_times_are_told_in_the_zone_that_was_chosen_and_it_is_named(
    visit: Office,
) -> None:
    visitor = visit("it")
    page = visitor.see("/settings", {"zone": "Asia/Jakarta", "back": "/my-login"})
    assert "WIB" in page.text("main")
    noon = visit.app.clock().replace(hour=12, minute=0)
    assert Words("en", noon, "Asia/Jakarta").moment(noon).endswith("19:00 WIB")
    odd = visitor.see("/settings", {"zone": "Mars/Base", "back": "/my-login"})
    assert "WIB" in odd.text("main")


def test_all_that_match_are_tried_and_then_changed(office: Office) -> None:
    visitor = office("it")
    for number in range(60):
        visitor.see("/assets/new", {"kind": "dock", "tag": f"D-{number:02}"})
    page = visitor.see("/assets?kind=dock")
    assert page.one("[data-matching]").get("value") == "?kind=dock"
    chosen = visitor.see("/assets/selected?act=update&_matching=%3Fkind%3Ddock")
    assert "60 things are selected." in chosen.text("main")
    given = {"act": "update", "_matching": "?kind=dock", "supplier": "Example BV"}
    tried = visitor.see("/assets/selected", given | {"_try": "1"})
    assert "Example BV" in tried.text("main table")
    assert visitor.see("/assets?supplier=Example+BV").rows() == []
    visitor.see("/assets/selected", given)
    for tag in ("D-00", "D-31", "D-59"):
        assert "Example BV" in visitor.see(f"/assets/{tag}").text("main")
    back = visitor.see("/assets?kind=dock").follow("Next page").follow("Previous page")
    assert len(back.rows()) == 50


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_handbook_is_read_in_the_pages(visit: Visit, chapter: str) -> None:
    page = visit("auditor").see(f"/handbook/{chapter}")
    assert page.status == 200
    written = (FOLDER / f"{chapter}.md").read_text("utf-8")
    headings = [line[3:] for line in written.splitlines() if line.startswith("## ")]
    shown = [h.text_content() for h in page.tree.cssselect(".handbook h2")]
    assert shown == headings
    assert "```" not in page.text("main")
    assert visit("employee").see(f"/handbook/{chapter}").status == 403


def test_every_file_of_the_handbook_is_a_chapter() -> None:
    assert {file.stem for file in FOLDER.glob("*.md")} == set(CHAPTERS)
