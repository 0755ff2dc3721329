"""The first page of each role, credentials, webhooks, the directory, secrets once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from api.compose.backing_up import folder_of
from api.compose.device_logins import master_source
from api.compose.wiring import build
from api.http.actions import Acting
from api.pages.door.welcome import link_of
from api.pages.site import create_pages
from api.resources.cli.options import local_caller
from api.resources.house.backups import take_backup
from api.webhooks.assembly import sealer_of
from config.settings import Settings
from inventory.outbox.subscriptions import WebhookRequest, add_webhook
from inventory.storage import upgrade
from inventory.storage.engine import writing
from inventory.vault import lockout, uses
from inventory.vault.credentials import add_credential
from inventory.vault.rotation import masters_to_write
from tests.pages.conftest import Office
from tests.pages.visitor import HOST

MARK = "s3cret-of-a-page"


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("it", {"Devices", "Seen, not registered"}, {"Write-offs to decide"}),
        ("hr", {"Open cases", "Left, but still holding"}, {"Devices", "Tasks of IT"}),
        ("accounting", {"Write-offs to decide", "Costs of nobody"}, {"Open cases"}),
        ("auditor", {"Open stock-takes"}, {"Shortages"}),
    ],
)
def test_each_role_has_a_first_page_of_what_waits_for_it(
    visit: Office, role: str, shown: set[str], hidden: set[str]
) -> None:
    page = visit(role).see("/")
    titles = set(page.texts(".number span")) | set(page.texts(".quiet-line a"))
    assert shown <= titles
    assert not hidden & titles
    for link in page.tree.cssselect("a.number"):
        counted = link.cssselect("b")[0].text_content()
        there = visit(role).see(link.get("href"))
        assert there.status == 200, there.url
        assert there.text("output.count").startswith(counted), there.url


def test_a_number_leads_to_what_it_counts(visit: Office) -> None:
    page = visit("it").see("/")
    numbers = dict(
        zip(page.texts(".number span"), page.texts(".number b"), strict=True)
    )
    assert numbers["Devices"] == "122"
    assert numbers["Seen, not registered"] == "1"
    assert "pc-003" in page.text("main table")


def fill(office: Office) -> None:
    app = office.app
    with app.work("test") as work:
        add_credential(
            work,
            masters_to_write(work.connection, master_source(app.settings)),
            "branch",
            "ssh",
            public={"user": "<netops>"},
            secret={"password": MARK},
        )
        work.commit()
    now = app.clock()
    with writing(app.engine) as connection:
        lockout.note_failure(
            connection, "account", "branch", now=now, limit=1, reason="at 10.0.0.1: no"
        )
        where = {"site": "HQ", "address": "10.0.0.9"}
        uses.note_host_key(connection, "SHA256:old", port=22, at=now, **where)
        uses.note_changed_key(connection, "SHA256:new", port=22, at=now, **where)


def test_credentials_are_shown_without_secrets_and_locks_are_lifted(
    office: Office,
) -> None:
    fill(office)
    auditor, it = office("auditor"), office("it")
    listed = auditor.see("/credentials")
    assert "branch" in listed.text("table.list")
    one = auditor.see("/credentials/branch")
    assert "<netops>" in one.text("main")
    failed = auditor.see("/login-failures")
    assert "at 10.0.0.1: no" in failed.text("table.list")
    assert failed.tree.cssselect(".beside") == []
    assert MARK not in listed.source + one.source + failed.source
    done = it.see("/login-failures").press("Unlock account branch")
    assert done.status == 200
    assert it.see("/login-failures?off=yes").rows() == []
    keys = it.see("/host-keys?changed=yes")
    assert "SHA256:new" in keys.text("table.list")
    gone = keys.follow(keys.labels(".beside a")[0]).send()
    assert gone.rows() == []
    assert office("hr").see("/credentials").status == 403


def test_a_credential_is_stored_by_its_form_which_never_shows_the_secret(
    office: Office,
) -> None:
    form = office("it").see("/credentials").follow("Store a credential")
    fields = {"public.snmp-v3.user": "netops", "secrets.snmp-v3.auth_secret": MARK}
    wrong = form.send(name="core", kind="snmp-v3", fields=fields)
    assert wrong.status == 422
    assert "together" in wrong.text(".wrong")
    assert MARK not in wrong.source
    assert wrong.form["public.snmp-v3.user"] == "netops"
    # What was typed for another kind is not taken.
    others = {"secrets.ssh.password": "other", "public.snmp-v3.auth": "sha256"}
    done = wrong.send(fields={"secrets.snmp-v3.auth_secret": MARK, **others})
    assert done.status == 200
    assert MARK not in done.source
    assert "netops" in done.text("main")
    edit = done.follow("Edit")
    assert edit.form["public.snmp-v3.user"] == "netops"
    assert "public.ssh.user" not in edit.form.keys()
    changed = edit.send(fields={"public.snmp-v3.user": "netops2"})
    assert "netops2" in changed.text("main")


def test_a_receiver_is_pinged_and_disabled_beside_its_row(office: Office) -> None:
    # An address that is refused when it is called, so that nothing is sent.
    wanted = WebhookRequest(name="MDM <b>", url="http://127.0.0.1:9/hook")
    with office.app.work("cli:test") as work:
        add_webhook(work, wanted, ("it",), sealer_of(office.app))
        work.commit()
    visitor = office("it")
    visitor.see("/webhooks").press("Ping MDM <b>")
    assert "webhook.ping" in visitor.see("/deliveries").text("table.list")
    form = visitor.see("/webhooks").follow("Disable MDM <b>")
    form.send(reason="moved away")
    page = visitor.see("/webhooks?enabled=false&fields=name,disabled_reason")
    assert "moved away" in page.text("table.list")


def test_a_secret_that_is_made_is_shown_once(office: Office) -> None:
    visitor = office("it")
    form = visitor.see("/tokens/new")
    assert "scim" in form.texts("main .several label")
    refused = visitor.see("/tokens/new", {"name": "Okta"})
    assert refused.errors().keys() == {"roles"}
    assert refused.one("#f-name").get("value") == "Okta"
    made = visitor.see("/tokens/new", {"name": "Okta", "roles": ["it"]})
    assert made.status == 200
    assert "it is shown once" in made.text("main")
    (token,) = [one for one in made.texts("dd") if len(one) > 30]
    assert token not in office("it").see("/tokens").source


def test_what_providers_brought_is_compared_with_the_register(visit: Office) -> None:
    page = visit("hr").see("/directory-users")
    assert page.status == 200
    other = page.follow("Differences of the directory")
    assert (other.status, other.rows()) == (200, [])
    assert visit("accounting").see("/directory-differences").status == 403


def test_who_belongs_to_no_person_has_no_things(visit: Office) -> None:
    page = visit("hr").see("/my-things")
    assert "Your account belongs to no person yet." in page.text("main")


def test_pickers_find_by_words_and_only_what_the_role_may_see(visit: Office) -> None:
    rows = visit("it").client.ask("/pick/people?q=ada").json()
    assert rows == [["p-1", "Berg Ada"]] or rows[0][0] == "p-1"
    assert visit("accounting").client.ask("/pick/people?q=ada").json() == []
    assert visit("it").see("/pick/nothing?q=a").status == 404


def test_the_first_account_is_made_by_a_link_once_and_leads_to_the_set_up(
    tmp_path: Path,
) -> None:
    app = build(Settings(data_dir=tmp_path), check=False)
    upgrade.upgrade(app.engine)
    office = Office(app, create_pages(app))
    path = link_of(app, HOST).removeprefix(HOST)
    assert office.stranger().see("/welcome/wrong").status == 410
    form = office.stranger().see(path)
    short = form.send(login="sari", password="x")
    assert short.status == 422
    assert short.one("#login").get("value") == "sari"
    page = short.send(login="sari", name="Sari", password="nutmeg-and-mace")
    assert page.text("h1") == "Set-up"
    assert page.texts(".steps strong")[0] == "Company"
    assert page.texts(".meter span")[1] == "0 / 9"
    assert link_of(app, HOST) == ""
    assert office.stranger().see(path).status == 410
    page = page.follow("Begin Company").send(
        code="100", name="Rempah", country="NL", currency="EUR"
    )
    assert page.text("h1") == "Set-up"
    assert page.texts(".meter span")[1] == "1 / 9"
    people = page.follow("Begin People")
    rows = "key;family_name;number;legal_entity;from\np-1;Wijaya;7;100;"
    wrong = people.send(rows=f"{rows}soon\n")
    assert wrong.status == 422
    assert wrong.one("#f-rows").text.strip() == f"{rows}soon"
    done = wrong.send(rows=f"{rows}2026-01-01\n")
    assert done.text(".said") == "1 person is read."
    with app.engine.connect() as connection:
        names = connection.execute(text("SELECT family_name FROM person")).scalars()
        assert names.all() == ["Wijaya"]
    app.close()


def test_a_backup_is_uploaded_by_its_page(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    with office.app.work("test") as work:
        take_backup(Acting(office.app, local_caller(), work), file)
    page = office("it").see("/backups").follow("Upload a backup")
    cut = {"file": ("up.backup", file.read_bytes()[:-1], "application/octet-stream")}
    refused = page.send(files=cut)
    assert refused.status == 422
    assert "altered or cut off" in refused.text("[role=alert]")
    outside = {"file": ("../up.backup", file.read_bytes(), "application/octet-stream")}
    assert "is not the name of a backup" in page.send(files=outside).text("main")
    whole = {"file": ("up.backup", file.read_bytes(), "application/octet-stream")}
    done = page.send(files=whole)
    assert "It is whole, and listed." in done.text("main")
    assert "up.backup" in done.text("main")
    assert [one.name for one in folder_of(office.app.settings).iterdir()] == [
        "up.backup"
    ]
    assert office("auditor").see("/backups/upload").status == 403
    assert "Upload a backup" not in office("auditor").see("/backups").text("main")
