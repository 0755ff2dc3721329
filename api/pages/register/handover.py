"""A handover that was to be confirmed: what was said, and its document."""

from __future__ import annotations

from api.http.answers import as_answer
from api.pages.entity import draw, find
from api.pages.visit import Answer, View, Visit, missing
from api.resources.exchange.labels import pdf
from api.resources.register.extracts.files_given import document
from api.resources.registry import resource


def show_handover(visit: Visit, ref: str) -> Answer:
    """Draw what was asked and answered."""
    found = find(visit, resource("acceptances"), ref)
    if isinstance(found, View):
        return found
    return draw(visit, found, files=[("PDF", f"/handover-document/{found.id}")])


def give_document(visit: Visit, number: int) -> Answer:
    """Give the document of a handover."""
    found = find(visit, resource("acceptances"), str(number))
    if isinstance(found, View):
        return found
    made = document(visit.reading, found.id)
    if made is None:
        return missing(visit.path)
    return as_answer(pdf(made, f"handover-{number}"))


PAGES = {"/handover-document/{number:int}": give_document}
