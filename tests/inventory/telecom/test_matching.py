"""An invoice against the estate: what the story by HTTP has no room for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from inventory.kernel.spans import Span
from inventory.telecom.billing.charging import ChargeTerms
from inventory.telecom.billing.matching import (
    BilledLine,
    Estate,
    Finding,
    KnownCharge,
    KnownLine,
    by_kind,
    match,
)

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
NUMBER = "+491712345678"
RENTAL = KnownCharge(
    id=1,
    line_id=1,
    charge_type="line-rental",
    item="Line rental",
    terms=ChargeTerms(1000, 1, Span(date(2026, 1, 1))),
    vat_permille=190,
)


def line(number: int, account: int = 1, **more: Any) -> KnownLine:  # noqa: ANN401
    """A line that is active since January."""
    values = {"active_from": date(2026, 1, 1), **more}
    return KnownLine(id=number, name=f"M{number}", account_id=account, **values)


def found(
    lines: list[KnownLine], *billed: tuple[str, int], vat: int | None = None
) -> list[Finding]:
    """Match lines of one number, billed by type and amount."""
    estate = Estate(
        lines={one.id: one for one in lines},
        keys={NUMBER: [one.id for one in lines]},
        charges=[RENTAL],
        kinds={"line-rental": "recurring", "voice": "usage"},
    )
    rows = [
        BilledLine(
            position=place,
            key=NUMBER,
            text=name,
            charge_type=name,
            net=net,
            vat_permille=vat,
        )
        for place, (name, net) in enumerate(billed, 1)
    ]
    return match(estate, 1, rows, FIRST, LAST).findings


def test_what_was_agreed_and_what_was_used_is_no_finding() -> None:
    assert found([line(1)], ("line-rental", 1000), ("voice", 77), vat=190) == []


@pytest.mark.parametrize(
    ("lines", "billed", "kinds"),
    [
        # Two lines match one number: neither is guessed.
        (
            [line(1), line(2)],
            [("line-rental", 1000)],
            {"several-lines": 1000, "not-billed": -1000},
        ),
        # A number that was used again is that of the line that has it now.
        (
            [line(1), line(2, ended_on=date(2026, 2, 1))],
            [("line-rental", 1000)],
            {},
        ),
        (
            [line(1, account=2)],
            [("line-rental", 1000)],
            {"other-account": 1000, "not-billed": -1000},
        ),
        (
            [line(1)],
            [("line-rental", 1200), ("line-rental", 1200)],
            {"price-differs": 200, "billed-twice": 1200},
        ),
        (
            [line(1)],
            [("line-rental", 1000), ("line-rental", 300)],
            {"not-agreed": 300},
        ),
    ],
)
def test_each_error_is_named_in_money(
    lines: list[KnownLine], billed: list[tuple[str, int]], kinds: dict[str, int]
) -> None:
    assert by_kind(found(lines, *billed)) == kinds


def test_another_rate_of_tax_is_the_difference_in_tax() -> None:
    (one,) = found([line(1)], ("line-rental", 1000), vat=70)
    assert (one.kind, one.expected, one.billed) == ("vat-differs", 190, 70)
    assert one.about.endswith(": 7 % / 19 %")


def test_of_two_lines_of_a_number_the_one_that_has_begun_is_meant() -> None:
    later = line(2, active_from=date(2026, 4, 1))
    assert found([line(1), later], ("line-rental", 1000)) == []
    assert found([line(1), line(2, active_from=None)], ("line-rental", 1000)) == []


def test_what_is_not_due_in_a_month_is_not_missed_in_its_invoice() -> None:
    ended = ChargeTerms(1000, 1, Span(date(2026, 1, 1), date(2026, 3, 1)))
    estate = Estate(
        lines={1: line(1)},
        keys={NUMBER: [1]},
        charges=[replace(RENTAL, terms=ended)],
        kinds={"line-rental": "recurring"},
    )
    assert match(estate, 1, [], FIRST, LAST).findings == []
    due = replace(estate, charges=[RENTAL])
    missed = match(due, 1, [], FIRST, LAST).findings
    assert [(one.kind, one.about, one.expected, one.billed) for one in missed] == [
        ("not-billed", "M1: Line rental", 1000, 0)
    ]
    early = replace(due, billed={1: ["INV-1"]})
    assert match(early, 1, [], FIRST, LAST).findings == []
