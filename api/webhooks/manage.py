"""Where webhooks may be sent to, as far as that is known when one is added."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from api.compose.wiring import App
from api.webhooks.address_guard import AddressRefused
from api.webhooks.assembly import guard_of
from inventory.kernel.errors import Invalid
from inventory.outbox.subscriptions import check_url


def check_receiver(app: App, url: str) -> None:
    """Refuse an address that is known not to be allowed without asking for names.

    Raises:
        Invalid: It is an address of a private network, or http to a public one.
    """
    check_url(url)
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        if host.rstrip(".").lower() != "localhost":
            return  # A name; it is judged each time it is called.
        host = "127.0.0.1"
    try:
        guard_of(app).judge(host, secure=parts.scheme == "https")
    except AddressRefused as error:
        raise Invalid(str(error), where="url") from error
