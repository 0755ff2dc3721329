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
from collectors.phones.agents import AgentShape, find_mac, read_agent

_PREFIXES = ("SEP", "SIP", "ATA", "VGC", "AN")
"""Device names of Cisco begin with one of them; the MAC follows."""

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
    """Return the MAC in a SIP instance (RFC 5626): the node of a version 1 UUID.

    Several makers write other UUIDs with the MAC at the end; the node counts where it
    is an address of a registered maker, which random ones almost never are told from:
    so version 4 is left out.
    """
    text = (instance or "").strip("<>\" '").lower().removeprefix("urn:uuid:")
    try:
        found = uuid.UUID(text)
    except ValueError:
        return find_mac(text) if len(text) < 64 else None
    if found.version == 4:
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


def described(seen: Registration, shapes: Sequence[AgentShape] = ()) -> Registration:
    """Return the registration with what device name, instance and agent tell."""
    reading = read_agent(seen.user_agent or "", shapes)
    return replace(
        seen,
        mac=seen.mac
        or mac_of_name(seen.device_name)
        or mac_of_instance(seen.instance)
        or reading.mac,
        manufacturer=seen.manufacturer or reading.vendor,
        model=seen.model or reading.model,
        firmware=seen.firmware or reading.firmware,
        serial=seen.serial or reading.serial,
    )
