"""What is attached to a Unix machine: filesystems and USB devices. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from collectors.facts import Component, Problem, Reason
from collectors.ssh.computers.sections import Group, Sections
from collectors.text import meaningful, printable

MAX_FILESYSTEMS = 256

_PSEUDO = frozenset(
    ("tmpfs", "devtmpfs", "overlay", "squashfs", "proc", "sysfs", "efivarfs", "udev")
)
"""Filesystems that lie in memory or in files of others."""

_DF = re.compile(
    r"(\S.*?)\s+(?:([A-Za-z][\w.+-]*)\s+)?(\d+)\s+\d+\s+-?\d+\s+\S+%\s+(/.*)"
)
"""A line of `df -P -k`, with the type where `-T` gives it."""

_HUB = "09"
"""USB device class of hubs."""


def filesystems_of(text: str) -> list[Component]:
    """Return the mounted filesystems of `df -P -k [-T]` with their size."""
    found = (_DF.fullmatch(line.rstrip()) for line in text.splitlines())
    return [
        Component(
            index=0,
            kind="filesystem",
            name=printable(row[4]),
            descr=row[2],
            model=printable(row[1]),
            size=int(row[3]) << 10,
        )
        for row in found
        if row and row[2] not in _PSEUDO and row[1] not in _PSEUDO
    ][:MAX_FILESYSTEMS]


def usb_of(devices: Mapping[str, Group]) -> list[Component]:
    """Return what is plugged in, without hubs."""
    return [
        Component(
            index=0,
            kind="usb",
            name=name,
            descr=f"{device.get('idVendor')}:{device.get('idProduct')}",
            manufacturer=meaningful(device.get("manufacturer")),
            model=meaningful(device.get("product")),
            serial=meaningful(device.get("serial")),
        )
        for name, device in devices.items()
        if device.get("bDeviceClass") != _HUB
    ]


def late_parts(sections: Sections) -> list[Problem]:
    """Return the commands that did not end in their time; the rest was read."""
    names = dict.fromkeys(sections.get("late", "").split())
    detail = "the command did not end in its time; what it printed until then is kept"
    return [Problem(f"ssh:{name}", Reason.TIMED_OUT, detail) for name in names]
