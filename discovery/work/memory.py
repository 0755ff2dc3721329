"""The engine in memory: threads of this process, nothing kept.

For commands that do one thing and end, and for tests. What it held when its process
died is found by whoever serves, as with any engine.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from discovery.work.port import Queue
from inventory.jobs.rows import Ticket


class MemoryEngine:
    """As `port.Engine`."""

    shared = False

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting: dict[str, list[tuple[int, int, str]]] = {}
        self._taken: set[str] = set()
        self._open: set[str] = set()
        self._order = count()
        self._threads: list[threading.Thread] = []
        self._over = False

    def start(
        self, name: str, queues: Mapping[Queue, int], run: Callable[[str], None]
    ) -> None:
        """Begin to work, with as many threads as jobs may run at once."""
        for queue, at_once in queues.items():
            for number in range(at_once):
                thread = threading.Thread(
                    target=self._work,
                    args=(queue, run),
                    name=f"jobs-{queue}-{number}",
                    daemon=True,
                )
                self._threads.append(thread)
                thread.start()

    def submit(self, tickets: Sequence[Ticket]) -> None:
        """Take jobs; a key that was taken before has no effect."""
        with self._condition:
            for ticket in tickets:
                if ticket.key in self._taken:
                    continue
                self._taken.add(ticket.key)
                self._open.add(ticket.key)
                heap = self._waiting.setdefault(ticket.queue, [])
                heapq.heappush(heap, (ticket.priority, next(self._order), ticket.key))
            self._condition.notify_all()

    def known(self) -> Mapping[str, str | None]:
        """Return the keys of all that waits or runs."""
        with self._condition:
            return dict.fromkeys(self._open)

    def take_over(self, names: Sequence[str]) -> None:
        """Nothing: this memory ends with its process."""

    def prune(self) -> None:
        """Forget what has ended."""
        with self._condition:
            self._taken &= self._open

    def stop(self) -> None:
        """End when the jobs that run have ended."""
        with self._condition:
            self._over = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(30)

    def _work(self, queue: str, run: Callable[[str], None]) -> None:
        while (key := self._next(queue)) is not None:
            try:
                run(key)
            finally:
                with self._condition:
                    self._open.discard(key)

    def _next(self, queue: str) -> str | None:
        with self._condition:
            while not self._over:
                heap = self._waiting.get(queue)
                if heap:
                    return heapq.heappop(heap)[2]
                self._condition.wait()
            return None
