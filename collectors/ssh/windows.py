"""A Windows machine out of the transcript of its script: CIM classes as JSON. Pure."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping
from typing import Any

from collectors import macs
from collectors.facts import (
    Address,
    ArpEntry,
    Clue,
    Component,
    Hardware,
    Interface,
    Measure,
    OperatingSystem,
    Software,
)
from collectors.ssh import dmi
from collectors.ssh.linux import host_keys_of
from collectors.ssh.netcards import prefix_length
from collectors.ssh.packages import MAX_PACKAGES, package
from collectors.ssh.sections import Machine, Sections, number
from collectors.text import meant, printable

Row = Mapping[str, Any]

_WIRELESS = ("wi-fi", "wireless", "wlan", "802.11")


def parse_windows(sections: Sections) -> Machine:
    """Return everything the sections tell."""
    keys = "\n".join(r for r in _json(sections, "hostkeys") if isinstance(r, str))
    machine = Machine(
        hardware=_hardware(sections),
        operating_system=_operating_system(sections),
        components=[*_components(sections), *_monitors(sections)],
        host_keys=host_keys_of(keys),
        clues=list(_clues(sections)),
    )
    computer = _first(sections, "Win32_ComputerSystem")
    if size := number(str(computer.get("TotalPhysicalMemory") or "")):
        machine.measures = [Measure(name="memory", value=float(size), unit="bytes")]
    if "Win32_NetworkAdapter" in sections:
        machine.interfaces = list(_interfaces(sections))
        machine.addresses = list(_addresses(sections))
        machine.reads |= {"interfaces", "addresses"}
    if "neighbours" in sections:
        machine.arp = list(_neighbours(sections))
        machine.reads.add("arp")
    if "uninstall" in sections:
        machine.software = _software(sections)
        machine.reads.add("software")
    return machine


def _json(sections: Sections, name: str) -> list[Any]:
    try:
        found = json.loads(sections.get(name) or "[]")
    except (json.JSONDecodeError, RecursionError):
        return []
    return found if isinstance(found, list) else [found]


def _rows(sections: Sections, name: str) -> list[Row]:
    return [row for row in _json(sections, name) if isinstance(row, dict)]


def _first(sections: Sections, name: str) -> Row:
    return next(iter(_rows(sections, name)), {})


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return None if value is None else meant(str(value))


def _number(row: Row, name: str) -> int | None:
    return number(str(row.get(name)))


def _list(row: Row, name: str) -> list[Any]:
    value = row.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _hardware(sections: Sections) -> Hardware | None:
    computer = _first(sections, "Win32_ComputerSystem")
    product = _first(sections, "Win32_ComputerSystemProduct")
    bios = _first(sections, "Win32_BIOS")
    enclosure = _first(sections, "Win32_SystemEnclosure")
    if not (computer or product or bios):
        return None
    kinds = _list(enclosure, "ChassisTypes")
    return Hardware(
        manufacturer=_text(computer, "Manufacturer") or _text(product, "Vendor"),
        model=_text(computer, "Model") or _text(product, "Name"),
        serial=_text(bios, "SerialNumber")
        or _text(product, "IdentifyingNumber")
        or _text(enclosure, "SerialNumber"),
        uuid=dmi.as_uuid(_text(product, "UUID")),
        asset_tag=_text(enclosure, "SMBIOSAssetTag"),
        chassis_type=dmi.chassis_name(str(kinds[0])) if kinds else None,
        hardware_rev=_text(product, "Version"),
        firmware=_text(bios, "SMBIOSBIOSVersion"),
        source="Win32_ComputerSystemProduct, Win32_BIOS",
    )


def _operating_system(sections: Sections) -> OperatingSystem | None:
    row = _first(sections, "Win32_OperatingSystem")
    if not row:
        return None
    computer = _first(sections, "Win32_ComputerSystem")
    user = (_text(computer, "UserName") or "").rpartition("\\")[2]
    uptime = _number(row, "Uptime")
    return OperatingSystem(
        name=(_text(row, "Caption") or "Windows").removeprefix("Microsoft "),
        version=_text(row, "Version"),
        build=_text(row, "BuildNumber"),
        architecture=_text(row, "OSArchitecture"),
        hostname=_text(row, "CSName"),
        uptime=float(uptime) if uptime is not None else None,
        last_user=user or None,
    )


def _components(sections: Sections) -> Iterator[Component]:
    for row in _rows(sections, "Win32_BaseBoard"):
        yield Component(
            index=0,
            kind="module",
            name="mainboard",
            manufacturer=_text(row, "Manufacturer"),
            model=_text(row, "Product"),
            serial=_text(row, "SerialNumber"),
        )
    for row in _rows(sections, "Win32_Processor"):
        yield Component(
            index=0,
            kind="cpu",
            name=_text(row, "SocketDesignation"),
            manufacturer=dmi.cpu_maker(_text(row, "Manufacturer")),
            model=_text(row, "Name"),
            descr=dmi.cores(
                _text(row, "NumberOfCores"), _text(row, "NumberOfLogicalProcessors")
            ),
        )
    yield from _storage(sections)
    for row in _rows(sections, "Win32_VideoController"):
        yield Component(
            index=0,
            kind="graphics",
            manufacturer=_text(row, "AdapterCompatibility"),
            model=_text(row, "Name"),
        )


def _storage(sections: Sections) -> Iterator[Component]:
    for row in _rows(sections, "Win32_PhysicalMemory"):
        speed = _text(row, "Speed")
        yield Component(
            index=0,
            kind="memory",
            name=_text(row, "DeviceLocator"),
            descr=f"{speed} MHz" if speed else None,
            manufacturer=_text(row, "Manufacturer"),
            model=_text(row, "PartNumber"),
            serial=_text(row, "SerialNumber"),
            size=_number(row, "Capacity"),
        )
    yield from _cards(sections)


def _cards(sections: Sections) -> Iterator[Component]:
    """Yield disks and graphics adapters."""
    for row in _rows(sections, "Win32_DiskDrive"):
        yield Component(
            index=0,
            kind="disk",
            name=(_text(row, "DeviceID") or "").strip("\\.") or None,
            descr=_text(row, "InterfaceType"),
            model=_text(row, "Model"),
            serial=_text(row, "SerialNumber"),
            firmware_rev=_text(row, "FirmwareRevision"),
            size=_number(row, "Size"),
        )


def _monitors(sections: Sections) -> Iterator[Component]:
    """Yield screens; their texts are lists of character codes."""
    for row in _rows(sections, "WmiMonitorID"):
        year, week = (
            _number(row, "YearOfManufacture"),
            _number(row, "WeekOfManufacture"),
        )
        yield Component(
            index=0,
            kind="monitor",
            manufacturer=_codes(row, "ManufacturerName"),
            model=_codes(row, "UserFriendlyName"),
            serial=_codes(row, "SerialNumberID"),
            manufactured=f"{year}-W{week:02d}" if year and week else None,
        )


def _codes(row: Row, name: str) -> str | None:
    codes = [c for c in _list(row, name) if isinstance(c, int) and 0 < c < 0x10000]
    return meant("".join(map(chr, codes)))


def _interfaces(sections: Sections) -> Iterator[Interface]:
    for row in _rows(sections, "Win32_NetworkAdapter"):
        index = _number(row, "InterfaceIndex")
        name = _text(row, "NetConnectionID") or _text(row, "Name")
        mac = macs.from_text(_text(row, "MACAddress") or "")
        if index is None or not name or not mac:
            continue
        speed, descr = _number(row, "Speed"), _text(row, "Name") or ""
        wireless = any(word in f"{name} {descr}".lower() for word in _WIRELESS)
        up = row.get("NetEnabled")
        yield Interface(
            if_index=index,
            name=name,
            descr=descr or None,
            type=71 if wireless else 6,
            mac=mac,
            admin_up=up if isinstance(up, bool) else None,
            speed=speed if speed and speed < 10**12 else None,
            physical=bool(row.get("PhysicalAdapter")),
        )


def _ip(text: object) -> str | None:
    """Return an address that means something outside the machine."""
    try:
        ip = ipaddress.ip_address(str(text).split("%")[0])
    except ValueError:
        return None
    local = ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified
    return None if local else str(ip)


def _addresses(sections: Sections) -> Iterator[Address]:
    for row in _rows(sections, "Win32_NetworkAdapterConfiguration"):
        masks = _list(row, "IPSubnet")
        for position, text in enumerate(_list(row, "IPAddress")):
            if ip := _ip(text):
                mask = str(masks[position]) if position < len(masks) else None
                yield Address(
                    ip=ip,
                    prefix_length=prefix_length(mask),
                    if_index=_number(row, "InterfaceIndex"),
                )


def _neighbours(sections: Sections) -> Iterator[ArpEntry]:
    for row in _rows(sections, "neighbours"):
        ip, mac = _ip(row.get("IPAddress")), _text(row, "LinkLayerAddress")
        known = macs.from_text(mac or "")
        if ip and known and not macs.is_multicast(known):
            index = _number(row, "InterfaceIndex")
            yield ArpEntry(ip=ip, mac=known, if_index=index)


def _software(sections: Sections) -> list[Software]:
    found: dict[tuple[str, str | None], Software] = {}
    for row in _rows(sections, "uninstall")[:MAX_PACKAGES]:
        name = printable(str(row.get("DisplayName") or ""))
        if name:
            version, maker = _text(row, "DisplayVersion"), _text(row, "Publisher")
            program = package(name, version, maker)
            found.setdefault((program.name, program.version), program)
    return list(found.values())


def _clues(sections: Sections) -> Iterator[Clue]:
    yield Clue("os-family", "windows", "Win32_OperatingSystem")
    if domain := _text(_first(sections, "Win32_ComputerSystem"), "Domain"):
        yield Clue("domain", domain, "Win32_ComputerSystem.Domain")
    for row in _rows(sections, "Win32_EncryptableVolume"):
        if _number(row, "ProtectionStatus") == 1:
            drive = _text(row, "DriveLetter") or "BitLocker"
            yield Clue(
                "disk-encryption", f"BitLocker {drive}", "Win32_EncryptableVolume"
            )
    for row in _rows(sections, "AntiVirusProduct"):
        if name := _text(row, "displayName"):
            yield Clue("antivirus", name, "AntiVirusProduct.displayName")
