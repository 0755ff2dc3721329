"""The demo, as a newcomer starts it: one command, then the API with its token."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.demo import RunningOffice, settings_for
from inventory.people.accounts import LOGIN_ROLES
from tests.api.conftest import bearer

PURSER = (sys.executable, "-c", "from api.cli import main; main()")

PATIENCE = 120.0
"""Seconds for an answer, on a machine that is busy with other tests."""


def environment(tmp_path: Path) -> dict[str, str]:
    """A user's environment; a variable of his must not reach the demo."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PURSER_")}
    return clean | {"HOME": str(tmp_path), "PURSER_SCAN__RATE": "1"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the demo told when it was ready; it runs until the tests are done."""
    place = tmp_path_factory.mktemp("demo")
    with (place / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*PURSER, "demo", "--json", "--port", "0", "--data-dir", str(place / "d")],
            env=environment(place),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    told = ""
    assert process.stdout is not None
    for line in process.stdout:
        told += line
        if line.startswith("}"):
            break
    assert told, (place / "log").read_text("utf-8")
    yield json.loads(told) | {"process": process, "place": place}
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, (place / "log").read_text("utf-8")


@pytest.fixture
def api(demo: dict[str, Any]) -> Iterator[httpx.Client]:
    """A client with the token the demo printed."""
    with httpx.Client(
        base_url=demo["url"], headers=bearer(demo["token"]), timeout=PATIENCE
    ) as client:
        yield client


def items(api: httpx.Client, path: str, **params: str) -> list[dict[str, Any]]:
    answer = api.get(path, params={"limit": "1000", **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_the_scan_ran_to_its_end(api: httpx.Client) -> None:
    (scan,) = items(api, "api/v1/scans")
    assert (scan["state"], scan["site"]) == ("finished", "rotterdam")
    assert scan["counts"]["swept"] == scan["counts"]["total"] > 1000


def test_the_office_was_found(api: httpx.Client) -> None:
    devices = items(api, "api/v1/devices")
    assert len(devices) >= RunningOffice().size - 5
    found = {device["type"] for device in devices}
    assert {"switch", "router", "firewall", "phone", "printer", "computer"} <= found


def test_a_phone_shows_its_switch_port(api: httpx.Client) -> None:
    phone = items(api, "api/v1/devices", type="phone")[0]
    detail = api.get(f"api/v1/devices/{phone['id']}").json()
    assert any(place["port"] for place in detail["plugged_in"])


def test_extensions_are_there_with_phone_port_and_person(api: httpx.Client) -> None:
    rows = {row["number"]: row for row in items(api, "api/v1/extensions")}
    (phone,) = rows["101"]["phones"]
    assert (rows["101"]["person"], phone["serial"]) == ("Sari Wulandari", "FCH2447A1QX")
    assert (phone["switch"], phone["port"]) == ("sw-floor1", "Gi1/0/1")
    assert phone["registered"] is True
    assert rows["110"]["groups"] == ["600"]
    owned = [row for row in rows.values() if row["person"]]
    placed = [row for row in rows.values() if any(p["port"] for p in row["phones"])]
    assert (len(rows), len(owned), len(placed)) == (21, 17, 20)


def test_every_role_has_a_login(demo: dict[str, Any]) -> None:
    assert demo["logins"] == list(LOGIN_ROLES)
    for login in demo["logins"]:
        answer = httpx.post(
            f"{demo['url']}login",
            data={"login": login, "password": demo["password"]},
            timeout=PATIENCE,
        )
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_a_login_form_from_another_site_is_refused(demo: dict[str, Any]) -> None:
    answer = httpx.post(
        f"{demo['url']}login",
        data={"login": "it", "password": demo["password"]},
        headers={"Origin": "http://evil.example"},
        timeout=PATIENCE,
    )
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:purser:problem:forbidden"


@pytest.mark.parametrize(
    "target", ["//evil.example", "http://evil.example", "/\\evil.example", "x"]
)
def test_the_login_leads_nowhere_else(demo: dict[str, Any], target: str) -> None:
    answer = httpx.post(
        f"{demo['url']}login",
        data={"login": "it", "password": demo["password"], "next": target},
        timeout=PATIENCE,
    )
    assert answer.headers["location"] == "/"


def test_pages_and_their_files_are_closed_without_a_login(
    demo: dict[str, Any],
) -> None:
    url = demo["url"]
    answer = httpx.get(
        f"{url}devices", headers={"Accept": "text/html"}, timeout=PATIENCE
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/devices"
    answer = httpx.get(f"{url}map.json", timeout=PATIENCE)
    assert answer.status_code == 401
    forged = {"purser_session": "gAAAAA"}
    assert (
        httpx.get(f"{url}devices", cookies=forged, timeout=PATIENCE).status_code == 401
    )


def test_nothing_secret_is_in_the_log(demo: dict[str, Any]) -> None:
    log = (demo["place"] / "log").read_text("utf-8")
    assert demo["token"] not in log
    assert demo["password"] not in log
    assert "Traceback" not in log
    stored = b"".join(f.read_bytes() for f in (demo["place"] / "d").rglob("*.sqlite*"))
    (account,) = RunningOffice().plan.pbx
    assert account.secret.get_secret_value().encode() not in stored
    assert b"sip-password-" not in stored
    assert b"Sari" in stored


def test_two_offices_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    first, second = RunningOffice(), RunningOffice()
    try:
        first.start()
        second.start()
        assert first.plan.ports.snmp != second.plan.ports.snmp
        settings = settings_for(second.plan, tmp_path, "127.0.0.1", 0)
        assert settings.scan.snmp_port == second.plan.ports.snmp
    finally:
        first.stop()
        second.stop()
