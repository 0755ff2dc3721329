"""Real machines that swap addresses, are clones, or hang while they are read."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from discovery.observations.codec import decode
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
collect_timeout = 36
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
# Once the server of a mount is gone, nothing ends the command that asks for it.
[ -e {dead} ] || exec {df} "$@"
trap '' TERM INT HUP
while :; do sleep 60; done
"""


class Floor:
    """Machines on one bridge, and the program in a namespace of its own."""

    def __init__(self, net: Namespaces, folder: Path) -> None:
        self.net = net
        self.dead = net.folder / "dead"
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
        real = shutil.which("df")
        assert real is not None
        kept = self.net.folder / "df-itself"
        shutil.copy(real, kept)
        stuck = self.net.folder / "df"
        stuck.write_text(STUCK.format(dead=self.dead, df=kept), "ascii")
        stuck.chmod(stuck.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        for node in MACHINES:
            binds = [(self.net.folder / n, f"/etc/{n}") for n in ("passwd", "shadow")]
            if node in CLONES and Path("/etc/machine-id").exists():
                binds.append((same, "/etc/machine-id"))
            if node is HUNG:
                binds.append((stuck, os.path.realpath(real)))
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

    def told_of(self, node: Node) -> set[str]:
        """Return kinds of parts, names of cards and programs that are known."""
        its = f"device_id = (SELECT id FROM device WHERE mac = '{node.mac}')"
        (facts,) = self.rows(
            f"SELECT facts FROM observation WHERE collector = 'ssh' AND {its}"
        )[0]
        told = {row.name for row in decode(facts, seen_at=datetime.now(UTC)).software}
        for table, column in (("component", "kind"), ("interface", "name")):
            query = f"SELECT {column} FROM {table} WHERE removed_at IS NULL AND {its}"
            told |= {str(value) for (value,) in self.rows(query)}
        return told

    def problems_of(self, node: Node) -> list[tuple[str, str]]:
        """Return what the last scan could not read, and why."""
        query = "SELECT problems FROM scan_host WHERE address = '{}' ORDER BY id DESC"
        (told,) = self.rows(query.format(node.ip))[0]
        return [(where, reason) for where, reason, *_ in json.loads(told)]

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


def test_a_command_that_hangs_costs_its_part_and_nothing_else(floor: Floor) -> None:
    """What was known of the mount stays, what is told after it is new."""
    assert floor.devices(HUNG)[HUNG.mac] == HUNG.ip
    whole = floor.told_of(HUNG)
    assert "filesystem" in whole
    assert floor.problems_of(HUNG) == []
    floor.dead.touch()
    floor.net.ip(HUNG.short, "link", "add", "after0", "type", "bridge")
    began = time.monotonic()
    assert floor.devices(HUNG)[HUNG.mac] == HUNG.ip
    assert time.monotonic() - began < 75  # two minutes without a bound of its own
    assert floor.problems_of(HUNG) == [("ssh:df", "timed-out")]
    assert floor.told_of(HUNG) == whole | {"after0"}
