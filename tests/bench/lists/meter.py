"""CPU of this process and of the processes of PostgreSQL.

The time on the wall says how busy a machine is, too; the CPU of a request does not.
SQLite runs in this process. Of PostgreSQL, Linux tells the nanoseconds that each of
its processes ran. A parallel worker that has ended by then is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_NANO = 1e-9


@dataclass(frozen=True, slots=True)
class Took:
    """What something took, in seconds: CPU here, CPU of the server, and on the wall."""

    here: float
    server: float
    wall: float

    @property
    def cpu(self) -> float:
        """CPU of both."""
        return self.here + self.server


class Meter:
    """Measures calls.

    Args:
        server: Folder of a PostgreSQL server; None where there is none.
    """

    def __init__(self, server: Path | None) -> None:
        self._server = server

    def measured(self, call: Callable[[], T]) -> tuple[T, Took]:
        """Call, and return what came of it and what it took."""
        server = self._of_server()
        wall, here = time.perf_counter(), time.process_time()
        found = call()
        wall, here = time.perf_counter() - wall, time.process_time() - here
        return found, Took(here, self._of_server() - server, wall)

    def _of_server(self) -> float:
        if self._server is None:
            return 0.0
        head = (self._server / "data" / "postmaster.pid").read_text().splitlines()[0]
        found = 0
        for child in _children(int(head)):
            try:
                found += int(Path(f"/proc/{child}/schedstat").read_text().split()[0])
            except FileNotFoundError:
                continue
        return found * _NANO


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in listed.split()]
