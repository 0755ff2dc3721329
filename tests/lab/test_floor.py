"""A whole scan of a floor: what it sends to whom, and what a fragile range is sent.

A real dnsmasq gives addresses and names, a second one gives addresses where it should
not, udhcpc asks for one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.lab.capturing import Capture, captured
from tests.lab.namespaces import Namespaces, remove_stray
from tests.needs import missing

pytestmark = pytest.mark.lab

NEEDED = {
    **{"ip": "iproute2", "ss": "iproute2", "nft": "nftables"},
    **{"dnsmasq": "dnsmasq-base", "udhcpc": "udhcpc"},
}
NET, OURS = "10.213.79", "10.213.79.1"
TALK, QUIET, FRAGILE = 2, 102, 204
"""First addresses of those that talk, that answer ping only, and that are fragile."""
PHONE = "00:04:13:74:17:67"
FEW, MANY = 4, 100
"""Machines of each kind in the suite, and to be measured."""
SETTINGS = f"""
data_dir = "{{folder}}/data"

[scan]
timeout = {{timeout}}
retries = 0
sip_port = 5060

[[credentials.snmp]]
name = "read"
version = "2c"
community = "not-the-one"

[credentials]
offer_to_new = true

[[sites]]
name = "floor"
networks = ["{NET}.0/24"]
exclusions = ["{NET}.1"]
name_servers = ["{NET}.250"]
zones = ["floor.example"]

[[sites.ranges]]
networks = ["{NET}.{FRAGILE}-209"]
ot = true
"""


@dataclass
class Floor:
    """The site, and the program in it."""

    net: Namespaces
    count: int

    def purser(self, *arguments: str) -> Capture:
        """Run the program; return what it said and what left meanwhile."""
        program = str(Path(sys.executable).with_name("purser"))
        settings = str(self.net.folder / "purser.toml")
        return self.net.call(
            "asking",
            captured,
            command=[program, "--config", settings, *arguments],
            interface="br0",
            address=OURS,
            timeout=580.0,
        )

    def said(self, *arguments: str) -> Any:  # noqa: ANN401
        """Return what a command says as JSON."""
        found = self.purser(*arguments, "--json")
        assert found.code == 0, found.err
        return json.loads(found.out)

    def of(self, first: int) -> list[str]:
        """The addresses of a kind."""
        return [f"{NET}.{first + n}" for n in range(self.count)]


def _needs() -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        missing("lab", "network namespaces need root on Linux: run the tests as root")
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    if absent := [n for n in NEEDED if shutil.which(n, path=path) is None]:
        packages = " ".join(sorted({NEEDED[name] for name in absent}))
        missing("lab", f"{', '.join(absent)} missing: apt-get install {packages}")
    done = subprocess.run(["unshare", "-n", "-m", "true"], check=False)
    if done.returncode:
        missing("lab", "this container may not make network namespaces (CAP_SYS_ADMIN)")


def _build(net: Namespaces, count: int) -> None:
    net.add("asking")
    net.ip("asking", "link", "add", "br0", "type", "bridge")
    net.ip("asking", "link", "set", "br0", "up")
    net.ip("asking", "addr", "add", f"{OURS}/24", "dev", "br0")
    for n, name in enumerate(("floor", "plant", "names", "rogue", "phone")):
        net.add(name)
        # A card whose address is not random, so that it tells who it is.
        card = PHONE if name == "phone" else None
        net.cable(("asking", f"p{n}", None), (name, "eth0", card))
        net.ip("asking", "link", "set", f"p{n}", "master", "br0")
    for n in range(count):
        for first in (TALK, QUIET):
            net.ip("floor", "addr", "add", f"{NET}.{first + n}/24", "dev", "eth0")
    for n in range(4):
        net.ip("plant", "addr", "add", f"{NET}.{FRAGILE + n}/24", "dev", "eth0")
    net.ip("names", "addr", "add", f"{NET}.250/24", "dev", "eth0")
    net.ip("rogue", "addr", "add", f"{NET}.251/24", "dev", "eth0")
    quiet = f"{NET}.{QUIET}-{NET}.{QUIET + count - 1}"
    net.inside(
        "floor",
        *(
            "nft",
            "add table ip t; add chain ip t in { type filter hook input priority 0; };",
        ),
    )
    rule = f"add rule ip t in ip daddr {quiet} ip protocol != icmp drop"
    net.inside("floor", "nft", rule)
    (net.folder / "certificates").mkdir()
    talking = [f"{NET}.{TALK + n}" for n in range(count)]
    command = (
        sys.executable,
        "-m",
        "tests.lab.floor",
        str(net.folder / "certificates"),
    )
    net.daemon("floor", "floor", "floor", (*command, *talking))
    _name_server(net)
    net.wait(
        "the floor",
        lambda: f"{talking[-1]}:554" in net.inside("floor", "ss", "-Hlnt"),
        seconds=120,
    )


def _name_server(net: Namespaces) -> None:
    """Addresses and names by dnsmasq; the rogue one gives addresses only."""
    common = ("dnsmasq", "-k", "-C", "/dev/null", "-u", "root", "--no-resolv")
    for box, more in (
        (
            "names",
            (
                *("--no-hosts", f"--host-record=hall.floor.example,{NET}.{TALK}"),
                f"--host-record=quiet.floor.example,{NET}.{QUIET}",
                f"--dhcp-range={NET}.220,{NET}.230,1h",
                *("--domain=floor.example", "--dhcp-broadcast"),
                f"--dhcp-option=3,{NET}.254",
            ),
        ),
        (
            "rogue",
            ("--port=0", f"--dhcp-range={NET}.240,{NET}.245,1h", "--dhcp-broadcast"),
        ),
    ):
        leases = f"--dhcp-leasefile={net.folder}/{box}.leases"
        pid = f"--pid-file={net.folder}/{box}.pid"
        net.daemon(f"dnsmasq-{box}", box, box, (*common, leases, pid, *more))
        net.wait(
            f"dnsmasq of {box}",
            lambda box=box: ":67 " in net.inside(box, "ss", "-Hlnu"),  # type: ignore[misc]
        )


@pytest.fixture(
    scope="module", params=[FEW, pytest.param(MANY, marks=pytest.mark.slow)]
)
def floor(request: pytest.FixtureRequest) -> Iterator[Floor]:
    """The site with its machines."""
    _needs()
    remove_stray()
    net = Namespaces()
    net.patience = 600.0
    try:
        text = SETTINGS.format(
            folder=net.folder, timeout=0.5 if request.param == FEW else 2.0
        )
        (net.folder / "purser.toml").write_text(text, "utf-8")
        _build(net, request.param)
        site = Floor(net, request.param)
        site.said("db", "upgrade")
        yield site
    finally:
        net.close()


def measured(floor: Floor, found: Capture) -> str:
    """Say what a scan took and sent."""
    each = floor.count
    talk = sum(found.packets[a] for a in floor.of(TALK)) / each
    quiet = sum(found.packets[a] for a in floor.of(QUIET)) / each
    return (
        f"\n/24 with {each} that talk and {each} that answer ping only:"
        f" {found.seconds:.1f} s, CPU {found.cpu:.1f} s"
        f" ({1000 * found.cpu / each / 2:.0f} ms a host), packets {talk:.0f} to one"
        f" that talks, {quiet:.0f} to one that does not, {found.octets} octets"
    )


def test_a_scan_sends_what_is_listed_and_nothing_to_what_is_fragile(
    floor: Floor, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = floor.said("scan", "--explain-traffic")
    found = floor.purser("scan", "--json")
    assert found.code == 0, found.err
    with capsys.disabled():
        print(measured(floor, found))
    for n in range(4):
        address = f"{NET}.{FRAGILE + n}"
        assert not found.packets[address], "nothing is sent to a fragile machine"
        assert not found.arp[address]
    listed = {
        (row["to"].split()[0], int(([*row["to"].split(), "0"])[1]))
        for row in rows
        if row["to"] != "-" and not row["where"]
    }
    for address in floor.of(QUIET):
        sent = {(kind, port) for to, kind, port in found.openings if to == address}
        assert sent <= listed, "nothing leaves that is not listed"
        assert listed - sent <= {("tcp", port) for _, port in listed}, sent
    elsewhere = {
        (to, kind, port)
        for to, kind, port in found.openings
        if not to.startswith(f"{NET}.") or to == f"{NET}.250"
    }
    asked = {each for each in elsewhere if each[0] == f"{NET}.250"} - {
        (f"{NET}.250", kind, port) for kind, port in listed
    }
    assert asked <= {(f"{NET}.250", "udp", 53), (f"{NET}.250", "tcp", 53)}
    assert {to for to, *_ in elsewhere} <= {f"{NET}.250"}
    hosts = {each["address"]: each for each in json.loads(found.out)["hosts"]}
    assert set(floor.of(TALK)) <= set(hosts)
    assert set(floor.of(QUIET)) <= set(hosts)


def test_devices_are_called_as_the_site_calls_them(floor: Floor) -> None:
    devices = floor.said("device", "list", "--limit", "200")["items"]
    names = {each["address"]: each["name"] for each in devices}
    assert names[f"{NET}.{TALK}"] == "hall.floor.example"
    assert names[f"{NET}.{QUIET}"] == "quiet.floor.example"
    types = {each["address"]: each["type"] for each in devices}
    assert {types[a] for a in floor.of(TALK)} == {"camera"}


def _sockets(net: Namespaces) -> int:
    """Return how many raw sockets are open where we ask from."""
    rows = net.inside("asking", "cat", "/proc/net/packet").splitlines()
    return len(rows) - 1


def test_two_servers_and_a_client_are_heard(floor: Floor) -> None:
    program = str(Path(sys.executable).with_name("purser"))
    client = (
        *("udhcpc", "-i", "eth0", "-f", "-q", "-n", "-t", "8", "-T", "2", "-B"),
        *("-s", "/bin/true", "-x", "hostname:desk-42", "-V", "udhcp 1.35"),
    )
    net = floor.net
    listening = subprocess.Popen(
        [
            *("ip", "netns", "exec", net.full("asking"), program),
            *("--config", str(net.folder / "purser.toml")),
            *("listen", "br0", "--seconds", "12", "--site", "floor", "--json"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    net.wait("the listening", lambda: _sockets(net) > 0, seconds=60)
    for _ in range(2):
        net.inside("phone", *client, check=False)
    said, _ = listening.communicate(timeout=120)
    heard = json.loads(said)
    assert heard["dhcp_servers"] == [f"{NET}.250", f"{NET}.251"]
    assert len(heard["devices"]) == 1
    servers = floor.said("dhcp-server", "list")["items"]
    ours = next(each for each in servers if each["address"] == f"{NET}.250")
    assert (ours["router"], ours["domain"]) == (f"{NET}.254", "floor.example")
    rows = floor.said("network-finding", "list", "--kind", "two-dhcp-servers")["items"]
    assert [(row["place"], row["detail"]) for row in rows] == [
        ("br0", f"{NET}.250, {NET}.251")
    ]
