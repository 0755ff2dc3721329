"""Texts that are shown to people, marked where they are written. Pure.

The texts are English; whoever shows one translates it, and puts its values in last.
`pybabel extract -k N_ -k NN_:1,2` finds them.
"""

from __future__ import annotations


def N_(text: str) -> str:
    """Return a text unchanged: it is translated where it is shown."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:
    """Return a text for one and for many, both translated where they are shown."""
    return one, many
