"""What a person should look at among services, devices and DHCP servers. Pure.

No vulnerability scanner: only what protocols say of themselves, each with its reason.
A finding has a *fact*: the part of it that somebody who acknowledges it agrees to. With
another fact it is another finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from inventory.kernel.texts import N_

SOON = timedelta(days=30)
"""How long before its end a certificate is worth a look."""
GIVES_STILL = timedelta(days=30)
"""How long somebody who was heard to give addresses away is believed to do so."""

CERTIFICATE_ENDED = N_("certificate-ended")
CERTIFICATE_ENDS = N_("certificate-ends-soon")
SMB_1 = N_("smb1-spoken")
TELNET = N_("telnet-open")
DEFAULT_PAGE = N_("default-page")
UNKNOWN = N_("unknown-device")
DHCP_SERVERS = N_("two-dhcp-servers")
"""Kinds of findings. SMB 1 has no integrity, Telnet sends passwords in the clear, a
server that shows the page it was installed with is looked after by nobody; of two DHCP
servers on a segment one may be somebody's own router."""
BY_PROTOCOL = {"smb1": SMB_1, "telnet": TELNET, "default-page": DEFAULT_PAGE}
"""Protocol of a service to the kind of finding it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to look at.

    Attributes:
        kind: One of the words above.
        site: Where.
        device_id: About which device; None for a segment.
        place: Port and transport, address, or segment.
        fact: What is acknowledged with it.
        detail: The fact for a person.
        since: When it began.
        until: When a certificate ends or ended.
    """

    kind: str
    site: str
    device_id: int | None
    place: str
    fact: str
    detail: str
    since: datetime
    until: datetime | None = None

    @property
    def key(self) -> tuple[str, str, int | None, str]:
        """What tells findings apart that are about different things."""
        return self.kind, self.site, self.device_id, self.place


def of_service(service: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Yield what is found about a row of `device_service` with the device's `site`."""
    common = {
        "site": service["site"],
        "device_id": service["device_id"],
        "place": f"{service['transport']} {service['port']}",
        "since": service["first_seen"],
    }
    product, end = service["product"] or "", service["not_after"]
    if kind := BY_PROTOCOL.get(service["protocol"]):
        fact = product if kind == DEFAULT_PAGE else ""
        yield Finding(kind=kind, fact=fact, detail=product, **common)
    if end is not None and end < now + SOON:
        kind = CERTIFICATE_ENDED if end < now else CERTIFICATE_ENDS
        fact = f"{service['key'] or ''} {end.isoformat()}"
        detail = service["subject"] or product
        yield Finding(kind=kind, fact=fact, detail=detail, until=end, **common)


def of_unknown(device: Mapping[str, Any], vlans: Iterable[int]) -> Finding:
    """Return what is found about a device of which nobody knows what it is.

    Args:
        device: Row of `device`.
        vlans: Where it was seen last.
    """
    seen = ", ".join(f"VLAN {vlan}" for vlan in sorted(vlans))
    said = ", ".join(text for text in (device["mac"], seen) if text)
    return Finding(
        kind=UNKNOWN,
        site=device["site"],
        device_id=device["id"],
        place=device["address"] or "",
        fact=said,
        detail=said,
        since=device["first_seen"],
    )


def of_dhcp(servers: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Finding]:
    """Yield the segments on which several give addresses away.

    Args:
        servers: Rows of `dhcp_server`.
        now: Who was not heard for long counts no more.
    """
    segments: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in servers:
        if row["last_seen"] >= now - GIVES_STILL:
            segments[row["site"], row["segment"]].append(row)
    for (site, segment), rows in sorted(segments.items()):
        if len(rows) > 1:
            said = ", ".join(sorted(row["address"] for row in rows))
            yield Finding(
                kind=DHCP_SERVERS,
                site=site,
                device_id=None,
                place=segment,
                fact=said,
                detail=said,
                since=sorted(row["first_seen"] for row in rows)[1],
            )
