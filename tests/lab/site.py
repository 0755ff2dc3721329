"""The lab's office: a switch, two hosts, a phone with a host behind it, a PBX.

    sw (bridge br0) -- p1 -- hosta
                    -- p2 -- phone -- hostb      plugged in behind the phone
                    -- p3 -- pbx
                    -- p4 -- mgr                 where the scans run
                    -- p5 -- desk                a telephone that speaks SIP alone

`Lab` holds the truth that tests compare with.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from collectors.credentials import SnmpCredential, SshCredential
from tests.lab import configs, sipp
from tests.lab.namespaces import Namespaces, run

NETWORK = "10.213.77.0/24"
USER = "reader"
PASSWORD = "lab-password-1"

NEEDED = {
    "snmpd": "snmpd",
    "lldpd": "lldpd",
    "lldpcli": "lldpd",
    "sshd": "openssh-server",
    "ssh-keygen": "openssh-client",
    "baresip": "baresip-core",
    "kamailio": "kamailio",
    "sipp": "sip-tester",
    "ip": "iproute2",
    "bridge": "iproute2",
    "openssl": "openssl",
    "unshare": "util-linux",
}
"""Program -> Debian package."""


@dataclass(frozen=True, slots=True)
class Node:
    """One machine of the office as it really is.

    Attributes:
        port: Switch port on whose side it is.
        mac: Of its network card.
    """

    short: str
    name: str
    ip: str
    mac: str
    port: str


SWITCH = Node("sw", "lab-switch", "10.213.77.1", "02:21:37:00:00:01", "")
HOST_A = Node("hosta", "lab-host-a", "10.213.77.11", "00:1b:21:0a:0a:0a", "p1")
HOST_B = Node("hostb", "lab-host-b", "10.213.77.12", "00:1b:21:0b:0b:0b", "p2")
PHONE = Node("phone", "lab-phone", "10.213.77.21", "00:04:13:74:17:67", "p2")
PBX = Node("pbx", "lab-pbx", "10.213.77.10", "00:1b:21:0c:0c:0c", "p3")
MANAGER = Node("mgr", "lab-mgr", "10.213.77.5", "00:1b:21:0d:0d:0d", "p4")
DESK = Node("desk", "", "10.213.77.22", "80:5e:c0:11:22:33", "p5")

PHONE_INVENTORY = {
    "hardware-revision": "D785 rev 3",
    "firmware-revision": "boot-2016.03",
    "software-revision": "10.1.54.13",
    "serial-number": "000413741767",
    "manufacturer": "snom",
    "model": "snomD785",
    "asset": "IT-04711",
}


@dataclass
class Lab:
    """The running office."""

    net: Namespaces
    switch: Node = SWITCH
    hosts: tuple[Node, ...] = (HOST_A, HOST_B)
    phone: Node = PHONE
    desk: Node = DESK
    pbx: Node = PBX
    manager: Node = MANAGER
    network: str = NETWORK
    inventory: dict[str, str] = field(default_factory=lambda: dict(PHONE_INVENTORY))
    extension: str = "2001"
    desk_extension: str = "2002"

    snmp = SnmpCredential(
        name="lab v2c", version="2c", community=SecretStr(configs.COMMUNITY)
    )
    snmp_v3 = SnmpCredential(
        name="lab v3",
        version="3",
        user=configs.V3_USER,
        auth="sha1",
        auth_secret=SecretStr(configs.V3_AUTH),
        priv="aes128",
        priv_secret=SecretStr(configs.V3_PRIV),
    )
    password = SshCredential(
        name="lab password", user=USER, password=SecretStr(PASSWORD)
    )
    wrong = SshCredential(
        name="lab wrong", user=USER, password=SecretStr("no-such-password")
    )

    @property
    def key(self) -> SshCredential:
        """The account that logs in with a private key."""
        text = (self.net.folder / "user_ed25519").read_text("ascii")
        return SshCredential(name="lab key", user=USER, private_key=SecretStr(text))

    def fingerprint(self, node: Node) -> str:
        """Return the fingerprint of a host's Ed25519 key, as OpenSSH counts it."""
        key = self.net.folder / node.short / "host_ed25519.pub"
        return run("ssh-keygen", "-lf", str(key)).split()[1]

    def system_of(self, node: Node) -> str:
        """Return the kernel release that the host runs."""
        return self.net.inside(node.short, "uname", "-r").strip()

    def change_host_key(self, node: Node) -> None:
        """Give a host new keys, as after a reinstallation, and restart its sshd."""
        self.net.stop(f"sshd-{node.short}")
        for name in ("host_ed25519", "host_rsa"):
            for suffix in ("", ".pub"):
                (self.net.folder / node.short / f"{name}{suffix}").unlink()
        _ssh(self.net, node)
        self.net.wait("sshd", lambda: listens(self.net, node))


def missing_programs() -> dict[str, str]:
    """Return the programs that are not installed, with their packages."""
    return {p: d for p, d in NEEDED.items() if not shutil.which(p, path=_path())}


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def build(net: Namespaces) -> Lab:
    """Put up the office and wait until everything has been announced."""
    os.environ["PATH"] = _path()
    _names(net)
    _wire(net)
    _switch(net)
    accounts(net)
    for node in (HOST_A, HOST_B):
        _ssh(net, node)
        conf = net.folder / f"snmpd-{node.short}.conf"
        conf.write_text(configs.snmpd(node.ip, NETWORK, node.name, agentx=None))
        _snmpd(net, node, conf)
    _pbx(net)
    _phone(net)
    sipp.start(
        net,
        DESK.short,
        ip=DESK.ip,
        mac=DESK.mac,
        extension=Lab.desk_extension,
        registrar=PBX.ip,
    )
    for node in (HOST_A, HOST_B):
        net.wait("sshd", lambda node=node: listens(net, node))  # type: ignore[misc]
    net.wait("the switch to hear the phone", lambda: "snomD785" in _heard(net))
    net.wait("the phone to register", lambda: '"2001"' in _registered(net))
    return Lab(net)


def _names(net: Namespaces) -> None:
    """Let every daemon find its own name without asking a server that is not there."""
    nodes = (SWITCH, HOST_A, HOST_B, PHONE, PBX, MANAGER)
    hosts = [f"{node.ip} {node.name}" for node in nodes]
    (net.folder / "hosts").write_text("\n".join(["127.0.0.1 localhost", *hosts, ""]))
    (net.folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    net.binds = [
        (net.folder / name, f"/etc/{name}")
        for name in ("hosts", "resolv.conf")
        if Path(f"/etc/{name}").exists()
    ]


def _wire(net: Namespaces) -> None:
    for short in ("sw", "hosta", "hostb", "phone", "pbx", "mgr", "desk"):
        net.add(short)
    for short, address, mac in (
        ("sw", SWITCH.ip, SWITCH.mac),
        ("phone", PHONE.ip, PHONE.mac),
    ):
        net.ip(short, "link", "add", "br0", "type", "bridge")
        net.ip(short, "link", "set", "br0", "address", mac, "up")
        net.ip(short, "addr", "add", f"{address}/24", "dev", "br0")
    for node in (HOST_A, PHONE, PBX, MANAGER, DESK):
        net.cable(("sw", node.port, None), (node.short, "eth0", node.mac))
        net.ip("sw", "link", "set", node.port, "master", "br0")
    net.cable(("phone", "pc", None), ("hostb", "eth0", HOST_B.mac))
    for port in ("eth0", "pc"):
        net.ip("phone", "link", "set", port, "master", "br0")
    for node in (HOST_A, HOST_B, PBX, MANAGER, DESK):
        net.ip(node.short, "addr", "add", f"{node.ip}/24", "dev", "eth0")


def _snmpd(net: Namespaces, node: Node, conf: Path) -> None:
    state = net.folder / f"state-{node.short}"
    state.mkdir(exist_ok=True)  # a node may come back with what it remembers
    net.daemon(
        f"snmpd-{node.short}",
        node.short,
        node.name,
        ["snmpd", "-f", "-C", "-c", str(conf), "-Lo", "-p", f"{state}/pid"],
        env={"SNMP_PERSISTENT_DIR": str(state), "PYTHONPATH": ""},
    )


def _switch(net: Namespaces) -> None:
    agentx = net.folder / "agentx.sock"
    agent = Path(__file__).with_name("bridge_agent.py")
    extra = f"pass_persist .1.3.6.1.2.1.17 /usr/bin/env python3 {agent} br0"
    conf = net.folder / "snmpd-sw.conf"
    conf.write_text(
        configs.snmpd(SWITCH.ip, NETWORK, SWITCH.name, agentx=agentx, extra=extra)
    )
    _snmpd(net, SWITCH, conf)
    net.wait("the AgentX socket", agentx.exists)
    net.daemon(
        "lldpd-sw",
        "sw",
        SWITCH.name,
        [
            *("lldpd", "-d", "-c", "-M", "4", "-I", "p*", "-C", "br0"),
            *("-u", f"{net.folder}/sw.sock", "-x", "-X", str(agentx)),
            *("-O", "/dev/null", "-S", "Lab switch", "-P", "LabSwitch"),
        ],
    )
    _lldp(net, "sw", "configure lldp tx-interval 1")


def _lldp(net: Namespaces, short: str, *orders: str) -> None:
    """Configure a daemon once it is at work; earlier orders can stall it."""
    sock, log = net.folder / f"{short}.sock", net.folder / f"lldpd-{short}.log"
    net.wait(
        f"lldpd of {short}",
        lambda: sock.exists() and "should resume operations" in log.read_text("utf-8"),
    )
    for order in orders:
        run("lldpcli", "-u", str(sock), *order.split(" "))


def accounts(net: Namespaces) -> None:
    """Write account files for the hosts: one user who exists nowhere else."""
    hashed = run("openssl", "passwd", "-6", PASSWORD).strip()
    passwd = Path("/etc/passwd").read_text("utf-8")
    shadow = Path("/etc/shadow").read_text("utf-8")
    (net.folder / "passwd").write_text(f"{passwd}{USER}:x:4711:4711::/tmp:/bin/sh\n")
    (net.folder / "shadow").write_text(f"{shadow}{USER}:{hashed}:19000:0:99999:7:::\n")
    (net.folder / "shadow").chmod(0o600)
    key = net.folder / "user_ed25519"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)


def _ssh(net: Namespaces, node: Node) -> None:
    folder = net.folder / node.short
    folder.mkdir(exist_ok=True)
    for kind in ("ed25519", "rsa"):
        key = str(folder / f"host_{kind}")
        run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", node.name, "-f", key)
    shutil.copy(net.folder / "user_ed25519.pub", folder / "authorized_keys")
    conf = folder / "sshd_config"
    conf.write_text(configs.sshd(folder, node.ip))
    net.daemon(
        f"sshd-{node.short}",
        node.short,
        node.name,
        ["/usr/sbin/sshd", "-D", "-e", "-f", str(conf)],
        binds=[
            (net.folder / "passwd", "/etc/passwd"),
            (net.folder / "shadow", "/etc/shadow"),
        ],
    )


def listens(net: Namespaces, node: Node) -> bool:
    return bool(net.inside(node.short, "ss", "-Hltn", "sport = :22").strip())


def _pbx(net: Namespaces) -> None:
    folder = net.folder / "kamailio"
    folder.mkdir()
    conf = folder / "kamailio.cfg"
    conf.write_text(configs.kamailio(PBX.ip))
    net.daemon(
        "kamailio",
        "pbx",
        PBX.name,
        [
            *("kamailio", "-DD", "-E", "-m", "32", "-M", "4"),
            *("-Y", str(folder), "-P", f"{folder}/pid", "-f", str(conf)),
        ],
    )
    net.wait("kamailio", lambda: bool(net.inside("pbx", "ss", "-Hltn").strip()))


def _phone(net: Namespaces) -> None:
    folder = net.folder / "baresip"
    folder.mkdir()
    (folder / "config").write_text(configs.baresip(PHONE.ip))
    (folder / "accounts").write_text(f"<sip:2001@{PBX.ip}>;auth_pass=none;regint=60\n")
    net.daemon(
        "baresip", "phone", PHONE.name, ["baresip", "-4", "-f", str(folder), "-v"]
    )
    net.daemon(
        "lldpd-phone",
        "phone",
        PHONE.name,
        [
            *("lldpd", "-d", "-M", "3", "-I", "eth0", "-C", "eth0"),
            *("-u", f"{net.folder}/phone.sock", "-O", "/dev/null"),
            *("-S", "snom;snomD785-SIP 10.1.54.13", "-P", "snomD785"),
        ],
    )
    orders = [f"configure inventory {k} {v}" for k, v in PHONE_INVENTORY.items()]
    policy = "configure med policy application voice tagged vlan 200 priority voice"
    orders = [o for o in orders if "D785 rev" not in o]
    _lldp(net, "phone", *orders, f"{policy} dscp 46", "configure lldp tx-interval 1")
    run(
        *("lldpcli", "-u", f"{net.folder}/phone.sock", "configure", "inventory"),
        *("hardware-revision", PHONE_INVENTORY["hardware-revision"]),
    )


def _heard(net: Namespaces) -> str:
    return run("lldpcli", "-u", f"{net.folder}/sw.sock", "show", "neighbors", "details")


def _registered(net: Namespaces) -> str:
    """Return the registrar's table as JSON."""
    asked = json.dumps({"jsonrpc": "2.0", "method": "ul.dump", "id": 1})
    script = (
        "import sys,urllib.request as u;"
        f"r=u.Request('http://{PBX.ip}:8080/RPC',sys.argv[1].encode());"
        "print(u.urlopen(r,timeout=30).read().decode())"
    )
    try:
        return net.inside("mgr", "python3", "-c", script, asked, check=False)
    except subprocess.TimeoutExpired:
        return ""
