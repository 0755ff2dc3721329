"""`purser scan` among real daemons: what is in the database is what is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inventory.network.queries import devices as queries
from inventory.people.persons import NewPerson, add_person
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork
from tests.discovery.snapshots import OF_SCANS, differences, snapshot
from tests.lab import configs, sipp
from tests.lab.namespaces import ROOT
from tests.lab.site import PASSWORD, USER, Lab, Node

pytestmark = pytest.mark.lab

SETTINGS = f"""
[[sites]]
name = "lab"
networks = ["{{network}}"]

[credentials]
offer_to_new = true

[[credentials.snmp]]
name = "lab v2c"
version = "2c"
community = "{configs.COMMUNITY}"

[[credentials.ssh]]
name = "lab password"
user = "{USER}"
password = "{PASSWORD}"

[[pbx]]
name = "registrar"
kind = "kamailio"
host = "{{registrar}}"
port = 8080
"""


class Purser:
    """The program, run in the manager's namespace with its own settings."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        self.database = folder / "data" / "purser.sqlite"
        text = f'data_dir = "{folder}/data"\n' + SETTINGS.format(
            network=lab.network, registrar=lab.pbx.ip
        )
        self._settings = folder / "purser.toml"
        self._settings.write_text(text, "utf-8")

    def __call__(self, *arguments: str) -> str:
        program = Path(sys.executable).with_name("purser")
        done = subprocess.run(
            [
                *("ip", "netns", "exec", self._lab.net.full("mgr")),
                *(str(program), "--config", str(self._settings), *arguments),
            ],
            capture_output=True,
            text=True,
            timeout=180,
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("PURSER_")},
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run a command that prints JSON."""
        answer: dict[str, Any] = json.loads(self(*arguments, "--json"))
        return answer


@pytest.fixture(scope="module")
def purser(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Purser:
    """The program after its first scan of the lab."""
    program = Purser(lab, tmp_path_factory.mktemp("purser"))
    program("db", "upgrade")
    program("scan")
    return program


@pytest.fixture(scope="module")
def database(purser: Purser) -> Iterator[Engine]:
    """The program's database."""
    load_tables()
    engine = make_engine(f"sqlite:///{_database_file(purser)}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def found(purser: Purser, database: Engine) -> dict[str, dict[str, Any]]:
    """All devices that the program lists, by MAC, with their details."""
    details: dict[str, dict[str, Any]] = {}
    with database.connect() as connection:
        for row in purser.json("device", "list")["items"]:
            detail = queries.device_detail(connection, row["id"])
            assert detail is not None
            details[detail["mac"]] = detail
    return details


def _database_file(purser: Purser) -> Path:
    return next(f for f in purser.database.parent.iterdir() if f.suffix == ".sqlite")


def _nodes(lab: Lab) -> tuple[Node, ...]:
    phones = (lab.phone, lab.desk)
    return (*lab.hosts, *phones, lab.switch, lab.pbx, lab.manager)


def test_there_is_one_device_for_every_machine_and_no_other(
    lab: Lab, found: dict[str, dict[str, Any]]
) -> None:
    assert {mac: device["address"] for mac, device in found.items()} == {
        node.mac: node.ip for node in _nodes(lab)
    }


def test_every_machine_is_known_for_what_it_is(
    lab: Lab, found: dict[str, dict[str, Any]]
) -> None:
    kinds = {device["address"]: device["type"] for device in found.values()}
    assert kinds[lab.switch.ip] == "switch"
    assert [kinds[host.ip] for host in lab.hosts] == ["computer", "computer"]
    assert (kinds[lab.phone.ip], kinds[lab.pbx.ip]) == ("phone", "phone")
    named = {device["address"]: device["name"] for device in found.values()}
    assert {named[n.ip] for n in (*lab.hosts, lab.switch, lab.phone)} == {
        n.name for n in (*lab.hosts, lab.switch, lab.phone)
    }


def test_every_machine_is_on_its_switch_port(
    lab: Lab, found: dict[str, dict[str, Any]]
) -> None:
    ports = {
        mac: [(p["device_name"], p["port"]) for p in device["plugged_in"]]
        for mac, device in found.items()
        if mac != lab.switch.mac
    }
    assert ports == {
        node.mac: [(lab.switch.name, node.port)]
        for node in _nodes(lab)
        if node.mac != lab.switch.mac
    }


def test_the_host_behind_the_phone_is_said_to_be_behind_it(
    lab: Lab, found: dict[str, dict[str, Any]]
) -> None:
    place = found[lab.hosts[1].mac]["plugged_in"][0]
    assert (place["port"], place["via"]) == (lab.phone.port, "phone")


def test_the_phone_is_one_record_of_lldp_and_sip(
    lab: Lab, found: dict[str, dict[str, Any]]
) -> None:
    phone = found[lab.phone.mac]
    told = lab.inventory
    assert (phone["vendor"], phone["model"], phone["serial"], phone["asset_tag"]) == (
        "Snom",
        told["model"],
        told["serial-number"],
        told["asset"],
    )
    said_by = {seen["collector"] for seen in phone["observations"]}
    assert "sip" in said_by


def test_phone_switch_port_extension_and_person_are_one_record(
    lab: Lab, purser: Purser, database: Engine, found: dict[str, dict[str, Any]]
) -> None:
    with UnitOfWork(database, actor="test", clock=lambda: datetime.now(UTC)) as work:
        add_person(work, NewPerson(key="p-1", family_name="Muster"))
        work.commit()
    asked = ("extension", "list", "--search", lab.extension)
    (line,) = purser.json(*asked)["items"]
    purser("extension", "assign", f"id:{line['id']}", "--person", "p-1")
    (line,) = purser.json("extension", "list", "--search", "muster")["items"]
    (phone,) = line["phones"]
    told, device = lab.inventory, found[lab.phone.mac]
    assert (line["system"], line["number"]) == ("registrar", lab.extension)
    assert phone["device_id"] == device["id"]
    assert (phone["model"], phone["serial"], phone["mac"]) == (
        told["model"],
        told["serial-number"],
        lab.phone.mac,
    )
    assert (phone["switch"], phone["port"]) == (lab.switch.name, lab.phone.port)
    assert (line["person"], phone["registered"]) == ("Muster", True)
    assert "baresip" in phone["user_agent"]


def test_a_phone_that_speaks_sip_alone_is_found_with_extension_and_registration(
    lab: Lab, purser: Purser, found: dict[str, dict[str, Any]]
) -> None:
    device = found[lab.desk.mac]
    assert (device["type"], device["vendor"], device["model"], device["version"]) == (
        "phone",
        "Yealink",
        "T46S",
        "66.86.0.15",
    )
    assert "sip" in {seen["collector"] for seen in device["observations"]}
    assert not [n for n in device["neighbours"] if n["protocol"] == "lldp"]
    asked = ("extension", "list", "--search", lab.desk_extension)
    (line,) = purser.json(*asked)["items"]
    (phone,) = line["phones"]
    assert (line["system"], line["number"]) == ("registrar", lab.desk_extension)
    assert (phone["device_id"], phone["mac"]) == (device["id"], lab.desk.mac)
    assert (phone["switch"], phone["port"]) == (lab.switch.name, lab.desk.port)
    assert phone["registered"] is True
    assert phone["user_agent"].startswith(sipp.AGENT)


def test_a_host_brings_its_host_key_its_system_and_its_software(
    lab: Lab, found: dict[str, dict[str, Any]]
) -> None:
    for host in lab.hosts:
        device = found[host.mac]
        keys = {i["value"] for i in device["identifiers"] if "key" in i["kind"]}
        assert any(lab.fingerprint(host) in key for key in keys), keys
        assert device["os"]


def test_a_second_scan_changes_nothing_but_the_times(
    purser: Purser, database: Engine, found: dict[str, dict[str, Any]]
) -> None:
    kept = OF_SCANS | {"observation"}  # the answers as they came: uptimes go on
    before = snapshot(database, without=kept)
    purser("scan")
    assert differences(before, snapshot(database, without=kept)) == []


def test_the_audit_trail_is_whole_and_no_secret_is_in_the_database(
    purser: Purser, found: dict[str, dict[str, Any]]
) -> None:
    purser("db", "verify-audit")
    folder = purser.database.parent
    stored = b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())
    secrets = (PASSWORD, configs.COMMUNITY, configs.V3_AUTH, configs.V3_PRIV)
    assert [s for s in secrets if s.encode() in stored] == []
