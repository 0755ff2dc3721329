"""Real servers, asked without a credential: what they are, and what was sent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from collectors.facts import Observation
from collectors.probes.catalogue import PROBES
from discovery.identity.identify import Identity, identify
from tests.discovery.office import knowledge
from tests.lab.namespaces import Namespaces, remove_stray
from tests.lab.probing import Packets, probe
from tests.needs import missing

NEEDED = {
    **{"smbd": "samba", "nmbd": "samba", "wsdd": "wsdd", "xrdp": "xrdp"},
    **{"nginx": "nginx-light", "sshd": "openssh-server", "vsftpd": "vsftpd"},
    **{"minidlnad": "minidlna", "ippeveprinter": "cups-ipp-utils"},
    **{"dbus-daemon": "dbus-daemon", "ss": "iproute2"},
    **{"avahi-daemon": "avahi-daemon", "openssl": "openssl", "ip": "iproute2"},
}
"""Program -> Debian package."""
BOXES = ("files", "printer", "media", "web", "silent")
NET = "10.213.78"


@dataclass(frozen=True, slots=True)
class Probed:
    """What came of one box."""

    observation: Observation | None
    sent: Packets
    captured: Packets

    @property
    def identity(self) -> Identity:
        """What it is taken for."""
        assert self.observation is not None
        return identify([self.observation], knowledge())

    def values(self, kind: str) -> set[str]:
        """The values of its clues of a kind."""
        assert self.observation is not None
        return {c.value for c in self.observation.clues if c.kind == kind}

    def protocols(self) -> set[str]:
        """What listens there."""
        assert self.observation is not None
        return {service.protocol for service in self.observation.services}


@pytest.fixture(scope="module")
def probed() -> Iterator[dict[str, Probed]]:
    """Every box of the lab, probed once; skips with the reason where it cannot be."""
    if sys.platform != "linux" or os.geteuid() != 0:
        missing("lab", "network namespaces need root on Linux: run the tests as root")
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    if absent := [n for n in NEEDED if shutil.which(n, path=path) is None]:
        packages = " ".join(sorted({NEEDED[name] for name in absent}))
        missing("lab", f"{', '.join(absent)} missing: apt-get install {packages}")
    done = subprocess.run(["unshare", "-n", "-m", "true"], check=False)
    if done.returncode:
        missing("lab", "this container may not make network namespaces (CAP_SYS_ADMIN)")
    remove_stray()
    net = Namespaces()
    try:
        _build(net)
        yield {
            name: Probed(*net.call("asking", probe, address=f"{NET}.{n}"))
            for n, name in enumerate(BOXES, 10)
        }
    finally:
        net.close()


def _build(net: Namespaces) -> None:
    net.add("asking")
    net.ip("asking", "link", "add", "br0", "type", "bridge")
    net.ip("asking", "link", "set", "br0", "up")
    net.ip("asking", "addr", "add", f"{NET}.1/24", "dev", "br0")
    for n, name in enumerate(BOXES, 10):
        net.add(name)
        net.cable(("asking", f"p{n}", None), (name, "eth0", None))
        net.ip("asking", "link", "set", f"p{n}", "master", "br0")
        net.ip(name, "addr", "add", f"{NET}.{n}/24", "dev", "eth0")
    for start in (_files, _printer, _media, _web):
        start(net, net.folder)


def _listens(net: Namespaces, box: str, *ports: int) -> None:
    def ready() -> bool:
        heard = net.inside(box, "ss", "-Hlntu")
        return all(f":{port} " in heard for port in ports)

    net.wait(f"ports {ports} of {box}", ready, seconds=60)


def _files(net: Namespaces, folder: Path) -> None:
    """Samba that still speaks SMB 1, announced to Windows, with a desktop by RDP."""
    places = "".join(
        f"{name} = {folder}/smb\n"
        for name in (
            *("private dir", "lock directory", "state directory", "cache directory"),
            *("pid directory", "ncalrpc dir"),
        )
    )
    (folder / "smb").mkdir()
    conf = folder / "smb.conf"
    conf.write_text(
        "[global]\nworkgroup = LABGROUP\nnetbios name = FILESRV\n"
        f"server min protocol = NT1\n{places}log file = {folder}/smb/log\n"
    )
    common = ("-F", "--no-process-group", "-s", str(conf))
    net.daemon("smbd", "files", "filesrv", ("/usr/sbin/smbd", *common))
    net.daemon("nmbd", "files", "filesrv", ("/usr/sbin/nmbd", *common))
    wsdd = shutil.which("wsdd", path="/usr/bin:/usr/sbin") or "wsdd"
    arguments = ("-4", "-i", "eth0", "-n", "FILESRV", "-w", "LABGROUP")
    net.daemon("wsdd", "files", "filesrv", (wsdd, *arguments))
    net.daemon("xrdp", "files", "filesrv", ("/usr/sbin/xrdp", "--nodaemon"))
    _listens(net, "files", 445, 137, 3702, 3389)


def _printer(net: Namespaces, folder: Path) -> None:
    """A printer of CUPS, which announces itself through Avahi and its bus."""
    (folder / "spool").mkdir()
    (folder / "bus").mkdir(mode=0o755)
    bus = [_bind(folder / "bus", "/run/dbus")]
    command = ("dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog")
    net.daemon("dbus", "printer", "copier", command, binds=bus)
    socket = folder / "bus" / "system_bus_socket"
    net.wait("the bus", socket.exists)
    _avahi(net, folder, "printer", "copier", bus)
    # The printer gives up where Avahi is on the bus, but not at work yet.
    _listens(net, "printer", 5353)
    more = ("-M", "Lexmark", "-m", "MX622adhe", "-d", str(folder / "spool"))
    printer = ("ippeveprinter", "-p", "631", *more, "Copy corner")
    net.daemon("ipp", "printer", "copier", printer, binds=bus)
    _listens(net, "printer", 631, 5353)


def _bind(ours: Path, place: str) -> tuple[Path, str]:
    """Return a folder of ours put in place of one that must exist."""
    Path(place).mkdir(exist_ok=True)
    return ours, place


def _avahi(
    net: Namespaces,
    folder: Path,
    box: str,
    host: str,
    bus: list[tuple[Path, str]] | None = None,
) -> None:
    run_in = folder / f"avahi-{box}"
    run_in.mkdir(mode=0o755)
    conf = folder / f"avahi-{box}.conf"
    conf.write_text(
        f"[server]\nenable-dbus={'yes' if bus else 'no'}\nuse-ipv6=no\n"
        "allow-interfaces=eth0\n"
        "[publish]\npublish-workstation=yes\npublish-hinfo=yes\n"
    )
    command = (
        "/usr/sbin/avahi-daemon",
        "--no-drop-root",
        "--no-rlimits",
        "--no-chroot",
    )
    binds = [*(bus or ()), _bind(run_in, "/run/avahi-daemon")]
    net.daemon(f"avahi-{box}", box, host, (*command, "-f", str(conf)), binds=binds)


def _media(net: Namespaces, folder: Path) -> None:
    (folder / "media").mkdir()
    conf = folder / "minidlna.conf"
    conf.write_text(
        f"network_interface=eth0\nport=8200\nmedia_dir={folder}/media\n"
        f"db_dir={folder}/media\nlog_dir={folder}/media\nfriendly_name=Library\n"
    )
    net.daemon(
        "minidlna",
        "media",
        "library",
        ("/usr/sbin/minidlnad", "-S", "-f", str(conf), "-P", f"{folder}/dlna.pid"),
    )
    _avahi(net, folder, "media", "library")
    _listens(net, "media", 8200, 1900, 5353)


def _web(net: Namespaces, folder: Path) -> None:
    pem, key = folder / "web.pem", folder / "web.key"
    subject = ("-subj", "/O=Lab/CN=www.lab.example", "-days", "20")
    net.inside(
        "web",
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject),
        *("-keyout", str(key), "-out", str(pem)),
    )
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log stderr;\n"
        "events {}\nhttp { access_log off; server { listen 80; listen 443 ssl;\n"
        f"ssl_certificate {pem}; ssl_certificate_key {key};\n"
        "default_type text/html;\n"
        "location / { return 200 '<title>TrueNAS</title>'; } } }\n"
    )
    net.daemon("nginx", "web", "www", ("/usr/sbin/nginx", "-c", str(conf)))
    host_key = folder / "host_key"
    net.inside(
        "web", "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(host_key)
    )
    sshd = folder / "sshd_config"
    sshd.write_text(f"HostKey {host_key}\nPidFile none\nUsePAM no\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    net.daemon("sshd", "web", "www", ("/usr/sbin/sshd", "-D", "-e", "-f", str(sshd)))
    ftp = folder / "vsftpd.conf"
    ftp.write_text(
        "listen=YES\nlisten_ipv6=NO\nbackground=NO\nanonymous_enable=NO\n"
        "local_enable=YES\n"
        f"secure_chroot_dir={folder / 'spool'}\n"
    )
    net.daemon("vsftpd", "web", "www", ("/usr/sbin/vsftpd", str(ftp)))
    _listens(net, "web", 80, 443, 22, 21)


def test_what_leaves_for_a_silent_host_is_the_list(probed: dict[str, Probed]) -> None:
    listed = sorted((p.transport, p.port) for p in PROBES if not p.industrial)
    silent = probed["silent"]
    assert silent.observation is None
    assert sorted(silent.captured) == sorted(silent.sent) == listed


def test_what_leaves_for_any_host_is_what_was_logged(
    probed: dict[str, Probed],
) -> None:
    for name, each in probed.items():
        assert sorted(each.captured) == sorted(each.sent), name
        assert not {port for _, port in each.sent} & {9100, 9101}, name


def test_a_file_server_of_samba_is_known(probed: dict[str, Probed]) -> None:
    files = probed["files"]
    assert {"smb", "smb1", "netbios", "ws-discovery", "rdp"} <= files.protocols()
    assert "FILESRV" in files.values("name")
    assert files.identity.fields["type"].value == "computer"


def test_a_printer_is_known_by_ipp(probed: dict[str, Probed]) -> None:
    fields = probed["printer"].identity.fields
    told = [fields[name].value for name in ("type", "vendor", "model")]
    assert told == ["printer", "Lexmark", "MX622adhe"]


def test_media_software_makes_no_device(probed: dict[str, Probed]) -> None:
    media = probed["media"]
    assert {"mdns", "ssdp"} <= media.protocols()
    assert "library" in {name.lower() for name in media.values("name")}


def test_a_web_server_tells_its_key_its_certificate_and_its_title(
    probed: dict[str, Probed],
) -> None:
    web = probed["web"]
    assert {"ssh", "ftp", "http", "https", "tls"} <= web.protocols()
    assert web.observation is not None
    assert [key.algorithm for key in web.observation.host_keys] == ["ssh-ed25519"]
    shown = [s.certificate for s in web.observation.services if s.certificate]
    assert [each.subject for each in shown] == ["CN=www.lab.example,O=Lab"]
    assert web.identity.fields["type"].value == "storage"
