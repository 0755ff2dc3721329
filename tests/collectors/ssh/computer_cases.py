"""Plays the computer cases of the shared corpus: raw outputs -> our parsers -> answers.

The cases hold the output of one command a file; the scripts of ours print sections.
`transcript` says which section a command's output belongs to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collectors.facts import Component
from collectors.ssh.computers.bsd import parse_bsd
from collectors.ssh.computers.linux import parse_linux
from collectors.ssh.computers.sections import Machine, blocks
from collectors.ssh.computers.windows import parse_windows

SECTIONS = (
    (r"dmidecode", "dmidecode"),
    (r"cat /proc/cpuinfo", "cpuinfo"),
    (r"ip address show", "ip"),
    (r"(/sbin/)?ifconfig -a", "ifconfig"),
    (r"cat /etc/os-release", "os-release"),
    (r"cat /etc/centos-release", "release.centos"),
    (r"cat /etc/debian_version", "debian_version"),
    (r"smartctl -i /dev/(\S+)", "smartctl.{0}"),
    (r"pkg info", "pkg"),
    (r"hdparm -I .*", "hdparm"),
    (r"megacli -PDlist .*", "megacli"),
    (r"hpacucli ctrl .* show", "ssacli"),
    (r"tw_cli \S+ \S+ show model .*", "tw_cli"),
    (r"pacman -Qqi", "pacman"),
    (r"lspci.*", "lspci"),
    (r"snap list.*", "snap"),
    (r"flatpak list.*", "flatpak"),
)
"""Command of a case -> section of a transcript, where the formats are the same."""


def read(path: Path) -> str:
    """Return a raw output as text: registry and WMI exports are UTF-16."""
    data = path.read_bytes()
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16")
    return data.decode("utf-8", "replace")


def outputs(case: Path) -> Iterator[tuple[str, Path]]:
    """Yield the commands of a case with the files that hold their outputs."""
    commands = json.loads((case / "commands.json").read_text("utf-8"))
    for command, name in commands.items():
        yield command, case / name


def transcript(case: Path) -> dict[str, str]:
    """Return the sections that our script would have printed on this machine."""
    made: dict[str, list[str]] = {}
    for command, path in outputs(case):
        for pattern, section in SECTIONS:
            if found := re.fullmatch(pattern, command):
                made.setdefault(section.format(*found.groups()), []).append(read(path))
        if found := re.fullmatch(r"cat /sys/class/drm/(\S+)/edid", command):
            made.setdefault("edid", []).append(f"{found[1]}={path.read_bytes().hex()}")
        if found := re.fullmatch(r"(cat|readlink) /sys/block/(.+)", command):
            made.setdefault("block", []).extend(_block(found[2], path))
        if command.startswith("dpkg-query"):
            made["dpkg"] = [columns(read(path), 0, 2, None, 5)]
        if command.startswith("rpm -qa"):
            made["rpm"] = [columns(read(path), 0, 2, 5)]
    return {name: "\n".join(parts) for name, parts in made.items()}


def _block(rest: str, path: Path) -> list[str]:
    disk, _, name = rest.partition("/")
    if name.endswith("vpd_pg80"):
        return [f"{disk}.vpd={path.read_bytes().hex()}"]
    value = read(path).strip("\n\0 ")
    return [f"{disk}.{name.rpartition('/')[2]}={value}"]


def columns(text: str, *order: int | None) -> str:
    """Return a tab-separated table with its columns in our order."""
    rows = []
    for line in text.splitlines():
        row = line.split("\t")
        rows.append(
            "\t".join(
                "" if i is None else row[i] for i in order if i is None or i < len(row)
            )
        )
    return "\n".join(rows)


def classes(case: Path) -> dict[str, str]:
    """Return `wmic ... /format:list` outputs as the JSON that our script prints."""
    made: dict[str, str] = {}
    for command, path in outputs(case):
        found = re.fullmatch(r"wmic path (\w+) get /format:list", command)
        if found:
            rows = [dict(_pairs(block)) for block in blocks(read(path))]
            made[found[1]] = json.dumps([row for row in rows if row])
    return made


def _pairs(lines: list[str]) -> Iterator[tuple[str, object]]:
    for line in lines:
        name, middle, value = line.strip().partition("=")
        if middle and value:
            listed = re.fullmatch(r"\{(.*)\}", value)
            yield name, re.findall(r'"([^"]*)"', listed[1]) if listed else value


PARSERS = {"bsd": parse_bsd, "linux": parse_linux}


def machine_of(case: Path, platform: str) -> Machine:
    """Run the parser of the platform on a case."""
    if platform == "windows":
        machine = parse_windows(classes(case))
        if machine.hardware is not None or machine.components or machine.interfaces:
            return machine
    return PARSERS.get(platform, parse_linux)(transcript(case))


def answer(machine: Machine) -> dict[str, Any]:
    """Return what was found in the words of the scorer."""
    hardware, system = machine.hardware, machine.operating_system
    memory = [c for c in machine.components if c.kind == "memory"]
    board = next((c for c in machine.components if c.name == "mainboard"), None)
    identity: dict[str, Any] = {}
    if hardware:
        identity |= {
            "manufacturer": hardware.manufacturer,
            "model": hardware.model,
            "serial": hardware.serial,
            "uuid": hardware.uuid,
            "asset_tag": hardware.asset_tag,
            "bios_version": hardware.firmware,
            "bios_date": hardware.bios_date,
            "chassis_type": hardware.chassis_type,
        }
    if system:
        identity |= {
            "hostname": system.hostname,
            "os_name": system.name,
            "os_full_name": next(
                (c.value for c in machine.clues if c.kind == "os-release"), system.name
            ),
            "os_version": system.version,
            "kernel_version": system.build,
            "arch": system.architecture,
        }
    if board:
        identity |= {
            "board_manufacturer": board.manufacturer,
            "board_model": board.model,
            "board_serial": board.serial,
        }
    if total := sum(c.size or 0 for c in memory):
        identity["memory_total_mb"] = total >> 20
    identity["cpu_count"] = sum(c.kind == "cpu" for c in machine.components) or None
    return {"identity": identity, **_records(machine)}


def _records(machine: Machine) -> dict[str, list[dict[str, Any]]]:
    kinds: Mapping[str, list[Component]] = {
        kind: [c for c in machine.components if c.kind == kind]
        for kind in ("cpu", "memory", "disk", "monitor")
    }
    ips: dict[int | None, list[str]] = {}
    for address in machine.addresses:
        ips.setdefault(address.if_index, []).append(address.ip)
    return {
        "cpus": [
            {
                "model": c.model,
                "manufacturer": c.manufacturer,
                "cores": _before(c.descr, "cores"),
                "threads": _threads_per_core(c.descr),
            }
            for c in kinds["cpu"]
        ],
        "memory": [
            {
                "size_mb": (c.size or 0) >> 20,
                "slot": c.name,
                "serial": c.serial,
                "type": re.sub(r" \d+ M.*", "", c.descr or ""),
                "speed": _before(c.descr, "M"),
                "manufacturer": c.manufacturer,
                "model": c.model,
            }
            for c in kinds["memory"]
        ],
        "disks": [
            {
                "name": c.name,
                "model": c.model,
                "serial": c.serial,
                "manufacturer": c.manufacturer,
                "firmware": c.firmware_rev,
                "size_mb": (c.size or 0) / 10**6 or None,
            }
            for c in kinds["disk"]
        ],
        "monitors": [
            {"manufacturer": c.manufacturer, "model": c.model, "serial": c.serial}
            for c in kinds["monitor"]
        ],
        "nics": [
            {
                "name": i.descr or i.name,
                "mac": i.mac,
                "ips": ips.get(i.if_index, []),
                "status": "up" if i.admin_up else "down",
                "speed": i.speed / 10**6 if i.speed else None,
            }
            for i in machine.interfaces
        ],
        "software": [
            {"name": s.name, "version": s.version, "publisher": s.publisher}
            for s in machine.software
        ],
    }


def _threads_per_core(text: str | None) -> int | None:
    cores, threads = _before(text, "cores"), _before(text, "threads")
    return threads // cores if cores and threads else None


def _before(text: str | None, unit: str) -> int | None:
    found = re.search(rf"(\d+) {unit}", text or "")
    return int(found[1]) if found else None
