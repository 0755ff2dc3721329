"""The line of collectors: who is let in, what is leased, kept once, refused by name."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import SecretStr

from api.compose.wiring import App, compose, fixed_settings
from api.pages.words import Words
from api.remote.line import Line
from api.remote.spool import Spool
from collectors.credentials import SnmpCredential
from collectors.facts import Observation, Problem, Reason
from collectors.sentences import Told
from collectors.sweep.sweep import Answer
from discovery.access.credentials import Credentials, CredentialSet, Memory
from discovery.remote import elsewhere, wire
from discovery.remote.elsewhere import SliceSpec, spec_of
from discovery.scan import scan as scanning
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanOptions, ScanRequest
from discovery.sentences import triple
from inventory.jobs import slices
from inventory.kernel.errors import Invalid
from tests.api.conftest import calling
from tests.api.test_frame import assert_problem

LINE = "/api/v1/collector"
SITES = [{"name": "HQ"}, {"name": "Depot"}]


class Clock:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def centre(app: App, tmp_path: Path) -> App:
    credentials = {
        "snmp": [
            {"name": "a", "community": "of-hq"},
            {"name": "b", "community": "depot"},
        ],
        "sets": [
            {"name": "hq", "site": "HQ", "snmp": ["a"]},
            {"name": "far", "site": "Depot", "snmp": ["b"]},
        ],
    }
    values = {"data_dir": tmp_path, "sites": SITES, "credentials": credentials}
    return replace(app, settings=fixed_settings(values))


class Remote:
    """A collector that says what it is told to."""

    def __init__(self, client: httpx.AsyncClient, clock: Clock, token: str) -> None:
        self.client, self.clock, self.token = client, clock, token
        self.private = X25519PrivateKey.generate()
        self.protocol, self.skew = "1", timedelta(0)

    async def ask(self, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401
        packed = gzip.compress(json.dumps(body).encode())
        now = (self.clock.now + self.skew).timestamp()
        headers = {
            "authorization": f"Bearer {self.token}",
            "x-purser-protocol": self.protocol,
            "x-purser-clock": repr(now),
        }
        return await self.client.post(LINE + path, content=packed, headers=headers)

    async def hello(self) -> httpx.Response:
        return await self.ask("/hello", public_key=wire.public_of(self.private))

    async def lease(self, *holding: int, most: int = 4) -> list[int]:
        answer = await self.ask("/lease", holding=list(holding), most=most)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["slices"]]

    async def bring(self, slice_id: int, address: str, at: datetime) -> httpx.Response:
        host = Host(address=address, seen_at=at)
        sent = {
            "uid": f"{slice_id}/{address}/{at.isoformat()}",
            "slice": slice_id,
            "address": address,
            "seen_at": at.timestamp(),
            "body": base64.b64encode(wire.pack(host)).decode(),
        }
        return await self.ask("/hosts", hosts=[sent])


def offer(app: App, key: str, site: str = "HQ") -> int:
    request = ScanRequest(targets=("192.0.2.0/30",), site=site)
    spec = wire.to_plain(spec_of(["192.0.2.1", "192.0.2.2"], request, Memory()))
    return slices.offer(
        app.engine, app.clock(), key=key, site=site, scan_id=1, spec=spec
    )


async def enrolled(
    centre: App, client: httpx.AsyncClient, name: str, site: str = "HQ"
) -> Remote:
    async with calling(centre, "it") as it:
        made = await it.post(
            "/api/v1/collectors:enrol", json={"name": name, "site": site}
        )
        assert made.status_code == 200, made.text
    remote = Remote(client, centre.clock, made.json()["token"])  # type: ignore[arg-type]
    assert (await remote.hello()).json()["site"] == site
    return remote


async def test_a_lease_runs_out_and_what_came_is_kept_once(
    centre: App, clock: Clock
) -> None:
    async with calling(centre) as client:
        one = await enrolled(centre, client, "one")
        two = await enrolled(centre, client, "two")
        slice_id = offer(centre, "a")
        assert offer(centre, "a") == slice_id
        assert await one.lease() == [slice_id]
        assert await two.lease() == []
        # It was killed and has forgotten: it gets its own again.
        assert await one.lease() == [slice_id]
        assert await one.lease(slice_id) == []
        for _ in range(2):
            answer = await one.bring(slice_id, "192.0.2.1", clock.now)
            assert answer.json() == {"stored": 1, "refused": []}
        clock.now += slices.LEASE / 2
        assert (await one.ask("/beat", held=[slice_id])).json()["lost"] == []
        clock.now += slices.LEASE * 0.8
        assert await two.lease() == []
        clock.now += slices.LEASE
        leased = (await two.ask("/lease", holding=[], most=4)).json()["slices"]
        assert [each["have"] for each in leased] == [["192.0.2.1"]]
        assert (await one.ask("/beat", held=[slice_id])).json()["lost"] == [slice_id]
        # Both bring the same host: the scan sees it once, as it was last.
        await two.bring(slice_id, "192.0.2.1", clock.now)
        assert (await two.ask("/done", slice=slice_id)).status_code == 200
        assert slices.state_of(centre.engine, slice_id) == ("done", 1)
        ((_, _, seen_at),) = slices.brought_by(centre.engine, slice_id)
        assert seen_at == clock.now
        assert await one.lease() == []


async def test_a_site_sees_its_own_work_and_secrets_only(
    centre: App, clock: Clock
) -> None:
    async with calling(centre) as client:
        here = await enrolled(centre, client, "here")
        there = await enrolled(centre, client, "there", "Depot")
        slice_id = offer(centre, "a")
        assert await there.lease() == []
        brought = await there.bring(slice_id, "192.0.2.1", clock.now)
        assert brought.json()["stored"] == 0
        assert_problem(await there.ask("/done", slice=slice_id), 403, "other-site")
        answer = (await here.ask("/lease", holding=[], most=1)).json()
        sealed = answer["credentials"]
        assert "of-hq" not in json.dumps(answer)
        found = wire.from_plain(Credentials, wire.unseal(sealed, here.private))
        assert [each.name for each in found.sets] == ["hq"]
        community = found.sets[0].snmp[0].community
        assert community is not None
        assert community.get_secret_value() == "of-hq"
        with pytest.raises(InvalidTag):
            wire.unseal(sealed, there.private)


async def test_what_did_not_work_for_a_whole_part_is_told_by_the_scan(
    centre: App, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "PACE", 0.01)
    monkeypatch.setattr(scanning, "HEARTBEAT", 0.01)
    detail = Told("no ICMPv{version} packet left: {what}", version=4, what="denied")
    problem = wire.to_plain(Problem("sweep:icmp4", Reason.UNREACHABLE, detail))
    later = {"where": "sweep:ether", "reason": "of another release", "detail": ""}
    options = ScanOptions(icmp=False, snmp_port=None, sip_port=None)
    request = ScanRequest(targets=("192.0.2.0/24",), site="HQ", options=options)
    scans = compose(centre.settings, centre.engine, lambda: clock.now, centre.seal)
    async with calling(centre) as client, calling(centre, "it") as it:
        remote = await enrolled(centre, client, "one")
        clock.now += slices.LEASE * 2
        scan_id = scans.scans().start(request)
        while not (await it.get(f"/api/v1/scans/{scan_id}")).json()["problems"]:
            await asyncio.sleep(0.01)
        for _ in range(2):
            while not (leased := await remote.lease(most=1)):
                await asyncio.sleep(0.01)
            said = {"slice": leased[0], "problems": [problem, later, None]}
            assert (await remote.ask("/done", **said)).status_code == 200
        await asyncio.to_thread(scans.scans().wait, scan_id, 60)
        found = (await it.get(f"/api/v1/scans/{scan_id}")).json()
    scans.close()
    assert (found["state"], found["counts"]["problems"]) == ("finished", 4)
    unheard, first, *unread = found["problems"]
    assert unheard == [
        *("collector", "unreachable"),
        "no collector of the site was heard of; its addresses wait for one",
    ]
    assert first == ["sweep:icmp4", "unreachable", "no ICMPv4 packet left: denied"]
    assert [each[:2] for each in unread] == [["collector", "malformed"]] * 2
    assert "of another release" in unread[0][2]


async def test_who_is_not_let_in_is_told_why(centre: App, clock: Clock) -> None:
    async with calling(centre) as client, calling(centre, "it") as it:
        remote = await enrolled(centre, client, "one")
        slice_id = offer(centre, "a")
        await remote.lease()
        remote.protocol = "0"
        assert_problem(await remote.hello(), 426, "collector-too-old")
        shown = (await it.get("/api/v1/collectors/one")).json()
        assert shown["refused"] == "too old"
        remote.protocol = "1"
        # A clock a day ahead is named, and what it saw is put right.
        remote.skew = timedelta(days=1)
        await remote.bring(slice_id, "192.0.2.2", clock.now + remote.skew)
        ((_, _, seen_at),) = slices.brought_by(centre.engine, slice_id)
        assert seen_at == clock.now
        shown = (await it.get("/api/v1/collectors/one")).json()
        assert (shown["skew_seconds"], shown["refused"]) == (
            86400.0,
            "its clock is off by 86400 s; it is corrected",
        )
        headers = {"authorization": f"Bearer {remote.token}"}
        headers |= {"x-purser-protocol": "1"}
        garbage = await client.post(f"{LINE}/beat", content=b"x", headers=headers)
        assert_problem(garbage, 422, "invalid")
        await it.post("/api/v1/collectors/one:revoke", json={})
        for path in ("/hello", "/lease", "/beat", "/hosts", "/done"):
            assert_problem(await remote.ask(path), 401, "collector-revoked")
        remote.token = "of another centre"
        assert_problem(await remote.ask("/hello"), 401, "collector-not-let-in")
        other = await enrolled(centre, client, "other")
        assert await other.lease() == [slice_id]


def test_what_goes_over_the_line_comes_back_whole() -> None:
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    observation = Observation(
        address="192.0.2.1", collector="sweep", seen_at=at, site="HQ"
    )
    host = Host(
        address="192.0.2.1",
        seen_at=at,
        answers=[Answer("192.0.2.1", "tcp", 22, 0.1, {"banner": "SSH-2.0-x"})],
        observations=[observation],
        collectors={"snmp": "ok"},
    )
    assert wire.unpack(Host, wire.pack(host)) == host
    secret = SnmpCredential(name="a", community=SecretStr("c"))
    sets = Credentials(
        (CredentialSet("s", networks=("192.0.2.0/24",), snmp=(secret,)),)
    )
    assert wire.from_plain(Credentials, wire.to_plain(sets)) == sets
    memory = Memory({("192.0.2.1", "snmp"): "a"}, {"192.0.2.1": "key"})
    spec = spec_of(["192.0.2.1"], ScanRequest(targets=("x",), site="HQ"), memory)
    again = wire.from_plain(SliceSpec, json.loads(json.dumps(wire.to_plain(spec))))
    assert again.memory() == memory
    assert ScanRequest.from_json(again.request).site == "HQ"
    with pytest.raises(ValueError, match="not packed"):
        wire.unpack(Host, b"half")


def test_problems_are_told_in_the_language_of_who_reads_them_at_the_centre() -> None:
    inside = Told("the script broke off with status {status}", status=7)
    detail = Told("per VLAN: {why}", why=inside)
    problem = Problem("ssh:login", Reason.REFUSED, detail)
    plain = Problem("ssh:login", Reason.REFUSED, "as {the} device said")
    observation = Observation(
        address="192.0.2.1",
        collector="sweep",
        seen_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
        problems=(problem, plain),
    )
    there = wire.unpack(Observation, wire.pack(observation))
    assert there == observation
    words = Words("id", datetime(2026, 6, 1, tzinfo=UTC))
    told = [words.said(triple(one)[2]) for one in there.problems]
    assert told[0].endswith("skrip terhenti dengan status 7")
    assert told[1] == "as {the} device said"


@pytest.mark.parametrize(
    "sent",
    [
        {"told": "{why:>99999999}", "values": {"why": "x"}},
        {"told": "{why.__class__}", "values": {"why": "x"}},
        {"told": "{why[0]}", "values": {"why": "x"}},
        {"told": "{why!a}", "values": {"why": "x"}},
        {"told": "{0}", "values": {}},
        {"told": "{why}", "values": {}},
        {"told": "{why}", "values": ["x"]},
        {"told": ["x"], "values": {}},
        {"told": "x" * 3000, "values": {}},
        {"told": "{", "values": {}},
        {"values": {}},
        {"told": "{a}", "values": {"a": {"told": "{b:>9}", "values": {"b": "x"}}}},
    ],
)
def test_a_sentence_of_a_stranger_does_nothing_but_name_its_values(sent: Any) -> None:  # noqa: ANN401
    told = {"where": "x", "reason": "refused", "detail": sent}
    with pytest.raises(ValueError, match=r"sentence|Problem|\{"):
        wire.from_plain(Problem, told)


def test_the_spool_is_encrypted_and_wiped(tmp_path: Path) -> None:
    path, at = tmp_path / "spool", datetime(2026, 6, 1, tzinfo=UTC)
    spool = Spool(path, "token")
    for _ in range(2):
        spool.keep(1, "192.0.2.1", at, b"plain text of a switch")
    spool.close()
    raw = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"plain text" not in raw
    spool = Spool(path, "token")
    (kept,) = spool.unsent()
    assert (kept.body, kept.seen_at) == (b"plain text of a switch", at)
    spool.mark_sent([kept])
    assert spool.unsent() == []
    assert spool.addresses(1) == {"192.0.2.1"}
    spool.keep(2, "192.0.2.2", at, b"more")
    spool.close()
    other = Spool(path, "another token")
    assert other.unsent() == []
    other.wipe()
    assert list(tmp_path.iterdir()) == []


def test_secrets_go_over_no_open_line() -> None:
    with pytest.raises(Invalid, match="no HTTPS"):
        Line("http://purser.example", "token")
