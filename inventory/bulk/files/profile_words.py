"""What profiles of tables have in common: their headings, words and checks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inventory.bulk.files.cells import heading
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_


def words_of(document: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return an entry of a profile that maps their words, or headings, to ours."""
    words = (document.get(key) or {}).items()
    return {heading(str(theirs)): str(ours) for theirs, ours in words}


def check_known(what: str, names: Any, known: Any) -> None:  # noqa: ANN401
    """Refuse names that are not known.

    Raises:
        Invalid: One of them is not; the message names those that are.
    """
    for name in names:
        if name not in known:
            raise Invalid(
                N_("There is no {what} {name!r}."),
                where="profile",
                remedy=N_("Use one of {known}."),
                what=what,
                name=name,
                known=", ".join(sorted(known)),
            )
