"""What must hold of cases and assets after anything HR and IT can do."""

from __future__ import annotations

from collections import Counter, defaultdict

from inventory.storage.rows import Row
from tests.inventory.hr.company import Company

HELD = frozenset({"in_use", "due_back", "lost", "stolen", "in_repair"})
HERE = frozenset({"in_stock", "reserved", "prepared", "in_transit"})
DECIDED = frozenset({"kept", "lost", "stolen", "written_off", "bought_out"})


def check(company: Company) -> None:
    """Check everything."""
    lines = company.rows("case_line")
    cases = {row["id"]: row for row in company.rows("provisioning_case")}
    custody = {row["asset_id"]: row for row in company.rows("custody", valid_to=None)}
    assets = {row["id"]: row for row in company.rows("asset")}
    nothing_is_held_twice_or_lost(company, assets, custody, lines)
    every_custody_has_a_cause(company, assets, custody, lines, cases)
    every_line_is_closed_or_somebodys(lines, cases)
    every_event_is_explained(company)


def nothing_is_held_twice_or_lost(
    company: Company,
    assets: dict[int, Row],
    custody: dict[int, Row],
    lines: list[Row],
) -> None:
    """Each thing is in one place, and whoever has to act on it is known."""
    by_asset: dict[int, list[Row]] = defaultdict(list)
    for line in lines:
        if line["asset_id"] and line["closed_on"] is None and line["action"] != "keep":
            by_asset[line["asset_id"]].append(line)
    reserved = Counter(
        row["asset_id"] for row in company.rows("reservation", ended_at=None)
    )
    for number, asset in assets.items():
        held = number in custody
        assert not (asset["state"] in HERE and held), asset
        assert not (asset["state"] in ("in_use", "due_back") and not held), asset
        promised = asset["state"] in ("reserved", "prepared")
        assert reserved[number] == promised, (asset, reserved[number])
        coming = [li for li in by_asset[number] if li["action"] == "provide"]
        assert len(coming) <= 1, coming
        if asset["state"] == "in_transit":
            assert by_asset[number], f"{asset['tag']} is on the way to nobody"
        for line in coming:
            if line["state"] in ("reserved", "prepared", "shipped"):
                assert not held, line


def every_custody_has_a_cause(
    company: Company,
    assets: dict[int, Row],
    custody: dict[int, Row],
    lines: list[Row],
    cases: dict[int, Row],
) -> None:
    """Who holds something works here, will soon, or a line gets it back."""
    employed = {
        row["person_id"]
        for row in company.rows("employment")
        if row["valid_to"] is None
        or (row["valid_to"] > company.day and row["valid_to"] > row["valid_from"])
    }
    for number, row in custody.items():
        if row["person_id"] in employed:
            continue
        mine = [
            line
            for line in lines
            if line["asset_id"] == number
            and cases[line["case_id"]]["person_id"] == row["person_id"]
        ]
        assert any(
            (line["closed_on"] is None and line["action"] == "return")
            or line["state"] in DECIDED
            for line in mine
        ), (row, assets[number]["state"], mine, cases)


def every_line_is_closed_or_somebodys(lines: list[Row], cases: dict[int, Row]) -> None:
    """An open line has an owner and a date, and its case is open."""
    for line in lines:
        if line["closed_on"] is None:
            assert line["owner"], line
            assert line["due_on"], line
            assert cases[line["case_id"]]["state"] == "open", (
                line,
                cases[line["case_id"]],
            )


def every_event_is_explained(company: Company) -> None:
    """Every event has a verdict; one without effect says why."""
    for row in company.rows("hr_event"):
        assert row["verdict"] in (
            "applied",
            "joined",
            "superseded",
            "parked",
            "held",
            "conflict",
            "withdrawn",
        ), row
        assert row["verdict"] == "applied" or row["verdict_reason"], row
