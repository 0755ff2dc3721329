"""The templates of ntc-templates: a command's text in, rows out.

A line that a template does not expect costs that line: TextFSM would give the whole
output up. Whatever else a template or a pattern trips over becomes a `Malformed`, and a
command without a template is `Unsupported`. Texts are bounded, since templates are
regular expressions over what a stranger wrote.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ntc_templates.parse import _get_template_dir  # type: ignore[import-untyped]
from textfsm.clitable import CliTable, CliTableError  # type: ignore[import-untyped]
from textfsm.parser import TextFSM, TextFSMError  # type: ignore[import-untyped]
from textfsm.texttable import TextTable  # type: ignore[import-untyped]

from collectors.errors import Malformed, TooMuch, Unsupported
from collectors.sentences import N_
from collectors.ssh.consoles.cells import Row
from collectors.text import printable, without_escapes

MAX_TEXT = 8 << 20
MAX_LINE = 4_096
"""A template's pattern runs over one line at a time."""

MAX_SHOWN = 80
"""Characters of a line that was not read, in its report."""


@cache
def _index() -> CliTable:
    return CliTable("index", _get_template_dir())


@cache
def known(platform: str, command: str) -> bool:
    """Whether there is a template for a command."""
    row = {"Platform": platform, "Command": command}
    return bool(_index().index.GetRowMatch(row))


@dataclass(frozen=True, slots=True)
class Parsed:
    """The rows of a command's output.

    Attributes:
        unread: Lines that its template does not expect, printable.
    """

    rows: Sequence[Row]
    unread: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """What to tell of the lines that were not read; empty where there are none."""
        if not self.unread:
            return ""
        return f"{len(self.unread)} lines are not as expected: {self.unread[0]!r}"


def parse(platform: str, command: str, text: str) -> Parsed:
    """Return the rows of a command's output; none where it says nothing.

    Raises:
        Unsupported: There is no template.
        Malformed: No line of the text fits its template.
        TooMuch: The text is longer than `MAX_TEXT`.
    """
    if len(text) > MAX_TEXT:
        raise TooMuch(
            N_("{command}: more than {max_text} characters"),
            command=command,
            max_text=MAX_TEXT,
        )
    if not known(platform, command):
        raise Unsupported(
            N_("{command}: no template for {platform}"),
            command=command,
            platform=platform,
        )
    lines = without_escapes(text).split("\n")
    clean = "\n".join(line[:MAX_LINE] for line in lines)
    try:
        parsed = _read(platform, command, clean)
    except (TextFSMError, CliTableError) as error:
        detail = printable(str(error))[:160]
        raise Malformed(
            N_("{command}: not as its template expects: {what}"),
            command=command,
            what=detail,
        ) from error
    if parsed.unread and not parsed.rows:
        raise Malformed(
            N_("{command}: {remark}"), command=command, remark=parsed.remark
        )
    return parsed


class _Patient(TextFSM):  # type: ignore[misc]
    """A template that leaves out the lines it calls errors."""

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401
        self.unread: list[str] = []
        super().__init__(*arguments)

    def Reset(self) -> None:
        """Make ready for another text."""
        self.unread = []
        super().Reset()

    def _CheckLine(self, line: str) -> None:
        try:
            super()._CheckLine(line)
        except TextFSMError:
            self.unread.append(printable(line)[:MAX_SHOWN])


class _Compiled(threading.local):
    """Templates of this thread, compiled: they keep state while they read."""

    def __init__(self) -> None:
        self.machines: dict[str, _Patient] = {}

    def machine(self, name: str) -> _Patient:
        """Return a template, ready for a text."""
        machine = self.machines.get(name)
        if machine is None:
            with Path(_get_template_dir(), name).open(encoding="utf-8") as file:
                machine = self.machines[name] = _Patient(file)
        machine.Reset()
        return machine


_compiled = _Compiled()


def _read(platform: str, command: str, text: str) -> Parsed:
    row = {"Platform": platform, "Command": command}
    index = _index().index
    names = index.index[index.GetRowMatch(row)]["Template"].split(":")
    if len(names) > 1:
        return _joined(names, text)
    machine = _compiled.machine(names[0])
    return Parsed(_rows(machine.header, machine.ParseText(text)), tuple(machine.unread))


def _joined(names: Sequence[str], text: str) -> Parsed:
    """Read a text by several templates and join their rows by their keys.

    A line that any of them expects has been read.
    """
    joined: TextTable | None = None
    keys: set[str] = set()
    unread: list[set[str]] = []
    for name in names:
        machine, table = _compiled.machine(name), TextTable()
        table.header = machine.header
        for record in machine.ParseText(text):
            table.Append(record)
        unread.append(set(machine.unread))
        if joined is None:
            joined, keys = table, set(machine.GetValuesByAttrib("Key"))
        else:
            joined.extend(table, keys)
    records = [list(record) for record in joined] if joined is not None else []
    header = list(joined.header) if joined is not None else []
    return Parsed(_rows(header, records), tuple(sorted(set.intersection(*unread))))


def _rows(header: Sequence[str], records: Sequence[Sequence[Any]]) -> list[Row]:
    names = [column.lower() for column in header]
    return [dict(zip(names, map(_cell, cells), strict=True)) for cells in records]


def _cell(value: str | list[str | None] | None) -> str | list[str]:
    """Return a cell without what a part of a pattern that did not match leaves."""
    if isinstance(value, list):
        return [text or "" for text in value]
    return value or ""
