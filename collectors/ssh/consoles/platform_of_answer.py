"""Which platform an answer is of, told by whose template reads it whole. Pure.

The last resort for consoles that say nowhere what they are: tables of makers look
alike, but few of them fit a template to the last line.
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.errors import CollectError
from collectors.ssh.consoles import templates
from collectors.ssh.consoles.platforms import CliKnowledge, Platform

LEAST = 0.9
"""Share of the lines that must be rows or expected, for a template to fit."""


def fitting(knowledge: CliKnowledge, answers: Mapping[str, str]) -> str | None:
    """Return the device type whose templates read the most answers, None if in doubt.

    Args:
        knowledge: The platforms.
        answers: Command -> what was printed; refusals are looked through.
    """
    told = {
        command: text
        for command, text in answers.items()
        if text.strip() and not knowledge.refusals.search(text[:400])
    }
    scores: dict[str, float] = {}
    for platform in {p.name: p for p in knowledge.platforms.values()}.values():
        if score := sum(_fit(platform, c, t) for c, t in told.items()):
            scores[platform.device_types[0]] = score
    best = sorted(scores, key=lambda name: -scores[name])[:2]
    if not best or (len(best) > 1 and scores[best[0]] == scores[best[1]]):
        return None
    return best[0]


def _fit(platform: Platform, command: str, text: str) -> float:
    """Return how much of an answer a platform's template makes rows of; 0 for none."""
    if command not in {c for r in platform.reads for c in (r.command, *r.instead)}:
        return 0.0
    if not templates.known(platform.name, command):
        return 0.0
    try:
        parsed = templates.parse(platform.name, command, text)
    except CollectError:
        return 0.0
    lines = sum(bool(line.strip()) for line in text.split("\n"))
    if not parsed.rows or len(parsed.unread) > (1 - LEAST) * lines:
        return 0.0
    cells = sum(bool(cell) for row in parsed.rows for cell in row.values())
    return cells / (lines + 1)
