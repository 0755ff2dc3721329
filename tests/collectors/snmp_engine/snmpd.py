"""net-snmp's snmpd on loopback, with a user for every pair of protocols."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from collectors.credentials import AUTH_PROTOCOLS, PRIV_PROTOCOLS, SnmpCredential
from tests.needs import missing

AUTH_NAMES = {
    "md5": "MD5", "sha1": "SHA", "sha224": "SHA-224", "sha256": "SHA-256",
    "sha384": "SHA-384", "sha512": "SHA-512",
}  # fmt: skip
PRIV_NAMES = {
    "des": "DES", "aes128": "AES", "aes192": "AES-192", "aes256": "AES-256",
    "aes192c": "AES-192-C", "aes256c": "AES-256-C",
}  # fmt: skip
"""What net-snmp can do; 3DES is not among it."""

PAIRS = [
    (auth, priv)
    for auth in AUTH_PROTOCOLS
    for priv in (None, *PRIV_PROTOCOLS)
    if priv is None or priv in PRIV_NAMES
]


def credential(auth: str | None, priv: str | None) -> SnmpCredential:
    """Return the user of a pair of protocols."""
    return SnmpCredential(
        name="test",
        version="3",
        user=f"{auth}{priv or ''}" if auth else "nobody",
        auth=auth,
        auth_secret=SecretStr(f"authpass{auth}") if auth else None,
        priv=priv,
        priv_secret=SecretStr(f"privpass{priv}") if priv else None,
    )


def configuration() -> str:
    """Return snmpd.conf."""
    lines = [
        "rocommunity public 127.0.0.1",
        "createUser nobody",
        "rouser nobody noauth",
    ]
    for auth, priv in PAIRS:
        name = f"{auth}{priv or ''}"
        made = f'createUser {name} {AUTH_NAMES[auth]} "authpass{auth}"'
        if priv:
            made += f' {PRIV_NAMES[priv]} "privpass{priv}"'
        lines += [made, f"rouser {name} {'priv' if priv else 'auth'}"]
    return "\n".join(lines) + "\n"


def free_port() -> int:
    """Return a UDP port of loopback that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """Run snmpd with its state in `folder`; yields the port."""
    binary = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin")
    if binary is None:
        missing("lab", "snmpd is not installed (Debian: snmpd)")
    assert binary is not None
    config = folder / "snmpd.conf"
    config.write_text(configuration())
    port = free_port()
    options = ["-f", "-Lo", "-C", "-c", str(config), "-r", "-I", "-smux"]
    process = subprocess.Popen(
        [binary, *options, f"udp:127.0.0.1:{port}"],
        env={"SNMP_PERSISTENT_DIR": str(folder / "state"), "MIBS": "", "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        begun = time.monotonic()
        for line in process.stdout:
            if "NET-SNMP version" in line:
                break
            assert time.monotonic() - begun < 120
        assert process.poll() is None, "snmpd did not start"
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=60)
