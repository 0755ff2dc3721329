"""Real outputs of devices and computers: how many facts are right, at the least."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from collectors.ssh.consoles import templates
from collectors.ssh.consoles.platforms import build_knowledge
from config.catalog import load_folder
from tests.collectors.ssh import computer_cases, console_cases
from tests.needs import SHARED

pytestmark = pytest.mark.slow

NETWORK = {
    "hostname": 0.99,
    "model": 0.99,
    "serial": 0.97,
    "os_version": 0.99,
    "vendor": 0.99,
    "interfaces": 0.99,
    "interfaces.mac": 0.99,
    "interfaces.ips": 0.95,
    "interfaces.oper": 0.99,
    "neighbours": 0.99,
    "fdb": 0.99,
    "arp": 0.99,
    "vlans": 0.99,
    "modules": 0.98,
}
"""Fact -> share of the expected ones that must be right."""

LINUX = {
    "manufacturer": 0.99,
    "model": 0.99,
    "serial": 0.9,
    "bios_version": 0.99,
    "memory": 0.99,
    "monitors": 0.99,
    "monitors.serial": 0.99,
    "os_version": 0.99,
    "nics": 0.85,
    "disks": 0.6,
    "disks.serial": 0.95,
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked cases."""
    archive = SHARED / "cli" / "cli-practice.tar.xz"
    if not archive.exists():
        pytest.skip(f"{archive.name} is not beside the repository")
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / "cli"


def score(corpus: Path, answers: Path, part: str) -> dict[tuple[str, str], float]:
    """Return the recall by platform and fact."""
    done = subprocess.run(
        [
            *(sys.executable, str(corpus / "score_cli.py"), str(answers)),
            *("--side", "practice", "--part", part, "--json"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = json.loads(done.stdout)
    return {
        (r["platform"], r["fact"]): r["recall"] for r in rows if r["recall"] is not None
    }


def expected(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / "expected.json").read_text("utf-8"))
    return found


def too_low(
    recalls: Mapping[tuple[str, str], float], platform: str, bounds: Mapping[str, float]
) -> dict[str, float]:
    return {
        fact: recalls[platform, fact]
        for fact, bound in bounds.items()
        if recalls[platform, fact] < bound
    }


async def test_consoles_of_network_devices(corpus: Path, tmp_path: Path) -> None:
    knowledge = build_knowledge(load_folder("platforms"))
    patterns = json.loads((corpus / "command_patterns.json").read_text("utf-8"))
    for case in sorted((corpus / "practice").glob("*/*")):
        wanted = expected(case)
        name = wanted["netmiko_device_type"] or wanted["platform"]
        found = await console_cases.answer(
            case, name, patterns.get(wanted["platform"], {}), knowledge
        )
        (tmp_path / f"{case.name}.json").write_text(json.dumps(found), "utf-8")
    recalls = score(corpus, tmp_path, "network")
    assert too_low(recalls, "ALL", NETWORK) == {}


def test_linux_computers(corpus: Path, tmp_path: Path) -> None:
    for case in sorted((corpus / "computers" / "practice").iterdir()):
        machine = computer_cases.machine_of(case, expected(case)["platform"])
        found = json.dumps(computer_cases.answer(machine))
        (tmp_path / f"{case.name}.json").write_text(found, "utf-8")
    recalls = score(corpus, tmp_path, "computers")
    assert too_low(recalls, "linux", LINUX) == {}


STRANGE = (
    "Qzx 77 jklm %% unexpected remark (0x1F)",
    "   !! notice: supervisor 3 rebooted",
    "Flags: + primary",
)
"""Lines as a newer release may print them."""


def test_a_strange_line_costs_that_line_at_the_most(corpus: Path) -> None:
    lost: Counter[int] = Counter()
    for case in sorted((corpus / "practice").glob("*/*")):
        files = json.loads((case / "commands.json").read_text("utf-8"))
        for command, file in files.items():
            platform, text = case.parent.name, (case / file).read_text("utf-8")
            before = rows(platform, command, text)
            lines = text.split("\n")
            choice = random.Random(case.name + command)
            filled = [n for n, line in enumerate(lines, 1) if line.strip()]
            at = choice.choice(filled) if filled else 0
            strange = [*lines[:at], choice.choice(STRANGE), *lines[at:]]
            after = rows(platform, command, "\n".join(strange))
            if before:
                lost[(before - after).total()] += 1
    assert lost.total() > 400
    assert lost[0] >= 0.95 * lost.total()
    assert set(lost) <= {0, 1}


def rows(platform: str, command: str, text: str) -> Counter[str]:
    if not templates.known(platform, command):
        return Counter()
    found = templates.parse(platform, command, text).rows
    return Counter(json.dumps(row, sort_keys=True) for row in found)
