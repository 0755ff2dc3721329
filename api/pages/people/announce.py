"""HR announces who joins, moves or leaves, and sees what follows before it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from api.compose.rulebooks import provisioning_in_force
from api.http.callers import Role
from api.pages.acts import forms
from api.pages.people.announcements import KINDS, Announcement
from api.pages.render import address
from api.pages.visit import Answer, Told, View, Visit, refused
from api.resources.references import PERSON
from inventory.hr.context import CaseContext
from inventory.hr.events.receive import receive
from inventory.hr.views.detail import case_detail
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.people.tables import Person
from inventory.provisioning.case_tables import ProvisioningCase
from inventory.provisioning.line_states import Machine
from inventory.provisioning.statements.event_format import Incoming, read_event
from inventory.storage.rows import col, get, id_of

PATH = "/announce"
SOURCE = "purser"
"""Name of the source of what HR says here."""

_TITLE = N_("Announce")


@dataclass(frozen=True, slots=True)
class Following:
    """What follows an announcement.

    Attributes:
        cases: Cases with their lines; empty where nothing is to be done.
        verdict: What became of the event.
        reason: Why, where it does not count.
    """

    cases: Sequence[Mapping[str, Any]]
    verdict: str
    reason: str


def show_announce(visit: Visit) -> Answer:
    """Draw the form of a kind, what would follow, or announce it."""
    if not visit.may(Role.HR):
        return refused(_TITLE)
    kind = visit.typed("kind", "joining")
    kind = kind if kind in KINDS else "joining"
    told = KINDS[kind]
    names = told.given.model_fields
    if not visit.sent:
        typed: dict[str, Any] = {n: visit.query[n] for n in names if n in visit.query}
        return _drawn(visit, kind, typed, {}, None)
    typed = {n: "\n".join(visit.form.get(n, ())) for n in names}
    writing = visit.typed("do") == "announce"
    try:
        given = told.given.model_validate(forms.given(told.given, visit.form, {}))
        follows = _follows(visit, told, given.model_dump(mode="json"), writing=writing)
    except (ValidationError, InventoryError) as error:
        return _drawn(visit, kind, typed, _wrong(visit, told, error), None)
    if not writing:
        return _drawn(visit, kind, typed, {}, follows)
    said = visit.words.text(N_("Announced."))
    if follows.reason:
        said = visit.words.text(N_("Announced: {reason}."), reason=follows.reason)
    path = f"/cases/{follows.cases[-1]['id']}" if follows.cases else "/hr-events"
    return Told(path, said)


def _follows(
    visit: Visit, told: Announcement, said: Mapping[str, Any], *, writing: bool
) -> Following:
    """Return what follows; it is written only when `writing`."""
    with visit.work() as work:
        settings = provisioning_in_force(visit.app.settings, work.connection)
        event = _event(work.connection, told, said)
        before = _gists(work.connection, said.get("person"), settings.machine)
        outcome = receive(CaseContext(work, settings), event)
        numbers = outcome.case_ids
        found = [case_detail(work.connection, n, settings.machine) for n in numbers]
        if writing:
            work.commit()
        else:
            work.rollback()
    reason = str(outcome.event["verdict_reason"] or "")
    waits = outcome.event["verdict"] in ("parked", "held", "conflict")
    return Following(
        # What was the same before does not follow from what is said now.
        cases=[one for one in found if one and before.get(one["id"]) != _gist(one)],
        verdict=str(outcome.event["verdict"]),
        reason=reason if waits else "",
    )


def _gists(connection: Any, person: object, machine: Machine) -> dict[int, object]:  # noqa: ANN401
    """Return what is to be done in each case of a person."""
    if not person:
        return {}
    number = PERSON.resolve(connection, str(person), "person")
    query = select(id_of(ProvisioningCase)).where(
        col(ProvisioningCase.person_id) == number
    )
    rows = connection.execute(query).scalars().all()
    found = (case_detail(connection, row, machine) for row in rows)
    return {case["id"]: _gist(case) for case in found if case}


def _gist(case: Mapping[str, Any]) -> object:
    said = ("id", "action", "state", "due_on", "owner")
    lines = [[line[name] for name in said] for line in case["lines"]]
    return case["state"], case["effective_on"], lines


def _event(connection: Any, told: Announcement, said: Mapping[str, Any]) -> Incoming:  # noqa: ANN401
    data = {name: value for name, value in said.items() if value not in (None, False)}
    subject = data.get("number")
    if "person" in data:
        number = PERSON.resolve(connection, str(data["person"]), "person")
        subject = get(connection, Person, number)["key"]
        data["person"] = subject
    return read_event(
        {"source": SOURCE, "type": told.event, "subject": subject, "data": data}
    )


def _wrong(
    visit: Visit, told: Announcement, error: ValidationError | InventoryError
) -> dict[str, str]:
    """Return field -> what is wrong, by the names of this form."""
    if isinstance(error, InventoryError) and not hasattr(error, "problems"):
        place = (error.where or "").removeprefix("data.")
        place = "number" if place == "subject" else place
        known = place in told.given.model_fields
        return {place if known else "": visit.words.error(error)}
    return forms.wrong(error, told.given, visit.words)


def _drawn(
    visit: Visit,
    kind: str,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    follows: Following | None,
) -> View:
    # What is not typed yet is no mistake while one only looks at what would follow.
    looking = visit.sent and visit.typed("do") != "announce"
    told = KINDS[kind]
    shown = {} if looking else errors
    form = forms.Form(
        action=PATH,
        button=N_("Announce"),
        groups=forms.fields_of(told.given, typed, shown, app=visit.app),
        cancel="/cases",
        hidden=[("kind", kind)],
        problem=shown.get("", ""),
    )
    return View(
        template="announce.html",
        title=_TITLE,
        here="/cases",
        about={
            "form": form,
            "kinds": [
                (address(PATH, {"kind": name}), one.title, name)
                for name, one in KINDS.items()
            ],
            "kind": kind,
            "follows": follows,
            "needed": list(errors.values()) if looking else [],
            "unnamed": sorted(name for name in errors if name) if looking else [],
            "titles": {f.name: f.title for fs in form.groups.values() for f in fs},
        },
        status=422 if shown else 200,
    )


PAGES = {PATH: show_announce}
