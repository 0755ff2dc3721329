"""Plays machines, scans them again and again, prints the table."""

from __future__ import annotations

import argparse
import ipaddress
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.tools.whole_way import machines, players, ssh_player, stored
from tests.tools.whole_way.machines import Machine

PURSER = "from api.cli import main; main()"
NETWORK = ipaddress.ip_network("127.61.0.0/24")

SETTINGS = """
database_url = "sqlite:///{database}"

[scan]
icmp = false
tcp_ports = [{ssh}]
ssh_ports = [{ssh}]
snmp_port = {snmp}
sip_port = 5999
concurrency = 24
timeout = 1.0

[credentials]
offer_to_new = true

[[credentials.snmp]]
name = "read"
community = "{community}"

[[credentials.snmp]]
name = "v3"
version = "3"
user = "purser"
auth = "sha256"
auth_secret = "cengkeh-dan-pala"
priv = "aes128"
priv_secret = "lada-hitam-putih"

[[credentials.ssh]]
name = "tacacs"
user = "{console}"
password = "{console_secret}"

[[credentials.ssh]]
name = "linux"
user = "{computer}"
password = "{computer_secret}"
"""


def settings(scratch: Path, database: Path) -> Path:
    """Write the site's settings and return the file."""
    file = scratch / "purser.toml"
    text = SETTINGS.format(
        database=database,
        ssh=players.SSH_PORT,
        snmp=players.SNMP_PORT,
        community=players.COMMUNITY,
        console=ssh_player.CONSOLE,
        console_secret=ssh_player.CONSOLE_SECRET,
        computer=ssh_player.COMPUTER,
        computer_secret=ssh_player.COMPUTER_SECRET,
    )
    file.write_text(text, "utf-8")
    return file


def scan(config: Path, addresses: Sequence[str], log: Path) -> None:
    """Run `purser scan` as an administrator would, over some addresses."""
    target = f"{addresses[0]}-{addresses[-1]}"
    command = [sys.executable, "-c", PURSER, "--config", str(config)]
    done = subprocess.run(
        [*command, "scan", target, "--offer-to-new", "--json"],
        capture_output=True,
        text=True,
    )
    log.write_text(done.stdout + done.stderr, "utf-8")
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:] or done.stdout[-2000:])


def permuted(placed: Mapping[str, Machine], seed: int) -> dict[str, Machine]:
    """Return the machines at one another's addresses, no one at its own.

    Only machines of the same collector change places: an agent has no SSH.
    """
    moved: dict[str, Machine] = {}
    for agents in (True, False):
        at = [a for a, m in placed.items() if (m.kind == "snmp") is agents]
        turn = random.Random(seed).randrange(1, max(2, len(at)))
        for place, address in enumerate(at):
            moved[address] = placed[at[(place + turn) % len(at)]]
    return {address: moved[address] for address in placed}


def who(database: Path, placed: Mapping[str, Machine]) -> dict[str, int]:
    """Return machine -> device."""
    at = stored.devices_at(database)
    return {m.name: at[a] for a, m in placed.items() if a in at}


def tell(
    database: Path, placed: Mapping[str, Machine], scratch: Path, misses: Path | None
) -> None:
    """Print the table of a first scan."""
    table, lost = stored.score(database, placed, scratch)
    print("\n".join(table.lines()))
    print("\n".join(table.totals("type", "vendor", "manufacturer", "model", "serial")))
    print(f"machines of which no vendor is known: {len(lost)}: {' '.join(lost[:30])}")
    if misses:
        lines = [json.dumps(row, default=str) for row in table.misses]
        misses.write_text("\n".join(lines), "utf-8")


def run(shared: Path, scratch: Path, given: argparse.Namespace) -> None:
    """Scan four times, the last time after the machines changed addresses."""
    machines.unpack(shared, scratch)
    chosen = [
        *machines.consoles(scratch)[: given.consoles],
        *machines.computers(scratch)[: given.computers],
        *machines.recordings(scratch, given.snmp),
    ]
    addresses = [str(a) for a, _ in zip(NETWORK.hosts(), chosen, strict=False)]
    placed = dict(zip(addresses, chosen, strict=True))
    database = scratch / "whole-way.db"
    for old in scratch.glob("whole-way.db*"):
        old.unlink()
    config = settings(scratch, database)
    subprocess.run(
        [sys.executable, "-c", PURSER, "--config", str(config), "db", "upgrade"],
        check=True,
    )
    print(f"{len(chosen)} machines")
    with players.played(placed, shared, scratch):
        for number in range(1, given.scans + 1):
            scan(config, addresses, scratch / f"scan-{number}.json")
            found = stored.counts(database)
            print(f"after scan {number}: {found.read} devices read, {found.all} in all")
            if number == 1:
                tell(database, placed, scratch, given.misses)
    before = who(database, placed)
    moved = permuted(placed, 7)
    with players.played(moved, shared, scratch):
        scan(config, addresses, scratch / "scan-moved.json")
    found, after = stored.counts(database), who(database, moved)
    same = sum(before.get(name) == device for name, device in after.items())
    print(f"after addresses changed: {found.read} devices read, {found.all} in all;")
    print(f"{same} of {len(chosen)} machines are seen as the device they were")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--snmp", type=int, default=60)
    parser.add_argument("--consoles", type=int, default=200)
    parser.add_argument("--computers", type=int, default=40)
    parser.add_argument("--scans", type=int, default=3)
    parser.add_argument("--scratch", type=Path)

    parser.add_argument("--misses", type=Path)
    given = parser.parse_args()
    if given.scratch:
        given.scratch.mkdir(parents=True, exist_ok=True)
        run(given.shared, given.scratch, given)
        return
    with tempfile.TemporaryDirectory() as folder:
        run(given.shared, Path(folder), given)


if __name__ == "__main__":
    main()
