"""Scans over HTTP: start, watch, cancel, resume, hosts."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import update

from api.compose.wiring import App
from api.console.progress import Bars
from api.resources.listing import page_model
from api.resources.network.scan_hosts import SCAN_HOSTS, ScanHostRow
from api.resources.network.scans import SCANS as RESOURCE
from api.resources.network.scans import ScanDetail, ScanRow
from config.settings import Settings
from discovery.scan.requests import Progress
from inventory.network.scan_tables import Scan
from inventory.storage.engine import writing
from inventory.storage.rows import table_of
from tests.api.conftest import calling
from tests.api.fakes import with_network
from tests.api.test_frame import assert_problem

SCANS, HOSTS = "/api/v1/scans", "/api/v1/scan-hosts"
PRINTERS = ("192.0.2.7", "192.0.2.9")


@pytest.fixture
def network(app: App) -> Iterator[App]:
    """The App on a network with two hosts."""
    app = with_network(app, PRINTERS)
    yield app
    app.close()


@pytest.fixture
async def it(network: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the role it."""
    async with calling(network, "it") as client:
        yield client


async def run(network: App, client: httpx.AsyncClient, **wanted: object) -> int:
    answer = await client.post(SCANS, json={"targets": ["192.0.2.0/28"]} | wanted)
    assert answer.status_code == 201, answer.text
    scan_id: int = answer.json()["id"]
    assert answer.headers["location"] == f"{SCANS}/{scan_id}"
    network.scans().wait(scan_id, 30)
    return scan_id


async def hosts_of(client: httpx.AsyncClient, **params: str | int) -> list[ScanHostRow]:
    answer = await client.get(HOSTS, params=params)
    page = page_model(SCAN_HOSTS).model_validate_json(answer.text, strict=True)
    found: list[ScanHostRow] = getattr(page, "items")  # noqa: B009 - made at run time
    return found


async def page_of(
    client: httpx.AsyncClient, **params: str | int | None
) -> tuple[list[ScanRow], str | None]:
    given = {name: value for name, value in params.items() if value is not None}
    answer = await client.get(SCANS, params=given)
    page = page_model(RESOURCE).model_validate_json(answer.text, strict=True)
    return getattr(page, "items"), getattr(page, "next")  # noqa: B009


async def test_a_scan_runs_to_its_end_and_shows_its_hosts(
    network: App, it: httpx.AsyncClient
) -> None:
    scan_id = await run(network, it, exclude=["192.0.2.9"])
    answer = await it.get(f"{SCANS}/{scan_id}")
    scan = ScanDetail.model_validate_json(answer.text, strict=True)
    assert scan.state == "finished"
    assert scan.requested_by.startswith("token:")
    assert (scan.progress.total, scan.progress.answered) == (13, 1)
    hosts = await hosts_of(it, scan=scan_id)
    assert [host.address for host in hosts] == ["192.0.2.7"]
    assert await hosts_of(it, scan=scan_id, outcome="failed") == []


async def test_a_host_is_scanned_once_more(network: App, it: httpx.AsyncClient) -> None:
    first = await run(network, it)
    printer = (await hosts_of(it, scan=first))[1]
    answer = await it.post(f"{HOSTS}/{printer.id}:retry", json={})
    assert answer.status_code == 200, answer.text
    again = answer.json()["id"]
    network.scans().wait(again, 30)
    assert [one.address for one in await hosts_of(it, scan=again)] == ["192.0.2.9"]
    scan = (await it.get(f"{SCANS}/{again}")).json()
    assert scan["request"]["targets"] == ["192.0.2.9"]


async def test_scans_are_listed_newest_first_in_pages(
    network: App, it: httpx.AsyncClient
) -> None:
    made = [await run(network, it) for _ in range(3)]
    first, after = await page_of(it, limit=2)
    assert [scan.id for scan in first] == [made[2], made[1]]
    second, end = await page_of(it, limit=2, after=after)
    assert [scan.id for scan in second] == [made[0]]
    assert end is None


async def test_a_running_scan_can_be_cancelled_and_resumed(app: App) -> None:
    hold = threading.Event()
    held = with_network(app, PRINTERS, hold=hold)
    try:
        async with calling(held, "it") as client:
            answer = await client.post(SCANS, json={"targets": ["192.0.2.0/28"]})
            scan_id = answer.json()["id"]
            answer = await client.post(f"{SCANS}/{scan_id}:cancel", json={})
            assert answer.json() == {"id": scan_id, "cancelled": True}
            held.scans().wait(scan_id, 30)
            shown = (await client.get(f"{SCANS}/{scan_id}")).json()
            assert shown["state"] == "cancelled"
            hold.set()
            answer = await client.post(f"{SCANS}/{scan_id}:resume", json={})
            assert answer.status_code == 200
            held.scans().wait(scan_id, 30)
            shown = (await client.get(f"{SCANS}/{scan_id}")).json()
            assert (shown["state"], shown["progress"]["answered"]) == ("finished", 2)
    finally:
        held.close()


async def test_a_finished_scan_cannot_be_resumed_or_cancelled(
    network: App, it: httpx.AsyncClient
) -> None:
    scan_id = await run(network, it)
    answer = await it.post(f"{SCANS}/{scan_id}:resume", json={})
    assert_problem(answer, 409, "not-allowed")
    answer = await it.post(f"{SCANS}/{scan_id}:cancel", json={})
    assert answer.json()["cancelled"] is False


async def test_a_scan_whose_process_died_shows_as_interrupted(
    network: App, it: httpx.AsyncClient
) -> None:
    scan_id = await run(network, it)
    table = table_of(Scan)
    with writing(network.engine) as connection:
        connection.execute(update(table).values(state="running", owner="elsewhere:1:1"))
    network.scans().recover()
    shown = (await it.get(f"{SCANS}/{scan_id}")).json()
    assert shown["state"] in {"interrupted", "running"}


@pytest.mark.parametrize(
    ("body", "code", "part"),
    [
        ({}, "invalid", "nothing to scan"),
        ({"targets": ["10.0.0.0/8"]}, "bad-target", "more than the limit"),
        ({"targets": ["10.0.0.0/33"]}, "bad-target", ""),
        ({"targets": ["192.0.2.1"], "credential_sets": ["x"]}, "invalid", "no credent"),
        ({"targets": [""]}, "invalid", ""),
        ({"targets": ["192.0.2.1"], "colour": 1}, "invalid", ""),
        ({"targets": "192.0.2.1"}, "invalid", ""),
        ({"targets": ["192.0.2.1"], "rate": 0}, "invalid", ""),
    ],
)
async def test_a_bad_request_says_what_and_how_to_mend_it(
    it: httpx.AsyncClient, body: dict[str, object], code: str, part: str
) -> None:
    problem = assert_problem(await it.post(SCANS, json=body), 422, code)
    assert problem["remedy"]
    assert part in str(problem["detail"])
    assert (await it.get(SCANS)).json()["items"] == []


async def test_broken_json_is_a_problem(it: httpx.AsyncClient) -> None:
    answer = await it.post(
        SCANS, content="{", headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 422, "invalid")


@pytest.mark.parametrize("path", [f"{SCANS}/77", f"{HOSTS}?scan=77"])
async def test_an_unknown_scan_is_not_found(it: httpx.AsyncClient, path: str) -> None:
    assert_problem(await it.get(path), 404, "not-found")
    for act in ("cancel", "resume"):
        answer = await it.post(f"{SCANS}/77:{act}", json={})
        assert_problem(answer, 404, "not-found")


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63)])
async def test_a_number_that_is_none_is_not_found(
    it: httpx.AsyncClient, number: str
) -> None:
    assert_problem(await it.get(f"{SCANS}/{number}"), 404, "not-found")


@pytest.mark.parametrize(("role", "reads"), [("auditor", 200), ("hr", 403)])
async def test_only_it_starts_scans(network: App, role: str, reads: int) -> None:
    async with calling(network, role) as client:
        assert (await client.get(SCANS)).status_code == reads
        answer = await client.post(SCANS, json={"targets": ["192.0.2.1"]})
        assert_problem(answer, 403, "forbidden")


async def test_without_targets_the_site_is_scanned(app: App) -> None:
    settings = Settings.model_validate(
        {
            "data_dir": app.settings.data_dir,
            "sites": [
                {
                    "name": "hq",
                    "networks": ["192.0.2.0/28"],
                    "exclusions": ["192.0.2.9"],
                }
            ],
        }
    )

    network = with_network(replace(app, settings=settings), PRINTERS)
    try:
        async with calling(network, "it") as client:
            answer = await client.post(SCANS, json={"site": "hq"})
            network.scans().wait(answer.json()["id"], 30)
            scan = (await client.get(f"{SCANS}/{answer.json()['id']}")).json()
            assert scan["site"] == "hq"
            assert scan["progress"]["answered"] == 1
            answer = await client.post(SCANS, json={"site": "hp"})
            problem = assert_problem(answer, 422, "invalid")
            assert problem["remedy"] == "Did you mean hq?"
    finally:
        network.close()


def test_what_does_not_work_for_all_is_said_while_it_is_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = (("collector", "unreachable", "no collector was heard of"),)
    with Bars() as bars:
        for phase in ("sweep", "collect"):
            bars.show(
                Progress(scan_id=1, state="running", phase=phase, for_all=told), 0
            )
    assert capsys.readouterr().err.count("collector: no collector was heard of") == 1
