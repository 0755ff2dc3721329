"""Real machines that swap addresses, are clones, or hang while they are read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.lab import configs
from tests.lab.namespaces import ROOT, Namespaces, remove_stray, run
from tests.lab.site import PASSWORD, USER, Node, accounts, listens

pytestmark = [pytest.mark.lab, pytest.mark.timeout(900)]

NETWORK = "10.213.78"
MANAGER = Node("boss", "lab-boss", f"{NETWORK}.5", "00:1b:21:1d:0d:0d", "q0")
SARI = Node("sari", "sari-laptop", f"{NETWORK}.11", "00:1b:21:1a:0a:01", "q1")
BUDI = Node("budi", "budi-laptop", f"{NETWORK}.12", "00:1b:21:1a:0a:02", "q2")
CLONES = tuple(
    Node(f"vm{n}", "template", f"{NETWORK}.2{n}", f"52:54:00:00:00:0{n}", f"q{n + 2}")
    for n in (1, 2, 3)
)
HUNG = Node("hung", "lab-hung", f"{NETWORK}.31", "00:1b:21:1a:0a:09", "q7")
MACHINES = (SARI, BUDI, *CLONES, HUNG)

SETTINGS = f"""
data_dir = "{{folder}}/data"

[scan]
tcp_ports = [22]
timeout = 1
probes = false

[[sites]]
name = "lab"
networks = ["{NETWORK}.0/27"]

[credentials]
offer_to_new = true

[[credentials.ssh]]
name = "reader"
user = "{USER}"
password = "{PASSWORD}"
"""

STUCK = """#!/bin/sh
# A mount whose server is gone: nothing ends the command that asks for it.
trap '' TERM INT HUP
while :; do sleep 60; done
"""


class Floor:
    """Machines on one bridge, and the program in a namespace of its own."""

    def __init__(self, net: Namespaces, folder: Path) -> None:
        self.net = net
        self._folder = folder
        self._settings = folder / "purser.toml"
        self._settings.write_text(SETTINGS.format(folder=folder), "utf-8")
        for node in (MANAGER, *MACHINES):
            net.add(node.short)
            if node is MANAGER:
                net.ip(node.short, "link", "add", "br0", "type", "bridge")
                net.ip(node.short, "link", "set", "br0", "address", node.mac, "up")
                net.ip(node.short, "addr", "add", f"{node.ip}/24", "dev", "br0")
                continue
            net.cable((MANAGER.short, node.port, None), (node.short, "eth0", node.mac))
            net.ip(MANAGER.short, "link", "set", node.port, "master", "br0")
            net.ip(node.short, "addr", "add", f"{node.ip}/24", "dev", "eth0")
        accounts(net)
        self._daemons()

    def _daemons(self) -> None:
        same = self.net.folder / "machine-id"
        same.write_text("0123456789abcdef0123456789abcdef\n", "ascii")
        stuck = self.net.folder / "df"
        stuck.write_text(STUCK, "ascii")
        stuck.chmod(stuck.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        for node in MACHINES:
            binds = [(self.net.folder / n, f"/etc/{n}") for n in ("passwd", "shadow")]
            if node in CLONES and Path("/etc/machine-id").exists():
                binds.append((same, "/etc/machine-id"))
            df = shutil.which("df")
            if node is HUNG and df is not None:
                binds.append((stuck, os.path.realpath(df)))
            self._ssh(node, CLONES[0] if node in CLONES else node, binds)
        for node in MACHINES:
            self.net.wait("sshd", lambda n=node: listens(self.net, n))  # type: ignore[misc]

    def _ssh(self, node: Node, key_of: Node, binds: list[tuple[Path, str]]) -> None:
        """Start a server; clones have the host key of their template."""
        folder = self.net.folder / key_of.short
        folder.mkdir(exist_ok=True)
        for kind in ("ed25519", "rsa"):
            key = folder / f"host_{kind}"
            if not key.exists():
                run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(key))
        shutil.copy(self.net.folder / "user_ed25519.pub", folder / "authorized_keys")
        conf = self.net.folder / f"sshd-{node.short}.conf"
        conf.write_text(configs.sshd(folder, "0.0.0.0"))
        command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(conf)]
        name = f"sshd-{node.short}"
        self.net.daemon(name, node.short, node.name, command, binds=binds)

    def purser(self, *arguments: str) -> str:
        program = Path(sys.executable).with_name("purser")
        done = subprocess.run(
            [
                *("ip", "netns", "exec", self.net.full(MANAGER.short)),
                *(str(program), "--config", str(self._settings), *arguments),
            ],
            capture_output=True,
            text=True,
            timeout=300,
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("PURSER_")},
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr[-2_000:]
        return done.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what is in the program's database."""
        (path,) = (self._folder / "data").glob("*.sqlite")
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query).fetchall()

    def devices(self, *nodes: Node) -> dict[str, str]:
        """Scan; return MAC -> address of the machines that the program knows."""
        self.purser("scan", *(node.ip for node in nodes))
        living = "SELECT mac, address FROM device WHERE merged_at IS NULL"
        return dict(self.rows(living))

    def readdress(self, node: Node, ip: str) -> None:
        self.net.ip(node.short, "addr", "flush", "dev", "eth0")
        self.net.ip(node.short, "addr", "add", f"{ip}/24", "dev", "eth0")
        self.net.ip(MANAGER.short, "neigh", "flush", "all")


@pytest.fixture(scope="module")
def floor(able: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """The machines, running."""
    remove_stray()
    net = Namespaces()
    try:
        made = Floor(net, tmp_path_factory.mktemp("floor"))
        made.purser("db", "upgrade")
        yield made
    finally:
        net.close()


def test_the_number_of_machines_stays_whoever_swaps_or_is_a_clone(floor: Floor) -> None:
    """Five scans; between them two laptops swap their addresses, and back."""
    machines = (SARI, BUDI, *CLONES)
    truth = {node.mac: node.ip for node in machines}
    swapped = truth | {SARI.mac: BUDI.ip, BUDI.mac: SARI.ip}
    expected = (truth, swapped, swapped, truth, truth)
    told = []
    for now in expected:
        floor.readdress(SARI, now[SARI.mac])
        floor.readdress(BUDI, now[BUDI.mac])
        told.append(floor.devices(*machines))
    assert told == list(expected)


def test_a_command_that_hangs_costs_its_part_of_the_machine(floor: Floor) -> None:
    assert floor.devices(HUNG)[HUNG.mac] == HUNG.ip
    ((number, system),) = floor.rows(
        f"SELECT id, os FROM device WHERE mac = '{HUNG.mac}'"
    )
    assert system
    ((problems,),) = floor.rows(
        f"SELECT problems FROM scan_host WHERE address = '{HUNG.ip}'"
    )
    assert "timed-out" in problems, problems
    kinds = floor.rows(
        f"SELECT DISTINCT kind FROM component WHERE device_id = {number}"
    )
    assert ("filesystem",) not in kinds
