"""Runs the simulated office in the foreground, for trying one's own tools on it.

    python -m collectors.office --truth config/office/truth.yaml

Stop it with Ctrl-C. The scan file beside the truth names networks, ports and secrets.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import yaml

from collectors.office.errors import OfficeError, TruthError
from collectors.office.server import OfficeServer
from collectors.office.settings import read_plan
from collectors.office.truth import load_office


def _read(path: Path) -> dict[str, object]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TruthError(f"cannot read {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise TruthError(f"{path} is not YAML: {error}") from error
    if not isinstance(found, dict):
        raise TruthError(f"{path} holds no mapping")
    return found


def _server(arguments: argparse.Namespace) -> OfficeServer:
    truth: Path = arguments.truth
    scan: Path = arguments.scan or truth.with_name("scan.yaml")
    return OfficeServer(load_office(_read(truth)), read_plan(_read(scan)))


def _greeting(server: OfficeServer) -> str:
    ports, plan = server.plan.ports, server.plan
    lines = [
        f"{len(server.office.devices)} devices in {', '.join(server.networks)}",
        f"ports: snmp {ports.snmp}/udp, ssh {ports.ssh}/tcp, sip {ports.sip}/udp",
        f"accounts: {', '.join([*plan.snmp, *plan.ssh])} (secrets: the scan file)",
        *(f"  {address}" for address in server.seeds),
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


async def _run(server: OfficeServer) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await server.start()
    print(_greeting(server), flush=True)
    await ended.wait()
    await server.stop()


def main(arguments: list[str] | None = None) -> int:
    """Run the office until a signal; return 0, or 2 if it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m collectors.office", description="Run the simulated office."
    )
    parser.add_argument("--truth", type=Path, required=True, help="the truth file")
    parser.add_argument("--scan", type=Path, help="default: scan.yaml beside it")
    try:
        asyncio.run(_run(_server(parser.parse_args(arguments))))
    except OfficeError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
