"""A Windows machine out of the transcript of its script: CIM classes as JSON. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import replace

from collectors import macs
from collectors.facts import (
    Address,
    ArpEntry,
    Component,
    Hardware,
    Interface,
    Measure,
    OperatingSystem,
    Software,
)
from collectors.ssh.computers import dmi
from collectors.ssh.computers.cim import Row, first, listed, rows, text, whole
from collectors.ssh.computers.linux import host_keys_of
from collectors.ssh.computers.network_cards import prefix_length
from collectors.ssh.computers.packages import MAX_PACKAGES, package
from collectors.ssh.computers.sections import Machine, Sections, number
from collectors.ssh.computers.windows_state import (
    clues_of,
    health_of,
    hypervisor_of,
    without_rights,
)
from collectors.text import meaningful, printable

_WIRELESS = ("wi-fi", "wireless", "wlan", "802.11")


def parse_windows(sections: Sections) -> Machine:
    """Return everything the sections tell."""
    keys = "\n".join(str(row.get("key")) for row in rows(sections, "hostkeys"))
    machine = Machine(
        hardware=_hardware(sections),
        operating_system=_operating_system(sections),
        components=[*_components(sections), *_monitors(sections)],
        host_keys=host_keys_of(keys),
        clues=list(clues_of(sections)),
        problems=without_rights(sections),
    )
    computer = first(sections, "Win32_ComputerSystem")
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


def _hardware(sections: Sections) -> Hardware | None:
    computer = first(sections, "Win32_ComputerSystem")
    product = first(sections, "Win32_ComputerSystemProduct")
    bios = first(sections, "Win32_BIOS")
    enclosure = first(sections, "Win32_SystemEnclosure")
    if not (computer or product or bios):
        return None
    kinds = listed(enclosure, "ChassisTypes")
    return Hardware(
        manufacturer=text(computer, "Manufacturer") or text(product, "Vendor"),
        model=text(computer, "Model") or text(product, "Name"),
        serial=text(bios, "SerialNumber")
        or text(product, "IdentifyingNumber")
        or text(enclosure, "SerialNumber"),
        uuid=dmi.as_uuid(text(product, "UUID")),
        asset_tag=text(enclosure, "SMBIOSAssetTag"),
        chassis_type=dmi.chassis_name(str(kinds[0])) if kinds else None,
        hardware_rev=text(product, "Version"),
        firmware=text(bios, "SMBIOSBIOSVersion"),
        bios_date=text(bios, "Released"),
        source="Win32_ComputerSystemProduct, Win32_BIOS",
    )


def _operating_system(sections: Sections) -> OperatingSystem | None:
    row = first(sections, "Win32_OperatingSystem")
    if not row:
        return None
    computer = first(sections, "Win32_ComputerSystem")
    logon = first(sections, "logon")
    user = text(computer, "UserName") or text(logon, "LastLoggedOnUser") or ""
    build = text(row, "BuildNumber")
    update = whole(first(sections, "release"), "UBR")
    uptime = whole(row, "Uptime")
    return OperatingSystem(
        name=(text(row, "Caption") or "Windows").removeprefix("Microsoft "),
        version=text(row, "Version"),
        build=f"{build}.{update}" if build and update else build,
        architecture=text(row, "OSArchitecture"),
        hostname=text(row, "CSName"),
        uptime=float(uptime) if uptime is not None else None,
        last_user=user.rpartition("\\")[2] or None,
        virtualisation=hypervisor_of(computer),
    )


def _components(sections: Sections) -> Iterator[Component]:
    for row in rows(sections, "Win32_BaseBoard"):
        yield Component(
            index=0,
            kind="module",
            name="mainboard",
            manufacturer=text(row, "Manufacturer"),
            model=text(row, "Product"),
            serial=text(row, "SerialNumber"),
        )
    for row in rows(sections, "Win32_Processor"):
        yield Component(
            index=0,
            kind="cpu",
            name=text(row, "SocketDesignation"),
            manufacturer=dmi.cpu_maker(text(row, "Manufacturer")),
            model=text(row, "Name"),
            descr=dmi.cores(
                text(row, "NumberOfCores"), text(row, "NumberOfLogicalProcessors")
            ),
        )
    yield from _storage(sections)
    for row in rows(sections, "Win32_VideoController"):
        yield Component(
            index=0,
            kind="graphics",
            manufacturer=text(row, "AdapterCompatibility"),
            model=text(row, "Name"),
        )


def _storage(sections: Sections) -> Iterator[Component]:
    for row in rows(sections, "Win32_PhysicalMemory"):
        speed = text(row, "Speed")
        yield Component(
            index=0,
            kind="memory",
            name=text(row, "DeviceLocator"),
            descr=f"{speed} MHz" if speed else None,
            manufacturer=text(row, "Manufacturer"),
            model=text(row, "PartNumber"),
            serial=text(row, "SerialNumber"),
            size=whole(row, "Capacity"),
        )
    yield from _cards(sections)


def _cards(sections: Sections) -> Iterator[Component]:
    """Yield disks and batteries."""
    health = health_of(sections)
    for row in rows(sections, "Win32_DiskDrive"):
        disk = Component(
            index=0,
            kind="disk",
            name=(text(row, "DeviceID") or "").strip("\\.") or None,
            descr=text(row, "InterfaceType"),
            model=text(row, "Model"),
            serial=text(row, "SerialNumber"),
            firmware_rev=text(row, "FirmwareRevision"),
            size=whole(row, "Size"),
        )
        known = health.get(str(row.get("Index")))
        yield replace(disk, descr=known) if known else disk
    for row in rows(sections, "BatteryStaticData"):
        yield Component(
            index=0,
            kind="battery",
            manufacturer=text(row, "ManufactureName"),
            model=text(row, "DeviceName"),
            serial=text(row, "SerialNumber"),
        )


def _monitors(sections: Sections) -> Iterator[Component]:
    """Yield screens; their texts are lists of character codes."""
    for row in rows(sections, "WmiMonitorID"):
        year, week = (
            whole(row, "YearOfManufacture"),
            whole(row, "WeekOfManufacture"),
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
    codes = [c for c in listed(row, name) if isinstance(c, int) and 0 < c < 0x10000]
    return meaningful("".join(map(chr, codes)))


def _interfaces(sections: Sections) -> Iterator[Interface]:
    burnt_in = {
        whole(row, "InterfaceIndex"): macs.from_text(
            text(row, "PermanentAddress") or ""
        )
        for row in rows(sections, "MSFT_NetAdapter")
    }
    for row in rows(sections, "Win32_NetworkAdapter"):
        index = whole(row, "InterfaceIndex")
        name = text(row, "NetConnectionID") or text(row, "Name")
        mac = macs.from_text(text(row, "MACAddress") or "")
        if index is None or not name or not mac:
            continue
        speed, descr = whole(row, "Speed"), text(row, "Name") or ""
        wireless = any(word in f"{name} {descr}".lower() for word in _WIRELESS)
        up = row.get("NetEnabled")
        yield Interface(
            if_index=index,
            name=name,
            descr=descr or None,
            type=71 if wireless else 6,
            mac=burnt_in.get(index) or mac,
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
    for row in rows(sections, "Win32_NetworkAdapterConfiguration"):
        masks = listed(row, "IPSubnet")
        for position, address in enumerate(listed(row, "IPAddress")):
            if ip := _ip(address):
                mask = str(masks[position]) if position < len(masks) else None
                yield Address(
                    ip=ip,
                    prefix_length=prefix_length(mask),
                    if_index=whole(row, "InterfaceIndex"),
                )


def _neighbours(sections: Sections) -> Iterator[ArpEntry]:
    for row in rows(sections, "neighbours"):
        ip, mac = _ip(row.get("IPAddress")), text(row, "LinkLayerAddress")
        known = macs.from_text(mac or "")
        if ip and known and not macs.is_multicast(known):
            index = whole(row, "InterfaceIndex")
            yield ArpEntry(ip=ip, mac=known, if_index=index)


def _software(sections: Sections) -> list[Software]:
    found: dict[tuple[str, str | None], Software] = {}
    for row in rows(sections, "uninstall")[:MAX_PACKAGES]:
        name = printable(str(row.get("DisplayName") or ""))
        if name:
            version, maker = text(row, "DisplayVersion"), text(row, "Publisher")
            program = package(name, version, maker)
            found.setdefault((program.name, program.version), program)
    for row in rows(sections, "appx")[: MAX_PACKAGES - len(found)]:
        if name := printable(str(row.get("Name") or "")):
            version, maker = text(row, "Version"), text(row, "Publisher")
            program = package(name, version, _organisation(maker))
            found.setdefault((program.name, program.version), program)
    return list(found.values())


def _organisation(publisher: str | None) -> str | None:
    """Return who signed an app, out of the name in its certificate (X.500)."""
    found = re.search(r'\bO=("[^"]+"|[^,]+)', publisher or "")
    return found[1].strip('" ') if found else publisher
