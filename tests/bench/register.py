"""A register at size, by plain inserts: services would take hours to write it.

200,000 assets and 2,000,000 rows of history (custody, states, audit) at full size;
25,000 people. One cost centre bears 25,000 assets. The audit rows are not sealed: they
are there for their number.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

from inventory.assets.register import tables as assets
from inventory.people import tables as people
from inventory.storage.engine import writing
from inventory.storage.rows import table_of
from inventory.storage.tables import GENESIS, AuditEntry

FIRST = date(2020, 1, 1)
CENTRES = 100
PLACES = 50
MODELS = (
    *(("Lenovo", "laptop", f"ThinkPad T14 Gen {n}") for n in range(1, 6)),
    *(("Dell", "laptop", f"Latitude {n}") for n in range(5400, 5480, 10)),
    *(
        ("HP", "laptop", f"EliteBook {n} G{g}")
        for n in (830, 840)
        for g in range(6, 11)
    ),
    *(("Dell", "monitor", f"U{n}H") for n in range(2412, 2430)),
    *(("Cisco", "phone", f"CP-{n}") for n in (7821, 7841, 8845)),
)
GIVEN = "Anna Ben Citra Dewi Emil Fatima Georg Hana Ivo Joko Karin Lars".split()
FAMILY = "Wijaya Müller Santoso Novák Okafor Tanaka Silva Kowalski Hansen Rossi".split()


class Register:
    """What there is, as rows.

    Args:
        count: Assets.
        moment: When everything was recorded.
    """

    def __init__(self, count: int, moment: datetime) -> None:
        self.count = count
        self.persons = max(count // 8, 10)
        self.moment = moment
        self._chance = random.Random(7)

    def fill(self, engine: Engine, told: Callable[[str], None]) -> None:
        """Write all rows, then let the database count them."""
        for model, rows in self._tables():
            with writing(engine) as connection:
                put(connection, model, rows)
            told(str(model.__tablename__))
        with writing(engine) as connection:
            head = text("UPDATE audit_head SET count = :count")
            connection.execute(head, {"count": self.count * 5})
        vacuum = "ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
            c.execute(text(vacuum))

    def _tables(self) -> Iterator[tuple[type[SQLModel], Iterable[dict[str, Any]]]]:
        yield people.LegalEntity, [self._named(1, "100") | {"currency": "EUR"}]
        yield people.CostCentre, [self._named(n, f"C{n:03}") for n in _ids(CENTRES)]
        yield (
            people.Location,
            [self._named(n, f"L{n:02}") | {"kind": "room"} for n in _ids(PLACES)],
        )
        makers = sorted({maker for maker, _kind, _model in MODELS})
        yield (
            assets.Manufacturer,
            [
                {"id": n, "name": name, "recorded_at": self.moment}
                for n, name in enumerate(makers, 1)
            ],
        )
        self._makers = {name: n for n, name in enumerate(makers, 1)}
        yield people.Person, map(self._person, _ids(self.persons))
        yield people.Employment, map(self._employment, _ids(self.persons))
        yield people.Placement, map(self._placement, _ids(self.persons))
        yield assets.Asset, map(self._asset, _ids(self.count))
        yield assets.Custody, self._custody()
        yield assets.AssetState, self._states()
        yield AuditEntry, map(self._entry, _ids(self.count * 5))

    def _named(self, number: int, code: str) -> dict[str, Any]:
        return {"id": number, "code": code, "name": code, "recorded_at": self.moment}

    def _person(self, n: int) -> dict[str, Any]:
        given, family = GIVEN[n % len(GIVEN)], FAMILY[n % len(FAMILY)]
        login = f"{given}.{family}{n}".lower()
        return {
            "id": n,
            "key": f"hr:{n}",
            "given_name": given,
            "family_name": f"{family}-{n}",
            "sort_name": f"{family}-{n} {given}".casefold(),
            "email": f"{login}@example.com",
            "login": login,
            "search": f"{given} {family}-{n} {login}@example.com hr:{n}".casefold(),
            "recorded_at": self.moment,
        }

    def _employment(self, n: int) -> dict[str, Any]:
        return {
            "id": n,
            "person_id": n,
            "legal_entity_id": 1,
            "number": f"{n:06}",
            "source": "bench",
            "valid_from": FIRST,
            "recorded_at": self.moment,
        }

    def _placement(self, n: int) -> dict[str, Any]:
        # The first eighth works for one cost centre, the others for all the rest.
        centre = 1 if n <= self.persons // 8 else 2 + n % (CENTRES - 1)
        return {
            "id": n,
            "employment_id": n,
            "cost_centre_id": centre,
            "title": "Clerk",
            "valid_from": FIRST,
            "recorded_at": self.moment,
        }

    def _asset(self, n: int) -> dict[str, Any]:
        maker, kind, model = self._chance.choice(MODELS)
        serial = f"{self._chance.getrandbits(32):08X}"
        words = (f"IT-{n:06}", serial, model, f"PO-{n // 20}", f"INV-{n // 10}", maker)
        return {
            "id": n,
            "tag": words[0],
            "kind": kind,
            "name": "",
            "manufacturer_id": self._makers[maker],
            "model": model,
            "serial": serial,
            # A serial twice would be refused.
            "serial_key": f"{serial}{n}",
            "state": "in_use" if n % 10 else "in_stock",
            "legal_entity_id": 1,
            "location_id": 1 + n % PLACES,
            "order_number": words[3],
            "invoice_number": words[4],
            "purchased_on": FIRST,
            "cost_minor": 100_000 + n % 977,
            "currency": "EUR",
            "fields": {},
            "note": "",
            "search": " ".join(words).casefold(),
            "recorded_at": self.moment,
        }

    def _custody(self) -> Iterator[dict[str, Any]]:
        """Three holders for each asset; nobody has what is in stock."""
        for n in _ids(self.count):
            for step in range(3):
                open_now = step == 2 and n % 10 != 0
                start = FIRST + timedelta(days=step * 365)
                yield {
                    "id": (n - 1) * 3 + step + 1,
                    "asset_id": n,
                    "person_id": 1 + (n + step * 7) % self.persons,
                    "valid_from": start,
                    "valid_to": None if open_now else start + timedelta(days=365),
                    "note": "",
                    "recorded_at": self.moment,
                }

    def _states(self) -> Iterator[dict[str, Any]]:
        for n in _ids(self.count):
            last = "in_use" if n % 10 else "in_stock"
            for step, state in enumerate(("in_stock", last)):
                yield {
                    "id": (n - 1) * 2 + step + 1,
                    "asset_id": n,
                    "state": state,
                    "since": FIRST + timedelta(days=step),
                    "reason": "",
                    "recorded_at": self.moment,
                }

    def _entry(self, n: int) -> dict[str, Any]:
        return {
            "seq": n,
            "at": self.moment,
            "actor": "bench",
            "request_id": None,
            "entity": "asset",
            "entity_id": str(1 + n % self.count),
            "action": "change",
            "before": '{"state":"in_stock"}',
            "after": '{"state":"in_use"}',
            "previous": GENESIS,
            "hash": GENESIS,
        }


def put(
    connection: Connection, model: type[SQLModel], rows: Iterable[dict[str, Any]]
) -> None:
    """Insert rows by the quickest way the driver has."""
    table = table_of(model)
    found = iter(rows)
    first = next(found)
    names = list(first)
    quoted = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        into = f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})"
        bound = {
            name: table.c[name].type.bind_processor(connection.dialect)
            for name in names
        }
        cursor: Any = connection.connection.cursor()
        shown = (
            tuple(bound[k](v) if bound[k] else v for k, v in row.items())  # type: ignore[misc]
            for row in _and(first, found)
        )
        cursor.executemany(into, shown)
        return
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN") as copy:
        for row in _and(first, found):
            copy.write_row([_copied(value) for value in row.values()])


def _copied(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _and(first: Any, rest: Iterator[Any]) -> Iterator[Any]:  # noqa: ANN401
    yield first
    yield from rest


def _ids(count: int) -> range:
    return range(1, count + 1)
