"""A whole scan with marked secrets; then they are searched for everywhere.

SNMP, SSH and a telephone system are asked with secrets from the settings and from the
vault, right ones and wrong ones. The database, the logs, what is printed, the answers
of the API, a recording and the process table must not hold any of them.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI

from api import app as site
from api.compose.device_logins import master_source
from api.compose.wiring import App, build, read_settings
from collectors.office.server import OfficeServer
from collectors.office.settings import Plan, read_plan
from inventory.storage.upgrade import upgrade
from inventory.vault import rotation
from inventory.vault.credentials import Scope, add_credential, change_credential
from inventory.vault.lockout import list_failures
from inventory.vault.rotation import masters_to_write
from inventory.vault.uses import list_uses
from tests.api.conftest import calling
from tests.discovery.office import FOLDER, office, serving

pytestmark = pytest.mark.slow  # five processes of the program, one after the other

MARK = "m4rk3d"
WORDS = (
    "community printers auth priv fauth fpriv linux network enable ami typo hop token"
).split()
SECRETS = {
    word: f"{MARK}-{word}-{number * 7919:x}Zq" for number, word in enumerate(WORDS)
}
TARGETS = (
    "127.10.30.10 127.10.30.11 127.10.99.1-3 127.10.10.41 127.10.10.43 127.10.10.45"
)
ROLES = ("it", "hr", "accounting", "auditor")


def marked_plan(base: int) -> tuple[dict[str, Any], Plan]:
    """The office's scan file with our secrets and our ports."""
    scan = yaml.safe_load((FOLDER / "scan.yaml").read_text())
    scan["ports"] = {"snmp": base, "ssh": base + 1, "sip": base + 2}
    v2c, printers, v3, firewall = scan["snmp"]
    v2c["community"], printers["community"] = SECRETS["community"], SECRETS["printers"]
    v3 |= {"auth_secret": SECRETS["auth"], "priv_secret": SECRETS["priv"]}
    firewall |= {"auth_secret": SECRETS["fauth"], "priv_secret": SECRETS["fpriv"]}
    linux, network = scan["ssh"]
    linux["password"], network["password"] = SECRETS["linux"], SECRETS["network"]
    scan["pbx"][0]["secret"] = SECRETS["ami"]
    return scan, read_plan(scan)


def settings_text(scan: dict[str, Any], folder: Path) -> str:
    """purser.toml with the communities, the Linux account and the exchange in it."""
    ports = scan["ports"]
    lines = [
        f'data_dir = "{folder}/data"',
        'log_level = "debug"',
        "[scan]",
        f"icmp = false\ntcp_ports = []\nsnmp_port = {ports['snmp']}",
        f"ssh_ports = [{ports['ssh']}]\nsip_port = {ports['sip']}\ntimeout = 0.5",
        "[[sites]]",
        'name = "rotterdam"\nnetworks = ["127.10.0.0/16"]',
    ]
    lines += ["[credentials]", "offer_to_new = true"]
    for each in (*scan["snmp"][:3],):
        lines += ["[[credentials.snmp]]", *_pairs(each)]
    lines += ["[[credentials.ssh]]", *_pairs(scan["ssh"][0])]
    pbx = {k: v for k, v in scan["pbx"][0].items() if k != "device"}
    pbx |= {"host": "127.10.30.20", "port": ports["sip"] + 1, "region": "NL"}
    return "\n".join([*lines, "[[pbx]]", *_pairs(pbx), ""])


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    return (f"{name} = {json.dumps(value)}" for name, value in table.items())


@dataclass
class Watch:
    """What the process table shows of our children while they run."""

    seen: set[bytes] = field(default_factory=set)
    looks: int = 0

    def look(self) -> None:
        self.looks += 1
        for pid in _children(os.getpid()):
            for name in ("cmdline", "environ", "comm"):
                try:
                    self.seen.add(Path(f"/proc/{pid}/{name}").read_bytes())
                except OSError:  # it is over
                    continue


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            found = (task / "children").read_text().split()
        except OSError:
            continue
        for child in map(int, found):
            yield child
            yield from _children(child)


@dataclass
class Program:
    """Runs `purser` in processes of its own and keeps all that it prints."""

    settings: Path
    watch: Watch = field(default_factory=Watch)
    printed: list[str] = field(default_factory=list)

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        script = "from api.cli import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-c", script, "--config", str(self.settings), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("PURSER_")},
        )
        with self._watched():
            out, err = process.communicate(stdin, timeout=120)
        self.printed += [out, err]
        return out

    @contextmanager
    def _watched(self) -> Iterator[None]:
        over = threading.Event()

        def watching() -> None:
            while not over.is_set():
                self.watch.look()
                over.wait(0.05)

        thread = threading.Thread(target=watching)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def forms(secret: str) -> set[bytes]:
    """How a secret may hide: as it is, wide, in hexadecimal, in Base64 at any place."""
    raw = secret.encode()
    found = {raw, secret.encode("utf-16-le"), raw.hex().encode(), raw[::-1]}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        found.add(coded[4 if shift else 0 : len(coded) - 4])
    return found


NEEDLES = {form: word for word, secret in SECRETS.items() for form in forms(secret)}


def leaks(text: bytes) -> set[str]:
    return {word for form, word in NEEDLES.items() if form in text}


@dataclass
class Scanned:
    """What a scan with marked secrets left behind."""

    folder: Path
    program: Program
    app: App


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    folder = tmp_path_factory.mktemp("leaks")
    scan, plan = marked_plan(33_000 + os.getpid() % 4000 * 4)
    file = folder / "purser.toml"
    file.write_text(settings_text(scan, folder), "utf-8")
    program = Program(file)
    app = build(read_settings(file, {}), check=False)
    upgrade(app.engine)
    store(app, scan)
    with serving(OfficeServer(office(), plan)):
        program(
            *("credential", "create", "firewall", "--kind", "snmp-v3"),
            *("--user", scan["snmp"][3]["user"], "--secrets-file", "-"),
            *("--field", "auth=sha512", "--field", "priv=aes256"),
            stdin=json.dumps(
                {"auth_secret": SECRETS["fauth"], "priv_secret": SECRETS["fpriv"]}
            ),
        )
        program("--debug", "scan", *TARGETS.split(), "--json")
        program("pbx", "--json")
        program("credential", "test", "typo", "127.10.10.43", "--site", "rotterdam")
        program("record", "127.10.30.10", "--output", str(folder / "one.snmprec"))
    with app.work("test") as work:
        rotation.rotate(work, master_source(app.settings), new_master=True)
    yield Scanned(folder, program, app)
    app.close()


def store(app: App, scan: dict[str, Any]) -> None:
    """Put the rest of the secrets into the vault, a wrong one among them."""
    network = {"user": scan["ssh"][1]["user"], "device_type": "cisco_ios"}
    inventory = {"user": "inventory"}
    hop = {"user": "hop", "host": "127.10.10.250"}
    behind = inventory | {"jumps": ["gate"]}
    with app.work("test") as work:
        masters = masters_to_write(work.connection, master_source(app.settings))
        for name, kind, public, secret, where in (
            ("console", "ssh", network, "network", ()),
            ("typo", "ssh", inventory, "typo", ("127.10.10.43",)),
            ("gate", "jump", hop, "hop", ()),
            ("behind", "ssh", behind, "linux", ("127.10.10.45",)),
            ("exchange", "pbx", {}, "token", ()),
        ):
            add_credential(
                work,
                masters,
                name,
                kind,
                public=public,
                secret={"password": SECRETS[secret]},
                scope=Scope(networks=where),
            )
        extra = {"enable_secret": SECRETS["enable"]}
        change_credential(work, masters, "console", secret=extra)
        work.commit()


def test_the_secrets_were_used_or_finding_none_would_mean_nothing(
    scanned: Scanned,
) -> None:
    with scanned.app.engine.connect() as connection:
        failed = {row["subject"] for row in list_failures(connection)}
        opened = {row["credential"] for row in list_uses(connection)}
    assert failed >= {"typo"}
    assert opened >= {"firewall", "office-linux", "office-v2c", "office-v3"}
    assert scanned.program.watch.looks > 20
    printed = "\n".join(scanned.program.printed)
    assert "auth-failed" in printed
    assert "jump host 'gate'" in printed
    assert leaks(SECRETS["linux"].encode("utf-16-le")) == {"linux"}
    encoded = base64.b64encode(b"xy" + SECRETS["ami"].encode() + b"z")
    assert leaks(encoded) == {"ami"}


def test_nothing_that_was_printed_holds_a_secret(scanned: Scanned) -> None:
    assert leaks("\n".join(scanned.program.printed).encode()) == set()


def test_no_file_but_the_settings_holds_a_secret(scanned: Scanned) -> None:
    files = [f for f in scanned.folder.rglob("*") if f.is_file()]
    assert {f.name for f in files} >= {"purser.sqlite", "vault.key", "one.snmprec"}
    found = {f.name: leaks(f.read_bytes()) for f in files if f.suffix != ".toml"}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_process_table_never_showed_a_secret(scanned: Scanned) -> None:
    shown = b"\n".join(scanned.program.watch.seen)
    assert b"credential" in shown
    assert leaks(shown) == set()


async def test_no_answer_of_the_api_holds_a_secret(scanned: Scanned) -> None:
    api: FastAPI = site._routes(scanned.app)
    paths = [
        path
        for path, operations in api.openapi()["paths"].items()
        if "get" in operations and "{" not in path
    ]
    paths += ["/api/v1/devices/1", "/api/v1/scans/1", "/api/v1/scan-hosts/1"]
    paths += ["/api/v1/credentials/console"]
    answers = {}
    async with calling(scanned.app, *ROLES) as client:
        for path in paths:
            answers[path] = await client.get(path)
    assert sum(a.status_code == 200 for a in answers.values()) > 15
    assert {p for p, a in answers.items() if leaks(a.content)} == set()


def test_the_watch_sees_a_secret_that_is_an_argument() -> None:
    watch = Watch()
    secret = SECRETS["token"]
    with subprocess.Popen([sys.executable, "-c", "input()", secret], stdin=-1) as child:
        until = time.monotonic() + 60
        while not leaks(b"\n".join(watch.seen)) and time.monotonic() < until:
            watch.look()
        child.communicate(b"\n")
    assert leaks(b"\n".join(watch.seen)) == {"token"}
