"""Processors out of /proc/cpuinfo, joined with what the firmware says. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from collectors.facts import Component
from collectors.ssh.computers import dmi
from collectors.ssh.computers.sections import blocks, pairs
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
