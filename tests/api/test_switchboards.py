"""Telephone systems behind the guard, with an account of the vault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from api.compose.pbx_sources import pbx_systems_of, sources_of
from collectors.credentials import PbxCredential
from collectors.errors import AuthFailed
from collectors.pacing import LockoutGuard
from collectors.pbx import read
from collectors.pbx.facts import PbxReading
from collectors.pbx.source import PbxSource
from collectors.ssh.guarded_openers import LoginGate
from config.settings import Settings
from discovery.access.credentials import Credentials, CredentialSet
from inventory.kernel.errors import Invalid

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
STORED = Credentials(
    (
        CredentialSet(
            "stored",
            pbx=(PbxCredential(name="exchange", user="ami", password=SecretStr("s")),),
        ),
    )
)


def settings(tmp_path: Path, **more: Any) -> Settings:  # noqa: ANN401
    pbx = {"name": "main", "kind": "asterisk", "host": "127.0.0.9"} | more
    return Settings(data_dir=tmp_path, pbx=[pbx])  # type: ignore[arg-type]


def test_a_system_takes_the_account_of_the_credential_it_names(tmp_path: Path) -> None:
    (source,) = sources_of(settings(tmp_path, credential="exchange"), (), STORED)
    assert (source.user, source.secret.get_secret_value()) == ("ami", "s")


def test_a_credential_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"'main'.*'gone'"):
        sources_of(settings(tmp_path, credential="gone"), (), STORED)


def test_without_a_credential_the_secret_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="needs secret"):
        settings(tmp_path)


async def test_a_refused_account_is_tried_no_more_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def refuse(
        source: PbxSource, seen_at: datetime, shapes: Sequence[object]
    ) -> PbxReading:
        asked.append(source.name)
        raise AuthFailed("the manager refuses the account")

    monkeypatch.setitem(read.READERS, "asterisk", refuse)
    gate = LoginGate(LockoutGuard(per_account=2, per_device=9))
    boards = pbx_systems_of(
        settings(tmp_path, credential="exchange"),
        lambda: NOW,
        gate=gate,
        credentials=STORED,
    )
    reasons = []
    for _ in range(4):
        reading = await boards.read(boards.sources[0])
        reasons += [problem.reason.value for problem in reading.problems]
    assert reasons == ["auth-failed"] * 2 + ["locked-out"] * 2
    assert asked == ["main"] * 2
