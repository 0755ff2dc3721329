"""The templates of ntc-templates: a command's text in, rows out.

TextFSM raises whatever a template says or a pattern trips over; here it becomes a
`Malformed`, and a command without a template is `Unsupported`. Texts are bounded, since
templates are regular expressions over what a stranger wrote.
"""

from __future__ import annotations

from functools import cache

from ntc_templates.parse import (  # type: ignore[import-untyped]
    _get_template_dir,
    parse_output,
)
from textfsm.clitable import CliTable, CliTableError  # type: ignore[import-untyped]
from textfsm.parser import TextFSMError  # type: ignore[import-untyped]

from collectors.errors import Malformed, TooMuch, Unsupported
from collectors.ssh.cells import Row
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
        rows: list[Row] = parse_output(platform, command, clean)
    except (TextFSMError, CliTableError) as error:
        detail = printable(str(error))[:160]
        raise Malformed(f"{command}: not as its template expects: {detail}") from error
    return rows
