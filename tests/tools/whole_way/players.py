"""Starts and ends the daemons that play machines on loopback addresses."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.tools.whole_way.machines import Machine


def _free_port(kind: int) -> int:
    """Return a port that is free on all addresses, below those given to clients.

    A fixed one is taken at times: by a simulated office that is served beside.
    """
    for port in random.SystemRandom().sample(range(20_000, 30_000), 100):
        with socket.socket(socket.AF_INET, kind) as tried:
            try:
                tried.bind(("0.0.0.0", port))
            except OSError:
                continue
        return port
    raise RuntimeError("no port is free")


SSH_PORT, SNMP_PORT = _free_port(socket.SOCK_STREAM), _free_port(socket.SOCK_DGRAM)
COMMUNITY = "rempah-ro"
PATIENCE = 240.0


@contextmanager
def played(
    placed: Mapping[str, Machine], shared: Path, scratch: Path
) -> Iterator[None]:
    """Play machines at their addresses while the block runs."""
    ready = [scratch / "ssh.ready", scratch / "snmp.ready"]
    for file in ready:
        file.unlink(missing_ok=True)
    running = [
        _ssh(placed, scratch, ready[0]),
        _snmp(placed, shared, scratch, ready[1]),
    ]
    try:
        _wait(ready, running)
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait(10)


def _wait(ready: list[Path], running: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + PATIENCE
    while not all(file.exists() for file in ready):
        for process in running:
            if process.poll() is not None:
                raise RuntimeError(f"a player ended with {process.returncode}")
        if time.monotonic() > until:
            late = [file.name for file in ready if not file.exists()]
            raise RuntimeError(f"not there after {PATIENCE:.0f} s: {', '.join(late)}")
        time.sleep(0.5)


def _ssh(
    placed: Mapping[str, Machine], scratch: Path, ready: Path
) -> subprocess.Popen[bytes]:
    keys = scratch / "keys"
    keys.mkdir(exist_ok=True)
    plan = scratch / "ssh-plan.json"
    rows = [
        {
            "address": address,
            "port": SSH_PORT,
            "kind": machine.kind,
            "folder": str(machine.folder),
            "key": str(keys / machine.name),
        }
        for address, machine in placed.items()
        if machine.kind != "snmp"
    ]
    plan.write_text(json.dumps(rows), "utf-8")
    player = scratch / "cli" / "play_ssh.py"
    module = "tests.tools.whole_way.ssh_player"
    return subprocess.Popen(
        [sys.executable, "-m", module, str(player), str(plan), str(ready)]
    )


def _snmp(
    placed: Mapping[str, Machine], shared: Path, scratch: Path, ready: Path
) -> subprocess.Popen[bytes]:
    agents = {a: m for a, m in placed.items() if m.kind == "snmp"}
    rules = scratch / "farm.map"
    rows = [f"{address} {m.name} {COMMUNITY}" for address, m in agents.items()]
    rules.write_text("\n".join(rows) + "\n", "utf-8")
    recorded = [f"--rec={m.name}={m.folder}" for m in agents.values()]
    farm = shared / "farm" / "snmpfarm.py"
    return subprocess.Popen(
        [
            *(sys.executable, str(farm), *recorded, "--map", str(rules)),
            *("--port", str(SNMP_PORT), "--overlay", "none", "--ready", str(ready)),
        ],
        stdout=subprocess.DEVNULL,
    )
