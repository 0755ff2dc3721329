"""kill -9 in the middle: nothing is lost, each message keeps its id.

A real receiver on this machine, real processes, killed at random moments while they
change the register and while they deliver.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from standardwebhooks import Webhook

from inventory.assets.register.tables import Asset
from inventory.outbox.tables import OutboxMessage, WebhookDelivery
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine
from inventory.storage.rows import col
from tests.api.webhooks.receiving import Receiver, subscribe

ROOT = Path(__file__).resolve().parents[3]


class Counting(ThreadingHTTPServer):
    """Counts how often each message came; verifies each."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.times: Counter[str] = Counter()
        self.tags: dict[str, str] = {}
        self.key = ""
        self.lock = threading.Lock()


class Taking(BaseHTTPRequestHandler):
    """Takes one message, slowly enough to be killed while it does."""

    server: Counting

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        told = Webhook(self.server.key).verify(body, dict(self.headers.items()))
        time.sleep(0.02)
        with self.server.lock:
            self.server.times[self.headers["webhook-id"]] += 1
            self.server.tags[self.headers["webhook-id"]] = told["data"]["tag"]
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def counting() -> Iterator[Counting]:
    server = Counting()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def start(*arguments: str) -> subprocess.Popen[str]:
    talks = arguments[0] == "change"  # what delivers logs, and nobody reads that
    return subprocess.Popen(
        [sys.executable, "-m", "tests.api.webhooks.process", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE if talks else subprocess.DEVNULL,
        text=True,
    )


def killed_while_changing(url: str, after: int) -> list[str]:
    """Let a process register assets and kill it after some; return what it said."""
    process = start("change", url, "1000")
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(after)]
    time.sleep(random.random() * 0.02)
    process.kill()
    said += [line.strip() for line in process.stdout]
    process.stdout.close()
    process.wait()
    return [tag for tag in said if tag]


def killed_while_delivering(url: str, server: Counting, after: int) -> None:
    """Let a process deliver and kill it after some more have come."""
    process = start("deliver", url)
    wanted = sum(server.times.values()) + after
    deadline = time.monotonic() + 60
    while sum(server.times.values()) < wanted and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.wait()


def told(engine: Engine) -> tuple[set[str], dict[str, str], Counter[str]]:
    """Return the tags registered, the messages by id, and the states."""
    with engine.connect() as connection:
        tags = set(connection.execute(select(col(Asset.tag))).scalars())
        rows = connection.execute(
            select(col(OutboxMessage.uid), col(OutboxMessage.body))
        )
        messages = {uid: json.loads(body)["data"]["tag"] for uid, body in rows}
        states = connection.execute(select(col(WebhookDelivery.state)))
        return tags, messages, Counter(states.scalars())


def story(url: str, kills: int, each: int) -> None:
    """Change and deliver with kills in between; then everything must fit."""
    engine = make_engine(url)
    receiver = Receiver()
    with counting() as server:
        place = f"http://127.0.0.1:{server.server_port}/"
        subscribe(
            engine,
            lambda: datetime.now(UTC),
            receiver,
            url=place,
            events=["asset.registered"],
        )
        server.key = receiver.keys[0]
        said: list[str] = []
        for _ in range(kills):
            said += killed_while_changing(url, each)
            killed_while_delivering(url, server, max(1, each // 2))
        last = start("deliver", url)
        try:
            assert last.wait(120) == 0
        finally:
            last.kill()
        tags, messages, states = told(engine)
        assert set(said) <= tags, "what was said to be done is done"
        assert sorted(messages.values()) == sorted(tags), "one message a change"
        assert states == {"delivered": len(messages)}
        assert set(server.times) == set(messages), "none lost, none made up"
        assert server.tags == messages, "the same id always says the same"
        twice = sum(times > 1 for times in server.times.values())
        print(f"{kills} kills each, {len(messages)} messages, {twice} came twice")
    assert verify(engine) == []
    engine.dispose()


def test_a_kill_while_changing_and_one_while_delivering_lose_nothing(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "purser.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    story(f"sqlite:///{path}", kills=1, each=12)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_kills_at_random_moments_lose_nothing(database_url: str) -> None:
    story(database_url, kills=10, each=20)
