"""Map, places and worklists on the command line, and what is done once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import networkx as nx
import pytest
import structlog
from sqlalchemy import insert, select, update

from api.compose.adoption import adoption_of
from api.compose.wiring import App, build, fixed_settings
from api.compose.working import build_working
from discovery.work.memory import MemoryEngine
from discovery.work.port import Queue
from inventory.kernel.errors import Invalid
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import writing
from tests.api import test_cli
from tests.api.test_cli import Terminal
from tests.api.test_devices import sample_devices
from tests.discovery.work.jobs import until
from tests.prepared import prepared

# Fixtures are found by their names in a module.
purser, ready = test_cli.purser, test_cli.ready

database_url = prepared(sample_devices)


@pytest.fixture
def office(ready: Terminal, database_url: str, tmp_path: Path) -> Iterator[App]:
    """An App on the database of the commands, with sample devices."""
    app = build(fixed_settings({"data_dir": tmp_path, "database_url": database_url}))
    tables = load_tables().tables
    with writing(app.engine) as connection:
        said = {"device_id": 1, "port": "Gi1/0/1", "key": "a", "protocol": "lldp"}
        connection.execute(
            insert(tables["neighbour"]).values(
                said | {"sys_name": "far-switch", "reason": "outside"}
            )
        )
    yield app
    app.close()
    structlog.reset_defaults()


def test_the_network_on_the_command_line(
    office: App,
    ready: Terminal,
    tmp_path: Path,
) -> None:
    target = tmp_path / "map.graphml"
    said = ready("map", "--site", "hq", "--endpoints", "--output", str(target))
    assert said.code == 0, said.err
    assert set(nx.read_graphml(target)) == {"d1", "d3", "n1"}
    assert ready("map", "--format", "svg").code == 2
    found = ready("where", "0000.5e00.5301", "--json").json["items"]
    assert [row["port"] for row in found] == ["Gi1/0/14"]
    assert "Nothing" in ready("where", "192.0.2.3", "--at", "2020-01-01").out
    assert "pc-003" in ready("port", "show", "sw-1 gi1/0/14").out
    assert "pc-003" in ready("port", "list", "--device", "sw-1").out
    assert ready("port", "show", "1 Gi9/9").code == 1
    places = ready("sighting", "list", "--device", "sw-1", "--json").json["items"]
    assert [row["endpoint_name"] for row in places] == ["pc-003"]


def test_worklists_on_the_command_line(office: App, ready: Terminal) -> None:
    rows = ready("worklist", "list", "--json").json["items"]
    by_state = {row["state"]: row["id"] for row in rows}
    said = ready("worklist", "adopt", str(by_state["unregistered"]), "--tag", "IT-9")
    assert said.code == 0, said.err
    assert ready("worklist", "ignore", str(by_state["missing"])).code == 2
    row = str(by_state["missing"])
    assert ready("worklist", "link", row, "--device", "7").code == 0
    assert ready("worklist", "list").out == "Nothing matches.\n"
    (heard,) = ready("neighbour", "list", "--json").json["items"]
    number = str(heard["id"])
    assert ready("neighbour", "acknowledge", number, "--note", "landlord").code == 0
    assert ready("neighbour", "list").out == "Nothing matches.\n"
    assert "landlord" in ready("neighbour", "list", "--acknowledged", "yes").out


def test_places_expire_while_it_is_served(office: App, ready: Terminal) -> None:
    table = load_tables().tables["sighting"]
    old = office.clock() - timedelta(days=400)
    with writing(office.engine) as connection:
        connection.execute(update(table).values(first_seen=old, last_seen=old))
    assert ready("job", "create", "--kind", "expire-places").code == 0
    works = build_working(office, [Queue.HOUSE], alone=False, engine=MemoryEngine())
    works.start()
    try:
        until(lambda: ready("job", "list", "--state", "done", "--json").json["items"])
    finally:
        works.stop()
    with office.engine.connect() as connection:
        assert connection.scalars(select(table.c.closed_at)).one() == old


def test_rules_of_adoption_name_what_there_is(tmp_path: Path) -> None:
    def rules(**given: object) -> int:
        rule = {"name": "r"} | given
        values = {
            "data_dir": tmp_path,
            "sites": [{"name": "north"}],
            "adoption": [rule],
        }
        return len(adoption_of(fixed_settings(values)))

    assert rules(sites=["north"], kind="switch", types=["switch"]) == 1
    with pytest.raises(Invalid, match="no site 'nort'") as wrong:
        rules(sites=["nort"])
    assert wrong.value.remedy == "Did you mean north?"
    with pytest.raises(Invalid, match="no kind 'swich'"):
        rules(kind="swich")
    with pytest.raises(Invalid, match="no state 'used'"):
        rules(state="used")
