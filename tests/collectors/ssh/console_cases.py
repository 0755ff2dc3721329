"""Plays the network cases of the shared corpus to our collector."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.facts import Interface, Observation
from collectors.ssh.consoles.platforms import CliKnowledge
from collectors.ssh.consoles.read import collect_cli

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

REFUSAL = "% Invalid input detected at '^' marker."


class CaseCli:
    """A `Cli` that answers from the files of a case."""

    def __init__(self, case: Path, device_type: str, patterns: dict[str, Any]) -> None:
        commands = json.loads((case / "commands.json").read_text("utf-8"))
        self.device_type = device_type
        self.asked: list[str] = []
        self._exact: dict[str, Path] = {
            c.lower(): case / name for c, name in commands.items()
        }
        others = {c for c in patterns if c not in commands}
        self._rules: list[tuple[re.Pattern[str], Path]] = [
            (re.compile(rule, re.IGNORECASE), case / name)
            for command, name in commands.items()
            for rule in _rules(patterns.get(command))
        ]
        self._absent = others

    async def run(self, command: str, *, timeout: float = 60.0) -> str:
        self.asked.append(command)
        bare = re.sub(r"\s+", " ", command.strip().lstrip("/")).lower()
        if bare in self._absent:
            return REFUSAL
        if bare in self._exact:
            return self._exact[bare].read_text("utf-8", "replace")
        for rule, path in self._rules:
            if rule.fullmatch(bare):
                return path.read_text("utf-8", "replace")
        return REFUSAL

    async def close(self) -> None:
        """Nothing is open."""


def _rules(found: Any) -> list[str]:  # noqa: ANN401
    if not found:
        return []
    return [found] if isinstance(found, str) else [str(rule) for rule in found]


async def answer(
    case: Path, platform: str, patterns: dict[str, Any], knowledge: CliKnowledge
) -> dict[str, Any]:
    """Return what the collector finds in a case, in the words of the scorer."""
    cli = CaseCli(case, platform, patterns)
    seen = await collect_cli(cli, knowledge=knowledge, address="10.0.0.1", seen_at=NOON)
    return in_words(seen)


def in_words(seen: Observation) -> dict[str, Any]:
    """Return an observation in the words of the scorer."""
    ports: dict[int | None, Interface] = {i.if_index: i for i in seen.interfaces}
    ips: dict[int | None, list[str]] = {}
    for address in seen.addresses:
        ips.setdefault(address.if_index, []).append(address.ip)

    def port(index: int | None) -> str | None:
        found = ports.get(index)
        return found.name if found else None

    hardware, system, running = seen.hardware, seen.system, seen.operating_system
    return {
        "identity": {
            "hostname": system and system.name,
            "base_mac": system and system.base_mac,
            "vendor": hardware and hardware.manufacturer,
            "model": hardware and hardware.model,
            "serial": [
                s
                for s in (
                    hardware and hardware.serial,
                    *(c.serial for c in seen.components if c.kind == "chassis"),
                )
                if s
            ],
            "os_version": running and running.version,
        },
        "modules": [
            {"name": c.name, "model": c.model, "serial": c.serial}
            for c in seen.components
        ],
        "interfaces": [
            {
                "name": i.name,
                "mac": i.mac,
                "description": i.alias,
                "admin": _up(i.admin_up),
                "oper": _up(i.oper_up),
                "ips": ips.get(i.if_index, []),
            }
            for i in seen.interfaces
        ],
        "neighbours": [
            {
                "local_port": n.local_port,
                "name": n.sys_name,
                "port": n.port_id,
                "platform": n.platform,
                "mgmt_ip": next(iter(n.management_addresses), None),
                "chassis_id": n.chassis_id,
            }
            for n in seen.neighbours
        ],
        "fdb": [
            {"mac": e.mac, "vlan": e.vlan, "port": port(e.if_index)} for e in seen.fdb
        ],
        "arp": [
            {"ip": e.ip, "mac": e.mac, "interface": port(e.if_index)} for e in seen.arp
        ],
        "vlans": [{"id": v.vlan, "name": v.name} for v in seen.vlans],
    }


def _up(state: bool | None) -> str | None:
    return None if state is None else "up" if state else "down"
