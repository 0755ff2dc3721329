"""The adoption rules of the settings, as a scan uses them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from discovery.reconciliation.adoption_rules import AdoptionRule
from inventory.assets.register.lifecycle import DEFAULT, KINDS
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

if TYPE_CHECKING:
    from collections.abc import Collection

    from config.settings import Settings


def adoption_of(settings: Settings) -> tuple[AdoptionRule, ...]:
    """Return the rules, in the order of the settings.

    Raises:
        Invalid: A rule names a site, kind or state there is not.
    """
    rules = []
    for each in settings.adoption:
        where = f"adoption {each.name}"
        for site in each.sites:
            _known(site, {site.name for site in settings.sites}, "site", where)
        if each.kind:
            _known(each.kind, KINDS, "kind", where)
        _known(each.state, DEFAULT.states, "state", where)
        names = AdoptionRule.__dataclass_fields__
        rules.append(AdoptionRule(**{name: getattr(each, name) for name in names}))
    return tuple(rules)


def _known(word: str, known: Collection[str], what: str, where: str) -> None:
    if word in known:
        return
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    every = ", ".join(sorted(known)) or "those configured"
    raise Invalid(
        N_("There is no {what} {word!r}."),
        where=where,
        remedy=f"Did you mean {close[0]}?" if close else f"Use one of {every}.",
        what=what,
        word=word,
    )
