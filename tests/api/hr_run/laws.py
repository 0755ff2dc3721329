"""Eleven laws that hold after anything that HR and officers say and do."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

from inventory.storage.audit import verify
from inventory.storage.rows import Row
from tests.api.hr_run.office import Office

HELD = frozenset({"in_use", "due_back"})
HERE = frozenset({"in_stock", "reserved", "prepared", "in_transit"})
DECIDED = frozenset({"kept", "lost", "stolen", "written_off", "bought_out"})
VERDICTS = frozenset("applied joined superseded parked held conflict withdrawn".split())


class Books:
    """All rows that the laws speak of, read once."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.lines = office.rows("case_line")
        self.cases = {row["id"]: row for row in office.rows("provisioning_case")}
        self.assets = {row["id"]: row for row in office.rows("asset")}
        self.custody = office.rows("custody", valid_to=None)
        self.reserved = office.rows("reservation", ended_at=None)
        self.events = office.rows("hr_event")
        self.tasks = [row for row in office.rows("task") if row["closed_at"] is None]
        self.employments = {
            row["id"]: row
            for row in office.rows("employment")
            if row["valid_to"] is None or row["valid_to"] > row["valid_from"]
        }
        self.placements = [
            row
            for row in office.rows("placement")
            if row["valid_to"] is None or row["valid_to"] > row["valid_from"]
        ]


def nothing_has_two_holders(books: Books) -> None:
    held = Counter(row["asset_id"] for row in books.custody)
    assert not [asset for asset, count in held.items() if count > 1]


def state_and_holder_agree(books: Books) -> None:
    held = {row["asset_id"] for row in books.custody}
    for number, asset in books.assets.items():
        assert not (asset["state"] in HERE and number in held), asset
        assert not (asset["state"] in HELD and number not in held), asset


def what_is_promised_is_promised_once(books: Books) -> None:
    reserved = Counter(row["asset_id"] for row in books.reserved)
    coming = Counter(
        line["asset_id"]
        for line in books.lines
        if line["asset_id"] and line["closed_on"] is None
        if line["action"] == "provide"
    )
    for number, asset in books.assets.items():
        assert reserved[number] == (asset["state"] in ("reserved", "prepared")), asset
        assert coming[number] <= 1, asset


def what_is_on_the_way_goes_somewhere(books: Books) -> None:
    spoken_of = {line["asset_id"] for line in books.lines if line["closed_on"] is None}
    for number, asset in books.assets.items():
        assert asset["state"] != "in_transit" or number in spoken_of, asset


def who_holds_works_here_or_is_asked(books: Books) -> None:
    day = books.office.day
    employed = {
        row["person_id"]
        for row in books.employments.values()
        if row["valid_to"] is None or row["valid_to"] > day
    }
    spoken_of: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for line in books.lines:
        who = books.cases[line["case_id"]]["person_id"]
        spoken_of[line["asset_id"], who].append(line)
    for row in books.custody:
        if row["person_id"] is None or row["person_id"] in employed:
            continue
        mine = spoken_of[row["asset_id"], row["person_id"]]
        assert any(
            (line["closed_on"] is None and line["action"] == "return")
            or line["state"] in DECIDED
            for line in mine
        ), (row, mine)


def open_lines_have_an_owner_and_a_day(books: Books) -> None:
    for line in books.lines:
        if line["closed_on"] is None:
            assert line["owner"], line
            assert line["due_on"], line


def a_case_is_open_while_a_line_is(books: Books) -> None:
    waits = {row["case_id"] for row in books.lines if row["closed_on"] is None}
    for number in waits:
        assert books.cases[number]["state"] == "open", books.cases[number]


def every_statement_is_explained(books: Books) -> None:
    asked = {task["event_id"] for task in books.tasks}
    closed = {row["event_id"] for row in books.office.rows("task") if row["closed_at"]}
    for row in books.events:
        assert row["verdict"] in VERDICTS, row
        assert row["verdict"] == "applied" or row["verdict_reason"], row
        if row["verdict"] in ("parked", "conflict"):
            # Somebody is asked, or said that it may stay so.
            assert row["id"] in asked | closed, row


def periods_do_not_overlap(books: Books) -> None:
    of_number: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in books.employments.values():
        of_number[row["legal_entity_id"], row["number"]].append(row)
    of_employment: dict[int, list[Row]] = defaultdict(list)
    for row in books.placements:
        of_employment[row["employment_id"]].append(row)
    for rows in [*of_number.values(), *of_employment.values()]:
        rows.sort(key=lambda row: (row["valid_from"], row["id"]))
        for one, other in pairwise(rows):
            assert one["valid_to"] is not None, rows
            assert one["valid_to"] <= other["valid_from"], rows
    for number, rows in of_employment.items():
        whole = books.employments[number]
        assert rows[0]["valid_from"] == whole["valid_from"], (whole, rows)
        assert rows[-1]["valid_to"] == whole["valid_to"], (whole, rows)


def units_belong_to_the_employer(books: Books) -> None:
    owners = {
        name: {row["id"]: row["legal_entity_id"] for row in books.office.rows(name)}
        for name in ("department", "cost_centre")
    }
    for row in books.placements:
        employer = books.employments[row["employment_id"]]["legal_entity_id"]
        for name, owner in owners.items():
            unit = row[f"{name}_id"]
            assert unit is None or owner[unit] == employer, row


def the_trail_is_whole_and_each_case_is_told_of(books: Books) -> None:
    office = books.office
    assert verify(office.app.engine) == []
    opened = Counter(
        row["entity_id"] for row in office.trail("provisioning_case", "create")
    )
    assert opened == Counter(str(number) for number in books.cases)
    told = Counter(
        data["case_id"]
        for row in office.rows("outbox_message", type="case.changed")
        if (data := json.loads(row["body"])["data"])["change"] == "opened"
    )
    # A case that was called off may be opened once more.
    assert set(told) == set(books.cases)
    assert len(office.rows("webhook_delivery")) == len(office.rows("outbox_message"))


LAWS: tuple[Callable[[Books], None], ...] = (
    nothing_has_two_holders,
    state_and_holder_agree,
    what_is_promised_is_promised_once,
    what_is_on_the_way_goes_somewhere,
    who_holds_works_here_or_is_asked,
    open_lines_have_an_owner_and_a_day,
    a_case_is_open_while_a_line_is,
    every_statement_is_explained,
    periods_do_not_overlap,
    units_belong_to_the_employer,
    the_trail_is_whole_and_each_case_is_told_of,
)


def check(office: Office) -> None:
    """Check all laws."""
    books = Books(office)
    for law in LAWS:
        law(books)
