"""Phones that look for their provisioning server: SIP plug-and-play, only heard.

A phone that starts sends `SUBSCRIBE sip:MAC%3a<mac>@224.0.1.75` for the event
`ua-profile` to 224.0.1.75 (RFC 6080, in the form makers use). It is
listened to and never answered: an answer would take the phone over. Anybody may send
such a packet, so it is weak evidence. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors import macs
from collectors.errors import CollectError
from collectors.phones.sip_message import SipMessage, parse

GROUP = "224.0.1.75"
PORT = 5060

_TARGET = re.compile(r"sips?:MAC(?:%3a|:)([0-9A-Fa-f:.\-]{12,17})@", re.IGNORECASE)
_PARAMETER = re.compile(
    r";\s*([A-Za-z\-]{1,32})\s*=\s*(?:\"([^\"]{0,128})\"|([^\s;\"]*))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PnpSign:
    """What a phone says of itself when it starts."""

    mac: str
    ip: str
    vendor: str | None = None
    model: str | None = None
    version: str | None = None


def read_sign(data: bytes, ip: str) -> PnpSign | None:
    """Return what a datagram tells; None for any other and for a broken one.

    Args:
        data: The datagram.
        ip: Where it came from.
    """
    try:
        message = parse(data)
    except CollectError:
        return None
    if message.phrase != "SUBSCRIBE" or message.status:
        return None
    event = message.headers.get("event", "")
    if event.partition(";")[0].strip().lower() != "ua-profile":
        return None
    mac = _mac(message)
    if mac is None:
        return None
    parameters = {name.lower(): a or b for name, a, b in _PARAMETER.findall(event)}
    return PnpSign(
        mac=mac,
        ip=ip,
        vendor=parameters.get("vendor") or None,
        model=parameters.get("model") or None,
        version=parameters.get("version") or None,
    )


def _mac(message: SipMessage) -> str | None:
    for text in (message.uri, message.headers.get("from", "")):
        if found := _TARGET.search(text):
            mac = macs.from_text(found[1])
            if mac and macs.identifies(mac):
                return mac
    return None
