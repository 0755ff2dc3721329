"""The page of credentials: no secret, locks that can be lifted, keys that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.compose.device_logins import master_source
from inventory.storage.engine import writing
from inventory.vault import lockout, uses
from inventory.vault.credentials import add_credential
from inventory.vault.rotation import masters_to_write
from tests.web.conftest import Site, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MARK = "s3cret-of-a-page"


def _fill(site: Site) -> None:
    app = site.app
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


def test_credentials_locks_and_keys_are_shown_and_lifted(
    page: Page, site: Site
) -> None:
    _fill(site)
    log_in(page, site, "auditor", "/credentials")
    page.get_by_text("<netops>").wait_for()
    assert page.get_by_text("at 10.0.0.1: no").count() == 1
    assert page.get_by_text("SHA256:new").count() == 1
    assert MARK not in page.content()
    assert page.get_by_role("button", name="Unlock branch").count() == 0

    page.get_by_role("button", name="Log out").click()
    log_in(page, site, "it", "/credentials")
    page.get_by_role("button", name="Unlock branch").click()
    page.get_by_text("No login failed.").wait_for()
    page.get_by_role("button", name="Forget the key of 10.0.0.9").click()
    page.get_by_text("All machines show the key they showed first.").wait_for()


def test_the_page_is_not_for_other_roles(page: Page, site: Site) -> None:
    log_in(page, site, "hr", "/credentials")
    page.get_by_text("not for your role").wait_for()
