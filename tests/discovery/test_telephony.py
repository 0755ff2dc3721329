"""Readings of telephone systems into the register, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

import pytest
from sqlalchemy import Engine, text

from collectors.facts import Problem, Reason
from collectors.pbx.facts import (
    DirectNumber,
    Extension,
    HuntGroup,
    Mailbox,
    PbxReading,
    Registration,
)
from collectors.pbx.source import PbxSource
from discovery.scan.read_pbx import PbxSystems, write_reading, write_registered
from discovery.scan.targets import parse_targets
from discovery.telephony.apply import AppliedReading, apply_reading
from discovery.telephony.extension_owner import KnownPerson, PersonIndex
from discovery.telephony.registrations import registered_phones
from inventory.network.queries.devices import list_devices
from inventory.queries.telephony.extensions import (
    ExtensionFilter,
    extension_detail,
    lines_of_device,
    lines_of_person,
    list_extensions,
    list_numbers,
)
from inventory.storage.audit import verify
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import PlainIdentify
from tests.discovery.snapshots import differences, snapshot
from tests.inventory.world import World, build

Clock = Callable[[], datetime]
MONDAY = datetime(2026, 3, 16, 12, tzinfo=UTC)
MAC = "80:5e:c0:11:22:33"

ALL = frozenset({"extensions", "registrations", "mailboxes", "groups", "numbers"})
READING = PbxReading(
    source="main",
    kind="asterisk",
    address="10.0.0.10:5038",
    site="hq",
    seen_at=MONDAY,
    extensions=(
        Extension(number="2001", name="Anybody", email="SARI@example.com"),
        Extension(number="2002", name="Budi Wijaya"),
        Extension(number="2003", name="Meeting room"),
    ),
    registrations=(
        Registration(extension="2001", mac=MAC, ip="10.0.0.21", registered=True),
        Registration(extension="2002", ip="10.0.0.22", user_agent="soft"),
    ),
    mailboxes=(Mailbox(number="2001", name="Sari"),),
    groups=(HuntGroup(name="sales", members=("2001", "2002")),),
    numbers=(DirectNumber(number="010 414 4188", extension="2001"),),
    reads=ALL,
)


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    return build(engine, clock)


def apply(engine: Engine, reading: PbxReading) -> AppliedReading:
    clock = reading.seen_at
    with UnitOfWork(engine, actor="scan:1", clock=lambda: clock) as work:
        told = apply_reading(work, reading, region="NL")
        work.commit()
    return told


def listed(
    engine: Engine, day: date, removed: bool = False
) -> dict[str, dict[str, Any]]:
    with engine.connect() as connection:
        rows = list_extensions(connection, day, ExtensionFilter(removed=removed)).rows
    return {row["number"]: row for row in rows}


def days(number: int) -> datetime:
    return MONDAY + timedelta(days=number)


def test_a_reading_joins_extension_phone_number_and_person(
    engine: Engine, world: World
) -> None:
    told = apply(engine, READING)
    assert (told.extensions, told.persons, told.phones, told.numbers) == (3, 2, 2, 1)
    rows = listed(engine, MONDAY.date())
    assert [rows[n]["person_id"] for n in sorted(rows)] == [
        world.sari,
        world.budi,
        None,
    ]
    assert rows["2001"]["person_evidence"] == "email"
    assert rows["2002"]["person_evidence"] == "name"
    assert "Meeting room" in rows["2003"]["person_note"]
    assert rows["2001"]["phones"][0]["mac"] == MAC
    assert rows["2001"]["numbers"] == ["+31104144188"]
    assert rows["2001"]["groups"] == ["sales"]
    assert listed(engine, days(-1).date())["2001"]["person_id"] is None


def test_reading_the_same_again_writes_times_only(engine: Engine, world: World) -> None:
    apply(engine, READING)
    before = snapshot(engine)
    told = apply(engine, replace(READING, seen_at=days(1)))
    assert told.changed == 0
    assert differences(before, snapshot(engine)) == []
    assert verify(engine) == []


def test_what_a_person_had_on_a_day_follows_the_changes(
    engine: Engine, world: World
) -> None:
    apply(engine, READING)
    other = replace(READING.registrations[0], mac="00:04:13:aa:bb:cc")
    moved = Registration(extension="2002", mac=MAC, registered=True)
    apply(engine, replace(READING, seen_at=days(10), registrations=(other, moved)))

    def had(person: int, on: datetime) -> list[tuple[str, list[str | None]]]:
        with engine.connect() as connection:
            rows = lines_of_person(connection, person, on.date())
        return [
            (r["number"], sorted(p["mac"] or "" for p in r["phones"])) for r in rows
        ]

    assert had(world.sari, days(9)) == [("2001", [MAC])]
    assert had(world.sari, days(10)) == [("2001", ["00:04:13:aa:bb:cc"])]
    assert had(world.budi, days(9)) == [("2002", [""])]
    # The softphone without a MAC may come back; the desk phone came.
    assert had(world.budi, days(10)) == [("2002", ["", MAC])]


def test_an_extension_changes_hands_on_the_day_it_is_read(
    engine: Engine, world: World
) -> None:
    apply(engine, READING)
    first = replace(READING.extensions[0], email="budi@example.com")
    later = replace(READING, seen_at=days(5), extensions=(first,))
    apply(engine, later)
    assert listed(engine, days(4).date())["2001"]["person_id"] == world.sari
    assert listed(engine, days(5).date())["2001"]["person_id"] == world.budi
    with engine.connect() as connection:
        detail = extension_detail(connection, 1, days(5).date())
    assert detail is not None
    assert [(p["person_id"], p["valid_to"]) for p in detail["persons"]] == [
        (world.sari, days(5).date()),
        (world.budi, None),
    ]


def test_readings_in_the_wrong_order_do_not_undo_the_newer(
    engine: Engine, world: World
) -> None:
    first = replace(READING.extensions[0], email="budi@example.com")
    apply(engine, replace(READING, seen_at=days(5), extensions=(first,)))
    apply(engine, READING)
    assert listed(engine, days(6).date())["2001"]["person_id"] == world.budi


def test_what_a_whole_list_has_no_more_is_gone_and_its_assignments_end(
    engine: Engine, world: World
) -> None:
    apply(engine, READING)
    less = replace(
        READING,
        seen_at=days(3),
        extensions=READING.extensions[1:],
        registrations=READING.registrations[1:],
        groups=(),
        numbers=(),
    )
    apply(engine, less)
    assert set(listed(engine, days(3).date())) == {"2002", "2003"}
    gone = listed(engine, days(3).date(), removed=True)["2001"]
    assert (gone["person_id"], gone["phones"], gone["numbers"]) == (None, [], [])
    assert listed(engine, days(2).date(), removed=True)["2001"]["person_id"] is not None
    with engine.connect() as connection:
        (number,) = list_numbers(connection, days(3).date()).rows
    assert number["state"] == "gone"


def test_an_empty_or_broken_reading_erases_nothing(
    engine: Engine, world: World
) -> None:
    apply(engine, READING)
    problem = Problem("pbx:asterisk", Reason.TIMED_OUT, "no whole line")
    broken = PbxReading(
        source="main",
        kind="asterisk",
        address="10.0.0.10:5038",
        site="hq",
        seen_at=days(1),
        problems=(problem,),
    )
    apply(engine, broken)
    rows = listed(engine, days(1).date())
    assert len(rows) == 3
    assert rows["2001"]["phones"][0]["mac"] == MAC
    with engine.connect() as connection:
        said = connection.execute(text("SELECT problems FROM phone_system")).scalar()
    assert said == "pbx:asterisk: no whole line"


def test_two_systems_may_have_the_same_extension(engine: Engine, world: World) -> None:
    apply(engine, READING)
    apply(engine, replace(READING, source="branch", site="branch", numbers=()))
    with engine.connect() as connection:
        assert len(list_extensions(connection, MONDAY.date()).rows) == 6


def test_a_phone_known_by_its_address_is_the_same_once_its_mac_is_told(
    engine: Engine, world: World
) -> None:
    apply(engine, READING)
    known = replace(READING.registrations[1], mac="00:04:13:00:00:99")
    second = (READING.registrations[0], known)
    apply(engine, replace(READING, seen_at=days(1), registrations=second))
    (phone,) = listed(engine, days(1).date())["2002"]["phones"]
    assert phone["mac"] == "00:04:13:00:00:99"
    assert phone["valid_from"] == MONDAY.date()


def test_a_phone_that_only_its_system_knows_is_a_device_and_stays_one(
    engine: Engine, world: World
) -> None:
    def both(reading: PbxReading) -> None:
        clock = reading.seen_at
        with UnitOfWork(engine, actor="scan:1", clock=lambda: clock) as work:
            write_registered(work, reading, PlainIdentify())
            write_reading(work, SOURCE, reading)

    both(READING)
    both(replace(READING, seen_at=days(1)))
    (phone,) = listed(engine, days(1).date())["2001"]["phones"]
    with engine.connect() as connection:
        (device,) = list_devices(connection).rows
    assert (device["id"], device["mac"]) == (phone["device_id"], MAC)
    assert device["managed"] is False
    assert device["last_seen"] == days(1)


def test_what_extensions_a_device_had_on_a_day_follows_the_changes(
    engine: Engine, world: World
) -> None:
    moved = Registration(extension="2002", mac=MAC, registered=True)
    readings = (READING, replace(READING, seen_at=days(10), registrations=(moved,)))
    for reading in readings:
        clock = reading.seen_at
        with UnitOfWork(engine, actor="scan:1", clock=lambda at=clock: at) as work:  # type: ignore[misc]
            write_registered(work, reading, PlainIdentify())
            write_reading(work, SOURCE, reading)
    with engine.connect() as connection:
        (device,) = list_devices(connection).rows
        had = {
            day: [
                row["number"]
                for row in lines_of_device(connection, device["id"], days(day).date())
            ]
            for day in (-1, 9, 10)
        }
        assert lines_of_device(connection, device["id"] + 1, days(9).date()) == []
    assert had == {-1: [], 9: ["2001"], 10: ["2002"]}


def test_a_phone_that_is_switched_off_was_not_seen() -> None:
    off = replace(READING.registrations[0], registered=False)
    assert list(registered_phones(replace(READING, registrations=(off,)))) == []


def test_phones_behind_one_address_do_not_have_it() -> None:
    first = READING.registrations[0]
    second = replace(first, extension="2002", mac="00:04:13:aa:bb:cc")
    own = registered_phones(replace(READING, registrations=(first,)))
    assert [a.ip for seen in own for a in seen.addresses] == ["10.0.0.21"]
    shared = registered_phones(replace(READING, registrations=(first, second)))
    assert [seen.addresses for seen in shared] == [(), ()]


SOURCE = PbxSource(name="main", kind="asterisk", host="10.0.0.10", region="NL")
TARGETS = parse_targets(["10.0.0.0/24"], resolve=lambda _: ())


def never(_: PbxSource) -> NoReturn:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("changed", "belongs"),
    [
        ({}, True),
        ({"host": "10.9.0.1"}, False),
        ({"host": "pbx.example"}, True),
        ({"host": "", "kind": "teams", "site": "hq"}, True),
        ({"host": "", "kind": "teams", "site": "branch"}, False),
        ({"site": "branch"}, False),
    ],
)
def test_a_system_is_read_in_a_scan_that_its_address_is_part_of(
    changed: dict[str, str], belongs: bool
) -> None:
    boards = PbxSystems((replace(SOURCE, **changed),), never)  # type: ignore[arg-type]
    mine = boards.within(TARGETS, "hq", lambda _: ["10.0.0.10"])
    assert bool(mine.sources) is belongs


PEOPLE = PersonIndex(
    [
        KnownPerson(
            id=1, key="p-1", name="Jörg Müller", email="jm@x.example", login="jmu"
        ),
        KnownPerson(id=2, key="p-2", name="Anna Kowalska", login="ako", number="0042"),
        KnownPerson(id=3, key="p-3", name="Anna Kowalska", employed=False),
        KnownPerson(id=4, key="p-4", name="Li Na"),
        KnownPerson(id=5, key="p-5", name="Li Na"),
    ]
)


@pytest.mark.parametrize(
    ("said", "person", "evidence"),
    [
        ({"email": "JM@x.example"}, 1, "email"),
        ({"user": "CORP\\jmu"}, 1, "login"),
        ({"user": "jmu@corp.example"}, 1, "login"),
        ({"user": "0042"}, 2, "number"),
        ({"user": "p-3"}, 3, "key"),
        ({"name": "MULLER, Jorg"}, 1, "name"),
        ({"name": "Kowalska Anna"}, 2, "name"),
        ({"name": "Li Na"}, None, ""),
        ({"name": "Reception"}, None, ""),
        ({"name": "Anna"}, None, ""),
    ],
)
def test_a_person_is_recognised_or_it_is_said_why_not(
    said: dict[str, str], person: int | None, evidence: str
) -> None:
    asked: dict[str, str | None] = {"name": None, "user": None, "email": None}
    owner = PEOPLE.owner(**(asked | said))
    assert (owner.person_id, owner.evidence) == (person, evidence)
    assert bool(owner.note) is (person is None)


def test_a_system_that_says_nothing_of_a_user_ends_nobodys_assignment() -> None:
    assert not PEOPLE.owner(name=None, user=None, email=None).names_user
