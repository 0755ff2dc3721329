"""One asset: what it is, who has it, who pays, what it is worth, what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from api.http.answers import as_answer
from api.http.callers import Role
from api.pages.acts.forms import Field, Form
from api.pages.entity import Found, find
from api.pages.register import charts
from api.pages.register.sentences import tell
from api.pages.visit import Answer, Told, View, Visit, missing, refused
from api.pages.words import Words
from api.resources.register.extracts.files_given import KEEPERS, as_download, folder
from api.resources.register.extracts.history import timeline_of
from api.resources.registry import resource
from inventory.assets.register import attachments
from inventory.assets.register.lifecycle import DEFAULT
from inventory.fixed_assets.asset_books import books_of_asset
from inventory.kernel.errors import InventoryError, NotFound
from inventory.kernel.texts import N_
from inventory.queries.money.schedules import asset_schedule

MONEY = (Role.ACCOUNTING, Role.AUDITOR, Role.IT)
TABS = (
    ("", N_("Overview")),
    ("worth", N_("Value")),
    ("timeline", N_("Timeline")),
    ("papers", N_("Files and notes")),
)
_MOVES = ("check-out", "check-in", "hand-out", "take-back")
_AMOUNTS = ("cost", "accumulated", "closing")


def show_asset(visit: Visit, ref: str) -> Answer:
    """Draw the overview, as of a day if one is asked for."""
    found = find(visit, resource("assets"), ref)
    if isinstance(found, View):
        return found
    return _page(visit, found, "", books=_books(visit, found.id)[:1])


def _page(visit: Visit, found: Found, tab: str, **about: Any) -> View:  # noqa: ANN401
    asset, may_see_worth = found.row, visit.may(*MONEY)
    tabs = [
        (f"{found.path}/{name}".rstrip("/"), title, name)
        for name, title in TABS
        if name != "worth" or may_see_worth
    ]
    return View(
        template=f"asset_{tab or 'overview'}.html",
        title=asset["tag"],
        here="/assets",
        about={
            "found": found,
            "asset": asset,
            "tabs": tabs,
            "tab": tab,
            "steps": _possible(found),
            "closed": [
                (step["name"], [*_against(visit.words, step)])
                for step in asset["steps"]
                if not step["allowed"]
            ],
            "held": any(one["valid_to"] is None for one in asset["custody"]),
            "may_hand": visit.may(Role.IT),
            "may_see_people": visit.may(Role.IT, Role.HR, Role.AUDITOR),
            "may_see_network": visit.may(Role.IT, Role.ACCOUNTING, Role.AUDITOR),
            **about,
        },
    )


def _possible(found: Found) -> Sequence[Any]:
    """Return the acts that the asset allows in its state, and all that are no step."""
    steps = {one["name"].replace("_", "-"): one for one in found.row["steps"]}
    return [
        act
        for act in found.acts
        if act.verb not in ("update", *_MOVES)
        and (act.verb not in steps or steps[act.verb]["allowed"])
    ]


def _against(words: Words, step: Mapping[str, Any]) -> Iterator[str]:
    """Yield why a step is not possible now, the state it begins at before the rest."""
    begins = sorted(DEFAULT.steps[step["name"]].sources)
    for reason in step["reasons"]:
        if "the step begins at" in reason:
            yield words.text("it begins at: {states}", states=words.told(begins))
        else:
            yield words.text(reason)


def show_worth(visit: Visit, ref: str) -> Answer:
    """Draw what it is worth in each book, over its life."""
    if not visit.may(*MONEY):
        return refused(N_("Value"))
    found = find(visit, resource("assets"), ref)
    if isinstance(found, View):
        return found
    books = [(told, _chart(told, visit.today)) for told in _books(visit, found.id)]
    return _page(visit, found, "worth", books=books)


def _books(visit: Visit, asset_id: int) -> list[Mapping[str, Any]]:
    if not visit.may(*MONEY):
        return []
    try:
        books = books_of_asset(visit.reading, asset_id, "*")
    except NotFound:
        return []
    return [
        asset_schedule(visit.reading, one, (None, None), as_of=visit.today)
        for one in books
    ]


def _chart(told: Mapping[str, Any], today: date) -> charts.Chart | None:
    """Return cost, depreciation so far and book value over the life of an asset."""
    rows = told["rows"]
    if not rows:
        return None
    planned = next((n for n, row in enumerate(rows, 1) if not row["posted"]), None)
    now = next(
        (n for n, row in enumerate(rows, 1) if row["last_day"] >= today.isoformat()),
        None,
    )
    cost, accumulated, closing = (
        [_before(rows[0], name), *(Decimal(row[name]) for row in rows)]
        for name in _AMOUNTS
    )
    return charts.chart(
        [
            (N_("Cost"), "c", [*map(float, cost)], False),
            (N_("Depreciation so far"), "b", [*map(float, accumulated)], False),
            (N_("Book value"), "a", [*map(float, closing)], True),
        ],
        [rows[0]["first_day"], *(row["period"] for row in rows)],
        now=now,
        planned=None if planned is None else planned - 1,
    )


def _before(row: Mapping[str, Any], name: str) -> Decimal:
    """Return where a curve begins: before the first charge."""
    sign = {"cost": 0, "accumulated": -1, "closing": 1}[name]
    return Decimal(row[name]) + sign * Decimal(row["depreciation"])


def show_timeline(visit: Visit, ref: str) -> Answer:
    """Draw what happened to it, in sentences."""
    found = find(visit, resource("assets"), ref)
    if isinstance(found, View):
        return found
    told = tell(timeline_of(visit.reading, found.id, visit.viewer), visit.words)
    kind = visit.query.get("kind", "")
    return _page(
        visit,
        found,
        "timeline",
        told=[one for one in told if kind in ("", one.kind)],
        kinds=sorted({one.kind for one in told}),
        kind=kind,
    )


def show_papers(visit: Visit, ref: str) -> Answer:
    """Draw files and notes, and keep a file that was sent."""
    found = find(visit, resource("assets"), ref)
    if isinstance(found, View):
        return found
    here, problem = f"{found.path}/papers", ""
    if visit.sent:
        if not visit.may(*KEEPERS):
            return refused(N_("Files and notes"))
        try:
            _keep(visit, found.id)
            return Told(here, visit.words.text("It is kept."))
        except InventoryError as error:
            problem = visit.words.error(error)
    view = _page(
        visit,
        found,
        "papers",
        files=attachments.files_of(visit.reading, asset_id=found.id),
        notes=attachments.notes_of(visit.reading, found.id),
        form=_file_form(here, problem) if visit.may(*KEEPERS) else None,
        may_remove=visit.may(Role.IT),
    )
    return view if not problem else View(**_fields(view) | {"status": 422})


def _fields(view: View) -> dict[str, Any]:
    names = ("template", "title", "here", "about", "status")
    return {name: getattr(view, name) for name in names}


def _keep(visit: Visit, asset_id: int) -> None:
    file = visit.files.get("file")
    given = attachments.NewFile(
        file.name if file else "", file.data if file else b"", visit.typed("note")
    )
    with visit.work() as work:
        attachments.attach(work, folder(visit.app), given, asset_id=asset_id)
        work.commit()


def _file_form(action: str, problem: str) -> Form:
    def field(name: str, title: str, kind: str, hint: str = "") -> Field:
        return Field(
            name=name,
            title=title,
            kind=kind,
            hint=hint,
            group="",
            value="",
            required=kind == "file",
            most=2000 if kind == "text" else None,
            options=(),
            pick="",
            error="",
        )

    hint = N_("PDF, picture, office document, ZIP, text")
    fields = [
        field("file", N_("File"), "file", hint),
        field("note", N_("Note"), "text"),
    ]
    return Form(action, N_("Keep it"), {"": fields}, "", problem=problem)


def give_file(visit: Visit, number: int) -> Answer:
    """Give a kept file, so that nothing in it can run."""
    try:
        kept = attachments.file_of(visit.reading, folder(visit.app), number)
        return as_answer(as_download(*kept))
    except InventoryError as error:
        return missing(visit.words.problem(error))


PAGES = {
    "/assets/{ref}/worth": show_worth,
    "/assets/{ref}/timeline": show_timeline,
    "/assets/{ref}/papers": show_papers,
    "/kept/{number:int}": give_file,
}
