"""The templates of ntc-templates: a command's text in, rows out.

TextFSM raises whatever a template says or a pattern trips over; here it becomes a
`Malformed`, and a command without a template is `Unsupported`. Texts are bounded, since
templates are regular expressions over what a stranger wrote.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from ntc_templates.parse import (  # type: ignore[import-untyped]
    _get_template_dir,
    parse_output,
)
from textfsm.clitable import CliTable, CliTableError  # type: ignore[import-untyped]
from textfsm.parser import TextFSM, TextFSMError  # type: ignore[import-untyped]

from collectors.errors import Malformed, TooMuch, Unsupported
from collectors.ssh.consoles.cells import Row
from collectors.text import printable, without_escapes

MAX_TEXT = 8 << 20
MAX_LINE = 4_096
"""A template's pattern runs over one line at a time."""


@cache
def _index() -> CliTable:
    return CliTable("index", _get_template_dir())


@cache
def known(platform: str, command: str) -> bool:
    """Whether there is a template for a command."""
    row = {"Platform": platform, "Command": command}
    return bool(_index().index.GetRowMatch(row))


def parse(platform: str, command: str, text: str) -> list[Row]:
    """Return the rows of a command's output; none where it says nothing.

    Raises:
        Unsupported: There is no template.
        Malformed: The text does not fit its template.
        TooMuch: The text is longer than `MAX_TEXT`.
    """
    if len(text) > MAX_TEXT:
        raise TooMuch(f"{command}: more than {MAX_TEXT} characters")
    if not known(platform, command):
        raise Unsupported(f"{command}: no template for {platform}")
    lines = without_escapes(text).split("\n")
    clean = "\n".join(line[:MAX_LINE] for line in lines)
    try:
        return _read(platform, command, clean)
    except (TextFSMError, CliTableError) as error:
        detail = printable(str(error))[:160]
        raise Malformed(f"{command}: not as its template expects: {detail}") from error


class _Compiled(threading.local):
    """Templates of this thread, compiled: they keep state while they read."""

    def __init__(self) -> None:
        self.machines: dict[str, TextFSM] = {}


_compiled = _Compiled()


def _read(platform: str, command: str, text: str) -> list[Row]:
    row = {"Platform": platform, "Command": command}
    index = _index().index
    name = index.index[index.GetRowMatch(row)]["Template"]
    if ":" in name:  # several templates whose rows are joined
        joined: list[Row] = parse_output(platform, command, text)
        return joined
    machine = _compiled.machines.get(name)
    if machine is None:
        with Path(_get_template_dir(), name).open(encoding="utf-8") as file:
            machine = _compiled.machines[name] = TextFSM(file)
    machine.Reset()
    names = [column.lower() for column in machine.header]
    found = machine.ParseText(text)
    return [dict(zip(names, map(_cell, cells), strict=True)) for cells in found]


def _cell(value: str | list[str | None] | None) -> str | list[str]:
    """Return a cell without what a part of a pattern that did not match leaves."""
    if isinstance(value, list):
        return [text or "" for text in value]
    return value or ""
