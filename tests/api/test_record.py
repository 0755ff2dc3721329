"""`purser record` against a switch of the office: no secret, nothing hidden."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.compose.wiring import office_document
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


@pytest.mark.parametrize("everything", [True, False])
async def test_a_device_is_recorded_without_secrets(
    sqlite_template: Path, tmp_path: Path, *, everything: bool
) -> None:
    shutil.copyfile(sqlite_template, make_url(default_url(tmp_path)).database or "")
    office = RunningOffice()
    office.start()
    try:
        settings = settings_for(office.plan, tmp_path, "127.0.0.1", 0)
        text = await ask_device.record_device(
            settings, SWITCH, None, everything=everything, hide=not everything
        )
        plain = await ask_device.record_device(settings, SWITCH, None)
    finally:
        office.stop()
    assert len(known_secrets()) == 7
    for word in known_secrets():
        assert word not in text
        assert word.encode().hex() not in text
    seen, before = [await observe(parse_recording(t.encode())) for t in (text, plain)]
    assert seen.system is not None
    assert before.system is not None
    assert len(seen.fdb) == len(before.fdb) > 0
    assert (seen.system.name == before.system.name) is everything
    macs, others = [{entry.mac for entry in each.fdb} for each in (before, seen)]
    assert (macs == others) is everything
    assert len(macs) == len(others)
    if not everything:
        assert not any(mac.replace(":", "") in text.replace(":", "") for mac in macs)
