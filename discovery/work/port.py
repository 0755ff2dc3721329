"""What an engine of jobs does, what a kind of job is, what a running job may ask.

An engine keeps keys, queues and priorities, nothing else: arguments, progress and
results are in the rows of `inventory.jobs`. So engines can be exchanged, and an
engine that lost its memory costs time and no work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from inventory.jobs.rows import Claim, Ticket, end_within
from inventory.storage.work import UnitOfWork

Result = Mapping[str, Any] | None


class Queue(StrEnum):
    """What waits for each other; few, since each is asked for work again and again."""

    QUICK = "quick"
    """Short answers somebody waits for: one device, one telephone system."""
    SCANS = "scans"
    VISITS = "visits"
    """Parts of scans, shared by all processes."""
    HOUSE = "house"
    """What is done by itself: expiry, reminders, backup."""
    LONG = "long"
    """Requests too long for one answer: imports, posting, exports."""


AT_ONCE: Mapping[Queue, int] = {
    Queue.QUICK: 4,
    Queue.SCANS: 3,
    Queue.VISITS: 2,
    Queue.HOUSE: 1,
    Queue.LONG: 2,
}
"""Jobs of a queue that one process works on at the same time."""


class Priority:
    """The smaller, the sooner; a scan of a site waits behind all that is short."""

    TRAP = 10
    DEVICE = 20
    PERSON = 50
    ROUTINE = 100


class JobStopped(Exception):
    """Somebody cancelled the job."""


class JobInterrupted(Exception):
    """The process ends; the job goes on in another one."""


class JobLost(Exception):
    """Another process has the job."""


class JobRun:
    """A job that runs, as its function sees it.

    Args:
        claim: The right to work on it.
        write: Writes how far it is.
    """

    def __init__(self, claim: Claim, write: Callable[[int, int], None]) -> None:
        self.claim = claim
        self.id = claim.job_id
        self.arguments = claim.arguments
        self.requested_by = claim.requested_by
        self._write = write
        self.why = ""
        self.concluded = False
        self._over = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self.progress = (0, 0)

    def tell(self, done: int, total: int) -> None:
        """Say how far it is; a good moment to find out that it has to end.

        Raises:
            JobStopped: It was cancelled.
            JobInterrupted: The process ends.
            JobLost: Another process has it.
        """
        self.check()
        if (done, total) != self.progress:
            self.progress = (done, total)
            self._write(done, total)

    def conclude(self, work: UnitOfWork, result: Result = None) -> None:
        """Say in a unit of work that it is done by it; commit right after.

        So what a job does once, and that it did it, come together or not at all.

        Raises:
            JobTakenOver: Another process has it.
        """
        self.check()
        end_within(
            work.connection,
            work.clock(),
            self.claim,
            "done",
            result=result,
            progress=self.progress if self.progress[1] else None,
        )
        self.concluded = True

    def check(self) -> None:
        """Find out whether it has to end; raises as `tell`."""
        if not self._over.is_set():
            return
        if self.why == "stop":
            raise JobStopped
        if self.why == "taken-over":
            raise JobLost
        raise JobInterrupted

    def on_end(self, listener: Callable[[], None]) -> None:
        """Call `listener`, from another thread, when the job has to end."""
        with self._lock:
            self._listeners.append(listener)
            late = self._over.is_set()
        if late:
            listener()

    def end(self, why: str) -> None:
        """Let the job end; `why` is `stop`, `taken-over` or `process`."""
        with self._lock:
            if self._over.is_set():
                return
            self.why = why
            self._over.set()
            listeners = list(self._listeners)
        for listener in listeners:
            listener()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Attributes:
        name: As in `Job.kind`.
        run: Does it; may be begun again after its process died, so it starts where
            its own rows say. Raises `InventoryError` with a sentence for a person.
        queue: What it waits in.
        about: What it does, for a person.
        by_hand: It can be asked for without arguments.
        of_site: It is done at a site: its arguments are `site` and `targets`.
        check: Refuses targets of one that recurs; None: it has none, or any will do.
    """

    name: str
    run: Callable[[JobRun], Result]
    queue: Queue
    about: str = ""
    by_hand: bool = False
    of_site: bool = False
    check: Callable[[Sequence[str]], None] | None = None


class Engine(Protocol):
    """Decides which process works on which job next, and survives processes.

    Guarantees: a ticket that was taken is run at least once, in order of queue and
    priority, as long as a process of its queue lives; the same key again has no
    effect; a process that died keeps nothing.

    Attributes:
        shared: Other processes take what is submitted here.
    """

    shared: bool

    def start(
        self, name: str, queues: Mapping[Queue, int], run: Callable[[str], None]
    ) -> None:
        """Begin to work.

        Args:
            name: Of this process.
            queues: Which jobs it takes, and how many of each at once.
            run: Runs the job of a key; never raises.
        """
        ...

    def submit(self, tickets: Sequence[Ticket]) -> None:
        """Take jobs, to be run here or in another process."""
        ...

    def known(self) -> Mapping[str, str | None]:
        """Return the keys of all that waits or runs, with the process that runs it."""
        ...

    def take_over(self, names: Sequence[str]) -> None:
        """Let what dead processes ran be run anew."""
        ...

    def prune(self) -> None:
        """Forget what has ended."""
        ...

    def stop(self) -> None:
        """End; jobs that wait stay for the next process, if the engine keeps them."""
        ...
