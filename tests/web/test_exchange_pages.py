"""Directory and webhooks in Chromium: what came in, what went out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from api.webhooks.assembly import sealer_of
from inventory.outbox.subscriptions import WebhookRequest, add_webhook
from inventory.people import accounts
from tests.web.conftest import Site, log_in, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of its own: these tests change something."""
    with serving(tmp_path_factory.mktemp("exchange")) as site:
        yield site


def test_a_receiver_is_tried_out_and_disabled_on_its_page(
    page: Page, site: Site
) -> None:
    # An address that is refused when it is called, so that nothing is sent.
    wanted = WebhookRequest(name="MDM <b>", url="http://127.0.0.1:9/hook")
    with site.app.work("cli:test") as work:
        add_webhook(work, wanted, ("it",), sealer_of(site.app))
        work.commit()
    log_in(page, site, "it", "/webhooks")
    row = page.locator("tr", has_text="MDM <b>")
    row.get_by_role("button", name="Ping MDM <b>").click()
    page.locator("tr", has_text="webhook.ping").first.wait_for()
    row.get_by_role("button", name="Disable… MDM <b>").click()
    page.get_by_label("Why?").fill("moved away")
    page.get_by_role("button", name="Disable", exact=True).click()
    row.get_by_text("moved away").wait_for()


def test_what_a_provider_brought_is_on_the_page_of_the_directory(
    page: Page, site: Site
) -> None:
    with site.app.work("test") as work:
        _, token = accounts.add_token(work, "Okta", ("scim",))
        work.commit()
    made = httpx.post(
        f"{site.url}/scim/v2/Users",
        json={"userName": "ina@okta.example", "name": {"familyName": "Meyer"}},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )
    assert made.status_code == 201, made.text
    log_in(page, site, "hr", "/directory")
    row = page.locator("tr", has_text="ina@okta.example")
    row.get_by_text("scim:okta").wait_for()
    row.get_by_role("link", name="meyer").wait_for()
