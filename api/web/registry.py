"""All acts that a form of the pages may carry out, by name."""

from __future__ import annotations

from api.acting import Act
from api.routes import acceptances, holding, stock, stock_takes

ACTS: dict[str, Act] = {
    act.name: act
    for act in (*holding.ACTS, *acceptances.ACTS, *stock.ACTS, *stock_takes.ACTS)
}
