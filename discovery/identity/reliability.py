"""From what statements amount to, to how often such an answer is right. Pure.

The shares are measured on devices of makers and systems that the knowledge was kept
from (`config/fingerprints/reliability.tsv`). What is right too seldom is a suggestion:
it is shown as one, and written over nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from discovery.identity.clean_text import key
from discovery.identity.verdicts import Identity, Verdict

LEAST: Mapping[str, float] = {
    "type": 0.8,
    "vendor": 0.8,
    "model": 0.75,
    "version": 0.8,
    "serial": 0.9,
}
"""Share of answers that must be right for a field to be told for a fact."""

DEFAULT = "type by default"
"""Row of the table for types that only the rest of a maker's business tells."""

Table = Mapping[str, tuple[tuple[float, float], ...]]


def calibrated(identity: Identity, table: Table) -> Identity:
    """Return an identity whose confidences are shares of right answers.

    Args:
        identity: As it was weighed.
        table: Field to (least weight, share right), rising; fields it does not hold
            keep what was weighed.
    """
    fields = {name: _verdict(name, v, table) for name, v in identity.fields.items()}
    if by_default(identity) and DEFAULT in table:
        fields["type"] = _verdict("type", fields["type"], {"type": table[DEFAULT]})
    general = fields["type"]
    if general.suggested and fields["subtype"].value is not None:
        fields["subtype"] = replace(fields["subtype"], suggested=True)
    return replace(identity, fields=fields)


def by_default(identity: Identity) -> bool:
    """Whether its type rests on nothing but what its maker mostly makes."""
    won = key(identity.value("type") or "")
    told = [
        each.default
        for each in identity.statements
        if each.field == "type" and key(each.value) == won
    ]
    return bool(told) and all(told)


def _verdict(name: str, verdict: Verdict, table: Table) -> Verdict:
    rows = table.get(name)
    if rows is None or verdict.value is None:
        return verdict
    reached = [right for least, right in rows if verdict.weighed >= least]
    share = reached[-1] if reached else rows[0][1]
    return replace(verdict, confidence=share, suggested=share < LEAST.get(name, 0.0))
