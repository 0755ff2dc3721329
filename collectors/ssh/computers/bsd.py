"""A FreeBSD, OpenBSD, NetBSD or DragonFly machine out of its transcript. Pure."""

from __future__ import annotations

import re

from collectors.facts import Clue, Component, Hardware, Measure, OperatingSystem
from collectors.ssh.computers import dmi, network_cards
from collectors.ssh.computers.linux import host_keys_of, last_user_of, state_clues
from collectors.ssh.computers.packages import software_of
from collectors.ssh.computers.sections import Machine, Sections, number, pairs
from collectors.text import meaningful

_BOOT = re.compile(r"sec = (\d+)")


def parse_bsd(sections: Sections) -> Machine:
    """Return everything the sections tell."""
    table = dmi.parse_dmidecode(sections.get("dmidecode", ""))
    machine = Machine(
        hardware=dmi.hardware_of(table) or _hardware(sections),
        operating_system=_operating_system(sections),
        components=[*_components(sections, table), *disks_of(sections.get("geom", ""))],
        host_keys=host_keys_of(sections.get("hostkeys", "")),
        clues=[
            Clue("os-family", "bsd", "uname -s"),
            *_encryption(sections),
            *state_clues(sections),
        ],
    )
    size = number(pairs(sections.get("sysctl", "")).get("hw.physmem"))
    if size:
        machine.measures = [Measure(name="memory", value=float(size), unit="bytes")]
    add_network(sections, machine)
    machine.software, complete = software_of(sections)
    machine.reads |= {"software"} if complete else set()
    return machine


def _encryption(sections: Sections) -> list[Clue]:
    """Return the encrypted volumes of `geli status` and `bioctl softraid0`."""
    opened = re.findall(r"(?m)^\s*(\S+)\.eli\s+ACTIVE", sections.get("geli", ""))
    clues = [Clue("disk-encryption", f"GELI {name}", "geli status") for name in opened]
    if re.search(r"\bCRYPTO\b", sections.get("softraid", "")):
        clues.append(Clue("disk-encryption", "softraid CRYPTO", "bioctl softraid0"))
    return clues


def add_network(sections: Sections, machine: Machine) -> None:
    """Add what `ifconfig -a` and `arp -an` tell."""
    cards = network_cards.parse_ifconfig(sections.get("ifconfig", ""))
    machine.interfaces = network_cards.interfaces_of(cards, {})
    machine.addresses = network_cards.addresses_of(cards)
    index = {i.name: i.if_index for i in machine.interfaces}
    if cards:
        machine.reads |= {"interfaces", "addresses"}
    if "arp" in sections:
        machine.arp = network_cards.neighbours_of(sections["arp"], index)
        machine.reads.add("arp")


def _hardware(sections: Sections) -> Hardware | None:
    """Return SMBIOS data as the loader (FreeBSD) or sysctl (OpenBSD) keeps it."""
    values = {
        name: value.strip('"')
        for name, value in pairs(sections.get("kenv", "")).items()
    }
    sysctl = pairs(sections.get("sysctl", ""))
    if not values and "hw.product" not in sysctl:
        return None
    return Hardware(
        manufacturer=meaningful(values.get("system.maker") or sysctl.get("hw.vendor")),
        model=meaningful(values.get("system.product") or sysctl.get("hw.product")),
        serial=meaningful(values.get("system.serial") or sysctl.get("hw.serialno")),
        uuid=dmi.as_uuid(values.get("system.uuid") or sysctl.get("hw.uuid")),
        asset_tag=meaningful(values.get("chassis.tag")),
        chassis_type=dmi.chassis_name(values.get("chassis.type")),
        hardware_rev=meaningful(
            values.get("system.version") or sysctl.get("hw.version")
        ),
        firmware=meaningful(values.get("bios.version")),
        bios_date=meaningful(values.get("bios.reldate")),
        source="kenv smbios" if values else "sysctl hw",
    )


def _operating_system(sections: Sections) -> OperatingSystem:
    identity = pairs(sections.get("identity", ""))
    sysctl = pairs(sections.get("sysctl", ""))
    guest = sysctl.get("kern.vm_guest")
    version = sections.get("freebsd-version", "").strip() or identity.get("release")
    return OperatingSystem(
        name=identity.get("kernel"),
        version=version or None,
        build=identity.get("release") or None,
        architecture=identity.get("machine") or None,
        hostname=identity.get("hostname") or None,
        last_user=last_user_of(sections.get("last", "")),
        virtualisation=None if guest in {None, "none"} else guest,
    )


def _components(sections: Sections, table: list[dmi.Structure]) -> list[Component]:
    parts = dmi.components_of(table)
    model = pairs(sections.get("sysctl", "")).get("hw.model")
    if model and not any(part.kind == "cpu" for part in parts):
        count = pairs(sections.get("sysctl", "")).get("hw.ncpu")
        parts.append(
            Component(
                index=0,
                kind="cpu",
                name="CPU",
                model=model,
                descr=dmi.cores(None, count),
            )
        )
    return parts


def disks_of(text: str) -> list[Component]:
    """Read `geom disk list`."""
    found = []
    for block in re.split(r"(?m)^Geom name: ", text)[1:]:
        values = pairs(block, ":")
        size = re.match(r"\d+", values.get("Mediasize", ""))
        if size is None or size[0] == "0":
            continue
        found.append(
            Component(
                index=0,
                kind="disk",
                name=block.split("\n")[0].strip(),
                model=meaningful(values.get("descr")),
                serial=meaningful(values.get("ident")),
                size=int(size[0]),
            )
        )
    return found
