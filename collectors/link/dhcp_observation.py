"""What a DHCP request says of the machine that sent it, as an observation. Pure."""

from __future__ import annotations

from datetime import datetime

from collectors import macs
from collectors.facts import Clue, Observation
from collectors.link.frames import DhcpSign


def dhcp_client_observation(
    sign: DhcpSign, seen_at: datetime, site: str = ""
) -> Observation | None:
    """Return a heard client; None for one whose MAC tells nothing.

    Randomised addresses of Wi-Fi clients are left out: each is a new device.
    """
    if not macs.identifies(sign.mac):
        return None
    clues = (
        ("mac", sign.mac, "chaddr"),
        ("dhcp-hostname", sign.hostname, "option 12"),
        ("dhcp-vendor-class", sign.vendor_class, "option 60"),
        ("dhcp-requested", ",".join(map(str, sign.requested)), "option 55"),
        ("dhcp-client-id", sign.client_id, "option 61"),
        ("dhcp-vendor-options", sign.vendor_options, "option 43"),
    )
    return Observation(
        address=sign.ip or sign.mac,
        collector="link",
        seen_at=seen_at,
        site=site,
        clues=tuple(
            Clue(kind, value, f"dhcp {at}") for kind, value, at in clues if value
        ),
        reads=frozenset(("clues",)),
    )
