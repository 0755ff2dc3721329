"""`purser identify` and `purser correct` on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.compose import wiring
from discovery.observations.fact_rows import write_observation
from inventory.storage.engine import writing
from tests.api.test_cli import Terminal, purser
from tests.api.test_device_identity import SWITCH
from tests.pages.sample import fill

__all__ = ["purser"]
RECORDED = (
    "1.3.6.1.2.1.1.1.0|4|Mystery 9000 managed switch, version 1.2.3\n"
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.14988.1\n"
    "1.3.6.1.2.1.1.3.0|67|1234\n"
)


def test_a_recording_is_explained(purser: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "device.snmprec"
    file.write_text(RECORDED, encoding="utf-8")
    said = purser("identify", str(file), "--why")
    assert said.code == 0, said.err
    assert "sysObjectID: 1.3.6.1.4.1.14988.1" in said.out
    assert "vendor: MikroTik" in said.out
    assert "serial: unknown" in said.out
    assert "a correction in the site's own rules settles it" in said.out
    told = purser("identify", str(file), "--json").json
    kinds = {clue["kind"] for clue in told["clues"]}
    assert {"sysObjectID", "sysDescr"} <= kinds
    assert all("statements" in field for field in told["fields"])


def test_a_correction_is_kept_for_the_device_and_its_like(purser: Terminal) -> None:
    assert purser("db", "upgrade").code == 0
    app = wiring.build(wiring.read_settings())
    fill(app, datetime(2026, 3, 17, tzinfo=UTC))
    with writing(app.engine) as connection:
        write_observation(connection, SWITCH, row=None, device_id=1, identifiers=())
    said = purser("correct", "1", "--type", "ups", "--model", "M-9", "--rule")
    assert said.code == 0, said.err
    assert "correction-1.yaml" in said.err + said.out
    shown = purser("device", "show", "1", "--json").json
    assert (shown["type"], shown["subtype"], shown["model"]) == ("power", "ups", "M-9")
    assert purser("correct", "1", "--model", "-").code == 0
    assert purser("device", "show", "1", "--json").json["model"] != "M-9"


@pytest.mark.parametrize(
    ("given", "code"),
    [(["1"], 2), (["1", "--type", "toaster"], 2), (["77777", "--type", "ups"], 1)],
)
def test_what_cannot_be_corrected_is_said(
    purser: Terminal, given: list[str], code: int
) -> None:
    assert purser("db", "upgrade").code == 0
    said = purser("correct", *given)
    assert said.code == code
    assert said.err
