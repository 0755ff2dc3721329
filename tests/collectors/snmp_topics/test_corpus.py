"""The practice corpus: tables against what was expected, engines against each other."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.snmp_topics import corpus
from tests.needs import SHARED, missing

ARCHIVE = SHARED / "corpus" / "devices-practice.tar.xz"
FARM = SHARED / "farm" / "snmpfarm.py"
TARGETS = {
    "ports": (1.0, 1.0),
    "entities": (1.0, 1.0),
    "ipv4": (0.993, 0.95),
    "links": (0.969, 0.97),
    "links_recorded": (0.98, 0.98),
    "vlans": (0.893, 0.99),
    "fdb": (1.0, 0.99),
    "fdb_recorded": (0.999, 0.99),
    "arp": (1.0, 0.99),
    "arp_recorded": (0.999, 0.99),
}
"""Least recall and precision of each table."""

RIGHT_ALL_THE_SAME = {"links_recorded": 16}
"""Rows that the corpus takes for wrong: two RouterOS agents say in
mtxrNeighborInterfaceID where their neighbours were heard, and its truth knows only
LLDP-MIB, where the local port is 0."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus, unpacked."""
    if not ARCHIVE.exists():
        missing("corpus", f"there is no {ARCHIVE.name} beside the repository")
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "practice"


@pytest.fixture(scope="session")
def scores(practice: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the corpus' own scorer says of our tables."""
    answers = tmp_path_factory.mktemp("answers")
    corpus.write_answers(practice, answers)
    result = answers / "scores.json"
    scorer = (sys.executable, practice / "score.py", answers, "--corpus", practice)
    subprocess.run(
        [*scorer, "--set", "all", "--json", result], check=True, capture_output=True
    )
    tables: dict[str, Any] = json.loads(result.read_text())["tables"]
    return tables


@pytest.mark.parametrize("table", TARGETS)
def test_a_table_is_found_and_right(scores: dict[str, Any], table: str) -> None:
    _, expected, found, answered, right = scores[f"{table}|ALL"]
    recall, precision = TARGETS[table]
    assert found >= recall * expected, f"{found} of {expected} found"
    right += RIGHT_ALL_THE_SAME.get(table, 0)
    assert precision * answered <= right <= answered, (
        f"{right} of {answered} answered are right"
    )


@pytest.mark.parametrize("engine", ["own", "pysnmp"])
def test_an_engine_brings_what_the_recordings_hold(
    practice: Path, tmp_path: Path, engine: str
) -> None:
    if not FARM.exists():
        missing("corpus", "there is no farm of agents beside the repository")
    done = corpus.compare_over_the_wire(practice, tmp_path, FARM, engine)
    assert done.different == []
    assert done.same > 900


@pytest.mark.parametrize("engine", ["own", "pysnmp"])
def test_encryption_changes_no_facts(practice: Path, engine: str) -> None:
    done = corpus.compare_encrypted(practice, engine)
    assert done.different == []
    assert done.same > 900
