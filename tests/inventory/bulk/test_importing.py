from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from inventory.bulk.files.tabular import read_table, write_csv, write_xlsx
from inventory.bulk.importing import import_assets
from inventory.bulk.profiles.profile import read_profile
from inventory.kernel.errors import Invalid
from inventory.people.persons import NewPerson, add_person
from inventory.queries.references import assets_named
from inventory.queries.register.assets import asset_detail, list_assets
from inventory.queries.register.import_sheet import HEADER, asset_sheet
from inventory.storage.audit import verify
from inventory.storage.rows import table_of
from inventory.storage.tables import AuditEntry
from tests.inventory.bulk.files import Clock, imported, table
from tests.inventory.world import build, work_on

TODAY = date(2026, 3, 17)
MIXED = table(
    {"tag": "IT-00001", "kind": "laptop", "model": "T14 G5", "note": "", "cost": ""},
    {"tag": "IT-00002", "kind": "monitor", "model": "", "note": "", "cost": ""},
    {"tag": "", "kind": "phone", "model": "8851", "note": "new", "cost": ""},
    {"tag": "N-1", "kind": "spaceship", "model": "", "note": "", "cost": "12.345"},
    {"tag": "IT-00001", "kind": "laptop", "model": "", "note": "", "cost": ""},
)


def count(engine: Engine) -> tuple[int, int]:
    with engine.connect() as connection:
        audited = select(func.count()).select_from(table_of(AuditEntry))
        return (
            len(list_assets(connection, limit=100).rows),
            connection.execute(audited).scalar_one(),
        )


def test_a_dry_run_tells_every_effect_and_every_error(
    engine: Engine, clock: Clock
) -> None:
    build(engine, clock)
    before = count(engine)
    report = imported(engine, clock, MIXED, dry_run=True)
    effects = [str(plan.effect) for plan in report.plans]
    assert effects == ["change", "same", "create", "error", "error"]
    assert report.plans[0].changes == {"model": ("Model 1", "T14 G5")}
    assert [(p.row, p.field) for p in report.problems] == [
        (5, "kind"),
        (5, "currency"),
        (6, "tag"),
    ]
    assert not report.written
    assert count(engine) == before


def test_one_broken_row_stops_all_or_only_itself(engine: Engine, clock: Clock) -> None:
    build(engine, clock)
    before = count(engine)
    assert not imported(engine, clock, MIXED).written
    assert count(engine) == before
    assert imported(engine, clock, MIXED, atomic=False).written
    with engine.connect() as connection:
        rows = {row["tag"]: row for row in list_assets(connection).rows}
    assert set(rows) == {"IT-00001", "IT-00002", "IT-00003"}
    assert rows["IT-00001"]["model"] == "T14 G5"
    assert rows["IT-00001"]["cost_minor"] == 100_001, "blank erases nothing"
    assert verify(engine) == []


def test_all_broken_rows_are_named(engine: Engine, clock: Clock) -> None:
    rows = [{"tag": f"T-{n}", "kind": "laptop" if n % 5 else "?"} for n in range(1000)]
    report = imported(engine, clock, table(*rows))
    assert {p.row for p in report.problems} == {n + 2 for n in range(0, 1000, 5)}
    assert count(engine) == (0, 0)


def test_blank_erases_only_where_the_profile_says_so(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    erasing = read_profile(
        {"columns": {"tag": "tag", "cost": "cost"}, "erase": ["cost"]}
    )
    with work_on(engine, clock) as work:
        data = read_table(table({"tag": "IT-00001", "cost": ""}))
        report = import_assets(work, data, erasing)
        work.commit()
    assert str(report.plans[0].effect) == "change"
    with engine.connect() as connection:
        detail = asset_detail(connection, world.laptop, TODAY)
    assert detail is not None
    assert (detail["cost_minor"], detail["currency"]) == (None, None)
    assert detail["serial"] == "PF3ABCDE"


def test_new_and_known_assets_get_their_holders_and_history(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    data = table(
        {"tag": "A-1", "kind": "laptop", "person": "sari", "held_from": "2026-02-01",
         "purchased_on": "2026-01-15", "macs": "D8-9E-F3-4A-01-01", "place": ""},
        {"tag": "IT-00001", "kind": "", "person": "budi@example.com",
         "held_from": "2026-03-01", "purchased_on": "", "macs": "", "place": ""},
        {"tag": "IT-00002", "kind": "", "person": "", "held_from": "2026-03-01",
         "purchased_on": "", "macs": "", "place": "R1"},
    )  # fmt: skip
    assert imported(engine, clock, data).problems == []
    with engine.connect() as connection:
        [(how, row)] = assets_named(connection, "d8:9e:f3:4a:01:01")
        new = asset_detail(connection, row["id"], TODAY)
        old = asset_detail(connection, world.laptop, TODAY)
        shared = asset_detail(connection, world.monitor, TODAY)
    assert how == "mac"
    assert new is not None
    assert old is not None
    assert shared is not None
    assert new["holder_on_day"]["holder"] == "Sari Wijaya"
    states = [(one["state"], one["since"]) for one in new["states"]]
    assert states == [("in_stock", date(2026, 1, 15)), ("in_use", date(2026, 2, 1))]
    assert old["holder_on_day"]["holder"] == "Budi Wijaya"
    assert old["state"] == shared["state"] == "in_use"
    assert shared["holder_on_day"]["holder"] == "Meeting"
    assert [str(p.effect) for p in imported(engine, clock, data).plans] == ["same"] * 3


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_is_exported_imports_without_a_change(
    engine: Engine, clock: Clock, write: object
) -> None:
    build(engine, clock)
    nasty = '=HYPERLINK("http://x","y")'
    first = table({"tag": "X-1", "kind": "laptop", "note": nasty, "name": "+1",
                   "macs": "d8:9e:f3:4a:01:01", "person": "p-1"})  # fmt: skip
    imported(engine, clock, first)
    with engine.connect() as connection:
        data = write(HEADER, asset_sheet(connection))  # type: ignore[operator]
    report = imported(engine, clock, data)
    assert report.problems == []
    assert [str(plan.effect) for plan in report.plans] == ["same"] * 3
    with engine.connect() as connection:
        row = list_assets(connection, limit=3).rows[-1]
        detail = asset_detail(connection, row["id"], TODAY)
    assert detail is not None
    assert (detail["note"], detail["name"]) == (nasty, "+1")


def test_an_unknown_heading_is_refused_with_its_name(
    engine: Engine, clock: Clock
) -> None:
    with pytest.raises(Invalid, match="'colour'"):
        imported(engine, clock, table({"tag": "X", "colour": "red"}))


def test_a_name_that_fits_two_people_is_not_guessed(
    engine: Engine, clock: Clock
) -> None:
    build(engine, clock)
    with work_on(engine, clock) as work:
        add_person(work, NewPerson(key="p-9", given_name="Sari", family_name="Wijaya"))
        work.commit()
    data = table({"tag": "X-1", "kind": "laptop", "person": "Sari Wijaya"})
    [problem] = imported(engine, clock, data).problems
    assert "more than one" in problem.problem
