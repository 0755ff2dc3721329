"""Scans of this process: in a thread, with an event loop of its own.

Used by the API and the command line alike. Where jobs are worked on, a scan is queued
as a job and `run_here` is called by whoever works on it; else it runs here, a few at
the same time in the order they were started. A scan whose process died or hangs is
found by another one (`recover`), and whoever serves takes it up
(`take_up_interrupted`).
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import Engine

from discovery.access.memory import known_in
from discovery.scan import scan_rows
from discovery.scan.context import ScanContext
from discovery.scan.ending.together import Beside
from discovery.scan.fence import ScanTakenOver
from discovery.scan.requests import Progress, ScanRequest
from discovery.scan.scan import run_scan
from discovery.scan.targets import Resolve, parse_targets
from inventory.kernel.errors import InventoryError, NotAllowed, NotFound
from inventory.storage.work import Clock

log = structlog.get_logger("purser.scan")

AT_ONCE = 8
"""Scans of one process at the same time; the queues of jobs allow fewer."""
MOST_ATTEMPTS = 5
"""How many times a scan is taken up without a person."""

Listener = Callable[[Progress], None]
Enqueue = Callable[[int, ScanRequest, str], None]
"""Queues a scan as a job: its id, what is asked, who asked."""
Share = Callable[[ScanContext, ScanRequest], ScanContext]
"""Lets others visit parts of a scan; called from a thread."""
OpenScanContext = Callable[[ScanRequest], AbstractAsyncContextManager[ScanContext]]


def this_process() -> str:
    """Return host, process id and start of this process: who runs a scan."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_alive(owner: str) -> bool | None:
    """Whether the process that runs a scan still lives; None if on another host."""
    host, _, rest = owner.partition(":")
    pid, _, started = rest.partition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(int(pid)) == started


def _started(pid: int) -> str:
    """Return the start time of a process in clock ticks since boot, if known.

    Field 22 of proc_pid_stat(5); the name in field 2 may hold spaces. A process id
    alone may have been given to another process since.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return text.rpartition(")")[2].split()[19]


class ScanJobs:
    """Starts, watches and cancels scans.

    Args:
        engine: The database.
        clock: Present moment as aware UTC.
        open_scan_context: Makes the context of a scan inside the event loop that runs
            it, and closes it afterwards.
        resolve: Looks up host names, to refuse bad targets before a scan is made.
        watch: Called with each step of each scan; must be quick.

    Attributes:
        enqueue: Queues scans as jobs; None: they run in this process.
        share: Lets others visit parts of scans that run here; without, nobody does.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        open_scan_context: OpenScanContext,
        resolve: Resolve,
        *,
        watch: Listener = lambda _: None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._open_scan_context = open_scan_context
        self._resolve = resolve
        self._watch = watch
        self.enqueue: Enqueue | None = None
        self.share: Share = lambda context, _request: context
        self._beside = Beside()
        self._lock = threading.Lock()
        self._last: dict[int, Progress] = {}
        self._listeners: dict[int, list[Listener]] = defaultdict(list)
        self._running: dict[int, Future[None]] = {}
        self._ended: dict[int, threading.Event] = {}
        self._loop = asyncio.new_event_loop()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._closing = False
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="scans", daemon=True
        )
        self._thread.start()

    def start(self, request: ScanRequest, *, requested_by: str = "") -> int:
        """Queue a scan and return its id.

        Raises:
            TargetError: The targets cannot be understood or are too many.
            StorageError: The database cannot be written.
        """
        self._check(request)
        owner = this_process() if self.enqueue is None else None
        scan_id = scan_rows.create_scan(
            self._engine, self._clock, request, requested_by, owner=owner
        )
        self._begin(scan_id, request, requested_by)
        return scan_id

    def _check(self, request: ScanRequest) -> None:
        """Refuse targets that cannot be scanned, before a scan is made of them."""
        parse_targets(
            request.targets,
            request.exclude,
            resolve=self._resolve,
            limit=request.options.max_addresses,
            known=partial(known_in, self._engine, request.site),
        )

    def _begin(self, scan_id: int, request: ScanRequest, requested_by: str) -> None:
        if self.enqueue is None:
            self._submit(scan_id, request)
        else:
            self.enqueue(scan_id, request, requested_by)

    def start_here(self, request: ScanRequest, *, requested_by: str) -> int:
        """Run a scan in this process, which works on the job that needs it.

        What was begun for the same job before is gone on with.

        Raises:
            TargetError: The targets cannot be understood or are too many.
        """
        scan_id = scan_rows.scan_requested_by(self._engine, requested_by)
        if scan_id is None:
            self._check(request)
            scan_id = scan_rows.create_scan(
                self._engine, self._clock, request, requested_by
            )
        self.run_here(scan_id)
        return scan_id

    def run_here(self, scan_id: int) -> bool:
        """Run a scan in this process; False if another one has it, or it has ended."""
        request = scan_rows.adopt(self._engine, self._clock, scan_id, this_process())
        if request is None:
            return False
        self._submit(scan_id, request)
        return True

    def opened(self, request: ScanRequest) -> AbstractAsyncContextManager[ScanContext]:
        """Return what a scan is done with, for a part of one."""
        return self._open_scan_context(request)

    def resume(self, scan_id: int) -> None:
        """Take up an interrupted, cancelled or failed scan where it stopped.

        Raises:
            NotFound: There is no such scan.
            NotAllowed: It is running or finished.
        """
        owner = this_process() if self.enqueue is None else None
        request = scan_rows.requeue(self._engine, self._clock, scan_id, owner=owner)
        self._begin(scan_id, request, "")

    def recover(self) -> list[int]:
        """Mark the scans of dead processes as interrupted and return their ids."""
        return scan_rows.interrupt_orphaned(
            self._engine, self._clock, is_alive=is_alive
        )

    def take_up_interrupted(self) -> list[int]:
        """Go on with the scans that were interrupted, and return their ids.

        Of several processes that try, one gets each scan.
        """
        self.recover()
        taken = []
        for scan_id in scan_rows.interrupted_scans(self._engine, most=MOST_ATTEMPTS):
            try:
                self.resume(scan_id)
            except (NotAllowed, NotFound):
                continue
            taken.append(scan_id)
            log.info("an interrupted scan goes on", scan_id=scan_id)
        return taken

    def status(self, scan_id: int) -> Progress:
        """Return how far a scan is, of this process or of another.

        Raises:
            NotFound: There is no such scan.
        """
        with self._lock:
            live = self._last.get(scan_id)
        return live or scan_rows.read_progress(self._engine, scan_id)

    def hosts_waiting(self) -> int:
        """Return how many hosts answered scans of this process and are not done yet."""
        with self._lock:
            live = [p for p in self._last.values() if p.running]
        return sum(max(0, p.answered - p.done) for p in live)

    def subscribe(self, scan_id: int, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each step of a scan; return what ends that.

        The listener is called from the scanning thread and must be quick.
        """
        with self._lock:
            self._listeners[scan_id].append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners[scan_id]:
                    self._listeners[scan_id].remove(listener)

        return unsubscribe

    def cancel(self, scan_id: int) -> bool:
        """Stop a scan, in whichever process; what was applied stays.

        Returns:
            False if it had ended already.
        """
        with self._lock:
            future = self._running.get(scan_id)
        if future is not None and future.cancel():
            return True
        return scan_rows.cancel_anywhere(self._engine, self._clock, scan_id)

    def wait(self, scan_id: int, timeout: float | None = None) -> Progress:
        """Wait for a scan of this process to end.

        Raises:
            TimeoutError: It did not end in time.
        """
        with self._lock:
            ended = self._ended.get(scan_id)
        if ended is not None and not ended.wait(timeout):
            raise TimeoutError(f"scan {scan_id} is still running")
        return self.status(scan_id)

    def close(self) -> None:
        """Interrupt what runs or waits, and stop the thread.

        The next process that serves goes on with it.
        """
        self._closing = True
        with self._lock:
            running = list(self._running)
        for scan_id in running:
            with self._lock:
                future = self._running.get(scan_id)
            if future is not None:
                future.cancel()
        for scan_id in running:
            self.wait(scan_id, timeout=30)
        with suppress(TimeoutError):
            left = asyncio.run_coroutine_threadsafe(_cancel_others(), self._loop)
            left.result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _submit(self, scan_id: int, request: ScanRequest) -> None:
        with self._lock:
            self._ended[scan_id] = threading.Event()
            self._last[scan_id] = Progress(scan_id=scan_id, state="queued")
            self._running[scan_id] = asyncio.run_coroutine_threadsafe(
                self._run(scan_id, request), self._loop
            )

    async def _run(self, scan_id: int, request: ScanRequest) -> None:
        """Wait for the turn of a scan and run it; its failure is in its row."""
        structlog.contextvars.bind_contextvars(job="scan", scan_id=scan_id)
        try:
            async with self._turn, self._open_scan_context(request) as context:
                await run_scan(
                    scan_id,
                    await asyncio.to_thread(self.share, context, request),
                    owner=this_process(),
                    tell=self._tell,
                    is_stopping=lambda: self._closing,
                    beside=self._beside,
                )
        except asyncio.CancelledError:
            self._end(scan_id, "interrupted" if self._closing else "cancelled", None)
        except (ScanTakenOver, NotAllowed) as error:
            log.warning("another process has the scan", scan_id=scan_id)
            self._lost(scan_id, str(error))
        except Exception as error:
            # The end of the line for a background job: nobody awaits it, so what
            # went wrong is written where people look.
            log.exception("a scan failed", scan_id=scan_id)
            self._end(scan_id, "failed", f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                self._running.pop(scan_id, None)
                ended = self._ended.pop(scan_id)
            ended.set()

    def _end(self, scan_id: int, state: str, error: str | None) -> None:
        """Write the end of a scan that could not do so itself, and tell of it."""
        last = self._last[scan_id]
        if last.running:
            last = replace(last, state=state, error=error, host=None)
            with suppress(InventoryError):
                scan_rows.end_queued(
                    self._engine,
                    self._clock,
                    scan_id,
                    state,
                    last,
                    owner=this_process(),
                )
            self._tell(last)

    def _lost(self, scan_id: int, error: str) -> None:
        """Tell that a scan goes on elsewhere; from then on its row says how far."""
        last = replace(self._last[scan_id], state="interrupted", error=error, host=None)
        self._tell(last)
        with self._lock:
            del self._last[scan_id]

    def _tell(self, progress: Progress) -> None:
        with self._lock:
            self._last[progress.scan_id] = replace(progress, host=None)
            listeners = list(self._listeners[progress.scan_id])
            if not progress.running:
                self._listeners.pop(progress.scan_id, None)
        for listener in (self._watch, *listeners):
            listener(progress)


async def _cancel_others() -> None:
    """End what a scan left behind, as a question to a whole segment."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
