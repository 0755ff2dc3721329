"""A Linux machine out of the transcript of its script. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from collectors.facts import (
    Clue,
    Component,
    Hardware,
    HostKey,
    Measure,
    OperatingSystem,
    Problem,
    Reason,
)
from collectors.sentences import N_, Told
from collectors.ssh.computers import dmi, network_cards
from collectors.ssh.computers.disks import (
    disks_of,
    encryption_of,
    filesystems_of,
    usb_of,
)
from collectors.ssh.computers.edid import parse_edid
from collectors.ssh.computers.packages import software_of
from collectors.ssh.computers.processors import arm_cpus_of, cpus_of, with_cores
from collectors.ssh.computers.sections import Group, Machine, Sections, groups, pairs
from collectors.text import meaningful

_ROOT_ONLY = {
    "product_serial": "serial number",
    "product_uuid": "system UUID",
    "board_serial": "mainboard serial",
    "chassis_serial": "chassis serial",
}


def parse_linux(sections: Sections) -> Machine:
    """Return everything the sections tell."""
    block = groups(sections.get("block", ""))
    table = dmi.parse_dmidecode(sections.get("dmidecode", ""))
    sysfs = groups(sections.get("dmi", "")).get("dmi", Group())
    machine = Machine(
        hardware=dmi.hardware_of(table)
        or dmi.hardware_of_sysfs(sysfs)
        or _board(sections),
        operating_system=operating_system_of(sections),
        host_keys=host_keys_of(sections.get("hostkeys", "")),
        clues=[*_clues(sections), *encryption_of(block)],
        measures=_measures(sections),
        problems=[] if table else _without_root(sysfs),
    )
    machine.components += _components(sections, table)
    machine.components += disks_of(sections, block)
    _network(sections, machine)
    machine.software, complete = software_of(sections)
    machine.reads |= {"software"} if complete else set()
    machine.reads |= {"components"} if table else set()
    return machine


def _components(sections: Sections, table: list[dmi.Structure]) -> list[Component]:
    components = with_cores(
        dmi.components_of(table),
        cpus_of(sections.get("cpuinfo", "")) or arm_cpus_of(sections),
    )
    components += cards_of(sections.get("lspci", ""))
    components += usb_of(groups(sections.get("usb", "")))
    components += filesystems_of(sections.get("df", ""))
    for value in pairs(sections.get("edid", "")).values():
        if re.fullmatch(r"(?:[0-9a-f]{2})+", value) and (
            screen := parse_edid(bytes.fromhex(value))
        ):
            components.append(screen)
    for name, group in groups(sections.get("battery", "")).items():
        if group.get("type") in {"Battery", None}:
            components.append(
                Component(
                    index=0,
                    kind="battery",
                    name=name,
                    manufacturer=meaningful(group.get("manufacturer")),
                    model=meaningful(group.get("model_name")),
                    serial=meaningful(group.get("serial_number")),
                    descr=meaningful(group.get("technology")),
                )
            )
    return components


def _board(sections: Sections) -> Hardware | None:
    """Return what a device tree or /proc/cpuinfo says of a board without SMBIOS."""
    tree = pairs(sections.get("devicetree", ""))
    tail = pairs(sections.get("cpuinfo", ""), ":")
    model = meaningful(tree.get("model")) or meaningful(tail.get("Model"))
    serial = meaningful(tree.get("serial-number")) or meaningful(tail.get("Serial"))
    if not (model or serial):
        return None
    return Hardware(model=model, serial=serial, source="device tree")


def _without_root(sysfs: Group) -> list[Problem]:
    missing = [text for name, text in _ROOT_ONLY.items() if name in sysfs.hidden]
    if not missing:
        return []
    detail = Told(
        N_("root, or `sudo -n dmidecode`, would add: {what}, memory modules"),
        what=", ".join(missing),
    )
    return [Problem("ssh:dmi", Reason.AUTH_FAILED, detail)]


def operating_system_of(sections: Sections) -> OperatingSystem:
    """Return name and version as the distribution and the kernel give them."""
    identity = pairs(sections.get("identity", ""))
    release = {
        name: value.strip("\"'")
        for name, value in pairs(sections.get("os-release", "")).items()
    }
    version = release.get("VERSION_ID") or None
    name = release.get("NAME") or None
    if name is None:
        name, version = _old_release(sections)
    version = _fuller(version, sections)
    uptime = re.match(r"\d+(?:\.\d+)?", sections.get("uptime", ""))
    return OperatingSystem(
        name=name or identity.get("kernel"),
        version=version,
        build=identity.get("release") or None,
        architecture=identity.get("machine") or None,
        hostname=identity.get("hostname") or None,
        uptime=float(uptime[0]) if uptime else None,
        last_user=last_user_of(sections.get("last", "")),
        virtualisation=_hypervisor(sections),
    )


def _fuller(version: str | None, sections: Sections) -> str | None:
    """Return e.g. `12.11` for `12`: some distributions keep the rest elsewhere."""
    if version is None:
        return None
    for name, text in sections.items():
        if name.startswith("release.") or name == "debian_version":
            found = re.search(rf"(?<![\d.]){re.escape(version)}\.[\d.]+", text)
            if found:
                return found[0]
    return version


def _old_release(sections: Sections) -> tuple[str | None, str | None]:
    """Read /etc/redhat-release and its like, from before os-release."""
    for section, text in sections.items():
        line = text.splitlines()[0] if text else ""
        if section.startswith("release.") and (
            found := re.match(r"(.+?)(?: Linux)?(?: release)? v?(\d[\d.]*)", line)
        ):
            return found[1], found[2]
    return None, None


def _hypervisor(sections: Sections) -> str | None:
    """Return the hypervisor's name; None on real hardware and where unknown."""
    virt = sections.get("virt", "").strip()
    if virt and virt != "none":
        return virt
    if virt == "none":
        return None
    return "unknown" if "hypervisor" in sections.get("cpuinfo", "") else None


_NO_PERSON = {"reboot", "shutdown", "runlevel", "wtmp", "root", "LOGIN"}


def last_user_of(text: str) -> str | None:
    """Return the person who logged in last, before root."""
    users = [line.split()[0] for line in text.splitlines() if line.split()[1:]]
    persons = [user for user in users if user not in _NO_PERSON]
    return persons[0] if persons else ("root" if "root" in users else None)


_LSPCI = re.compile(
    r'(\S+) "([^"]*)\[(\w{4})\]" "([^"]*?)(?: \[\w{4}\])?" "([^"]*?)(?: \[\w{4}\])?"'
)


def cards_of(text: str) -> list[Component]:
    """Return the devices of `lspci -D -mm -nn`, without bridges (PCI class 06)."""
    found = (_LSPCI.match(line) for line in text.splitlines())
    return [
        Component(
            index=0,
            kind="graphics" if row[3].startswith("03") else "pci",
            name=row[1],
            descr=row[2].strip() or None,
            manufacturer=row[4],
            model=row[5],
        )
        for row in found
        if row and not row[3].startswith("06")
    ]


def host_keys_of(text: str) -> list[HostKey]:
    """Return fingerprints of public keys in OpenSSH's one-line form."""
    keys = []
    for line in text.splitlines():
        parts = line.split()
        if len(parts) < 2 or not re.match(r"ssh-|ecdsa-|sk-", parts[0]):
            continue
        try:
            blob = base64.b64decode(parts[1], validate=True)
        except (binascii.Error, ValueError):
            continue
        digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
        keys.append(HostKey(algorithm=parts[0], fingerprint=f"SHA256:{digest}"))
    return keys


def _measures(sections: Sections) -> list[Measure]:
    memory = re.search(r"MemTotal:\s+(\d+) kB", sections.get("meminfo", ""))
    return [memory_measure(int(memory[1]) * 1024)] if memory else []


def memory_measure(size: int) -> Measure:
    """Return main memory in bytes as a measure."""
    return Measure(name="memory", value=float(size), unit="bytes")


def _clues(sections: Sections) -> list[Clue]:
    clues = [Clue("os-family", "linux", "uname -s")]
    release = pairs(sections.get("os-release", ""))
    if name := release.get("PRETTY_NAME", "").strip("\"'"):
        clues.append(Clue("os-release", name, "/etc/os-release PRETTY_NAME"))
    for line in sections.get("virtual", "").splitlines():
        name, _, value = line.partition("=")
        if name == "container":
            clues.append(Clue("container", value, "/run/systemd/container"))
    return [*clues, *state_clues(sections)]


def state_clues(sections: Sections) -> list[Clue]:
    """Return what the machine hosts and which scanners against malware it has."""
    clues = [
        Clue("virtualisation-host", line.partition("=")[2], "command -v")
        for line in sections.get("virtual", "").splitlines()
        if line.startswith("runs=")
    ]
    scanners = pairs(sections.get("antivirus", ""))
    return clues + [Clue("antivirus", name, path) for name, path in scanners.items()]


def _network(sections: Sections, machine: Machine) -> None:
    if "ip" in sections:
        cards = network_cards.parse_ip(sections["ip"])
        for name, link in network_cards.parse_ip(sections.get("link", "")).items():
            if name in cards:
                cards[name].permanent = link.permanent
    else:
        cards = network_cards.parse_ifconfig(sections.get("ifconfig", ""))
    sysfs = groups(sections.get("net", ""))
    machine.interfaces = network_cards.interfaces_of(cards, sysfs)
    machine.addresses = network_cards.addresses_of(cards)
    index = {i.name: i.if_index for i in machine.interfaces}
    for section in ("neigh", "arp"):
        if section in sections:
            machine.arp = network_cards.neighbours_of(sections[section], index)
            machine.reads.add("arp")
            break
    if cards:
        machine.reads |= {"interfaces", "addresses"}
