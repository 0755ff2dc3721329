"""Terms of contracts, numbers of cards, ranges, states of lines: rules alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config import catalog
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.telecom.estate.card_numbers import (
    ODD_LUHN,
    code_of,
    eid_of,
    iccid_of,
    imei_of,
)
from inventory.telecom.estate.line_states import read_line_states
from inventory.telecom.estate.notice import Terms, exit_of, months_later
from inventory.telecom.estate.ranges import checked_range, kind_of, number_of, size_of

TODAY = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("terms", "by", "ends"),
    [
        # Two years from March: three months before the last of February.
        ({"starts_on": "2024-03-01"}, "2026-05-31", "2026-08-31"),
        ({"starts_on": "2024-07-15"}, "2026-04-14", "2026-07-14"),
        ({"starts_on": "2024-07-15", "renews_months": 0}, None, "2026-07-14"),
        ({"starts_on": "2024-01-31", "term_months": 25}, "2026-05-30", "2026-08-30"),
        ({"starts_on": "2025-01-01", "notice_unit": "weeks", "notice": 6}, *(2 * "x")),
        ({"starts_on": "2020-01-01", "term_months": 0}, "2026-03-17", "2026-06-17"),
        ({"starts_on": "2020-01-01", "ends_on": "2026-12-31"}, None, "2026-12-31"),
    ],
)
def test_the_last_day_to_give_notice_follows_from_the_terms(
    terms: dict[str, object], by: str | None, ends: str
) -> None:
    values = {"term_months": 24, "notice": 3, "renews_months": 6} | {
        name: date.fromisoformat(str(value)) if name.endswith("_on") else value
        for name, value in terms.items()
    }
    found = exit_of(Terms(**values), TODAY)  # type: ignore[arg-type]
    if by == "x":
        assert found.cancel_by == found.ends_on - timedelta(weeks=6)
        return
    told = (found.cancel_by and str(found.cancel_by), str(found.ends_on))
    assert told == (by, ends)


@given(
    start=st.dates(date(2000, 1, 1), date(2026, 1, 1)),
    term=st.integers(1, 60),
    notice=st.integers(0, 12),
    renews=st.integers(1, 24),
    ahead=st.integers(0, 2000),
)
def test_notice_can_still_be_given_and_the_terms_follow_on(
    start: date, term: int, notice: int, renews: int, ahead: int
) -> None:
    today = start + timedelta(days=ahead)
    terms = Terms(
        starts_on=start, term_months=term, notice=notice, renews_months=renews
    )
    found = exit_of(terms, today)
    assert found.cancel_by is not None
    assert today <= found.cancel_by <= found.ends_on
    later = exit_of(terms, found.cancel_by + timedelta(days=1))
    assert later.ends_on > found.ends_on


def test_the_last_day_of_a_month_stays_the_last() -> None:
    assert months_later(date(2026, 2, 28), 1) == date(2026, 3, 31)
    assert months_later(date(2026, 8, 31), -6) == date(2026, 2, 28)
    assert months_later(date(2026, 1, 15), 13) == date(2027, 2, 15)


def test_cards_have_check_digits() -> None:
    assert iccid_of("8949 0200 0012 3456 789F")[0] == "8949020000123456789"
    assert iccid_of("89490200001234567890")[1] == ODD_LUHN
    assert imei_of("49-015420-323751-8") == "490154203237518"
    assert eid_of("89049032123451234512345678901235")
    for wrong in ("8949", "12345678901234567890", "89x9020000123456789"):
        with pytest.raises(Invalid, match="ICCID"):
            iccid_of(wrong)
    with pytest.raises(Invalid, match="IMEI"):
        imei_of("490154203237519")
    with pytest.raises(Invalid) as error:
        code_of("secret", "pin1")
    assert "secret" not in str(error.value)


def test_numbers_and_ranges() -> None:
    assert number_of("0171 2345678", "DE") == "+491712345678"
    assert kind_of("+498001234567") == "toll-free"
    assert kind_of("+491712345678") == "mobile"
    assert size_of("+4989123400", "+4989123499") == 100
    with pytest.raises(Invalid, match="extension"):
        number_of("2001", "DE")
    for first, last in (("+4989123", "+49891234"), ("+49892", "+49891")):
        with pytest.raises(Invalid):
            checked_range(first, last)


def test_states_are_data_that_is_checked() -> None:
    document = catalog.telecom("line_states")
    states = read_line_states(document)
    assert "quarantine" in states.offered("active")
    assert states.offered("cancelled") == []
    with pytest.raises(NotAllowed, match="activate"):
        states.step("resume", "ordered")
    broken = yaml.safe_load(yaml.safe_dump(dict(document)))
    broken["steps"]["cancel"]["to"] = "nowhere"
    with pytest.raises(Invalid, match="nowhere"):
        read_line_states(broken)
