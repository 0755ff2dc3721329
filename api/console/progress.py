"""The bars of a running scan on a terminal; plain lines in a pipe."""

from __future__ import annotations

import queue
import sys
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed

from api.console.output import console
from discovery.scan.requests import Progress as Step


class Bars:
    """Two bars, addresses and hosts; `put` may be called from any thread."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._steps: queue.SimpleQueue[Step] = queue.SimpleQueue()
        self._live = not quiet and sys.stderr.isatty()
        self._lines = not quiet and not self._live
        self._phase = ""
        self._told = 0
        self._bars = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            Elapsed(),
            TextColumn("{task.fields[now]}", markup=False),
            console=console(stderr=True),
            disable=not self._live,
        )
        self._sweep = self._bars.add_task("Addresses asked", total=None, now="")
        self._hosts = self._bars.add_task("Hosts read", total=None, now="")

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def _tell(self, step: Step) -> None:
        """Say what does not work for all addresses as soon as it is known."""
        if self._live or self._lines:
            for where, _, detail in step.for_all[self._told :]:
                self._bars.console.print(f"{where}: {detail}", markup=False)
        self._told = len(step.for_all)

    def put(self, step: Step) -> None:
        """Take a step from the scanning thread."""
        self._steps.put(step)

    def show(self, latest: Step, seconds: float) -> None:
        """Show what came within `seconds`, at least `latest`."""
        now = ""
        try:
            latest = self._steps.get(timeout=seconds) if seconds else latest
            while True:
                host = latest.host
                if host is not None:
                    now = f"{host.address} {host.outcome} {host.device_name}"
                latest = self._steps.get_nowait()
        except queue.Empty:
            pass
        self._draw(latest, now)

    def _draw(self, step: Step, now: str) -> None:
        self._tell(step)
        self._bars.update(self._sweep, total=step.total or None, completed=step.swept)
        self._bars.update(
            self._hosts,
            total=step.answered or None,
            completed=step.done,
        )
        if now:
            self._bars.update(self._hosts, now=now)
        if self._lines and step.phase and step.phase != self._phase:
            self._phase = step.phase
            print(
                f"{step.phase}: {step.swept} of {step.total} addresses asked,"
                f" {step.answered} answered, {step.done} read",
                file=sys.stderr,
                flush=True,
            )
