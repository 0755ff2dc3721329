"""Regular expressions that people write, matched in linear time. Pure.

The engine is RE2: whatever the expression and the text, the time grows with their
lengths only. It knows no back references and no look-around, which are what makes
other engines run for ever.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

import re2  # type: ignore[import-untyped]

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

LONGEST = 500
"""Characters of an expression."""

_MEMORY = 1 << 20


class Pattern(Protocol):
    """A compiled expression."""

    def fullmatch(self, text: str) -> Any:  # noqa: ANN401 - the match object of RE2
        """Return a match of the whole text, or None."""


@lru_cache(maxsize=256)
def compiled(source: str) -> Pattern:
    """Return an expression ready to match.

    Raises:
        Invalid: It is too long, cannot be read, or needs what RE2 has not.
    """
    if len(source) > LONGEST:
        raise Invalid(
            N_("A pattern has at most {LONGEST} characters."),
            where="pattern",
            LONGEST=LONGEST,
        )
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        found: Pattern = re2.compile(source, options)
    except re2.error as error:
        text = error.args[0] if error.args else ""
        told = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        raise Invalid(
            N_("It is not a pattern: {told}."),
            where="pattern",
            remedy=N_("Write it without look-around and back references."),
            told=told,
        ) from error
    return found
