"""All acts that a form of the pages may carry out, by name."""

from __future__ import annotations

from api.http.actions import Act
from api.resources.register import (
    categories,
    consumables,
    contracts,
    custody,
    licences,
    papers,
    stock,
    stock_take_acts,
)
from api.resources.register.asset_acts import ASSET_ACTS, STEP
from api.resources.register.custody_acts import CUSTODY_ACTS
from api.resources.register.purchasing import orders
from api.web.change_many import CHANGE
from api.web.unit_form import UNIT

_REGISTER = (
    categories,
    consumables,
    contracts,
    custody,
    licences,
    orders,
    papers,
    stock,
    stock_take_acts,
)
_FORMS = tuple(act for one in _REGISTER for act in one.FORMS)
ACTS: dict[str, Act] = {
    act.name: act for act in (*_FORMS, UNIT, CHANGE, STEP, *ASSET_ACTS, *CUSTODY_ACTS)
}
