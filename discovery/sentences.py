"""What the collectors say, kept so that it can be told in any language. Pure."""

from __future__ import annotations

from collectors.facts import Problem
from collectors.sentences import Told
from inventory.kernel.texts import Said


def said(detail: str) -> str:
    """Return a sentence of the collectors with its parts as the register keeps them."""
    if not isinstance(detail, Told):
        return detail
    values = {
        name: said(value) if isinstance(value, str) else value
        for name, value in detail.values.items()
    }
    return Said(detail.text, **values)


def triple(problem: Problem) -> tuple[str, str, str]:
    """Return where, reason and detail of a problem."""
    return problem.where, problem.reason.value, said(problem.detail)
