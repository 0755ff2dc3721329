"""A known machine at an address nobody opened before is sent what opened it, others no
secret: its host key proves which machine it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from api.compose.scanning import make_request
from api.compose.wiring import App, build, fixed_settings
from collectors.ssh.computers.sections import render
from inventory.network.queries.devices import list_devices
from inventory.network.queries.worklist import scan_hosts
from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from tests.collectors.ssh.machines import LAPTOP
from tests.collectors.ssh.servers import Account, ssh_server

HOME, AWAY, STRANGE = "127.64.0.4", "127.64.0.5", "127.64.0.6"


@dataclass(frozen=True)
class Played:
    """A computer: its host key, and what it was sent."""

    key: asyncssh.SSHKey
    account: Account


@contextmanager
def played(computers: Mapping[str, Played], port: int = 0) -> Iterator[int]:
    """Play computers in a thread of its own; yields their port."""
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), list[int]()
    stop = asyncio.Event()

    async def handle(process: asyncssh.SSHServerProcess[Any]) -> None:
        await process.stdin.read()
        process.stdout.write(render(LAPTOP).encode())
        process.exit(0)

    async def play() -> None:
        async with AsyncExitStack() as stack:
            for address, each in computers.items():
                used = await stack.enter_async_context(
                    ssh_server(
                        handle,
                        host=address,
                        keys=[each.key],
                        account=each.account,
                        port=ports[0] if ports else port,
                    )
                )
                ports.append(used)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(play()))
    thread.start()
    ready.wait(120)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(120)
        loop.close()


def site(folder: Path, port: int, *, to_new: bool) -> App:
    url = f"sqlite:///{folder}/purser.sqlite"
    upgrade(make_engine(url))
    login = {"name": "linux", "user": "reader", "password": "right"}
    scan = {"tcp_ports": [], "ssh_ports": [port], "icmp": False, "timeout": 1}
    return build(
        fixed_settings(
            {
                **{"data_dir": folder, "database_url": url},
                "scan": scan | {"sip_port": None, "snmp_port": None},
                "credentials": {"ssh": [login], "offer_to_new": to_new},
            }
        )
    )


def scanned(app: App) -> dict[str, str | None]:
    """Scan; return address -> what came of SSH."""
    request = make_request(app.settings, [f"{HOME}-{STRANGE}"], engine=app.engine)
    jobs = app.scans()
    progress = jobs.wait(jobs.start(request, requested_by="test"), 90)
    with app.engine.connect() as connection:
        hosts = scan_hosts(connection, progress.scan_id, limit=9).rows
    jobs.close()
    return {host["address"]: host["collectors"].get("ssh") for host in hosts}


def test_a_key_opens_what_an_address_does_not(tmp_path: Path) -> None:
    mine, strange = (
        Played(asyncssh.generate_private_key("ssh-ed25519"), Account())
        for _ in range(2)
    )
    with played({HOME: mine}) as port:
        app = site(tmp_path, port, to_new=True)
        assert scanned(app) == {HOME: "ok"}
        app.engine.dispose()
    careful = site(tmp_path, port, to_new=False)
    with played({AWAY: mine, STRANGE: strange}, port):
        assert scanned(careful) == {AWAY: "ok", STRANGE: None}
    assert strange.account.secrets == []
    with careful.engine.connect() as connection:
        named = [row["name"] for row in list_devices(connection, limit=9).rows]
    assert sorted(named) == [STRANGE, "sari-laptop"]
    careful.engine.dispose()
