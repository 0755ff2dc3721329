"""One person: what he or she holds, cases, extensions, and where he worked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from api.http.callers import Role
from api.pages.entity import find
from api.pages.visit import Answer, View, Visit
from api.resources.registry import resource
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.queries.telephony.extensions import lines_of_person
from inventory.storage.rows import table_of

_case = table_of(ProvisioningCase)


def show_person(visit: Visit, ref: str) -> Answer:
    """Draw the page of a person."""
    found = find(visit, resource("people"), ref)
    if isinstance(found, View):
        return found
    person = found.row
    name = f"{person['given_name']} {person['family_name']}".strip()
    gone = bool(person["employments"]) and person["employment_id"] is None
    return View(
        template="person.html",
        title=name,
        here="/people",
        about={
            "found": found,
            "person": person,
            "name": name,
            "gone": gone,
            "cases": _cases(visit, found.id),
            "lines": lines_of_person(visit.reading, found.id, visit.today),
            "places": _places(person),
            "may_hand": visit.may(Role.IT),
            "tags": ",".join(row["tag"] for row in person["holdings"]),
        },
    )


def _cases(visit: Visit, person_id: int) -> list[Mapping[str, Any]]:
    names = ("id", "kind", "effective_on", "state")
    query = (
        select(*(_case.c[name] for name in names))
        .where(_case.c.person_id == person_id)
        .order_by(_case.c.effective_on.desc())
    )
    return [dict(row) for row in visit.reading.execute(query).mappings()]


def _places(person: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return where somebody worked, one place after the other, with why it ended."""
    return [
        place
        | {
            "number": employment["number"],
            "ended": employment["end_reason"] if employment["valid_to"] else None,
        }
        for employment in person["employments"]
        for place in employment["placements"]
    ]
