"""A stock-take: what was found, what is proposed, and the page to scan on."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.responses import JSONResponse

from api.http.actions import carry_out
from api.http.callers import Role
from api.http.errors import ApiError
from api.http.stock_take_links import person_token
from api.pages.entity import find
from api.pages.visit import Answer, Told, View, Visit, missing, refused
from api.resources.registry import resource
from inventory.assets.stocktake.rules import CountOutcome
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.queries.register import stocktakes
from inventory.queries.register.stocktake_names import results_with_names

MOST_SHOWN = 500
TONES = {"found": "", "misplaced": "warn", "missing": "bad", "unknown": "warn"}


def show_take(visit: Visit, ref: str) -> Answer:
    """Draw a campaign with what was found."""
    found = find(visit, resource("stock-takes"), ref)
    if isinstance(found, View):
        return found
    wanted = visit.query.get("outcome", "")
    state = stocktakes.stock_take_status(visit.reading, found.id, visit.app.clock())
    rest = [one for one in state.results if wanted in ("", str(one.outcome))]
    rest.sort(key=lambda one: one.outcome is CountOutcome.FOUND)
    open_now = state.take["state"] == "open" and visit.may(Role.IT)
    return View(
        template="stock_take.html",
        title=state.take["name"],
        here="/stock-takes",
        about={
            "found": found,
            "take": state.take,
            "counts": state.counts,
            "tones": TONES,
            "rows": results_with_names(visit.reading, rest[:MOST_SHOWN]),
            "outcome": wanted,
            "corrections": stocktakes.list_corrections(visit.reading, found.id),
            "people": _asked(visit, found.id) if open_now else [],
            "open_now": open_now,
            "may": visit.may(Role.IT),
        },
    )


def _asked(visit: Visit, take_id: int) -> list[tuple[Any, str]]:
    """Return the people who have things that are expected, each with his link."""
    key = visit.app.seal.derived("stock-take")
    return [
        (row, f"{visit.base}/mine/{person_token(key, take_id, row['id'])}")
        for row in stocktakes.persons_expected(visit.reading, take_id)
    ]


def decide(visit: Visit, ref: str) -> Answer:
    """Carry out or reject the corrections that were ticked."""
    found = find(visit, resource("stock-takes"), ref)
    if isinstance(found, View):
        return found
    act = resource("stock-take-corrections").act("decide")
    if act is None or not visit.sent:
        return missing(visit.path)
    given = {
        "corrections": visit.form.get("corrections", []),
        "approve": visit.typed("approve") == "true",
        "why": visit.typed("why") or None,
    }
    given = {name: value for name, value in given.items() if value is not None}
    try:
        carry_out(visit.app, visit.caller, act, act.given.model_validate(given))
    except ValidationError:
        return Told(found.path, visit.words.text("Tick at least one."))
    except (InventoryError, ApiError) as error:
        return Told(found.path, visit.words.problem(error))
    return Told(found.path, visit.words.text("Done."))


def show_scan(visit: Visit, ref: str) -> Answer:
    """Draw the page to scan on, or note what was scanned."""
    takes = resource("stock-takes")
    found = find(visit, takes, ref)
    if isinstance(found, View):
        return found
    act = found.act("scan")
    if act is None:
        return refused(N_("Scan"))
    said = _note(visit, found.id, act) if visit.sent else None
    if said is not None and visit.typed("script"):
        return JSONResponse(said)
    return View(
        template="scanning.html",
        title=N_("Scan"),
        here="/stock-takes",
        about={
            "found": found,
            "take": found.row,
            "location": visit.typed("location"),
            "said_of_scan": said,
        },
    )


def _note(visit: Visit, take_id: int, act: Any) -> dict[str, Any]:  # noqa: ANN401
    """Note what was scanned; return what is said of it, and whether it is known."""
    texts = visit.form.get("texts", [])
    given = {
        "take": take_id,
        "texts": [line.strip() for text in texts for line in text.splitlines() if line],
        "how": visit.typed("how", "wedge"),
        "location": visit.typed("location") or None,
    }
    given = {name: value for name, value in given.items() if value is not None}
    try:
        result = carry_out(
            visit.app, visit.caller, act, act.given.model_validate(given)
        )
    except ValidationError as error:
        return {"said": str(error.errors()[0]["msg"]), "well": False}
    except (InventoryError, ApiError) as error:
        return {"said": visit.words.problem(error), "well": False}
    known = all(one["tag"] for one in result["scans"])
    return {"said": result["names"], "well": known}


PAGES = {
    "/stock-takes/{ref}/decide": decide,
    "/stock-takes/{ref}/scan": show_scan,
}
