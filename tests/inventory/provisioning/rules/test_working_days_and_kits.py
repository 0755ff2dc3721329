"""Working days of a site, and who gets what on which day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from inventory.kernel.errors import Invalid
from inventory.provisioning.calendars import Calendar, Calendars
from inventory.provisioning.kits import Item, Kit, Kits
from inventory.provisioning.statements.authority import REGISTER, Authority, Claim

on = date.fromisoformat
PLAIN = Calendars([Calendar(date.min, "UTC")])


@pytest.mark.parametrize(
    ("day", "days", "wanted"),
    [
        ("2026-01-08", 0, "2026-01-08"),
        ("2026-01-08", 1, "2026-01-09"),
        ("2026-01-09", 1, "2026-01-12"),
        ("2026-01-10", 0, "2026-01-09"),
        ("2026-01-10", 1, "2026-01-12"),
        ("2026-01-12", -1, "2026-01-09"),
        ("2026-01-11", -1, "2026-01-09"),
        ("2026-01-09", 5, "2026-01-16"),
        ("2026-01-16", -5, "2026-01-09"),
    ],
)
def test_a_deadline_skips_weekends(day: str, days: int, wanted: str) -> None:
    """Friday 9 January 2026; a Saturday stands for the last working day before."""
    assert PLAIN.shift("hq", on(day), days) == on(wanted)


def test_public_holidays_and_days_on_which_the_site_is_closed_do_not_count() -> None:
    german = Calendars(
        [
            Calendar(
                date.min,
                "Europe/Berlin",
                country="DE",
                closed=[(on("2026-01-02"), on("2026-01-05"))],
            )
        ]
    )
    assert german.shift("hq", on("2025-12-31"), 1) == on("2026-01-06")
    assert PLAIN.shift("hq", on("2025-12-31"), 1) == on("2026-01-01")


def test_a_region_has_holidays_of_its_own() -> None:
    """Epiphany, Tuesday 6 January 2026, is free in Bavaria and not in all Germany."""
    weekend = frozenset((5, 6))
    germany = Calendar(date.min, "Europe/Berlin", country="DE", weekend=weekend)
    bavaria = replace(germany, subdivision="BY")
    assert germany.works(on("2026-01-06"))
    assert not bavaria.works(on("2026-01-06"))
    assert not germany.works(on("2026-01-01"))


def test_a_weekend_is_what_the_site_says() -> None:
    gulf = Calendars([Calendar(date.min, "UTC", weekend=frozenset((4, 5)))])
    assert gulf.shift("hq", on("2026-01-08"), 1) == on("2026-01-11")


def test_a_site_where_nobody_ever_works_is_a_mistake() -> None:
    never = Calendars([Calendar(date.min, "UTC", weekend=frozenset(range(7)))])
    with pytest.raises(Invalid, match="Nobody ever works at 'hq'"):
        never.shift("hq", on("2026-01-08"), 1)


def test_a_site_that_moved_keeps_its_old_days() -> None:
    before = Calendar(date.min, "UTC")
    after = Calendar(on("2026-02-01"), "UTC", weekend=frozenset((4, 5)))
    site = Calendars([Calendar(date.min, "UTC")], {"dubai": [before, after]})
    assert site.of("dubai", on("2026-01-31")) is before
    assert site.of("dubai", on("2026-02-01")) is after
    assert site.of("elsewhere", on("2026-02-01")) is site.default[0]


def test_the_first_entry_holds_before_it_as_well() -> None:
    first, second = Calendar(on("2026-02-01"), "UTC"), Calendar(on("2026-03-01"), "UTC")
    assert Calendars([first, second]).of("hq", on("2025-01-01")) is first


def test_today_is_the_day_of_the_site() -> None:
    tokyo = Calendars([Calendar(date.min, "Asia/Tokyo")])
    now = datetime(2026, 1, 8, 20, tzinfo=UTC)
    assert tokyo.today("hq", now) == on("2026-01-09")
    assert PLAIN.today("hq", now) == on("2026-01-08")


LAPTOP = Item("laptop", "laptop", any_of=("T14", "X1"), substitutes=("T16",))
PHONE, BADGE = Item("phone", "phone"), Item("badge", "badge", tracked=False)
ITEMS = {item.name: item for item in (LAPTOP, PHONE, BADGE)}


def test_any_model_does_where_none_is_named_and_substitutes_come_last() -> None:
    assert LAPTOP.models == ("T14", "X1", "T16")
    assert PHONE.models == ()
    assert PHONE.fits("phone", None)
    assert PHONE.fits("phone", "whatever")
    assert not PHONE.fits("laptop", "whatever")
    assert LAPTOP.fits("laptop", "T16")
    assert not LAPTOP.fits("laptop", "T15")
    assert not LAPTOP.fits("laptop", None)


def test_a_plain_item_is_a_tool_that_goes_back_at_once() -> None:
    """Benefits stay until the employment ends; tools may overlap if the kit says so."""
    assert (PHONE.benefit, PHONE.overlap, PHONE.approval) == (False, 0, False)


def test_substitutes_alone_do_not_narrow_the_choice() -> None:
    assert Item("x", "laptop", substitutes=("T16",)).models == ()


def test_all_kits_that_fit_are_given_each_item_once() -> None:
    kits = Kits(
        ITEMS,
        [
            Kit("all", ("badge", "laptop")),
            Kit("sales", ("laptop", "phone"), {"role": ("sales", "presales")}),
        ],
    )
    assert kits.of({"role": "sales"}, on("2026-01-01")) == (BADGE, LAPTOP, PHONE)
    assert kits.of({"role": "cook"}, on("2026-01-01")) == (BADGE, LAPTOP)
    assert kits.of({}, on("2026-01-01")) == (BADGE, LAPTOP)


def test_every_condition_of_a_kit_has_to_fit() -> None:
    kit = Kit("x", ("phone",), {"role": ("sales",), "location": ("hq",)})
    day = on("2026-01-01")
    assert kit.fits({"role": "sales", "location": "hq"}, day)
    assert not kit.fits({"role": "sales", "location": "rome"}, day)
    assert not kit.fits({"role": "sales"}, day)


def test_a_kit_takes_away_what_another_one_gives() -> None:
    kits = Kits(
        ITEMS,
        [
            Kit("all", ("badge", "laptop")),
            Kit("own device", (), {"role": ("contractor",)}, without=("laptop",)),
        ],
    )
    assert kits.of({"role": "contractor"}, on("2026-01-01")) == (BADGE,)


def test_a_kit_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    kit = Kit("x", ("phone",), start=on("2026-02-01"), end=on("2026-03-01"))
    days = ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")
    assert [kit.fits({}, on(day)) for day in days] == [False, True, True, False]


def claim(source: str, value: str, minute: int, field: str = "department") -> Claim:
    moment = datetime(2026, 1, 1, 9, minute, tzinfo=UTC)
    return Claim(field, value, source, f"{source} {minute}", (moment, 0, source))


RANKED = Authority({"department": ("hr", "directory")}, ("directory", "hr"))


def test_the_stronger_source_decides_whenever_it_spoke() -> None:
    hr, directory = claim("hr", "A", 1), claim("directory", "B", 2)
    for order in ([hr, directory], [directory, hr]):
        winner, conflicts = RANKED.decide(order)
        assert winner == hr
        assert [(c.applied, c.refused) for c in conflicts] == [(hr, directory)]


def test_for_another_field_another_source_may_be_the_stronger() -> None:
    hr, directory = claim("hr", "A", 2, "email"), claim("directory", "B", 1, "email")
    assert RANKED.decide([hr, directory])[0] == directory


def test_of_one_source_the_last_word_counts_and_is_no_conflict() -> None:
    first, last = claim("hr", "A", 1), claim("hr", "B", 2)
    assert RANKED.decide([last, first]) == (last, [])


def test_sources_that_agree_are_no_conflict() -> None:
    assert RANKED.decide([claim("hr", "A", 1), claim("directory", "A", 2)])[1] == []


def test_a_source_without_rank_is_weaker_than_any_that_has_one() -> None:
    known, stranger = claim("directory", "A", 1), claim("payroll", "B", 2)
    assert RANKED.decide([known, stranger])[0] == known
    other = claim("legacy", "C", 3)
    assert RANKED.decide([stranger, other])[0] == other


def test_whatever_anybody_says_outranks_what_was_known_before_without_conflict() -> (
    None
):
    before, stranger = claim(REGISTER, "A", 3), claim("payroll", "B", 1)
    assert RANKED.decide([before, stranger]) == (stranger, [])
    assert RANKED.decide([]) == (None, [])
