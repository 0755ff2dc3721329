"""AIX, HP-UX and Solaris out of the transcripts of their scripts. Pure.

The basics: who the machine is, its processors, memory, network cards and software.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from collectors import macs
from collectors.facts import (
    Clue,
    Component,
    Hardware,
    Interface,
    OperatingSystem,
    Software,
)
from collectors.ssh.computers import dmi, network_cards
from collectors.ssh.computers.linux import host_keys_of, memory_measure
from collectors.ssh.computers.packages import MAX_PACKAGES, package
from collectors.ssh.computers.sections import Machine, Sections, pairs
from collectors.text import meaningful, printable

_ETHERNET = 6


def parse_aix(sections: Sections) -> Machine:
    """Return what AIX tells: lsvpd, lsconf, lscfg and lslpp."""
    vpd, conf = sections.get("lsvpd", ""), pairs(sections.get("lsconf", ""), ":")
    maker, _, model = _found(r"(?m)^\*TM (.+)$", vpd).partition(",")
    model = model or conf.get("System Model", "").partition(",")[2]
    serial = _found(r"\*DS System VPD\n(?:.*\n)*?\*SE (\S+)", vpd)
    level = sections.get("oslevel", "").strip() or _found(r"\*OS AIX (\S+)", vpd)
    machine = _machine(sections, "AIX", level)
    machine.hardware = _hardware(
        maker or ("IBM" if model else ""),
        model,
        serial or conf.get("Machine Serial Number"),
        firmware=conf.get("Firmware Version"),
        source="lsvpd",
    )
    chip, count = conf.get("Processor Type"), conf.get("Number Of Processors")
    if chip:
        machine.components += _cpus([chip] * _number(count, 1), "IBM")
    machine.components += _aix_memory(vpd)
    _memory(machine, conf.get("Memory Size"))
    cards = re.findall(
        r"(?m)^\s*(ent\d+)\s.*(?:\n.*?)*?Network Address\.+([0-9A-F]{12})",
        sections.get("lscfg", ""),
    )
    _interfaces(machine, sections, [(n.replace("ent", "en"), m) for n, m in cards])
    rows = (row.split(":") for row in sections.get("lslpp", "").splitlines())
    _software(machine, "lslpp", sections, [(r[1], r[2]) for r in rows if len(r) > 6])
    return machine


def _aix_memory(vpd: str) -> list[Component]:
    """Return the memory modules of lsvpd; SZ is their size in megabytes."""
    found = []
    for block in vpd.split("*FC ")[1:]:
        size = _found(r"\*SZ 0*(\d+)", block)
        if "Memory DIMM" in block and size:
            serial = meaningful(_found(r"\*SN (\S+)", block))
            place = meaningful(_found(r"\*YL (\S+)", block))
            part = Component(
                index=0,
                kind="memory",
                name=place,
                serial=serial,
                model=meaningful(_found(r"\*(?:PN|FN) (\S+)", block)),
                size=int(size) << 20,
            )
            found.append(part)
    return found


def parse_hpux(sections: Sections) -> Machine:
    """Return what HP-UX tells: machinfo, lanscan and swlist."""
    info = sections.get("machinfo", "")
    release = pairs(sections.get("identity", "")).get("release", "")
    machine = _machine(sections, "HP-UX", release)
    machine.hardware = _hardware(
        "HP",
        _found(r"(?im)^\s*model:?\s+\"?([^\"\n]+)", info) or sections.get("model", ""),
        _found(r"(?i)machine serial number:?\s+(\S+)", info) or sections.get("serial"),
        uuid=_found(r"(?i)machine id number:?\s+(\S+)", info),
        firmware=_found(r"(?i)firmware revision:?\s+(\S+)", info),
        source="machinfo",
    )
    chips = re.search(r"(?m)^\s*(\d+) (.*?)(?: processors?)? \(", info)
    if chips:
        machine.components += _cpus([chips[2]] * int(chips[1]), None)
    _memory(machine, _found(r"(?i)^\s*Memory:?\s+(?:=\s+)?(\d+ MB)", info, re.M))
    cards = re.findall(r"(?m)^0x([0-9A-F]{12})\s+(\S+)", sections.get("lanscan", ""))
    _interfaces(machine, sections, [(name, mac) for mac, name in cards])
    rows = re.findall(r"(?m)^ {2}(\S+)\s+(\S+)\s", sections.get("swlist", ""))
    _software(machine, "swlist", sections, rows)
    return machine


def parse_solaris(sections: Sections) -> Machine:
    """Return what Solaris tells: prtdiag, smbios, psrinfo and pkginfo."""
    diag, release = sections.get("prtdiag", ""), sections.get("release.sun", "")
    kernel = pairs(sections.get("identity", "")).get("release", "")
    version = _found(r"Solaris (\d+(?:\.\d+)?)", release) or kernel
    machine = _machine(sections, "Solaris", version)
    system = re.search(
        r"(?m)^System Configuration:\s+(.+?)\s+(?:sun4\w|i86pc)\s+(.+?)\s*$", diag
    ) or re.search(r"(?m)^System Configuration: (\S+) (.+?)\s*$", diag)
    smbios = pairs(sections.get("smbios", ""), ":")
    machine.hardware = _hardware(
        (system[1] if system else "") or smbios.get("Manufacturer", ""),
        (system[2] if system else "") or smbios.get("Product", ""),
        sections.get("serial") or smbios.get("Serial Number"),
        uuid=smbios.get("UUID"),
        source="prtdiag",
    )
    machine.components += _cpus(_solaris_chips(sections.get("psrinfo", "")), None)
    _memory(machine, _found(r"Memory size:\s*(.+)", diag + sections.get("prtconf", "")))
    _interfaces(machine, sections, [])
    names = re.findall(r"PKGINST:\s+(\S+)", sections.get("pkginfo", ""))
    versions = re.findall(r"VERSION:\s+(\S+)", sections.get("pkginfo", ""))
    rows = list(zip(names, versions, strict=False))
    _software(machine, "pkginfo", sections, rows)
    return machine


def _solaris_chips(text: str) -> list[str]:
    """Return the name of each processor; the line below may say it better."""
    found = []
    for block in re.split(r"(?m)^(?=The )", text):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        named = _found(r"^The (\S+) physical processor", lines[0])
        below = [re.sub(r"\s+[\[(].*", "", line) for line in lines[1:]]
        found.append(next((b for b in reversed(below) if b), "") or named)
    return [name for name in found if name]


def _machine(sections: Sections, name: str, version: str) -> Machine:
    identity = pairs(sections.get("identity", ""))
    return Machine(
        operating_system=OperatingSystem(
            name=name,
            version=version or None,
            build=identity.get("release") or None,
            architecture=identity.get("machine") or None,
            hostname=identity.get("hostname") or None,
        ),
        host_keys=host_keys_of(sections.get("hostkeys", "")),
        clues=[Clue("os-family", name.lower(), "uname -s")],
    )


def _hardware(
    maker: str,
    model: str | None,
    serial: str | None,
    *,
    uuid: str | None = None,
    firmware: str | None = None,
    source: str,
) -> Hardware | None:
    found = Hardware(
        manufacturer=meaningful(maker),
        model=meaningful((model or "").strip()),
        serial=meaningful((serial or "").strip()),
        uuid=dmi.as_uuid(uuid),
        firmware=meaningful(firmware),
        source=source,
    )
    return found if found.model or found.serial else None


def _cpus(models: Iterable[str], maker: str | None) -> list[Component]:
    return [
        Component(
            index=0,
            kind="cpu",
            name=f"CPU {number}",
            manufacturer=maker or _maker(model),
            model=printable(model),
        )
        for number, model in enumerate(models)
    ]


def _maker(chip: str) -> str | None:
    makers = {"intel": "Intel", "amd": "AMD", "itanium": "Intel", "pa-": "HP"}
    makers |= {"sparc": "Sun", "pa8": "HP"}
    return next((m for word, m in makers.items() if word in chip.lower()), None)


def _memory(machine: Machine, text: str | None) -> None:
    found = re.match(r"(\d+)\s*(M|G)", text or "", re.IGNORECASE)
    if found:
        unit = 1 << (20 if found[2].upper() == "M" else 30)
        machine.measures.append(memory_measure(int(found[1]) * unit))


def _interfaces(
    machine: Machine, sections: Sections, cards: Iterable[tuple[str, str]]
) -> None:
    """Take up the cards by ifconfig, with the addresses that other commands tell."""
    told = network_cards.parse_ifconfig(sections.get("ifconfig", ""))
    machine.interfaces = network_cards.interfaces_of(told, {})
    machine.addresses = network_cards.addresses_of(told)
    known = {port.name for port in machine.interfaces}
    for name, text in cards:
        mac = macs.from_text(text)
        if mac and name not in known:
            index = len(machine.interfaces) + 1
            machine.interfaces.append(
                Interface(
                    if_index=index, name=name, mac=mac, type=_ETHERNET, physical=True
                )
            )
    if machine.interfaces:
        machine.reads |= {"interfaces", "addresses"}


def _software(
    machine: Machine,
    section: str,
    sections: Sections,
    rows: Iterable[tuple[str, str]],
) -> None:
    found: dict[tuple[str, str | None], Software] = {}
    for name, version in rows:
        program = package(name, version)
        found.setdefault((program.name, program.version), program)
    machine.software = list(found.values())[:MAX_PACKAGES]
    if section in sections:
        machine.reads.add("software")


def _found(pattern: str, text: str, flags: int = 0) -> str:
    found = re.search(pattern, text, flags)
    return found[1].strip() if found else ""


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and 0 < int(text) < 1024 else default
