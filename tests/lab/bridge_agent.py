"""Serves BRIDGE-MIB of a Linux bridge to net-snmp, which has no module for it.

Speaks `pass_persist` of snmpd.conf(5). The rows are the bridge's own: its ports under
/sys and the table of `bridge fdb`. RFC 4188: dot1dBase 17.1, dot1dTpFdbTable 17.4.3.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

Row = tuple[str, str]
Oid = tuple[int, ...]

BASE: Oid = (1, 3, 6, 1, 2, 1, 17)


def rows(bridge: str) -> dict[Oid, Row]:
    """Return the objects of the bridge at this moment: (type, value) by OID."""
    folder = Path("/sys/class/net") / bridge
    mac = (folder / "address").read_text().strip()
    ports = {}
    for port in sorted((folder / "brif").iterdir()):
        ports[port.name] = int((port / "port_no").read_text().strip(), 16)
    found: dict[Oid, Row] = {
        (*BASE, 1, 1, 0): ("octet", mac.replace(":", " ")),
        (*BASE, 1, 2, 0): ("integer", str(len(ports))),
        (*BASE, 1, 3, 0): ("integer", "2"),
    }
    for name, number in ports.items():
        index = (Path("/sys/class/net") / name / "ifindex").read_text().strip()
        found[*BASE, 1, 4, 1, 1, number] = ("integer", str(number))
        found[*BASE, 1, 4, 1, 2, number] = ("integer", index)
    listed = subprocess.run(
        ["bridge", "-j", "fdb", "show", "br", bridge],
        capture_output=True,
        check=False,
        timeout=30,
    )
    for entry in json.loads(listed.stdout or b"[]"):
        if entry.get("state") == "permanent" or entry.get("ifname") not in ports:
            continue
        octets = bytes.fromhex(entry["mac"].replace(":", ""))
        number = ports[entry["ifname"]]
        found[*BASE, 4, 3, 1, 1, *octets] = ("octet", octets.hex(" "))
        found[*BASE, 4, 3, 1, 2, *octets] = ("integer", str(number))
        found[*BASE, 4, 3, 1, 3, *octets] = ("integer", "3")
    return found


def parse(text: str) -> Oid:
    """Return a dotted OID as numbers."""
    return tuple(int(arc) for arc in text.strip().strip(".").split("."))


def main(bridge: str) -> None:
    """Answer until the daemon closes the pipe."""
    for line in sys.stdin:
        command = line.strip()
        if command == "PING":
            print("PONG", flush=True)
            continue
        if command not in {"get", "getnext"}:
            print("not-writable", flush=True)
            continue
        asked, known = parse(sys.stdin.readline()), rows(bridge)
        if command == "getnext":
            asked = min((oid for oid in known if oid > asked), default=())
        if asked in known:
            kind, value = known[asked]
            print(f".{'.'.join(map(str, asked))}\n{kind}\n{value}", flush=True)
        else:
            print("NONE", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
