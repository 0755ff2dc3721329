"""States have a colour on a terminal, and none where nobody wants it."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from api.console import output
from api.pages.cells import TONES
from api.resources.cli.lists import _states
from api.resources.declare import columns_of
from api.resources.registry import resource

GREEN, RED = "\x1b[32m", "\x1b[31m"


def printed(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> str:
    out = StringIO()
    made = Console(file=out, force_terminal=terminal, width=80, highlight=False)
    monkeypatch.setattr(output, "console", lambda: made)
    rows = [{"tag": "lost", "state": "in_use"}, {"tag": "T-2", "state": "lost"}]
    heads = {"tag": "Tag", "state": "State"}
    output.print_table(rows, heads, tones={"state": TONES})
    return out.getvalue()


def test_a_terminal_shows_states_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = printed(monkeypatch, terminal=True)
    assert f"{GREEN}in_use" in shown
    assert shown.count(f"{RED}lost") == 1  # the tag is no state


def test_a_pipe_and_no_color_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b" not in printed(monkeypatch, terminal=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert GREEN not in printed(monkeypatch, terminal=True)


@pytest.mark.parametrize("name", ["assets", "devices", "cases", "scans", "jobs"])
def test_lists_say_which_columns_are_states(name: str) -> None:
    assert _states(columns_of(resource(name).rows))
