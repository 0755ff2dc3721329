"""The one place where forms of the pages are sent: `/do/<act>`.

Turns fields into what the act is given, carries it out, and leads back with a
sentence. What is said waits in this process under a random name, so that nobody can
put words on our pages by a link.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from threading import Lock
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from api.compose.wiring import App
from api.http.actions import Act, carry_out
from api.http.auth import Caller
from api.http.errors import ApiError, Missing
from api.web import forms, frame
from api.web.login import local, same_origin
from api.web.registry import ACTS
from inventory.kernel.errors import InvalidRows, InventoryError

router = APIRouter(include_in_schema=False)
MOST_NOTES = 500
MOST_LINES = 20
_notes: OrderedDict[str, tuple[str, bool]] = OrderedDict()
_lock = Lock()


def say(target: str, sentence: str, *, well: bool) -> Response:
    """Lead to a page of this site, and let it say a sentence."""
    name = secrets.token_urlsafe(9)
    with _lock:
        _notes[name] = (sentence, well)
        while len(_notes) > MOST_NOTES:
            _notes.popitem(last=False)
    path, _, rest = local(target).partition("?")
    kept = [part for part in rest.split("&") if part and not part.startswith("said=")]
    return RedirectResponse(f"{path}?{'&'.join([*kept, f'said={name}'])}", 303)


def said(request: Request) -> tuple[str, bool] | None:
    """Return what the page shall say, once: the sentence, and whether all went well."""
    with _lock:
        return _notes.pop(request.query_params.get("said", ""), None)


def draw_said(request: Request) -> None:
    """Draw what a page shall say after an act; nothing if nothing was done."""
    shown = forms.note(said(request))
    if shown:
        frame.html(shown).style("width:100%")


async def sent(request: Request) -> AsyncIterator[FormData]:
    """Yield the form of a request that comes from our own pages.

    Raises:
        Forbidden: Another site sent it.
    """
    same_origin(request, request.state.purser)
    async with request.form(max_files=5, max_fields=5000) as form:
        yield form


Sent = Annotated[FormData, Depends(sent)]


@router.post("/do/{name}")
def do(request: Request, name: str, form: Sent) -> Response:
    """Carry out the act `name` and lead back."""
    act = ACTS.get(name)
    if act is None:
        raise Missing(f"There is no act {name!r}.")
    app: App = request.state.purser
    caller: Caller = request.state.caller
    back = str(form.get("_back") or "/")
    try:
        given = act.given.model_validate(values_of(form, act.given))
        result = carry_out(app, caller, act, given, base=base_of(request, app))
    except ValidationError as error:
        lines = [f"{_place(each['loc'])}: {each['msg']}." for each in error.errors()]
        return say(back, "\n".join(lines[:MOST_LINES]), well=False)
    except (InventoryError, ApiError) as error:
        return say(back, sentences(error), well=False)
    return say(_target(act, result, back), _sentence(act, result), well=True)


@router.post("/scan")
def scan(request: Request, form: Sent) -> dict[str, Any]:
    """Note a scan of a stock-take, for the script of its page."""
    act = ACTS["scan"]
    app: App = request.state.purser
    try:
        given = act.given.model_validate(values_of(form, act.given))
        result = carry_out(app, request.state.caller, act, given)
    except ValidationError as error:
        return {"said": str(error.errors()[0]["msg"]), "well": False}
    except (InventoryError, ApiError) as error:
        return {"said": sentences(error), "well": False}
    known = all(one["tag"] for one in result["scans"])
    return {"said": result["names"], "well": known}


def base_of(request: Request, app: App) -> str:
    """Return the address under which the caller reaches this site."""
    return (app.settings.http.public_url or str(request.base_url)).rstrip("/")


def sentences(error: InventoryError | ApiError) -> str:
    """Return what is wrong and how to mend it, one thing a line."""
    if isinstance(error, InvalidRows):
        lines = [str(row) for row in error.problems[:MOST_LINES]]
        more = len(error.problems) - len(lines)
        return "\n".join([*lines, f"... and {more} more." if more > 0 else ""])
    mend = error.mend if isinstance(error, ApiError) else error.remedy
    return f"{error.problem} {mend}".strip()


def values_of(form: FormData, model: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a form as a model reads them; empty ones are left out."""
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        texts = [one for one in form.getlist(name) if isinstance(one, str)]
        filled = [one.strip() for one in texts if one.strip()]
        if not filled:
            continue
        values[name] = words(filled) if _is_list(field.annotation) else filled[-1]
    return values


def words(texts: Sequence[str]) -> list[str]:
    """Return the lines of text fields; a scanner ends each label with a new line."""
    parts = [part for text in texts for part in text.replace(";", "\n").splitlines()]
    return [part.strip() for part in parts if part.strip()]


def _is_list(annotation: Any) -> bool:  # noqa: ANN401
    origin = get_origin(annotation)
    if origin in (Union, UnionType, Annotated):
        return any(_is_list(one) for one in get_args(annotation))
    return annotation is list or origin is list


def _place(parts: Sequence[int | str]) -> str:
    return " ".join(str(part) for part in parts).replace("_", " ") or "form"


def _sentence(act: Act, result: Any) -> str:  # noqa: ANN401
    if not isinstance(result, Mapping):
        return act.said
    sentence = act.said.format_map(_Words(result))
    link = result.get("link")
    return f"{sentence}\nLink, shown once: {link}" if link else sentence


def _target(act: Act, result: Any, back: str) -> str:  # noqa: ANN401
    if not act.leads_to or not isinstance(result, Mapping):
        return back
    return act.leads_to.format_map(_Words(result))


class _Words(dict[str, Any]):
    """What a sentence is filled from; what is not there is left out."""

    def __missing__(self, key: str) -> str:
        return ""
