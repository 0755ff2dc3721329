"""The words Purser has for what a device is: general types and their sub-types.

The general type is what an asset class, a filter or a topology rule needs; the
sub-type says more where the evidence allows it. Pure: imports nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

SUBTYPES: Mapping[str, tuple[str, ...]] = {
    "computer": (
        "workstation",
        "laptop",
        "server",
        "virtual-machine",
        "hypervisor",
        "thin-client",
        "bmc",
    ),
    "phone": (
        "desk-phone",
        "dect-base",
        "conference-phone",
        "softphone",
        "ata",
        "voice-gateway",
        "pbx",
    ),
    "switch": ("industrial-switch",),
    "router": ("modem",),
    "firewall": (),
    "load-balancer": (),
    "wireless": ("access-point", "wireless-controller", "radio-link"),
    "printer": (),
    "power": ("ups", "pdu", "rectifier", "transfer-switch"),
    "storage": ("tape-library",),
    "camera": ("door-station", "video-recorder"),
    "environment": ("cooling",),
    "console-server": ("kvm",),
    "time-server": (),
    "media": ("television", "speaker"),
    "access-control": (),
    "industrial": (),
    "other": ("optical-transport",),
}
"""General type to the sub-types known of it."""

GENERAL: Mapping[str, str] = {
    word: general for general, below in SUBTYPES.items() for word in (general, *below)
}
"""Every word to its general type."""


def general_type(word: str) -> str:
    """Return the general type of a type or sub-type word.

    Raises:
        KeyError: The word is in neither list.
    """
    return GENERAL[word]


def split_kind(word: str) -> tuple[str, str | None]:
    """Return general type and sub-type; the latter is None for a general word."""
    general = GENERAL[word]
    return general, None if general == word else word
