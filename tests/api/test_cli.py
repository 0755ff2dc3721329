"""The command line: results, errors as sentences, exit codes, JSON."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
import structlog
from typer.main import get_group

from api.cli import cli, run
from api.compose.wiring import App, build
from api.console.contents import PROGRAMS, sections
from api.console.output import print_table
from api.demo import load_company
from config.settings import Settings
from tests.inventory.storage.test_audit import tamper

PURSER = (sys.executable, "-c", "from api.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command printed
        """Standard output as JSON."""
        return json.loads(self.out)


class Terminal:
    """Runs commands in this process, on a database of the test."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Said:
        self._capsys.readouterr()
        code = run(arguments)
        said = self._capsys.readouterr()
        return Said(code, said.out, said.err)


@pytest.fixture
def purser(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Terminal]:
    """Commands without a database yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PURSER_DATA_DIR", str(tmp_path / "data"))
    for name in ("PURSER_CONFIG", "PURSER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    yield Terminal(capsys)
    structlog.reset_defaults()


@pytest.fixture
def ready(
    purser: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """Commands on an empty database, once for each kind."""
    monkeypatch.setenv("PURSER_DATABASE_URL", database_url)
    return purser


STARTED = "from api.cli import main; main()"


def test_help_names_commands_and_exit_codes_quickly() -> None:
    before = os.times()
    done = subprocess.run(
        [*PURSER, "--help"], capture_output=True, text=True, check=True
    )
    after = os.times()
    cpu = after.children_user - before.children_user
    assert cpu < 3, "loads more than it needs"
    for word in ("demo", "scan", "serve", "doctor", "device", "Exit codes"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("purser stock-t", {"stock-take", "stock-take-item"}),
        ("purser user li", {"list"}),
    ],
)
def test_a_shell_completes_groups_and_their_commands(
    typed: str, offered: set[str]
) -> None:
    asked = {"_PURSER_COMPLETE": "complete_bash", "COMP_WORDS": typed}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'purser';" + STARTED],
        env=os.environ | asked | {"COMP_CWORD": str(typed.count(" "))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert offered <= set(done.stdout.split()), done.stderr


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from api.cli import run; run(['--help']);"
        "heavy = {'sqlalchemy', 'fastapi', 'jinja2', 'pydantic_settings', 'asyncssh',"
        "'netmiko', 'pysnmp', 'alembic'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_a_wrong_command_is_a_usage_error_with_a_suggestion(purser: Terminal) -> None:
    said = purser("doctr")
    assert said.code == 2
    assert "Did you mean 'doctor'?" in said.err


def test_broken_settings_are_named_and_no_traceback_is_shown(
    purser: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "purser.toml").write_text("[scan]\nrat = 5\n", encoding="utf-8")
    said = purser("device", "list")
    assert said.code == 2
    assert said.err == (
        f"purser: {tmp_path / 'purser.toml'}: scan.rat: unknown key."
        " Did you mean rate?\n"
    )


def test_errors_are_json_where_json_was_asked_for(purser: Terminal) -> None:
    said = purser("device", "list", "--json")
    assert said.code == 3
    told = json.loads(said.err)
    assert told["error"] == "schema-mismatch"
    assert "purser db upgrade" in told["remedy"]


def test_a_database_is_made_then_found_up_to_date(purser: Terminal) -> None:
    assert purser("db", "current").code == 1
    assert purser("db", "upgrade").code == 0
    said = purser("db", "current", "--json")
    assert said.code == 0
    assert said.json["revision"] == said.json["newest"]
    assert purser("db", "upgrade", "--json").json["before"] == said.json["newest"]


def test_a_server_that_does_not_answer_is_a_database_error(
    purser: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PURSER_DATABASE_URL", "postgresql://u:S3CRET@127.0.0.1:1/d")
    said = purser("db", "current")
    assert said.code == 3
    assert "does not let us in" in said.err
    assert "S3CRET" not in said.out + said.err


def test_a_file_that_is_no_database_is_a_database_error(
    purser: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "broken.sqlite"
    file.write_bytes(b"not a database" * 200)
    monkeypatch.setenv("PURSER_DATABASE_URL", f"sqlite:///{file}")
    said = purser("db", "current")
    assert said.code == 3
    assert "Traceback" not in said.err


def test_an_edited_audit_row_is_found(ready: Terminal) -> None:
    assert ready("user", "create", "ida", "--role", "it").code == 0
    whole = ready("db", "verify-audit", "--json")
    assert (whole.code, whole.json["problems"]) == (0, [])
    app = _app()
    tamper(app.engine, "UPDATE audit_entry SET actor = 'somebody else'")
    app.close()
    said = ready("db", "verify-audit")
    assert said.code == 1
    assert "Audit row 1 was edited" in said.out


def test_a_noted_head_must_be_one(ready: Terminal) -> None:
    said = ready("db", "verify-audit", "--known", "rubbish")
    assert said.code == 2
    assert "COUNT:HASH" in said.err


def _app() -> App:
    return build(Settings())


def test_a_token_is_shown_once_and_lets_in_until_revoked(ready: Terminal) -> None:
    made = ready("token", "create", "monitoring", "--role", "auditor", "--json").json
    assert made["token"].startswith("purser_")
    (row,) = ready("token", "list", "--json").json["items"]
    assert (row["name"], row["roles"]) == ("monitoring", ["auditor"])
    assert made["token"] not in ready("token", "list", "--json").out
    assert ready("token", "revoke", str(made["id"]), "--json").json["revoked"] is True
    assert ready("token", "revoke", str(made["id"]), "--json").json["revoked"] is False


def test_an_unknown_role_is_a_usage_error(ready: Terminal) -> None:
    said = ready("token", "create", "x", "--role", "boss")
    assert said.code == 2
    roles = "it, hr, accounting, auditor, manager, employee, sim-codes, scim, collector"
    assert f"Use some of {roles}." in said.err


def test_a_password_is_made_up_or_read_but_never_listed(
    ready: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ready("user", "create", "ida", "--role", "it", "--json").json
    assert len(made["password"]) == 19
    monkeypatch.setattr("sys.stdin", io.StringIO("maple-street-7\n"))
    said = ready("user", "create", "tom", "--role", "hr", "--password-stdin")
    assert "maple" not in said.out
    assert ready("user", "create", "tom", "--role", "hr").code == 1
    assert [row["login"] for row in ready("user", "list", "--json").json["items"]] == [
        "ida",
        "tom",
    ]
    assert "password_hash" not in ready("user", "list", "--json").out
    assert ready("user", "set-password", "tom").code == 0
    assert ready("user", "disable", "tom", "--json").json["disabled"] is True
    assert ready("user", "disable", "nobody").code == 1


def test_doctor_says_what_is_missing_and_how_to_mend_it(purser: Terminal) -> None:
    said = purser("doctor", "--json")
    assert said.code == 1
    checks = {check["subject"]: check for check in said.json}
    assert checks["database"]["state"] == "failed"
    assert checks["database"]["remedy"] == "Run `purser db upgrade`."
    assert checks["settings"]["state"] == "missing"
    assert checks["vendor data"]["state"] == "ok"
    mended = [check for check in said.json if check["state"] != "ok"]
    assert all(check["remedy"] for check in mended)
    purser("db", "upgrade")
    assert purser("doctor").code == 0


def test_doctor_finds_what_is_wrong_with_a_configured_system(
    purser: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "purser.toml"
    file.write_text(
        """
        [http]
        host = "192.0.2.77"
        [[credentials.snmp]]
        name = "read"
        community = "S3CRET"
        [[credentials.ssh]]
        name = "linux"
        user = "u"
        private_key_file = "/nowhere/key"
        [[sites]]
        name = "hq"
        networks = ["10.0.0.0/24"]
        """,
        encoding="utf-8",
    )
    file.chmod(0o644)
    said = purser("doctor", "--json")
    checks = {check["subject"]: check for check in said.json}
    assert "chmod 600" in checks["settings"]["remedy"]
    assert checks["ssh key of linux"]["state"] == "failed"
    assert "192.0.2.77" in checks["HTTP port"]["detail"]
    assert checks["sites"]["detail"] == "hq: 10.0.0.0/24"
    assert "S3CRET" not in said.out


def test_doctor_names_a_broken_vendor_file(purser: Terminal, tmp_path: Path) -> None:
    place = tmp_path / "data" / "vendors"
    place.mkdir(parents=True)
    (place / "own.yaml").write_text("vendor: [\n", encoding="utf-8")
    checks = {c["subject"]: c for c in purser("doctor", "--json").json}
    assert checks["vendor data"]["state"] == "failed"
    assert "own.yaml, line 2" in checks["vendor data"]["detail"]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["10.0.0.0/8"], "raise the limit with --max-addresses"),
        (["10.0.0.0/40"], "10.0.0.0/40"),
        ([], "nothing to scan"),
        (["127.0.0.1", "--credentials", "x"], "no credential set"),
        (["127.0.0.1", "--resume", "1"], "not both"),
    ],
)
def test_a_scan_that_cannot_be_says_why(
    purser: Terminal, arguments: list[str], part: str
) -> None:
    purser("db", "upgrade")
    said = purser("scan", *arguments)
    assert said.code == 2
    assert part in said.err


def test_an_unknown_scan_cannot_be_resumed(purser: Terminal) -> None:
    purser("db", "upgrade")
    said = purser("scan", "--resume", "7")
    assert said.code == 1
    assert "There is no scan 7" in said.err


def test_a_scan_of_this_machine_finds_it(purser: Terminal, tmp_path: Path) -> None:
    (tmp_path / "purser.toml").write_text(
        "[scan]\nicmp = false\ntimeout = 0.3\nretries = 0\n", encoding="utf-8"
    )
    purser("db", "upgrade")
    with _listening() as port:
        os.environ["PURSER_SCAN__TCP_PORTS"] = f"[{port}]"
        try:
            said = purser("scan", "127.0.0.1", "--json")
        finally:
            del os.environ["PURSER_SCAN__TCP_PORTS"]
    assert said.code == 0, said.err
    assert said.json["state"] == "finished"
    assert [host["address"] for host in said.json["hosts"]] == ["127.0.0.1"]
    devices = purser("device", "list", "--json").json["items"]
    assert [device["address"] for device in devices] == ["127.0.0.1"]
    # Who made it stands with the product, as on the pages, where no model is known.
    with closing(sqlite3.connect(tmp_path / "data" / "purser.sqlite")) as database:
        database.execute("UPDATE device SET vendor = 'Kyocera'")
        database.commit()
    assert "Kyocera" in purser("device", "list").out
    assert "Kyocera" not in purser("device", "list", "--fields", "id,model").out
    shown = purser("device", "show", str(devices[0]["id"]))
    assert "127.0.0.1" in shown.out
    assert purser("device", "show", "999").code == 1


@contextmanager
def _listening() -> Iterator[int]:
    with create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_recording_is_identified_without_a_network(
    purser: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "switch.snmprec"
    file.write_text(
        "1.3.6.1.2.1.1.1.0|4|Cisco IOS Software, C2960 Software, Version 15.0(2)SE4\n"
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.1.716\n"
        "1.3.6.1.2.1.1.3.0|67|1234\n"
        "1.3.6.1.2.1.1.5.0|4|sw-lab\n",
        encoding="utf-8",
    )
    said = purser("identify", str(file), "--json")
    assert said.code == 0, said.err
    fields = {row["field"]: row["value"] for row in said.json["fields"]}
    assert fields["vendor"] == "Cisco"
    assert fields["type"] == "switch"
    assert "Cisco" in purser("identify", str(file)).out
    assert purser("identify", str(tmp_path / "none.snmprec")).code == 1


def test_the_port_of_another_program_is_said_so(purser: Terminal) -> None:
    purser("db", "upgrade")
    with _listening() as port:
        said = purser("serve", "--port", str(port))
    assert said.code == 2
    assert "Address already in use" in said.err


def test_an_unforeseen_error_is_a_sentence_and_with_debug_a_traceback(
    purser: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr("api.compose.wiring.read_settings", broken)
    said = purser("device", "list")
    assert said.code == 1
    assert "KeyError" in said.err
    assert "Traceback" not in said.err
    assert "Traceback" in purser("--debug", "device", "list").err


def test_assets_people_and_cost_centres_are_listed_and_shown(ready: Terminal) -> None:
    app = _app()
    load_company(app)
    app.close()
    assets = ready("asset", "list", "--kind", "laptop", "--json").json["items"]
    tag = assets[0]["tag"]
    by_tag = ready("asset", "show", tag, "--json").json
    by_number = ready("asset", "show", str(assets[0]["id"]), "--json").json
    assert by_tag == by_number
    text = ready("asset", "show", tag).out
    assert assets[0]["serial"] in text
    assert "EUR" in text
    before = ready("asset", "show", tag, "--as-of", "1999-01-01", "--json").json
    assert before["holder_on_day"] is None
    people = ready("person", "list", "--json").json["items"]
    person = next(row for row in people if row["holdings"])
    shown = ready("person", "show", str(person["id"]))
    assert person["family_name"] in shown.out
    centres = ready("cost-centre", "list", "--json").json["items"]
    centre = next(row for row in centres if row["people"])
    assert centre["code"] in ready("cost-centre", "show", str(centre["id"])).out
    first = ready("person", "list", "--limit", "2")
    assert "--after" in first.err


@pytest.mark.parametrize("what", ["asset", "person", "cost-centre"])
def test_what_is_not_there_is_said_so(purser: Terminal, what: str) -> None:
    purser("db", "upgrade")
    assert purser(what, "list").out == "Nothing matches.\n"
    said = purser(what, "show", "77")
    assert said.code == 1
    assert "There is no" in said.err
    assert purser(what, "list", "--after", "rubbish").code == 2


def test_a_day_that_is_none_is_a_usage_error(purser: Terminal) -> None:
    assert purser("person", "list", "--as-of", "yesterday").code == 2


def test_a_table_shows_its_cells_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(
        [{"mac": "00:ab:cd:ab:00:1d", "name": "[red]x[/]"}], {"mac": "MAC", "name": "N"}
    )
    shown = capsys.readouterr().out
    assert "00:ab:cd:ab:00:1d" in shown
    assert "[red]x[/]" in shown


def told(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PURSER, *words], capture_output=True, text=True, check=False
    )


def test_every_command_stands_once_in_the_contents() -> None:
    listed = [name for names in sections().values() for name in names]
    listed += [name for names in PROGRAMS.values() for name in names]
    assert sorted(listed) == sorted(get_group(cli).commands)
    shown = told("--help").stdout
    assert [title for title in (*PROGRAMS, *sections()) if title not in shown] == []
    assert {name for name in listed if name not in shown} == set()


def test_help_describes_a_section_and_a_command() -> None:
    section = told("help", "purchasing").stdout
    assert section.startswith("Stock and purchasing:\n")
    assert "stock-take-scan" in section
    assert "Labels scanned in stock-takes." in section
    assert " asset transfer [OPTIONS] " in told("help", "asset", "transfer").stdout
    wrong = told("help", "nonsense")
    assert wrong.returncode == 2
    assert "no command and no section of that name" in wrong.stderr
