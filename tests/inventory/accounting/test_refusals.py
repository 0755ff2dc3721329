"""Terms and events from outside that no schedule can be made of, and what is said."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.accounting.catalogue.api_form import event_from_wire, terms_from_wire
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import EventError, HoldForSale, ResumeUse
from inventory.accounting.model.terms import TermsError
from inventory.accounting.model.valid_events import check_held
from inventory.kernel.periods import CalendarError, fiscal_calendar
from tests.inventory.accounting.published import day

CALENDAR = fiscal_calendar(2025, 2034)
GOOD = {"cost": "1000.00", "in_service": "2026-01-01", "life_months": 12}
DECLINING = "declining-balance"


def preview(terms: dict[str, Any], *events: dict[str, Any]) -> int:
    """Return what is depreciated in all."""
    read = [event_from_wire(event, "EUR") for event in events]
    rows = schedule(terms_from_wire(terms, "EUR"), read, CALENDAR).rows
    return sum(row.depreciation for row in rows)


def macrs(**params: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is any
    """Return terms of the method macrs."""
    named = {name.replace("_", "-"): value for name, value in params.items()}
    return {"method": "macrs", "params": {"factor": 2} | named}


TERMS: list[tuple[dict[str, Any], str]] = [
    ({"cost": "NaN"}, "not an amount"),
    ({"cost": "9" * 5000}, "more than a book can hold"),
    ({"cost": "1e20"}, "more than a book can hold"),
    ({"cost": "\N{ARABIC-INDIC DIGIT THREE}.00"}, "not an amount"),
    ({"cost": "-1.00"}, "cost must not be negative"),
    ({"residual_value": "1000.01"}, "1000.01 is above cost 1000.00 EUR"),
    ({"life_months": 0}, "above 0"),
    ({"life_months": 10**9}, "200 years"),
    ({"life_months": "1e400"}, "200 years"),
    ({"in_service": "9999-12-31"}, "outside the calendar"),
    ({"depreciate_from": "9999-12-31"}, "outside the calendar"),
    ({"method": DECLINING, "params": {"rate": "-1"}}, "at least 0"),
    ({"method": DECLINING, "params": {"rate": "0"}}, "above 0"),
    (
        {"method": DECLINING, "params": {"factor": 2, "whole-years": "maybe"}},
        "true or false",
    ),
    ({"params": {"rate": "-1"}}, "at least 0"),
    ({"params": {"rate": "0"}}, "above 0"),
    ({"params": {"amount": "-5.00"}}, "at least 0"),
    ({"method": "table", "params": {"rates": ["-1", "2"]}}, "not be negative"),
    (
        {"method": "table", "params": {"rates": ["0"], "by": "asset-year"}},
        "nothing would be charged",
    ),
    ({"method": "manual", "params": {"amounts": ["-5.00"]}}, "not be negative"),
    ({"method": "weighted", "params": {"weights": ["-5"]}}, "not be negative"),
    (macrs(bonus_rate="2"), "from 0 to 1"),
    (macrs(business_use="2"), "from 0 to 1"),
    (macrs(business_use="0"), "nothing is deducted"),
    (macrs(caps=["-1.00"]), "not be negative"),
    (macrs(factor=-2), "at least 0"),
    (macrs(basis_reduction="-1.00"), "at least 0"),
    (macrs(section_179="1000.01"), "exceeds the business basis"),
]
"""What is wrong with terms, and words of the rule."""


@pytest.mark.parametrize(("change", "words"), TERMS)
def test_impossible_terms_name_their_rule(change: dict[str, Any], words: str) -> None:
    with pytest.raises((TermsError, CalendarError), match=words):
        preview(GOOD | change)


EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"type": "add-cost"}, "needs amount"),
    ({"type": "add-cost", "amount": "1e18"}, "more than a book can hold"),
    ({"type": "add-cost", "amount": "1.00", "effective": "9999-12-31"}, "outside"),
    ({"type": "dispose", "effective": "9999-12-31"}, "outside the calendar"),
    ({"type": "dispose", "quantity": 5}, "quantity and out_of"),
    ({"type": "dispose", "out_of": 5}, "quantity and out_of"),
    ({"type": "dispose", "quantity": 5, "out_of": 0}, "quantity and out_of"),
    ({"type": "dispose", "share": "1/2", "cost": "1.00"}, "one of share, cost"),
    ({"type": "dispose", "proceeds": "-1.00"}, "proceeds must not be negative"),
    ({"type": "dispose", "costs": "-1.00"}, "costs must not be negative"),
    ({"type": "usage", "units": "-5"}, "units must not be negative"),
    ({"type": "opening", "accumulated": "-5.00"}, "must not be negative"),
    ({"type": "change-estimate", "remaining_months": 0}, "must be above 0"),
    ({"type": "change-estimate", "remaining_months": 10**9}, "200 years"),
    (
        {"type": "change-estimate", "remaining_months": 5, "life_months": 5},
        "life_months or remaining_months",
    ),
    ({"type": "reclassify"}, "needs asset_class"),
]
"""What is wrong with an event, and words of the rule."""


@pytest.mark.parametrize(("event", "words"), EVENTS)
def test_impossible_events_name_their_rule(event: dict[str, Any], words: str) -> None:
    with pytest.raises((EventError, TermsError, CalendarError), match=words):
        preview(GOOD, {"effective": "2026-02-01"} | event)


def test_what_left_by_its_cost_does_not_leave_again() -> None:
    first = {"type": "dispose", "effective": "2026-02-01", "cost": "1000.00"}
    again = {"type": "dispose", "effective": "2026-03-01"}
    assert preview(GOOD, first) == 8333
    with pytest.raises(EventError, match="left before 2026-03-01"):
        preview(GOOD, first, again)


def test_only_what_is_held_for_sale_comes_back_into_use() -> None:
    held = HoldForSale(id="h", effective=day("2026-02-01"), fair_value_less_costs=1)
    back = ResumeUse(id="b", effective=day("2026-03-01"), recoverable=1)
    check_held([back, held])
    for events in (
        [back],
        [held, back, ResumeUse(id="c", effective=back.effective, recoverable=1)],
    ):
        with pytest.raises(EventError, match="not held for sale"):
            check_held(events)
