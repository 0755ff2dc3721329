"""Who a registered phone is: its MAC from name, SIP instance or User-Agent. Pure."""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from collectors import macs
from collectors.pbx.facts import Registration
from collectors.user_agents import AgentShape, read_agent

_PREFIXES = ("SEP", "SIP", "ATA", "VGC", "AN")
"""Device names of Cisco begin with one of them; the MAC follows."""

_SINCE, _UNTIL = 0x01B2_1DD0_0000_0000, 0x0200_9874_EADF_8000
"""The years 1970 (a clock not yet set) to 2040 in the time of UUIDs: 100 ns since
15 October 1582."""

_CONTACT = re.compile(
    r"sips?:(?:[^@;?>\s]{0,256}@)?(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.\-]{1,255})"
    r"(?::(\d{1,5}))?",
    re.IGNORECASE,
)


def mac_of_name(name: str | None) -> str | None:
    """Return the MAC in a device name such as `SEP001122334455` or a bare MAC."""
    text = (name or "").strip()
    for prefix in _PREFIXES:
        if text[: len(prefix)].upper() == prefix and len(text) >= len(prefix) + 12:
            mac = macs.from_text(text[len(prefix) : len(prefix) + 12])
            if mac and macs.identifies(mac):
                return mac
    mac = macs.from_text(text)
    return mac if mac and macs.identifies(mac) else None


def mac_of_instance(instance: str | None) -> str | None:
    """Return the MAC in a SIP instance (RFC 5626), where it surely is one.

    Makers of phones put it behind zeros (`00000000-0000-1000-8000-<mac>`), or in a
    UUID of version 1 (RFC 9562, section 5.1), whose time must then be one that a
    clock may show. Softphones write random digits without marking them as random.
    """
    text = (instance or "").strip("<>\" '").lower().removeprefix("urn:uuid:")
    try:
        found = uuid.UUID(text)
    except ValueError:
        return None
    constant = found.time_low == 0 and found.time_mid == 0
    timed = found.version == 1 and _SINCE < found.time < _UNTIL
    if not constant and not timed:
        return None
    mac = found.node.to_bytes(6, "big").hex(":")
    return mac if macs.identifies(mac) else None


def bare_instance(text: str | None) -> str | None:
    """Return an instance URN without quotes and brackets; None if there is none."""
    value = (text or "").strip().strip('"').strip("<>").lower()
    return value if value.startswith("urn:") and len(value) <= 200 else None


def host_of_contact(uri: str | None) -> tuple[str | None, int | None]:
    """Return address and port of a SIP contact, whatever stands around the URI."""
    found = _CONTACT.search((uri or "")[:1024])
    if found is None:
        return None, None
    port = int(found[2]) if found[2] else None
    return found[1].strip("[]"), port if port is None or port < 65_536 else None


def address_of(text: str | None) -> str | None:
    """Return an IP address in its usual spelling; None if it is none."""
    try:
        return str(ipaddress.ip_address((text or "").strip("[] ")))
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """Return seconds since 1970 as a moment; None for none and for nonsense."""
    if not text.isdigit() or not 0 < len(text) < 11 or int(text) < 1:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def described(
    registration: Registration, shapes: Sequence[AgentShape] = ()
) -> Registration:
    """Return the registration with what device name, instance and agent tell."""
    reading = read_agent(registration.user_agent or "", shapes)
    return replace(
        registration,
        mac=registration.mac
        or mac_of_name(registration.device_name)
        or mac_of_instance(registration.instance)
        or reading.mac,
        manufacturer=registration.manufacturer or reading.vendor,
        model=registration.model or reading.model,
        firmware=registration.firmware or reading.firmware,
        serial=registration.serial or reading.serial,
    )
