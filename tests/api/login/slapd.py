"""A real directory: Debian's slapd in a folder, on a port of this machine."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from tests.needs import missing

SLAPD, SLAPADD = "/usr/sbin/slapd", "/usr/sbin/slapadd"
BASE = "dc=example"
ADMIN, ADMIN_PASSWORD = f"cn=searcher,{BASE}", "may only search"
STARTING = 60.0

CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
disallow bind_anon
database mdb
maxsize 10485760
suffix "{base}"
rootdn "cn=root,{base}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
"""

ENTRIES = """
dn: {base}
objectClass: domain
dc: example

dn: {admin}
objectClass: person
cn: searcher
sn: searcher
userPassword: {password}

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{base}
objectClass: organizationalUnit
ou: groups

dn: uid=ana,ou=people,{base}
objectClass: inetOrgPerson
uid: ana
cn: Ana Almeida
sn: Almeida
userPassword: ana has a password

dn: uid=ben,ou=people,{base}
objectClass: inetOrgPerson
uid: ben
cn: Ben Berg
sn: Berg
userPassword: ben has a password

dn: uid=twin,ou=people,{base}
objectClass: inetOrgPerson
uid: twin
uid: twin2
cn: One Twin
sn: Twin
userPassword: twins have passwords

dn: cn=Twin,ou=people,{base}
objectClass: inetOrgPerson
uid: twin2
cn: Twin
sn: Twin
userPassword: twins have passwords

dn: cn=IT-Crew,ou=groups,{base}
objectClass: groupOfNames
cn: IT-Crew
member: uid=ana,ou=people,{base}
"""


@contextmanager
def directory(folder: Path) -> Iterator[str]:
    """Yield the address of a directory with some people in it."""
    if which(SLAPD) is None:
        missing("lab", "slapd is not installed: apt-get install slapd")
    (folder / "data").mkdir()
    config, entries = folder / "slapd.conf", folder / "entries.ldif"
    config.write_text(CONFIG.format(folder=folder, base=BASE))
    entries.write_text(
        ENTRIES.format(base=BASE, admin=ADMIN, password=ADMIN_PASSWORD).strip() + "\n"
    )
    subprocess.run(
        [SLAPADD, "-f", config, "-l", entries], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"ldap://127.0.0.1:{port}"
    with subprocess.Popen(
        [SLAPD, "-f", config, "-h", url, "-d", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            _wait(port, running)
            yield url
        finally:
            running.terminate()
            running.wait(120)


def _wait(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        assert running.poll() is None, "slapd ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("slapd does not answer")
