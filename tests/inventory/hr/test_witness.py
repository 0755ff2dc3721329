from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, insert

from inventory.hr.context import CaseContext
from inventory.hr.triggers.sightings_of_leavers import find_stray_assets
from inventory.kernel.events import NetworkCompared
from tests.inventory.hr.company import DAY, Company


def seen(company: Company, asset_id: int, at: datetime) -> None:
    """Let a scan see an asset on port Gi1/0/14 of sw-1."""

    def device(number: int, name: str) -> dict[str, object]:
        row: dict[str, object] = {"id": number, "name": name, "site": "hq"}
        row |= {"type": "computer", "managed": True, "search": name}
        return row | {"first_seen": at, "last_seen": at}

    with company.engine.begin() as connection:
        for number, name in ((1, "sw-1"), (2, "nb-tia")):
            connection.execute(
                insert(company.table("device")).values(device(number, name))
            )
        interface = {"id": 1, "device_id": 1, "name": "Gi1/0/14", "first_seen": at}
        connection.execute(insert(company.table("interface")).values(interface))
        matched: dict[str, object] = {
            "state": "matched",
            "by_hand": False,
            "reason": "serial",
        }
        matched |= {"detail": "", "asset_id": asset_id, "device_id": 2, "since": at}
        connection.execute(insert(company.table("reconciliation")).values(matched))
        sighting: dict[str, object] = {
            "site": "hq",
            "mac": "02:00:00:00:00:01",
            "ip": "",
            "via": "",
        }
        sighting |= {"device_id": 1, "interface_id": 1, "endpoint_id": 2}
        sighting |= {"first_seen": at, "last_seen": at}
        connection.execute(insert(company.table("sighting")).values(sighting))


def left(company: Company) -> tuple[int, int]:
    """Let somebody get a laptop and leave; return line and asset."""
    company.say("hire", company.day)
    company.step(company.lines()["laptop"]["id"], "deliver")
    company.say("termination", company.day + 5 * DAY)
    line = next(x for x in company.lines().values() if x["kind"] == "laptop")
    return line["id"], line["asset_id"]


def test_a_leavers_laptop_on_a_port_reopens_its_line_with_port_and_moment(
    engine: Engine,
) -> None:
    company = Company(engine)
    company.found(laptop=1, phone=1)
    line, asset = left(company)
    company.wait(7)
    seen(company, asset, company.now() - timedelta(hours=1))
    company.do(lambda context: context.work.emit(NetworkCompared(site="hq")))
    (row,) = company.rows("case_line", id=line)
    assert row["state"] == "sighted"
    note = company.rows("case_line_step", line_id=line)[-1]["note"]
    assert "sw-1 port Gi1/0/14 at 2026-01-12 08:00 UTC" in note
    assert "its holder left on" in note
    # The next scan that sees the same tells nothing new.
    assert company.do(find_stray_assets) == 0
    assert len(company.rows("task", kind="sighting")) == 1


def test_a_returned_laptop_that_is_seen_reopens_its_closed_line(
    engine: Engine,
) -> None:
    company = Company(engine)
    company.found(laptop=1, phone=1)
    line, asset = left(company)
    for step in ("receive", "evaluate", "restock"):
        company.step(line, step)
    assert company.rows("case_line", id=line)[0]["closed_on"] is not None
    company.wait(9)
    seen(company, asset, company.now())
    assert company.do(find_stray_assets) == 1
    assert company.rows("case_line", id=line)[0]["state"] == "sighted"
    assert company.rows("provisioning_case")[-1]["state"] == "open"
    company.step(line, "explain", "a colleague tried it out")
    assert company.rows("case_line", id=line)[0]["state"] == "restocked"


def test_who_still_works_here_may_be_seen(engine: Engine) -> None:
    company = Company(engine)
    company.found(laptop=1, phone=1)
    company.say("hire", company.day)
    company.step(company.lines()["laptop"]["id"], "deliver")
    company.wait(3)
    seen(company, company.lines()["laptop"]["asset_id"], company.now())

    def looked(context: CaseContext) -> int:
        return find_stray_assets(context, "hq")

    assert company.do(looked) == 0
    assert company.rows("task") == []
