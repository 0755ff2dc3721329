"""One case: its lines with the steps each allows, their story, what HR said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from api.compose.rulebooks import provisioning_in_force
from api.pages.acts.acting import answer
from api.pages.acts.target import Target
from api.pages.entity import Found, find
from api.pages.visit import Answer, View, Visit, missing, refused
from api.resources.register.shared import BUYERS
from api.resources.registry import resource
from inventory.kernel.texts import N_
from inventory.people.tables import Person
from inventory.storage.rows import col

_SENT = frozenset({"ship", "send_back"})
_PASSED = "hand_over"
_ASKED = ("note", "on", "carrier", "tracking", "to")


def show_case(visit: Visit, ref: str) -> Answer:
    """Draw the page of a case."""
    found = find(visit, resource("cases"), ref)
    if isinstance(found, View):
        return found
    case = found.row
    stories = [
        {**step, "item": line["item"]}
        for line in case["lines"]
        for step in line["story"]
    ]
    steps = provisioning_in_force(visit.app.settings, visit.reading).machine.steps
    return View(
        template="case.html",
        title=visit.words.said(found.name),
        here="/cases",
        about={
            "found": found,
            "case": case,
            "terms": _terms(visit, case["facts"]),
            "stories": sorted(stories, key=lambda row: row["id"]),
            "may": found.act("step") is not None,
            "buys": visit.may(*BUYERS),
            "together": _together(found, case),
            "asks": {name: bool(_questions(steps[name])) for name in steps},
        },
    )


def _together(found: Found, case: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what can be done with all lines that are ready: verb and name."""
    offered = (
        ("hand-over", N_("Hand over"), "provide", "deliver"),
        ("take-back", N_("Take back"), "return", "receive"),
    )
    return [
        (verb, title)
        for verb, title, action, step in offered
        if found.act(verb)
        and any(
            line["action"] == action and step in line["steps_possible"]
            for line in case["lines"]
        )
    ]


def _terms(visit: Visit, said: Mapping[str, Any]) -> dict[str, Any]:
    terms = said.get("terms")
    inner = dict(terms) if isinstance(terms, dict) else {}
    outer = {name: value for name, value in said.items() if name != "terms"}
    told = {
        name: value
        for name, value in {**inner, **outer}.items()
        if value not in (None, "", [], {})
    }
    if "manager" in told:
        told["manager"] = _called(visit, str(told["manager"]))
    return told


def _called(visit: Visit, key: str) -> str:
    """Return the name of the person of a key; the key, where nobody has it."""
    name = col(Person.given_name) + " " + col(Person.family_name)
    query = select(name).where(col(Person.key) == key)
    return str(visit.reading.execute(query).scalar() or key)


def _questions(step: Any) -> set[str]:  # noqa: ANN401 - a step of the machine
    """Return the fields that a step asks for."""
    asked = {"note"} if step.reason else set()
    if step.name in _SENT:
        asked |= {"carrier", "tracking"}
    if step.name == _PASSED:
        asked.add("to")
    return asked


def show_step(visit: Visit, ref: str, line: int, step: str) -> Answer:
    """Draw the form of a step of a line, or take the step."""
    cases = resource("cases")
    found = find(visit, cases, ref)
    if isinstance(found, View):
        return found
    act = found.act("step")
    known = provisioning_in_force(visit.app.settings, visit.reading).machine.steps.get(
        step
    )
    item = next((one for one in found.row["lines"] if one["id"] == line), None)
    if act is None:
        return refused(step)
    if known is None or item is None:
        return missing(f"{found.path}/lines/{line}/{step}")
    asked = _questions(known)
    name = visit.words.text(step.replace("_", " ").capitalize())
    return answer(
        visit,
        Target(
            cases,
            act,
            (found.id,),
            found.row,
            fixed={"line": str(line), "step": step},
            left_out=[name for name in _ASKED if name not in {*asked, "on"}],
            called=f"{name}: {item['item']}",
            at=f"{found.path}/lines/{line}/{step}",
            titles={"note": known.reason_is.capitalize()} if known.reason else {},
        ),
    )


PAGES = {"/cases/{ref}/lines/{line:int}/{step}": show_step}
