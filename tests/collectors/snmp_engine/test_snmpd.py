"""The engine against net-snmp's snmpd: versions, every pair of protocols, refusals."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import AuthFailed, CollectError, TimedOut
from collectors.snmp.engine import EngineSettings, OwnEngine
from tests.collectors.snmp_engine.snmpd import PAIRS, credential, running

SYSTEM = [(1, 3, 6, 1, 2, 1, 1, number, 0) for number in (1, 2, 3, 4, 5, 6, 7)]
IF_INDEX, IF_DESCR = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1), (1, 3, 6, 1, 2, 1, 2, 2, 1, 2)
OR_TABLE = [(1, 3, 6, 1, 2, 1, 1, 9, 1, number) for number in (2, 3, 4)]
PATIENCE = EngineSettings(timeout=30.0, retries=1)
IMPATIENCE = EngineSettings(timeout=1.0, retries=1)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as number,
    ):
        yield number


@pytest.fixture
async def engine() -> AsyncIterator[OwnEngine]:
    own = OwnEngine(PATIENCE)
    yield own
    await own.close()


@pytest.mark.parametrize("version", ["1", "2c"])
async def test_communities_read_snmpd(
    engine: OwnEngine, port: int, version: str
) -> None:
    user = SnmpCredential(name="c", version=version, community=SecretStr("public"))
    session = engine.session("127.0.0.1", port, user)
    found = await session.get(SYSTEM)
    assert set(found) >= set(SYSTEM[:6])
    table = await session.walk([IF_INDEX, IF_DESCR])
    assert table.problem is None
    assert b"lo" in table.columns[IF_DESCR].values()
    assert list(table.columns[IF_INDEX]) == list(table.columns[IF_DESCR])


@pytest.mark.parametrize(("auth", "priv"), [(None, None), *PAIRS])
async def test_every_pair_of_protocols_reads_snmpd(
    engine: OwnEngine, port: int, auth: str | None, priv: str | None
) -> None:
    session = engine.session("127.0.0.1", port, credential(auth, priv))
    found = await session.get(SYSTEM)
    assert set(found) >= set(SYSTEM[:6])
    table = await session.walk(OR_TABLE)
    assert table.problem is None
    assert all(len(cells) >= 5 for cells in table.columns.values())


async def test_v3_and_v2c_read_the_same(engine: OwnEngine, port: int) -> None:
    community = SnmpCredential(name="c", community=SecretStr("public"))
    sessions = [
        engine.session("127.0.0.1", port, user)
        for user in (community, credential("sha256", "aes256"))
    ]
    first, second = [await session.walk(OR_TABLE) for session in sessions]
    assert first.columns == second.columns


@pytest.mark.parametrize(
    ("change", "error", "word"),
    [
        ({"user": "stranger"}, AuthFailed, "know the user"),
        ({"auth_secret": SecretStr("wrong-secret")}, AuthFailed, "authentication key"),
        ({"auth": "md5"}, CollectError, "key|answer"),
        ({"auth": "sha512"}, CollectError, "key|answer"),
        ({"priv_secret": SecretStr("wrong-secret")}, TimedOut, "privacy key"),
        ({"priv": None}, AuthFailed, "security level|refus|access|authoriz"),
    ],
)
async def test_wrong_users_and_secrets_are_refused(
    port: int,
    change: dict[str, object],
    error: type[CollectError],
    word: str,
) -> None:
    wrong = replace(credential("sha1", "aes128"), **change)  # type: ignore[arg-type]
    engine = OwnEngine(IMPATIENCE if error is TimedOut else PATIENCE)
    session = engine.session("127.0.0.1", port, wrong)
    with pytest.raises(error, match=word):
        await session.get(SYSTEM)
    await engine.close()


async def test_errors_show_no_secret(engine: OwnEngine, port: int) -> None:
    wrong = replace(
        credential("sha1", "aes128"), auth_secret=SecretStr("hunter-2-hunter")
    )
    session = engine.session("127.0.0.1", port, wrong)
    with pytest.raises(AuthFailed) as caught:
        await session.get(SYSTEM)
    table = await session.walk(OR_TABLE)
    for text in (repr(caught.value), str(table.problem), repr(session), repr(wrong)):
        assert "hunter" not in text


async def test_a_walk_without_the_right_secret_is_a_problem(
    engine: OwnEngine, port: int
) -> None:
    wrong = replace(credential("md5", None), auth_secret=SecretStr("wrong-secret"))
    table = await engine.session("127.0.0.1", port, wrong).walk(OR_TABLE)
    assert table.problem is not None
    assert table.problem.reason == "auth-failed"
    assert all(not cells for cells in table.columns.values())
