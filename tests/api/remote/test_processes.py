"""A collector as a process: killed, cut off, revoked; nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import uvicorn
from cryptography.fernet import Fernet
from sqlalchemy import select

from api.app import create_api
from api.compose.keys import Seal
from api.compose.wiring import App, compose, fixed_settings, now
from discovery.scan.requests import ScanOptions, ScanRequest
from inventory.jobs import slices
from inventory.jobs.collector_tables import SiteSlice, SliceHost
from inventory.network.scan_tables import ScanHost
from inventory.storage.engine import make_engine
from inventory.storage.rows import table_of
from tests.api.engine.conftest import ROOT
from tests.discovery.work.jobs import until

HOSTS = [f"127.0.77.{n}" for n in range(1, 63)]
OPEN = HOSTS[::2]


class Line:
    """The line between the two, which can be cut."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut = False
        self._ends: set[asyncio.StreamWriter] = set()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        start = asyncio.start_server(self._carry, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(start, self.loop).result(120)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self, cut: bool) -> None:
        self._cut = cut
        if cut:
            for end in list(self._ends):
                self.loop.call_soon_threadsafe(end.close)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self._server.close)
        self.cut(True)
        time.sleep(0.2)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(120)
        self.loop.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._cut:
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends |= {writer, back}
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._ends -= {writer, back}

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        except OSError:
            pass
        finally:
            target.close()


@contextmanager
def served(app: App) -> Iterator[int]:
    """Serve the API in a thread; yield its port."""
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_api(app), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    until(lambda: server.started)
    try:
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(120)
        bound.close()


@contextmanager
def listening(addresses: list[str]) -> Iterator[int]:
    """Listen on one TCP port of some addresses; nobody else answers there."""
    with ExitStack() as stack:
        first = stack.enter_context(socket.create_server((addresses[0], 0)))
        port = first.getsockname()[1]
        for address in addresses[1:]:
            stack.enter_context(socket.create_server((address, port)))
        yield port


@pytest.fixture
def app(sqlite_template: Path, tmp_path: Path) -> Iterator[App]:
    path = tmp_path / "purser.sqlite"
    shutil.copyfile(sqlite_template, path)
    settings = fixed_settings({"data_dir": tmp_path, "sites": [{"name": "HQ"}]})
    seal = Seal(Fernet.generate_key(), 12)
    app = compose(settings, make_engine(f"sqlite:///{path}"), now, seal)
    yield app
    app.close()


def start(port: int, folder: Path, first: str = "") -> subprocess.Popen[bytes]:
    """Start a collector whose own settings are empty; what comes first is run first."""
    settings = folder / "collector.toml"
    settings.write_text(f'data_dir = "{folder}"\n')
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [
                *(sys.executable, "-c", f"{first}\nfrom api.cli import main; main()"),
                *("--config", str(settings)),
                *("collector", "--server", f"http://127.0.0.1:{port}"),
                *("--token-file", str(folder / "token")),
            ],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )


def count(app: App) -> tuple[int, int]:
    """Return how many hosts were brought, and how many slices are open."""
    host, part = table_of(SliceHost), table_of(SiteSlice)
    with app.engine.connect() as connection:
        brought = connection.execute(select(host.c.address).distinct()).all()
        states = connection.execute(select(part.c.state)).scalars().all()
    return len(brought), sum(state in {"offered", "leased"} for state in states)


@pytest.mark.slow
def test_a_site_is_scanned_by_its_collector_whatever_happens(
    app: App, tmp_path: Path
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    with app.work("test") as work:
        collector_id, token = slices.enrol(work, "van", "HQ")
        work.commit()
    (folder / "token").write_text(token)
    with ExitStack() as stack:
        line = Line(stack.enter_context(served(app)))
        stack.callback(line.close)
        port = stack.enter_context(listening(OPEN))
        options = ScanOptions(
            icmp=False,
            tcp_ports=(port,),
            snmp_port=None,
            ssh_ports=(),
            sip_port=None,
            page_ports=(),
            chunk=8,
            rate=30,
        )
        request = ScanRequest(targets=tuple(HOSTS), site="HQ", options=options)
        process = start(line.port, folder)
        scan_id = app.scans().start(request)
        until(lambda: count(app)[0] > 2, 60)
        process.kill()
        process.wait()
        process = start(line.port, folder)
        before = count(app)[0]
        until(lambda: count(app)[0] > before, 60)
        line.cut(True)
        time.sleep(3)
        process.kill()
        process.wait()
        process = start(line.port, folder)
        time.sleep(2)
        line.cut(False)
        progress = app.scans().wait(scan_id, 120)
        assert progress.state == "finished"
        host = table_of(ScanHost)
        with app.engine.connect() as connection:
            rows = connection.execute(
                select(host.c.address, host.c.outcome).where(host.c.scan_id == scan_id)
            ).all()
        times = Counter(row.address for row in rows if row.outcome != "silent")
        assert sorted(times) == sorted(OPEN)
        assert set(times.values()) == {1}
        with app.work("test") as work:
            slices.revoke(work, collector_id)
            work.commit()
        assert process.wait(60) == 77
    assert not list(folder.glob("collector.spool*"))
    assert token not in (folder / "log").read_text()
