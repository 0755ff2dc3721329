"""The lab's office as a site that only reaches out: a router with NAT, a centre beyond.

    mgr (collector) -- gw (nft masquerade) -- hub: nginx with TLS, purser serve

The centre has no route to the office, and the router lets nobody in. Further hosts with
snmpd stand in both halves of the network, so that a scan has two slices.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.lab import configs
from tests.lab.namespaces import ROOT, Namespaces, run
from tests.lab.site import PASSWORD, USER, Lab, Node, _snmpd

HUB = "198.51.100.10"
URL = f"https://{HUB}"
HOSTS = tuple(
    Node(
        f"far{n}", f"lab-far-{n}", f"10.213.77.{n}", f"00:1b:21:0f:00:{n:02x}", f"x{n}"
    )
    for n in (41, 42, 43, 151, 152)
)
NEEDED = {"nft": "nftables", "nginx": "nginx-light"}
_RULES = """
table ip purser {
  chain nat { type nat hook postrouting priority 100; oifname "out0" masquerade; }
  chain forward {
    type filter hook forward priority 0; policy drop;
    iifname "in0" accept
    iifname "out0" ct state established,related accept
  }
}
"""
_CUT = "insert rule ip purser forward drop"
_NGINX = """
daemon off; error_log stderr; pid {folder}/nginx.pid; worker_processes 1;
events {{ worker_connections 100; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen {hub}:443 ssl; client_max_body_size 64m;
    ssl_certificate {folder}/hub.pem; ssl_certificate_key {folder}/hub.key;
    location / {{
      proxy_pass http://127.0.0.1:8080; proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""
_SETTINGS = """
data_dir = "{folder}/data"
database_url = "{database}"
[http]
public_url = "{url}"
trusted_proxies = ["127.0.0.1"]
[jobs]
defaults = false
[traps]
settle = 1
quiet = 1
[scan]
rate = {rate}
concurrency = 1
[[sites]]
name = "lab"
networks = ["{network}"]
[credentials]
offer_to_new = true
[[credentials.snmp]]
name = "lab v2c"
version = "2c"
community = "{community}"
[[credentials.snmp]]
name = "lab v3"
version = "3"
user = "{v3_user}"
auth = "sha1"
auth_secret = "{v3_auth}"
priv = "aes128"
priv_secret = "{v3_priv}"
[[credentials.ssh]]
name = "lab password"
user = "{user}"
password = "{password}"
[[pbx]]
name = "registrar"
kind = "kamailio"
host = "{registrar}"
port = 8080
site = "lab"
"""


@contextmanager
def behind_nat(lab: Lab, folder: Path) -> Iterator[Namespaces]:
    """Put router, centre and hosts beside the office; remove them at the end."""
    net, added = lab.net, ["gw", "hub", *(host.short for host in HOSTS)]
    try:
        for short in added:
            net.add(short)
        _wire(net)
        for host in HOSTS:
            conf = net.folder / f"snmpd-{host.short}.conf"
            conf.write_text(configs.snmpd(host.ip, lab.network, host.name, agentx=None))
            _snmpd(net, host, conf)
        _nginx(net, folder)
        yield net
    finally:
        for short in added:
            net.remove(short)


def _wire(net: Namespaces) -> None:
    for host in HOSTS:
        net.cable(("sw", host.port, None), (host.short, "eth0", host.mac))
        net.ip("sw", "link", "set", host.port, "master", "br0")
        net.ip(host.short, "addr", "add", f"{host.ip}/24", "dev", "eth0")
    net.cable(("mgr", "wan0", None), ("gw", "in0", None))
    net.cable(("gw", "out0", None), ("hub", "eth0", None))
    net.ip("mgr", "addr", "add", "192.0.2.2/30", "dev", "wan0")
    net.ip("mgr", "route", "add", "default", "via", "192.0.2.1")
    net.ip("gw", "addr", "add", "192.0.2.1/30", "dev", "in0")
    net.ip("gw", "addr", "add", "198.51.100.1/24", "dev", "out0")
    net.ip("hub", "addr", "add", f"{HUB}/24", "dev", "eth0")
    net.inside("gw", "sysctl", "-qw", "net.ipv4.ip_forward=1")
    rules = net.folder / "nat.nft"
    rules.write_text(_RULES)
    net.inside("gw", "nft", "-f", str(rules))


def cut(net: Namespaces) -> None:
    """Let no packet pass the router, without a word to anybody."""
    net.inside("gw", "nft", _CUT)


def mend(net: Namespaces) -> None:
    """Let packets pass again."""
    rules = net.folder / "nat.nft"
    net.inside("gw", "nft", "flush", "ruleset")
    net.inside("gw", "nft", "-f", str(rules))


def _nginx(net: Namespaces, folder: Path) -> None:
    key, pem = folder / "hub.key", folder / "hub.pem"
    run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
        *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=hub"),
        *("-addext", f"subjectAltName=IP:{HUB}", "-keyout", str(key), "-out", str(pem)),
    )
    conf = folder / "nginx.conf"
    conf.write_text(_NGINX.format(folder=folder, hub=HUB))
    net.daemon("nginx-hub", "hub", "hub", ["nginx", "-c", str(conf)])


class Programs:
    """The program at the centre and at the site, each with its own settings.

    Args:
        lab: The office.
        folder: Of all of it; the site sees `folder / "site"` alone.
        rate: Packets a second of a scan.
        database: URL of the centre's.
    """

    def __init__(self, lab: Lab, folder: Path, *, rate: int, database: str) -> None:
        self._lab, self._folder = lab, folder
        self.site = folder / "site"
        self.site.mkdir()
        (self.site / "empty.toml").write_text(f'data_dir = "{self.site}"\n')
        (folder / "centre.toml").write_text(
            _SETTINGS.format(
                folder=folder,
                database=database,
                url=URL,
                rate=rate,
                network=lab.network,
                community=configs.COMMUNITY,
                user=USER,
                password=PASSWORD,
                v3_user=configs.V3_USER,
                v3_auth=configs.V3_AUTH,
                v3_priv=configs.V3_PRIV,
                registrar=lab.pbx.ip,
            )
        )
        self._running: list[subprocess.Popen[bytes]] = []
        self.last: dict[str, subprocess.Popen[bytes]] = {}

    def _popen(self, where: str, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
        program = str(Path(sys.executable).with_name("purser"))
        with log.open("ab") as said:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self._lab.net.full(where), program, *arguments],
                cwd=ROOT,
                stdout=said,
                stderr=said,
                env={k: v for k, v in os.environ.items() if "PURSER_" not in k},
            )
        self._running.append(process)
        self.last[where] = process
        return process

    def serve(self) -> subprocess.Popen[bytes]:
        """Start the centre."""
        log, settings = self._folder / "serve.log", self._folder / "centre.toml"
        where = ("--host", "127.0.0.1", "--port", "8080")
        return self._popen("hub", log, "--config", str(settings), "serve", *where)

    def collect(self, *more: str) -> subprocess.Popen[bytes]:
        """Start the collector; its token is in `site / "token"`."""
        return self._popen(
            "mgr",
            self.site / "log",
            *("--config", str(self.site / "empty.toml"), "collector"),
            *("--server", URL, "--token-file", str(self.site / "token")),
            *("--ca-file", str(self._folder / "hub.pem")),
            *more,
        )

    def unsent(self, what: str = "host WHERE sent = 0") -> int:
        """Return how many hosts, or other rows, wait in the spool of the collector."""
        path = self.site / "collector.spool"
        if not path.exists():
            return 0
        spool = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            return int(spool.execute(f"SELECT count(*) FROM {what}").fetchone()[0])
        finally:
            spool.close()

    def close(self) -> None:
        """End what still runs."""
        for process in self._running:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(10)


async def ask(
    path: str, authority: str, *, token: str, body: dict[str, Any] | None = None
) -> tuple[int, Any]:
    """Ask the centre; run inside a namespace. Return status and answer."""
    headers = {"Authorization": f"Bearer {token}", "X-Purser-Protocol": "1"}
    async with httpx.AsyncClient(base_url=URL, verify=authority, timeout=20) as client:
        try:
            if body is None:
                answer = await client.get(path, headers=headers)
            else:
                answer = await client.post(path, headers=headers, json=body)
        except httpx.HTTPError as error:
            return 0, type(error).__name__
    told = "json" in answer.headers.get("content-type", "")
    return answer.status_code, answer.json() if told else answer.text
