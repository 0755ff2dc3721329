"""Disks out of sysfs, udev and smartctl; filesystems and USB devices. Pure.

Sizes in /sys/block are 512-byte sectors whatever the disk's own sector is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from collectors.facts import Clue, Component
from collectors.ssh.computers.raid_disks import drives_of
from collectors.ssh.computers.sections import Group, Sections, pairs
from collectors.text import meaningful, printable

_SECTOR = 512
_NOT_PHYSICAL = re.compile(r"dm-|md\d|drbd|rbd|zd|bcache")
_CONNECTIONS = ("nvme", "usb", "virtio", "mmc", "ata", "sas", "scsi")


def disks_of(sections: Sections, block: Mapping[str, Group]) -> list[Component]:
    """Return the disks, not numbered yet; logical volumes and arrays are none."""
    found = {
        name: _from_sysfs(name, group)
        for name, group in block.items()
        if not _NOT_PHYSICAL.match(name) and not name.startswith("sr")
    }
    for name, text in sections.items():
        if name.startswith("smartctl"):
            disk = name.partition(".")[2] or "disk"
            known = found.get(disk)
            found[disk] = merged(known, parse_smartctl(text, disk))
    listed = [disk for disk in found.values() if disk]
    return _once([*listed, *drives_of(sections)])


def _once(disks: Sequence[Component]) -> list[Component]:
    """Return each disk once: the tools of a controller list what the system sees too.

    The first description counts, the others fill its gaps; it keeps its name.
    """
    by_serial: dict[str, Component] = {}
    for place, disk in enumerate(disks):
        key = re.sub(r"[\s-]", "", disk.serial or "").upper() or f"#{place}"
        known = by_serial.get(key)
        by_serial[key] = disk if known is None else _filled(known, disk)
    return list(by_serial.values())


def _filled(known: Component, more: Component) -> Component:
    gaps = {
        f: getattr(more, f)
        for f in _MERGED
        if getattr(known, f) is None and getattr(more, f) is not None
    }
    return replace(known, **gaps)


def merged(known: Component | None, more: Component | None) -> Component | None:
    """Fill the gaps of one description of a disk with another; `more` is surer."""
    if known is None or more is None:
        return known or more
    values = {f: getattr(more, f) for f in _MERGED if getattr(more, f) is not None}
    return replace(known, **values)


_MERGED = ("manufacturer", "model", "serial", "firmware_rev", "size", "descr", "name")


def _from_sysfs(name: str, disk: Group) -> Component | None:
    sectors = disk.number("size")
    model = _udev_text(disk.get("ID_MODEL_ENC")) or disk.get("model")
    vendor = meaningful(disk.get("vendor"))
    if vendor in {"ATA", "0x1af4", "NVMe"} or (vendor or "").startswith("0x"):
        vendor = None
    if not sectors and not meaningful(model):
        return None
    return Component(
        index=0,
        kind="disk",
        name=name,
        descr=_described(name, disk) or None,
        manufacturer=vendor,
        model=meaningful(model),
        serial=_serial(disk),
        firmware_rev=meaningful(disk.get("ID_REVISION"))
        or meaningful(disk.get("firmware_rev"))
        or meaningful(disk.get("rev")),
        size=sectors * _SECTOR if sectors else None,
        is_fru=disk.get("removable") == "1" or None,
    )


def _serial(disk: Group) -> str | None:
    """Return the serial: the drive's page 80h, sysfs (NVMe, virtio) or udev's."""
    return (
        meaningful(_unit_serial(disk.get("vpd")))
        or meaningful(disk.get("serial"))
        or meaningful(disk.get("ID_SCSI_SERIAL"))
        or meaningful(disk.get("ID_SERIAL_SHORT"))
    )


def _unit_serial(page: str | None) -> str | None:
    """Read the Unit Serial Number page of SCSI (SPC-4, 7.8.15) from its hex form."""
    try:
        data = bytes.fromhex(page or "")
    except ValueError:
        return None
    if len(data) < 4 or data[1] != 0x80:
        return None
    return data[4 : 4 + int.from_bytes(data[2:4])].decode("ascii", "replace")


def _udev_text(text: str | None) -> str | None:
    """Return a udev value with the blanks that it encodes in place."""
    if text is None:
        return None
    plain = re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), text)
    return plain.strip() or None


def _described(name: str, disk: Group) -> str:
    path = disk.get("path") or ""
    connection = next((c for c in _CONNECTIONS if f"/{c}" in path), "")
    if disk.get("ID_BUS") == "ata" or connection == "ata":
        connection = "sata"
    rotational = disk.get("rotational")
    kind = {"0": "ssd", "1": "hdd"}.get(rotational or "", "")
    if disk.get("removable") == "1":
        kind = "removable"
    return " ".join(part for part in (connection, kind) if part)


def encryption_of(block: Mapping[str, Group]) -> list[Clue]:
    """Return a clue for every encrypted volume that is open."""
    return [
        Clue(
            "disk-encryption", (uuid or "").split("-")[1], f"/sys/block/{name}/dm/uuid"
        )
        for name, group in block.items()
        if (uuid := group.get("uuid")) and uuid.startswith("CRYPT-")
    ]


def parse_smartctl(text: str, name: str | None) -> Component | None:
    """Read `smartctl -i`, with or without `-H`."""
    values = pairs(text, ":")

    def first(*names: str) -> str | None:
        return next((v for n in names if (v := meaningful(values.get(n)))), None)

    model = first("Device Model", "Model Number", "Product", "Device")
    serial = first("Serial Number", "Serial number")
    if not (model or serial):
        return None
    vendor = first("Vendor")
    if vendor in {"ATA", "NVMe"}:
        vendor = None
    capacity = first("User Capacity", "Total NVM Capacity", "Namespace 1 Size/Capacity")
    health = first(
        "SMART overall-health self-assessment test result", "SMART Health Status"
    )
    described = [v for v in (_kind(values), f"health {health}" if health else "") if v]
    return Component(
        index=0,
        kind="disk",
        name=name,
        descr=", ".join(described) or None,
        manufacturer=vendor,
        model=model,
        serial=serial,
        firmware_rev=first("Firmware Version", "Revision"),
        size=_capacity(capacity),
    )


def _kind(values: Mapping[str, str]) -> str:
    rate = values.get("Rotation Rate", "")
    kind = "ssd" if "Solid State" in rate else "hdd" if "rpm" in rate else ""
    transport = values.get("Transport protocol", "").split(" ")[0].lower()
    if "SATA Version is" in values:
        transport = "sata"
    elif any(name.startswith(("NVMe", "Namespace")) for name in values):
        transport, kind = "nvme", "ssd"
    return " ".join(part for part in (transport, kind) if part)


def _capacity(text: str | None) -> int | None:
    """Return e.g. `480,103,981,056 bytes [480 GB]` as a number."""
    found = re.match(r"[\d,.'\u202f\u00a0 ]+", text or "")
    digits = re.sub(r"\D", "", found[0]) if found else ""
    return int(digits) if 0 < len(digits) < 20 else None


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
