"""The rules of telecom assets: the site's own data files, or those that come along.

Part of the wiring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from api.compose.rulebooks import DataError
from config import catalog
from inventory.kernel.errors import Invalid
from inventory.telecom.billing.charge_types import ChargeTypes, read_charge_types
from inventory.telecom.billing.layouts import Layout, read_layout
from inventory.telecom.estate.line_states import LineStates, read_line_states

if TYPE_CHECKING:
    from config.settings import Settings


@dataclass(frozen=True, slots=True)
class TelecomRules:
    """What the data files say.

    Attributes:
        states: States of lines and steps between them.
        types: Kinds of charges.
        layouts: Layouts of invoices by name.
    """

    states: LineStates
    types: ChargeTypes
    layouts: Mapping[str, Layout]


def telecom_rules(settings: Settings) -> TelecomRules:
    """Return the rules of telecom assets.

    Raises:
        DataError: A file is broken, or contradicts itself.
    """
    return _read(settings.data_dir / "telecom")


@lru_cache(maxsize=8)
def _read(folder: Path) -> TelecomRules:
    try:
        layouts = catalog.invoice_layouts(folder)
        return TelecomRules(
            read_line_states(catalog.telecom("line_states", folder)),
            read_charge_types(catalog.telecom("charge_types", folder)),
            {name: read_layout(name, row) for name, row in layouts.items()},
        )
    except (catalog.CatalogError, Invalid, KeyError, TypeError) as error:
        raise DataError(str(error)) from error
