"""`purser record` against a switch of the office: no secret, nothing hidden."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.compose.rulebooks import office_document
from api.demo import RunningOffice, settings_for
from api.diagnose import ask_device
from collectors.recordings.replay import parse_recording
from inventory.storage.engine import default_url
from tests.collectors.snmp_topics.seen import observe

SWITCH = "127.10.99.11"


def known_secrets() -> list[str]:
    """Return the secrets of the office, but a word as common as public."""
    scan = office_document("scan")
    names = ("community", "auth_secret", "priv_secret", "password")
    words = [
        row.get(n) for kind in ("snmp", "ssh") for row in scan[kind] for n in names
    ]
    return [word for word in words if word and word != "public"]


@pytest.fixture(scope="module")
def recordings(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, str]:
    """What the switch answers: as collected, the whole tree, and with names hidden."""
    folder = tmp_path_factory.mktemp("record")
    shutil.copyfile(sqlite_template, make_url(default_url(folder)).database or "")
    office = RunningOffice()
    office.start()
    settings = settings_for(office.plan, folder, "127.0.0.1", 0)

    async def record() -> Mapping[str, str]:
        ask = partial(ask_device.record_device, settings, SWITCH, None)
        return {
            "collected": await ask(),
            "everything": await ask(everything=True),
            "hidden": await ask(hide=True),
        }

    try:
        return asyncio.run(record())
    finally:
        office.stop()


@pytest.mark.parametrize("kind", ["everything", "hidden"])
async def test_a_device_is_recorded_without_secrets(
    recordings: Mapping[str, str], kind: str
) -> None:
    text = recordings[kind]
    assert len(known_secrets()) == 7
    for word in known_secrets():
        assert word not in text
        assert word.encode().hex() not in text
    seen, before = [
        await observe(parse_recording(recordings[each].encode()))
        for each in (kind, "collected")
    ]
    assert seen.system is not None
    assert before.system is not None
    assert len(seen.fdb) == len(before.fdb) > 0
    as_it_is = kind == "everything"
    assert (seen.system.name == before.system.name) is as_it_is
    macs, others = [{entry.mac for entry in each.fdb} for each in (before, seen)]
    assert (macs == others) is as_it_is
    assert len(macs) == len(others)
    if not as_it_is:
        assert not any(mac.replace(":", "") in text.replace(":", "") for mac in macs)
