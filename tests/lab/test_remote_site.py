"""A site that the centre cannot reach: its collector asks the real daemons there.

    centre -- wan -- mgr -- the office of `site.py`

`wan` carries connections out of the site and nothing in, as address translation does;
the centre takes HTTPS alone. The line is cut (`LAB_CUT` seconds), the collector is
killed twice and the centre once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from inventory.storage.engine import make_engine
from tests.lab import configs
from tests.lab.namespaces import ROOT
from tests.lab.site import PASSWORD, USER, Lab

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.timeout(900)]
CUT = float(os.environ.get("LAB_CUT", "5"))
PROGRAM = (sys.executable, "-c", "from api.cli import main; main()")
CENTRE, WAN_IN, WAN_OUT, SITE = "10.214.1.1", "10.214.1.2", "10.214.2.2", "10.214.2.1"
SECRETS = (configs.COMMUNITY, PASSWORD)

SETTINGS = f"""
data_dir = "{{folder}}/data"
[[sites]]
name = "lab"
networks = ["{{network}}"]
[scan]
rate = 500
[credentials]
offer_to_new = true
[[credentials.snmp]]
name = "lab v2c"
version = "2c"
community = "{configs.COMMUNITY}"
[[credentials.ssh]]
name = "lab password"
user = "{USER}"
password = "{PASSWORD}"
"""


class Remote:
    """The centre and the collector, each in its namespace."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab, self.folder = lab, folder
        self.settings = folder / "centre.toml"
        text = SETTINGS.format(folder=folder, network=lab.network)
        self.settings.write_text(text)
        self.spool = folder / "there"
        self.spool.mkdir()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, short: str, *command: str) -> None:
        """Start a process in a namespace, or start it anew."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                ["ip", "netns", "exec", self.lab.net.full(short), *command],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env={k: v for k, v in os.environ.items() if k[:6] != "PURSER"}
                | {"PYTHONUNBUFFERED": "1"},
            )

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    def serve(self) -> None:
        config = ("--config", str(self.settings))
        self.start("centre", "centre", *PROGRAM, *config, "serve", "--port", "8080")

    def collect(self) -> None:
        here = ("--spool", str(self.spool / "spool"))
        self.start(
            "collector",
            "mgr",
            *(*PROGRAM, "collector", "--server", f"https://{WAN_OUT}:8443", *here),
            *("--token-file", str(self.folder / "token")),
            *("--ca-file", str(self.folder / "certificate.pem")),
        )

    def purser(self, *arguments: str) -> Any:  # noqa: ANN401
        """Run a command at the centre that prints JSON."""
        done = subprocess.run(
            [
                *("ip", "netns", "exec", self.lab.net.full("centre"), *PROGRAM),
                *("--config", str(self.settings), *arguments, "--json"),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()


def wire(lab: Lab) -> None:
    """Join the site and the centre by a router that lets nothing in."""
    net = lab.net
    for short in ("centre", "wan"):
        net.add(short)
    net.cable(("centre", "up0", None), ("wan", "in0", None))
    net.cable(("mgr", "up0", None), ("wan", "out0", None))
    net.ip("centre", "addr", "add", f"{CENTRE}/24", "dev", "up0")
    net.ip("wan", "addr", "add", f"{WAN_IN}/24", "dev", "in0")
    net.ip("wan", "addr", "add", f"{WAN_OUT}/24", "dev", "out0")
    net.ip("mgr", "addr", "add", f"{SITE}/24", "dev", "up0")


@pytest.fixture
def remote(lab: Lab, tmp_path: Path) -> Iterator[Remote]:
    wire(lab)
    found = Remote(lab, tmp_path)
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=purser", "-addext", f"subjectAltName=IP:{WAN_OUT}"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    relay = (sys.executable, "-m", "tests.lab.relay")
    tls = (str(certificate), str(key))
    with ExitStack() as stack:
        stack.callback(found.close)
        found.start("tls", "centre", *relay, CENTRE, "8443", "127.0.0.1", "8080", *tls)
        found.start("wan", "wan", *relay, WAN_OUT, "8443", CENTRE, "8443")
        yield found


def until(true: Any, patience: float = 180) -> None:  # noqa: ANN401
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.3)


def asked(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)))


def test_the_site_is_read_whole_whatever_happens(remote: Remote, lab: Lab) -> None:
    remote.serve()
    try:
        until(lambda: b"serves" in (remote.folder / "centre.log").read_bytes())
    except AssertionError:
        print((remote.folder / "centre.log").read_text()[-3000:])
        raise
    made = remote.purser("collector", "enrol", "--name", "van", "--site", "lab")
    token = made["token"]
    (remote.folder / "token").write_text(token)
    remote.collect()
    file = remote.folder / "data" / "purser.sqlite"
    engine = make_engine(f"sqlite:///{file}")

    def brought() -> int:
        return int(asked(engine, "SELECT count(*) FROM collector_host")[0][0])

    def state() -> str:
        rows = asked(engine, "SELECT state FROM scan ORDER BY id DESC LIMIT 1")
        return str(rows[0][0]) if rows else ""

    until(lambda: asked(engine, "SELECT 1 FROM recurring_job"))
    remote.purser("recurring", "run", "collect lab")
    until(lambda: state() == "running")
    time.sleep(2)
    remote.kill("collector")
    remote.collect()
    time.sleep(2)
    remote.kill("centre")
    remote.serve()
    time.sleep(3)
    lab.net.ip("wan", "link", "set", "in0", "down")
    time.sleep(CUT / 2)
    remote.kill("collector")
    remote.collect()
    time.sleep(CUT / 2)
    lab.net.ip("wan", "link", "set", "in0", "up")
    until(lambda: state() == "finished", 300)

    hosts = asked(
        engine,
        "SELECT address, outcome FROM scan_host WHERE scan_id = (SELECT max(id) FROM"
        " scan) AND address <> '' AND outcome <> 'silent'",
    )
    there = (*lab.hosts, lab.switch, lab.phone, lab.desk, lab.pbx, lab.manager)
    addresses = sorted(address for address, _ in hosts if address[0].isdigit())
    assert addresses == sorted(node.ip for node in there), "none lost, none doubled"
    doubled = asked(
        engine,
        "SELECT value FROM identifier WHERE ended_at IS NULL AND kind = 'base-mac'"
        " GROUP BY value HAVING count(DISTINCT device_id) > 1",
    )
    assert doubled == []
    read = asked(
        engine,
        "SELECT o.collector, o.address FROM observation o WHERE o.collector IN"
        " ('snmp', 'ssh')",
    )
    by_snmp = {address for collector, address in read if collector == "snmp"}
    by_ssh = {address for collector, address in read if collector == "ssh"}
    assert by_snmp >= {lab.switch.ip, *(node.ip for node in lab.hosts)}
    assert by_ssh >= {node.ip for node in lab.hosts}

    # Nothing of what it was given stands in what it keeps or says.
    kept = [p for p in remote.spool.rglob("*") if p.is_file()]
    said = [remote.folder / "collector.log"]
    for place in (*kept, *said):
        data = place.read_bytes()
        assert not any(secret.encode() in data for secret in (*SECRETS, token)), place

    remote.purser("collector", "revoke", "van", "--yes")
    assert remote.processes["collector"].wait(60) == 77
    assert not list(remote.spool.glob("spool*"))
    remote.collect()
    assert remote.processes["collector"].wait(60) == 77, "it gets nothing more"
    engine.dispose()
