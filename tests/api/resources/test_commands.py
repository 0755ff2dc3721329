"""Resources on the command line."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from api.compose.wiring import build, fixed_settings
from inventory.storage import upgrade
from tests.api import test_cli
from tests.api.test_cli import Terminal
from tests.inventory.world import build as build_world

terminal = test_cli.purser
Purser = Callable[..., str]


@pytest.fixture
def purser(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Purser:
    """Run a command on a small company; return what it prints, of an error says."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    app = build(fixed_settings({"data_dir": tmp_path / "data"}), check=False)
    upgrade.upgrade(app.engine)
    build_world(app.engine, app.clock)
    app.close()

    def told(*words: str, code: int = 0) -> str:
        said = terminal(*words)
        assert said.code == code, said.out + said.err
        return said.err if code else said.out

    return told


def test_a_list_has_the_filters_of_the_api_and_writes_files(
    purser: Purser, tmp_path: Path
) -> None:
    purser("asset", "list", "--kind", "laptop", "--export", "out.jsonl")
    (line,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["tag"] == "IT-00001"
    words = ("asset", "list", "-f", "tag__contains=0002", "--fields", "kind,tag")
    assert json.loads(purser(*words, "--json"))["items"] == [
        {"kind": "monitor", "tag": "IT-00002"}
    ]
    assert purser(*words, "--csv").splitlines()[1] == "monitor,IT-00002"
    said = purser("asset", "list", "-f", "colour__in=red", code=2)
    assert "colour" in said


@pytest.mark.usefixtures("purser")
def test_the_trail_is_replayed_by_a_process_that_did_nothing_before() -> None:
    command = [*test_cli.PURSER, "verify-audit"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ": whole." in done.stdout, done.stderr


def test_acts_take_names_and_can_be_tried(purser: Purser) -> None:
    words = ("asset", "create", "--kind", "phone", "--tag", "IT-7", "--location", "R1")
    assert json.loads(purser(*words, "--json"))["location"] == "R1"
    edit = ("asset", "edit", "IT-7", "it-00001", "--name", "desk", "--location", "null")
    assert "desk" in purser(*edit, "--preview")
    assert "desk" not in purser("asset", "show", "IT-7")
    purser(*edit)
    shown = json.loads(purser("asset", "show", "IT-00001", "--json"))
    assert shown["name"] == "desk"
    retire = ("asset", "retire", "IT-7", "--reason", "old")
    assert "retired" in purser(*retire)
    dispose = ("asset", "dispose", "IT-7", "--reason", "sold")
    assert "It is disposed: sold, scrapped" in purser(*dispose, code=4)
    assert "disposed" in purser(*dispose, "--yes")
    assert "--kind" in purser("asset", "create", "--tag", "X", code=2)
