"""My team: who joins and what is missing, what waits for approval, what they hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from api.http.callers import Role
from api.pages.visit import Answer, View, Visit, refused
from api.resources.listing import list_call
from api.resources.lookups import resolved_question
from api.resources.registry import resource
from inventory.hr.views.lists import open_items
from inventory.kernel.texts import N_
from inventory.people.tables import Person
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.storage.rows import col, id_of, table_of

PATH = "/team"
MOST = 200
"""People and things on the page; the lists show all."""
_case, _person = table_of(ProvisioningCase), table_of(Person)


def show_team(visit: Visit) -> Answer:
    """Draw what a manager has to know of his people; he sees no others."""
    title = N_("My team")
    if not visit.may(Role.MANAGER):
        return refused(title)
    return View(
        template="team.html",
        title=title,
        here=PATH,
        about={
            "known": visit.caller.person_id is not None,
            "wishes": _rows(visit, "case-lines", watch="to-approve"),
            "coming": _cases(visit),
            "people": _rows(visit, "people", employed="true"),
            "held": _rows(visit, "holdings"),
        },
    )


def _rows(visit: Visit, name: str, **asked: str) -> list[Any]:
    one = resource(name)
    call = list_call(one, {**asked, "limit": str(MOST)})
    question = resolved_question(visit.reading, call.asked)
    return list(one.source.read(visit.reading, question, visit.viewer, call.page).rows)


def _cases(visit: Visit) -> list[dict[str, Any]]:
    """Return who comes, moves or goes; what is confidential is not told."""
    query = (
        select(
            id_of(ProvisioningCase),
            col(ProvisioningCase.kind),
            col(ProvisioningCase.effective_on),
            col(ProvisioningCase.person_id),
            col(Person.given_name),
            col(Person.family_name),
        )
        .join(_person, id_of(Person) == col(ProvisioningCase.person_id))
        .where(
            col(ProvisioningCase.state) == "open",
            col(ProvisioningCase.quiet).is_(False),
            col(ProvisioningCase.kind).in_(("joining", "moving", "leaving")),
        )
        .order_by(col(ProvisioningCase.effective_on), id_of(ProvisioningCase))
        .limit(MOST)
    )
    rows = [dict(row) for row in visit.reading.execute(query).mappings()]
    missing = open_items(visit.reading, [row["id"] for row in rows])
    return [row | {"missing": missing.get(row["id"], [])} for row in rows]


PAGES = {PATH: show_team}
