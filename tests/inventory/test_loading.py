from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, func, select

from inventory.assets.register.service import find_by_serial, find_by_tag
from inventory.assets.register.transitions import state_on
from inventory.bulk.company_file import LoadReport, load
from inventory.kernel.errors import InvalidRows
from inventory.queries.people.people import list_people, person_detail
from inventory.queries.register.assets import asset_detail, list_assets
from inventory.storage.audit import verify
from inventory.storage.rows import table_of
from inventory.storage.tables import AuditEntry
from tests.inventory.world import Clock, work_on

TODAY = date(2026, 3, 17)

COMPANY = """
legal_entities:
  - {code: "0100", name: Example GmbH, country: DE, currency: EUR}
cost_centres:
  - {code: "4110", name: Sales north, parent: "4100"}
  - {code: "4100", name: Sales, legal_entity: "0100"}
  - {code: "4200", name: Research, legal_entity: "0100"}
departments:
  - {code: LAB, name: Laboratory, cost_centre: "4200"}
locations:
  - {code: R1, name: Meeting room, parent: office}
  - {code: office, name: Office, kind: site}
teams:
  - {code: desk, name: Help desk, cost_centre: "4200"}
manufacturers:
  - {name: HP, aliases: Hewlett-Packard; HPE}
persons:
  - {key: p-1, family_name: Wijaya, given_name: Sari, email: Sari@example.com,
     login: swijaya, number: "00017", legal_entity: "0100", from: 2024-02-01,
     cost_centre: "4110", manager: p-2}
  - {key: p-2, family_name: Santoso, given_name: Budi, number: "00018",
     legal_entity: "0100", from: 2023-01-01, department: LAB, to: 2026-03-01,
     end_reason: left}
  - {key: p-3, family_name: Guest}
placements:
  - {person: p-1, from: 2026-02-01, cost_centre: "4100", location: R1}
assets:
  - {tag: "IT-0001", kind: laptop, manufacturer: hp, model: 840, serial: 5cg-1234,
     legal_entity: "0100", purchased_on: 2025-01-05, cost: "1249.00",
     asset_class: computer, person: p-1, held_from: 2026-03-03}
  - {tag: "IT-0002", kind: monitor, purchased_on: 2025-01-05,
     holder_asset: IT-0001, held_from: 2026-03-03}
  - {tag: "IT-0003", kind: laptop, state: lost, since: 2026-03-10,
     purchased_on: 2025-01-05, person: p-2, held_from: 2025-02-01}
  - {tag: "IT-0004", kind: switch, manufacturer: Cisco, since: 2025-01-01,
     location: office, state: in_use}
  - {tag: "IT-0005", kind: printer, since: 2025-01-01, place: R1,
     held_from: 2025-02-01, cost_centre: "4100"}
custody:
  - {asset: "IT-0001", person: p-2, from: 2025-02-01, to: 2026-02-20}
allocations:
  - {asset: "IT-0004", from: 2025-01-01, cost_centre: "4100", percent: "33.3333"}
  - {asset: "IT-0004", from: 2025-01-01, cost_centre: "4200", percent: "66.6667"}
"""


def load_text(engine: Engine, clock: Clock, document: Any) -> LoadReport:  # noqa: ANN401
    with work_on(engine, clock) as work:
        report = load(work, document)
        work.commit()
        return report


def audit_rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(
            select(func.count()).select_from(table_of(AuditEntry))
        ).scalar_one()


def test_company_is_loaded_with_its_history(engine: Engine, clock: Clock) -> None:
    report = load_text(engine, clock, yaml.safe_load(COMPANY))
    assert report.rows["assets"] == report.changed["assets"] == 5
    with engine.connect() as connection:
        assets = {row["tag"]: row for row in list_assets(connection).rows}
        people = {row["key"]: row for row in list_people(connection, TODAY).rows}
        [laptop] = find_by_serial(connection, "5CG1234", "Hewlett Packard")
        row = asset_detail(connection, laptop["id"], TODAY)
        sari = person_detail(connection, people["p-1"]["id"], date(2026, 1, 1))
        switch = asset_detail(connection, assets["IT-0004"]["id"], TODAY)
        printer = asset_detail(connection, assets["IT-0005"]["id"], TODAY)
        stock = state_on(connection, laptop["id"], date(2026, 2, 25))
    assert assets["IT-0001"]["holder"] == "Sari Wijaya"
    assert (laptop["cost_minor"], laptop["currency"]) == (124_900, "EUR")
    assert assets["IT-0002"]["holder"] == "IT-0001"
    assert assets["IT-0003"]["state"] == "lost"
    assert row is not None
    assert [one["holder"] for one in row["custody"]] == ["Budi Santoso", "Sari Wijaya"]
    assert stock == "in_stock"
    assert people["p-1"]["cost_centre"] == "4100"
    assert people["p-2"]["employed_from"] is None
    assert sari is not None
    assert (sari["cost_centre"], sari["manager"]) == ("4110", "Budi Santoso")
    assert switch is not None
    assert [share["ppm"] for share in switch["bearing"]["shares"]] == [333_333, 666_667]
    assert printer is not None
    assert printer["bearing"]["source"] == "allocation"
    assert verify(engine) == []


def test_loading_again_changes_nothing(engine: Engine, clock: Clock) -> None:
    load_text(engine, clock, yaml.safe_load(COMPANY))
    before = audit_rows(engine)
    report = load_text(engine, clock, yaml.safe_load(COMPANY))
    assert +report.changed == {}
    assert audit_rows(engine) == before


def test_loading_a_changed_file_changes_what_it_says(
    engine: Engine, clock: Clock
) -> None:
    load_text(engine, clock, yaml.safe_load(COMPANY))
    changed = yaml.safe_load(COMPANY)
    changed["assets"][0] = {"tag": "IT-0001", "kind": "laptop", "model": "840 G11"}
    changed["assets"][0]["since"] = "2025-01-05"
    changed["persons"][2]["email"] = "guest@example.com"
    report = load_text(engine, clock, changed)
    assert +report.changed == {"assets": 1, "persons": 1}
    with engine.connect() as connection:
        row = find_by_tag(connection, "IT-0001")
    assert row is not None
    assert (row["model"], row["serial"]) == ("840 G11", "5cg-1234")


def test_every_bad_row_is_named_and_nothing_is_written(
    engine: Engine, clock: Clock
) -> None:
    document = yaml.safe_load(COMPANY)
    document["assets"] += [
        {"tag": "IT-0001", "kind": "laptop", "since": "2026-01-01"},
        {"tag": "IT-9", "kind": "spaceship", "since": "17.3.2026"},
        {"tag": "IT-10", "kind": "laptop", "since": "2026-01-01", "person": "p-99"},
        {"tag": "IT-11", "kind": "laptop", "since": "2026-01-01", "cost": 12.5},
        {"tag": "IT-12", "kind": "laptop", "since": "2026-01-01", "colour": "red"},
        {
            "tag": "IT-13",
            "kind": "laptop",
            "since": "2026-01-01",
            "serial": "5CG1234",
            "manufacturer": "HP",
        },
        "laptop",
    ]
    document["custody"].append({"asset": "IT-0001", "from": "2026-01-01"})
    document["allocations"][0]["percent"] = 40
    document["persons"].append({"key": "p-4", "family_name": "X", "email": "nobody"})
    document["persons"].append({"key": "p-5", "family_name": "X", "number": "7"})
    document["gadgets"] = []
    before = audit_rows(engine)
    with pytest.raises(InvalidRows) as raised:
        load_text(engine, clock, document)
    named = {(one.file, one.row, one.field) for one in raised.value.problems}
    assert named == {
        ("assets", 6, "tag"),
        ("assets", 7, "kind"),
        ("assets", 7, "since"),
        ("assets", 8, "person"),
        ("assets", 9, "cost"),
        ("assets", 10, "colour"),
        ("assets", 11, "serial"),
        ("assets", 12, ""),
        ("custody", 2, ""),
        ("allocations", 1, "percent"),
        ("persons", 4, "email"),
        ("persons", 5, "legal_entity"),
        ("persons", 5, "from"),
        ("gadgets", 0, ""),
    }
    assert all(one.remedy for one in raised.value.problems)
    assert audit_rows(engine) == before


def test_rows_that_only_the_register_can_judge_are_all_named(
    engine: Engine, clock: Clock
) -> None:
    load_text(engine, clock, yaml.safe_load(COMPANY))
    before = audit_rows(engine)
    document = {
        "custody": [
            {"asset": "IT-0001", "person": "p-3", "from": "2026-01-01"},
            {"asset": "IT-0003", "person": "p-3", "from": "2026-03-11"},
            {"asset": "IT-0004", "person": "p-3", "from": "2027-01-01"},
            {"asset": "IT-0005", "person": "p-3", "from": "2026-03-01"},
        ]
    }
    with pytest.raises(InvalidRows) as raised:
        load_text(engine, clock, document)
    assert [(one.row, one.file) for one in raised.value.problems] == [
        (1, "custody"),
        (2, "custody"),
        (3, "custody"),
    ]
    assert audit_rows(engine) == before


def test_two_people_with_one_address_are_told_apart(
    engine: Engine, clock: Clock
) -> None:
    document = {
        "persons": [
            {"key": "a", "family_name": "A", "email": "same@example.com"},
            {"key": "b", "family_name": "B", "email": "SAME@example.com"},
        ]
    }
    with pytest.raises(InvalidRows, match="Somebody else has the e-mail"):
        load_text(engine, clock, document)
