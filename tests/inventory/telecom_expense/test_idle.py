"""Extensions, numbers, phones and SIMs that nobody has used for ninety days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select, update

from inventory.network.topology_tables import Sighting
from inventory.storage.rows import table_of
from inventory.telecom.estate import numbers, sims
from inventory.telecom.tables import (
    Extension,
    ExtensionPerson,
    ExtensionPhone,
    NumberExtension,
    PhoneNumber,
    PhoneSystem,
    Telephone,
)
from inventory.telecom_expense.waste import find_waste
from tests.inventory.telecom_expense.company import STATES, TYPES, World

TODAY = date(2026, 8, 1)
NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
OLD = NOON - timedelta(days=200)
FRESH = NOON - timedelta(days=30)
SINCE = {"valid_from": OLD.date(), "recorded_at": OLD}


class Telephony:
    """Writes what a telephone system told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.system = self.add(PhoneSystem, name="main", kind="csv", recorded_at=OLD)

    def add(self, model: Any, **values: Any) -> int:  # noqa: ANN401
        """Insert a row; return its id."""
        with self.world.engine.begin() as connection:
            done = connection.execute(insert(table_of(model)).values(**values))
            assert done.inserted_primary_key is not None
            return int(done.inserted_primary_key[0])

    def extension(self, number: str, since: datetime = OLD) -> int:
        """An extension that the system lists since."""
        times = {"first_seen": since, "last_seen": NOON}
        return self.add(Extension, system_id=self.system, number=number, **times)

    def number(self, e164: str) -> int:
        """A number that the system has assigned since long."""
        table = table_of(PhoneNumber)
        values = {"state": "assigned", "first_seen": OLD, "last_seen": NOON}
        with self.world.engine.begin() as connection:
            known = connection.execute(
                update(table).where(table.c.e164 == e164).values(**values)
            )
            if not known.rowcount:
                connection.execute(insert(table).values(e164=e164, **values))
            query = select(table.c.id).where(table.c.e164 == e164)
            return int(connection.execute(query).scalar_one())

    def phone(self, mac: str, seen: datetime) -> int:
        """A phone that the system knows since long."""
        return self.add(Telephone, mac=mac, first_seen=OLD, last_seen=seen)

    def plug(self, extension: int, phone: int, seen: datetime) -> None:
        """A phone has an extension, and was last registered."""
        self.add(
            ExtensionPhone,
            extension_id=extension,
            phone_id=phone,
            registered=False,
            last_seen=seen,
            source="csv",
            **SINCE,
        )


def waste(world: World) -> set[tuple[str, str]]:
    """Return kind and what it is about of all that is paid for nobody."""
    with world.engine.connect() as connection:
        rows = find_waste(connection, STATES, TYPES, TODAY)
    return {(row["kind"], row["about"]) for row in rows}


def test_extensions_and_phones_that_nobody_uses(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    world = World(engine, clock)
    telephony = Telephony(world)
    told = telephony.extension("101")
    who = {"person_id": world.person(1), "evidence": "mail", "source": "csv"}
    telephony.add(ExtensionPerson, extension_id=told, **who, **SINCE)
    for number, mac, seen in (
        ("102", "a", FRESH),
        ("103", "b", OLD),
        ("104", "c", OLD),
    ):
        phone = telephony.phone(f"02:00:00:00:00:0{mac}", seen)
        telephony.plug(telephony.extension(number), phone, seen)
    telephony.extension("105", since=FRESH)
    times = {"first_seen": OLD, "last_seen": FRESH}
    telephony.add(Sighting, mac="02:00:00:00:00:0c", **times)
    assert waste(world) == {
        ("extension-unused", "main 103"),
        ("extension-unused", "main 104"),
        ("phone-not-seen", "02:00:00:00:00:0b"),
    }


def test_numbers_that_lead_nowhere_of_a_range_that_is_in_use(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    world = World(engine, clock)
    telephony = Telephony(world)
    with world.work() as work:
        numbers.add_range(
            work,
            {
                "first": "+49891234500",
                "last": "+49891234509",
                "account_id": world.account,
            },
        )
        numbers.add_range(
            work,
            {
                "first": "+49891234600",
                "last": "+49891234609",
                "account_id": world.account,
            },
        )
    extension = telephony.extension("201", since=FRESH)
    led = {"number_id": telephony.number("+49891234501"), "extension_id": extension}
    telephony.add(NumberExtension, **led, source="csv", **SINCE)
    for number in ("+49891234502", "+49891234601", "+49301234567"):
        telephony.number(number)
    assert waste(world) == {
        ("number-unused", "+49301234567"),
        ("number-unused", "+49891234502"),
        ("range-unused", "+49891234600 - +49891234609 (10)"),
    }


def test_a_sim_of_a_lift_that_is_in_no_device(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    world = World(engine, clock)
    line = world.line("Lift", date(2026, 1, 1), kind="machine")
    world.charge(line, 500, date(2026, 1, 1))
    world.assign(line, "cost-centre", world.centre("4100"), date(2026, 1, 1))
    with world.work() as work:
        values = {"iccid": "8949020000123456783", "account_id": world.account}
        sims.add_sim(work, values | {"line_id": line, "state": "active"})
    with engine.connect() as connection:
        (row,) = find_waste(connection, STATES, TYPES, TODAY)
    assert (row["kind"], row["monthly_minor"]) == ("sim-without-device", 500)
