"""Pages of extracts: what else can be read of a thing, shown or saved as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from pydantic import ValidationError

from api.http.answers import as_answer
from api.http.files import File
from api.pages.acts import forms
from api.pages.entity import Found, find, parts_by
from api.pages.navigation import place_of
from api.pages.visit import Answer, View, Visit, missing, refused
from api.resources.extracts import Extract
from api.resources.listing import parameters_of
from api.resources.references import refs_in, resolved
from api.resources.resource import Resource
from inventory.kernel.errors import InventoryError

_DRAWN = frozenset(
    (
        *(("assets", "timeline"), ("assets", "schedule"), ("devices", "identity")),
        *(("acceptances", "pdf"), ("files", "content"), ("jobs", "result")),
        ("schedules", "explain"),
    )
)
"""Extracts that a page of the thing has already."""
PAGING = ("after", "limit")
"""Parameters for programs: a page shows as many rows as one reads."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to an extract.

    Attributes:
        title: In English.
        path: Where it leads.
        file: It gives a file at once.
    """

    title: str
    path: str
    file: bool


def title_of(extract: Extract) -> str:
    """Return what a button of an extract says, in English."""
    return extract.name.replace("-", " ").capitalize()


def links_of(visit: Visit, resource: Resource[Any], path: str) -> Sequence[Link]:
    """Return the ways to what else the caller may read of a thing.

    Args:
        visit: The look.
        resource: Of what the thing is one.
        path: Of its page.
    """
    return [
        Link(
            title_of(one),
            f"{path}/extracts/{one.name}",
            one.answer is None and not one.parameters.model_fields,
        )
        for one in resource.extracts
        if (resource.name, one.name) not in _DRAWN and _may(visit, resource, one)
    ]


@pass_context
def links_in(context: Context, found: Found) -> Sequence[Link]:
    """Return the ways from a page to what else may be read of its thing."""
    return links_of(context["visit"], found.resource, found.path)


def show_extract(visit: Visit, resource: Resource[Any], ref: str, name: str) -> Answer:
    """Draw an extract, with its parameters as a form; or give its file."""
    found = find(visit, resource, ref)
    if isinstance(found, View):
        return found
    extract = next((one for one in resource.extracts if one.name == name), None)
    if extract is None:
        return missing(f"{found.path}/extracts/{name}")
    if not _may(visit, resource, extract):
        return refused(extract.about)
    model, sent = extract.parameters, dict(visit.query)
    fields = model.model_fields
    errors: dict[str, str] = {}
    read: Any = None
    # What is saved as a file is chosen first, where there is something to choose.
    chooses = any(one.is_required() for one in fields.values()) or (
        bool(extract.media) and bool(fields)
    )
    if sent or not chooses:
        try:
            read = _read(visit, found, extract)
        except (ValidationError, InventoryError) as error:
            errors = forms.wrong(error, model, visit.words)
    if isinstance(read, File):
        return as_answer(read)
    return _drawn(visit, found, extract, read, errors)


def _may(visit: Visit, resource: Resource[Any], extract: Extract) -> bool:
    return visit.may(*(resource.roles if extract.roles is None else extract.roles))


def _read(visit: Visit, found: Found, extract: Extract) -> Any:  # noqa: ANN401
    model = extract.parameters
    sent = [pair for pair in visit.query.multi_items() if pair[1]]
    asked = model.model_validate(parameters_of(sent, model))
    if refs_in(model):
        asked = resolved(visit.reading, asked)
    return extract.read(visit.reading, found.id, visit.viewer, asked)


def _drawn(
    visit: Visit,
    found: Found,
    extract: Extract,
    read: Any,  # noqa: ANN401
    errors: dict[str, str],
) -> View:
    facts, groups, tables = parts_by(visit, read or {}, extract.answer)
    groups_of = forms.fields_of(
        extract.parameters, dict(visit.query), errors, leave_out=PAGING
    )
    return View(
        template="extract.html",
        title=title_of(extract),
        here=place_of(found.resource.name),
        about={
            "heading": title_of(extract),
            "about": extract.about,
            "thing": found,
            "action": f"{found.path}/extracts/{extract.name}",
            "fields": [one for fields in groups_of.values() for one in fields],
            "problem": errors.get("", ""),
            "read": read is not None,
            "gives_file": extract.answer is None,
            "facts_of": facts,
            "fact_groups": groups,
            "tables": tables,
        },
        status=422 if errors else 200,
    )
