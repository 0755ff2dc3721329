"""All acts that a form of the pages may carry out, by name."""

from __future__ import annotations

from api.http.actions import Act
from api.routes import (
    acceptances,
    holding,
    stock,
    stock_takes,
    terms_acts,
    units,
    upkeep_acts,
)

_MODULES = (acceptances, holding, stock, stock_takes, terms_acts, units, upkeep_acts)
ACTS: dict[str, Act] = {act.name: act for one in _MODULES for act in one.ACTS}
