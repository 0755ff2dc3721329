"""Long requests by page: left to who works, followed, and what came of it fetched."""

from __future__ import annotations

import pytest

from api.compose.working import build_working
from api.http.actions import Acting
from api.resources.cli.options import local_caller
from api.resources.house.backups import take_backup
from discovery.work.memory import MemoryEngine
from discovery.work.port import Queue
from tests.discovery.work.jobs import ended
from tests.pages.conftest import Office


def test_a_large_import_is_followed_to_its_rows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.register.importing.LONG_BYTES", 10)
    app = office.app
    table = ("a.csv", b"tag,kind\nJ-1,laptop\nJ-2,cake\n", "text/csv")
    form = office("it").see("/import?profile=purser")
    trial = form.send("form[enctype]", files={"file": table})
    kept = trial.one("#mapping [name=kept]").get("value") or ""
    works = build_working(app, [Queue.LONG], alone=False, engine=MemoryEngine())
    app.jobs.working = works
    try:
        sent = {"kept": kept, "profile": "purser", "atomic": "true"}
        page = office("it").see("/import/run", sent)
        assert page.text(".said").startswith("This takes a while")
        assert page.text("h1").startswith("import-assets")
        assert page.one("#job").get("data-every") == "1000"
        assert "Cancel" in page.texts(".head a")
        works.start()
        ended(app.engine, int(page.url.rpartition("/")[2]))
    finally:
        app.jobs.working = None
        works.stop()
    page = office("it").see(page.url)
    assert page.one("#job").get("data-every") is None
    effects = next(t for t in page.texts("table") if "J-2" in t)
    assert effects.index("J-2") < effects.index("J-1"), "what is wrong comes first"
    saved = office("it").client.ask(f"{page.url}/result")
    assert saved.json()["counts"] == {"create": 1, "error": 1}
    assert office("auditor").see(f"{page.url}/result").status == 404


def test_a_long_list_is_exported_by_a_job(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.listing.LONG_ROWS", 1)
    app = office.app
    at_once = office("it").client.ask("/assets.csv?kind=laptop")
    works = build_working(app, [Queue.LONG], alone=False, engine=MemoryEngine())
    works.start()
    app.jobs.working = works
    try:
        page = office("it").see("/assets.csv?kind=laptop")
        ended(app.engine, int(page.url.rpartition("/")[2]))
    finally:
        app.jobs.working = None
        works.stop()
    saved = office("it").see(page.url).one("a[download]").get("href")
    assert office("it").client.ask(saved).content == at_once.content


def test_a_restore_is_prepared_from_the_page_of_a_backup(office: Office) -> None:
    app = office.app
    with app.work("test") as work:
        row_id = take_backup(Acting(app, local_caller(), work))
    assert "Prepare restore" not in office("auditor").see(f"/backups/{row_id}").source
    asks = office("it").see(f"/backups/{row_id}").follow("Prepare restore")
    assert "nothing is put back yet" in asks.source
    works = build_working(app, [Queue.LONG], alone=False, engine=MemoryEngine())
    works.start()
    app.jobs.working = works
    try:
        page = asks.send()
        ended(app.engine, int(page.url.rpartition("/")[2]))
    finally:
        app.jobs.working = None
        works.stop()
    told = office("it").see(page.url)
    assert told.text("h1").startswith("prepare-restore")
    assert "same house" in told.source.lower(), told.source


def test_what_a_job_told_is_read_in_the_readers_language(office: Office) -> None:
    app = office.app
    wrong = app.settings.data_dir / "backups" / "holiday.backup"
    wrong.parent.mkdir(exist_ok=True)
    wrong.write_bytes(b"no backup at all")
    works = build_working(app, [Queue.LONG], alone=False, engine=MemoryEngine())
    works.start()
    app.jobs.working = works
    try:
        page = office("it", "id").see("/backups/find", {})
        ended(app.engine, int(page.url.rpartition("/")[2]))
    finally:
        app.jobs.working = None
        works.stop()
        wrong.unlink()
    english, indonesian = (
        next(row for row in told.texts("main tr") if "holiday.backup" in row)
        for told in (office("it", each).see(page.url) for each in ("en", "id"))
    )
    answered = office("it").client.ask(f"{page.url}/result").json()
    (problem,) = (each["problem"] for each in answered["left"])
    assert problem in english
    assert problem not in indonesian
    assert "cadangan" in indonesian
