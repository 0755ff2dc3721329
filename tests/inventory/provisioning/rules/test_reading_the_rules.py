"""The four data files of provisioning: what they mean, and what is refused in them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from inventory.kernel.errors import Invalid
from inventory.kernel.money import Money
from inventory.provisioning.rules import Policy, Rules, read_rules

LINES: dict[str, Any] = {
    "states": {
        "wanted": {"owner": "it", "anchor": "effective", "days": -2},
        "done": {"closed": True},
    },
    "steps": {
        "finish": {"from": ["wanted"], "to": "done"},
        "count": {
            "from": ["wanted"],
            "to": "done",
            "untracked": ["done"],
            "untracked_only": True,
            "actions": ["provide"],
        },
        "assets": {"from": ["wanted"], "to": "done", "tracked": True},
    },
}
KITS: dict[str, Any] = {
    "currency": "IDR",
    "items": {
        "laptop": {
            "kind": "laptop",
            "any_of": ["T14"],
            "substitutes": ["T16"],
            "cost": "1500.50",
            "overlap": 5,
        },
        "badge": {"kind": "badge", "tracked": False},
    },
    "kits": [
        {"name": "all", "items": ["badge"]},
        {
            "name": "office",
            "items": ["laptop"],
            "without": ["badge"],
            "when": {"role": ["office", 7]},
            "from": date(2026, 1, 1),
            "to": date(2026, 7, 1),
        },
    ],
}
CALENDARS: dict[str, Any] = {
    "default": [
        {"zone": "UTC", "weekend": ["Saturday", "sunday"], "from": date(2026, 5, 1)},
        {"zone": "Asia/Jakarta", "country": "ID", "weekend": ["sunday"]},
    ],
    "sites": {
        "hq": [
            {
                "zone": "Europe/Berlin",
                "country": "DE",
                "subdivision": "BY",
                "weekend": ["saturday", "sunday"],
                "closed": [{"from": date(2026, 8, 3), "to": date(2026, 8, 14)}],
            }
        ]
    },
}
SOURCES: dict[str, Any] = {
    "authority": {"fields": {"department": ["hr", "okta"]}, "others": ["okta", "hr"]},
    "leavers": {"most": 5, "days": 2},
    "remind": {"before": 1, "every": 4},
    "bridge": 20,
    "absence_days": 40,
    "suspend": ["sim"],
}
FILES = {"lines": LINES, "kits": KITS, "calendars": CALENDARS, "sources": SOURCES}


def read(**changed: Mapping[str, Any]) -> Rules:
    return read_rules(**{**FILES, **changed})


def changed(file: str, *path: str | int, value: object) -> dict[str, Any]:
    """Return a file with one value put in at a path."""
    found: Any = copy.deepcopy(FILES[file])
    inner = found
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return {file: found}


def test_states_and_steps_mean_what_they_say() -> None:
    machine = read().machine
    wanted, count = machine.states["wanted"], machine.steps["count"]
    assert (wanted.owner, wanted.anchor, wanted.days) == ("it", "effective", -2)
    assert count.sources == {"wanted"}
    assert count.target == "done"
    assert count.untracked == {"done"}
    assert count.actions == {"provide"}
    assert count.tracked is False
    assert machine.steps["finish"].tracked is None
    assert machine.steps["assets"].tracked is True


def test_items_and_kits_mean_what_they_say() -> None:
    kits = read().kits
    laptop, badge = kits.items["laptop"], kits.items["badge"]
    assert (laptop.kind, laptop.overlap) == ("laptop", 5)
    assert (laptop.any_of, laptop.substitutes) == (("T14",), ("T16",))
    assert laptop.cost == Money(150050, "IDR")
    assert (badge.cost, badge.tracked, badge.any_of) == (None, False, ())
    everybody, office = kits.kits
    assert (everybody.items, everybody.when, everybody.start) == (("badge",), {}, None)
    assert office.when == {"role": ("office", "7")}
    assert office.without == ("badge",)
    assert (office.start, office.end) == (date(2026, 1, 1), date(2026, 7, 1))


def test_amounts_are_euros_where_no_currency_is_named() -> None:
    plain = copy.deepcopy(KITS)
    del plain["currency"]
    assert read(kits=plain).kits.items["laptop"].cost == Money(150050, "EUR")


def test_calendars_mean_what_they_say_and_stand_in_order() -> None:
    calendars = read().calendars
    first, second = calendars.default
    assert (first.start, first.zone, first.country) == (date.min, "Asia/Jakarta", "ID")
    assert (second.start, second.zone) == (date(2026, 5, 1), "UTC")
    assert first.weekend == {6}
    assert second.weekend == {5, 6}
    (hq,) = calendars.sites["hq"]
    assert (hq.country, hq.subdivision) == ("DE", "BY")
    assert hq.closed == [(date(2026, 8, 3), date(2026, 8, 14))]


def test_a_day_on_which_a_site_is_closed_needs_both_its_ends() -> None:
    half = [{"from": None, "to": date(2026, 8, 14)}]
    found = read(**changed("calendars", "sites", "hq", 0, "closed", value=half))
    assert found.calendars.sites["hq"][0].closed == []


def test_sources_and_numbers_mean_what_they_say() -> None:
    rules = read()
    assert rules.authority.fields == {"department": ("hr", "okta")}
    assert rules.authority.others == ("okta", "hr")
    assert rules.policy == Policy(
        most=5,
        days=2,
        bridge=20,
        suspend=frozenset(("sim",)),
        absence_days=40,
        before=1,
        every=4,
    )


def test_what_is_not_said_has_its_default() -> None:
    rules = read(sources={})
    assert (rules.authority.fields, rules.authority.others) == ({}, ())
    assert rules.policy == Policy(
        most=10, days=1, bridge=30, absence_days=30, before=2, every=3
    )
    assert rules.policy.suspend == frozenset()
    plain = read(kits={**KITS, "kits": None}, calendars={**CALENDARS, "sites": None})
    assert (plain.kits.kits, plain.calendars.sites) == ([], {})


@pytest.mark.parametrize("days", [0, 1])
def test_numbers_of_days_may_be_zero(days: int) -> None:
    assert read(**changed("sources", "bridge", value=days)).policy.bridge == days


ITEM = {"kind": "phone"}
REFUSED = [
    (("lines", "states", {}), "no section 'states'"),
    (("lines", "steps", None), "no section 'steps'"),
    (("lines", "states", "done", "shut", True), "no key 'shut'"),
    (("lines", "steps", "finish", "until", "done"), "no key 'until'"),
    (("kits", "items", {}), "no section 'items'"),
    (("kits", "items", "a:b", ITEM), "no colon"),
    (("kits", "items", "x", {"cost": 5}), "has a kind"),
    (("kits", "items", "x", {**ITEM, "substitutes": ["A"]}), "beside `any_of`"),
    (("kits", "items", "x", {**ITEM, "cost": "0.001"}), "finer than"),
    (("kits", "items", "x", {**ITEM, "price": 5}), "no key 'price'"),
    (("kits", "kits", 0, "items", ["sofa"]), "no item 'sofa'"),
    (("kits", "kits", 0, "without", ["sofa"]), "no item 'sofa'"),
    (("kits", "kits", 0, "when", {"shoe": ["42"]}), "cannot be chosen by shoe"),
    (("kits", "kits", 0, "from", "soon"), r"'soon' is not a date \(YYYY-MM-DD\)"),
    (("calendars", "default", []), "no default"),
    (("calendars", "default", 0, "zone", "Mars/Base"), "Mars"),
    (("calendars", "sites", "hq", 0, "country", "XX"), "XX"),
    (("calendars", "sites", "hq", 0, "subdivision", "ZZ"), "ZZ"),
    (("calendars", "default", 0, "weekend", ["someday"]), "but not all"),
    (("sources", "authority", {"fields": {"shoe": ["hr"]}}), "no field shoe"),
    (("sources", "bridge", -1), "-1 is not a number of days"),
    (("sources", "remind", {"before": "2"}), "'2' is not a number of days"),
    (("sources", "leavers", {"many": 5}), "no key 'many'"),
]


@pytest.mark.parametrize(("change", "words"), REFUSED, ids=[w for _, w in REFUSED])
def test_a_mistake_in_a_file_is_named(change: tuple[Any, ...], words: str) -> None:
    file, *path, value = change
    with pytest.raises(Invalid, match=words):
        read(**changed(file, *path, value=value))


def test_nobody_has_a_weekend_of_seven_days() -> None:
    week = "monday tuesday wednesday thursday friday saturday sunday".split()
    with pytest.raises(Invalid, match="but not all"):
        read(**changed("calendars", "default", 0, "weekend", value=week))
    assert read(**changed("calendars", "default", 0, "weekend", value=week[:6]))
    assert read(**changed("calendars", "default", 0, "weekend", value=[]))


def test_a_mistake_names_its_place_and_what_may_stand_there() -> None:
    with pytest.raises(Invalid) as error:
        read(**changed("kits", "items", "laptop", "price", value=5))
    assert error.value.where == "kits: items: laptop"
    assert "overlap" in str(error.value.remedy)
    assert "name" not in str(error.value.remedy).split(", ")
