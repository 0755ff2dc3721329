"""A Mac out of the transcript of its script: property lists of system_profiler. Pure.

The lists are read by plistlib, which refuses entity declarations: a small answer
cannot grow in memory.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from xml.parsers.expat import ExpatError

from collectors.facts import (
    Clue,
    Component,
    Hardware,
    Measure,
    OperatingSystem,
    Problem,
    Reason,
    Software,
)
from collectors.sentences import N_
from collectors.ssh.computers.bsd import add_network
from collectors.ssh.computers.dmi import as_bytes, as_uuid
from collectors.ssh.computers.linux import host_keys_of, last_user_of, state_clues
from collectors.ssh.computers.packages import MAX_PACKAGES, package
from collectors.ssh.computers.sections import Machine, Sections, number, pairs
from collectors.text import meaningful, printable

Item = Mapping[str, Any]
MAX_DEPTH = 6


def parse_darwin(sections: Sections) -> Machine:
    """Return everything the sections tell."""
    machine = Machine(clues=[Clue("os-family", "macos", "uname -s")])
    profile = _profile(sections.get("profile", ""), machine)
    machine.hardware = _hardware(profile)
    machine.operating_system = _operating_system(sections, profile)
    machine.components = _components(profile)
    machine.host_keys = host_keys_of(sections.get("hostkeys", ""))
    if size := number(sections.get("memsize")):
        machine.measures = [Measure(name="memory", value=float(size), unit="bytes")]
    if "FileVault is On" in sections.get("filevault", ""):
        machine.clues.append(Clue("disk-encryption", "FileVault", "fdesetup status"))
    machine.clues += state_clues(sections)
    add_network(sections, machine)
    _name_ports(sections.get("ports", ""), machine)
    if "apps" in sections:
        machine.software = _applications(_profile(sections["apps"], machine))
        machine.reads.add("software")
    return machine


def _profile(text: str, machine: Machine) -> dict[str, list[Item]]:
    """Return the items by data type; a broken list is a problem."""
    if not text.strip():
        return {}
    try:
        groups = plistlib.loads(text.strip().encode())
    except (plistlib.InvalidFileException, ExpatError, ValueError, KeyError):
        detail = N_("system_profiler printed no property list")
        machine.problems.append(Problem("ssh:profile", Reason.MALFORMED, detail))
        return {}
    return {
        str(group.get("_dataType")): [i for i in group["_items"] if isinstance(i, dict)]
        for group in groups
        if isinstance(group, dict) and isinstance(group.get("_items"), list)
    }


def _items(rows: list[Item], depth: int = 0) -> Iterator[Item]:
    """Yield items and the items within them."""
    for row in rows:
        yield row
        inner = row.get("_items")
        if isinstance(inner, list) and depth < MAX_DEPTH:
            yield from _items([i for i in inner if isinstance(i, dict)], depth + 1)


def _text(row: Item, *names: str) -> str | None:
    for name in names:
        value = row.get(name)
        if value is not None and (text := meaningful(str(value))):
            return text
    return None


def _hardware(profile: Mapping[str, list[Item]]) -> Hardware | None:
    row = next(iter(profile.get("SPHardwareDataType", [])), None)
    if row is None:
        return None
    name = _text(row, "machine_name")
    return Hardware(
        manufacturer="Apple",
        model=_text(row, "machine_model"),
        part_number=_text(row, "model_number"),
        serial=_text(row, "serial_number", "serial_number_system"),
        uuid=as_uuid(_text(row, "platform_UUID")),
        chassis_type="notebook" if "Book" in (name or "") else None,
        hardware_rev=name,
        firmware=_text(row, "boot_rom_version"),
        source="system_profiler",
    )


def _operating_system(
    sections: Sections, profile: Mapping[str, list[Item]]
) -> OperatingSystem:
    identity = pairs(sections.get("identity", ""))
    sw_vers = pairs(sections.get("sw_vers", ""), ":")
    row = next(iter(profile.get("SPSoftwareDataType", [])), {})
    full = re.match(r"(.+?) (\d[\d.]*)", _text(row, "os_version") or "")
    return OperatingSystem(
        name=sw_vers.get("ProductName") or (full[1] if full else "macOS"),
        version=sw_vers.get("ProductVersion") or (full[2] if full else None),
        build=sw_vers.get("BuildVersion") or identity.get("release") or None,
        architecture=identity.get("machine") or None,
        hostname=_text(row, "local_host_name") or identity.get("hostname") or None,
        uptime=_uptime(_text(row, "uptime")),
        last_user=last_user_of(sections.get("last", "")),
        virtualisation="unknown" if sections.get("guest", "").strip() == "1" else None,
    )


def _uptime(text: str | None) -> float | None:
    """Return `up 3:12:01:09` (days, hours, minutes, seconds) in seconds."""
    found = re.match(r"up (\d+):(\d+):(\d+):(\d+)", text or "")
    if not found:
        return None
    days, hours, minutes, seconds = map(int, found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _components(profile: Mapping[str, list[Item]]) -> list[Component]:
    components: list[Component] = []
    for row in profile.get("SPHardwareDataType", []):
        if chip := _text(row, "chip_type", "cpu_type"):
            components.append(Component(index=0, kind="cpu", name="CPU", model=chip))
    for row in _items(profile.get("SPMemoryDataType", [])):
        if size := as_bytes(_text(row, "dimm_size")):
            described = (_text(row, "dimm_type"), _text(row, "dimm_speed"))
            components.append(
                Component(
                    index=0,
                    kind="memory",
                    name=_text(row, "_name"),
                    descr=" ".join(t for t in described if t) or None,
                    manufacturer=_text(row, "dimm_manufacturer"),
                    model=_text(row, "dimm_part_number"),
                    serial=_text(row, "dimm_serial_number"),
                    size=size,
                )
            )
    for kind in ("SPNVMeDataType", "SPSerialATADataType"):
        components += [d for r in _items(profile.get(kind, [])) if (d := _disk(r))]
    for row in profile.get("SPDisplaysDataType", []):
        components += _displays(row)
    return components


def _disk(row: Item) -> Component | None:
    if not _text(row, "device_model"):
        return None
    return Component(
        index=0,
        kind="disk",
        name=_text(row, "bsd_name", "_name"),
        model=_text(row, "device_model"),
        serial=_text(row, "device_serial"),
        firmware_rev=_text(row, "device_revision"),
        size=number(str(row.get("size_in_bytes", ""))),
    )


def _displays(row: Item) -> Iterator[Component]:
    if model := _text(row, "sppci_model", "_name"):
        yield Component(index=0, kind="graphics", model=model)
    screens = row.get("spdisplays_ndrvs")
    for screen in screens if isinstance(screens, list) else ():
        if isinstance(screen, dict):
            yield Component(
                index=0,
                kind="monitor",
                model=_text(screen, "_name"),
                serial=_text(screen, "_spdisplays_display-serial-number"),
            )


def _name_ports(text: str, machine: Machine) -> None:
    """Put the names of `networksetup` (Wi-Fi, Ethernet) to the interfaces."""
    named = dict(re.findall(r"Hardware Port: (.+)\nDevice: (\S+)", text))
    by_device = {device: printable(name) for name, device in named.items()}
    machine.interfaces = [
        replace(
            i, descr=by_device[i.name], physical=True, type=_type(by_device[i.name])
        )
        if i.name in by_device
        else i
        for i in machine.interfaces
    ]


def _type(name: str) -> int:
    return 71 if name in {"Wi-Fi", "AirPort"} else 6


def _applications(profile: Mapping[str, list[Item]]) -> list[Software]:
    found: dict[tuple[str, str | None], Software] = {}
    for row in profile.get("SPApplicationsDataType", [])[:MAX_PACKAGES]:
        if name := _text(row, "_name"):
            program = package(name, _text(row, "version"), _maker(row))
            found.setdefault((program.name, program.version), program)
    return list(found.values())


def _maker(row: Item) -> str | None:
    """Return `Apple`, or the developer whose certificate signed the program."""
    if row.get("obtained_from") == "apple":
        return "Apple"
    signed = row.get("signed_by")
    first = signed[0] if isinstance(signed, list) and signed else ""
    found = re.match(r"Developer ID Application: (.+?)(?: \(\w+\))?$", str(first))
    return found[1] if found else None
