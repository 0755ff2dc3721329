"""What is configured, what is missing, and how to mend it: one function a subject.

A check looks and never changes anything but the data directory, which it may make.
`failed` means Purser cannot do its work; `missing` means it can do less.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api.compose.rulebooks import DataError, known
from api.compose.wiring import Settings, database_url
from api.diagnose.drift import schema_drift
from inventory.kernel.errors import InventoryError
from inventory.storage import upgrade
from inventory.storage.engine import make_engine

State = Literal["ok", "missing", "failed"]
LOW_SPACE = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.

    Attributes:
        subject: What was looked at.
        state: `ok`; `missing`: works with less; `failed`: does not work.
        detail: What was found.
        remedy: What to do about it; empty when there is nothing to do.
    """

    subject: str
    state: State
    detail: str
    remedy: str = ""


def examine(settings: Settings, file: Path | None) -> Iterator[Check]:
    """Yield the findings, subject by subject."""
    yield from _settings_file(settings, file)
    for look in _SUBJECTS:
        yield from look(settings)


def _settings_file(settings: Settings, file: Path | None) -> Iterator[Check]:
    if file is None:
        yield Check(
            "settings",
            "missing",
            "no purser.toml; defaults and PURSER_* variables are in use",
            "Write purser.toml here or in the user configuration folder.",
        )
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    logins = (*settings.credentials.snmp, *settings.credentials.ssh, *settings.pbx)
    if (logins or settings.database_url) and mode & 0o077:
        yield Check(
            "settings",
            "missing",
            f"{file} holds secrets and others may read it (mode {mode:o})",
            f"Run `chmod 600 {file}`.",
        )
    else:
        yield Check("settings", "ok", str(file))


def _data_dir(settings: Settings) -> Iterator[Check]:
    place = settings.data_dir
    remedy = "Set data_dir or PURSER_DATA_DIR to a folder this user may write."
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        yield Check("data folder", "failed", f"{place}: {error.strerror}", remedy)
        return
    if not os.access(place, os.W_OK | os.X_OK):
        yield Check("data folder", "failed", f"{place} cannot be written", remedy)
        return
    free = shutil.disk_usage(place).free
    if free < LOW_SPACE:
        yield Check(
            "data folder",
            "missing",
            f"{place} has only {free // 2**20} MB free",
            "Free space on that disk, or move data_dir.",
        )
        return
    yield Check("data folder", "ok", f"{place}, {free // 2**30} GB free")


def _database(settings: Settings) -> Iterator[Check]:
    try:
        engine = make_engine(database_url(settings))
        try:
            found, wanted = upgrade.current(engine), upgrade.newest()
            name = engine.url.render_as_string(hide_password=True)
            differs = schema_drift(engine) if found == wanted else []
        finally:
            engine.dispose()
    except InventoryError as error:
        yield Check("database", "failed", error.problem, error.remedy)
        return
    if differs:
        yield Check(
            "database",
            "failed",
            f"{name} is not as this program made it: {'; '.join(differs[:5])}",
            "Restore a backup into an empty database, or undo what was changed by"
            " hand.",
        )
    elif found == wanted:
        yield Check("database", "ok", f"{name}, revision {found}")
    elif found is None:
        yield Check(
            "database", "failed", f"{name} has no tables", "Run `purser db upgrade`."
        )
    else:
        yield Check(
            "database",
            "failed",
            f"{name} has revision {found}, this program works with {wanted}",
            "Run `purser db upgrade`, or upgrade the program if it is the older one.",
        )


def _credentials(settings: Settings) -> Iterator[Check]:
    for kind, logins in (
        ("snmp", settings.credentials.snmp),
        ("ssh", settings.credentials.ssh),
    ):
        names = ", ".join(login.name for login in logins)
        if logins:
            yield Check(f"{kind} credentials", "ok", names)
        else:
            yield Check(
                f"{kind} credentials",
                "missing",
                "none: devices are found, but do not tell much",
                f"Add [[credentials.{kind}]] to purser.toml.",
            )
    for login in settings.credentials.ssh:
        key = login.private_key_file
        if key is not None and not os.access(key, os.R_OK):
            yield Check(
                f"ssh key of {login.name}",
                "failed",
                f"{key} cannot be read",
                "Correct private_key_file or the file's permissions.",
            )


def _vault(settings: Settings) -> Iterator[Check]:
    from api.diagnose.vault_check import examine_vault

    for state, detail, remedy in examine_vault(settings):
        yield Check("vault", state, detail, remedy)


def _backups(settings: Settings) -> Iterator[Check]:
    from api.diagnose.backup_check import examine_backups

    for state, detail, remedy in examine_backups(settings):
        yield Check("backup", state, detail, remedy)


def _jobs(settings: Settings) -> Iterator[Check]:
    from api.diagnose.jobs_check import examine_jobs

    for subject, state, detail, remedy in examine_jobs(settings):
        yield Check(subject, state, detail, remedy)


def _connections(settings: Settings) -> Iterator[Check]:
    from api.diagnose.connections_check import examine_connections

    for state, detail, remedy in examine_connections(settings):
        yield Check("database connections", state, detail, remedy)


def _telephony(settings: Settings) -> Iterator[Check]:
    for each in settings.pbx:
        name = f"telephone system {each.name}"
        file = Path(each.path) if each.kind == "csv" else each.ca_file
        if file is not None and not os.access(file, os.R_OK):
            yield Check(name, "failed", f"{file} cannot be read", "Correct its path.")
        elif each.secret.get_secret_value() and not each.speaks_tls:
            yield Check(
                name,
                "missing",
                "its password crosses the network readable by others",
                "Set tls = true, or reach it through a tunnel.",
            )
        elif each.speaks_tls and not each.verify:
            yield Check(
                name,
                "missing",
                "its certificate is not checked",
                "Name its certificate in ca_file and leave verify out.",
            )
        else:
            yield Check(name, "ok", each.kind)


def _sites(settings: Settings) -> Iterator[Check]:
    if settings.sites:
        text = "; ".join(
            f"{site.name}: {', '.join(site.networks) or 'no networks'}"
            for site in settings.sites
        )
        yield Check("sites", "ok", text)
    else:
        yield Check(
            "sites",
            "missing",
            "none; scans name their targets on the command line",
            "Add [[sites]] with name and networks to purser.toml.",
        )


def _sockets(_settings: Settings) -> Iterator[Check]:
    python = Path(sys.executable).resolve()
    if _opens(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) or _opens(
        socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP
    ):
        yield Check("ICMP", "ok", "echo requests may be sent")
    else:
        yield Check(
            "ICMP",
            "missing",
            "no permission: hosts are found by SNMP, TCP and SIP only",
            "Run `sysctl net.ipv4.ping_group_range='0 2147483647'`,"
            f" or `setcap cap_net_raw+ep {python}`.",
        )
    packet = getattr(socket, "AF_PACKET", None)
    if packet is not None and _opens(packet, socket.SOCK_RAW, 0):
        yield Check("raw sockets", "ok", "ARP and LLDP on the local segment work")
    else:
        yield Check(
            "raw sockets",
            "missing",
            "no permission: no ARP sweep and no listening on the local segment",
            f"Run as root, or `setcap cap_net_raw+ep {python}`.",
        )


def _opens(family: int, kind: int, protocol: int) -> bool:
    try:
        socket.socket(family, kind, protocol).close()
    except OSError:
        return False
    return True


def _open_files(settings: Settings) -> Iterator[Check]:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = settings.scan.concurrency * 4 + 128
    if soft != resource.RLIM_INFINITY and soft < need:
        yield Check(
            "open files",
            "missing",
            f"the limit is {soft}, scan.concurrency may need {need}",
            f"Run `ulimit -n {need}`, or lower scan.concurrency.",
        )
    else:
        yield Check("open files", "ok", f"limit {soft}")


def _vendor_data(settings: Settings) -> Iterator[Check]:
    try:
        data = known(settings)
        devices, platforms = data.devices(), data.consoles().platforms
    except DataError as error:
        yield Check(
            "vendor data", "failed", str(error), "Correct that line, or restore it."
        )
        return
    rules = sum(1 + len(document.rules) for document in devices.documents)
    yield Check(
        "vendor data",
        "ok",
        f"{len(devices.documents)} files, {rules} rules,"
        f" {len(platforms)} command-line platforms",
    )


def _port(settings: Settings) -> Iterator[Check]:
    host, port = settings.http.host, settings.http.port
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port or None)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        yield Check(
            "HTTP port",
            "missing",
            f"{host}:{port}: {error.strerror or error}",
            "If that is not a running Purser, set http.port or http.host.",
        )
        return
    yield Check("HTTP port", "ok", f"{host}:{port} is free")


_SUBJECTS: tuple[Callable[[Settings], Iterator[Check]], ...] = (
    _data_dir,
    _database,
    _connections,
    _jobs,
    _backups,
    _credentials,
    _vault,
    _telephony,
    _sites,
    _sockets,
    _open_files,
    _vendor_data,
    _port,
)
