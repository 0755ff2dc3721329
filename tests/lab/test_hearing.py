"""What a collector hears at its site stands in the centre's database.

Traps and informs of snmptrap(1), DHCP of udhcpc and dnsmasq, plug-and-play of a
telephone; `purser collector --listen` as a process behind NAT, killed while its line is
down.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inventory.network.findings.tables import DhcpServer
from inventory.network.scan_tables import Scan, ScanHost
from inventory.network.tables import Device
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from tests.lab import behind_nat, configs, test_behind_nat
from tests.lab.behind_nat import Programs
from tests.lab.namespaces import Namespaces
from tests.lab.site import Lab, Node
from tests.lab.test_behind_nat import Centre, until
from tests.needs import missing

pytestmark = pytest.mark.lab
folder = test_behind_nat.folder

NEEDED = {"snmptrap": "snmp", "udhcpc": "udhcpc", "dnsmasq": "dnsmasq-base"}
GUESTS = {
    "early": "00:1b:21:aa:00:01",
    "late": "00:1b:21:aa:00:02",
}
"""Machines that nobody asked: short name, which they tell, and MAC."""
TELEPHONE = "00:15:65:0a:0b:0c"
IF_MIB = "1.3.6.1.6.3.1.1.5"
"""snmpTraps of SNMPv2-MIB (RFC 3418): 3 is linkDown, 1 coldStart."""
_SUBSCRIBE = """
import socket
text = (
    "SUBSCRIBE sip:MAC%3a{mac}@224.0.1.75 SIP/2.0\\r\\n"
    'Event: ua-profile;profile-type="device";vendor="yealink";model="T54W";'
    'version="96.86.0.70"\\r\\n\\r\\n'
)
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(
    socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("{ip}")
)
sock.sendto(text.encode(), ("224.0.1.75", 5060))
"""


@contextmanager
def guests(net: Namespaces) -> Iterator[None]:
    """Plug in machines that want an address, and what gives them away."""
    names = [*GUESTS, "dhcp"]
    for number, name in enumerate(names):
        net.add(name)
        port = f"g{number}"
        net.cable(("sw", port, None), (name, "eth0", GUESTS.get(name)))
        net.ip("sw", "link", "set", port, "master", "br0")
    net.ip("dhcp", "addr", "add", "10.213.77.2/24", "dev", "eth0")
    net.daemon(
        "dnsmasq-dhcp",
        "dhcp",
        "dhcp",
        [
            *("dnsmasq", "-k", "-C", "/dev/null", "--port=0", "--user=root"),
            *("--interface=eth0", f"--dhcp-leasefile={net.folder}/leases"),
            *("--dhcp-range=10.213.77.200,10.213.77.220,1h", "--log-dhcp"),
        ],
    )
    try:
        yield
    finally:
        for name in names:
            net.remove(name)


def wants_an_address(net: Namespaces, name: str) -> None:
    """Let a machine ask for an address, and not use it."""
    net.inside(
        name,
        *("udhcpc", "-f", "-n", "-q", "-t", "5", "-i", "eth0", "-s", "/bin/true"),
        *("-x", f"hostname:{name}", "-V", "MSFT 5.0"),
    )


def tells(lab: Lab, node: Node, *access: str, inform: bool = False) -> None:
    """Let a machine tell of an interface that is down; an inform is confirmed."""
    program = "snmpinform" if inform else "snmptrap"
    trap = ("", f"{IF_MIB}.3", "1.3.6.1.2.1.2.2.1.1.2", "i", "2")
    where = f"udp:{lab.manager.ip}:162"
    lab.net.inside(node.short, program, *access, where, *trap)


def hears(programs: Programs) -> subprocess.Popen[bytes]:
    """Start the collector with its ears open, and wait for them."""
    log = programs.site / "log"
    before = len(log.read_text("utf-8")) if log.exists() else 0
    process = programs.collect(*("--listen", "eth0", "--listen-address", "10.213.77.5"))
    until(
        "traps are heard",
        lambda: log.exists() and "traps are heard" in log.read_text("utf-8")[before:],
    )
    return process


def scans(centre: Centre) -> Counter[str]:
    """Return how often each address was collected because of a notice."""
    asked = {s["id"] for s in centre.rows(Scan, requested_by="trap")}
    assert len(centre.rows(Scan)) == len(asked)
    hosts = [h for h in centre.rows(ScanHost) if h["scan_id"] in asked]
    assert all(h["collectors"]["snmp"] == "ok" for h in hosts), hosts
    return Counter(h["address"] for h in hosts)


def named(centre: Centre) -> dict[str, str]:
    """Return the names of devices by MAC; the switch tells of MACs alone."""
    devices = centre.rows(Device, merged_at=None, site="lab")
    return {d["mac"]: d["name"] for d in devices}


V2C = ("-v2c", "-c", configs.COMMUNITY)
V3 = (
    *("-v3", "-l", "authPriv", "-u", configs.V3_USER),
    *("-a", "SHA", "-A", configs.V3_AUTH, "-x", "AES", "-X", configs.V3_PRIV),
)


def while_it_is_light(lab: Lab, centre: Centre) -> None:
    """Notices lead to looks by the collector; machines that start are devices."""
    tells(lab, lab.pbx, "-v2c", "-c", "a-wrong-one")
    tells(lab, lab.switch, *V2C)
    wants_an_address(lab.net, "early")
    until("the switch is collected", lambda: scans(centre)[lab.switch.ip] == 1)
    until("a machine is heard", lambda: "early" in named(centre).values())


def while_it_is_dark(lab: Lab, programs: Programs, centre: Centre) -> None:
    """What is heard waits in the spool, whatever happens to the program."""
    behind_nat.cut(lab.net)
    tells(lab, lab.hosts[0], *V3, inform=True)
    wants_an_address(lab.net, "late")
    mac = TELEPHONE.replace(":", "")
    call = _SUBSCRIBE.format(mac=mac, ip=lab.desk.ip)
    lab.net.inside("desk", sys.executable, "-c", call)
    until("it is in the spool", lambda: programs.unsent("note") >= 3)
    programs.last["mgr"].kill()
    programs.last["mgr"].wait()
    assert "late" not in named(centre).values()
    assert test_behind_nat.secrets_in(programs.site) == []
    behind_nat.mend(lab.net)


def hear_it(lab: Lab, folder: Path, url: str) -> None:
    load_tables()
    engine = make_engine(url)
    centre = Centre(engine)
    with behind_nat.behind_nat(lab, folder) as net, guests(net):
        programs = Programs(lab, folder, rate=2000, database=url)
        with (programs.site / "empty.toml").open("a") as settings:
            settings.write('[traps]\nenabled = true\naddress = "0.0.0.0"\n')
        try:
            centre.enrol(programs.site)
            programs.serve()
            hears(programs)
            while_it_is_light(lab, centre)
            while_it_is_dark(lab, programs, centre)
            hears(programs)
            host = lab.hosts[0].ip
            until("a host is collected", lambda: scans(centre)[host] == 1)
            until("all is told", lambda: not programs.unsent("note"))
            assert scans(centre) == {lab.switch.ip: 1, host: 1}
            names = named(centre)
            assert {name: names[mac] for name, mac in GUESTS.items()} == {
                name: name for name in GUESTS
            }
            (phone,) = centre.rows(Device, mac=TELEPHONE)
            assert (phone["vendor"], phone["model"]) == ("Yealink", "T54W")
            (server,) = centre.rows(DhcpServer)
            assert (server["site"], server["segment"]) == ("lab", "van eth0")
            assert server["address"] == "10.213.77.2"
        except BaseException:
            for log in folder.rglob("*log"):
                print(log.name, *log.read_text("utf-8").splitlines()[-40:], sep="\n")
            raise
        finally:
            programs.close()
            engine.dispose()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)],
    indirect=True,
)
def test_what_a_collector_hears_is_stored_at_the_centre(
    lab: Lab, folder: Path, database_url: str
) -> None:
    if absent := [p for p in NEEDED if not shutil.which(p)]:
        packages = " ".join(NEEDED[p] for p in absent)
        missing("lab", f"{', '.join(absent)} missing: apt-get install {packages}")
    hear_it(lab, folder, database_url)
