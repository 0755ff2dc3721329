"""The company file goes with the office: who is registered, who answers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from collectors.office.expected_findings import Expected
from collectors.office.model import Office
from inventory.bulk.company_file import load
from inventory.storage.work import Clock, UnitOfWork
from tests.office.conftest import read

IN_STOCK = "IT-00060"
STRANGERS = frozenset(("rogue-1", "tv-1", "cam-1", "nas-1", "door-1", "speaker-1"))
"""Devices nobody registered."""


@pytest.fixture(scope="module")
def company() -> dict[str, Any]:
    return read("company.yaml")


def by(rows: list[dict[str, Any]], field: str) -> dict[str, dict[str, Any]]:
    found = {row[field]: row for row in rows}
    assert len(found) == len(rows), f"{field} is not unique"
    return found


def test_references_lead_somewhere(company: dict[str, Any]) -> None:
    persons, places = by(company["persons"], "key"), by(company["locations"], "code")
    centres = by(company["cost_centres"], "code")
    teams = by(company["teams"], "code")
    makers = by(company["manufacturers"], "name")
    known = {"person": persons, "place": places, "team": teams}
    known |= {"manufacturer": makers, "cost_centre": centres, "location": places}
    known |= {"manager": persons, "asset": by(company["assets"], "tag")}
    known |= {"department": by(company["departments"], "code")}
    for section, rows in company.items():
        for row in rows:
            for field, targets in known.items():
                if field in row:
                    assert row[field] in targets, (section, row)


def test_all_that_tells_a_serial_is_registered_and_nothing_else_answers_so(
    company: dict[str, Any], wanted: Expected
) -> None:
    registered = by([a for a in company["assets"] if "macs" not in a], "serial")
    bought = [d for d in wanted.devices if d.key not in STRANGERS]
    told = {s for d in bought for s in (d.serial, *d.members) if s}
    assert set(registered) - told == {"7RN5QK3", "PF5Q81TC"}
    assert told <= set(registered)


def test_computers_that_tell_no_serial_are_registered_with_their_mac(
    company: dict[str, Any], wanted: Expected, office: Office
) -> None:
    registered = by([a for a in company["assets"] if "macs" in a], "macs")
    silent = {
        d.mac: d for d in wanted.devices if not d.serial and d.key not in STRANGERS
    }
    assert set(registered) == set(silent)
    for mac, device in silent.items():
        assert registered[mac]["serial"] == office.devices[device.key].serial


def test_one_asset_is_missing_and_one_in_stock(
    company: dict[str, Any], office: Office
) -> None:
    assets = by(company["assets"], "tag")
    for missing in office.missing:
        assert assets[missing.asset]["serial"] == missing.serial
        assert assets[missing.asset]["person"]
    assert [t for t, a in assets.items() if a.get("state") == "in_stock"] == [IN_STOCK]


def test_a_laptop_is_still_held_by_somebody_who_left(
    company: dict[str, Any], office: Office
) -> None:
    gone = [p for p in company["persons"] if p.get("to")]
    assert len(gone) == 1
    assert gone[0]["to"] < date(2026, 11, 1)
    held = [a for a in company["assets"] if a.get("person") == gone[0]["key"]]
    assert office.devices["nb-01"].serial in {a["serial"] for a in held}


def test_everything_was_bought_and_somebody_holds_it(company: dict[str, Any]) -> None:
    for asset in company["assets"]:
        assert Decimal(asset["cost"]) > 0
        assert asset["supplier"]
        assert asset["invoice_number"]
        holders = [f for f in ("person", "team", "place") if f in asset]
        assert len(holders) == (0 if asset["tag"] == IN_STOCK else 1), asset
        if holders:
            assert asset["purchased_on"] <= asset["held_from"]


def test_shares_of_an_asset_sum_to_a_hundred(company: dict[str, Any]) -> None:
    sums: Counter[tuple[str, date]] = Counter()
    for row in company["allocations"]:
        sums[row["asset"], row["from"]] += row["percent"]
    assert set(sums.values()) == {100}


def test_about_thirty_people_work_there_and_all_report_to_somebody(
    company: dict[str, Any],
) -> None:
    assert len(company["persons"]) == 30
    assert [p["key"] for p in company["persons"] if "manager" not in p] == ["p-001"]


def test_the_company_loads_and_a_second_time_nothing_changes(
    company: dict[str, Any], engine: Engine, clock: Clock
) -> None:
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        first = load(work, company)
        work.commit()
    with UnitOfWork(engine, actor="test", clock=clock) as work:
        second = load(work, company)
    assert first.changed["assets"] == len(company["assets"])
    assert first.changed["placements"] == 1
    assert not second.changed
