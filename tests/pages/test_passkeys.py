"""A passkey is made and shown in Chromium, with its virtual authenticator (CDP)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pages.browsing import browser, served, strict_page
from tests.pages.conftest import PASSWORD, opened

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a company where passkeys are offered."""
    folder = tmp_path_factory.mktemp("passkeys")
    with opened(folder):
        pass
    with served(folder, {"PURSER_LOGIN__SECOND_FACTOR": "optional"}) as told:
        # A passkey belongs to a name, never to an address.
        yield told["url"].rstrip("/").replace("127.0.0.1", "localhost")


def test_a_passkey_is_made_and_lets_in_alone(url: str) -> None:
    with browser() as chromium, strict_page(chromium) as page:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        made = session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR}
        )
        which = {"authenticatorId": made["authenticatorId"]}

        def kept() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = session.send(
                "WebAuthn.getCredentials", which
            )["credentials"]
            return found

        page.goto(f"{url}/login?next=/my-login")
        page.get_by_label("Login").fill("it")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        page.wait_for_url(f"{url}/my-login")
        form = page.locator("form[data-passkey=new]")
        form.get_by_label("Name").fill("Laptop")
        form.get_by_role("button", name="Add").click()
        page.locator("ul.codes").wait_for()
        assert page.get_by_text("Laptop").count() == 1
        assert [one["rpId"] for one in kept()] == ["localhost"]

        page.context.clear_cookies()
        page.goto(f"{url}/login?next=/assets")
        page.get_by_role("button", name="Log in with a passkey").click()
        page.wait_for_url(f"{url}/assets")
        (used,) = kept()

        # A copy of it that has counted less is a stolen one.
        assert used["signCount"] > 0
        session.send("WebAuthn.clearCredentials", which)
        page.context.clear_cookies()
        copy = used | {"signCount": 0}
        session.send("WebAuthn.addCredential", {**which, "credential": copy})
        page.goto(f"{url}/login?next=/assets")
        page.get_by_role("button", name="Log in with a passkey").click()
        page.locator("div.problem").wait_for()
        page.goto(f"{url}/assets")
        assert page.url.startswith(f"{url}/login")

        # And who does not verify himself has one factor only.
        session.send("WebAuthn.clearCredentials", which)
        session.send("WebAuthn.addCredential", {**which, "credential": used})
        session.send("WebAuthn.setUserVerified", {**which, "isUserVerified": False})
        page.goto(f"{url}/login?next=/assets")
        page.get_by_role("button", name="Log in with a passkey").click()
        page.locator("[data-passkey=show] [role=alert]").wait_for()
        page.goto(f"{url}/assets")
        assert page.url.startswith(f"{url}/login")
