r"""Regular expressions from data files, refused when they could take for ever.

Bound: text is cut at `text.MAX_TEXT` characters; a repeated group may hold neither
another variable repeat nor an alternative, which excludes exponential matching; at
most `MAX_WIDE` open repeats of wide classes (`.`, `\S`, `[^x]`) may stand in one
pattern, which keeps the rest polynomial of low degree on that length.
Pure: standard library only.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PATTERN = 400
MAX_WIDE = 4
_QUANTIFIER = re.compile(r"\{(\d*)(,?)(\d*)\}")


class PatternRefused(ValueError):
    """The pattern is not a regular expression, or could take for ever."""


@lru_cache(maxsize=8192)
def compile_pattern(source: str) -> re.Pattern[str]:
    """Compile a pattern, case-insensitive, after checking what it may cost.

    Raises:
        PatternRefused: With the reason and the way to mend it.
    """
    if len(source) > MAX_PATTERN:
        raise PatternRefused(f"longer than {MAX_PATTERN} characters; split it")
    try:
        compiled = re.compile(source, re.IGNORECASE)
    except (re.error, FutureWarning, DeprecationWarning) as error:
        raise PatternRefused(f"not a regular expression: {error}") from error
    _Scan(source).check()
    return compiled


class _Scan:
    """Walks a valid pattern once and keeps account of its repeats."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.wide = 0
        self.groups: list[bool] = []

    def check(self) -> None:
        """Raise `PatternRefused` for repeats that multiply."""
        varies = False
        while self.at < len(self.source):
            varies = self._step(varies)
        if self.wide > MAX_WIDE:
            raise PatternRefused(
                f"{self.wide} open repeats of wide classes, {MAX_WIDE} allowed; "
                "use narrower classes or {0,n}"
            )

    def _step(self, varies: bool) -> bool:
        char = self.source[self.at]
        if char == "(":
            self.groups.append(varies)
            self.at += 1
            self._skip_prefix()
            return False
        if char == "|":
            self.at += 1
            return True
        if char == ")":
            self.at += 1
            inner = varies
            outer = self.groups.pop() if self.groups else False
            return outer | self._after_group(inner)
        return varies | self._atom()

    def _skip_prefix(self) -> None:
        if not self.source.startswith("?", self.at):
            return
        if self.source.startswith("?P<", self.at):
            self.at = self.source.index(">", self.at) + 1
        else:
            self.at += 3 if self.source.startswith("?<", self.at) else 2

    def _after_group(self, inner: bool) -> bool:
        low, high = self._repeat()
        if (high is None or high > 8) and inner:
            raise PatternRefused(
                "a repeated group holds a repeat or an alternative, which can take "
                "exponential time; write one character class instead"
            )
        return inner or low != high

    def _atom(self) -> bool:
        start = self.at
        char = self.source[start]
        if char == "\\":
            self.at += 2
        elif char == "[":
            self._skip_class()
        else:
            self.at += 1
        atom = self.source[start : self.at]
        low, high = self._repeat()
        if high is None and (atom in (".", r"\S", r"\W", r"\D") or atom[:2] == "[^"):
            self.wide += 1
        return low != high

    def _skip_class(self) -> None:
        self.at += 1
        if self.source.startswith("^", self.at):
            self.at += 1
        if self.source.startswith("]", self.at):
            self.at += 1
        elif self.source.startswith("[", self.at):
            raise PatternRefused("a class begins with [; write \\[ for the character")
        while (char := self.source[self.at]) != "]":
            if char in "-&~|" and self.source.startswith(char * 2, self.at):
                raise PatternRefused(f"{char * 2} in a class; write \\{char} for it")
            self.at += 2 if char == "\\" else 1
        self.at += 1

    def _repeat(self) -> tuple[int, int | None]:
        """Consume a quantifier; return its bounds, (1, 1) when there is none."""
        bounds: tuple[int, int | None] = (1, 1)
        char = self.source[self.at : self.at + 1]
        if char in ("*", "+", "?") and char:
            self.at += 1
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        elif char == "{" and (m := _QUANTIFIER.match(self.source, self.at)):
            self.at = m.end()
            low = int(m[1] or 0)
            high = low if not m[2] else int(m[3]) if m[3] else None
            bounds = (low, high)
        if bounds != (1, 1) and self.source[self.at : self.at + 1] in ("?", "+"):
            self.at += 1
        return bounds
