"""A farm of replayed SNMP agents for benchmarks, and how their cost is measured."""

from __future__ import annotations

import bz2
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.needs import SHARED, missing

FARM = SHARED / "farm" / "snmpfarm.py"
RECORDINGS = ("brocade-icx6430-24", "cisco-c3560", "cisco-c3750", "dlink-des3200")

MIB2 = (1, 3, 6, 1, 2, 1)
LLDP = (1, 0, 8802, 1, 1, 2, 1)
Oid = tuple[int, ...]

SYSTEM: tuple[Oid, ...] = tuple((*MIB2, 1, number, 0) for number in range(1, 8))
TABLES: dict[str, tuple[Oid, range]] = {
    "ifTable": ((*MIB2, 2, 2, 1), range(1, 23)),
    "ifXTable": ((*MIB2, 31, 1, 1, 1), range(1, 20)),
    "entPhysical": ((*MIB2, 47, 1, 1, 1, 1), range(2, 17)),
    "ipNetToMedia": ((*MIB2, 4, 22, 1), range(1, 5)),
    "dot1dTpFdb": ((*MIB2, 17, 4, 3, 1), range(1, 4)),
    "lldpRem": ((*LLDP, 4, 1, 1), range(4, 13)),
}
"""The typical table set: the row object, and its columns."""


def columns(name: str) -> list[Oid]:
    """Return the columns of a table."""
    row, numbers = TABLES[name]
    return [(*row, number) for number in numbers]


@dataclass(frozen=True)
class Cost:
    """What a run cost: seconds of wall clock, and of CPU of us and our children."""

    wall: float
    cpu: float


@dataclass
class Meter:
    """Measures a block: `with measured() as meter: ...; meter.cost`."""

    cost: Cost = Cost(0.0, 0.0)


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in (own, children))


@contextmanager
def measured() -> Iterator[Meter]:
    """Measure wall clock and CPU of the block."""
    meter = Meter()
    wall, cpu = time.perf_counter(), _cpu()
    yield meter
    meter.cost = Cost(time.perf_counter() - wall, _cpu() - cpu)


@contextmanager
def farm(
    addresses: str,
    *options: str,
    port: int,
    recordings: Sequence[str] = RECORDINGS,
) -> Iterator[None]:
    """Run a farm; skips the test where its material is not there."""
    if not FARM.exists():
        missing("lab", f"{FARM.name} is not beside the repository")
    with TemporaryDirectory() as folder:
        made = []
        for name in recordings:
            target = Path(folder, f"{name}.snmprec")
            packed = FARM.parent / "recordings" / f"{name}.snmprec.bz2"
            target.write_bytes(bz2.decompress(packed.read_bytes()))
            made += ["--rec", f"{name}={target}"]
        ready = Path(folder, "ready")
        command = [sys.executable, str(FARM), *made, "--range", addresses, "--ready"]
        command += [str(ready), "--port", str(port), "--seconds", "3600", *options]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            begun = time.monotonic()
            while not ready.exists():
                assert process.poll() is None, "the farm did not start"
                assert time.monotonic() - begun < 180
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(60)


def report(title: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Print a table of results, and append it to `BENCH_RESULTS` where that is set."""
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(str(cell) for cell in row))
    target = os.environ.get("BENCH_RESULTS")
    if target:
        with Path(target).open("a") as out:
            out.write(json.dumps({"title": title, "rows": rows}, default=str) + "\n")
