from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from inventory.assets.identifiers.rules import (
    IdentifierKind,
    canonical_identifier,
    luhn_digit,
)
from inventory.assets.identifiers.service import (
    add_identifiers,
    asset_by_identifier,
    identifiers_of,
    remove_identifiers,
)
from inventory.assets.register.transitions import take_step
from inventory.kernel.errors import Conflict, Invalid
from inventory.queries.references import assets_named
from inventory.queries.register.assets import asset_detail
from inventory.storage.audit import verify
from inventory.storage.engine import writing
from tests.inventory.world import Clock, build, work_on

MAC, IMEI, UUID = IdentifierKind.MAC, IdentifierKind.IMEI, IdentifierKind.UUID
TODAY = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        (MAC, "D8-9E-F3-4A-01-01", "d8:9e:f3:4a:01:01"),
        (MAC, "d89e.f34a.0101", "d8:9e:f3:4a:01:01"),
        (MAC, "D89EF34A0101", "d8:9e:f3:4a:01:01"),
        (MAC, "0:1b:2c:3d:4e:5", "00:1b:2c:3d:4e:05"),
        (IMEI, "49-015420-323751-8", "490154203237518"),
        (IMEI, "49015420323751", "490154203237518"),
        (IMEI, "4901542032375101", "490154203237518"),
        (UUID, "4C4C4544-0050-5A10-8034-B6C04F4C4D33", None),
    ],
)
def test_identifiers_have_one_spelling(
    kind: IdentifierKind, written: str, read: str | None
) -> None:
    assert canonical_identifier(kind, written) == (read or written.lower())


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (MAC, "ff:ff:ff:ff:ff:ff"),
        (MAC, "00:00:00:00:00:00"),
        (MAC, "d8:9e:f3:4a:01"),
        (MAC, "::::::"),
        (MAC, "123:4:5:6:7:8"),
        (IMEI, "490154203237517"),
        (IMEI, "000000000000000"),
        (IMEI, "12345"),
        (UUID, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        (UUID, "no uuid"),
    ],
)
def test_what_names_nothing_is_refused(kind: IdentifierKind, written: str) -> None:
    with pytest.raises(Invalid, match="names one thing"):
        canonical_identifier(kind, written)


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
def test_one_wrong_digit_of_an_imei_is_noticed(body: str) -> None:
    check = luhn_digit(body)
    wrong = str((int(check) + 1) % 10)
    if len(set(body + check)) > 1 and len(set(body + wrong)) > 1:
        assert canonical_identifier(IMEI, body + check) == body + check
        with pytest.raises(Invalid):
            canonical_identifier(IMEI, body + wrong)


def test_an_asset_is_found_by_whatever_is_on_its_label(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    given = {MAC: ["D8-9E-F3-4A-01-01"], IMEI: ["490154203237518"]}
    with work_on(engine, clock) as work:
        assert add_identifiers(work, world.laptop, given)
        assert not add_identifiers(work, world.laptop, given)
        work.commit()
    with engine.connect() as connection:
        for how, label in {
            "tag": "IT-00001",
            "serial": "pf3-abcde",
            "mac": "d89ef34a0101",
            "imei": "49015420323751",
        }.items():
            found = [(by, row["id"]) for by, row in assets_named(connection, label)]
            assert found == [(how, world.laptop)]
        assert assets_named(connection, "nothing") == []
        detail = asset_detail(connection, world.laptop, TODAY)
    assert detail is not None
    assert detail["identifiers"] == {
        "mac": ["d8:9e:f3:4a:01:01"],
        "imei": ["490154203237518"],
        "uuid": [],
    }
    assert verify(engine) == []


def test_two_assets_never_share_an_identifier(engine: Engine, clock: Clock) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        add_identifiers(work, world.laptop, {MAC: ["d8:9e:f3:4a:01:01"]})
        with pytest.raises(Conflict, match="IT-00001"):
            add_identifiers(work, world.monitor, {MAC: ["D89EF34A0101"]})
        work.commit()
    insert = (
        "INSERT INTO asset_identifier (asset_id, kind, value, recorded_at)"
        f" VALUES ({world.monitor}, 'mac', 'd8:9e:f3:4a:01:01', '2026-03-17 09:30:00')"
    )
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text(insert))


def test_what_is_disposed_of_gives_its_identifiers_free(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    with work_on(engine, clock) as work:
        add_identifiers(work, world.laptop, {MAC: ["d8:9e:f3:4a:01:01"]})
        take_step(work, world.laptop, "retire", on=TODAY, reason="old")
        take_step(work, world.laptop, "dispose", on=TODAY, reason="sold")
        assert asset_by_identifier(work.connection, MAC, "d89ef34a0101") is None
        with pytest.raises(Invalid, match="disposed"):
            add_identifiers(work, world.laptop, {MAC: ["d8:9e:f3:4a:01:02"]})
        assert add_identifiers(work, world.monitor, {MAC: ["d8:9e:f3:4a:01:01"]})
        work.commit()
    assert verify(engine) == []


def test_one_identifier_can_be_taken_from_an_asset(
    engine: Engine, clock: Clock
) -> None:
    world = build(engine, clock)
    two = ["d8:9e:f3:4a:01:01", "d8:9e:f3:4a:01:02"]
    with work_on(engine, clock) as work:
        add_identifiers(work, world.laptop, {MAC: two})
        assert remove_identifiers(work, world.laptop, [(MAC, two[0].upper())]) == 1
        assert identifiers_of(work.connection, world.laptop)["mac"] == two[1:]
        work.commit()
    assert verify(engine) == []
