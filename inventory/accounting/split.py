"""Splitting one asset into several: each part has its share of every row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inventory.accounting.rows import Row
from inventory.money import split

_STOCKS = ("cost", "accumulated", "impairment")
_FLOWS = (
    "additions",
    "revaluation",
    "impairment_loss",
    "impairment_reversal",
    "depreciation",
    "disposed",
)


def split_rows(rows: Sequence[Row], weights: Sequence[int]) -> list[tuple[Row, ...]]:
    """Split a schedule by weights; the parts sum to the whole in every column.

    Balances are shared first and the depreciation of a part is the change of its
    balance, so no cent drifts between the parts over the years.

    Args:
        rows: The schedule, without disposals.
        weights: Quantities or costs of the parts.

    Returns:
        One schedule for each weight.
    """
    parts: list[list[Row]] = [[] for _ in weights]
    for row in rows:
        shared = {name: split(getattr(row, name), weights) for name in _STOCKS}
        flows = {name: split(getattr(row, name), weights) for name in _FLOWS}
        for number, part in enumerate(parts):
            cost, accumulated, impairment = (shared[name][number] for name in _STOCKS)
            closing = cost - accumulated - impairment
            opening = part[-1].closing if part else split(row.opening, weights)[number]
            values = {name: flows[name][number] for name in _FLOWS}
            values["depreciation"] = (
                opening
                + values["additions"]
                + values["revaluation"]
                - values["impairment_loss"]
                + values["impairment_reversal"]
                - values["disposed"]
                - closing
            )
            part.append(
                replace(
                    row,
                    opening=opening,
                    closing=closing,
                    cost=cost,
                    accumulated=accumulated,
                    impairment=impairment,
                    additions=values["additions"],
                    revaluation=values["revaluation"],
                    impairment_loss=values["impairment_loss"],
                    impairment_reversal=values["impairment_reversal"],
                    depreciation=values["depreciation"],
                    disposed=values["disposed"],
                )
            )
    return [tuple(part) for part in parts]
