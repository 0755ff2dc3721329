"""Import, export, labels, handovers, stock-takes on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import run
from api.compose.wiring import build, read_settings
from inventory.storage import upgrade
from tests.inventory.world import build as build_world


@pytest.fixture(autouse=True)
def company(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A small company in a database of its own, in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PURSER_DATA_DIR", str(tmp_path / "data"))
    app = build(read_settings(), check=False)
    upgrade.upgrade(app.engine)
    build_world(app.engine, app.clock)
    app.close()


def ask(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(words) == code
    told = capsys.readouterr()
    return told.out if code == 0 else told.err


def test_a_table_is_tried_written_exported_and_labelled(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "in.csv"
    table.write_text("tag,kind,model\nX-1,laptop,=1+1\n", "utf-8")
    assert "Nothing written: 1 create." in ask(capsys, "import", str(table))
    assert "Written: 1 create." in ask(capsys, "import", str(table), "--write")
    table.write_text("tag,kind\nX-2,spaceship\n", "utf-8")
    refused = json.loads(ask(capsys, "import", str(table), "--json"))
    assert refused["effects"][0]["problems"][0]["field"] == "kind"
    assert run(["import", str(table), "--write"]) == 1
    capsys.readouterr()
    for name, head in (("out.csv", b"\xef\xbb\xbf"), ("out.xlsx", b"PK")):
        given = ("--search", "X-1", "--export", name)
        ask(capsys, "asset-sheet", "list", *given)
        assert (tmp_path / name).read_bytes().startswith(head)
    ask(capsys, "label", "X-1", "IT-00001", "--medium", "24mm")
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF-")
    assert "X-9" in ask(capsys, "label", "X-9", code=1)


def test_things_are_handed_over_and_the_past_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words: tuple[str, ...] = ("asset", "check-out", "IT-00001", "--on", "2026-02-01")
    words = (*words, "--holder", "sari@example.com")
    made = json.loads(ask(capsys, *words, "--confirm", "--json"))
    assert made["changed"] == 1
    assert "/accept/" in made["link"]
    then = ("person", "held", "p-1", "--day", "2026-02-05")
    told = json.loads(ask(capsys, *then, "--json"))
    assert [row["tag"] for row in told["items"]] == ["IT-00001"]
    assert "IT-00001" in ask(capsys, *then)
    one = ask(capsys, "asset", "history", "IT-00001", "--from", "2026-01-01")
    assert "Sari Wijaya" in one
    assert "4100" in one
    ask(capsys, "asset", "check-in", "IT-00001")
    nobody = ("asset", "check-out", "IT-00001", "--holder", "nobody")
    assert "no person" in ask(capsys, *nobody, code=1)
    both = ("--day", "2026-02-05", "--from", "2026-01-01")
    assert "from and to" in ask(capsys, "person", "held", "p-1", *both, code=2)
    assert ask(capsys, "expiration", "list", "--days", "30", "--json")
    assert json.loads(ask(capsys, "stock", "list", "--json"))["items"]
    wanted = ("--request", "case:1", "--kind", "laptop")
    made = ask(capsys, "reservation", "create", *wanted, "--json")
    reserved = json.loads(made)
    assert reserved["tag"] == "IT-00001"
    assert ask(capsys, "stock-take", "list")
