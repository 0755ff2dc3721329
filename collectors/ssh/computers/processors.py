"""Processors out of /proc/cpuinfo, joined with what the firmware says. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from collectors.facts import Component
from collectors.ssh.computers import dmi
from collectors.ssh.computers.sections import blocks, pairs
from collectors.text import meant


def cpus_of(text: str) -> list[Component]:
    """Return one component per processor package of /proc/cpuinfo."""
    packages: dict[str, dict[str, str]] = {}
    threads: Counter[str] = Counter()
    for block in blocks(re.sub(r"(?m)^(?=processor\s*:)", "\n", text)):
        said = pairs("\n".join(block), ":")
        if not _cpu_model(said):
            continue
        package = said.get("physical id") or _package(said, len(packages))
        packages.setdefault(package, said)
        threads[package] += 1
    return [
        Component(
            index=0,
            kind="cpu",
            name=f"CPU {package}",
            manufacturer=dmi.cpu_maker(said.get("vendor_id")),
            model=_cpu_model(said),
            descr=dmi.cores(said.get("cpu cores"), str(threads[package])),
        )
        for package, said in packages.items()
    ]


def _package(said: dict[str, str], known: int) -> str:
    """Return the package of a processor that does not name it.

    On ARM the processors are the cores of one chip; elsewhere each is its own.
    """
    return "0" if "CPU implementer" in said or "cpu cores" in said else str(known)


def _cpu_model(said: dict[str, str]) -> str | None:
    names = ("model name", "cpu model", "cpu", "Processor", "cpu type")
    return next((v for n in names if (v := meant(said.get(n)))), None)


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
