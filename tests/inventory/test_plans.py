"""How the databases read for lists, searches and details: never a whole table.

SQLite says it by itself. PostgreSQL reads small tables whole whatever indexes there
are, so it is told that doing so is dear; what it then still reads whole has no index
that fits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from inventory.network.queries.devices import DeviceFilter, list_devices
from inventory.queries.money.cost_centre_assets import (
    charged_assets_page,
    charged_assets_totals,
)
from inventory.queries.people.people import PersonFilter, list_people, person_detail
from inventory.queries.register.assets import (
    AssetFilter,
    asset_choices,
    asset_detail,
    count_assets,
    list_assets,
)
from inventory.queries.register.audit_trail import list_trail
from tests.inventory.test_queries import TODAY
from tests.inventory.world import Clock, build

LARGE = ("asset", "custody", "asset_state", "audit_entry", "allocation", "device")
ALIASES = ("holder_asset", "own", "mine")
"""Other names of them in the queries, by which SQLite calls them."""

Ask = Callable[[Connection], Any]


def _assets(sort: str = "tag", **filters: Any) -> Ask:  # noqa: ANN401
    return lambda reading: list_assets(reading, AssetFilter(**filters), sort=sort)


def _deep(reading: Connection) -> None:
    first = list_assets(reading, limit=1)
    assert list_assets(reading, after=first.next, limit=1).rows


ASKED: dict[str, Ask] = {
    "first page": _assets(),
    "deep page": _deep,
    "backwards": _assets("-tag"),
    "by kind": _assets("kind"),
    "by state": _assets("-state"),
    "of a kind": _assets(kind="laptop"),
    "of a state": _assets(state="in_use"),
    "of a place": _assets(location_id=1),
    "of a cost centre": _assets(bearer=(1, TODAY)),
    "of a person": _assets(person_id=1),
    "serial": _assets(search="pf3abc"),
    "two words": _assets(search="lenovo model"),
    "short word": _assets(search="mo"),
    "choices": asset_choices,
    "count": lambda c: count_assets(c, AssetFilter(search="lenovo"), most=100),
    "asset": lambda c: asset_detail(c, 1, TODAY),
    "borne": lambda c: charged_assets_page(c, 1, TODAY),
    "borne sums": lambda c: charged_assets_totals(c, 1, TODAY),
    "person": lambda c: person_detail(c, 1, TODAY),
    "people": lambda c: list_people(c, TODAY),
    "search of people": lambda c: list_people(c, TODAY, PersonFilter(search="wijaya")),
    "people of a cost centre": lambda c: list_people(
        c, TODAY, PersonFilter(cost_centre_id=1)
    ),
    "trail": lambda c: list_trail(c, entity="asset", entity_id=1),
    "devices": list_devices,
    "search of devices": lambda c: list_devices(c, DeviceFilter(search="switch")),
}


def test_no_list_or_detail_reads_a_whole_table(engine: Engine, clock: Clock) -> None:
    build(engine, clock)
    whole = {name: read_whole_by(engine, ask) for name, ask in ASKED.items()}
    assert whole == {name: [] for name in ASKED}


def read_whole_by(engine: Engine, ask: Ask) -> list[str]:
    """Return the steps that read a whole large table, of all statements of `ask`."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:  # noqa: ANN401
        if "SELECT" in statement:
            statements.append((statement, given))

    with engine.connect() as connection:
        event.listen(engine, "before_cursor_execute", note)
        ask(connection)
        event.remove(engine, "before_cursor_execute", note)
        assert statements
        return [one for each in statements for one in read_whole(connection, *each)]


def test_a_whole_table_is_noticed(engine: Engine) -> None:
    with engine.connect() as connection:
        query = "SELECT * FROM asset WHERE note = 'x'"
        assert len(read_whole(connection, query, ())) == 1


def read_whole(connection: Connection, statement: str, given: Any) -> list[str]:  # noqa: ANN401
    """Return the steps of a plan that read all rows of a large table, unordered."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        marks = [f"SCAN {name}" for name in (*LARGE, *ALIASES)]
        return [row[3] for row in rows if row[3] in marks]
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)
    marks = [f"Seq Scan on {name} " for name in LARGE]
    return [row[0] for row in rows if any(mark in f"{row[0]} " for mark in marks)]
