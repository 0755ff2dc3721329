"""Hosts that only a real sshd reaches are swept and read through it."""

from __future__ import annotations

import asyncio
import getpass
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from api.compose.scanning import make_request
from api.compose.wiring import App, build, fixed_settings
from collectors.ssh.computers.sections import render
from discovery.scan.requests import Progress
from inventory.network.queries.devices import list_devices
from inventory.network.queries.worklist import scan_hosts
from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from tests.collectors.ssh.machines import LAPTOP
from tests.collectors.ssh.servers import ssh_server
from tests.needs import missing

BASTION, BEHIND = "127.0.0.9", "127.62.0.5"
SSHD = Path("/usr/sbin/sshd")


def free_port(address: str) -> int:
    with closing(socket.socket()) as sock:
        sock.bind((address, 0))
        return int(sock.getsockname()[1])


def run_sshd(folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start a bastion that lets this user in by a key in `folder`."""
    for name in ("host", "user"):
        key = asyncssh.generate_private_key("ssh-ed25519")
        key.write_private_key(str(folder / name))
        key.write_public_key(str(folder / f"{name}.pub"))
        (folder / name).chmod(0o600)
    port = free_port(BASTION)
    process = subprocess.Popen(
        [
            *(str(SSHD), "-D", "-e", "-f", "/dev/null", "-p", str(port)),
            *("-h", str(folder / "host"), "-o", f"ListenAddress={BASTION}"),
            *("-o", f"AuthorizedKeysFile={folder / 'user.pub'}"),
            *("-o", "StrictModes=no", "-o", "UsePAM=no", "-o", "PidFile=none"),
            *("-o", "PermitRootLogin=prohibit-password"),
            *(part for option in options for part in ("-o", option)),
        ],
        stderr=subprocess.DEVNULL,
    )
    for _ in range(600):
        with closing(socket.socket()) as sock:
            if sock.connect_ex((BASTION, port)) == 0:
                return process, port
        time.sleep(0.1)
    process.kill()
    missing("lab", "sshd does not start here")
    raise AssertionError


@pytest.fixture
def machine() -> Iterator[int]:
    """A computer behind the bastion, in a thread of its own; its port."""
    started, stop = threading.Event(), asyncio.Event()
    loop, ports = asyncio.new_event_loop(), list[int]()

    async def handle(process: asyncssh.SSHServerProcess[Any]) -> None:
        await process.stdin.read()
        process.stdout.write(render(LAPTOP).encode())
        process.exit(0)

    async def play() -> None:
        async with ssh_server(handle, host=BEHIND) as port:
            ports.append(port)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(play()))
    thread.start()
    started.wait(120)
    yield ports[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(120)
    loop.close()


def site(tmp_path: Path, bastion: int, machine: int) -> App:
    key = str(tmp_path / "user")
    jump: dict[str, Any] = {
        "name": "bastion",
        "user": getpass.getuser(),
        "host": BASTION,
    }
    jump |= {"port": bastion, "private_key_file": key}
    url = f"sqlite:///{tmp_path}/purser.sqlite"
    upgrade(make_engine(url))
    return build(
        fixed_settings(
            {
                "data_dir": tmp_path,
                "database_url": url,
                "scan": {"tcp_ports": [machine], "ssh_ports": [machine], "timeout": 1},
                "credentials": {
                    "jump": [jump],
                    "ssh": [{"name": "linux", "user": "reader", "password": "right"}],
                    "sets": [
                        {
                            "name": "branch",
                            "networks": ["127.62.0.0/24"],
                            "via": "bastion",
                            "ssh": ["linux"],
                            "offer_to_new": True,
                        }
                    ],
                },
            }
        )
    )


def scanned(app: App) -> Progress:
    targets = ["127.62.0.4-127.62.0.6"]
    request = make_request(app.settings, targets, engine=app.engine)
    jobs = app.scans()
    progress = jobs.wait(jobs.start(request, requested_by="test"), 90)
    jobs.close()
    return progress


@pytest.mark.skipif(not SSHD.exists(), reason="needs OpenSSH's sshd")
def test_a_range_behind_a_bastion_is_swept_and_read_through_it(
    tmp_path: Path, machine: int
) -> None:
    process, port = run_sshd(tmp_path, f"PermitOpen={BEHIND}:{machine}")
    try:
        app = site(tmp_path, port, machine)
        progress = scanned(app)
        assert (progress.swept, progress.answered) == (3, 1)
        with app.engine.connect() as connection:
            (host,) = scan_hosts(connection, progress.scan_id, limit=9).rows
            (device,) = list_devices(connection, limit=9).rows
        assert (host["address"], host["collectors"]["ssh"]) == (BEHIND, "ok")
        assert (device["name"], device["model"]) == (
            "sari-laptop",
            "ThinkPad T14 Gen 4",
        )
        app.engine.dispose()
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.skipif(not SSHD.exists(), reason="needs OpenSSH's sshd")
def test_a_bastion_that_forwards_nothing_is_said_once(
    tmp_path: Path, machine: int
) -> None:
    process, port = run_sshd(tmp_path, "AllowTcpForwarding=no")
    try:
        app = site(tmp_path, port, machine)
        progress = scanned(app)
        assert progress.answered == 0
        assert progress.problems == 1
        app.engine.dispose()
    finally:
        process.terminate()
        process.wait(60)
