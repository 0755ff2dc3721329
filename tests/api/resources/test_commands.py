"""Resources on the command line; each test is processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.compose.wiring import build, fixed_settings
from inventory.storage import upgrade
from tests.inventory.world import build as build_world

PURSER = (sys.executable, "-c", "from api.cli import main; main()")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with a small company in its database."""
    app = build(fixed_settings({"data_dir": tmp_path / "data"}), check=False)
    upgrade.upgrade(app.engine)
    build_world(app.engine, app.clock)
    app.close()
    return tmp_path


def purser(folder: Path, *words: str, code: int = 0) -> str:
    """Run a command; return what it prints, of an error what it says."""
    environ = os.environ | {"PURSER_DATA_DIR": str(folder / "data")}
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [*PURSER, *words],
        cwd=folder,
        env=environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr if code else done.stdout


def test_a_list_has_the_filters_of_the_api_and_writes_files(folder: Path) -> None:
    purser(folder, "asset", "list", "--kind", "laptop", "--export", "out.jsonl")
    (line,) = (folder / "out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["tag"] == "IT-00001"
    words = ("asset", "list", "-f", "tag__contains=0002", "--fields", "kind,tag")
    assert json.loads(purser(folder, *words, "--json"))["items"] == [
        {"kind": "monitor", "tag": "IT-00002"}
    ]
    assert purser(folder, *words, "--csv").splitlines()[1] == "monitor,IT-00002"
    said = purser(folder, "asset", "list", "-f", "colour__in=red", code=2)
    assert "colour" in said


def test_the_trail_is_replayed_by_a_process_that_did_nothing_before(
    folder: Path,
) -> None:
    assert ": whole." in purser(folder, "verify-audit")


def test_acts_take_names_and_can_be_tried(folder: Path) -> None:
    words = ("asset", "create", "--kind", "phone", "--tag", "IT-7", "--location", "R1")
    assert json.loads(purser(folder, *words, "--json"))["location"] == "R1"
    edit = ("asset", "edit", "IT-7", "it-00001", "--name", "desk", "--location", "null")
    assert "desk" in purser(folder, *edit, "--preview")
    assert "desk" not in purser(folder, "asset", "show", "IT-7")
    purser(folder, *edit)
    shown = json.loads(purser(folder, "asset", "show", "IT-00001", "--json"))
    assert shown["name"] == "desk"
    retire = ("asset", "retire", "IT-7", "--reason", "old")
    assert "retired" in purser(folder, *retire)
    dispose = ("asset", "dispose", "IT-7", "--reason", "sold")
    assert "It is disposed: sold, scrapped" in purser(folder, *dispose, code=4)
    assert "disposed" in purser(folder, *dispose, "--yes")
    assert "--kind" in purser(folder, "asset", "create", "--tag", "X", code=2)
