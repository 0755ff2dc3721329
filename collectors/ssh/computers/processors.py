"""Processors out of /proc/cpuinfo, joined with what the firmware says. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from collectors.facts import Component
from collectors.ssh.computers import dmi
from collectors.ssh.computers.sections import Sections, blocks, number, pairs
from collectors.text import meaningful


def cpus_of(text: str) -> list[Component]:
    """Return one component per processor package of /proc/cpuinfo."""
    packages: dict[str, dict[str, str]] = {}
    threads: Counter[str] = Counter()
    for block in blocks(re.sub(r"(?m)^(?=processor\s*:)", "\n", text)):
        values = pairs("\n".join(block), ":")
        if not _cpu_model(values):
            continue
        package = values.get("physical id") or _package(values, len(packages))
        packages.setdefault(package, values)
        threads[package] += 1
    return [
        Component(
            index=0,
            kind="cpu",
            name=f"CPU {package}",
            manufacturer=dmi.cpu_maker(values.get("vendor_id")),
            model=_cpu_model(values),
            descr=dmi.cores(values.get("cpu cores"), str(threads[package])),
        )
        for package, values in packages.items()
    ]


def arm_cpus_of(sections: Sections) -> list[Component]:
    """Return the processor of an ARM machine, whose /proc/cpuinfo has numbers only.

    lscpu knows the names of newer cores; the others are told by their numbers.
    """
    told = pairs(sections.get("lscpu", ""), ":")
    kernel = blocks(sections.get("cpuinfo", ""))
    parts = Counter(
        (v.get("CPU implementer", ""), v.get("CPU part", ""))
        for v in (pairs("\n".join(block), ":") for block in kernel)
        if "CPU part" in v
    )
    cores = sum(parts.values()) or number(told.get("CPU(s)"))
    named = [_ARM_CORES[p] for p in parts if p in _ARM_CORES]
    model = meaningful(told.get("Model name")) or " + ".join(named) or None
    makers = [_ARM_MAKERS[maker] for maker, _ in parts if maker in _ARM_MAKERS]
    maker = meaningful(told.get("Vendor ID")) or next(iter(makers), None)
    if not (model or maker) or not cores:
        return []
    return [
        Component(
            index=0,
            kind="cpu",
            name="CPU 0",
            manufacturer=maker,
            model=model,
            descr=dmi.cores(str(cores), None),
        )
    ]


_ARM_MAKERS = {
    "0x41": "ARM",
    "0x42": "Broadcom",
    "0x43": "Cavium",
    "0x48": "HiSilicon",
    "0x4e": "NVIDIA",
    "0x50": "APM",
    "0x51": "Qualcomm",
    "0x53": "Samsung",
    "0x56": "Marvell",
    "0x61": "Apple",
    "0xc0": "Ampere",
}
"""Implementers of MIDR_EL1 (Arm Architecture Reference Manual)."""

_ARM_CORES = {
    ("0x41", "0xb76"): "ARM1176",
    ("0x41", "0xc05"): "Cortex-A5",
    ("0x41", "0xc07"): "Cortex-A7",
    ("0x41", "0xc08"): "Cortex-A8",
    ("0x41", "0xc09"): "Cortex-A9",
    ("0x41", "0xc0f"): "Cortex-A15",
    ("0x41", "0xd03"): "Cortex-A53",
    ("0x41", "0xd04"): "Cortex-A35",
    ("0x41", "0xd05"): "Cortex-A55",
    ("0x41", "0xd07"): "Cortex-A57",
    ("0x41", "0xd08"): "Cortex-A72",
    ("0x41", "0xd09"): "Cortex-A73",
    ("0x41", "0xd0a"): "Cortex-A75",
    ("0x41", "0xd0b"): "Cortex-A76",
    ("0x41", "0xd0c"): "Neoverse-N1",
    ("0x41", "0xd40"): "Neoverse-V1",
    ("0x41", "0xd41"): "Cortex-A78",
    ("0x41", "0xd44"): "Cortex-X1",
    ("0x41", "0xd49"): "Neoverse-N2",
    ("0x41", "0xd4f"): "Neoverse-V2",
    ("0x43", "0x0a1"): "ThunderX",
    ("0x43", "0x0af"): "ThunderX2",
    ("0x48", "0xd01"): "Kunpeng 920",
    ("0xc0", "0xac3"): "Ampere-1",
}
"""(implementer, part) of MIDR_EL1 -> name of the core."""


def _package(values: dict[str, str], known: int) -> str:
    """Return the package of a processor that does not name it.

    On ARM the processors are the cores of one chip; elsewhere each is its own.
    """
    return "0" if "CPU implementer" in values or "cpu cores" in values else str(known)


def _cpu_model(values: dict[str, str]) -> str | None:
    names = ("model name", "cpu model", "cpu", "Processor", "cpu type")
    return next((v for n in names if (v := meaningful(values.get(n)))), None)


def with_cores(firmware: list[Component], kernel: list[Component]) -> list[Component]:
    """Join what the firmware and the kernel say of the processors.

    Old firmware knows no cores; the kernel is asked where both count the same.
    """
    sockets = [c for c in firmware if c.kind == "cpu"]
    if not sockets:
        return firmware + kernel
    if len(sockets) != len(kernel):
        return firmware
    counted = iter(kernel)
    return [
        replace(c, descr=c.descr or next(counted).descr) if c.kind == "cpu" else c
        for c in firmware
    ]
