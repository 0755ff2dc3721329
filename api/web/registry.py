"""All acts that a form of the pages may carry out, by name."""

from __future__ import annotations

from api.http.actions import Act
from api.resources.register.asset_acts import ASSET_ACTS, STEP
from api.resources.register.custody_acts import CUSTODY_ACTS
from api.routes import (
    acceptances,
    stock,
    stock_takes,
    terms_acts,
    units,
    upkeep_acts,
)

_MODULES = (acceptances, stock, stock_takes, terms_acts, units, upkeep_acts)
_OWN = tuple(act for one in _MODULES for act in one.ACTS)
ACTS: dict[str, Act] = {
    act.name: act for act in (*_OWN, STEP, *ASSET_ACTS, *CUSTODY_ACTS)
}
