"""My things: what the caller has, what he is asked, what he shall sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from api.compose.rulebooks import provisioning_in_force
from api.http.actions import carry_out
from api.http.errors import ApiError
from api.pages.visit import Answer, Told, View, Visit
from api.resources.listing import list_call
from api.resources.lookups import resolved_question
from api.resources.register.stock_take_acts import CONFIRM
from api.resources.registry import resource
from inventory.assets.custody.acceptance import RETURNED
from inventory.assets.custody.acceptance_tables import Acceptance
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.provisioning.line_states import UNCARRIED
from inventory.queries.people.people import person_detail
from inventory.queries.register.stocktakes import expected_of, list_stock_takes
from inventory.storage.rows import table_of

PATH = "/my-things"
_acceptance = table_of(Acceptance)


def show_mine(visit: Visit) -> Answer:
    """Draw what the caller has, and what open stock-takes ask him; note his answer."""
    if visit.sent:
        return _answer(visit)
    person = visit.caller.person_id
    held: list[Mapping[str, Any]] = []
    asked: list[tuple[Mapping[str, Any], list[Any]]] = []
    waiting: list[Mapping[str, Any]] = []
    if person is not None:
        row = person_detail(visit.reading, person, visit.today)
        held = row["holdings"] if row else []
        takes = [t for t in list_stock_takes(visit.reading) if t["state"] == "open"]
        questions = [(t, expected_of(visit.reading, t["id"], person)) for t in takes]
        asked = [(take, rows) for take, rows in questions if rows]
        waiting = _to_sign(visit, person)
    return View(
        template="mine.html",
        title=N_("My things"),
        here=PATH,
        about={
            "known": person is not None,
            "held": held,
            "asked": asked,
            "waiting": waiting,
            "lines": _lines(visit, person),
            "signed": _signed(visit, person),
        },
    )


def _to_sign(visit: Visit, person_id: int) -> list[Mapping[str, Any]]:
    names = ("id", "recorded_at", "handover_id", "terms", "items")
    query = (
        select(*(_acceptance.c[name] for name in names))
        .where(_acceptance.c.person_id == person_id, _acceptance.c.state == "pending")
        .order_by(_acceptance.c.id)
    )
    rows = [dict(row) for row in visit.reading.execute(query).mappings()]
    return [row | {"back": row["handover_id"].startswith(RETURNED)} for row in rows]


def _lines(visit: Visit, person_id: int | None) -> list[Mapping[str, Any]]:
    """Return what the caller asked for, gets or gives back, and is not done."""
    if person_id is None:
        return []
    one = resource("case-lines")
    asked = {"person": str(person_id), "open": "true", "limit": "200"}
    call = list_call(one, asked)
    question = resolved_question(visit.reading, call.asked)
    page = one.source.read(visit.reading, question, visit.viewer, call.page)
    machine = provisioning_in_force(visit.app.settings, visit.reading).machine
    return [
        {
            **row,
            "meaning": machine.says(
                row["state"], row["action"], row["kind"], tracked=row["tracked"]
            ),
            "carried": row["kind"] not in UNCARRIED,
        }
        for row in page.rows
    ]


def _signed(visit: Visit, person_id: int | None) -> list[Mapping[str, Any]]:
    query = (
        select(
            _acceptance.c["id"], _acceptance.c["answered_at"], _acceptance.c["items"]
        )
        .where(
            _acceptance.c.person_id == (person_id or 0),
            _acceptance.c.state == "accepted",
        )
        .order_by(_acceptance.c.answered_at.desc())
    )
    rows = [dict(row) for row in visit.reading.execute(query).mappings()]
    seal = visit.app.seal
    return [
        row | {"proof": quote(seal.pass_for(f"acceptance {row['id']}"))} for row in rows
    ]


def _answer(visit: Visit) -> Answer:
    given = {
        "take": visit.typed("take"),
        "have": visit.form.get("have", []),
        "not_mine": visit.form.get("not_mine", []),
        "note": visit.typed("note"),
    }
    try:
        checked = CONFIRM.given.model_validate(given)
        done = carry_out(visit.app, visit.caller, CONFIRM, checked)
    except (InventoryError, ApiError, ValueError) as error:
        return Told(PATH, str(error))
    return Told(PATH, visit.words.text(CONFIRM.said, **done))


PAGES = {PATH: show_mine}
