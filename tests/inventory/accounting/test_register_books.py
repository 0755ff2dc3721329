"""The register goes into the books, and cost centres bear what they held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, func, select

from inventory.accounting.catalogue.asset_classes import Rules, RulesError, read_rules
from inventory.accounting.posting.post import post_period
from inventory.accounting.tables import AssetBook, JournalLine
from inventory.bulk.company_file import load
from inventory.fixed_assets.register_books import (
    capitalise_register,
    cost_shares_of,
    open_books,
)
from inventory.storage.rows import col, table_of
from inventory.storage.work import UnitOfWork

RULES_FILE = Path(__file__).parents[3] / "config" / "accounting" / "rules.yaml"
COMPANY: dict[str, Any] = {
    "legal_entities": [
        {"code": "100", "name": "Example GmbH", "country": "DE", "currency": "EUR"}
    ],
    "cost_centres": [
        {"code": "4100", "name": "Sales", "legal_entity": "100"},
        {"code": "4200", "name": "Service", "legal_entity": "100"},
    ],
    "persons": [
        {
            "key": "p1",
            "given_name": "Sari",
            "family_name": "Wijaya",
            "number": "1",
            "legal_entity": "100",
            "from": "2024-01-01",
            "cost_centre": "4100",
        }
    ],
    "placements": [
        {
            "person": "p1",
            "from": "2026-02-15",
            "cost_centre": "4200",
        }
    ],
    "manufacturers": [{"name": "Lenovo"}],
    "assets": [
        {
            "tag": "IT-1",
            "kind": "computer",
            "manufacturer": "Lenovo",
            "serial": "PF3ABCDE",
            "legal_entity": "100",
            "purchased_on": "2026-01-05",
            "cost": "1200.00",
            "asset_class": "computer",
            "person": "p1",
            "held_from": "2026-01-10",
        },
        {
            "tag": "IT-2",
            "kind": "computer",
            "manufacturer": "Lenovo",
            "serial": "PF3XXXXX",
            "legal_entity": "100",
            "purchased_on": "2026-01-05",
            "cost": "1200.00",
            "currency": "USD",
            "asset_class": "computer",
        },
    ],
}


def rules() -> Any:  # noqa: ANN401 - rules are checked by the module under test
    """Return the shipped rules, parsed."""
    return yaml.safe_load(RULES_FILE.read_text("utf-8"))


def test_the_register_goes_into_the_books_once(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    checked = read_rules(rules())
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        load(work, COMPANY)
        books = open_books(work, checked, 2026)
        assert len(books) == 2
        added, refused = capitalise_register(work, checked, books)
        assert added == 2
        assert {r.tag for r in refused} == {"IT-2"}
        assert "USD" in refused[0].problem
        again, _ = capitalise_register(work, checked, books)
        assert again == 0
        count = select(func.count()).select_from(table_of(AssetBook))
        assert work.connection.execute(count).scalar_one() == 2


def test_an_expense_follows_the_holder_from_one_cost_centre_to_the_next(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    checked = read_rules(rules())
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        load(work, COMPANY)
        books = open_books(work, checked, 2026)
        capitalise_register(work, checked, books)
        book = next(number for (_, code), number in books.items() if code == "IFRS")
        for key in ("2026-01", "2026-02"):
            post_period(work, book, key, cost_shares_of(work.connection))
        query = (
            select(
                col(JournalLine.cost_centre), func.sum(col(JournalLine.amount_minor))
            )
            .where(col(JournalLine.account) == "4500")
            .group_by(col(JournalLine.cost_centre))
        )
        charged = {centre: int(one) for centre, one in work.connection.execute(query)}
    # January: in service and held from the 10th, so all of it is of Sales; February:
    # 14 days Sales, 14 days Service.
    assert charged == {"4100": 3750, "4200": 1250}


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("accounts", "4500", "kind"), "Cost", "account 4500"),
        (("account_sets", "computers", "gain"), "9999", "chart of accounts"),
        (("classes", "phone", "accounts"), "none", "class phone"),
        (("classes", "phone", "IFRS"), [], "class phone, book IFRS"),
        (
            ("classes", "phone", "IFRS"),
            [{"from": date(2020, 1, 1), "method": "magic"}],
            "rule 1: unknown depreciation method",
        ),
        (
            ("classes", "phone", "IFRS"),
            [{"from": date(2020, 1, 1), "life_months": 12, "lifetime": 3}],
            "rule 1: terms has no field lifetime",
        ),
        (
            ("classes", "phone", "IFRS"),
            [{"from": "soon", "life_months": 12}],
            "`from` must be a day",
        ),
    ],
)
def test_a_mistake_in_the_rules_is_named_with_its_place(
    place: tuple[str, ...], value: object, message: str
) -> None:
    document = rules()
    spot = document
    for key in place[:-1]:
        spot = spot[key]
    spot[place[-1]] = value
    with pytest.raises(RulesError, match=message):
        read_rules(document)


def test_the_rule_of_the_day_counts() -> None:
    document = rules()
    document["classes"]["phone"]["IFRS"].append(
        {"from": date(2026, 7, 1), "life_months": 36}
    )
    checked = read_rules(document)
    before, _ = checked.terms("phone", "IFRS", 100, date(2026, 6, 30), "EUR")
    after, _ = checked.terms("phone", "IFRS", 100, date(2026, 7, 1), "EUR")
    assert (before.life_months, after.life_months) == (60, 36)
    with pytest.raises(RulesError, match="no rule"):
        checked.terms("phone", "IFRS", 100, date(1999, 12, 31), "EUR")


def with_presets(rules_of_phone: list[dict[str, Any]]) -> Rules:
    """Return the shipped rules with other ones for phones, and the presets."""
    document = rules()
    document["classes"]["phone"]["TAX"] = rules_of_phone
    presets = yaml.safe_load((RULES_FILE.parent / "presets.yaml").read_text("utf-8"))
    return read_rules(document, presets)


def test_a_class_builds_on_presets_and_limits_them_by_cost() -> None:
    day = date(2024, 1, 1)
    checked = with_presets(
        [
            {"from": day, "up_to": "800.00", "preset": "de-gwg"},
            {"from": day, "preset": "de-afa-linear", "life_months": 60},
        ]
    )
    cheap, _ = checked.terms("phone", "TAX", 800_00, date(2025, 5, 1), "EUR")
    assert (cheap.method, cheap.residual_value) == ("immediate", 1_00)
    dear, _ = checked.terms("phone", "TAX", 800_01, date(2025, 5, 1), "EUR")
    assert (dear.method, dear.life_months, dear.residual_value) == (
        "straight-line",
        60,
        1_00,
    )
    with pytest.raises(RulesError, match="no rule"):
        checked.terms("phone", "TAX", 100, date(2023, 12, 31), "EUR")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"preset": "none"}, "no preset none"),
        ({"up_to": 800}, "up_to must be text"),
        ({"up_to": "many"}, "up_to"),
        ({"residual_percent": 101}, "not 0 to 100"),
        ({"preset": "de-afa-linear", "params": {"colour": 1}}, "colour"),
        ({"factors": [5]}, "rule 1"),
    ],
)
def test_a_mistake_in_a_rule_on_presets_is_named(
    rule: dict[str, Any], words: str
) -> None:
    with pytest.raises(RulesError, match=words):
        with_presets([{"from": date(2024, 1, 1), **rule}])
