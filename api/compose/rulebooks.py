"""Data files -> rules that are checked: the wiring opens the files, this reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inventory.kernel.errors import Invalid

if TYPE_CHECKING:
    from inventory.accounting.catalogue.asset_classes import Rules as Accounting
    from inventory.provisioning.rules import Rules as Provisioning

Document = Mapping[str, Any]


class DataError(Exception):
    """A data file is broken; the text names file and place."""


def accounting(
    document: Callable[[str], Document], macrs: Sequence[Mapping[str, str]]
) -> Accounting:
    """Return the books, accounts and asset classes.

    Raises:
        DataError: A file contradicts itself.
    """
    from inventory.accounting.catalogue.asset_classes import RulesError, read_rules

    try:
        return read_rules(
            document("rules"), document("presets"), document("limits"), macrs
        )
    except RulesError as error:
        raise DataError(str(error)) from error


def provisioning(document: Callable[[str], Document]) -> Provisioning:
    """Return kits, calendars, states of lines and who decides.

    Raises:
        DataError: A file contradicts itself.
    """
    from inventory.provisioning.rules import read_rules

    names = ("lines", "kits", "calendars", "sources", "notices")
    try:
        return read_rules(*(document(name) for name in names))
    except Invalid as error:
        raise DataError(str(error)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise DataError(f"provisioning: a file has another shape ({what})") from error
