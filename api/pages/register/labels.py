"""Print labels: which things, on which sheet or tape; and what a label opens."""

from __future__ import annotations

from starlette.responses import RedirectResponse

from api.http.answers import as_answer
from api.jobs.long_requests import LABELS, LONG_LABELS, LongRequest, somebody_works
from api.pages.acts.forms import Field, Form
from api.pages.house.leaving import leave
from api.pages.render import address
from api.pages.visit import Answer, View, Visit, missing
from api.resources.exchange.labels import labels_of, pdf
from inventory.assets.labels.drawing import draw_labels
from inventory.assets.labels.media import SHEETS, TAPES
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.queries.references import assets_named

USUAL = "L7160"
_USED = 3
"""Digits of how many labels of a sheet are used."""


def show_labels(visit: Visit) -> Answer:
    """Draw the form, or give the labels as PDF."""
    values = {
        "tags": visit.typed("tags").replace(",", "\n"),
        "medium": visit.typed("medium", USUAL),
        "skip": visit.typed("skip", "0"),
    }
    problem = ""
    if visit.sent:
        try:
            return _labels(visit, values)
        except InventoryError as error:
            problem = visit.words.error(error)
    return View(
        template="form.html",
        title=N_("Labels"),
        here="/assets",
        about={
            "form": _form(values, problem),
            "heading": N_("Labels"),
            "values": {},
            "count": 0,
            "about": N_(
                "The QR code opens the asset; where it fits, the tag is there as Code"
                " 128 for hand-held readers, too."
            ),
            "consequences": (),
        },
        status=422 if problem else 200,
    )


def _labels(visit: Visit, values: dict[str, str]) -> Answer:
    tags = [one.strip() for one in values["tags"].splitlines() if one.strip()]
    skip = values["skip"]
    used = int(skip) if skip.isdecimal() and len(skip) <= _USED else -1
    if len(tags) > LONG_LABELS and somebody_works(visit.app):
        labels_of(visit.reading, tags, visit.base)
        asked = {"tags": tags, "medium": values["medium"], "skip": used}
        subject = f"{len(tags)} {values['medium']}"
        arguments = asked | {"base": visit.base}
        return leave(
            visit, LongRequest(kind=LABELS, subject=subject, arguments=arguments)
        )
    made = labels_of(visit.reading, tags, visit.base)
    return as_answer(pdf(draw_labels(made, values["medium"], skip=used), "labels"))


def _form(values: dict[str, str], problem: str) -> Form:
    media = (*SHEETS, *TAPES)
    fields = (
        ("tags", N_("Tags or serials, one a line"), "lines", ()),
        ("medium", N_("Sheet or tape"), "choose", media),
        ("skip", N_("Labels already used"), "number", ()),
    )
    return Form(
        action="/labels",
        button=N_("Make a PDF"),
        groups={
            "": [
                Field(
                    name=name,
                    title=title,
                    kind=kind,
                    hint="",
                    group="",
                    value=values[name],
                    required=name == "tags",
                    most=None,
                    options=options,
                    pick="",
                    error="",
                )
                for name, title, kind, options in fields
            ]
        },
        cancel="/assets",
        problem=problem,
        plain=True,
    )


def open_label(visit: Visit, text: str) -> Answer:
    """Lead to the asset that a tag, a serial, a MAC, an IMEI or a UUID names."""
    found = assets_named(visit.reading, text)
    if len(found) == 1:
        return RedirectResponse(f"/assets/{found[0][1]['id']}", 303)
    if found:
        return RedirectResponse(address("/assets", {"search": text}), 303)
    return missing(
        visit.words.text("Nothing is registered under {label}", label=repr(text))
    )


PAGES = {"/labels": show_labels, "/a/{text:path}": open_label}
