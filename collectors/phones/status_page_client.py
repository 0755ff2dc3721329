"""Asks phones for their status pages: small, quick, without any login.

The certificate is not checked, since phones sign their own and nothing secret is sent.
A page behind a login stays there: no password is ever tried.
"""

from __future__ import annotations

from datetime import datetime

import httpx

from collectors.errors import Malformed, Unsupported
from collectors.facts import Clue, Hardware, Observation, Phone
from collectors.pbx.http import Http
from collectors.pbx.source import Limits
from collectors.phones.sip_message import bracketed
from collectors.phones.status_pages import PhonePage, read_page
from collectors.sentences import N_

PATHS = (
    "/DeviceInformationX",
    "/CGI/Java/Serviceability?adapterX=device.statistics.device",
    "/CGI/Java/Serviceability?adapter=device.statistics.device",
    "/api/v1/mgmt/device/info",
)
"""Pages in the order they are asked for: Cisco's, then Poly's."""

LIMITS = Limits(connect=2.0, idle=4.0, total=20.0, answer=262_144, size=600_000)


class PhoneWeb:
    """Reads status pages.

    Args:
        limits: Bounds for one phone.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits

    async def page(self, address: str, port: int) -> PhonePage:
        """Return what the first page that is one tells.

        Raises:
            Unsupported: It has none of these pages.
            CollectError: It answers badly, slowly or too much.
        """
        scheme = "https" if port in {443, 8443} else "http"
        client = httpx.AsyncClient(
            base_url=f"{scheme}://{bracketed(address)}:{port}",
            verify=False,  # noqa: S501 - see above
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(self._limits.idle, connect=self._limits.connect),
            headers={"Accept-Encoding": "identity", "User-Agent": "Purser"},
        )
        async with client:
            http = Http(client, self._limits)
            for path in PATHS:
                reply = await http.send("GET", path)
                if reply.status != 200:
                    continue
                try:
                    return read_page(reply.body)
                except Malformed:
                    continue
        raise Unsupported(N_("no status page of a phone that is open to all"))


async def collect_page(
    web: PhoneWeb, *, address: str, port: int, site: str = "", seen_at: datetime
) -> Observation:
    """Return what a phone's own page tells as an observation.

    Raises:
        CollectError: As `PhoneWeb.page`.
    """
    page = await web.page(address, port)
    where = "phone status page"
    return Observation(
        address=address,
        collector="http",
        seen_at=seen_at,
        port=None if port == 80 else port,
        site=site,
        hardware=Hardware(
            manufacturer=page.manufacturer,
            model=page.model,
            serial=page.serial,
            hardware_rev=page.hardware,
            firmware=page.firmware,
            source=where,
        ),
        phones=(
            Phone(
                mac=page.mac,
                device_name=page.name,
                extension=page.extension,
                contact_ip=address,
                manufacturer=page.manufacturer,
                model=page.model,
                serial=page.serial,
                firmware=page.firmware,
                source=where,
            ),
        ),
        clues=(Clue("mac", page.mac, where),) if page.mac else (),
    )
