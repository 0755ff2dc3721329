"""Rules of provisioning, as a person reads and changes them."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Office

KITS = """\
items:
  laptop: {kind: laptop, cost: "1200.00"}
  chair: {kind: furniture, tracked: false}
kits:
  - {name: staff, items: [laptop]}
  - {name: sales, when: {department: [SAL]}, items: [chair]}
"""


def test_kits_are_read_as_tables_and_changed_by_version(office: Office) -> None:
    listed = office("hr").see("/provisioning-rules")
    assert "kits: 6, items: 11" in listed.text("main")
    page = office("hr").see("/provisioning-rules/kits")
    assert "laptop, mail account, extension" in page.text("main")
    form = page.follow("Change")
    assert form.form["file"].startswith("# Who gets what.")
    wrong = form.send(file=KITS.replace("[chair]", "[sofa]"))
    assert wrong.status == 422
    assert wrong.errors() == {
        "file": "Line 6, kits > 2: There is no item 'sofa'."
        " Use one of `items`: laptop, chair."
    }
    assert "[sofa]" in wrong.form["file"], "what was typed stays"
    done = wrong.send(file=KITS, remark="chairs for sales")
    assert "In force: version v1." in done.text("main")
    assert "Department: SAL" in done.text("main")
    assert "chairs for sales" in done.text("main")
    lines = office("hr").see("/provisioning-rules/kits/extracts/difference")
    assert "{kind: furniture, tracked: false}" in lines.text("main")
    back = office("hr").see("/provisioning-rules/kits/restore")
    back = back.send(version="file", remark="no chairs")
    assert "In force: version file." in back.text("main")
    assert office("it").see("/provisioning-rules/kits/change").status == 403
    assert office("it").see("/provisioning-rules/kits").status == 200


@pytest.mark.parametrize("kind", ["kits", "calendars", "lines", "notices", "sources"])
def test_rules_are_read_in_indonesian(office: Office, kind: str) -> None:
    page = office("hr", "id").see(f"/provisioning-rules/{kind}")
    told = page.text("main")
    assert "Versi" in told
    for english in ("working days", "saturday", "What they say"):
        assert english not in told
