"""One case: its lines with what can be done to each, their story, and the events."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from api.compose.wiring import provisioning_of
from api.http.auth import Role
from api.web import frame
from api.web.cases import PATH
from api.web.deciding import Action, Decider, button
from api.web.html import Cell, Row, badge, facts, join, link, moment, money, show, table
from inventory.hr.cases.steps import StepRequest, take_line_step
from inventory.hr.context import CaseContext
from inventory.hr.views.detail import case_detail
from inventory.provisioning.line_states import Machine
from inventory.provisioning.rules import Rules
from inventory.storage.work import UnitOfWork

_SENT = frozenset({"ship", "send_back"})
_PASSED = "hand_over"


async def show_page(request: Request, case_id: frame.Id) -> None:
    """Draw the page of case `case_id`."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    rules = provisioning_of(visit.app.settings)
    found = await visit.read(
        lambda reading: case_detail(reading, case_id, rules.machine)
    )
    if found is None:
        frame.nothing(visit, f"There is no case {case_id}.")
        return

    async def again() -> None:
        now = await visit.read(
            lambda reading: case_detail(reading, case_id, rules.machine)
        )
        if now is not None:
            lines.set_content(table(now["lines"], _columns(visit), "None."))
            story.set_content(table(_stories(now), _STORY, "Nothing yet."))
            state.set_content(badge(now["state"]))

    with frame.page(visit, PATH, f"Case {case_id}"):
        frame.html(f'<a class="crumb" href="{PATH}">Cases</a>')
        person = link(f"/people/{found['person_id']}", found["person"])
        frame.heading(
            f"{found['kind'].capitalize()} on {found['effective_on']}", person
        )
        state = frame.html(badge(found["state"]))
        Decider(visit, _actions(rules), again, (Role.HR, Role.IT))
        with frame.card("What it is about"):
            frame.html(facts(_facts(found)))
        with frame.card("Lines"):
            lines = frame.html(table(found["lines"], _columns(visit), "None."))
        with frame.card("What was done"):
            story = frame.html(table(_stories(found), _STORY, "Nothing yet."))
        with frame.card("What HR said"):
            frame.html(table(found["events"], _EVENTS, "Nothing."))


def _actions(rules: Rules) -> dict[str, Action]:
    def action(name: str) -> Action:
        def act(work: UnitOfWork, number: int, said: Mapping[str, str]) -> object:
            to = said.get("to", "")
            step_request = StepRequest(
                name=name,
                note=said.get("note", ""),
                carrier=said.get("carrier", ""),
                tracking=said.get("tracking", ""),
                recipient_id=int(to) if to.isdecimal() else None,
            )
            return take_line_step(CaseContext(work, rules), number, step_request)

        return Action(_label(name), act, _asked(rules.machine, name))

    return {name: action(name) for name in rules.machine.steps}


def _asked(machine: Machine, name: str) -> tuple[tuple[str, str], ...]:
    step = machine.steps[name]
    asked: list[tuple[str, str]] = []
    if step.reason:
        asked.append(("note", step.reason_is.capitalize()))
    if name in _SENT:
        asked += [("carrier", "Carrier"), ("tracking", "Tracking number")]
    if name == _PASSED:
        asked.append(("to", "Number of the person who gets it"))
    return tuple(asked)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _facts(found: Row) -> list[tuple[str, str]]:
    said: Mapping[str, object] = found["facts"]
    terms = said.get("terms")
    shown = dict(terms) if isinstance(terms, dict) else {}
    costs = [money(minor, code) for code, minor in found["costs"].items()]
    return [
        ("Person", link(f"/people/{found['person_id']}", found["person"])),
        ("Takes effect", show(found["effective_on"])),
        ("Site", show(found["site"])),
        *((_label(name), show(value)) for name, value in shown.items()),
        *(
            (_label(name), show(value))
            for name, value in said.items()
            if name != "terms"
        ),
        ("Costs", join(*costs)),
        ("No automatic messages", show(found["quiet"] or None)),
    ]


def _columns(visit: frame.Visit) -> list[tuple[str, Cell]]:
    may = visit.may(Role.HR, Role.IT)

    def buttons(row: Row) -> str:
        if not may:
            return ""
        return "".join(
            button(name, _label(name), row["id"], row["item"])
            for name in row["steps_possible"]
        )

    def asset(row: Row) -> str:
        if row["asset_id"] is None:
            return ""
        tag = link(f"/assets/{row['asset_id']}", row["tag"])
        return join(tag, show(row["model"]))

    return [
        ("Item", lambda row: join(show(row["item"]), show(row["note"]))),
        ("What", lambda row: show(row["action"])),
        ("State", lambda row: badge(row["state"])),
        ("Asset", asset),
        ("Owner", lambda row: show(row["owner"])),
        ("Due", lambda row: show(row["due_on"])),
        ("Parcel", lambda row: join(show(row["carrier"]), show(row["tracking"]))),
        ("", buttons),
    ]


def _stories(found: Row) -> list[Row]:
    rows = [
        {**step, "item": line["item"]}
        for line in found["lines"]
        for step in line["story"]
    ]
    return sorted(rows, key=lambda row: row["id"])


_STORY: list[tuple[str, Cell]] = [
    ("When", lambda row: moment(row["recorded_at"])),
    ("Item", lambda row: show(row["item"])),
    ("Step", lambda row: show(_label(row["name"]))),
    ("State", lambda row: badge(row["after"])),
    ("By", lambda row: show(row["by"])),
    ("Note", lambda row: show(row["note"])),
]
_EVENTS: list[tuple[str, Cell]] = [
    ("Asserted", lambda row: moment(row["asserted_at"])),
    ("Source", lambda row: show(row["source"])),
    ("Event", lambda row: show(row["kind"])),
    ("On", lambda row: show(row["effective_on"])),
    ("Verdict", lambda row: badge(row["verdict"])),
    ("Reason", lambda row: show(row["verdict_reason"])),
]
