"""A certified OpenID Connect provider: `oidc-provider` of npm, run by Node."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
from joserfc.jwk import RSAKey
from lxml import html

from tests.needs import missing

PACKAGE = "oidc-provider@8.8.1"
SCRIPT = Path(__file__).with_name("certified.mjs")
INSTALLING = 240.0
MOST_STEPS = 12


def installed() -> Path:
    """Return a folder with the package; it is installed by npm where it is missing.

    Skips the test where there is no Node, or npm cannot reach its registry.
    """
    if not shutil.which("node") or not shutil.which("npm"):
        missing("oidc", "there is no node with npm")
    folder = Path(tempfile.gettempdir()) / f"purser-{PACKAGE.replace('@', '-')}"
    if not (folder / "ready").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        command += ["--prefix", str(folder), PACKAGE]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=INSTALLING, check=False
            )
        except subprocess.TimeoutExpired:
            missing("oidc", "npm does not come to an end")
        if done.returncode:
            missing("oidc", f"npm cannot install {PACKAGE}: {done.stderr[-300:]}")
        (folder / "ready").touch()
    return folder


@dataclass
class Certified:
    """A provider on a port of this machine, which can be started anew.

    Attributes:
        clients: As in its configuration.
        people: Subject -> claims.
        keys: What it signs with; the first one counts.
    """

    clients: Sequence[Mapping[str, Any]]
    people: Mapping[str, Mapping[str, Any]]
    keys: list[Mapping[str, Any]] = field(default_factory=list)
    url: str = ""
    _running: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.new_key()

    def new_key(self) -> None:
        """Sign with another key; the one before is forgotten."""
        key = RSAKey.generate_key(2048, {"kid": f"key-{os.urandom(4).hex()}"})
        self.keys = [key.as_dict(private=True) | {"use": "sig", "alg": "RS256"}]

    def start(self) -> None:
        """Start it, and wait until it listens."""
        folder = installed()
        shutil.copyfile(SCRIPT, folder / SCRIPT.name)
        told = {
            "ISSUER": self.url,
            "PORT": self.url.rpartition(":")[2],
            "CLIENTS": json.dumps(self.clients),
            "PEOPLE": json.dumps(self.people),
            "KEYS": json.dumps({"keys": self.keys}),
        }
        self._running = subprocess.Popen(
            ["node", str(folder / SCRIPT.name)],
            env={**os.environ, **told},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._running.stdout is not None
        for line in self._running.stdout:
            if "listening" in line:
                return
        raise AssertionError("the provider did not start")

    def stop(self) -> None:
        """Stop it."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait(120)
            assert self._running.stdout is not None
            self._running.stdout.close()
            self._running = None


@contextmanager
def certified(provider: Certified) -> Iterator[Certified]:
    """Run a provider for a while."""
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


class Person:
    """Somebody with a browser, as far as the provider's pages go."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.forms: list[str] = []
        self._cookies = httpx.Cookies()

    def log_in(self, address: str, back: str) -> str:
        """Go through the provider's pages until it leads to an address of `back`."""
        with httpx.Client(cookies=self._cookies, timeout=30) as client:
            answer = client.get(address)
            for _ in range(MOST_STEPS):
                if answer.is_redirect:
                    address = urljoin(str(answer.url), answer.headers["location"])
                    if address.startswith(back):
                        self._cookies = client.cookies
                        return address
                    answer = client.get(address)
                else:
                    answer = self._sent(client, answer)
        raise AssertionError(f"the provider does not lead back: {answer.text[:500]}")

    def _sent(self, client: httpx.Client, answer: httpx.Response) -> httpx.Response:
        assert answer.status_code == 200, answer.text
        (form, *_) = html.fromstring(answer.text).cssselect("form")
        fields = {one.get("name"): one.get("value", "") for one in form.inputs}
        sent = {name: value for name, value in fields.items() if name}
        self.forms.append(sent.get("prompt") or "logout")
        if "login" in sent:
            sent |= {"login": self.subject, "password": "any"}
        if "xsrf" in sent:
            sent["logout"] = "yes"
        return client.post(urljoin(str(answer.url), form.get("action")), data=sent)
