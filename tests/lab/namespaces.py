"""Network namespaces with cables between them and daemons in them.

Every name carries the number of the process that made it. What a killed run left
behind is removed at the next start, but only where that process is gone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from tests.lab import inside

T = TypeVar("T")

PREFIX = "purserlab"
LIFE = 900
"""Seconds after which a daemon ends by itself, whatever becomes of its test."""

PATIENCE = 120
"""Seconds a function may run inside a namespace."""

ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(rf"{PREFIX}-(\d+)-[\w-]+")


def run(*command: str, check: bool = True) -> str:
    """Run a command of the host and return what it prints."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=30, check=False
    )
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def remove_stray() -> list[str]:
    """Remove namespaces of runs that are over; return their names."""
    stray = []
    for line in run("ip", "netns", "list").splitlines():
        name = line.split(" ")[0]
        found = _NAME.fullmatch(name)
        if found and not Path(f"/proc/{found[1]}").exists():
            remove_namespace(name)
            stray.append(name)
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}-*"):
        found = _NAME.fullmatch(folder.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    return stray


def remove_namespace(name: str) -> None:
    """End what lives in a namespace of ours, then remove it."""
    assert _NAME.fullmatch(name), name
    for pid in run("ip", "netns", "pids", name, check=False).split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    run("ip", "netns", "del", name, check=False)


class Namespaces:
    """A set of namespaces; `close` ends every daemon and removes every trace."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getpid()}-"))
        self.folder.chmod(0o755)
        self.binds: list[tuple[Path, str]] = []
        """Files put in place for every daemon."""
        self.patience: float = PATIENCE
        """Seconds that a call may take."""
        self._names: list[str] = []
        self._daemons: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._workers: dict[str, subprocess.Popen[bytes]] = {}

    def full(self, short: str) -> str:
        """Return the name the system knows a namespace by; other sets have others."""
        return f"{self.folder.name}-{short}"

    def add(self, short: str) -> None:
        """Make a namespace with its loopback up."""
        run("ip", "netns", "add", self.full(short))
        self._names.append(short)
        self.ip(short, "link", "set", "lo", "up")

    def ip(self, short: str, *arguments: str) -> str:
        """Run `ip` inside a namespace."""
        return run("ip", "-n", self.full(short), *arguments)

    def inside(self, short: str, *command: str, check: bool = True) -> str:
        """Run a command inside a namespace and return what it prints."""
        return run("ip", "netns", "exec", self.full(short), *command, check=check)

    def cable(
        self, one: tuple[str, str, str | None], two: tuple[str, str, str | None]
    ) -> None:
        """Join two ends, each (namespace, interface, MAC or None), and set them up."""
        (ns1, if1, mac1), (ns2, if2, mac2) = one, two
        run(
            *("ip", "link", "add", if1, "netns", self.full(ns1), "type", "veth"),
            *("peer", "name", if2, "netns", self.full(ns2)),
        )
        for ns, name, mac in ((ns1, if1, mac1), (ns2, if2, mac2)):
            if mac:
                self.ip(ns, "link", "set", name, "address", mac)
            self.ip(ns, "link", "set", name, "up")

    def daemon(
        self,
        name: str,
        short: str,
        host: str,
        command: Sequence[str],
        *,
        binds: Sequence[tuple[Path, str]] = (),
        env: dict[str, str] | None = None,
    ) -> None:
        """Start a daemon in the foreground, in its own UTS and mount namespace.

        Args:
            name: Of its log in `folder`.
            short: Namespace.
            host: Host name it sees.
            command: Program and arguments.
            binds: (file of ours, path) pairs put in place for it alone.
            env: Further environment.
        """
        script = ['hostname "$0"']
        for source, target in (*self.binds, *binds):
            script.append(f"mount --bind {source} {target}")
        script += ['exec "$@"']
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [
                *("ip", "netns", "exec", self.full(short)),
                *("unshare", "-u", "-m", "sh", "-ec", "; ".join(script), host),
                *("timeout", "-k", "3", str(LIFE), *command),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(env or {})},
        )
        log.close()
        self._daemons.append((name, process))

    def stop(self, name: str) -> None:
        """End one daemon; `timeout` passes the signal on to it."""
        for known, process in self._daemons:
            if known == name and process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(5)
        self._daemons = [(n, p) for n, p in self._daemons if n != name]

    def remove(self, short: str) -> None:
        """End the daemons that were named after a namespace, and remove it."""
        for name, _ in list(self._daemons):
            if name.rpartition("-")[2] == short:
                self.stop(name)
        if (worker := self._workers.pop(short, None)) is not None:
            with worker:
                pass
        self._names.remove(short)
        remove_namespace(self.full(short))

    def died(self) -> dict[str, str]:
        """Return the last lines of every daemon that is not running."""
        return {
            name: (self.folder / f"{name}.log").read_text("utf-8", "replace")[-400:]
            for name, process in self._daemons
            if process.poll() is not None
        }

    def wait(
        self, what: str, ready: Callable[[], bool], *, seconds: float = 30
    ) -> None:
        """Wait until something is so.

        Raises:
            RuntimeError: It did not come to be, or a daemon ended meanwhile.
        """
        until = time.monotonic() + seconds
        while not ready():
            if died := self.died():
                raise RuntimeError(f"waiting for {what}: {died}")
            if time.monotonic() > until:
                raise RuntimeError(f"{what} did not happen within {seconds:g} s")
            time.sleep(0.1)

    def call(
        self,
        short: str,
        function: Callable[..., Coroutine[Any, Any, T]],
        **arguments: Any,  # noqa: ANN401
    ) -> T:
        """Run a module-level coroutine function in a namespace, return its result."""
        worker = self._workers.get(short)
        if worker is None or worker.poll() is not None:
            worker = self._workers[short] = self._worker(short)
        assert worker.stdin is not None
        assert worker.stdout is not None
        inside.send(
            worker.stdin, (function.__module__, function.__qualname__, arguments)
        )
        watch = threading.Timer(self.patience, worker.kill)
        watch.start()
        try:
            result = inside.receive(worker.stdout)
        except EOFError:
            raise RuntimeError(
                f"no answer to {function.__qualname__} in {self.patience:g} s"
            ) from None
        finally:
            watch.cancel()
        if isinstance(result, BaseException):
            raise result
        return result  # type: ignore[no-any-return]

    def _worker(self, short: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"worker-{short}.log").open("wb")
        worker = subprocess.Popen(
            [
                *("ip", "netns", "exec", self.full(short)),
                *(sys.executable, "-m", "tests.lab.inside"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
        )
        log.close()
        return worker

    def close(self) -> None:
        """End the daemons by their numbers, remove namespaces and files."""
        for worker in self._workers.values():
            with worker:  # closes its input, which ends it
                pass
        for _, process in self._daemons:
            if process.poll() is None:
                process.terminate()
        for _, process in self._daemons:
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
        for short in self._names:
            remove_namespace(self.full(short))
        for _, process in self._daemons:
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
        shutil.rmtree(self.folder, ignore_errors=True)
