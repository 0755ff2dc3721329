"""A process that works on jobs until it is killed.

`python -m tests.api.engine.process URL ENGINE_URL FILE GRACE [VERSION]`: jobs `mark`
add a line to FILE with their id and attempt, then take `seconds`. VERSION is that of a
release whose jobs stand otherwise in the queue; what is lost is then found soon.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.compose import logs
from api.engine import connections, durable
from api.engine.durable import DurableEngine
from discovery.scan.jobs import this_process
from discovery.work import working
from discovery.work.port import JobRun, Kind, Queue, Result
from discovery.work.working import Working
from inventory.storage.engine import make_engine


def clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def mark(path: Path, job: JobRun) -> Result:
    """Say that a job was begun, take a while, and say that it was ended."""
    for word in ("begun", "ended"):
        with path.open("a") as file:
            file.write(f"{word} {job.id} {job.claim.attempt} {os.getpid()}\n")
        first = (job.claim.attempt, job.claim.handing) == (1, 1)
        pause = job.arguments.get("seconds", 0.0) if first else 0.0
        until = time.monotonic() + (pause if word == "begun" else 0)
        while time.monotonic() < until:
            job.check()
            time.sleep(0.02)
    return {"attempt": job.claim.attempt}


def main(url: str, kept: str, file: str, grace: str, version: str = "") -> None:
    """Work until a signal."""
    if version:
        durable.VERSION = version
        working.LOST_EVERY, working.LOST_AFTER = 1.0, timedelta(seconds=3)
    if "postgresql" in kept:
        connected = connections.for_server(kept)
    else:
        connected = connections.for_file(Path(kept.removeprefix("sqlite:///")))
    logs.configure("error", as_json=True)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    works = Working(
        make_engine(url),
        clock,
        DurableEngine(connected),
        {"mark": Kind("mark", lambda job: mark(Path(file), job), Queue.HOUSE)},
        name=this_process(),
        queues={Queue.HOUSE: 4},
        alone="sqlite" in kept,
        grace=float(grace),
    )
    works.start()
    print("works", flush=True)
    over.wait()
    works.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
